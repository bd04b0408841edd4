package guanxi_test

import (
	"math"
	"path/filepath"
	"strings"
	"testing"

	"guanxi"
)

// use is a call, of which the error alone matters.
type use struct {
	name string
	call func() error
}

// err drops what a call gives besides.
func err[T any](_ T, e error) error { return e }

func usesOfAPlaybook(playbook *guanxi.Playbook) []use {
	now := guanxi.On("2026-04-01")
	return []use{
		{"Hash", func() error { return err(playbook.Hash()) }},
		{"JSON", func() error { return err(playbook.JSON()) }},
		{"Label", func() error { return err(playbook.Label(guanxi.English)) }},
		{"Diagram", func() error { return err(playbook.Diagram("", guanxi.SVG, guanxi.English)) }},
		{"Statement", func() error { return err(playbook.Statement("true", "{}", guanxi.SQLite, now)) }},
		{"Time", func() error { return err(playbook.Time(now)) }},
		{"ShowTime", func() error { return err(playbook.ShowTime(now)) }},
		{"Authoring", func() error { return err(playbook.Authoring(guanxi.English)) }},
		{"StoreInMemory", func() error { return err(guanxi.StoreInMemory(playbook)) }},
		{"OpenStore", func() error { return err(guanxi.OpenStore("never.db", playbook)) }},
		{"OpenStoreReadOnly", func() error { return err(guanxi.OpenStoreReadOnly("never.db", playbook)) }},
		{"ReviewRows", func() error {
			return err(guanxi.ReviewRows(playbook, []guanxi.Given{{Rows: sales()}}, guanxi.Unsaid, guanxi.RowsOptions{}))
		}},
	}
}

func usesOfAStore(store *guanxi.Store, playbook *guanxi.Playbook, folder string) []use {
	now, known := guanxi.On("2026-04-01"), guanxi.Unsaid
	options := guanxi.AppendOptions{}
	return []use{
		{"Append", func() error { return err(store.Append(guanxi.Objects(purchases), guanxi.Backfill, options)) }},
		{"Append columns", func() error { return err(store.Append(sales(), guanxi.Backfill, options)) }},
		{"Review", func() error { return err(store.Review(playbook, known, guanxi.ReviewOptions{})) }},
		{"Customer", func() error { return err(store.Customer(playbook, "C-1", now, known, guanxi.English)) }},
		{"Journey", func() error {
			way, e := store.Journey(playbook, "C-1", now, known)
			if e != nil {
				return e
			}
			return err(way.States())
		}},
		{"Segments", func() error {
			segments, e := store.Segments(playbook, now, known)
			if e != nil {
				return e
			}
			return err(segments.List(guanxi.English))
		}},
		{"Command", func() error {
			return err(store.Command(playbook, `{"retract":{"id":"x"}}`, now, guanxi.Backfill, guanxi.English))
		}},
		{"Follow", func() error { return err(store.Follow(playbook).Restrictions()) }},
		{"Feeds", func() error { return err(store.Feeds(playbook).List()) }},
		{"Erase", func() error { return err(store.Erase("C-9", now, false)) }},
		{"Erasures", func() error { return err(store.Erasures()) }},
		{"EraseListed", func() error { return err(store.EraseListed(guanxi.Answer("[]"))) }},
		{"Statistics", func() error { return err(store.Statistics()) }},
		{"Verify", func() error { return err(store.Verify(guanxi.English)) }},
		{"Sign", func() error { return store.Sign("li", "") }},
		{"Backup", func() error { return store.Backup(filepath.Join(folder, "copy.db")) }},
	}
}

