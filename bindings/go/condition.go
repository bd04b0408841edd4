package guanxi

// #include "bridge.h"
import "C"

import "encoding/json"

// Condition is a condition by its text, or as the one of a segment: give one of both.
type Condition struct {
	Expression string `json:"expression,omitempty"`
	Segment    string `json:"segment,omitempty"`
}

// Authoring gives what an editor of conditions can offer: fields, operators, functions,
// names.
//
// Its fields, operators and combinators are what the component of react-querybuilder
// takes, with labels in the language.
func (p *Playbook) Authoring(language Language) (Answer, error) {
	return p.ask("authoring", nil, language)
}

// Say gives a condition as people say it: text, and links from its bytes to the clauses.
//
// Errors: unknown_segment; 3001 to 3040 for the expression.
func (p *Playbook) Say(condition Condition, language Language) (Answer, error) {
	return p.ask("say", condition, language)
}

// Complete gives what may stand at a byte of an expression that is being written; at
// its end where at is nil.
//
// In from is the byte from which on it replaces what is written, in offers each offer
// with text, what and help.
func (p *Playbook) Complete(expression string, at *int, language Language) (Answer, error) {
	return p.ask("complete", struct {
		Expression string `json:"expression"`
		At         *int   `json:"at,omitempty"`
	}{expression, at}, language)
}

// ImportQuery makes a condition of a query of react-querybuilder.
//
// The answer has expression, hints, and in sentence what it says. A range whose bounds
// stand the wrong way round is turned, unless it is to stay as written.
//
// The error has every part that cannot be read, each with its place.
func (p *Playbook) ImportQuery(query json.RawMessage, asWritten bool, language Language) (Answer, error) {
	return p.ask("import", struct {
		Query     json.RawMessage `json:"query"`
		AsWritten bool            `json:"as_written"`
	}{query, asWritten}, language)
}

// ExportQuery makes a query of react-querybuilder of a condition: query, and hints.
//
// like, if it is not nil, is the query that it came from: its ids and layout come back
// where a rule still says the same. The error has the bytes that a query has no form for.
func (p *Playbook) ExportQuery(condition Condition, like json.RawMessage, language Language) (Answer, error) {
	return p.ask("export", struct {
		Condition
		Like json.RawMessage `json:"like,omitempty"`
	}{condition, like}, language)
}

// MatchQuery says which plain records (an array of objects) a query of
// react-querybuilder finds.
//
// The answer has members, their positions; errors, how many cannot be judged, the first
// of them in failures; and hints.
func (p *Playbook) MatchQuery(query, records json.RawMessage, asWritten bool, language Language) (Answer, error) {
	return p.ask("match", struct {
		Query     json.RawMessage `json:"query"`
		Records   json.RawMessage `json:"records"`
		AsWritten bool            `json:"as_written"`
	}{query, records, asWritten}, language)
}

// Ask asks a question of an editor of conditions that is a JSON document itself, as the
// header of the C library tells them at gx_condition_answer.
func (p *Playbook) Ask(question string, language Language) (Answer, error) {
	return answered(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_condition_answer(p.c(), chars(question), size(question), language.number(), out, fail)
	}, p.held())
}

func (p *Playbook) ask(ask string, keys any, language Language) (Answer, error) {
	question, err := asked(ask, keys)
	if err != nil {
		return nil, err
	}
	return p.Ask(question, language)
}
