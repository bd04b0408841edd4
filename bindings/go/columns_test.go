package guanxi_test

import (
	"reflect"
	"testing"
	"time"

	"guanxi"
)

func sales() guanxi.Columns {
	return guanxi.Columns{
		{Name: "kind", Values: guanxi.Codes{Positions: []int32{0, 0, 0}, Words: []string{"purchase"}}},
		{Name: "customer", Values: []string{"C-1", "C-1", "客户 🍵"}},
		{Name: "at", Values: guanxi.Locals{1768435200000000, 1772409600000000, 1772496000000000}},
		{Name: "amount", Values: guanxi.Decimals{Units: []int64{19990, 10010, 5000}, Scale: 2}},
	}
}

func people() guanxi.Columns {
	called := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
	return guanxi.Columns{
		{Name: "id", Values: []string{"C-1", "客户 🍵", "C-3"}},
		{Name: "name", Values: []string{"李四", "", "王 & \"co\""}, Known: []bool{true, false, true}},
		{Name: "age", Values: []int64{44, 0, 7}, Known: []bool{true, false, true}},
		{Name: "limit", Values: []float64{0.1, 12.5, 3}},
		{Name: "born", Values: guanxi.Dates{0, -1, 20000}},
		{Name: "called", Values: []time.Time{called, called, called}},
		{Name: "vip", Values: []bool{true, false, true}},
	}
}

// The same rows give the same facts in each form.
func TestColumnsAndObjectsAreTheSameFacts(t *testing.T) {
	_, store, _ := filled(t)
	report := got[guanxi.Answer](t)(store.Append(sales(), guanxi.Backfill, guanxi.AppendOptions{}))
	same(t, got[string](t)(report.Text("/verdicts/same")), "3")
}

func TestWhatGoesInComesOut(t *testing.T) {
	playbook, store := opened(t)
	options := guanxi.AppendOptions{Table: "customers"}
	report := got[guanxi.Answer](t)(store.Append(people(), guanxi.Backfill, options))
	same(t, got[string](t)(report.Text("/verdicts/new")), "3")
	likes := guanxi.Objects([]map[string]any{{"id": "C-4", "likes": []string{"tea", "茶"}}})
	report = got[guanxi.Answer](t)(store.Append(likes, guanxi.Backfill, options))
	same(t, got[string](t)(report.Text("/verdicts/new")), "1")
	review := got[*guanxi.Review](t)(store.Review(playbook, guanxi.On("2026-04-01"), guanxi.ReviewOptions{}))
	table := got[*guanxi.Table](t)(review.Table())
	must(t, review.Close())
	same(t, table.Len(), 4)
	for _, wanted := range []guanxi.Column{
		{"id", []string{"C-1", "C-3", "C-4", "客户 🍵"}, nil},
		{"name", []string{"李四", "王 & \"co\"", "", ""}, []bool{true, true, false, false}},
		{"age", []int64{44, 7, 0, 0}, []bool{true, true, false, false}},
		{"limit", guanxi.Decimals{Units: []int64{10, 300, 0, 1250}, Scale: 2}, []bool{true, true, false, true}},
		{"born", guanxi.Dates{0, 20000, 0, -1}, []bool{true, true, false, true}},
		{"called", guanxi.Instants{1767323045000006, 1767323045000006, 0, 1767323045000006}, []bool{true, true, false, true}},
		{"vip", []bool{true, true, false, false}, []bool{true, true, false, true}},
		{"likes", [][]string{{}, {}, {"tea", "茶"}, {}}, []bool{false, false, true, false}},
		{"segment.good", []bool{false, false, false, false}, nil},
	} {
		column := got[guanxi.Column](t)(table.Column(wanted.Name))
		if !reflect.DeepEqual(column.Known, wanted.Known) || !reflect.DeepEqual(column.Values, wanted.Values) {
			t.Fatalf("got %v, expected %v", column, wanted)
		}
	}
	_, err := table.Column("none")
	refused(t, err, 4001)
	must(t, table.Close())
	_, err = table.Column("id")
	refused(t, err, 1013)
}

func TestColumnsThatAreNone(t *testing.T) {
	_, store := opened(t)
	fine := guanxi.Column{Name: "kind", Values: []string{"purchase"}}
	for _, columns := range []guanxi.Columns{
		{fine, {Name: "x", Values: []int64{1, 2}}},
		{fine, {Name: "x", Values: []int64{1}, Known: []bool{true, true}}},
		{fine, {Name: "x", Values: 1}},
		{fine, {Name: "x"}},
		{fine, {Name: "x", Values: []any{1}}},
		{fine, {Name: "x", Values: []time.Time{time.Unix(0, 1)}}},
		{fine, {Name: "x", Values: guanxi.Decimals{Units: []int64{1}, Scale: 99}}},
		{fine, {Name: "x", Values: guanxi.Decimals{Units: []int64{1}, Scale: -1}}},
		{fine, {Name: "x", Values: guanxi.Codes{Positions: []int32{1}, Words: []string{"a"}}}},
		{fine, {Name: "x", Values: guanxi.Codes{Positions: []int32{-1}, Words: []string{"a"}}}},
		{fine, {Name: "x", Values: []string{"\xff"}}},
	} {
		_, err := store.Append(columns, guanxi.Backfill, guanxi.AppendOptions{})
		refused(t, err, 4015)
	}
	_, err := store.Append(guanxi.Columns{fine, fine}, guanxi.Backfill, guanxi.AppendOptions{})
	refused(t, err, 4003)
	for _, empty := range []guanxi.Columns{{}, nil} {
		if _, err = store.Append(empty, guanxi.Backfill, guanxi.AppendOptions{}); err == nil {
			t.Fatal("no columns are rows")
		}
	}
	none := guanxi.Columns{{Name: "kind", Values: []string{}}, {Name: "customer", Values: []string{}}, {Name: "at", Values: []string{}}, {Name: "amount", Values: []string{}}}
	report := got[guanxi.Answer](t)(store.Append(none, guanxi.Backfill, guanxi.AppendOptions{}))
	same(t, got[string](t)(report.Text("/verdicts/new")), "0")
}
