package guanxi_test

import (
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"guanxi"
)

// resident is how much of this process is in memory, in KiB.
func resident(t *testing.T) int {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Skip("needs Linux")
	}
	pages, err := strconv.Atoi(strings.Fields(string(statm))[1])
	must(t, err)
	return pages * os.Getpagesize() / 1024
}

// settled is the same when the collector has given back what it can: what is found
// unused is freed by and by, and gone with the collection after that.
func settled(t *testing.T) int {
	for n := 0; n < 3; n++ {
		runtime.GC()
		freed := make(chan bool)
		runtime.SetFinalizer(new([16]byte), func(*[16]byte) { close(freed) })
		for waits := true; waits; {
			runtime.GC()
			select {
			case <-freed:
				waits = false
			case <-time.After(time.Millisecond):
			}
		}
	}
	debug.FreeOSMemory()
	return resident(t)
}

func TestMemoryIsGivenBack(t *testing.T) {
	playbook, store, _ := filled(t)
	forgotten := 0
	for _, each := range []struct {
		name  string
		times int
		work  func()
	}{
		{"eval", 100_000, func() { got[guanxi.Answer](t)(guanxi.Eval("x + 1", map[string]any{"x": 2})) }},
		{"error", 100_000, func() { refused(t, err(guanxi.Eval("1 +", nil)), 3001) }},
		{"review", 100_000, func() {
			review := got[*guanxi.Review](t)(store.Review(playbook, guanxi.On("2026-04-01"), guanxi.ReviewOptions{}))
			got[guanxi.Ids](t)(review.Members("good"))
			must(t, review.Close())
		}},
		{"review, forgotten", 10_000, func() {
			got[*guanxi.Review](t)(store.Review(playbook, guanxi.On("2026-04-01"), guanxi.ReviewOptions{}))
			// The collector does not see how much memory of C waits for it.
			if forgotten++; forgotten%500 == 0 {
				settled(t)
			}
		}},
		{"columns", 10_000, func() {
			review := got[*guanxi.Review](t)(guanxi.ReviewRows(playbook, []guanxi.Given{{Rows: sales()}}, guanxi.Unsaid, guanxi.RowsOptions{}))
			table := got[*guanxi.Table](t)(review.Table())
			must(t, table.Close())
			must(t, review.Close())
		}},
	} {
		for n := 0; n < each.times; n++ {
			each.work()
		}
		if os.Getenv("GUANXI_LONG") != "" {
			each.times *= 10
		}
		before := settled(t)
		for n := 0; n < each.times; n++ {
			each.work()
		}
		grown := settled(t) - before
		t.Logf("%s, %d times: %d KiB", each.name, each.times, grown)
		if grown >= 1024 {
			t.Errorf("%s: %d KiB are not given back", each.name, grown)
		}
	}
}
