// Package terminaltest plays recorded sessions: what a user typed at a line, and
// what then stood on the screen.
//
// A transcript is a text file that reads like the screen it was taken from. The
// first characters of a line say what it is:
//
//	# remark
//	= sets a line up, in the words of the package under test
//	> types keys, written as in a Go string: "sh ver\t\x01\r"
//	@ waits, "2500ms"
//	! logs a line
//	| is what came back since, byte by byte: ⌫ is a backspace, and a line end
//	: is a row with backspaces as an eye sees it, ‸ where the cursor is
//
// Playing one gives the file again if all is as recorded; "-update" writes what
// there is now, to be read before it is committed. play.go plays, user.go is
// who types, row.go is the eye.
//
// Time is testing/synctest's: what came back is whole when everything waits.
package terminaltest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

var update = flag.Bool("update", false, "rewrite the transcripts under testdata")

// Play plays all transcripts that match a pattern, each in a bubble of its own.
// attach sets up a line as the words behind "=" say.
func Play(t *testing.T, pattern string, attach func(t *testing.T, how string) *User) {
	scripts, err := filepath.Glob(pattern)
	if err != nil || len(scripts) == 0 {
		t.Fatal("no transcripts", err)
	}
	for _, script := range scripts {
		t.Run(strings.TrimSuffix(filepath.Base(script), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(script)
			if err != nil {
				t.Fatal(err)
			}
			var got string
			synctest.Test(t, func(t *testing.T) { got = play(t, string(want), attach) })
			if *update {
				if err := os.WriteFile(script, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(want) {
				t.Error(difference(got, string(want)))
			}
		})
	}
}

func play(t *testing.T, script string, attach func(t *testing.T, how string) *User) string {
	var transcript strings.Builder
	var u *User
	for line := range strings.Lines(script) {
		line = strings.TrimSuffix(line, "\n")
		kind, rest, _ := strings.Cut(line, " ")
		if strings.HasPrefix(line, "|") || kind == ":" {
			continue
		}
		fmt.Fprintln(&transcript, line)
		switch kind {
		case "=":
			u = attach(t, rest)
		case ">":
			keys, err := strconv.Unquote(`"` + strings.ReplaceAll(rest, `"`, `\"`) + `"`)
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			u.Type(keys)
		case "@":
			d, err := time.ParseDuration(rest)
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(d)
		case "!":
			u.Log(rest)
		default:
			continue
		}
		u.show(&transcript)
	}
	return transcript.String()
}

// difference is where two transcripts part.
func difference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	at := 0
	for at < min(len(g), len(w)) && g[at] == w[at] {
		at++
	}
	around := func(lines []string) string {
		return strings.Join(lines[max(min(at, len(lines))-3, 0):min(at+6, len(lines))], "\n")
	}
	return fmt.Sprintf("line %d:\n%s\nwant:\n%s", at+1, around(g), around(w))
}
