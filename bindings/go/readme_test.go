package guanxi_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What the page shows is what happens.
func TestThePageIsTrue(t *testing.T) {
	page := string(got[[]byte](t)(os.ReadFile("README.md")))
	found := regexp.MustCompile("(?s)```go\n(.*?)```\n+```text\n(.*?)```").FindAllStringSubmatch(page, -1)
	same(t, len(found), 1)
	same(t, strings.Count(page, "```go\n"), 1)
	example := string(got[[]byte](t)(os.ReadFile("example/main.go")))
	// The page leaves out what the file says of itself.
	same(t, found[0][1], example[strings.Index(example, "package main"):])
	run := exec.Command("go", "run", "./example", filepath.Join(given(t, "GUANXI_REPOSITORY"), "examples/cdnow"))
	said := got[[]byte](t)(run.Output())
	same(t, string(said), found[0][2])
}

// Every name that is public says what it means.
func TestEveryPublicNameIsDocumented(t *testing.T) {
	public := regexp.MustCompile(`(?m)^(func (\([a-z]+ \*?[A-Z]\w*\) )?[A-Z]\w*|type [A-Z]\w*)`)
	names := 0
	for _, file := range got[[]string](t)(filepath.Glob("*.go")) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text := string(got[[]byte](t)(os.ReadFile(file)))
		for _, at := range public.FindAllStringIndex(text, -1) {
			names++
			before := strings.Split(strings.TrimSuffix(text[:at[0]], "\n"), "\n")
			if !strings.HasPrefix(before[len(before)-1], "//") {
				t.Errorf("%s: %s", file, text[at[0]:at[1]])
			}
		}
	}
	if names < 100 {
		t.Fatal("only ", names, " names")
	}
}
