package shell

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"unicode/utf8"

	"weft/cli/commands"
	"weft/cli/compile"
)

// typist has typed everything and keeps what comes back.
type typist struct {
	io.Reader
	screen bytes.Buffer
}

func (t *typist) Write(p []byte) (int, error) { return t.screen.Write(p) }

func FuzzConsoleWritesPlainLines(f *testing.F) {
	for _, keys := range []string{
		"show version\rconf t\rint Tunnel0\rshut\x1a",
		"conf t\rbanner motd #\r\x16\x03?\t#\r\x03show lines 99 | sec 1\r q",
		"enable\rx\ry\rs3cret\rreload\r\x03\x10\x10?\x1b[A\x1b[",
		"\xff\xfe\x1b]0;title\x07\x00\r\nterminal width 20\rterminal length 2\rshow ?\r\r?\x1bbx\x1b",
	} {
		f.Add([]byte(keys))
	}
	f.Fuzz(func(t *testing.T, keys []byte) {
		synctest.Test(t, func(t *testing.T) {
			line := con
			line.Privilege = 15
			box, _ := newBox(compile.Box{Lines: []*commands.LineGroup{&line}})
			user := &typist{Reader: bytes.NewReader(keys)}
			if err := box.Console(context.Background(), user, AtOnce); err != io.EOF {
				t.Fatalf("ended with %v", err)
			}
			screen := user.screen.Bytes()
			if bytes.IndexByte(screen, 0x1b) >= 0 || !utf8.Valid(screen) {
				t.Errorf("%q", screen)
			}
			if lone := bytes.ReplaceAll(screen, []byte("\r\n"), nil); bytes.ContainsAny(lone, "\r\n") {
				t.Errorf("a line end of its own kind: %q", screen)
			}
		})
	})
}

// BenchmarkPaste enters 1000 lines of configuration, typed at once.
func BenchmarkPaste(b *testing.B) {
	var paste strings.Builder
	paste.WriteString("conf t\r")
	for i := range 500 {
		fmt.Fprintf(&paste, "interface Tunnel%d\r ip address 10.0.0.2 255.255.255.0\r", i)
	}
	b.SetBytes(int64(paste.Len()))
	for b.Loop() {
		line := con
		line.Privilege = 15
		box, _ := newBox(compile.Box{Lines: []*commands.LineGroup{&line}})
		if err := box.Console(b.Context(), &typist{Reader: strings.NewReader(paste.String())}, AtOnce); err != io.EOF {
			b.Fatal(err)
		}
	}
}
