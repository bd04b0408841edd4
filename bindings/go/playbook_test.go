package guanxi_test

import (
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"

	"guanxi"
)

func TestPlaybook(t *testing.T) {
	playbook, _ := opened(t)
	hash := got[string](t)(playbook.Hash())
	same(t, len(hash), 64)
	again := got[*guanxi.Playbook](t)(guanxi.NewPlaybook(got[string](t)(playbook.JSON())))
	same(t, got[string](t)(again.Hash()), hash)
	same(t, got[string](t)(playbook.Label(guanxi.Chinese)), "小店 🛍")
	same(t, got[string](t)(playbook.Label(guanxi.English)), "a shop")
	check := got[guanxi.Answer](t)(guanxi.Check(shop, guanxi.English))
	same(t, got[string](t)(check.Text("/valid")), "true")
	if picture := got[string](t)(playbook.Diagram("", guanxi.SVG, guanxi.English)); !strings.HasPrefix(picture, "<svg") {
		t.Fatal(picture)
	}
}

func TestAllFaultsComeWithPlaces(t *testing.T) {
	_, err := guanxi.NewPlaybook(`{"guanxi":1,"id":"x","version":"1","calendar":{"zone":"Asia/Shangai"},"extra":1}`)
	fault := refused(t, err, 1006)
	same(t, len(fault.Faults), 2)
	zone := fault.Faults[0]
	same(t, zone.Pointer, "/calendar/zone")
	same(t, zone.Hint, "did you mean `Asia/Shanghai`?")
	same(t, zone.HintZh, "是否指 `Asia/Shanghai`？")
	for _, language := range []guanxi.Language{guanxi.English, guanxi.Chinese} {
		var document struct{ Faults []struct{ Message string } }
		must(t, json.Unmarshal([]byte(fault.JSON(language)), &document))
		if len(document.Faults) != 2 || !strings.Contains(fault.Show(language), document.Faults[1].Message) {
			t.Fatal(fault.Show(language))
		}
	}
}

func TestTimes(t *testing.T) {
	playbook, store := opened(t)
	at := got[time.Time](t)(playbook.Time(guanxi.On("2026-03-01 09:30")))
	same(t, at.Format(time.RFC3339), "2026-03-01T01:30:00Z")
	shown := got[string](t)(playbook.ShowTime(guanxi.At(at.In(time.FixedZone("", 3600)))))
	same(t, shown, "2026-03-01 09:30 Asia/Shanghai")
	_, err := playbook.Time(guanxi.At(at.Add(time.Nanosecond)))
	refused(t, err, 1010)
	_, err = playbook.Time(guanxi.On("soon"))
	refused(t, err, 1007)
	_, err = playbook.Time(guanxi.Backfill)
	refused(t, err, 1001)
	_, err = playbook.Time(guanxi.Unsaid)
	refused(t, err, 1007)
	// A day begins what a person decides, and ends what is asked.
	got[guanxi.Answer](t)(store.Append(guanxi.Objects(purchases), guanxi.Backfill, guanxi.AppendOptions{}))
	for _, day := range []string{"2026-04-01", "2026/4/1", " 2026-04-01 "} {
		erased := got[guanxi.Answer](t)(store.Erase("C-1", guanxi.On(day), true))
		same(t, got[string](t)(erased.Text("/at")), "2026-03-31T16:00:00Z")
	}
}

func TestEval(t *testing.T) {
	bindings := map[string]any{
		"n": 20, "m": uint8(1), "d": json.Number("0.10"), "f": 1.5, "s": "茶", "b": true, "none": nil,
		"big": big.NewInt(1), "l": []any{1, int64(2)}, "at": time.Unix(0, 0).UTC(),
		"money": map[string]any{"type": "money", "value": "12.50", "currency": "CNY"},
	}
	for expression, wanted := range map[string]string{
		"n * 2 + m + big":   `{"type":"int","value":"42"}`,
		"d * 2":             `{"type":"decimal","value":"0.20"}`,
		"f + 1.0":           `{"type":"double","value":"2.5"}`,
		"s + s":             `{"type":"string","value":"茶茶"}`,
		"b && none == null": `{"type":"bool","value":"true"}`,
		"l.size()":          `{"type":"int","value":"2"}`,
		"money + money":     `{"type":"money","value":"25.00","currency":"CNY"}`,
		"at == timestamp('1970-01-01T00:00:00Z')": `{"type":"bool","value":"true"}`,
	} {
		answer, err := guanxi.Eval(expression, bindings)
		if err != nil {
			t.Fatal(expression, err)
		}
		var is, should any
		must(t, answer.Decode(&is))
		must(t, json.Unmarshal([]byte(wanted), &should))
		if !equal(is, should) {
			t.Fatalf("%s: got %s, expected %s", expression, answer, wanted)
		}
	}
	_, err := guanxi.Eval("1 + nobody", nil)
	same(t, *refused(t, err, 3006).Faults[0].Span, guanxi.Span{Start: 4, End: 10})
	if _, err = guanxi.Eval("x", map[string]any{"x": make(chan int)}); err == nil || !strings.Contains(err.Error(), "chan int") {
		t.Fatal(err)
	}
}

func equal(is, wanted any) bool {
	one, _ := json.Marshal(is)
	other, _ := json.Marshal(wanted)
	return string(one) == string(other)
}

func TestStatement(t *testing.T) {
	playbook, _ := opened(t)
	tables := `{"guanxi_tables":1,"customers":{"table":"members","id":"no"}}`
	answer := got[guanxi.Answer](t)(playbook.Statement("true", tables, guanxi.DuckDB, guanxi.On("2026-03-31")))
	same(t, got[string](t)(answer.Text("/sql")), "SELECT \"c\".\"no\"\nFROM \"members\" AS \"c\"\n")
}

func TestWhichLibrary(t *testing.T) {
	build := got[guanxi.Answer](t)(guanxi.Build())
	same(t, got[string](t)(build.Text("/version")), guanxi.Version())
	if guanxi.VersionNumber() < 1000 {
		t.Fatal(guanxi.VersionNumber())
	}
	schema := got[guanxi.Answer](t)(guanxi.Schema())
	if n := got[int](t)(schema.Count("/properties")); n < 5 {
		t.Fatal(n)
	}
	_, err := schema.Text("/nowhere")
	refused(t, err, 2006)
	document := got[[]byte](t)(json.Marshal(map[string]any{"build": build}))
	same(t, string(document), `{"build":`+build.String()+`}`)
}
