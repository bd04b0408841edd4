package guanxi

// #include "bridge.h"
import "C"

// Journey is one customer at an instant: where it is in each machine, how it came there,
// and what comes next.
//
// Store.Journey makes one. Each question loads the facts of this customer alone, from
// the store as it then is. Errors: unknown_customer, schema_mismatch, io, busy.
type Journey struct {
	asking
	id string
}

// Journey gives one customer's way through the machines of a playbook, up to an
// instant. Facts learnt after knownAt are left out, unless it is Unsaid.
func (s *Store) Journey(playbook *Playbook, id string, asOf, knownAt When) (Journey, error) {
	instant, err := playbook.micros(asOf)
	if err != nil {
		return Journey{}, err
	}
	known, err := playbook.microsIf(knownAt)
	if err != nil {
		return Journey{}, err
	}
	return Journey{asking{s, playbook, instant, known}, id}, nil
}

// States says where the customer is in each machine, since when, and what is due.
func (j Journey) States() (Answer, error) {
	return j.about(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_journey_states(j.store.c(), j.playbook.c(), j.asOf, j.knownAt, chars(j.id), size(j.id), out, fail)
	})
}

// History tells every step so far, and what brought it about.
func (j Journey) History() (Answer, error) {
	return j.about(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_journey_history(j.store.c(), j.playbook.c(), j.asOf, j.knownAt, chars(j.id), size(j.id), out, fail)
	})
}

// Explain tells every step with its reasons, and what kept the other ways out.
func (j Journey) Explain(language Language) (Answer, error) {
	return j.about(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_journey_explain(j.store.c(), j.playbook.c(), j.asOf, j.knownAt, chars(j.id), size(j.id),
			language.number(), out, fail)
	})
}

// WhyNot says why the customer is not in a state, and how it could come there.
//
// With an empty machine, of the one that has such a state. Errors: unknown_machine,
// unknown_state, unknown_run.
func (j Journey) WhyNot(state, machine string, language Language) (Answer, error) {
	return j.about(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_journey_why_not(j.store.c(), j.playbook.c(), j.asOf, j.knownAt, chars(j.id), size(j.id),
			charsIf(machine), size(machine), chars(state), size(state), language.number(), out, fail)
	})
}

// Suppose says where the customer would be if something happened; nothing is written.
//
// The rows are as Store.Append takes them; customer and at may be left out. The error
// has every fault of the rows.
func (j Journey) Suppose(rows Lines) (Answer, error) {
	if rows.err != nil {
		return nil, rows.err
	}
	return j.about(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_journey_if(j.store.c(), j.playbook.c(), j.asOf, j.knownAt, chars(j.id), size(j.id),
			chars(rows.text), size(rows.text), out, fail)
	})
}
