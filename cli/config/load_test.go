package config_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"weft/cli/config"
	"weft/cli/grammar"
)

func column(err error) int {
	var g *grammar.Error
	if errors.As(err, &g) {
		return g.Column
	}
	return -1
}

func load(t *testing.T, text string) (*session, string) {
	t.Helper()
	s := newSession(t)
	reports, err := s.tree.Load(strings.NewReader(text), config.Env{})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, r := range reports {
		fmt.Fprintf(&b, "%d %s:%s%s\n", r.Number, r.Line, r.Refused, r.Kept)
	}
	return s, strings.TrimSpace(b.String())
}

func TestSavedFilesLoadWithWhatIsAroundThem(t *testing.T) {
	s, reports := load(t, "\ufeffBuilding configuration...\r\n\r\nCurrent configuration : 1234 bytes\r\n!\r\n"+
		"! Last configuration change\r\n!\r\nversio\x00n 15\r\nhostname R1\r\ninterface Tunnel0\r\n ip address 10.0.0.1 255.0.0.0\r\n"+
		"!\r\nbanner motd ^C\r\n two\r\n! lines\r\n^C\r\nend\r\nR1#\r\n")
	if reports != `7 version 15:nothing matches at column 1: "version 15"` {
		t.Error(reports)
	}
	s.want("hostname R1\n!\ninterface Tunnel0\n ip address 10.0.0.1 255.0.0.0\n!\nbanner motd ^C\n two\n! lines\n^C")
	_, reports = load(t, "Using 3836 out of 32768 bytes\nhostname a\nUsing 3836 out of 32768 bytes\n")
	if !strings.HasPrefix(reports, "3 Using") {
		t.Error(reports)
	}
}

func TestBadLinesAreReportedAndTheRestLoads(t *testing.T) {
	s, reports := load(t, `hostname R1
ip nhrp map 1.1.1.1 2.2.2.2
interface Tunnel0
 bandwith 1000
 ip address 10.0.0.1
 tunnel entropy
 tunnel mode gre multipoint
 tunnel destination 1.1.1.1
exit
exit
exit
do reload
boot-start-marker
`+strings.Repeat("y", 1<<20)+`
description out of place
ip route 10.0.0.0 255.0.0.0 1.1.1.1
banner motd #
never ends
`)
	want := `2 ip nhrp map 1.1.1.1 2.2.2.2:nothing matches at column 4: "nhrp map 1.1.1.1 2.2.2.2"
4  bandwith 1000:nothing matches at column 8: "th 1000"
5  ip address 10.0.0.1:incomplete command
6  tunnel entropy:needs another world
8  tunnel destination 1.1.1.1:Tunnel destination is not allowed on a multipoint tunnel
12 do reload:a command to run has no place in a configuration
14 ` + strings.Repeat("y", 200) + `...:Line too long
15 description out of place:nothing matches at column 2: "escription out of place"
17 banner motd #:the text never ends: there is no further #`
	if reports != want {
		t.Errorf("reports are\n%s\nwant\n%s", reports, want)
	}
	s.want(`!
boot-start-marker
hostname R1
!
interface Tunnel0
 no ip address
 no ip redirects
 tunnel mode gre multipoint
 tunnel entropy
!
ip route 10.0.0.0 255.0.0.0 1.1.1.1`)
}

func TestNothingBehindEndIsReadInSilence(t *testing.T) {
	s, reports := load(t, "hostname a\nend\n\n! done\nR1#\n")
	if reports != "" {
		t.Error(reports)
	}
	s.want("hostname a")
	s, reports = load(t, "hostname a\nend\nR1#\nhostname b\nhostname c\n")
	if reports != "4 hostname b:what stands behind end is not read" {
		t.Error(reports)
	}
	s.want("hostname a")
}

