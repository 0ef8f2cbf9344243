package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"weft/cli/grammar"
)

var execTable = ExecTable()

// automatonOf is one level's automaton, for samples.
func automatonOf(privilege int) view { return execTable.view(privilege) }

func TestEveryExecSampleIsTakenByItsOwnCommand(t *testing.T) {
	v := automatonOf(privileged)
	for rule, e := range v.execs {
		for _, sample := range v.automaton.Samples(rule, 50, 1) {
			found, _, err := execTable.Match(sample.Line, privileged)
			if err != nil {
				t.Errorf("%q of %q: %v", sample.Line, e.Syntax, err)
			} else if found != e && found.Syntax != e.Syntax {
				t.Errorf("%q of %q is taken by %q", sample.Line, e.Syntax, found.Syntax)
			}
		}
	}
}

func TestEveryWordOfExecHasHelp(t *testing.T) {
	v := automatonOf(privileged)
	for rule, e := range v.execs {
		if e.Hidden {
			continue
		}
		for _, sample := range v.automaton.Samples(rule, 5, 1) {
			for _, w := range sample.Words {
				choices, err := execTable.Choices(sample.Line[:w.Column], privileged)
				if err != nil {
					t.Fatalf("? after %q: %v", sample.Line[:w.Column], err)
				}
				for _, c := range choices {
					if c.Help == "" && c.Token != grammar.CR {
						t.Errorf("? after %q: no help for %q", sample.Line[:w.Column], c.Token)
					}
				}
			}
		}
	}
}

func TestAMisspeltExecWordIsRefusedAtThatWord(t *testing.T) {
	v := automatonOf(privileged)
	for rule := range v.execs {
		for _, sample := range v.automaton.Samples(rule, 0, 1) {
			for i, w := range sample.Words {
				if !w.Keyword || takesAnyWord(sample, i) {
					continue
				}
				bad := sample.Line[:w.Column+len(w.Text)] + "zz" + sample.Line[w.Column+len(w.Text):]
				_, _, err := execTable.Match(bad, privileged)
				if err == nil {
					t.Errorf("%q is taken", bad)
				} else if err.Kind == grammar.Invalid && (err.Column < w.Column || err.Column > w.Column+len(w.Text)) {
					t.Errorf("%q: caret at %d, the bad word is at %d", bad, err.Column, w.Column)
				}
			}
		}
	}
}

// takesAnyWord reports whether a name could stand where the i-th word does.
func takesAnyWord(sample grammar.Sample, i int) bool {
	return i == 1 && slices.Contains([]string{"ping", "traceroute"}, sample.Words[0].Text)
}

func TestPrivilegedCommandsAreUnknownInUserExec(t *testing.T) {
	for _, line := range []string{"configure terminal", "show running-config", "show startup-config", "clear ip nhrp", "reload", "write", "copy running-config startup-config", "erase startup-config", "debug nhrp packet", "undebug all", "no debug all"} {
		_, _, err := execTable.Match(line, 1)
		if err == nil || err.Kind != grammar.Invalid {
			t.Errorf("%q in user exec: %v", line, err)
		}
		if _, _, err := execTable.Match(line, privileged); err != nil {
			t.Errorf("%q in privileged exec: %v", line, err)
		}
	}
	for _, line := range []string{"enable", "show version", "ping 192.0.2.1", "show ip route", "terminal length 0", "exit"} {
		for _, level := range []int{1, 7, privileged} {
			if _, _, err := execTable.Match(line, level); err != nil {
				t.Errorf("%q at level %d: %v", line, level, err)
			}
		}
	}
	if _, _, err := execTable.Match("show version", 0); err == nil {
		t.Error("level 0 sees show")
	}
	if _, _, err := execTable.Match("enable", 0); err != nil {
		t.Errorf("level 0 cannot leave itself: %v", err)
	}
}

func TestWhatPeopleTypeIsUnderstood(t *testing.T) {
	for line, syntax := range map[string]string{
		"sh ip int br":              "show ip interface brief",
		"s ip int br":               "show ip interface brief",
		"sh run":                    "show running-config [all | full | view full] [linenum]",
		"sh run int tu0":            "show running-config interface name:IFNAME",
		"sh run int tunnel 0":       "show running-config interface name:IFNAME",
		"show interface Tunnel0":    "show interfaces [name:IFNAME]",
		"sh int des":                "show interfaces [name:IFNAME] description",
		"sh ip ro conn":             "show ip route [connected | static | nhrp]",
		"sh ip route 10.0.0.1":      "show ip route destination:A.B.C.D [mask:MASK]",
		"sh dmvpn det":              "show dmvpn [ipv4] [interface name:IFNAME | peer (nbma address:A.B.C.D | tunnel address:A.B.C.D | network prefix:A.B.C.D/nn)] [static] [detail]",
		"sh ip nhrp nhs det":        "show ip nhrp nhs [name:IFNAME] [detail]",
		"sh ip nhrp 10.0.0.1":       "show ip nhrp [address:A.B.C.D | static | dynamic | incomplete | local] [name:IFNAME] [brief | detail]",
		"conf t":                    "configure [terminal | memory]",
		"config term":               "configure [terminal | memory]",
		"wr":                        "write [memory]",
		"wr mem":                    "write [memory]",
		"write term":                "write terminal",
		"copy run start":            "copy running-config startup-config",
		"term len 0":                "terminal length lines:<0-512>",
		"term width 512":            "terminal width columns:<0-512>",
		"u all":                     "undebug all",
		"un all":                    "undebug all",
		"p 10.0.0.1":                pingExecs[1].Syntax,
		"ping 10.0.0.1 rep 3 so l0": pingExecs[1].Syntax,
		"SHOW CLOCK":                "show clock [detail]",
		"en":                        "enable [level:<0-15>]",
		"ex":                        "exit",
		"lo":                        "logout",
	} {
		e, _, err := execTable.Match(line, privileged)
		if err != nil {
			t.Errorf("%q: %v", line, err)
		} else if e.Syntax != syntax {
			t.Errorf("%q is %q", line, e.Syntax)
		}
	}
}

