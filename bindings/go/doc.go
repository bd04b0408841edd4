// Package guanxi (关系) is the decision core of customer relationship management.
//
// The host has the screens, the users and the data; guanxi has the judgement:
// which customers belong to a segment at an instant, and why.
//
//	Playbook   what was decided: schema, calendar, segments; one JSON document
//	Store      what happened: the facts of one tenant, in a file or in memory
//	Review     every answer of a playbook about a store at one instant
//
// What the library refuses is an *Error, with all faults, each with its place, in
// English and Chinese; errors.As finds it. Documents are JSON texts, and answers are
// an Answer: the exact JSON text, which Decode reads into Go's own types.
//
// # Threads
//
// A Playbook, a Review, a Table and Ids never change, and any number of goroutines
// may use one at once. A Store does one call at a time: calls of other goroutines
// wait for their turn. Close waits for the calls that are running; what is called
// after it is an *Error (freed_handle, 1013). What nobody closes is freed by the
// collector, which does not see how much memory of C there is: close stores, reviews
// and tables that are large.
//
// No function takes a context: the library has nothing that could be stopped half way
// and nothing that waits for others, but for a store that another process is writing
// to, which is an *Error (busy) after some seconds.
//
// # Time
//
// There is no clock: what counts as now is a parameter. At says an instant by a
// time.Time, On by a text.
package guanxi
