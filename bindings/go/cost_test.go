package guanxi_test

import (
	"fmt"
	"testing"
	"time"

	"guanxi"
	"guanxi/internal/floor"
)

// What a call costs beside one that does nothing.

func BenchmarkAnEmptyFunctionOfC(b *testing.B) {
	for n := 0; n < b.N; n++ {
		floor.Empty()
	}
}

func BenchmarkVersionNumber(b *testing.B) {
	for n := 0; n < b.N; n++ {
		guanxi.VersionNumber()
	}
}

func BenchmarkCustomers(b *testing.B) {
	_, _, review := filled(b)
	b.ResetTimer()
	for n := 0; n < b.N; n++ {
		got[int](b)(review.Customers())
	}
}

func BenchmarkEval(b *testing.B) {
	for n := 0; n < b.N; n++ {
		got[guanxi.Answer](b)(guanxi.EvalJSON("1 + 1", ""))
	}
}

const million = 1_000_000

// many are purchases of a hundred thousand customers, in the order of their ids.
func many() guanxi.Columns {
	ids, customers := make([]string, million), make([]string, million)
	at, amounts := make(guanxi.Instants, million), make([]int64, million)
	for n := range ids {
		ids[n], customers[n] = fmt.Sprintf("o%07d", n), fmt.Sprintf("C-%05d", n*7%100_000)
		at[n], amounts[n] = 1767571200_000000+int64(n)*1_000_000, int64(n%9900+100)
	}
	return guanxi.Columns{
		{Name: "kind", Values: guanxi.Codes{Positions: make([]int32, million), Words: []string{"purchase"}}},
		{Name: "id", Values: ids}, {Name: "customer", Values: customers}, {Name: "at", Values: at},
		{Name: "amount", Values: guanxi.Decimals{Units: amounts, Scale: 2}},
	}
}

func BenchmarkAMillionRowsThroughColumns(b *testing.B) {
	playbook, _ := opened(b)
	rows := many()
	b.Run("recorded", func(b *testing.B) {
		begun := time.Now()
		for n := 0; n < b.N; n++ {
			store := got[*guanxi.Store](b)(guanxi.StoreInMemory(playbook))
			got[guanxi.Answer](b)(store.Append(rows, guanxi.Backfill, guanxi.AppendOptions{}))
			must(b, store.Close())
		}
		b.ReportMetric(float64(b.N)*million/time.Since(begun).Seconds(), "rows/s")
	})
	b.Run("reviewed", func(b *testing.B) {
		begun := time.Now()
		for n := 0; n < b.N; n++ {
			review := got[*guanxi.Review](b)(guanxi.ReviewRows(playbook, []guanxi.Given{{Rows: rows}}, guanxi.Unsaid, guanxi.RowsOptions{}))
			must(b, review.Close())
		}
		b.ReportMetric(float64(b.N)*million/time.Since(begun).Seconds(), "rows/s")
	})
	// A column that is none stops the call when all others are copied.
	b.Run("copied", func(b *testing.B) {
		wrong := append(append(guanxi.Columns{}, rows...), guanxi.Column{Name: "x"})
		begun := time.Now()
		for n := 0; n < b.N; n++ {
			_, err := guanxi.ReviewRows(playbook, []guanxi.Given{{Rows: wrong}}, guanxi.Unsaid, guanxi.RowsOptions{})
			refused(b, err, 4015)
		}
		b.ReportMetric(float64(b.N)*million/time.Since(begun).Seconds(), "rows/s")
	})
}
