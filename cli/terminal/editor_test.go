package terminal

import (
	"math/rand/v2"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"
)

// paper is a printer: what reached it stays, backspace moves left.
type paper struct {
	line []rune
	col  int
}

func (p *paper) print(t *testing.T, out []byte) {
	if !utf8.Valid(out) {
		t.Fatalf("%q is no UTF-8", out)
	}
	for _, r := range string(out) {
		switch {
		case r == '\b':
			p.col--
			if p.col < 0 {
				t.Fatal("the cursor ran into the prompt")
			}
			continue
		case r < ' ':
			t.Fatalf("%q moves the screen with more than backspaces", out)
		case p.col == len(p.line):
			p.line = append(p.line, 0)
		}
		p.line[p.col] = r
		p.col++
	}
}

// follow types keys into an editor and looks at the paper after each.
func follow(t *testing.T, width int, keys []byte) {
	var (
		d decoder
		e editor
		p paper
	)
	v := newView("R1#", width)
	for _, b := range keys {
		k, whole := d.feed(b)
		if !whole || k == '\r' {
			continue
		}
		e.press(k)
		p.print(t, v.show(nil, e.line, e.at))
		if len(e.line) > MaxLine || e.at > len(e.line) {
			t.Fatalf("%d characters, cursor at %d", len(e.line), e.at)
		}
		again := newView("R1#", width)
		again.left = v.left
		want, col := again.wanted(e.line, e.at)
		got := strings.TrimRight(string(p.line), " ")
		if got != strings.TrimRight(string(want), " ") || p.col != col {
			t.Fatalf("after %q: %q at %d, want %q at %d", b, got, p.col, string(want), col)
		}
		if v.room > 0 && (len(want) > v.room || col > v.room) {
			t.Fatalf("%d columns, cursor in %d, room for %d", len(want), col, v.room)
		}
	}
}

func FuzzScreenShowsTheLine(f *testing.F) {
	f.Add(0, []byte("show\x01\x06x\x0b\x19\x1by\x17\x14"))
	f.Add(40, []byte(strings.Repeat("0123456789", 9)+"\x01\x06\x06\x04\x05\x17"))
	f.Add(1, []byte("é\xff\x16\x03\x1b[D\x1b[3~"))
	f.Fuzz(func(t *testing.T, width int, keys []byte) { follow(t, width, keys) })
}

func TestScreenShowsTheLineWhateverIsTyped(t *testing.T) {
	keys := []string{"a", "b", " ", "é", "\x01", "\x02", "\x04", "\x05", "\x06", "\b", "\x0b", "\x14", "\x15", "\x16",
		"\x17", "\x19", "\x1by", "\x1bb", "\x1bf", "\x1bd", "\x1bc", "\x1bu", "\x1bl", "one two three ", "\x1b[C"}
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 0))
		var typed strings.Builder
		for range 200 {
			typed.WriteString(keys[random.IntN(len(keys))])
		}
		follow(t, []int{0, 24, 40, 80, 511}[seed%5], []byte(typed.String()))
	}
}

func TestLineOfAMegabyteIsRefusedWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := attach(t)
		u.Screen()
		u.Type(strings.Repeat("x", 1<<20))
		if out := u.Screen(); len(out) > 4*MaxLine {
			t.Errorf("%d bytes echoed", len(out))
		}
		u.Type("\rshow\r")
		want := "\r\n% Line is longer than 4096 characters\r\n\r\nR1#show\r\nR1#"
		if got := u.Screen(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if ran := u.shell.ran; len(ran) != 2 || ran[0].Text != "" || ran[1].Text != "show" {
			t.Errorf("executed %v", ran)
		}
	})
}

func TestGarbageLeavesAWorkingTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := attach(t)
		random := rand.New(rand.NewPCG(1, 2))
		garbage := make([]byte, 1<<16)
		for i := range garbage {
			garbage[i] = byte(random.Uint32())
		}
		u.Type(string(garbage))
		u.Screen()
		u.Type("\x1b\x1b\x03show\r")
		if got := u.Screen(); !strings.HasSuffix(got, "R1#show\r\nR1#") {
			t.Errorf("%q", got)
		}
	})
}

func TestWaitingLinesAreTakenTogetherAndAnsweredAfterwards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := attach(t)
		u.Type("conf\r")
		u.Screen()
		var paste strings.Builder
		for range 100 {
			paste.WriteString("interface Tunnel0\r\n")
		}
		u.Type(paste.String())
		got := u.Screen()
		if u.shell.taken != 100 {
			t.Errorf("%d lines taken together", u.shell.taken)
		}
		if want := strings.Repeat("interface Tunnel0\r\nR1(config)#", 100); got != want {
			t.Errorf("%q", got)
		}
		u.Type("int?")
		u.Type("\x15")
		u.Type("end\r")
		if got := u.Screen(); !strings.HasSuffix(got, "end\r\nR1#") {
			t.Errorf("%q", got)
		}
	})
}

func TestHalfALineOrKeyIsNotWaitedForInsideACommand(t *testing.T) {
	for _, half := range []string{"int", "int\x1b", "int\x1b[", "int\xc3", "int\x1b[15~?", "int\x16", "\x1b[?", "int\x1b[Z\t"} {
		synctest.Test(t, func(t *testing.T) {
			u := attach(t)
			u.Type("conf\r")
			u.Type("interface Tunnel0\r" + half)
			u.Screen()
			if u.shell.busy {
				t.Errorf("%q is waited for inside Execute", half)
			}
		})
	}
}

func TestIdleUserAtAQuestionIsGone(t *testing.T) {
	for _, question := range []string{"password\r", "confirm\r", "length 3\rlines 9\r"} {
		synctest.Test(t, func(t *testing.T) {
			u := attach(t)
			u.Type("idle\r" + question)
			start := time.Now()
			if err := <-u.ended; err != ErrIdle || time.Since(start) != time.Minute {
				t.Errorf("%q ended with %v after %v", question, err, time.Since(start))
			}
		})
	}
}

func TestTypedAheadInputIsExecutedBeforeItsEndCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := attach(t)
		u.Screen()
		u.Type("wait 3\rshow\r")
		u.HangUp()
		err := <-u.ended
		if len(u.shell.ran) != 2 || err == nil {
			t.Errorf("executed %v, then %v", u.shell.ran, err)
		}
	})
}

func TestSlowClientDoesNotHoldUpWhoLogs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		defer theirs.Close()
		u := New(t.Context(), ours)
		defer u.Close()
		for range 10 * noted {
			u.Notify("%SYS-5-X: nobody reads this") // returns, or synctest reports a deadlock
		}
	})
}
