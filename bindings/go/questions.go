package guanxi

// #include "bridge.h"
import "C"

// asking is of what is asked: a store, by a playbook, at an instant, by what was known.
type asking struct {
	store         *Store
	playbook      *Playbook
	asOf, knownAt C.int64_t
}

// questions are those that are documents.
type questions struct {
	asking
	answer function
}

// function is what C answers questions with that are documents.
type function func(q questions, text *C.char, size C.uint64_t, language C.uint32_t, out **C.gx_bytes, fail **C.gx_error) C.int32_t

func newQuestions(store *Store, playbook *Playbook, asOf, knownAt When, answer function) (questions, error) {
	of, known, err := playbook.instants(asOf, knownAt)
	return questions{asking{store, playbook, of, known}, answer}, err
}

// Ask asks a question that is a JSON document itself, as the header of the C library
// tells them.
func (q questions) Ask(question string, language Language) (Answer, error) {
	return q.about(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return q.answer(q, chars(question), size(question), language.number(), out, fail)
	})
}

// ask asks a question by its name and its other keys.
func (q questions) ask(ask string, keys any, language Language) (Answer, error) {
	question, err := asked(ask, keys)
	if err != nil {
		return nil, err
	}
	return q.Ask(question, language)
}

// about calls a function of C with the playbook, the store, and more handles.
func (a asking) about(function func(out **C.gx_bytes, fail **C.gx_error) C.int32_t, more ...*handle) (Answer, error) {
	// The store last: whoever waits for its turn has all else already.
	return answered(function, append(append(more, a.playbook.held()), a.store.held())...)
}
