// Command embed is guanxi inside a shop's ERP: its tables every night, one order as it
// comes, and why, on a screen.
package main

import (
	"fmt"
	"log"
	"os"

	"guanxi"
)

type row map[string]string

// must goes on where a call succeeded; a host would tell its user.
func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func read(path string) string { return string(must(os.ReadFile(path))) }

func main() {
	playbook := must(guanxi.NewPlaybook(read("examples/presets/retail.json")))
	defer playbook.Close()
	// OpenStore("crm.guanxi", playbook) keeps it.
	store := must(guanxi.StoreInMemory(playbook))
	defer store.Close()
	everyNight(store, playbook)
	asItComes(store, playbook)
	onAScreen(store, playbook)
}

// everyNight hands over the rows of the host's own tables, by the names that they have
// there.
func everyNight(store *guanxi.Store, playbook *guanxi.Playbook) {
	members := guanxi.Objects([]row{
		{"member_no": "M-1", "mobile": "13800000001", "sms_ok": "1"},
		{"member_no": "M-2", "mobile": "13800000002", "sms_ok": "0"},
	})
	orders := guanxi.Objects([]row{{
		"order_no": "S-1", "member_no": "M-1", "ordered_at": "2026-03-02 10:12:00", "paid": "120.00",
		"status": "paid", "updated_at": "2026-03-02 10:12:00",
	}})
	feeds, night := store.Feeds(playbook), guanxi.On("2026-03-03 02:00")
	how := guanxi.Sync{Table: "members", Mapping: read("examples/sync/mapping.json"), Follow: true}
	must(feeds.Sync(members, night, how))
	how.Table = "orders"
	synced := must(feeds.Sync(orders, night, how))
	fmt.Println("new orders:", must(synced.Text("/new")))
	journey := must(store.Journey(playbook, "M-1", night, guanxi.Unsaid))
	fmt.Println("M-1:", must(must(journey.States()).Text("/1/state_label/en")))
}

// asItComes is one order, and what follows from it.
func asItComes(store *guanxi.Store, playbook *guanxi.Playbook) {
	order := guanxi.Objects([]row{{
		"kind": "purchase", "id": "S-2", "customer": "M-2", "at": "2026-03-03 11:30", "amount": "80.50",
	}})
	now := guanxi.On("2026-03-03 11:30")
	told := must(store.Follow(playbook).Apply(order, now, now, guanxi.AppendOptions{}))
	fmt.Println("changed by S-2:", must(told.Text("/changes")))
}

// onAScreen shows where a customer is, what comes next, and why.
func onAScreen(store *guanxi.Store, playbook *guanxi.Playbook) {
	journey := must(store.Journey(playbook, "M-2", guanxi.On("2026-06-01"), guanxi.Unsaid))
	states := must(journey.States())
	say := func(pointer string) string { return must(states.Text(pointer)) }
	fmt.Println("M-2:", say("/1/state_label/zh-Hans"))
	fmt.Printf("%s 天后：%s（%s）\n",
		say("/1/next/days"), say("/1/next/to_label/zh-Hans"), say("/1/next/because/zh-Hans"))
}
