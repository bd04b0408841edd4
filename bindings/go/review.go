package guanxi

// #include "bridge.h"
import "C"

import (
	"time"
	"unsafe"
)

// Review is all answers of a playbook about a store at one instant.
//
// Store.Review makes one. It holds the facts that it was made from, so it can be asked
// further questions, and what is appended to the store later does not change it. Any
// number of goroutines may use one at once. Close frees the facts.
type Review struct {
	handle   *handle
	playbook *Playbook
	// Reports say what became of the rows of each table of ReviewRows; of a store's
	// review they are an empty array.
	Reports Answer
}

func newReview(playbook *Playbook, make func(out **C.gx_review, fail **C.gx_error) C.int32_t, used ...*handle) (*Review, error) {
	var out *C.gx_review
	err := call(func(fail **C.gx_error) C.int32_t { return make(&out, fail) }, used...)
	if err != nil {
		return nil, err
	}
	free := func(it unsafe.Pointer) C.int32_t { return C.gx_review_free((*C.gx_review)(it)) }
	made := newHandle(unsafe.Pointer(out), free, noun{"review", "评估结果"})
	return &Review{made, playbook, Answer("[]")}, nil
}

// RowsOptions say how rows are reviewed. The zero value: one thread, reasons in English.
type RowsOptions struct {
	// Threads to use, up to 1024, which change no answer; 0: one.
	Threads int
	// Language is that of reasons in the reports.
	Language Language
}

// ReviewRows answers every question of a playbook about columns, without a store.
//
// All facts count as learnt when they happened, and nothing is kept but this review. Put
// customers first and events last. A row that cannot be a fact is left out and keeps no
// other out; Reports say which and why, as Store.Append does. Where asOf is Unsaid, the
// instant is the first local midnight after the last fact.
//
// Errors: time_out_of_range, malformed_value, unknown_column, missing_column,
// malformed_column, invalid_argument; 2001 to 2014 of a mapping.
func ReviewRows(playbook *Playbook, tables []Given, asOf When, options RowsOptions) (*Review, error) {
	return withTables(tables, func(first *C.gx_table, used []*handle) (*Review, error) {
		instant, err := playbook.microsIf(asOf)
		if err != nil {
			return nil, err
		}
		threads, err := threadsOf(options.Threads)
		if err != nil {
			return nil, err
		}
		how := C.gx_review_options{struct_size: C.sizeof_gx_review_options, threads: threads}
		var reports *C.gx_bytes
		review, err := newReview(playbook, func(out **C.gx_review, fail **C.gx_error) C.int32_t {
			return C.gx_review_columns(playbook.c(), first, C.uint64_t(len(tables)), options.Language.number(),
				instant, &how, out, &reports, fail)
		}, append(used, playbook.held())...)
		if err == nil {
			review.Reports = Answer(takenBytes(reports))
		}
		return review, err
	})
}

// Close frees the review when the calls that are running have ended; a second time does
// nothing.
func (r *Review) Close() error { return r.held().close() }

func (r *Review) held() *handle {
	if r == nil {
		return nil
	}
	return r.handle
}

func (r *Review) c() *C.gx_review { return (*C.gx_review)(r.handle.pointer) }

// times is the playbook by which times are read.
func (r *Review) times() *Playbook {
	if r == nil {
		return nil
	}
	return r.playbook
}

// reads calls a function that cannot fail.
func (r *Review) reads(function func()) error {
	return call(func(**C.gx_error) C.int32_t {
		function()
		return C.GX_OK
	}, r.held())
}

// AsOf gives the instant of the answers, in UTC.
func (r *Review) AsOf() (at time.Time, err error) {
	err = r.reads(func() { at = moment(C.gx_review_as_of(r.c())) })
	return at, err
}

// Customers counts the customers who were there at that instant.
func (r *Review) Customers() (n int, err error) {
	err = r.reads(func() { n = int(C.gx_review_customers(r.c())) })
	return n, err
}

// Events counts the events that had happened by that instant.
func (r *Review) Events() (n int, err error) {
	err = r.reads(func() { n = int(C.gx_review_events(r.c())) })
	return n, err
}

