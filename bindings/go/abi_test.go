package guanxi_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"guanxi"
)

// A library of another version is refused by every call, before it is called.
func TestAnotherVersionOfTheLibrary(t *testing.T) {
	if os.Getenv("GUANXI_OTHER_ABI") != "" {
		fault := refused(t, err(guanxi.Build()), 2011)
		if !strings.Contains(fault.Error(), "has 77") || !strings.Contains(fault.Show(guanxi.Chinese), "77") {
			t.Fatal(fault)
		}
		refused(t, err(guanxi.NewPlaybook(shop)), 2011)
		return
	}
	folder := t.TempDir()
	source, library := filepath.Join(folder, "other.c"), filepath.Join(folder, "other.so")
	must(t, os.WriteFile(source, []byte("unsigned gx_version_abi(void) { return 77; }\n"), 0o600))
	if said, err := exec.Command("gcc", "-shared", "-fPIC", "-o", library, source).CombinedOutput(); err != nil {
		t.Fatalf("%s", said)
	}
	again := exec.Command(os.Args[0], "-test.run", "TestAnotherVersionOfTheLibrary")
	again.Env = append(os.Environ(), "GUANXI_OTHER_ABI=1", "LD_PRELOAD="+library)
	if said, err := again.CombinedOutput(); err != nil {
		t.Fatalf("%s", said)
	}
}
