package guanxi

// #include "bridge.h"
import "C"

import (
	"time"
	"unsafe"
)

// Playbook is everything that was decided, checked as a whole.
//
// It never changes; make it once and use it as often as you like, from any goroutine.
// Stores and the questions that are asked of them read times by it: close it after them.
type Playbook struct{ handle *handle }

// NewPlaybook makes a playbook of a JSON document.
//
// The error is an *Error with all faults of the document, each with its JSON pointer
// and the bytes that are meant.
func NewPlaybook(document string) (*Playbook, error) {
	var out *C.gx_playbook
	err := call(func(fail **C.gx_error) C.int32_t {
		return C.gx_playbook_compile(chars(document), size(document), &out, fail)
	})
	if err != nil {
		return nil, err
	}
	free := func(it unsafe.Pointer) C.int32_t { return C.gx_playbook_free((*C.gx_playbook)(it)) }
	return &Playbook{newHandle(unsafe.Pointer(out), free, noun{"playbook", "规则集"})}, nil
}

// Check gives everything that was found in a document, right or wrong.
//
// The answer has valid, then of a playbook id, version, hash, semantic_hash and what it
// counts, then faults and hints. A document with faults is no error here: look at valid.
func Check(document string, language Language) (Answer, error) {
	return answered(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_playbook_check(chars(document), size(document), language.number(), out, fail)
	})
}

// Close frees the playbook when the calls that are running have ended; a second time
// does nothing.
func (p *Playbook) Close() error { return p.held().close() }

func (p *Playbook) held() *handle {
	if p == nil {
		return nil
	}
	return p.handle
}

func (p *Playbook) c() *C.gx_playbook { return (*C.gx_playbook)(p.handle.pointer) }

// Hash says which playbook it is: the SHA-256 of the canonical form, in 64 digits.
func (p *Playbook) Hash() (string, error) {
	return borrowed(func() *C.char { return C.gx_playbook_hash(p.c()) }, p.held())
}

// JSON gives the document in its one canonical form: equal playbooks, equal texts.
func (p *Playbook) JSON() (string, error) {
	return spelled(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_playbook_json(p.c(), out, fail)
	}, p.held())
}

// Label gives what people call it; its id where its author gave no label.
func (p *Playbook) Label(language Language) (string, error) {
	return borrowed(func() *C.char { return C.gx_playbook_label(p.c(), language.number()) }, p.held())
}

// borrowed copies a text that belongs to a handle. Of a live handle there is one in
// every language that there is.
func borrowed(function func() *C.char, used *handle) (string, error) {
	var found *string
	err := call(func(**C.gx_error) C.int32_t {
		if text := function(); text != nil {
			found = Just(C.GoString(text))
		}
		return C.GX_OK
	}, used)
	if err != nil {
		return "", err
	}
	if found == nil {
		return "", misused(C.GX_E_INVALID_ARGUMENT, "invalid_argument", "there is no such language", "没有这种语言")
	}
	return *found, nil
}

// Diagram draws a machine; without a name, the only one.
//
// Errors: unknown_machine, invalid_argument.
func (p *Playbook) Diagram(machine string, format Format, language Language) (string, error) {
	return spelled(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_machine_diagram(p.c(), charsIf(machine), size(machine), C.uint32_t(format),
			language.number(), out, fail)
	}, p.held())
}

// Statement gives a condition as one SQL statement over your own tables.
//
// The answer has sql, and parameters in the order of their numbers or marks, each with
// type and value. The statement gives the ids of those who satisfy the condition;
// segment('NAME') is a named segment. The tables are the JSON document that says where
// your tables keep what the schema declares.
//
// Errors: not_in_sql for every part that has no SQL with the same meaning, with the
// bytes that are meant; 3001 to 3020 for the expression; 2001 to 2014 for the tables;
// invalid_argument.
func (p *Playbook) Statement(expression, tables string, dialect Dialect, asOf When) (Answer, error) {
	instant, err := p.micros(asOf)
	if err != nil {
		return nil, err
	}
	in := string(dialect)
	return answered(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_statement_json(p.c(), chars(expression), size(expression), chars(tables),
			size(tables), chars(in), size(in), instant, out, fail)
	}, p.held())
}

// Time gives the instant that is meant by a text or a local time, in UTC.
//
// Errors: malformed_value, time_out_of_range, too_fine.
func (p *Playbook) Time(when When) (time.Time, error) {
	micros, err := p.micros(when)
	if err != nil {
		return time.Time{}, err
	}
	return moment(micros), nil
}

// ShowTime gives an instant for a person: local time, and of which zone, as
// "2026-03-01 09:30 Asia/Shanghai".
func (p *Playbook) ShowTime(when When) (string, error) {
	micros, err := p.micros(when)
	if err != nil {
		return "", err
	}
	return spelled(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_time_show(p.c(), micros, out, fail)
	}, p.held())
}
