package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"guanxi"
)

// answer answers a call; an *guanxi.Error is an answer, too.
func (h *host) answer(call asked) ([]byte, error) {
	verbs := []func(*host, asked) ([]byte, error, bool){
		(*host).asMethod, (*host).aboutPlaybook, (*host).aboutStore, (*host).aboutRows, (*host).aboutJourney, (*host).aboutReview,
	}
	for _, each := range verbs {
		if said, err, is := each(h, call); is {
			return said, err
		}
	}
	return nil, fmt.Errorf("no verb `%s`", call.verb)
}

// aboutPlaybook answers what needs no store.
func (h *host) aboutPlaybook(call asked) (said []byte, err error, is bool) {
	is = true
	switch call.verb {
	case "check":
		said, err = guanxi.Check(or(call.first), call.language)
	case "eval":
		said, err = guanxi.EvalJSON(or(call.first), or(call.second))
	case "canonical":
		said, err = text(h.playbook.JSON())
	case "time":
		at, wrong := h.playbook.Time(guanxi.On(or(call.first)))
		said, err = []byte(fmt.Sprint(at.UnixMicro())), wrong
	case "diagram":
		said, err = text(h.playbook.Diagram(or(call.second), format(call.first), call.language))
	case "statement":
		said, err = h.playbook.Statement(or(call.first), or(call.second), guanxi.Dialect(or(call.third)), when(call.asOf))
	case "condition":
		said, err = h.playbook.Ask(or(call.first), call.language)
	default:
		is = false
	}
	return said, err, is
}

func text(said string, err error) ([]byte, error) { return []byte(said), err }

func format(name *string) guanxi.Format {
	return map[string]guanxi.Format{"svg": guanxi.SVG, "mermaid": guanxi.Mermaid, "dot": guanxi.DOT}[or(name)]
}

// aboutStore answers what is asked of a store, or changes it.
func (h *host) aboutStore(call asked) (said []byte, err error, is bool) {
	is = true
	switch call.verb {
	case "append":
		said, err = h.append(call)
	case "statistics":
		said, err = h.store.Statistics()
	case "verify":
		said, err = h.store.Verify(call.language)
	case "erasures":
		said, err = h.store.Erasures()
	case "erase_listed":
		said, err = h.store.EraseListed(guanxi.Answer(or(call.first)))
	case "erase":
		at, wrong := h.end(call.asOf)
		must(wrong)
		said, err = h.store.Erase(or(call.second), at, strings.HasPrefix(or(call.first), "t"))
	case "command":
		at, wrong := h.end(call.asOf)
		if wrong != nil {
			return nil, wrong, true
		}
		said, err = h.store.Command(h.playbook, or(call.first), at, seen(call.knownAt), call.language)
	case "apply":
		options := guanxi.AppendOptions{Table: or(call.first), Language: call.language}
		rows := guanxi.JSONLines(or(call.third))
		said, err = h.store.Follow(h.playbook).Apply(rows, when(call.asOf), seen(call.knownAt), options)
	case "follow":
		said, err = h.store.Follow(h.playbook).Ask(or(call.first), when(call.asOf), call.language)
	case "feed":
		rows := guanxi.JSONLines(or(call.third))
		said, err = h.store.Feeds(h.playbook).Ask(or(call.first), rows, when(call.knownAt), call.language)
	case "load":
		said, err = h.store.Customer(h.playbook, or(call.second), when(call.asOf), when(call.knownAt), call.language)
	case "segment", "value", "kpi", "collision":
		said, err = h.question(call)
	default:
		is = false
	}
	return said, err, is
}

// append takes rows; when they were learnt stands where questions have known_at, in
// which form they are handed over where those have as_of.
func (h *host) append(call asked) ([]byte, error) {
	options := guanxi.AppendOptions{Table: or(call.first), Mapping: or(call.second)}
	if call.asOf == nil {
		return h.store.Append(guanxi.JSONLines(or(call.third)), seen(call.knownAt), options)
	}
	rows, free := through(*call.asOf, or(call.third))
	defer free()
	return h.store.Append(rows, seen(call.knownAt), options)
}

