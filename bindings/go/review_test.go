package guanxi_test

import (
	"reflect"
	"testing"
	"time"

	"guanxi"
)

func TestReview(t *testing.T) {
	playbook, store, review := filled(t)
	same(t, got[int](t)(review.Customers()), 2)
	same(t, got[int](t)(review.Events()), 3)
	same(t, got[time.Time](t)(review.AsOf()).Format(time.RFC3339Nano), "2026-04-01T15:59:59.999999Z")
	same(t, review.Reports.String(), "[]")
	members := got[guanxi.Ids](t)(review.Members("good"))
	same(t, members.Len(), 1)
	same(t, members.At(0), "C-1")
	nobody := got[guanxi.Ids](t)(review.Ids("purchases.size() > 9"))
	same(t, nobody.Len(), 0)
	same(t, len(nobody.Strings()), 0)
	everybody := got[guanxi.Ids](t)(review.Ids("true")).Strings()
	if !reflect.DeepEqual(everybody, []string{"C-1", "客户 🍵"}) {
		t.Fatal(everybody)
	}
	kinds := got[[]guanxi.Kind](t)(review.Kinds())
	same(t, kinds[0].LabelZh, "购买")
	same(t, kinds[0].First.Format(time.RFC3339), "2026-01-14T16:00:00Z")
	segments := got[[]guanxi.Segment](t)(review.Segments())
	same(t, segments[0].Label+segments[0].LabelZh, "good好客户")
	machines := got[[]guanxi.Machine](t)(review.Machines())
	same(t, machines[0].States[0].Name, "new")
	early := guanxi.ReviewOptions{KnownAt: guanxi.On("2026-02-01"), Threads: 4}
	known := got[*guanxi.Review](t)(store.Review(playbook, guanxi.Unsaid, early))
	defer known.Close()
	same(t, got[int](t)(known.Events()), 1)
}

func TestPeriodsAndFlows(t *testing.T) {
	playbook, _, review := filled(t)
	period := got[guanxi.Period](t)(review.Period("", "month", guanxi.On("2026-03-10")))
	same(t, period.Since.Format(time.RFC3339), "2026-02-28T16:00:00Z")
	same(t, period.SoFar, false)
	for _, it := range period.Balances {
		same(t, it.Opening+it.Began+it.Entered-it.Left-it.Erased, it.Closing)
	}
	same(t, len(period.Balances), 3)
	_, err := review.Period("none", "month", guanxi.Unsaid)
	refused(t, err, 1016)
	flow := guanxi.Flow{Machine: "life", Every: "month", Since: guanxi.On("2026-01-01 00:00"), Until: guanxi.On("2026-04-01 00:00"), By: "age"}
	if n := got[int](t)(got[guanxi.Answer](t)(review.Flow(flow)).Count("")); n == 0 {
		t.Fatal("no flow")
	}
	forward := guanxi.Comparison{Mode: guanxi.Forward, Since: guanxi.On("2026-03-01"), States: map[string]map[string]string{"life": {"new": "new"}}}
	got[guanxi.Answer](t)(review.Compare(playbook, forward))
}

func TestReviewOfRows(t *testing.T) {
	playbook, _, review := filled(t)
	whole := got[*guanxi.Review](t)(guanxi.ReviewRows(playbook, []guanxi.Given{
		{Table: "customers", Rows: people()}, {Rows: sales()},
	}, guanxi.On("2026-04-01"), guanxi.RowsOptions{Threads: 2}))
	defer whole.Close()
	same(t, got[int](t)(whole.Reports.Count("")), 2)
	same(t, got[string](t)(whole.Reports.Text("/1/verdicts/new")), "3")
	if !reflect.DeepEqual(got[guanxi.Ids](t)(whole.Members("good")).Strings(), got[guanxi.Ids](t)(review.Members("good")).Strings()) {
		t.Fatal("another answer without a store")
	}
}