func usesOfAReview(review *guanxi.Review, playbook *guanxi.Playbook) []use {
	return []use{
		{"AsOf", func() error { return err(review.AsOf()) }},
		{"Customers", func() error { return err(review.Customers()) }},
		{"Events", func() error { return err(review.Events()) }},
		{"Kinds", func() error { return err(review.Kinds()) }},
		{"Machines", func() error { return err(review.Machines()) }},
		{"Segments", func() error { return err(review.Segments()) }},
		{"Answer", func() error { return err(review.Answer(guanxi.English)) }},
		{"Members", func() error { return err(review.Members("good")) }},
		{"Period", func() error { return err(review.Period("", "month", guanxi.Unsaid)) }},
		{"Flow", func() error { return err(review.Flow(guanxi.Flow{})) }},
		{"Compare", func() error { return err(review.Compare(playbook, guanxi.Comparison{})) }},
		{"Diagram", func() error { return err(review.Diagram("", guanxi.DOT, guanxi.English)) }},
		{"Query", func() error { return err(review.Query("true", guanxi.English)) }},
		{"Ids", func() error { return err(review.Ids("true")) }},
		{"Table", func() error { return err(review.Table()) }},
		{"QueryTable", func() error { return err(review.QueryTable("true")) }},
		{"Cbs", func() error { return err(review.Cbs(`{"calibration_end":"2026-03-31"}`)) }},
		{"Explain", func() error { return err(review.Explain("true", "C-1", guanxi.English)) }},
		{"Customer", func() error { return err(review.Customer("C-1", guanxi.English)) }},
	}
}

func all(t *testing.T, uses []use, code int) {
	t.Helper()
	for _, each := range uses {
		if fault := refused(t, each.call(), code); fault.Faults[0].MessageZh == "" {
			t.Fatal(each.name, " says nothing in Chinese")
		}
	}
}

func TestWhatIsClosedSaysSo(t *testing.T) {
	playbook, store, review := filled(t)
	must(t, review.Close())
	must(t, store.Close())
	all(t, usesOfAReview(review, playbook), 1013)
	all(t, usesOfAStore(store, playbook, t.TempDir()), 1013)
	must(t, playbook.Close())
	all(t, usesOfAPlaybook(playbook), 1013)
	for n := 0; n < 2; n++ {
		must(t, review.Close())
		must(t, store.Close())
		must(t, playbook.Close())
	}
}

func TestNilIsNoCrash(t *testing.T) {
	playbook, store, review := filled(t)
	folder := t.TempDir()
	all(t, usesOfAPlaybook(nil), 1011)
	all(t, usesOfAPlaybook(&guanxi.Playbook{}), 1011)
	all(t, usesOfAStore(nil, playbook, folder), 1011)
	all(t, usesOfAStore(&guanxi.Store{}, playbook, folder)[2:], 1011)
	all(t, usesOfAReview(nil, playbook), 1011)
	all(t, usesOfAReview(&guanxi.Review{}, playbook)[:9], 1011)
	now := guanxi.On("2026-04-01")
	for _, each := range []error{
		err(store.Review(nil, guanxi.Unsaid, guanxi.ReviewOptions{})),
		err(store.Customer(nil, "C-1", now, guanxi.Unsaid, guanxi.English)),
		err(store.Follow(nil).Restrictions()),
		err(review.Compare(nil, guanxi.Comparison{})),
		err(guanxi.Segments{}.List(guanxi.English)),
		err(guanxi.Journey{}.States()),
		err(guanxi.Followed{}.Effects(0, 0)),
		err(store.Append(nil, guanxi.Backfill, guanxi.AppendOptions{})),
		err(store.Append((*guanxi.Table)(nil), guanxi.Backfill, guanxi.AppendOptions{})),
		err(store.Append(guanxi.ArrowArray{}, guanxi.Backfill, guanxi.AppendOptions{})),
		err(store.Append(guanxi.ArrowStream{}, guanxi.Backfill, guanxi.AppendOptions{})),
		err(guanxi.Fit(guanxi.NBD, nil, guanxi.FitOptions{})),
		err((*guanxi.Table)(nil).Column("id")),
		review.IdsArrow("true", nil, nil),
		(*guanxi.Table)(nil).Move(nil, nil),
	} {
		refused(t, each, 1011)
	}
	segments := got[guanxi.Segments](t)(store.Segments(playbook, guanxi.Unsaid, guanxi.Unsaid))
	refused(t, err(segments.Diff(nil)), 1011)
	same(t, (guanxi.Ids{}).Len()+len(guanxi.Ids{}.Strings())+(*guanxi.Table)(nil).Len(), 0)
	must(t, (*guanxi.Store)(nil).Close())
	must(t, (&guanxi.Review{}).Close())
}

