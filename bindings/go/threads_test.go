package guanxi_test

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guanxi"
)

// together runs work in eight goroutines until the time is over.
func together(t *testing.T, work func(n int) error) (times int) {
	t.Helper()
	var group sync.WaitGroup
	var lock sync.Mutex
	end := time.Now().Add(2 * time.Second)
	if os.Getenv("GUANXI_LONG") != "" {
		end = time.Now().Add(time.Minute)
	}
	for n := 0; n < 8; n++ {
		group.Add(1)
		go func(n int) {
			defer group.Done()
			for round := 0; time.Now().Before(end); round++ {
				if err := work(n); err != nil {
					t.Error(err)
					return
				}
				lock.Lock()
				times++
				lock.Unlock()
			}
		}(n)
	}
	group.Wait()
	return times
}

func TestOnePlaybookAndReviewOfEight(t *testing.T) {
	playbook, _, review := filled(t)
	wanted := got[guanxi.Answer](t)(review.Answer(guanxi.Chinese)).String()
	ids := got[guanxi.Ids](t)(review.Ids("true"))
	times := together(t, func(int) error {
		answer, err := review.Answer(guanxi.Chinese)
		if err != nil || answer.String() != wanted {
			return errors.New("another answer")
		}
		members, err := review.Members("good")
		if err != nil || members.At(0) != "C-1" || ids.At(1) != "客户 🍵" {
			return errors.New("other members")
		}
		if _, err = review.Query("nobody", guanxi.English); err == nil {
			return errors.New("no error")
		}
		_, err = playbook.Say(guanxi.Condition{Segment: "good"}, guanxi.English)
		return err
	})
	t.Logf("%d rounds of four calls", times)
}

// Calls of a store wait for each other, and nothing is lost.
func TestOneStoreOfEight(t *testing.T) {
	playbook, store := opened(t)
	var kept int64
	times := together(t, func(n int) error {
		if n%2 == 0 {
			_, err := store.Statistics()
			return err
		}
		row := []purchase{{"purchase", fmt.Sprint("C-", atomic.AddInt64(&kept, 1)), "2026-01-15", "1.00"}}
		_, err := store.Append(guanxi.Objects(row), guanxi.Backfill, guanxi.AppendOptions{})
		return err
	})
	got[guanxi.Answer](t)(store.Verify(guanxi.English))
	review := got[*guanxi.Review](t)(store.Review(playbook, guanxi.Unsaid, guanxi.ReviewOptions{}))
	same(t, int64(got[int](t)(review.Customers())), kept)
	must(t, review.Close())
	t.Logf("%d rows kept, %d calls", kept, times)
}

// Whatever is closed while calls run ends after them, and later ones are told.
func TestClosingWhileItIsUsed(t *testing.T) {
	playbook, store := opened(t)
	var lots []purchase
	for n := 0; n < 2000; n++ {
		lots = append(lots, purchase{"purchase", "C-1", "2026-01-15", "1.00"})
	}
	got[guanxi.Answer](t)(store.Append(guanxi.Objects(lots), guanxi.Backfill, guanxi.AppendOptions{}))
	for round := 0; round < 30; round++ {
		review := got[*guanxi.Review](t)(store.Review(playbook, guanxi.Unsaid, guanxi.ReviewOptions{}))
		own := got[*guanxi.Playbook](t)(guanxi.NewPlaybook(shop))
		other := got[*guanxi.Store](t)(guanxi.StoreInMemory(own))
		var group sync.WaitGroup
		for n := 0; n < 8; n++ {
			group.Add(1)
			go func(n int) {
				defer group.Done()
				for {
					err := []func() error{
						func() error { return err(review.Customer("C-1", guanxi.English)) },
						func() error {
							return err(other.Append(guanxi.Objects(lots[:20]), guanxi.Backfill, guanxi.AppendOptions{}))
						},
						func() error { return err(other.Review(own, guanxi.On("2026-04-01"), guanxi.ReviewOptions{})) },
						func() error { return err(own.JSON()) },
					}[n%4]()
					var closed *guanxi.Error
					if errors.As(err, &closed) && closed.Code() == 1013 {
						return
					}
					if err != nil {
						t.Error(err)
						return
					}
				}
			}(n)
		}
		time.Sleep(time.Duration(round%7) * time.Millisecond)
		must(t, review.Close())
		must(t, own.Close())
		must(t, other.Close())
		group.Wait()
	}
}
