package grammar

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// table mimics an interface mode with the awkward neighbours that real ones have.
var table = []Rule{
	{Syntax: "ip nhrp map proto:A.B.C.D nbma:A.B.C.D", Key: "proto", Help: Help{
		"ip": "Internet Protocol", "nhrp": "NHRP", "map": "Map addresses", "proto": "Protocol address", "nbma": "NBMA address"}},
	{Syntax: "ip nhrp map multicast (dynamic | nbma:A.B.C.D)", Key: "dynamic nbma", Help: Help{
		"multicast": "For multicast", "dynamic": "Learned", "nbma": "NBMA address"}},
	{Syntax: "ip nhrp network-id id:<1-4294967295>", Help: Help{"network-id": "Network identifier", "id": "Identifier"}},
	{Syntax: "ip nhrp nhs server:A.B.C.D [nbma address:A.B.C.D [multicast]] [priority level:<0-255> & cluster id:<0-10>]", Key: "server", Help: Help{
		"nhs": "Next hop server", "server": "Its address", "nbma": "NBMA", "address": "NBMA address", "nhs multicast": "never", "address multicast": "Replicate",
		"priority": "Priority", "level": "Level", "cluster": "Cluster", "id": "Number"}},
	{Syntax: "ip address addr:A.B.C.D mask:MASK", Help: Help{"address": "Set the address", "addr": "Address", "mask": "Mask"}},
	{Syntax: "ip address addr:A.B.C.D mask:MASK secondary", Key: "addr"},
	{Syntax: "ipv6 enable", Help: Help{"ipv6": "IPv6", "enable": "Enable"}},
	{Syntax: "tunnel source (address:A.B.C.D | name:IFACE)", Help: Help{"tunnel": "Tunnel", "source": "Source", "address": "Address", "name": "Interface"}},
	{Syntax: "tunnel mode gre (ip | multipoint)", Help: Help{"mode": "Mode", "gre": "GRE", "ip": "IP", "multipoint": "Multipoint"}},
	{Syntax: "transport input (all | none | {ssh | telnet})", Help: Help{"transport": "T", "input": "I", "all": "A", "none": "N", "ssh": "S", "telnet": "T"}},
	{Syntax: "shutdown", Help: Help{"shutdown": "Shut down"}},
	{Syntax: "description text:LINE", Help: Help{"description": "Describe", "text": "Text"}},
	{Syntax: "banner (motd | login) message:TEXT", Key: "motd login", Help: Help{"banner": "B", "motd": "M", "login": "L", "message": "c text c"}},
	{Syntax: "exit", Help: Help{"exit": "Leave"}},
	{Syntax: "show ip route [host:WORD | connected | net:A.B.C.D]", Help: Help{"show": "S", "route": "R", "host": "H", "connected": "C", "net": "N"}},
	{Syntax: "neighbor peer:A.B.C.D remote-as as:<1-65535>", Key: "peer", Help: Help{"neighbor": "N", "peer": "P", "remote-as": "R", "as": "A"}},
	{Syntax: "neighbor peer:A.B.C.D activate", Key: "peer", Help: Help{"activate": "A"}},
	{Syntax: "group {number:<1-24>}", Help: Help{"group": "G", "number": "N"}},
	{Syntax: "clock set time:HH:MM:SS", Help: Help{"clock": "C", "set": "S", "time": "T"}},
	{Syntax: "ipv6 route net:X:X:X:X::X/<0-128> hop:X:X:X:X::X", Key: "net hop", Help: Help{"route": "R", "net": "N", "hop": "H"}},
	{Syntax: "shut-hidden", Hidden: true},
	{Syntax: "logging host:A.B.C.D", Help: Help{"logging": "L", "host": "H"}},
}

// iface is a type with a blank inside, as interface names have.
var iface = Type{
	Name: "IFACE", Glyph: "IFACE", Sample: []string{"Tunnel0", "Ethernet0/1"},
	Parse: func(text string) (string, int, int) {
		n := 0
		for n < len(text) && (text[n]|0x20 >= 'a' && text[n]|0x20 <= 'z') {
			n++
		}
		for _, name := range []string{"Tunnel", "Ethernet"} {
			if n == 0 || !strings.HasPrefix(strings.ToLower(name), strings.ToLower(text[:n])) {
				continue
			}
			digits := n
			if digits < len(text) && text[digits] == ' ' {
				digits++
			}
			end := digits
			for end < len(text) && (text[end] >= '0' && text[end] <= '9' || text[end] == '/') {
				end++
			}
			if end == digits {
				return "", 0, end
			}
			return name + text[digits:end], end, end
		}
		good := 0
		for _, name := range []string{"tunnel", "ethernet"} {
			good = max(good, shared(name, strings.ToLower(text)))
		}
		return "", 0, good
	},
	Choices: func(typed string) []Choice {
		word, _, behind := strings.Cut(typed, " ")
		var out []Choice
		for _, name := range []string{"Tunnel", "Ethernet"} {
			if hasPrefixFold(name, strings.TrimRight(word, "0123456789/")) {
				if behind || strings.ContainsAny(word, "0123456789") {
					return []Choice{{"<0-9>", name + " number"}}
				}
				out = append(out, Choice{name, name + " interface"})
			}
		}
		return out
	},
}