func TestArgumentsOutOfRange(t *testing.T) {
	playbook, store, review := filled(t)
	none := guanxi.Language(7)
	for wrong, code := range map[error]int{
		err(playbook.Label(none)):                                                                    1001,
		err(playbook.Authoring(none)):                                                                1001,
		err(review.Answer(none)):                                                                     1001,
		err(review.Diagram("", guanxi.Format(9), guanxi.English)):                                    1001,
		err(review.Compare(playbook, guanxi.Comparison{Mode: 9})):                                    1001,
		err(store.Review(playbook, guanxi.Unsaid, guanxi.ReviewOptions{Threads: -1})):                1001,
		err(store.Review(playbook, guanxi.Unsaid, guanxi.ReviewOptions{Threads: math.MaxInt32 + 2})): 1001,
		err(store.Review(playbook, guanxi.Backfill, guanxi.ReviewOptions{})):                         1001,
		err(store.Append(guanxi.JSONLines("{}"), guanxi.Unsaid, guanxi.AppendOptions{})):             1007,
		err(store.Append(guanxi.JSONLines("{}"), guanxi.Backfill, guanxi.AppendOptions{Table: "x"})): 1001,
		err(review.Members("none")):                                                                  1009,
		err(review.Customer("nobody", guanxi.English)):                                               1008,
		err(guanxi.OpenStore("", playbook)):                                                          1001,
		err(guanxi.OpenStore("a\x00b", playbook)):                                                    1001,
		err(guanxi.NewPlaybook("")):                                                                  2001,
		err(guanxi.Eval("", nil)):                                                                    3001,
		store.Backup(filepath.Join(t.TempDir(), "copy.db")):                                          1001,
	} {
		refused(t, wrong, code)
	}
}

func TestTextsAreNeverCut(t *testing.T) {
	_, store, review := filled(t)
	// A NUL is kept in an expression, and refused in a value.
	answer := got[guanxi.Answer](t)(guanxi.Eval("x.size()", map[string]any{"x": "a\x00b"}))
	same(t, got[string](t)(answer.Text("/value")), "3")
	fault := refused(t, err(review.Customer("C-1\x00more", guanxi.English)), 1008)
	if !strings.Contains(fault.Error(), "more") {
		t.Fatal(fault)
	}
	report := got[guanxi.Answer](t)(store.Append(guanxi.Objects([]purchase{{"purchase", "C\x00", "2026-01-01", "1"}}), guanxi.Backfill, guanxi.AppendOptions{}))
	same(t, got[string](t)(report.Text("/verdicts/refused")), "1")
	for _, wrong := range []error{
		err(guanxi.NewPlaybook("{\"\xff\":1}")),
		err(review.Query("\xff", guanxi.English)),
		err(review.Members("\xff")),
		err(store.Append(guanxi.Objects([]map[string]string{{"kind": "\xff"}}), guanxi.Backfill, guanxi.AppendOptions{})),
		err(guanxi.Eval("x", map[string]any{"x": "\xff"})),
		store.Sign("\xff", ""),
	} {
		refused(t, wrong, 1015)
	}
	report = got[guanxi.Answer](t)(store.Append(guanxi.JSONLines("\xff"), guanxi.Backfill, guanxi.AppendOptions{}))
	same(t, got[string](t)(report.Text("/verdicts/refused")), "1")
	// The character that stands for what is no text is a text itself, and so is its escape.
	answer = got[guanxi.Answer](t)(guanxi.Eval("x", map[string]any{"x": `� \ufffd`}))
	same(t, got[string](t)(answer.Text("/value")), `� \ufffd`)
}

func TestRowsThatAreNone(t *testing.T) {
	playbook, store := opened(t)
	for _, rows := range []guanxi.Lines{
		guanxi.Objects([]map[string]any{{}, {"amount": math.NaN()}}),
		guanxi.Objects([]any{map[string]any{}, 7}),
		guanxi.Objects([]any{map[string]any{}, nil}),
		guanxi.Objects([]map[string]any{{}, {"x": make(chan int)}}),
	} {
		for _, each := range []error{
			err(store.Append(rows, guanxi.Backfill, guanxi.AppendOptions{})),
			err(store.Follow(playbook).Apply(rows, guanxi.On("2026-01-01"), guanxi.Unsaid, guanxi.AppendOptions{})),
			err(store.Feeds(playbook).Sync(rows, guanxi.On("2026-01-01"), guanxi.Sync{Table: "x"})),
		} {
			if each == nil || !strings.Contains(each.Error(), "row 2") {
				t.Fatal(each)
			}
		}
	}
	statistics := got[guanxi.Answer](t)(store.Statistics())
	same(t, got[string](t)(statistics.Text("/last_sequence")), "0")
}
