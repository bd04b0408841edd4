package guanxi

// #include "bridge.h"
import "C"

import "unsafe"

// Store is the facts of one tenant, in a file or in memory.
//
// It does one call at a time, whichever goroutines call: the others wait. Several
// stores may be open on one file, in several processes too. What was appended is on the
// disk when the call returns.
type Store struct {
	handle   *handle
	playbook *Playbook
}

// OpenStore opens the store in a file, or makes one where there is no file.
//
// The schema of the playbook is recorded in the file; one that adds kinds or nullable
// attributes to the recorded one is recorded too.
//
// Errors: schema_mismatch, not_a_store, newer_store, io, read_only, disk_full, busy,
// corrupt.
func OpenStore(path string, playbook *Playbook) (*Store, error) {
	return newStore(playbook, func(out **C.gx_store, fail **C.gx_error) C.int32_t {
		return C.gx_store_open(chars(path), size(path), playbook.c(), out, fail)
	})
}

// OpenStoreReadOnly opens the store in a file for questions only; it never makes a
// file, and records nothing.
//
// Errors: as OpenStore; io where there is no file.
func OpenStoreReadOnly(path string, playbook *Playbook) (*Store, error) {
	return newStore(playbook, func(out **C.gx_store, fail **C.gx_error) C.int32_t {
		return C.gx_store_open_read_only(chars(path), size(path), playbook.c(), out, fail)
	})
}

// StoreInMemory makes a store without facts that is gone when it is closed.
func StoreInMemory(playbook *Playbook) (*Store, error) {
	return newStore(playbook, func(out **C.gx_store, fail **C.gx_error) C.int32_t {
		return C.gx_store_in_memory(playbook.c(), out, fail)
	})
}

func newStore(playbook *Playbook, open func(out **C.gx_store, fail **C.gx_error) C.int32_t) (*Store, error) {
	var out *C.gx_store
	err := call(func(fail **C.gx_error) C.int32_t { return open(&out, fail) }, playbook.held())
	if err != nil {
		return nil, err
	}
	free := func(it unsafe.Pointer) C.int32_t { return C.gx_store_free((*C.gx_store)(it)) }
	made := newHandle(unsafe.Pointer(out), free, noun{"store", "数据库"})
	return &Store{made.inTurn(), playbook}, nil
}

// Close closes the store when the calls that are running have ended; a second time does
// nothing.
func (s *Store) Close() error { return s.held().close() }

func (s *Store) held() *handle {
	if s == nil {
		return nil
	}
	return s.handle
}

func (s *Store) c() *C.gx_store { return (*C.gx_store)(s.handle.pointer) }

// times is the playbook by which times are read.
func (s *Store) times() *Playbook {
	if s == nil {
		return nil
	}
	return s.playbook
}

// AppendOptions say how rows are read. The zero value: events, with the names of the
// schema, recorded, and reasons in English.
type AppendOptions struct {
	// Table is what the rows are about: customers, events, ref_NAME; empty: events.
	Table string
	// Mapping is the mapping document, where rows do not carry the schema's names.
	Mapping string
	// Language is that of reasons.
	Language Language
	// DryRun: the answer is the same, and nothing is recorded: which rows would be
	// refused and why, which kinds the schema does not have, how full each column is.
	DryRun bool
}

// c is the same for C, in memory that lives as long as the call.
func (o AppendOptions) c(keep *memory) *C.gx_append_options {
	out := (*C.gx_append_options)(keep.room(C.sizeof_gx_append_options))
	out.struct_size = C.sizeof_gx_append_options
	out.language, out.dry_run = o.Language.number(), flag(o.DryRun)
	if o.Table != "" {
		out.table, out.table_len = keep.text(o.Table), size(o.Table)
	}
	if o.Mapping != "" {
		out.mapping, out.mapping_len = keep.text(o.Mapping), size(o.Mapping)
	}
	return out
}

