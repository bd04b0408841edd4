package guanxi_test

import (
	"errors"
	"os"
	"testing"

	"guanxi"
)

// shop is a playbook with something of everything that columns can hold.
const shop = `{"guanxi":1,"id":"shop","version":"1","labels":{"zh-Hans":"小店 🛍","en":"a shop"},
"calendar":{"zone":"Asia/Shanghai"},
"schema":{"attributes":{
  "name":{"type":"text","nullable":true},"age":{"type":"int","nullable":true},
  "limit":{"type":"money","currency":"CNY","nullable":true},"born":{"type":"date","nullable":true},
  "called":{"type":"instant","nullable":true},"vip":{"type":"bool","nullable":true},
  "likes":{"type":"set<text>"}},
 "events":{"purchase":{"list":"purchases","fields":{"amount":{"type":"money","currency":"CNY"}},
  "labels":{"zh-Hans":"购买","en":"purchase"}}}},
"segments":{"good":{"when":"purchases.sum(p, p.amount) >= 300.00","labels":{"zh-Hans":"好客户","en":"good"}},
 "odd":{"when":"10 / age > 1"}},
"machines":{"life":{"initial":"new","states":{"new":{"on":[{"event":"purchase","to":"buyer"}]},
 "buyer":{"on":[{"silent":"days(20)","to":"lapsed"}]},"lapsed":{"on":[{"event":"purchase","to":"buyer"}]}}}}}`

// purchase is a row as a host has it.
type purchase struct {
	Kind     string `json:"kind"`
	Customer string `json:"customer"`
	At       string `json:"at"`
	Amount   string `json:"amount"`
}

var purchases = []purchase{
	{"purchase", "C-1", "2026-01-15", "199.90"},
	{"purchase", "C-1", "2026-03-02", "100.10"},
	{"purchase", "客户 🍵", "2026-03-03", "50.00"},
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// got is a value that must have come without an error.
func got[T any](t testing.TB) func(value T, err error) T {
	return func(value T, err error) T {
		t.Helper()
		must(t, err)
		return value
	}
}

// refused is the error that a call must have given, by the code of its first fault.
func refused(t testing.TB, err error, code int) *guanxi.Error {
	t.Helper()
	var fault *guanxi.Error
	if !errors.As(err, &fault) || fault.Code() != code {
		t.Fatalf("expected %d, got %v", code, err)
	}
	return fault
}

func same[T comparable](t testing.TB, is, wanted T) {
	t.Helper()
	if is != wanted {
		t.Fatalf("got %v, expected %v", is, wanted)
	}
}

func opened(t testing.TB) (*guanxi.Playbook, *guanxi.Store) {
	t.Helper()
	playbook := got[*guanxi.Playbook](t)(guanxi.NewPlaybook(shop))
	store := got[*guanxi.Store](t)(guanxi.StoreInMemory(playbook))
	t.Cleanup(func() {
		must(t, store.Close())
		must(t, playbook.Close())
	})
	return playbook, store
}

func filled(t testing.TB) (*guanxi.Playbook, *guanxi.Store, *guanxi.Review) {
	t.Helper()
	playbook, store := opened(t)
	got[guanxi.Answer](t)(store.Append(guanxi.Objects(purchases), guanxi.Backfill, guanxi.AppendOptions{}))
	review := got[*guanxi.Review](t)(store.Review(playbook, guanxi.On("2026-04-01"), guanxi.ReviewOptions{}))
	t.Cleanup(func() { must(t, review.Close()) })
	return playbook, store, review
}

// given is what the script that runs all tests says where to find.
func given(t testing.TB, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Skip("needs ", name, ", as the script `test` sets it")
	}
	return value
}
