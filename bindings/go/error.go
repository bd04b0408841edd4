package guanxi

// #include "bridge.h"
import "C"

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Fault is one thing that is wrong, as it stands in the input.
type Fault struct {
	// Code is a number that is never reused, and Name the same in a word.
	Code int
	Name string
	// Message says what is wrong, in English and in Chinese.
	Message, MessageZh string
	// Pointer is the place: a JSON pointer into a document, or TABLE:ROW/COLUMN;
	// empty where it is not known, or the document as a whole.
	Pointer string
	// Span are the bytes that are meant: of the text at the pointer, or of the
	// expression; nil where they are not known.
	Span *Span
	// Hint says what to do, in English and in Chinese; empty where nothing is known.
	Hint, HintZh string
}

// Span is a part of a text in bytes of UTF-8: from Start to before End.
type Span struct{ Start, End int }

// Show gives the fault on up to three lines: what, where, and what to do.
func (f Fault) Show(language Language) string {
	what, hint := f.Message, f.Hint
	if language == Chinese {
		what, hint = f.MessageZh, f.HintZh
	}
	lines := []string{fmt.Sprintf("%d %s: %s", f.Code, f.Name, what)}
	if f.Pointer != "" {
		lines = append(lines, "  --> "+f.Pointer)
	}
	if hint != "" {
		lines = append(lines, "   = "+hint)
	}
	return strings.Join(lines, "\n")
}

// Error is why a call failed. Whatever failed has changed nothing.
//
//	var refused *guanxi.Error
//	if errors.As(err, &refused) {
//		for _, fault := range refused.Faults { ... }
//	}
type Error struct {
	// Faults are all that was found, in the order of the input; there is at least one.
	Faults []Fault
	said   [2]string
}

// Error gives all faults in English.
func (e *Error) Error() string { return e.Show(English) }

// Code is the code of the first fault.
func (e *Error) Code() int {
	if len(e.Faults) == 0 {
		return C.GX_E_INTERNAL
	}
	return e.Faults[0].Code
}

// JSON gives all faults as JSON, in the very bytes that every language of
// programming gives.
func (e *Error) JSON(language Language) string {
	if language == Chinese {
		return e.said[1]
	}
	return e.said[0]
}

// Show gives all faults for a person, in English or Chinese.
func (e *Error) Show(language Language) string {
	lines := make([]string, 0, len(e.Faults))
	for _, fault := range e.Faults {
		lines = append(lines, fault.Show(language))
	}
	return strings.Join(lines, "\n")
}

// takenError is the error of C, which is freed.
func takenError(status C.int32_t, fail *C.gx_error) error {
	if fail == nil {
		return unexplained(status)
	}
	defer C.gx_error_free(fail)
	var texts [2]string
	for n, language := range []C.uint32_t{C.GX_EN, C.GX_ZH} {
		var out *C.gx_bytes
		if told := C.gx_error_json(fail, language, &out); told != C.GX_OK {
			return unexplained(told)
		}
		texts[n] = string(takenBytes(out))
	}
	return newError(texts)
}

// unexplained is an error of which C gives a number alone.
func unexplained(status C.int32_t) error {
	return misused(int(status), "unexplained",
		fmt.Sprintf("the library cannot say what is wrong: status %d", status),
		fmt.Sprintf("库未能说明错误：状态码 %d", status))
}

// misused is the error of a call that Go must not let through to C.
func misused(code int, name, english, chinese string) error {
	var texts [2]string
	for n, message := range []string{english, chinese} {
		fault, _ := json.Marshal(toldFault{Code: code, Name: name, Message: message})
		texts[n] = fmt.Sprintf(`{"faults":[%s]}`, fault)
	}
	return newError(texts)
}

// toldFault is a fault as C tells it, in one language.
type toldFault struct {
	Code    int    `json:"code"`
	Name    string `json:"name"`
	Message string `json:"message"`
	Pointer string `json:"pointer,omitempty"`
	Start   *int   `json:"start,omitempty"`
	End     *int   `json:"end,omitempty"`
	Hint    string `json:"hint,omitempty"`
}

func newError(texts [2]string) error {
	var both [2]struct {
		Faults []toldFault `json:"faults"`
	}
	for n, text := range texts {
		if err := json.Unmarshal([]byte(text), &both[n]); err != nil {
			return fmt.Errorf("guanxi: an error that cannot be read: %w", err)
		}
	}
	made := &Error{said: texts}
	for n, it := range both[0].Faults {
		fault := Fault{Code: it.Code, Name: it.Name, Message: it.Message, Pointer: it.Pointer, Hint: it.Hint}
		if n < len(both[1].Faults) {
			fault.MessageZh, fault.HintZh = both[1].Faults[n].Message, both[1].Faults[n].Hint
		}
		if it.Start != nil && it.End != nil {
			fault.Span = &Span{*it.Start, *it.End}
		}
		made.Faults = append(made.Faults, fault)
	}
	return made
}
