package guanxi

// #include "bridge.h"
import "C"

import "encoding/json"

// Segments are who is in which segment at an instant, since when, until when, and why.
//
// Store.Segments makes one. Each question reads the store as it then is. An answer is
// what `guanxi segment` prints with --json. Errors: unknown_segment, unknown_customer,
// schema_mismatch, io, busy.
type Segments struct{ questions }

// Segments is asked who is in which segment, since when, until when, and why.
//
// Where asOf is Unsaid, at the midnight after the last fact. Facts learnt after knownAt
// are left out, unless it is Unsaid.
func (s *Store) Segments(playbook *Playbook, asOf, knownAt When) (Segments, error) {
	made, err := newQuestions(s, playbook, asOf, knownAt, segmentAnswer(nil))
	return Segments{made}, err
}

// List gives each segment: how many are in it, and what it reads.
func (s Segments) List(language Language) (Answer, error) {
	return s.ask("list", nil, language)
}

// Members says who is in a segment, by id, and for whom its condition is an error.
func (s Segments) Members(segment string, language Language) (Answer, error) {
	return s.ask("members", map[string]string{"segment": segment}, language)
}

// Explain says why one customer is in a segment or not, and what would change it.
func (s Segments) Explain(segment, customer string, language Language) (Answer, error) {
	return s.ask("explain", map[string]string{"segment": segment, "customer": customer}, language)
}

// History says when one customer came into a segment and went, and why.
func (s Segments) History(segment, customer string) (Answer, error) {
	return s.ask("history", map[string]string{"segment": segment, "customer": customer}, English)
}

// Leaving says who leaves a segment or enters it if nothing happens, and when; within a
// time as "days(7)", which it is where empty.
//
// Errors: unforeseen, with the bytes of the condition that are meant.
func (s Segments) Leaving(segment, within string) (Answer, error) {
	return s.ask("leaving", struct {
		Segment string `json:"segment"`
		Within  string `json:"within,omitempty"`
	}{segment, within}, English)
}

// Overlap says how many are in two segments at once; without names, of all.
func (s Segments) Overlap(segments ...string) (Answer, error) {
	if len(segments) == 0 {
		return s.ask("overlap", nil, English)
	}
	return s.ask("overlap", map[string][]string{"segments": segments}, English)
}

// Diff says who would come into segments and go out by another playbook, and why.
//
// Errors: schema_mismatch where its schema has more.
func (s Segments) Diff(other *Playbook) (Answer, error) {
	return s.AskWith(other, `{"ask":"diff"}`, English)
}

// DiffReview says what another playbook would answer otherwise, before it is put in
// force: of segments, lifecycles with what would have to be done, tiers with scores, and
// kpis.
//
// Errors: schema_mismatch where its schema has more.
func (s Segments) DiffReview(other *Playbook) (Answer, error) {
	return s.AskWith(other, `{"ask":"diff_review"}`, English)
}

// Review says which segments are empty, alike, standing still, or say too much.
//
// With measuredFrom, a day or an instant, also which segments read anything later: they
// cannot measure a campaign that began then.
func (s Segments) Review(measuredFrom string) (Answer, error) {
	return s.ask("review", struct {
		MeasuredFrom string `json:"measured_from,omitempty"`
	}{measuredFrom}, English)
}

// Audience is whom a campaign means.
type Audience struct {
	Segment  string   `json:"segment"`
	Purpose  string   `json:"purpose"`
	Channels []string `json:"channels"`
	// Exclude are segments whose members are left out.
	Exclude []string `json:"exclude,omitempty"`
	// Holdout, Caps and Quiet are as the C library tells them: {"percent": "10",
	// "salt": "spring"}; [{"list": "contacts", "most": 2, "within": "days(30)"}];
	// {"from": "21:00", "until": "09:00"}.
	Holdout json.RawMessage `json:"holdout,omitempty"`
	Caps    json.RawMessage `json:"caps,omitempty"`
	Quiet   json.RawMessage `json:"quiet,omitempty"`
}

// Audience says who of a segment may be contacted, by which channel, and why the others
// not.
//
// The error has all faults of the question, each with its place.
func (s Segments) Audience(audience Audience) (Answer, error) {
	return s.ask("audience", audience, English)
}

// AskWith asks a question that is a JSON document itself, about another playbook too.
func (s Segments) AskWith(other *Playbook, question string, language Language) (Answer, error) {
	return s.about(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return segmentAnswer(other)(s.questions, chars(question), size(question), language.number(), out, fail)
	}, other.held())
}

func segmentAnswer(other *Playbook) function {
	return func(q questions, text *C.char, size C.uint64_t, language C.uint32_t, out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		var than *C.gx_playbook
		if other != nil {
			than = other.c()
		}
		return C.gx_segment_answer(q.store.c(), q.playbook.c(), than, q.asOf, q.knownAt, text, size, language, out, fail)
	}
}