// People who bought more than once, whom every model reads.
func buyers() guanxi.Columns {
	return guanxi.Columns{
		{Name: "id", Values: []string{"a", "b", "客", "d"}},
		{Name: "frequency", Values: []int64{0, 3, 5, 1}},
		{Name: "recency", Values: []float64{0, 20, 30.5, 2}},
		{Name: "T", Values: []float64{39, 38, 35, 30}},
	}
}

func TestModels(t *testing.T) {
	fitted := got[guanxi.Answer](t)(guanxi.Fit(guanxi.NBD, buyers(), guanxi.FitOptions{}))
	var model struct{ Params map[string]float64 }
	must(t, fitted.Decode(&model))
	options := guanxi.PredictOptions{Horizon: 10, Discount: guanxi.Just(0.001), PMF: guanxi.Just(2)}
	future := got[*guanxi.Prediction](t)(guanxi.Predict(guanxi.NBD, model.Params, buyers(), options))
	same(t, future.Len(), 4)
	expected := got[guanxi.Column](t)(future.Column("expected")).Values.([]float64)
	if !(expected[2] > expected[3] && expected[3] > expected[0]) {
		t.Fatal(expected)
	}
	got[guanxi.Column](t)(future.Column("p_2"))
	same(t, got[guanxi.Column](t)(future.Column("id")).Values.([]string)[2], "客")
	_, err := guanxi.Predict(guanxi.NBD, nil, buyers(), options)
	refused(t, err, 2007)
	options.Threads = 2000
	_, err = guanxi.Predict(guanxi.NBD, model.Params, buyers(), options)
	refused(t, err, 1001)
	bad := buyers()
	bad[2].Values = []float64{0, 50, 1, 1}
	_, err = guanxi.Fit(guanxi.NBD, bad, guanxi.FitOptions{})
	same(t, refused(t, err, 4016).Faults[0].Pointer, "rows:2/recency")
}

func TestLeads(t *testing.T) {
	leads := guanxi.Columns{
		{Name: "id", Values: []string{"a", "b", "客", "d", "e", "f"}},
		{Name: "visits", Values: []int64{1, 2, 3, 3, 1, 2}},
		{Name: "won", Values: []bool{false, true, true, false, false, false}},
	}
	options := guanxi.LeadOptions{Outcome: "won", L2: 1, Holdout: guanxi.Just(0.0)}
	told := got[guanxi.Answer](t)(guanxi.FitLeads(leads, options))
	same(t, got[string](t)(told.Text("/axis/logistic/factors/0/name")), "visits")
	same(t, got[string](t)(told.Text("/learnt")), "6")
	_, err := guanxi.FitLeads(leads, guanxi.LeadOptions{})
	refused(t, err, 4001)
}

// What a review gives as columns is taken as rows, as often as one likes.
func TestCbsIsFitted(t *testing.T) {
	_, store, _ := filled(t)
	var more []purchase
	for _, day := range []string{"2026-01-03", "2026-01-20", "2026-02-09"} {
		for _, who := range []string{"C-2", "C-3", "C-4"} {
			more = append(more, purchase{"purchase", who, day, "10.00"})
		}
	}
	got[guanxi.Answer](t)(store.Append(guanxi.Objects(more[:7]), guanxi.Backfill, guanxi.AppendOptions{}))
	playbook, _ := opened(t)
	review := got[*guanxi.Review](t)(store.Review(playbook, guanxi.On("2026-04-01"), guanxi.ReviewOptions{}))
	cbs := got[*guanxi.Cbs](t)(review.Cbs(`{"calibration_end":"2026-03-31"}`))
	must(t, review.Close())
	first := got[guanxi.Answer](t)(guanxi.Fit(guanxi.NBD, cbs, guanxi.FitOptions{}))
	same(t, got[guanxi.Answer](t)(guanxi.Fit(guanxi.NBD, cbs.Table, guanxi.FitOptions{})).String(), first.String())
	same(t, cbs.Len(), 5)
	if cbs.Report.String() == "" {
		t.Fatal("no report")
	}
	must(t, cbs.Close())
	_, err := guanxi.Fit(guanxi.NBD, cbs, guanxi.FitOptions{})
	refused(t, err, 1013)
}
