package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"sort"
	"strings"

	"guanxi"
)

// A question that a method of the package says as well is asked by the method; what is
// left are questions with faults, which no method can say.

// method asks a question by its keys, if these are the keys that it has.
type method func(h *host, call asked) (said guanxi.Answer, err error, is bool)

// by makes a method of what its keys are read into.
func by[K any](ask func(h *host, call asked, keys K) (guanxi.Answer, error)) method {
	return func(h *host, call asked) (guanxi.Answer, error, bool) {
		keys, is := exactly[K](or(call.first))
		if !is {
			return nil, nil, false
		}
		said, err := ask(h, call, keys)
		return said, err, true
	}
}

// exactly reads the keys of a question, but for `ask`, if they are read without a loss.
func exactly[K any](question string) (keys K, is bool) {
	var all map[string]json.RawMessage
	if json.Unmarshal([]byte(question), &all) != nil {
		return keys, false
	}
	delete(all, "ask")
	given, err := json.Marshal(all)
	must(err)
	reader := json.NewDecoder(bytes.NewReader(given))
	reader.DisallowUnknownFields()
	if reader.Decode(&keys) != nil {
		return keys, false
	}
	written, err := json.Marshal(keys)
	must(err)
	var before, after any
	must(json.Unmarshal(given, &before))
	must(json.Unmarshal(written, &after))
	return keys, reflect.DeepEqual(before, after)
}

// used is how often each method was asked.
var used = map[string]int{}

// asMethod asks a question by its method, if it has one that says it.
func (h *host) asMethod(call asked) (said []byte, err error, is bool) {
	var question struct{ Ask string }
	if json.Unmarshal([]byte(or(call.first)), &question) != nil {
		return nil, nil, false
	}
	name := call.verb + " " + question.Ask
	ask, is := methods[name]
	// Another playbook is what two of them alone have room for.
	if call.second != nil && !strings.HasPrefix(question.Ask, "diff") {
		return nil, nil, false
	}
	if !is || call.language == guanxi.Chinese && english[name] {
		return nil, nil, false
	}
	if said, err, is = ask(h, call); is {
		used[name]++
	}
	return said, err, is
}

// report says how often methods were asked, for whoever sees to it that all are.
func report() {
	names := make([]string, 0, len(methods))
	for name := range methods {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Fprintln(os.Stderr, name, used[name])
	}
}

// english are methods that have no language, as their answers have none.
var english = map[string]bool{
	"segment history": true, "segment leaving": true, "segment overlap": true, "segment diff": true,
	"segment diff_review": true, "segment review": true, "segment audience": true, "value tiers": true,
	"follow changes": true, "follow effects": true, "follow ack": true, "follow recompute": true,
	"follow audit_trail": true, "follow restrict": true, "follow lift_restriction": true,
	"follow restrictions": true, "feed feeds": true,
}
