// Command conformance answers the calls of the conformance files, whose answers are the
// same, byte for byte, from every language.
//
// It reads calls from standard input and writes what they give to standard output. A call
// is a line with a verb and six texts, each as a line with its length (-1: there is none)
// and then its bytes and a line feed; an answer is a length and bytes in the same way.
//
//	VERB  language as_of known_at first second third
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"guanxi"
)

// asked is a call: a text is nil where there is none.
type asked struct {
	verb                                        string
	language                                    guanxi.Language
	spoken, asOf, knownAt, first, second, third *string
}

// host is what calls are about.
type host struct {
	playbook *guanxi.Playbook
	store    *guanxi.Store
}

func main() {
	in, out := bufio.NewReader(os.Stdin), bufio.NewWriter(os.Stdout)
	defer out.Flush()
	var at host
	for {
		call, more := read(in)
		if !more {
			break
		}
		if call.verb == "playbook" {
			at.begin(*call.first)
			continue
		}
		said, err := at.answer(call)
		var refused *guanxi.Error
		if errors.As(err, &refused) {
			said, err = []byte(refused.JSON(call.language)), nil
		}
		must(err)
		fmt.Fprintf(out, "%d\n%s\n", len(said), said)
	}
	must(at.store.Close())
	must(at.playbook.Close())
	report()
}

func (h *host) begin(document string) {
	must(h.store.Close())
	must(h.playbook.Close())
	var err error
	h.playbook, err = guanxi.NewPlaybook(document)
	must(err)
	h.store, err = guanxi.StoreInMemory(h.playbook)
	must(err)
}

func read(in *bufio.Reader) (call asked, more bool) {
	line, err := in.ReadString('\n')
	if err == io.EOF && line == "" {
		return call, false
	}
	must(err)
	call.verb = strings.TrimSuffix(line, "\n")
	for _, text := range []**string{&call.spoken, &call.asOf, &call.knownAt, &call.first, &call.second, &call.third} {
		*text = readText(in)
	}
	if call.spoken != nil && *call.spoken == "zh" {
		call.language = guanxi.Chinese
	}
	return call, true
}

func readText(in *bufio.Reader) *string {
	line, err := in.ReadString('\n')
	must(err)
	n, err := strconv.Atoi(strings.TrimSuffix(line, "\n"))
	must(err)
	if n < 0 {
		return nil
	}
	text := make([]byte, n+1)
	_, err = io.ReadFull(in, text)
	must(err)
	return guanxi.Just(string(text[:n]))
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(1)
	}
}

// or is a text, or the empty one.
func or(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// when is an instant, or none.
func when(text *string) guanxi.When {
	if text == nil {
		return guanxi.Unsaid
	}
	return guanxi.On(*text)
}

// seen is when something was learnt.
func seen(text *string) guanxi.When {
	if text == nil {
		return guanxi.Backfill
	}
	return guanxi.On(*text)
}

// end is the instant that a text means, of a day its end: the files say so of commands,
// too.
func (h *host) end(text *string) (guanxi.When, error) {
	at, err := h.playbook.Time(guanxi.On(or(text)))
	return guanxi.At(at), err
}

// document writes an answer that is put together from parts.
func document(value any) ([]byte, error) {
	var out bytes.Buffer
	writer := json.NewEncoder(&out)
	writer.SetEscapeHTML(false)
	err := writer.Encode(value)
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), err
}

// strictly reads a question, all of whose keys are known.
func strictly(question string, into any) {
	reader := json.NewDecoder(strings.NewReader(question))
	reader.DisallowUnknownFields()
	must(reader.Decode(into))
}
