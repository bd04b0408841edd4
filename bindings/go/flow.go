package guanxi

// #include "bridge.h"
import "C"

// Flow says whose comings and goings are told; all that is empty can be left out.
type Flow struct {
	// Machine is one machine; empty: all.
	Machine string
	// Every is a unit of the calendar, as "month"; empty: one period.
	Every string
	// Since and Until are the first instant and the first after it.
	Since, Until When
	// By is an expression that groups customers.
	By string
}

// Flow says who came into each state and who went out, and how long states last.
//
// In each period of each state opening + began + in - out - erased = closing, where
// erased is left out if nobody was.
//
// Errors: unknown_machine, malformed_value; 3001 to 3020 for the expression.
func (r *Review) Flow(of Flow) (Answer, error) {
	since, until, err := r.times().instants(of.Since, of.Until)
	if err != nil {
		return nil, err
	}
	return answered(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_machine_flow(r.c(), charsIf(of.Machine), size(of.Machine), charsIf(of.Every), size(of.Every),
			since, until, charsIf(of.By), size(of.By), out, fail)
	}, r.held())
}

// Mode is how another playbook holds.
type Mode uint32

// As if it had always held; from an instant on; beside the one that holds.
const (
	Reinterpret Mode = C.GX_REINTERPRET
	Forward     Mode = C.GX_FORWARD
	Shadow      Mode = C.GX_SHADOW
)

// Comparison says how another playbook is compared. The zero value: as if it had always
// held.
type Comparison struct {
	Mode Mode
	// Since is from when on, for Forward.
	Since When
	// States gives for each machine the new state that an old one stands for, where
	// they are called differently.
	States map[string]map[string]string
}

// Compare says what another playbook of the same schema would change, over everybody.
//
// Errors: schema_mismatch, bad_value, invalid_argument.
func (r *Review) Compare(other *Playbook, how Comparison) (Answer, error) {
	since, err := r.times().microsIf(how.Since)
	if err != nil {
		return nil, err
	}
	states := ""
	if how.States != nil {
		document, err := written(how.States)
		if err != nil {
			return nil, err
		}
		states = string(document)
	}
	return answered(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_machine_compare(r.c(), other.c(), C.uint32_t(how.Mode), since, charsIf(states), size(states), out, fail)
	}, other.held(), r.held())
}
