package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCheckNamesEachLineThatIsNotActedOn(t *testing.T) {
	file := filepath.Join(t.TempDir(), "r1.cfg")
	text := "hostname r1\ninterface Tunnel0\n ip address 10.0.0.1 255.255.255.0\n ip nhrp network-id 0\n tunnel entropy\nend\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if status := check([]string{file}, &out, &errs); status != 1 {
		t.Errorf("exit status %d, want 1", status)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[0], file+":4: refused: ") || !strings.HasPrefix(lines[1], file+":5: kept: ") ||
		lines[2] != "6 lines, 4 acted on, 1 kept, 1 refused" {
		t.Errorf("check says\n%s%s", out.String(), errs.String())
	}
	if status := check([]string{"/does/not/exist"}, &out, &errs); status != 2 || !strings.Contains(errs.String(), "/does/not/exist") {
		t.Errorf("a missing file: %s", errs.String())
	}
}
