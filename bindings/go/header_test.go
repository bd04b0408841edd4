package guanxi_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The header that this package was made for is the repository's.
func TestTheHeaderIsTheRepositorys(t *testing.T) {
	ours := got[[]byte](t)(os.ReadFile("guanxi.h"))
	theirs := got[[]byte](t)(os.ReadFile(filepath.Join(given(t, "GUANXI_REPOSITORY"), "bindings/go/guanxi.h")))
	newest := got[[]byte](t)(os.ReadFile(filepath.Join(given(t, "GUANXI_REPOSITORY"), "include/guanxi.h")))
	if !bytes.Equal(ours, newest) || !bytes.Equal(theirs, newest) {
		t.Fatal("bindings/go/guanxi.h is not include/guanxi.h: run bindings/go/package")
	}
}

// otherwise is what Go has in another way: all faults at once as JSON.
const otherwise = " gx_error_code gx_error_count gx_error_hint gx_error_message gx_error_name gx_error_pointer gx_error_span "

func TestEveryFunctionOfTheHeaderIsCalled(t *testing.T) {
	header := string(got[[]byte](t)(os.ReadFile("guanxi.h")))
	files := got[[]string](t)(filepath.Glob("*.go"))
	var source strings.Builder
	for _, file := range files {
		if !strings.HasSuffix(file, "_test.go") {
			source.Write(got[[]byte](t)(os.ReadFile(file)))
		}
	}
	functions := regexp.MustCompile(`(?m)^[a-z].*?\b(gx_\w+)\(`).FindAllStringSubmatch(header, -1)
	if len(functions) < 90 {
		t.Fatal("only ", len(functions), " functions")
	}
	for _, each := range functions {
		called := strings.Contains(source.String(), "C."+each[1]+"(")
		if called == strings.Contains(otherwise, " "+each[1]+" ") {
			t.Errorf("%s: called %v", each[1], called)
		}
	}
}
