package guanxi

// #include "bridge.h"
import "C"

import (
	"regexp"
	"strings"
	"time"
)

// When is an instant: a time.Time by At, or a text by On.
//
// The zero value, Unsaid, says that none is given.
type When struct {
	text           string
	said, backfill bool
}

var (
	// Unsaid is no instant, where one can be left out.
	Unsaid = When{}
	// Backfill says of rows and commands that history is filled in: each fact
	// counts as learnt when it happened.
	Backfill = When{backfill: true}
)

// At is an instant of Go. The library counts microseconds: an instant between two of
// them is an *Error (too_fine), which time.Time.Truncate avoids.
func At(instant time.Time) When {
	return When{text: instant.Format(time.RFC3339Nano), said: true}
}

// On is an instant that people write: "2026-03-01T09:30:00+08:00"; "2026-03-01 09:30",
// which is local time of the playbook's zone; or "2026-03-01", the end of that day.
func On(text string) When { return When{text: text, said: true} }

// unsaid is where C wants an instant and none is given.
const unsaid = C.int64_t(C.GX_TIME_NONE)

// micros is an instant as C has it: microseconds since 1970 in UTC.
func (p *Playbook) micros(when When) (C.int64_t, error) {
	if when.backfill {
		return 0, misused(C.GX_E_INVALID_ARGUMENT, "invalid_argument",
			"Backfill says when rows were learnt, and is no instant", "Backfill 只表示何时得知，不是时刻")
	}
	var out C.int64_t
	err := call(func(fail **C.gx_error) C.int32_t {
		return C.gx_time_parse(p.c(), chars(when.text), size(when.text), &out, fail)
	}, p.held())
	return out, err
}

// microsIf is the same, or what stands for none.
func (p *Playbook) microsIf(when When) (C.int64_t, error) {
	if when == Unsaid {
		return unsaid, nil
	}
	return p.micros(when)
}

// learnt is when rows or a command were learnt.
func (p *Playbook) learnt(seen When) (C.int64_t, error) {
	if seen.backfill {
		return C.int64_t(C.GX_SEEN_BACKFILL), nil
	}
	return p.micros(seen)
}

var day = regexp.MustCompile(`^(\d{4}-\d{1,2}-\d{1,2}|\d{4}/\d{1,2}/\d{1,2})$`)

// start is the instant at which something begins: of a day its first moment.
func (p *Playbook) start(when When) (C.int64_t, error) {
	if text := strings.TrimSpace(when.text); day.MatchString(text) {
		when.text = text + " 00:00"
	}
	return p.micros(when)
}

// instants are those of a question: of which one it is, and by when it was known.
func (p *Playbook) instants(asOf, knownAt When) (of, known C.int64_t, err error) {
	if of, err = p.microsIf(asOf); err == nil {
		known, err = p.microsIf(knownAt)
	}
	return of, known, err
}

// moment is an instant of C as Go has it, in UTC.
func moment(micros C.int64_t) time.Time { return time.UnixMicro(int64(micros)).UTC() }
