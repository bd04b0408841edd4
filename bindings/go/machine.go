package guanxi

// #include "bridge.h"
import "C"

import "time"

// State is a state of a machine at the instant of a review.
type State struct {
	Name string
	// Label and LabelZh are what people call it: its name where its author gave none.
	Label, LabelZh string
	// Customers are in it, or in a state inside it; of a keyed machine they are runs.
	Customers int
	// Inside is the name of the state that it is inside, or empty.
	Inside string
}

// Machine is a lifecycle at the instant of a review.
type Machine struct {
	Name           string
	Label, LabelZh string
	// Keyed: it runs once for each key, so that runs are counted instead of customers.
	Keyed bool
	// Troubles are the customers for whom one of its definitions failed and who went
	// on without it.
	Troubles int
	// States are each after the one it is inside, the likely ones first.
	States []State
}

// Machines gives the lifecycles of the playbook, in the order of names, with the
// customers in each state.
func (r *Review) Machines() (machines []Machine, err error) {
	err = call(func(fail **C.gx_error) C.int32_t {
		review := r.c()
		for n := C.uint64_t(0); n < C.gx_machine_count(review); n++ {
			var states, troubles C.uint64_t
			var keyed C.uint32_t
			if status := C.gx_machine_states(review, n, &states, &keyed, &troubles, fail); status != C.GX_OK {
				return status
			}
			machine := Machine{
				Name:     C.GoString(C.gx_machine_name(review, n)),
				Label:    C.GoString(C.gx_machine_label(review, n, C.GX_EN)),
				LabelZh:  C.GoString(C.gx_machine_label(review, n, C.GX_ZH)),
				Keyed:    keyed != 0,
				Troubles: int(troubles),
			}
			if status := r.states(&machine, n, states, fail); status != C.GX_OK {
				return status
			}
			machines = append(machines, machine)
		}
		return C.GX_OK
	}, r.held())
	return machines, err
}

func (r *Review) states(machine *Machine, which, states C.uint64_t, fail **C.gx_error) C.int32_t {
	review := r.c()
	for n := C.uint64_t(0); n < states; n++ {
		var customers, inside C.uint64_t
		if status := C.gx_state_customers(review, which, n, &customers, &inside, fail); status != C.GX_OK {
			return status
		}
		state := State{
			Name:      C.GoString(C.gx_state_name(review, which, n)),
			Label:     C.GoString(C.gx_state_label(review, which, n, C.GX_EN)),
			LabelZh:   C.GoString(C.gx_state_label(review, which, n, C.GX_ZH)),
			Customers: int(customers),
		}
		if inside != C.GX_OUTERMOST {
			state.Inside = C.GoString(C.gx_state_name(review, which, inside))
		}
		machine.States = append(machine.States, state)
	}
	return C.GX_OK
}

// Balance is of one state in one period: Opening + Began + Entered - Left - Erased =
// Closing.
type Balance struct {
	State string
	// Opening were there before the period, Began were first known there, Entered came
	// from elsewhere, Left went elsewhere, Erased were erased while there, and Closing
	// were there at the end, or at the instant of the review where that is earlier.
	Opening, Began, Entered, Left, Erased, Closing int
}

// Period is who came into each state of a machine and who went out, in one period.
type Period struct {
	// Since and Until: from the one to just before the other, in UTC.
	Since, Until time.Time
	// SoFar: it is not over at the instant of the review.
	SoFar bool
	// Balances are in the order of the machine's states.
	Balances []Balance
}

// Period says who came and went in the one period of the calendar that an instant is
// in; where at is Unsaid, in the last one before the instant of the review.
//
// every is a unit of the calendar, as "month". Without a name, it is the only machine.
// Flow tells more: several periods, groups, moves, and how long states last.
//
// Errors: unknown_machine, malformed_value, invalid_argument.
func (r *Review) Period(machine, every string, at When) (Period, error) {
	instant, err := r.times().microsIf(at)
	if err != nil {
		return Period{}, err
	}
	machines, err := r.Machines()
	if err != nil {
		return Period{}, err
	}
	var period Period
	states := statesOf(machines, machine)
	// A name that no machine has is told by the library, which then writes nothing.
	room := make([]C.gx_balance, len(states)+1)
	err = call(func(fail **C.gx_error) C.int32_t {
		var since, until C.int64_t
		status := C.gx_machine_balance(r.c(), charsIf(machine), size(machine), chars(every), size(every), instant,
			&room[0], C.uint64_t(len(states)), &since, &until, fail)
		period.Since, period.Until = moment(since), moment(until)
		period.SoFar = C.gx_review_as_of(r.c()) < until
		return status
	}, r.held())
	if err != nil {
		return Period{}, err
	}
	for n, state := range states {
		period.Balances = append(period.Balances, balanceOf(state.Name, room[n]))
	}
	return period, nil
}

// statesOf are those of a machine, or of the only one.
func statesOf(machines []Machine, name string) []State {
	for _, each := range machines {
		if each.Name == name || name == "" && len(machines) == 1 {
			return each.States
		}
	}
	return nil
}

func balanceOf(state string, it C.gx_balance) Balance {
	return Balance{state, int(it.opening), int(it.began), int(it.entered), int(it.left), int(it.erased), int(it.closing)}
}
