package config_test

import (
	"strings"
	"testing"

	"weft/cli/config"
)

// sound fails unless what the tree prints enters to the same text.
func sound(t *testing.T, tree *config.Tree) {
	text := tree.Text(config.TextOptions{})
	copied := tree.Empty()
	reports, err := copied.Load(strings.NewReader(text), config.Env{})
	if err != nil {
		t.Fatalf("%v\n%q", err, text)
	}
	for _, r := range reports {
		if r.Refused != "" {
			t.Errorf("line %d %q: %s", r.Number, r.Line, r.Refused)
		}
	}
	if got := copied.Text(config.TextOptions{}); got != text {
		t.Errorf("%q\nentered again is\n%q", text, got)
	}
}

func FuzzEnter(f *testing.F) {
	f.Add("interface tu 0", "ip address 10.0.0.1 255.0.0.0", "no ip address")
	f.Add("router eigrp 1", "address-family ipv4 vrf A", "exit-address-family")
	f.Add("banner motd #a\nb#", "no banner motd", "default hostname")
	f.Add("int tu0", "tunnel mode gre mul", "default interface Tunnel0")
	f.Add("do show run", "exit", "end")
	prototype := config.New(globalMode)
	f.Fuzz(func(t *testing.T, a, b, c string) {
		tree := prototype.Empty()
		var at config.Cursor
		for _, line := range []string{a, b, c} {
			before := tree.Revision()
			tree.Choices(at, line)
			tree.Complete(at, line)
			r, err := tree.Enter(at, line, config.Env{})
			if err == nil {
				at = r.Cursor
			} else if r.Changed {
				t.Errorf("%q is refused and changes something", line)
			}
			if r.RestAt > len(line) {
				t.Errorf("%q: the rest is at %d", line, r.RestAt)
			}
			if r.Changed && tree.Revision() == before {
				t.Errorf("%q changes something, and the revision does not see it", line)
			}
		}
		sound(t, tree)
	})
}

func FuzzLoad(f *testing.F) {
	f.Add("hostname a\r\ninterface Tunnel0\n ip address 10.0.0.1 255.0.0.0\n!\nend\n", "")
	f.Add("\xef\xbb\xbfUsing 1 out of 2 bytes\nbanner motd ^C\n\x03\nrouter eigrp 7\n network 1.1.1.1\n", "hostname b")
	f.Add("router eigrp 1\naddress-family ipv4\nnetwork 10.0.0.0\nnetwork 10.0.0.1", "router eigrp 1\naddress-family ipv4\nnetwork 10.0.0.1\nnetwork 10.0.0.0")
	prototype := config.New(globalMode)
	f.Fuzz(func(t *testing.T, a, b string) {
		from, to := prototype.Empty(), prototype.Empty()
		_, err1 := from.Load(strings.NewReader(a), config.Env{})
		_, err2 := to.Load(strings.NewReader(b), config.Env{})
		if err1 != nil || err2 != nil {
			return
		}
		sound(t, from)
		lines := strings.Join(from.Diff(to), "\n")
		if reports, err := from.Load(strings.NewReader(lines), config.Env{}); err != nil {
			t.Fatal(reports, err)
		}
		if left := from.Diff(to); len(left) > 0 {
			t.Errorf("after\n%s\nthere is still to do %q", lines, left)
		}
	})
}
