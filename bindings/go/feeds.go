package guanxi

// #include "bridge.h"
import "C"

import "encoding/json"

// Feeds are tables of the host that are followed row by row.
//
// Store.Feeds makes one.
type Feeds struct{ asking }

// Feeds are tables that the host goes on changing, to be followed and reconciled.
func (s *Store) Feeds(playbook *Playbook) Feeds {
	return Feeds{asking{store: s, playbook: playbook}}
}

// Sync says which table was read, and how.
type Sync struct {
	// Table is its name in the mapping.
	Table string `json:"table"`
	// Mapping is a JSON document that says under sync of this table which rows are
	// handed over: append, changes or snapshot.
	Mapping string `json:"-"`
	// Follow: what follows is worked out in the same transaction.
	Follow bool `json:"follow,omitempty"`
	// Backfill: facts that are new count as learnt when they happened.
	Backfill bool `json:"backfill,omitempty"`
	// HostRestored: the host went back to a backup; what it says holds, even as an
	// older version.
	HostRestored bool `json:"host_restored,omitempty"`
	// MostGone is how many per cent of the known rows a snapshot may lack; nil: 20.
	MostGone *int `json:"most_gone,omitempty"`
	// Since and To are days, both included: a snapshot holds the events of these
	// alone.
	Since string `json:"from,omitempty"`
	To    string `json:"to,omitempty"`
	// Language is that of reasons.
	Language Language `json:"-"`
}

// Sync works out which rows are new, changed, gone or missing, and records that.
//
// The rows' keys are the host's columns; seen is when they were read from the host.
//
// The answer counts rows (new, changed, unchanged, gone, older, not_recorded), says how
// far the host was read (cursor), and lists the first rows that were refused, with
// reasons.
//
// Errors, and nothing was recorded: too_many_gone, seen_decreases, read_only, disk_full,
// busy, io; 2001 to 2014 of a mapping.
func (f Feeds) Sync(rows Lines, seen When, how Sync) (Answer, error) {
	question, err := asked("sync", how)
	if err != nil {
		return nil, err
	}
	if how.Mapping != "" {
		// As it is written, so that its faults are told of that.
		question = question[:len(question)-1] + `,"mapping":` + how.Mapping + "}"
	}
	return f.Ask(question, rows, seen, how.Language)
}

// List says which tables are followed, how many rows each has, and how far it was read.
func (f Feeds) List() (Answer, error) {
	return f.Ask(`{"ask":"feeds"}`, Lines{}, Unsaid, English)
}

// Reconcile gives the host's counts and sums beside those of the store.
//
// The figures are a JSON array: each has a kind and, where wanted, a source, a period
// (2026-03, 2026-03-05), a count and sums by field, as texts. Look at agrees.
func (f Feeds) Reconcile(figures json.RawMessage, language Language) (Answer, error) {
	question, err := asked("reconcile", map[string]json.RawMessage{"figures": figures})
	if err != nil {
		return nil, err
	}
	return f.Ask(question, Lines{}, Unsaid, language)
}

// Ask asks a question that is a JSON document itself, as the header of the C library
// tells them at gx_store_feed; seen is Unsaid where no question needs it.
func (f Feeds) Ask(question string, rows Lines, seen When, language Language) (Answer, error) {
	if rows.err != nil {
		return nil, rows.err
	}
	var instant C.int64_t
	if seen != Unsaid {
		var err error
		if instant, err = f.playbook.micros(seen); err != nil {
			return nil, err
		}
	}
	return f.about(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_store_feed(f.store.c(), f.playbook.c(), chars(question), size(question), charsIf(rows.text),
			size(rows.text), instant, language.number(), out, fail)
	})
}
