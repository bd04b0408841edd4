package guanxi

// #include "bridge.h"
import "C"

// Collisions are who is a customer already at an instant, and who is there twice.
//
// Store.Collisions makes one. Each question reads everybody's match keys, of the store
// as it then is. Errors: invalid_argument where the playbook has no section identity,
// unknown_reference, unknown_customer, schema_mismatch, io, busy.
type Collisions struct{ questions }

// Collisions is asked who is a customer already, by the match keys of the playbook, and
// who is there twice.
//
// The instants are as of Segments.
func (s *Store) Collisions(playbook *Playbook, asOf, knownAt When) (Collisions, error) {
	made, err := newQuestions(s, playbook, asOf, knownAt, collisionAnswer)
	return Collisions{made}, err
}

// Collide says whether somebody with these values, by attribute, is there: verdict. A
// value is a text, a list of texts, or nil.
func (c Collisions) Collide(row map[string]any, language Language) (Answer, error) {
	if row == nil {
		row = map[string]any{}
	}
	return c.ask("collide", map[string]any{"row": row}, language)
}

// Same says whether a customer is there under another id too.
func (c Collisions) Same(customer string, language Language) (Answer, error) {
	return c.ask("same", map[string]string{"customer": customer}, language)
}

// Scan gives everybody who is there twice: groups, possible, shared, unread.
func (c Collisions) Scan(language Language) (Answer, error) { return c.ask("scan", nil, language) }

func collisionAnswer(q questions, text *C.char, size C.uint64_t, language C.uint32_t, out **C.gx_bytes, fail **C.gx_error) C.int32_t {
	return C.gx_collision_answer(q.store.c(), q.playbook.c(), q.asOf, q.knownAt, text, size, language, out, fail)
}
