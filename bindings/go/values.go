package guanxi

// #include "bridge.h"
import "C"

// Values are what customers are worth at an instant, and in which tiers they are.
//
// Store.Values makes one. Each question makes all assessments up to the instant, of the
// store as it then is. Errors: unknown_reference where the playbook has no section
// value, unknown_customer, schema_mismatch, io, busy.
type Values struct{ questions }

// Values is asked what customers are worth, in which tiers they are, and why.
//
// The instants are as of Segments.
func (s *Store) Values(playbook *Playbook, asOf, knownAt When) (Values, error) {
	made, err := newQuestions(s, playbook, asOf, knownAt, valueAnswer)
	return Values{made}, err
}

// Everybody says what each customer is worth, with the whale curve and so many key
// accounts.
func (v Values) Everybody(top int, language Language) (Answer, error) {
	return v.ask("value", map[string]int{"top": top}, language)
}

// Tier says in which tier one customer is, why, and what would change it.
func (v Values) Tier(customer string, language Language) (Answer, error) {
	return v.ask("tier", map[string]string{"customer": customer}, language)
}

// Moves says who moved between tiers since a day or an instant, by causes.
func (v Values) Moves(since string) (Answer, error) {
	return v.ask("tiers", map[string]string{"from": since}, English)
}

func valueAnswer(q questions, text *C.char, size C.uint64_t, language C.uint32_t, out **C.gx_bytes, fail **C.gx_error) C.int32_t {
	return C.gx_value_answer(q.store.c(), q.playbook.c(), q.asOf, q.knownAt, text, size, language, out, fail)
}
