package main

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"guanxi"
)

// aboutJourney answers what is asked about one customer's way.
func (h *host) aboutJourney(call asked) (said []byte, err error, is bool) {
	if !strings.Contains(" states history steps why_not if ", " "+call.verb+" ") {
		return nil, nil, false
	}
	way, err := h.store.Journey(h.playbook, or(call.second), when(call.asOf), when(call.knownAt))
	if err != nil {
		return nil, err, true
	}
	switch call.verb {
	case "states":
		said, err = way.States()
	case "history":
		said, err = way.History()
	case "steps":
		said, err = way.Explain(call.language)
	case "why_not":
		said, err = way.WhyNot(or(call.first), "", call.language)
	case "if":
		said, err = way.Suppose(guanxi.JSONLines(or(call.first)))
	}
	return said, err, true
}

// aboutReview answers what is asked of a review, which is made for it.
func (h *host) aboutReview(call asked) (said []byte, err error, is bool) {
	review, err := h.store.Review(h.playbook, when(call.asOf), guanxi.ReviewOptions{KnownAt: when(call.knownAt)})
	if err != nil {
		return nil, err, true
	}
	defer review.Close()
	is = true
	switch call.verb {
	case "review":
		said, err = review.Answer(call.language)
	case "query":
		said, err = review.Query(or(call.first), call.language)
	case "explain":
		said, err = review.Explain(or(call.first), or(call.second), call.language)
	case "customer":
		said, err = review.Customer(or(call.second), call.language)
	case "members":
		said, err = ids(review.Members(or(call.first)))
	case "ids":
		said, err = ids(review.Ids(or(call.first)))
	case "flow":
		said, err = review.Flow(guanxi.Flow{Every: or(call.first)})
	case "picture":
		said, err = text(review.Diagram(or(call.second), format(call.first), call.language))
	case "compare":
		said, err = compare(review, or(call.first))
	case "machines":
		said, err = machines(review)
	case "balance":
		said, err = balance(review, or(call.second), or(call.first))
	case "kinds":
		said, err = kinds(review, call.language)
	case "segments":
		said, err = segments(review, call.language)
	case "table":
		said, err = table(review, call.first)
	case "cbs":
		said, err = cbs(review, or(call.first))
	default:
		is = false
	}
	return said, err, is
}

func ids(found guanxi.Ids, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	return document(found.Strings())
}

func compare(review *guanxi.Review, playbook string) ([]byte, error) {
	other, err := guanxi.NewPlaybook(playbook)
	if err != nil {
		return nil, err
	}
	defer other.Close()
	return review.Compare(other, guanxi.Comparison{})
}

func machines(review *guanxi.Review) ([]byte, error) {
	found, err := review.Machines()
	out := []any{}
	for _, machine := range found {
		states := []any{}
		for _, state := range machine.States {
			var inside *string
			if state.Inside != "" {
				inside = &state.Inside
			}
			states = append(states, []any{state.Name, inside, state.Customers})
		}
		out = append(out, []any{machine.Name, machine.Keyed, machine.Troubles, states})
	}
	return orWrong(err, out)
}

func balance(review *guanxi.Review, machine, every string) ([]byte, error) {
	period, err := review.Period(machine, every, guanxi.Unsaid)
	balances := []any{}
	for _, it := range period.Balances {
		balances = append(balances, []int{it.Opening, it.Began, it.Entered, it.Left, it.Erased, it.Closing})
	}
	return orWrong(err, []any{period.Since.UnixMicro(), period.Until.UnixMicro(), balances})
}

func orWrong(err error, out any) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	return document(out)
}

func labelled(language guanxi.Language, english, chinese string) string {
	if language == guanxi.Chinese {
		return chinese
	}
	return english
}

func kinds(review *guanxi.Review, language guanxi.Language) ([]byte, error) {
	found, err := review.Kinds()
	out := []any{}
	for _, it := range found {
		label := labelled(language, it.Label, it.LabelZh)
		out = append(out, []any{it.Name, label, it.Events, it.Customers, micros(it.First), micros(it.Last)})
	}
	return orWrong(err, out)
}

// micros is as C has an instant, or none.
func micros(at *time.Time) int64 {
	if at == nil {
		return math.MinInt64
	}
	return at.UnixMicro()
}

func segments(review *guanxi.Review, language guanxi.Language) ([]byte, error) {
	found, err := review.Segments()
	out := []any{}
	for _, it := range found {
		out = append(out, []any{it.Name, labelled(language, it.Label, it.LabelZh), it.Members, it.Errors})
	}
	return orWrong(err, out)
}

// table gives of the columns of a review the id and the segments.
func table(review *guanxi.Review, expression *string) ([]byte, error) {
	made := review.Table
	if expression != nil {
		made = func() (*guanxi.Table, error) { return review.QueryTable(*expression) }
	}
	customers, err := made()
	if err != nil {
		return nil, err
	}
	defer customers.Close()
	out := []any{}
	for _, name := range customers.Names() {
		if name != "id" && !strings.HasPrefix(name, "segment.") {
			continue
		}
		column, err := customers.Column(name)
		if err != nil {
			return nil, err
		}
		each := []any{name}
		for row := 0; row < customers.Len(); row++ {
			each = append(each, cell(column, row))
		}
		out = append(out, each)
	}
	return document(out)
}

func cbs(review *guanxi.Review, definition string) ([]byte, error) {
	customers, err := review.Cbs(definition)
	if err != nil {
		return nil, err
	}
	defer customers.Close()
	rows, err := rowsOf(customers.Table, customers.Names()[:6])
	if err != nil {
		return nil, err
	}
	return document(struct {
		Rows   [][]any         `json:"rows"`
		Report json.RawMessage `json:"report"`
	}{rows, json.RawMessage(customers.Report)})
}

// rowsOf gives columns row by row, fractions by their bits.
func rowsOf(table *guanxi.Table, names []string) ([][]any, error) {
	out := make([][]any, table.Len())
	for _, name := range names {
		column, err := table.Column(name)
		if err != nil {
			return nil, err
		}
		for row := range out {
			out[row] = append(out[row], cell(column, row))
		}
	}
	return out, nil
}

func cell(column guanxi.Column, row int) any {
	if column.Known != nil && !column.Known[row] {
		return nil
	}
	switch values := column.Values.(type) {
	case []string:
		return values[row]
	case []bool:
		return values[row]
	case []int64:
		return values[row]
	case []float64:
		return fmt.Sprintf("%016x", math.Float64bits(values[row]))
	}
	panic(fmt.Sprintf("a column of %T", column.Values))
}
