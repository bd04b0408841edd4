// Command example asks who bought what in an online record shop, whose purchases are in
// a folder: go run ./example ../../examples/cdnow
package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"sort"

	"guanxi"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("expected the folder of the example")
	}
	if err := run(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func run(folder string) error {
	document, err := os.ReadFile(filepath.Join(folder, "playbook.json"))
	if err != nil {
		return err
	}
	mapping, err := os.ReadFile(filepath.Join(folder, "mapping.json"))
	if err != nil {
		return err
	}
	events, err := columns(filepath.Join(folder, "events.csv"))
	if err != nil {
		return err
	}
	playbook, err := guanxi.NewPlaybook(string(document))
	if err != nil {
		return err
	}
	defer playbook.Close()
	store, err := guanxi.StoreInMemory(playbook)
	if err != nil {
		return err
	}
	defer store.Close()

	report, err := store.Append(events, guanxi.Backfill, guanxi.AppendOptions{Mapping: string(mapping)})
	if err != nil {
		return err
	}
	verdicts, err := report.Text("/verdicts")
	if err != nil {
		return err
	}
	fmt.Println(verdicts)

	review, err := store.Review(playbook, guanxi.Unsaid, guanxi.ReviewOptions{})
	if err != nil {
		return err
	}
	defer review.Close()
	if err := segments(playbook, review); err != nil {
		return err
	}
	if err := lost(review); err != nil {
		return err
	}
	return faults(review)
}

// columns reads a table of texts.
func columns(path string) (guanxi.Columns, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, err
	}
	out := make(guanxi.Columns, len(rows[0]))
	for n, name := range rows[0] {
		texts := make([]string, len(rows)-1)
		for row := range texts {
			texts[row] = rows[row+1][n]
		}
		out[n] = guanxi.Column{Name: name, Values: texts}
	}
	return out, nil
}

// segments shows the largest three.
func segments(playbook *guanxi.Playbook, review *guanxi.Review) error {
	asOf, err := review.AsOf()
	if err != nil {
		return err
	}
	shown, err := playbook.ShowTime(guanxi.At(asOf))
	if err != nil {
		return err
	}
	fmt.Println(shown)
	found, err := review.Segments()
	if err != nil {
		return err
	}
	sort.Slice(found, func(i, j int) bool { return found[i].Members > found[j].Members })
	for _, segment := range found[:3] {
		fmt.Printf("%7d  %s\n", segment.Members, segment.Label)
	}
	return nil
}

// lost goes on asking the review, in the language of the playbook.
func lost(review *guanxi.Review) error {
	const lost = "segment('lapsed') && purchases.sum(p, p.amount) >= 1000.00"
	ids, err := review.Ids(lost)
	if err != nil {
		return err
	}
	fmt.Println(ids.Len(), ids.Strings()[:3])
	for _, language := range []guanxi.Language{guanxi.English, guanxi.Chinese} {
		answer, err := review.Explain(lost, "00003", language)
		if err != nil {
			return err
		}
		var why struct{ Parts []struct{ Said string } }
		if err := answer.Decode(&why); err != nil {
			return err
		}
		fmt.Println(why.Parts[1].Said)
	}
	return nil
}

// faults shows that what is wrong is told whole, each fault with its place.
func faults(review *guanxi.Review) error {
	_, err := review.Query("purchasse.size() > 3 && purchases.sum(p, p.amount) > 'a lot'", guanxi.English)
	var refused *guanxi.Error
	if !errors.As(err, &refused) {
		return err
	}
	for _, fault := range refused.Faults {
		fmt.Println(fault.Span.Start, fault.Span.End)
		fmt.Println(fault.Show(guanxi.English))
		fmt.Println(fault.Show(guanxi.Chinese))
	}
	return nil
}
