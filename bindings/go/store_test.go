package guanxi_test

import (
	"path/filepath"
	"strings"
	"testing"

	"guanxi"
)

func TestAppend(t *testing.T) {
	playbook, store := opened(t)
	rows := append([]purchase{{"purchase", "C-9", "2026-02-30", "1.00"}}, purchases...)
	trial := got[guanxi.Answer](t)(store.Append(guanxi.Objects(rows), guanxi.Backfill, guanxi.AppendOptions{DryRun: true}))
	report := got[guanxi.Answer](t)(store.Append(guanxi.Objects(rows), guanxi.Backfill, guanxi.AppendOptions{}))
	same(t, trial.String(), report.String())
	same(t, got[string](t)(report.Text("/verdicts/new")), "3")
	same(t, got[string](t)(report.Text("/verdicts/refused")), "1")
	again := `{"kind":"purchase","customer":"C-1","at":"2026-01-15","amount":"199.90"}`
	report = got[guanxi.Answer](t)(store.Append(guanxi.JSONLines(again), guanxi.Backfill, guanxi.AppendOptions{}))
	same(t, got[string](t)(report.Text("/verdicts/same")), "1")
	zh := guanxi.AppendOptions{Language: guanxi.Chinese}
	report = got[guanxi.Answer](t)(store.Append(guanxi.JSONLines(`{"kind":"x"}`), guanxi.Backfill, zh))
	if !strings.ContainsAny(report.String(), "没未无") {
		t.Fatal(report)
	}
	page := got[guanxi.Answer](t)(store.Customer(playbook, "客户 🍵", guanxi.On("2026-04-01"), guanxi.Unsaid, guanxi.English))
	same(t, got[string](t)(page.Text("/customer")), "客户 🍵")
}

func TestFiles(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "店 🍵")
	playbook, _ := opened(t)
	_, err := guanxi.OpenStore(folder+"/no/such.db", playbook)
	refused(t, err, 5001)
	_, err = guanxi.OpenStoreReadOnly(folder+".db", playbook)
	refused(t, err, 5001)
	store := got[*guanxi.Store](t)(guanxi.OpenStore(folder+".db", playbook))
	must(t, store.Sign("li", "test"))
	must(t, store.Sign("", ""))
	got[guanxi.Answer](t)(store.Append(guanxi.Objects(purchases), guanxi.Backfill, guanxi.AppendOptions{}))
	must(t, store.Backup(folder+".copy"))
	refused(t, store.Backup(folder+".copy"), 5001)
	must(t, store.Close())
	copied := got[*guanxi.Store](t)(guanxi.OpenStoreReadOnly(folder+".copy", playbook))
	defer copied.Close()
	verified := got[guanxi.Answer](t)(copied.Verify(guanxi.English))
	same(t, got[string](t)(verified.Text("/sound")), "true")
	same(t, got[string](t)(verified.Text("/facts")), "3")
	_, err = copied.Append(guanxi.Objects(purchases[:1]), guanxi.Backfill, guanxi.AppendOptions{})
	refused(t, err, 5004)
}

func TestFollowed(t *testing.T) {
	playbook, store := opened(t)
	followed := store.Follow(playbook)
	at := guanxi.On("2026-03-04")
	applied := got[guanxi.Answer](t)(followed.Apply(guanxi.Objects(purchases), at, guanxi.Unsaid, guanxi.AppendOptions{}))
	same(t, got[string](t)(applied.Text("/rows/verdicts/new")), "3")
	statistics := got[guanxi.Answer](t)(store.Statistics())
	same(t, got[string](t)(statistics.Text("/last_seen")), "2026-03-04T15:59:59.999999Z")
	got[guanxi.Answer](t)(followed.Advance(guanxi.On("2026-04-30"), 0, guanxi.English))
	changes := got[guanxi.Answer](t)(followed.Changes(0, 0))
	if n := got[int](t)(changes.Count("/changes")); n == 0 {
		t.Fatal(changes)
	}
}

func TestSuppose(t *testing.T) {
	playbook, store, _ := filled(t)
	way := got[guanxi.Journey](t)(store.Journey(playbook, "C-1", guanxi.On("2026-05-01"), guanxi.Unsaid))
	if said := got[guanxi.Answer](t)(way.States()).String(); !strings.Contains(said, "lapsed") {
		t.Fatal(said)
	}
	rows := guanxi.Objects([]map[string]any{{"kind": "purchase", "amount": "5.00"}})
	if said := got[guanxi.Answer](t)(way.Suppose(rows)).String(); !strings.Contains(said, "buyer") {
		t.Fatal(said)
	}
	why := got[guanxi.Answer](t)(way.WhyNot("buyer", "life", guanxi.English))
	same(t, why.String(), got[guanxi.Answer](t)(way.WhyNot("buyer", "", guanxi.English)).String())
	_, err := way.WhyNot("buyer", "love", guanxi.English)
	refused(t, err, 1016)
}