// Append records facts, in one transaction, with a verdict for every row.
//
// The rows are Objects, JSONLines, Columns, a Table, an ArrowArray or an ArrowStream.
// seen is when they were learnt: an instant, never before that of an earlier call, or
// Backfill where history is filled in.
//
// A row that cannot be a fact is refused with its reason, keeps no other from being
// recorded, and is no error: the answer says so. It has verdicts (new, same, pending,
// conflict, refused), the first rows of not_recorded with reasons, and what else is
// told in the header of the C library. Recording the same rows again changes nothing.
//
// Errors, and nothing was recorded: seen_decreases, read_only, disk_full, busy, io; of
// columns malformed_column, missing_column, unknown_column; 2001 to 2014 of a mapping.
func (s *Store) Append(rows Rows, seen When, options AppendOptions) (Answer, error) {
	if rows == nil {
		return nil, misused(C.GX_E_NULL_POINTER, "null_pointer", "there are no rows, but nil", "行为 nil")
	}
	learnt, err := s.times().learnt(seen)
	if err != nil {
		if columnar, is := rows.(Columnar); is {
			columnar.done()
		}
		return nil, err
	}
	var keep memory
	defer keep.free()
	return rows.append_(s, learnt, options.c(&keep))
}

// ReviewOptions say how to review. The zero value: one thread, everything that is known.
type ReviewOptions struct {
	// KnownAt: facts learnt later are left out.
	KnownAt When
	// Threads to use, up to 1024, which change no answer; 0: one.
	Threads int
}

// Review answers every question of a playbook about these facts, at an instant; where
// it is Unsaid, at the first local midnight after the last fact.
//
// It loads the facts once: about a second for two million of them.
//
// Errors: schema_mismatch, time_out_of_range, malformed_value, invalid_argument, io,
// busy, corrupt.
func (s *Store) Review(playbook *Playbook, asOf When, options ReviewOptions) (*Review, error) {
	instant, known, err := playbook.instants(asOf, options.KnownAt)
	if err != nil {
		return nil, err
	}
	threads, err := threadsOf(options.Threads)
	if err != nil {
		return nil, err
	}
	how := C.gx_review_options{struct_size: C.sizeof_gx_review_options, threads: threads}
	if options.KnownAt != Unsaid {
		how.has_known_at, how.known_at = 1, known
	}
	return newReview(playbook, func(out **C.gx_review, fail **C.gx_error) C.int32_t {
		return C.gx_review_create(s.c(), playbook.c(), instant, &how, out, fail)
	}, playbook.held(), s.held())
}

// Customer gives one customer in full, as Review.Customer, at an instant; facts learnt
// after knownAt are left out, unless it is Unsaid.
//
// It loads the facts of this customer alone, so it is the way for one page on a screen.
//
// Errors: unknown_customer, schema_mismatch, time_out_of_range, io, busy.
func (s *Store) Customer(playbook *Playbook, id string, asOf, knownAt When, language Language) (Answer, error) {
	instant, err := playbook.micros(asOf)
	if err != nil {
		return nil, err
	}
	known, err := playbook.microsIf(knownAt)
	if err != nil {
		return nil, err
	}
	return answered(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_customer_load(s.c(), playbook.c(), instant, known, chars(id), size(id),
			language.number(), out, fail)
	}, playbook.held(), s.held())
}

// Statistics says what the store holds: kinds, first_at, last_at, last_sequence and
// last_seen.
func (s *Store) Statistics() (Answer, error) {
	return answered(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_store_statistics(s.c(), out, fail)
	}, s.held())
}

// Verify checks that nothing is damaged or missing: look at sound.
//
// Also facts, batches, chain (the running hash over all facts) and faults. Costs several
// passes over the file.
func (s *Store) Verify(language Language) (Answer, error) {
	return answered(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_store_verify(s.c(), language.number(), out, fail)
	}, s.held())
}

// Backup copies the store, while it is in use, into a new file, which appears under its
// name only when it is complete and was checked.
//
// Errors: io where the name is taken; invalid_argument for a store in memory.
func (s *Store) Backup(path string) error {
	return call(func(fail **C.gx_error) C.int32_t {
		return C.gx_store_backup(s.c(), chars(path), size(path), fail)
	}, s.held())
}