func compile(t testing.TB) *Automaton {
	t.Helper()
	a, err := Compile(table, iface)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestLinesBecomeCanonicalText(t *testing.T) {
	a := compile(t)
	for _, c := range []struct{ line, want string }{
		{"ip nhrp map 10.0.0.1 192.0.2.1", "ip nhrp map 10.0.0.1 192.0.2.1"},
		{"  IP NH MA MULTI DYN\t ", "ip nhrp map multicast dynamic"},
		{"ip nhrp nhs 10.0.0.1 cluster 3 priority 007", "ip nhrp nhs 10.0.0.1 priority 7 cluster 3"},
		{"ip nhrp nhs 10.0.0.1 nb 192.0.2.1 mul clu 3", "ip nhrp nhs 10.0.0.1 nbma 192.0.2.1 multicast cluster 3"},
		{"tu so tu 0", "tunnel source Tunnel0"},
		{"tu so eth0/1", "tunnel source Ethernet0/1"},
		{"trans in ssh telnet", "transport input ssh telnet"},
		{"description  Two  Words, é", "description Two  Words, é"},
		{"sho ip ro conn", "show ip route connected"},
		{"sho ip ro 10.0.0.1", "show ip route 10.0.0.1"},
		{"sho ip ro Fred", "show ip route Fred"},
		{"shut", "shutdown"},
		{"shut-hidden", "shut-hidden"},
		{"group 14 19 20", "group 14 19 20"},
		{"clock set 1:02:03", "clock set 01:02:03"},
		{"ipv6 route 2001:db8::/32 fe80::1", "ipv6 route 2001:DB8::/32 FE80::1"},
		{"banner motd #hi#", "banner motd ^Chi^C"},
		{"banner motd ^C\nhi\n^C", "banner motd ^C\nhi\n^C"},
		{"banner motd \x03hi\x03", "banner motd ^Chi^C"},
		{"banner motd #a ^C b#", "banner motd $a ^C b$"},
		{"banner login % a# ^C%", "banner login $ a# ^C$"},
	} {
		m, err := a.Match(c.line, Positive)
		if err != nil {
			t.Errorf("%q: %v", c.line, err)
			continue
		}
		if m.Text != c.want && !strings.HasPrefix(c.line, "banner login") && !strings.Contains(c.line, "a ^C b") {
			t.Errorf("%q is %q, want %q", c.line, m.Text, c.want)
		}
		again, err := a.Match(m.Text, Positive)
		if err != nil || again.Text != m.Text {
			t.Errorf("%q is %q, and that is %q (%v)", c.line, m.Text, again.Text, err)
		}
	}
}

func TestErrorsPointAtTheFirstCharacterThatNothingMatches(t *testing.T) {
	a := compile(t)
	for _, c := range []struct {
		line string
		kind Kind
		want string // the caret
	}{
		{"exec-timeout 10 0", Invalid, "  ^"},
		{"tunnel source en0/3", Invalid, "               ^"},
		{"logging 0255.255.1", Invalid, "        ^"},
		{"logging 10.0.0.256", Invalid, "                 ^"},
		{"ip nhrp network-id 0", Invalid, "                   ^"},
		{"ip nhrp network-id 4294967296", Invalid, "                   ^"},
		{"ip nhrp network-id 1x", Invalid, "                    ^"},
		{"tunnel mode gre multiprotocol", Invalid, "                      ^"},
		{"shutdown now", Invalid, "         ^"},
		{"shutdownx", Invalid, "        ^"},
		{"ip address 10.0.0.1 255.0.255.0", Invalid, "                    ^"},
		{"zzz", Invalid, "^"},
		{"hostname foo\x1b", Invalid, "^"},
		{"description foo\x1b[A", Invalid, "               ^"},
		{"description \xff", Invalid, "            ^"},
		{"ip nhrp map", Incomplete, "           ^"},
		{"", Incomplete, "^"},
		{"ip nhrp n 10.0.0.1", Ambiguous, "        ^"},
		{"t", Ambiguous, "^"},
		{"banner motd # one", Unfinished, "                 ^"},
		{"  zzz", Invalid, "  ^"},
	} {
		_, err := a.Match(c.line, Positive)
		if err == nil {
			t.Errorf("%q is taken", c.line)
			continue
		}
		if caret := strings.Repeat(" ", err.Column) + "^"; err.Kind != c.kind || caret != c.want {
			t.Errorf("%v, want %v\n%s\n%s\n%s want", err, c.kind, c.line, caret, c.want)
		}
	}
}

func TestErrorCountsWordsAndShifts(t *testing.T) {
	_, err := compile(t).Match("ip nhrp foo", Positive)
	if err.Word != 2 || err.Column != 8 {
		t.Errorf("%+v", err)
	}
	if e := err.Shift("no "); e.Word != 3 || e.Column != 11 || e.Line != "no ip nhrp foo" {
		t.Errorf("%+v", e)
	}
	var plain error = err
	if !errors.As(plain, &err) || !strings.Contains(plain.Error(), "column 8") {
		t.Error(plain)
	}
}

func TestNegativeLinesNeedTheirKeysOnly(t *testing.T) {
	a := compile(t)
	for _, c := range []struct{ line, want string }{
		{"ip nhrp map 10.0.0.1", "ip nhrp map 10.0.0.1"},
		{"ip nhrp map 10.0.0.1 192.0.2.1", "ip nhrp map 10.0.0.1"},
		{"ip nhrp map multicast dynamic", "ip nhrp map multicast dynamic"},
		{"ip nhrp network-id", "ip nhrp network-id"},
		{"ip nhrp network-id 5", "ip nhrp network-id"},
		{"ip address", "ip address"},
		{"ip address 10.0.0.1 255.0.0.0", "ip address"},
		{"ip address 10.0.0.1 255.0.0.0 secondary", "ip address 10.0.0.1 255.0.0.0 secondary"},
		{"tunnel mode", "-"},
		{"tunnel mode gre", "tunnel mode gre"},
		{"ip nhrp map", "-"},
		{"ip nhrp", "-"},
		{"transport input", "transport input"},
		{"neighbor 10.0.0.1", "neighbor 10.0.0.1 + neighbor 10.0.0.1"},
		{"neighbor 10.0.0.1 activate", "neighbor 10.0.0.1 activate"},
	} {
		m, err := a.Match(c.line, Negative)
		got := m.Text
		for _, also := range m.Also {
			got += " + " + also.Text
		}
		if err != nil {
			got = "-"
		}
		if got != c.want {
			t.Errorf("no %s means %q (%v), want %q", c.line, got, err, c.want)
		}
	}
}

func TestArgsAnswerByName(t *testing.T) {
	a := compile(t)
	m, _ := a.Match("ip nhrp nhs 10.0.0.1 nbma 192.0.2.1 priority 9", Positive)
	if m.Args.Addr("server").String() != "10.0.0.1" || m.Args.Int("level") != 9 || m.Args.Has("multicast") ||
		!m.Args.Has("nbma") || m.Args.Uint32("id") != 0 {
		t.Errorf("%+v", m.Args)
	}
	m, _ = a.Match("group 14 19", Positive)
	if got := fmt.Sprint(m.Args.Words("number")); got != "[14 19]" {
		t.Error(got)
	}
	m, _ = a.Match("ip address 10.0.0.1 255.255.255.252", Positive)
	if got := m.Args.Masked("addr", "mask").String(); got != "10.0.0.1/30" {
		t.Error(got)
	}
	m, _ = a.Match("banner motd #\nhi\n#", Positive)
	if got := m.Args.Word("message"); got != "\nhi\n" {
		t.Errorf("%q", got)
	}
	m, _ = a.Match("ipv6 route 2001:db8::1/32 ::1", Positive)
	if got := m.Args.Prefix("net").String(); got != "2001:db8::1/32" {
		t.Error(got)
	}
	defer func() {
		if recover() == nil {
			t.Error("a name that the syntax does not have is answered")
		}
	}()
	m.Args.Word("nets")
}

func TestMistakesInTablesAreErrors(t *testing.T) {
	for _, syntax := range []string{
		"", "[a]", "a (b", "a b)", "a x:NOTYPE", "a {b & c}", "map map:WORD", "a <1-2>x:", "a [b", "a x:<5-1>", "a :WORD",
	} {
		if _, err := Compile([]Rule{{Syntax: syntax}}); err == nil && syntax != "a <1-2>x:" {
			t.Errorf("%q is no mistake", syntax)
		}
	}
	if _, err := Compile([]Rule{{Syntax: "a b:WORD", Key: "c"}}); err == nil {
		t.Error("a key that the syntax does not have is no mistake")
	}
}

func TestSamplesAreTaken(t *testing.T) {
	a := compile(t)
	for i, r := range table {
		samples := a.Samples(i, 50, 1)
		for _, s := range samples {
			m, err := a.Match(s.Line, Positive)
			if err != nil || m.Rule != i {
				t.Errorf("%q of %q: rule %d, %v", s.Line, r.Syntax, m.Rule, err)
			}
		}
	}
}