// question asks a question that is a document itself.
func (h *host) question(call asked) ([]byte, error) {
	question, asOf, knownAt := or(call.first), when(call.asOf), when(call.knownAt)
	switch call.verb {
	case "value":
		values, err := h.store.Values(h.playbook, asOf, knownAt)
		return then(err, func() (guanxi.Answer, error) { return values.Ask(question, call.language) })
	case "kpi":
		kpis, err := h.store.Kpis(h.playbook, asOf, knownAt)
		return then(err, func() (guanxi.Answer, error) { return kpis.Ask(question, call.language) })
	case "collision":
		collisions, err := h.store.Collisions(h.playbook, asOf, knownAt)
		return then(err, func() (guanxi.Answer, error) { return collisions.Ask(question, call.language) })
	}
	segments, err := h.store.Segments(h.playbook, asOf, knownAt)
	if err != nil || call.second == nil {
		return then(err, func() (guanxi.Answer, error) { return segments.Ask(question, call.language) })
	}
	other, err := guanxi.NewPlaybook(*call.second)
	if err != nil {
		return nil, err
	}
	defer other.Close()
	return segments.AskWith(other, question, call.language)
}

func then(err error, ask func() (guanxi.Answer, error)) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	return ask()
}

// aboutRows answers what is asked of rows that no store has; the form stands where
// others have known_at.
func (h *host) aboutRows(call asked) (said []byte, err error, is bool) {
	if call.verb != "fit" && call.verb != "predict" && call.verb != "review_rows" {
		return nil, nil, false
	}
	rows, free := through(or(call.knownAt), or(call.third))
	defer free()
	switch call.verb {
	case "review_rows":
		said, err = h.reviewRows(call, rows)
	case "fit":
		said, err = fit(call, rows)
	case "predict":
		said, err = predict(call, rows)
	}
	return said, err, true
}

func fit(call asked, rows guanxi.Columnar) ([]byte, error) {
	var about struct {
		Model guanxi.Model
		K     *int
	}
	if err := json.Unmarshal([]byte(or(call.first)), &about); err != nil {
		return nil, err
	}
	// What FitLeads does not take is asked by Fit, which takes any name.
	if about.Model == "lead" && about.K == nil {
		var question struct {
			Ask   string
			Model guanxi.Model
			guanxi.LeadOptions
		}
		strictly(or(call.first), &question)
		question.Language = call.language
		return guanxi.FitLeads(rows, question.LeadOptions)
	}
	var question struct {
		Ask   string
		Model guanxi.Model
		guanxi.FitOptions
	}
	strictly(or(call.first), &question)
	question.Language = call.language
	return guanxi.Fit(question.Model, rows, question.FitOptions)
}

func (h *host) reviewRows(call asked, rows guanxi.Columnar) ([]byte, error) {
	tables := []guanxi.Given{{Table: or(call.first), Rows: rows}}
	review, err := guanxi.ReviewRows(h.playbook, tables, when(call.asOf), guanxi.RowsOptions{Language: call.language})
	if err != nil {
		return nil, err
	}
	defer review.Close()
	answer, err := review.Answer(call.language)
	return []byte(fmt.Sprintf(`{"reports":%s,"review":%s}`, review.Reports, answer)), err
}

func predict(call asked, rows guanxi.Columnar) ([]byte, error) {
	var question struct {
		Ask    string
		Model  guanxi.Model
		Params map[string]float64
		guanxi.PredictOptions
	}
	strictly(or(call.first), &question)
	question.Language, question.Threads = call.language, 2
	future, err := guanxi.Predict(question.Model, question.Params, rows, question.PredictOptions)
	if err != nil {
		return nil, err
	}
	defer future.Close()
	names := future.Names()
	table, err := rowsOf(future.Table, names)
	if err != nil {
		return nil, err
	}
	return document(struct {
		Names  []string        `json:"names"`
		Rows   [][]any         `json:"rows"`
		Report json.RawMessage `json:"report"`
	}{names[1:], table, json.RawMessage(future.Report)})
}
