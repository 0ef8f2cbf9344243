package config_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"weft/cli/config"
	"weft/cli/config/configtest"
	"weft/cli/grammar"
)

// The table of these tests is a small IOS: interfaces, mappings, a banner, a
// router section with a section inside.

type (
	command = config.Command
	args    = grammar.Args
	help    = grammar.Help
)

type globalState struct {
	Hostname string
	Routes   []string
}

type interfaceState struct {
	Address   string
	Maps      []string
	Redirects bool
	Shutdown  bool
}

var globalMode, interfaceMode, routerMode, familyMode *config.Mode

func init() {
	familyMode = &config.Mode{Name: "address-family", Tag: "config-router-af", Title: "Address family commands:",
		Commands: func() []*command { return familyCommands }}
	routerMode = &config.Mode{Name: "router", Tag: "config-router", Title: "Router configuration commands:",
		Commands: func() []*command { return routerCommands }}
	interfaceMode = &config.Mode{Name: "interface", Tag: "config-if", Title: "Interface configuration commands:",
		Commands: func() []*command { return interfaceCommands }, New: func() any { return &interfaceState{Redirects: true} }}
	globalMode = &config.Mode{Name: "global", Tag: "config", Title: "Configure commands:",
		Commands: func() []*command { return globalCommands }, New: func() any { return &globalState{} }, Types: func() []grammar.Type { return []grammar.Type{iface} }}
}

var iface = grammar.Type{Name: "IFACE", Glyph: "IFACE", Sample: []string{"Tunnel0", "Loopback7"},
	Parse: func(text string) (string, int, int) {
		for _, name := range []string{"Tunnel", "Loopback"} {
			n := 0
			for n < len(text) && n < len(name) && text[n]|0x20 == name[n]|0x20 {
				n++
			}
			i := n
			for n > 0 && i < len(text) && text[i] == ' ' {
				i++
			}
			j := i
			for j < len(text) && '0' <= text[j] && text[j] <= '9' {
				j++
			}
			if n > 0 && j > i {
				return name + text[i:j], j, j
			}
			if n > 0 {
				return "", 0, j
			}
		}
		return "", 0, 0
	},
	Choices: func(typed string) []grammar.Choice {
		return []grammar.Choice{{Token: "Loopback", Help: "Loopback interface"}, {Token: "Tunnel", Help: "Tunnel interface"}}
	}}

var familyCommands = []*command{
	{Syntax: "network net:A.B.C.D", Key: "net", Help: help{"network": "Network", "net": "Address"}},
	{Syntax: "exit-address-family", Move: config.Up, Help: help{"exit-address-family": "Leave"}},
}

var routerCommands = []*command{
	{Syntax: "auto-summary", On: true, Help: help{"auto-summary": "Summarize"}},
	{Syntax: "network net:A.B.C.D", Key: "net", Help: help{"network": "Network", "net": "Address"}},
	{Syntax: "redistribute (static | connected) [metric value:<1-100> & route-map map:WORD]", Key: "static connected",
		Help: help{"redistribute": "R", "static": "S", "connected": "C", "metric": "M", "value": "V", "route-map": "RM", "map": "Name"}},
	{Syntax: "address-family ipv4 [vrf name:WORD]", Key: "name", Opens: func(args) *config.Mode { return familyMode },
		Help: help{"address-family": "Family", "ipv4": "IPv4", "vrf": "VRF", "name": "Name"}},
}

var globalCommands = []*command{
	{Syntax: "boot-start-marker", Kept: "noise", Silent: true, Bang: true, Help: help{"boot-start-marker": "Marker"}},
	{Syntax: "hostname name:WORD", Default: "hostname Router", Help: help{"hostname": "Set the name", "name": "Name"},
		Apply: func(s any, a args, _ bool) { s.(*globalState).Hostname = a.Word("name") }},
	{Syntax: "enable secret [kind:<9-9>] hash:WORD", Help: help{"enable": "Enable", "secret": "Secret", "kind": "Kind", "hash": "Hash"},
		Enter: func(e *config.Edit, a args) error {
			if a.Has("kind") {
				return nil
			}
			return e.Rewrite("enable secret 9 " + strings.ToUpper(a.Word("hash")))
		}},
	{Syntax: "ip domain name domain-name:WORD", Help: help{"ip": "IP", "domain": "Domain", "name": "Name", "domain-name": "Name"}},
	{Syntax: "ip domain-name name:WORD", Hidden: true, Enter: func(e *config.Edit, a args) error { return e.Rewrite("ip domain name " + a.Word("name")) },
		Leave: func(e *config.Edit, a args) error { return e.Enter("no ip domain name") }},
	{Syntax: "ip routing", On: true, Help: help{"routing": "Enable routing"}},
	{Syntax: "mmi auto-configure", On: true, Kept: "noise", Silent: true, Help: help{"mmi": "Mmi", "auto-configure": "A"}},
	{Syntax: "interface name:IFACE", Key: "name", Bang: true, Opens: func(args) *config.Mode { return interfaceMode },
		Less: func(a, b args) bool { return a.Word("name") < b.Word("name") },
		Help: help{"interface": "Select an interface", "name": "Interface"},
		Enter: func(e *config.Edit, a args) error {
			e.Inside("no ip address")
			return nil
		},
		Leave: func(e *config.Edit, a args) error {
			if e.Defaulting() {
				e.Inside("no ip address")
				e.Notice("Interface " + a.Word("name") + " set to default configuration")
			}
			return nil
		}},
	{Syntax: "router eigrp as:<1-65535>", Key: "as", Bang: true, Opens: func(args) *config.Mode { return routerMode },
		Help: help{"router": "Routing", "eigrp": "EIGRP", "as": "Number"}},
	{Syntax: "ip route net:A.B.C.D mask:MASK hop:A.B.C.D [distance:<1-255>]", Key: "net mask hop", Bang: true,
		Help: help{"route": "Static route", "net": "Net", "mask": "Mask", "hop": "Next hop", "distance": "Distance"},
		Apply: func(s any, a args, _ bool) {
			s.(*globalState).Routes = append(s.(*globalState).Routes, a.Masked("net", "mask").String())
		}},
	{Syntax: "banner (motd | login) text:TEXT", Key: "motd login", Help: help{"banner": "Banner", "motd": "M", "login": "L", "text": "c text c"}},
	{Syntax: "exit", Move: config.Up, Help: help{"exit": "Exit"}},
	{Syntax: "end", Move: config.Top, Help: help{"end": "End"}},
	{Syntax: "do command:LINE", Move: config.Do, Help: help{"do": "Exec", "command": "Command"}},
}

