package guanxi

// #include "bridge.h"
import "C"

// Kpis are what was achieved, period by period, and how good that is.
//
// Store.Kpis makes one. Periods are named as 2026-05, 2026-Q2, 2026-W18 or 2026. Errors:
// unknown_kpi, unknown_reference (no such scorecard), malformed_value (no period),
// invalid_argument, schema_mismatch, io, busy.
type Kpis struct{ questions }

// Kpis is asked what was achieved, period by period, and how good that is.
//
// The instants are as of Segments.
func (s *Store) Kpis(playbook *Playbook, asOf, knownAt When) (Kpis, error) {
	made, err := newQuestions(s, playbook, asOf, knownAt, kpiAnswer)
	return Kpis{made}, err
}

// List gives every KPI in the last period that is over, and in the one before.
func (k Kpis) List(language Language) (Answer, error) { return k.ask("list", nil, language) }

// KpiValue says which KPIs in which periods; all that is empty can be left out.
type KpiValue struct {
	// Names are the KPIs; none: all.
	Names []string `json:"kpis,omitempty"`
	// To is the last period; by default the last that is over.
	To string `json:"to,omitempty"`
	// Since is the first period, or Count says how many are told.
	Since string `json:"from,omitempty"`
	Count int    `json:"count,omitempty"`
	// Every is the unit of the periods; by default that of each KPI.
	Every string `json:"every,omitempty"`
	// By is an expression that groups customers.
	By string `json:"by,omitempty"`
}

// Value gives KPIs period by period.
func (k Kpis) Value(of KpiValue, language Language) (Answer, error) {
	return k.ask("value", of, language)
}

// Scorecard says what was asked and achieved on each card in a period, the scores, and
// what changed them; all cards without names, the last period where it is empty.
func (k Kpis) Scorecard(period string, language Language, names ...string) (Answer, error) {
	return k.ask("scorecard", struct {
		Scorecards []string `json:"scorecards,omitempty"`
		Period     string   `json:"period,omitempty"`
	}{names, period}, language)
}

// Why says which groups of customers did how much of a change between two periods, each
// of by by itself.
func (k Kpis) Why(kpi, since, to string, by []string, language Language) (Answer, error) {
	return k.ask("why", struct {
		Kpi   string   `json:"kpi"`
		Since string   `json:"from"`
		To    string   `json:"to"`
		By    []string `json:"by"`
	}{kpi, since, to, append([]string{}, by...)}, language)
}

// OrderValue says of which orders, and by which fields, in two periods.
type OrderValue struct {
	Since string `json:"from"`
	To    string `json:"to"`
	// Of is the event kind; by default purchase.
	Of string `json:"of,omitempty"`
	// Amount, Quantity, Line (what was sold) and Order (its number, where it has
	// several events) are its fields.
	Amount   string `json:"amount,omitempty"`
	Quantity string `json:"quantity,omitempty"`
	Line     string `json:"line,omitempty"`
	Order    string `json:"order,omitempty"`
}

// OrderValue says why the value of an order changed: prices, pieces, mix, or people who
// mind.
func (k Kpis) OrderValue(of OrderValue, language Language) (Answer, error) {
	return k.ask("order_value", of, language)
}

func kpiAnswer(q questions, text *C.char, size C.uint64_t, language C.uint32_t, out **C.gx_bytes, fail **C.gx_error) C.int32_t {
	return C.gx_kpi_answer(q.store.c(), q.playbook.c(), q.asOf, q.knownAt, text, size, language, out, fail)
}