func TestUTF16IsRefusedInOneSentence(t *testing.T) {
	for _, text := range []string{"\xff\xfeh\x00o\x00", "\xfe\xff\x00h", "h\x00o\x00s\x00t\x00n\x00", "\x00h\x00o\x00s\x00t\x00n"} {
		s := newSession(t)
		if reports, err := s.tree.Load(strings.NewReader(text), config.Env{}); err == nil || len(reports) > 0 || !strings.Contains(err.Error(), "UTF-16") {
			t.Errorf("%q: %v %v", text, reports, err)
		}
	}
}

func TestBinaryGarbageIsReportedLineByLine(t *testing.T) {
	s, reports := load(t, "hostname a\n\x7fELF\x02\x01\x01\xff\xfe\n\x1b[2J\nhostname b\n")
	if strings.Count(reports, "\n") != 1 {
		t.Error(reports)
	}
	s.want("hostname b")
}

func TestDiffTurnsOneTreeIntoAnother(t *testing.T) {
	texts := []string{
		"",
		"hostname R1\ninterface Tunnel0\n ip address 10.0.0.1 255.0.0.0\n ip nhrp map 1.1.1.1 2.2.2.2\n ip nhrp map 1.1.1.2 2.2.2.2\n",
		"interface Tunnel0\n no ip address\n ip nhrp map 1.1.1.2 2.2.2.9\n ip nhrp map 1.1.1.1 2.2.2.2\n tunnel mode gre multipoint\n ip redirects\n",
		"interface Loopback1\nrouter eigrp 1\n no auto-summary\n network 10.0.0.0\n address-family ipv4\n  network 10.1.0.0\n exit-address-family\nip route 1.0.0.0 255.0.0.0 1.1.1.1\n",
		"router eigrp 1\n address-family ipv4\n  network 10.2.0.0\n address-family ipv4 vrf A\n exit\nno ip routing\nbanner motd #\na\nb#\n",
		"interface Tunnel0\n default ip address\n ip nhrp shortcut\n description  x  y\nmmi auto-configure\nno mmi auto-configure\nrouter eigrp 2\n redistribute static\n",
	}
	for _, a := range texts {
		for _, b := range texts {
			from, _ := load(t, a)
			to, _ := load(t, b)
			lines := from.tree.Diff(to.tree)
			from.at = config.Cursor{}
			if len(lines) > 0 {
				from.enter(strings.Join(escape(lines), "\n"))
			}
			from.want(to.text())
			if t.Failed() {
				t.Fatalf("from\n%s\nto\n%s\nthe differences are\n%s", a, b, strings.Join(lines, "\n"))
			}
			if a == b && len(lines) > 0 {
				t.Errorf("a tree differs from itself: %q", lines)
			}
		}
	}
}

// escape joins what session.enter would take apart.
func escape(lines []string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = strings.ReplaceAll(line, "\n", "\\n")
	}
	return out
}

func TestATreeBecomesAnotherInOneStep(t *testing.T) {
	one, _ := load(t, "hostname A\ninterface Tunnel0\n ip address 10.0.0.1 255.0.0.0\ninterface Tunnel1\n")
	other, _ := load(t, "hostname B\ninterface Tunnel0\n ip address 10.0.0.2 255.0.0.0\n")
	from, to := one.tree, other.tree
	at := config.Cursor{Path: []string{"interface Tunnel0"}}
	before := from.At(at).Compile()
	revisions := map[uint64]bool{from.Revision(): true, to.Revision(): true, from.At(at).Revision(): true, to.At(at).Revision(): true}
	from.Become(to)
	if got, want := from.Text(config.TextOptions{}), to.Text(config.TextOptions{}); got != want {
		t.Errorf("it became\n%s\nwant\n%s", got, want)
	}
	if revisions[from.Revision()] || revisions[from.At(at).Revision()] {
		t.Error("a revision is seen twice")
	}
	if fmt.Sprint(from.At(at).Compile()) == fmt.Sprint(before) {
		t.Error("the section compiles to what it was")
	}
	if _, err := from.Enter(at, "no ip redirects", config.Env{}); err != nil {
		t.Fatal(err)
	}
	if from.Text(config.TextOptions{}) == to.Text(config.TextOptions{}) {
		t.Error("a change of the one changes the other")
	}
}
