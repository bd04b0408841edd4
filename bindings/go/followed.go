package guanxi

// #include "bridge.h"
import "C"

// Followed is a store that is followed by one playbook.
//
// Store.Follow makes one. What follows from facts, and from time, is told once by
// Changes, and asked for by Effects until Ack says that it is done. All of it stands in
// the store's file: another process goes on where this one was.
//
// Instants are those of the host's clock; an earlier one than was given before counts as
// that one.
type Followed struct{ asking }

// Follow is what follows from facts and from time, by one playbook.
func (s *Store) Follow(playbook *Playbook) Followed {
	return Followed{asking{store: s, playbook: playbook}}
}

// Apply records facts and works out what follows for their customers, at once.
//
// The rows, seen and the options are as in Store.Append; where seen is Unsaid, it is
// now. Facts after now wait for Advance. Facts that come as columns are appended, and
// Advance catches up with them.
//
// The answer has the report of the rows, and how many customers were looked at, changes
// told, effects queued, taken_back, and are waiting.
//
// Errors, and nothing was recorded: playbook_changed, as Store.Append.
func (f Followed) Apply(rows Lines, now, seen When, options AppendOptions) (Answer, error) {
	if rows.err != nil {
		return nil, rows.err
	}
	instant, err := f.playbook.micros(now)
	if err != nil {
		return nil, err
	}
	learnt := instant
	if seen != Unsaid {
		if learnt, err = f.playbook.learnt(seen); err != nil {
			return nil, err
		}
	}
	var keep memory
	defer keep.free()
	how := options.c(&keep)
	return f.about(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_store_apply(f.store.c(), f.playbook.c(), chars(rows.text), size(rows.text), learnt, instant,
			how, out, fail)
	})
}

// Advance works out what time brings about up to an instant, for so many customers; for
// 1,000 where limit is 0.
//
// As long as some are waiting, call again with the same instant.
//
// Errors: playbook_changed, busy, read_only, disk_full, io.
func (f Followed) Advance(to When, limit int, language Language) (Answer, error) {
	return f.ask("advance", page{Limit: limit}, to, language)
}

// Adopt follows the store by this playbook from now on, whichever it was before.
//
// What the playbook asks for of the past counts as carried out: effects.
//
// Errors: busy, read_only, disk_full, io.
func (f Followed) Adopt(now When, language Language) (Answer, error) {
	return f.ask("adopt", nil, now, language)
}

// page is a part of what is told; of a limit of 0 the library's own.
type page struct {
	After int64 `json:"after,omitempty"`
	Limit int   `json:"limit,omitempty"`
}

// Changes tells what is otherwise about customers since a sequence: changes, and the
// last, to go on after; so many, or 1,000 where limit is 0.
//
// Errors: busy, io.
func (f Followed) Changes(after int64, limit int) (Answer, error) {
	return f.ask("changes", page{after, limit}, Unsaid, English)
}

// Effects tells what is to be carried out: effects, and how many are pending.
//
// The same effect has the same id each time; whoever keeps the ids of what was done does
// nothing twice.
//
// Errors: busy, io.
func (f Followed) Effects(after int64, limit int) (Answer, error) {
	return f.ask("effects", page{after, limit}, Unsaid, English)
}

// Ack says that effects are carried out; saying so again changes nothing.
//
// The answer says how many were acknowledged, had been before, are pending still, and
// unknown ids.
//
// Errors: busy, read_only, disk_full, io.
func (f Followed) Ack(ids ...string) (Answer, error) {
	return f.ask("ack", map[string][]string{"ids": append([]string{}, ids...)}, Unsaid, English)
}

// Recompute works everything out anew from the facts, and compares what is kept.
//
// The answer says how many customers were compared, how many deviations there are, and
// the first of them; to Adopt the same playbook mends them.
//
// Errors: busy, io.
func (f Followed) Recompute() (Answer, error) { return f.ask("recompute", nil, Unsaid, English) }

// AuditTrail says what of the trail is told; the zero value: all of it from the start.
type AuditTrail struct {
	// About is one customer.
	About string `json:"about,omitempty"`
	// After and Limit are as for Changes.
	After int64 `json:"after,omitempty"`
	Limit int   `json:"limit,omitempty"`
	// Expect is a head that was kept elsewhere, which the trail must hold.
	Expect string `json:"expect,omitempty"`
}

// AuditTrail tells what was done by hand, by whom and why, and whether the trail adds
// up.
//
// The trail is in the order of what was done; check says whether each entry follows from
// the one before, and the head, the hash of the last one. Keep it elsewhere.
//
// Errors: busy, io.
func (f Followed) AuditTrail(of AuditTrail) (Answer, error) {
	return f.ask("audit_trail", of, Unsaid, English)
}

// Restriction is about whom, and who wants it and why, where that is told.
type Restriction struct {
	Customer string `json:"customer"`
	Actor    string `json:"actor,omitempty"`
	Reason   string `json:"reason,omitempty"`
}

// Restrict keeps a customer's facts, and uses them no more, until that is lifted.
//
// The answer has the customers it is about, and whether it changed something.
//
// Errors: unknown_customer, busy, read_only, disk_full, io.
func (f Followed) Restrict(of Restriction, now When) (Answer, error) {
	return f.ask("restrict", of, now, English)
}

// LiftRestriction uses a customer's facts again. As Restrict.
func (f Followed) LiftRestriction(of Restriction, now When) (Answer, error) {
	return f.ask("lift_restriction", of, now, English)
}

// Restrictions says who is restricted, since when.
//
// Errors: busy, io.
func (f Followed) Restrictions() (Answer, error) {
	return f.ask("restrictions", nil, Unsaid, English)
}

// Ask asks a question that is a JSON document itself, as the header of the C library
// tells them at gx_store_follow; now is when, or Unsaid where no question needs it.
func (f Followed) Ask(question string, now When, language Language) (Answer, error) {
	instant, err := f.playbook.microsIf(now)
	if err != nil {
		return nil, err
	}
	return f.about(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_store_follow(f.store.c(), f.playbook.c(), instant, chars(question), size(question),
			language.number(), out, fail)
	})
}

func (f Followed) ask(ask string, keys any, now When, language Language) (Answer, error) {
	question, err := asked(ask, keys)
	if err != nil {
		return nil, err
	}
	return f.Ask(question, now, language)
}
