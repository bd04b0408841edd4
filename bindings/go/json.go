package guanxi

// #include "bridge.h"
import "C"

import (
	"bytes"
	"encoding/json"
)

// written gives a value of Go as JSON, with nothing rounded and nothing guessed.
func written(value any) ([]byte, error) {
	var out bytes.Buffer
	writer := json.NewEncoder(&out)
	writer.SetEscapeHTML(false)
	if err := writer.Encode(value); err != nil {
		return nil, err
	}
	if replaced(out.Bytes()) {
		return nil, misused(C.GX_E_NOT_UTF8, "not_utf8", "a text is not UTF-8", "文本不是 UTF-8")
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// replaced says whether there is a character in place of bytes that were no text: the
// writer of JSON puts it as an escape, and as itself where it was meant.
func replaced(document []byte) bool {
	for {
		at := bytes.IndexByte(document, '\\')
		if at < 0 {
			return false
		}
		if bytes.HasPrefix(document[at:], []byte(`\ufffd`)) {
			return true
		}
		document = document[at+2:]
	}
}

// asked makes a question of what is asked and of its other keys, if it has any.
func asked(ask string, keys any) (string, error) {
	head := `{"ask":"` + ask + `"`
	if keys == nil {
		return head + "}", nil
	}
	more, err := written(keys)
	if err != nil {
		return "", err
	}
	if string(more) == "{}" {
		return head + "}", nil
	}
	return head + "," + string(more[1:]), nil
}
