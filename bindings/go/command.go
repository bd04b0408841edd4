package guanxi

// #include "bridge.h"
import "C"

// Command carries out what a person decided or asks for.
//
// The command is a JSON object with one key: {"merge": {"from": "C-2", "into": "C-1"}},
// {"unmerge": {...}}, {"override": {"customer": "C-1", "machine": "relationship",
// "state": "lost", "pinned": true, "until": "2026-06-30", "actor": "li", "reason":
// "moved away"}}, {"retract": {"source": "command", "id": "..."}}, {"claim":
// {"customer": "C-1", "owner": "li"}}, {"release": {"customer": "C-1", "actor": "li"}},
// {"transfer": {"customer": "C-1", "owner": "wu", "actor": "li"}}, {"extend":
// {"customer": "C-1", "until": "2026-06-30", "actor": "li"}}.
//
// It holds from at on, a day from its first moment; seen is when it was given, or
// Backfill. Reading, deciding and recording is one transaction: of two who claim one
// customer, one gets it.
//
// The answer has what was recorded: customers, facts and, of a request, decision with
// granted, evidence and faults. A refusal is no error.
//
// Errors: unknown_customer, unknown_machine, unknown_state, conflict, invalid_argument,
// seen_decreases, busy, io.
func (s *Store) Command(playbook *Playbook, command string, at, seen When, language Language) (Answer, error) {
	instant, err := playbook.start(at)
	if err != nil {
		return nil, err
	}
	learnt, err := playbook.learnt(seen)
	if err != nil {
		return nil, err
	}
	return answered(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_store_command(s.c(), playbook.c(), chars(command), size(command), instant, learnt,
			language.number(), out, fail)
	}, playbook.held(), s.held())
}

// Sign says who acts through this store from now on, and why; empty: nobody says.
//
// So it is entered into the audit trail (Followed.AuditTrail) with every command,
// adoption of a playbook, erasure and restriction.
func (s *Store) Sign(actor, reason string) error {
	return call(func(fail **C.gx_error) C.int32_t {
		return C.gx_store_sign(s.c(), charsIf(actor), size(actor), charsIf(reason), size(reason), fail)
	}, s.held())
}

// Erase erases a customer, and all that are merged with it, from the file too.
//
// From at on, a day from its first moment, nobody is there; facts about the erased are
// refused. A trial says what would go, and erases nothing.
//
// The answer has ids, facts, events (skeletons that stay under surrogates), mentions,
// wiped and at.
//
// Errors: unknown_customer, busy, read_only, disk_full, io.
func (s *Store) Erase(id string, at When, trial bool) (Answer, error) {
	instant, err := s.times().start(at)
	if err != nil {
		return nil, err
	}
	return answered(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_store_erase(s.c(), chars(id), size(id), instant, flag(trial), out, fail)
	}, s.held())
}

// Erasures gives the list of erasures, to be kept with the backups. No id can be read
// from a mark.
//
// Errors: busy, io.
func (s *Store) Erasures() (Answer, error) {
	return answered(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_store_erasures(s.c(), out, fail)
	}, s.held())
}

// EraseListed erases everybody on a list that Erasures gave, as after the restore of an
// older backup.
//
// Errors: bad_value, busy, read_only, disk_full, io.
func (s *Store) EraseListed(erasures Answer) (Answer, error) {
	list := string(erasures)
	return answered(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_store_erase_listed(s.c(), chars(list), size(list), out, fail)
	}, s.held())
}
