package terminal

import (
	"bytes"
	"strings"
	"testing"
)

const shown = `hostname R1
!
interface Tunnel0
 ip address 10.0.0.1 255.255.255.0
 ip nhrp map 10.0.0.2 192.0.2.2
!
interface Tunnel1
 no ip address
!
ip route 0.0.0.0 0.0.0.0 192.0.2.254
ip prefix-list A seq 5 permit 10.0.0.0/8
ipv6 prefix-list B seq 5 permit ::/0
 65000 65001,{65002}
`

func filtered(t *testing.T, modifier, text string, at int) string {
	t.Helper()
	f, err := ParseModifier(modifier)
	if err != nil {
		t.Fatalf("%q: %v", modifier, err)
	}
	var out bytes.Buffer
	w := f.Writer(&out)
	for _, part := range []string{text[:at], text[at:]} {
		if _, err := w.Write([]byte(part)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestModifiersKeepTheseLines(t *testing.T) {
	for _, c := range []struct{ modifier, want string }{
		{"include ^interface", "interface Tunnel0\ninterface Tunnel1\n"},
		{" inc route|hostname", "hostname R1\nip route 0.0.0.0 0.0.0.0 192.0.2.254\n"},
		{"i ip(v6)* prefix-list", "ip prefix-list A seq 5 permit 10.0.0.0/8\nipv6 prefix-list B seq 5 permit ::/0\n"},
		{"include _65001_", " 65000 65001,{65002}\n"},
		{"include _65002_", " 65000 65001,{65002}\n"},
		{"include _5000_", ""},
		{"include {65002}$", " 65000 65001,{65002}\n"},
		{"include ^R1", ""},
		{"include HOSTNAME", ""},
		{"include nel[^0]", "interface Tunnel1\n"},
		{`include 192\.0\.2\.2$`, " ip nhrp map 10.0.0.2 192.0.2.2\n"},
		{"include R1 ", ""},
		{"exc ip|!", "hostname R1\ninterface Tunnel0\ninterface Tunnel1\n 65000 65001,{65002}\n"},
		{"begin ^ipv6", "ipv6 prefix-list B seq 5 permit ::/0\n 65000 65001,{65002}\n"},
		{"count ^interface", "Number of lines which match regexp = 2\n"},
		{"c nothing", "Number of lines which match regexp = 0\n"},
		{"section ^interface", "interface Tunnel0\n ip address 10.0.0.1 255.255.255.0\n ip nhrp map 10.0.0.2 192.0.2.2\ninterface Tunnel1\n no ip address\n"},
		{"sec interface Tunnel1", "interface Tunnel1\n no ip address\n"},
		{"SECTION ^hostname", "hostname R1\n"},
	} {
		if got := filtered(t, c.modifier, shown, 40); got != c.want {
			t.Errorf("| %s: %q, want %q", c.modifier, got, c.want)
		}
	}
}

func TestAnUnderscoreIsADelimiterAndItself(t *testing.T) {
	const log = "%SYS-5-CONFIG_I: Configured from console\nNHRP_NHS 10.0.0.1\nNHRP NHS\nNHRPxNHS\n"
	for _, c := range []struct{ modifier, want string }{
		{"include CONFIG_I", "%SYS-5-CONFIG_I: Configured from console\n"},
		{"include NHRP_NHS", "NHRP_NHS 10.0.0.1\nNHRP NHS\n"},
		{`include NHRP\_NHS`, "NHRP_NHS 10.0.0.1\n"},
		{"include _NHS_", "NHRP_NHS 10.0.0.1\nNHRP NHS\n"},
		{"exclude NHRP_NHS", "%SYS-5-CONFIG_I: Configured from console\nNHRPxNHS\n"},
	} {
		if got := filtered(t, c.modifier, log, 10); got != c.want {
			t.Errorf("| %s: %q, want %q", c.modifier, got, c.want)
		}
	}
}

func TestWrongModifiersArePointedAt(t *testing.T) {
	for _, c := range []struct {
		modifier string
		want     ModifierError
	}{
		{" incl", ModifierError{Column: 5, Incomplete: true}},
		{" include  ", ModifierError{Column: 10, Incomplete: true}},
		{" ", ModifierError{Column: 1, Incomplete: true}},
		{" inx foo", ModifierError{Column: 3}},
	} {
		if _, err := ParseModifier(c.modifier); err == nil || *err != c.want {
			t.Errorf("|%s: %+v, want %+v", c.modifier, err, c.want)
		}
	}
	for _, bad := range []string{"include *", "include (", "include [a", "include a**", "include (?i)x"} {
		if _, err := ParseModifier(bad); err == nil || err.Pattern == nil {
			t.Errorf("| %s: %v", bad, err)
		}
	}
}

func FuzzFiltersDoNotDependOnHowTextIsCut(f *testing.F) {
	f.Add("include ^a_[b]", shown, 10)
	f.Add(`section \{x|y`, "x\n y\nz", 2)
	f.Fuzz(func(t *testing.T, modifier, text string, at int) {
		if _, err := ParseModifier(modifier); err != nil || at < 0 || at > len(text) {
			return
		}
		whole, cut := filtered(t, modifier, text, 0), filtered(t, modifier, text, at)
		if whole != cut {
			t.Errorf("| %s: %q, but cut at %d %q", modifier, whole, at, cut)
		}
		if strings.Count(whole, "\n") > strings.Count(text, "\n")+1 {
			t.Errorf("| %s: lines out of nowhere: %q", modifier, whole)
		}
	})
}

func TestModifiersThatNameAFile(t *testing.T) {
	for _, c := range []struct {
		modifier string
		want     File
	}{
		{" redirect flash:x", File{URL: "flash:x", Column: 10}},
		{"red  flash:x ", File{URL: "flash:x", Column: 5}},
		{"app flash:x", File{URL: "flash:x", Column: 4, Add: true}},
		{"tee nvram:/y", File{URL: "nvram:/y", Column: 4, Shown: true}},
		{"t /app flash:x", File{URL: "flash:x", Column: 7, Shown: true, Add: true}},
	} {
		f, err := ParseModifier(c.modifier)
		if err != nil || f.File == nil || *f.File != c.want {
			t.Errorf("%q: %+v, %v", c.modifier, f.File, err)
		}
	}
	for _, c := range []struct {
		modifier string
		want     ModifierError
	}{
		{"redirect", ModifierError{Incomplete: true, Column: 8}},
		{"tee /append ", ModifierError{Incomplete: true, Column: 12}},
		{"redirect flash:x | include y", ModifierError{Column: 17}},
		{"red /append flash:x", ModifierError{Column: 12}},
	} {
		if _, err := ParseModifier(c.modifier); err == nil || *err != c.want {
			t.Errorf("%q: %+v", c.modifier, err)
		}
	}
}