func TestCaretOfWhatIsNoCommand(t *testing.T) {
	for _, row := range []struct {
		line   string
		level  int
		kind   grammar.Kind
		column int
	}{
		{"show vlan", privileged, grammar.Invalid, 6},
		{"show switch virtual", privileged, grammar.Invalid, 6},
		{"show inventory raw", privileged, grammar.Invalid, 15},
		{"show vtp status", privileged, grammar.Invalid, 6},
		{"end", privileged, grammar.Invalid, 2},
		{"s vlan", privileged, grammar.Invalid, 3},
		{"un foo", privileged, grammar.Invalid, 3},
		{"u all", 1, grammar.Invalid, 0},
		{"show ip nhrp 10.0.0.300", privileged, grammar.Invalid, 22},
		{"terminal length 513", privileged, grammar.Invalid, 16},
		{"terminal length", privileged, grammar.Incomplete, 15},
		{"show interfaces tunnel", privileged, grammar.Incomplete, 22},
		{"ping 10.0.0.1 repeat 0", privileged, grammar.Invalid, 21},
		{"show version now", privileged, grammar.Invalid, 13},
		{"enable 16", 1, grammar.Invalid, 7},
		{"show i", privileged, grammar.Ambiguous, 5},
		{"\x00\xff\x01", privileged, grammar.Invalid, 0},
		{strings.Repeat("z", 1<<20), privileged, grammar.Invalid, 0},
	} {
		_, _, err := execTable.Match(row.line, row.level)
		short := row.line[:min(len(row.line), 30)]
		switch {
		case err == nil:
			t.Errorf("%q is taken", short)
		case err.Kind != row.kind || row.kind == grammar.Invalid && err.Column != row.column:
			t.Errorf("%q: %v at %d, want %v at %d", short, err.Kind, err.Column, row.kind, row.column)
		case err.Line != row.line:
			t.Errorf("%q: the error is about %q", short, err.Line)
		}
	}
}

func TestQuestionMarkShowsAliases(t *testing.T) {
	choices, err := execTable.Choices("s", privileged)
	if err != nil {
		t.Fatal(err)
	}
	if got := tokens(choices); got != "*s=show setup show" {
		t.Errorf("s? is %q", got)
	}
	if choices, _ := execTable.Choices("u", 1); len(choices) != 0 {
		t.Errorf("u? in user exec is %q", tokens(choices))
	}
	choices, err = execTable.Choices("s ip nhrp shortcut ", privileged)
	if err != nil || tokens(choices) != "detail <cr>" {
		t.Errorf("s ip nhrp shortcut ? is %q, %v", tokens(choices), err)
	}
}

func TestTabKeepsAnAlias(t *testing.T) {
	for line, want := range map[string]string{"s ver": "s version", "sh ver": "sh version", "s": "", "conf": "configure", "zz": ""} {
		got, ok := execTable.Complete(line, privileged)
		if want == "" && ok || want != "" && strings.TrimSpace(got) != want {
			t.Errorf("Tab after %q is %q, %v; want %q", line, got, ok, want)
		}
	}
}

func tokens(choices []grammar.Choice) string {
	var all []string
	for _, c := range choices {
		all = append(all, c.Token)
	}
	return strings.Join(all, " ")
}

func BenchmarkExecMatch(b *testing.B) {
	for b.Loop() {
		if _, _, err := execTable.Match("sh ip nhrp 10.0.0.1 det", privileged); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkExecChoices(b *testing.B) {
	for b.Loop() {
		if choices, err := execTable.Choices("show ip ", privileged); err != nil || len(choices) == 0 {
			b.Fatal(fmt.Sprint(choices, err))
		}
	}
}

// TestEveryExecCommandRuns asks every command to run, with every optional word
// once: what its function asks of its arguments must be in its syntax.
func TestEveryExecCommandRuns(t *testing.T) {
	for _, at := range []struct {
		name   string
		router func() *fakeRouter
	}{{"empty", func() *fakeRouter { return newFakeRouter() }}, {"hub", hub}} {
		v := automatonOf(privileged)
		for rule, e := range v.execs {
			for _, sample := range v.automaton.Samples(rule, 4, 1) {
				found, a, err := execTable.Match(sample.Line, privileged)
				if err != nil {
					continue // another law's
				}
				func() {
					defer func() {
						if p := recover(); p != nil {
							t.Errorf("%s: %q of %q: %v", at.name, sample.Line, e.Syntax, p)
						}
					}()
					ctx, cancel := context.WithCancel(t.Context())
					cancel() // what would wait need not
					s := newFakeSession(at.router(), "yes", "y", "1", "x")
					s.ctx = ctx
					_ = found.Run(s, a)
				}()
			}
		}
	}
}