// Answer gives the whole review, without the members of segments. Reasons come in the
// language, labels in both.
func (r *Review) Answer(language Language) (Answer, error) {
	return answered(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_review_json(r.c(), language.number(), out, fail)
	}, r.held())
}

// Members gives the customers in a segment.
//
// Errors: unknown_segment.
func (r *Review) Members(segment string) (Ids, error) { return r.ids(r.members(segment)) }

// MembersArrow gives the same as an array of the Arrow C Data Interface: large_utf8, in a
// struct ArrowArray and a struct ArrowSchema at these addresses in memory of C, to be
// released by their own callbacks. Nothing is copied; the array outlives the review.
func (r *Review) MembersArrow(segment string, array, schema unsafe.Pointer) error {
	return r.arrowIds(r.members(segment), array, schema)
}

func (r *Review) members(segment string) found {
	return func(out **C.gx_ids, fail **C.gx_error) C.int32_t {
		return C.gx_segment_ids(r.c(), chars(segment), size(segment), out, fail)
	}
}

// Query says how many customers satisfy a condition: members, population, errors,
// as_of, and failures and notes where there are some.
//
// The condition is in the words of the playbook, and may read its segments. The error
// has all faults of the expression (3001 to 3019), with bytes.
func (r *Review) Query(expression string, language Language) (Answer, error) {
	return answered(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_query_json(r.c(), chars(expression), size(expression), language.number(), out, fail)
	}, r.held())
}

// Ids gives the customers who satisfy a condition, as of Query.
func (r *Review) Ids(expression string) (Ids, error) { return r.ids(r.who(expression)) }

// IdsArrow gives the same as an array of the Arrow C Data Interface, as MembersArrow.
func (r *Review) IdsArrow(expression string, array, schema unsafe.Pointer) error {
	return r.arrowIds(r.who(expression), array, schema)
}

func (r *Review) who(expression string) found {
	return func(out **C.gx_ids, fail **C.gx_error) C.int32_t {
		return C.gx_query_ids(r.c(), chars(expression), size(expression), out, fail)
	}
}

// Table gives all customers as columns.
//
// A row for each customer, in the order of ids: id; each attribute by its name, as it
// was at the instant of the review; and for each segment a segment.NAME that says
// whether the customer is in it. Amounts and decimals are Decimals.
func (r *Review) Table() (*Table, error) {
	return newTable(func(array *C.struct_ArrowArray, schema *C.struct_ArrowSchema, fail **C.gx_error) C.int32_t {
		return C.gx_review_arrow(r.c(), array, schema, fail)
	}, r.held())
}

// QueryTable gives the customers who satisfy a condition, as of Query, with the columns
// of Table.
func (r *Review) QueryTable(expression string) (*Table, error) {
	return newTable(func(array *C.struct_ArrowArray, schema *C.struct_ArrowSchema, fail **C.gx_error) C.int32_t {
		return C.gx_query_arrow(r.c(), chars(expression), size(expression), array, schema, fail)
	}, r.held())
}

// Explain says why a customer satisfies a condition, or does not, as a tree.
//
// Errors: unknown_customer; 3001 to 3019 for the expression.
func (r *Review) Explain(expression, customer string, language Language) (Answer, error) {
	return answered(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_query_explain(r.c(), chars(expression), size(expression), chars(customer), size(customer),
			language.number(), out, fail)
	}, r.held())
}

// Customer gives one customer in full: attributes, consents, events, and each segment
// with the reason.
//
// Errors: unknown_customer.
func (r *Review) Customer(id string, language Language) (Answer, error) {
	return answered(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_customer_json(r.c(), chars(id), size(id), language.number(), out, fail)
	}, r.held())
}

// Diagram draws a machine, with the customers in each state; arrows say how many went
// that way in the last month. Without a name, the only machine.
//
// Errors: unknown_machine, invalid_argument.
func (r *Review) Diagram(machine string, format Format, language Language) (string, error) {
	return spelled(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_machine_picture(r.c(), charsIf(machine), size(machine), C.uint32_t(format),
			language.number(), out, fail)
	}, r.held())
}