var interfaceCommands = []*command{
	{Syntax: "description text:LINE", Help: help{"description": "Describe", "text": "Text"}},
	{Syntax: "bandwidth kbits:<1-10000000>", Help: help{"bandwidth": "Bandwidth", "kbits": "kbit/s"}},
	{Syntax: "ip address addr:A.B.C.D mask:MASK", Signed: true, Help: help{"ip": "IP", "address": "Address", "addr": "Address", "mask": "Mask"},
		Apply: func(s any, a args, negative bool) {
			if !negative {
				s.(*interfaceState).Address = a.Masked("addr", "mask").String()
			}
		}},
	{Syntax: "ip address addr:A.B.C.D mask:MASK secondary", Key: "addr", Help: help{"secondary": "Another"}},
	{Syntax: "ip redirects", On: true, Help: help{"redirects": "Send redirects"},
		Apply: func(s any, a args, negative bool) { s.(*interfaceState).Redirects = !negative }},
	{Syntax: "ip mtu size:<68-9216>", Default: "ip mtu 1500", Help: help{"mtu": "MTU", "size": "Bytes"}},
	{Syntax: "ip nhrp map proto:A.B.C.D nbma:A.B.C.D", Key: "proto", Help: help{"nhrp": "NHRP", "map": "Map", "proto": "P", "nbma": "N"},
		Apply: func(s any, a args, _ bool) {
			s.(*interfaceState).Maps = append(s.(*interfaceState).Maps, a.Word("proto"))
		}},
	{Syntax: "ip nhrp map multicast (dynamic | nbma:A.B.C.D)", Key: "dynamic nbma", Help: help{"multicast": "M", "dynamic": "D", "nbma": "N"}},
	{Syntax: "ip nhrp network-id id:<1-4294967295>", Help: help{"network-id": "Network", "id": "Number"}},
	{Syntax: "ip nhrp shortcut", Signed: true, Default: "no ip nhrp shortcut", Help: help{"shortcut": "Shortcut"}},
	{Syntax: "shutdown", Help: help{"shutdown": "Shut down"}, Apply: func(s any, a args, _ bool) { s.(*interfaceState).Shutdown = true }},
	{Syntax: "tunnel mode gre (ip | multipoint)", Default: "tunnel mode gre ip", Help: help{"tunnel": "T", "mode": "M", "gre": "G", "ip": "I", "gre ip": "over IP", "multipoint": "MP"},
		Enter: func(e *config.Edit, a args) error {
			if a.Has("multipoint") {
				return e.Enter("no ip redirects")
			}
			return nil
		}},
	{Syntax: "tunnel destination addr:A.B.C.D", Help: help{"destination": "D", "addr": "Address"},
		Enter: func(e *config.Edit, a args) error {
			for _, line := range e.Node().Lines() {
				if strings.HasSuffix(line.Text, "multipoint") {
					return errors.New("% Tunnel destination is not allowed on a multipoint tunnel")
				}
			}
			return nil
		}},
	{Syntax: "tunnel entropy", Kept: "needs another world", Help: help{"entropy": "E"}},
}

func TestLawsHoldOfTheTable(t *testing.T) {
	configtest.Laws(t, globalMode, configtest.Options{})
}

// session enters lines as one session does; \\n is a newline inside one.
type session struct {
	t    testing.TB
	tree *config.Tree
	at   config.Cursor
}

func newSession(t testing.TB) *session { return &session{t: t, tree: config.New(globalMode)} }

func (s *session) enter(lines string) *session {
	s.t.Helper()
	for line := range strings.SplitSeq(strings.TrimSpace(lines), "\n") {
		r, err := s.tree.Enter(s.at, strings.ReplaceAll(line, "\\n", "\n"), config.Env{})
		if err != nil {
			s.t.Errorf("%q: %v", line, err)
		}
		s.at = r.Cursor
	}
	return s
}

func (s *session) text() string { return s.tree.Text(config.TextOptions{}) }

func (s *session) want(want string) *session {
	s.t.Helper()
	if got, want := strings.TrimSpace(s.text()), strings.TrimSpace(want); got != want {
		s.t.Errorf("running-config is\n%s\nwant\n%s", got, want)
	}
	return s
}

func (s *session) refused(line, want string) *session {
	s.t.Helper()
	before := s.text()
	r, err := s.tree.Enter(s.at, line, config.Env{})
	got := fmt.Sprint(err)
	var g *grammar.Error
	if errors.As(err, &g) {
		got = fmt.Sprintf("%v %d", g.Kind, g.Column)
		if g.Line != line {
			s.t.Errorf("the error of %q is about %q", line, g.Line)
		}
	}
	if got != want || r.Changed || fmt.Sprint(r.Cursor) != fmt.Sprint(s.at) || s.text() != before {
		s.t.Errorf("%q: %s, want %s; %+v", line, got, want, r)
	}
	return s
}
