package config_test

import (
	"errors"
	"strings"
	"testing"

	"weft/cli/config"
)

func TestGlobalCommandsWorkFromEverySubmode(t *testing.T) {
	s := newSession(t).enter(`
interface tu 0
ip nhrp map 10.0.0.1 192.0.2.1
ip route 10.0.0.0 255.0.0.0 192.0.2.9
router eigrp 1
network 10.0.0.0
address-family ipv4 vrf BLUE
network 10.1.0.0
no auto-summary
interface lo3
hostname R1`)
	if len(s.at.Path) != 0 {
		t.Errorf("after a global command the session stands at %v", s.at)
	}
	s.want(`
hostname R1
!
interface Loopback3
 no ip address
!
interface Tunnel0
 no ip address
 ip nhrp map 10.0.0.1 192.0.2.1
!
router eigrp 1
 no auto-summary
 network 10.0.0.0
 !
 address-family ipv4 vrf BLUE
  network 10.1.0.0
 exit-address-family
!
ip route 10.0.0.0 255.0.0.0 192.0.2.9
`)
}

func TestMovesBetweenModes(t *testing.T) {
	s := newSession(t).enter("router eigrp 1\naddress-family ipv4")
	if s.enter("exit"); len(s.at.Path) != 1 {
		t.Errorf("exit leads to %v", s.at)
	}
	if s.enter("address-family ipv4\nexit-a"); len(s.at.Path) != 1 {
		t.Errorf("exit-address-family leads to %v", s.at)
	}
	if got := s.tree.At(s.at).Mode(); got != routerMode {
		t.Errorf("the mode is %s", got.Name)
	}
	r, _ := s.tree.Enter(s.at, "  do  sh run | i x ", config.Env{})
	if r.Move != config.Do || r.Rest != "sh run | i x" || r.RestAt != 6 || len(r.Cursor.Path) != 1 {
		t.Errorf("do: %+v", r)
	}
	if r, _ := s.tree.Enter(s.at, "end", config.Env{}); r.Move != config.Top || len(r.Cursor.Path) != 0 {
		t.Errorf("end: %+v", r)
	}
	s.enter("exit")
	if r, _ := s.tree.Enter(s.at, "exit", config.Env{}); r.Move != config.Top {
		t.Errorf("exit: %+v", r)
	}
	s.refused("no exit", "invalid input 3").refused("exit now", "invalid input 5")
}

func TestMistakesChangeNothingAndPointAtTheCharacter(t *testing.T) {
	s := newSession(t).refused("ip nhrp map 1.1.1.1 2.2.2.2", "invalid input 3").
		enter("interface tunnel0").
		refused("ip nhrp network-id 0", "invalid input 19").
		refused("no  ip nhrp networkid 7", "invalid input 19").
		refused("ip nhrp map", "incomplete command 11").
		refused("no ip nhrp map", "incomplete command 14").
		refused("no", "incomplete command 2").
		refused("ip nhrp m", "incomplete command 9").
		refused("ip na x", "invalid input 4").
		refused("tunnel mode gre multiprotocol", "invalid input 22").
		refused("router eigrp 0", "invalid input 13").
		refused("i", "incomplete command 1").
		refused("description a\x00b", "invalid input 13").
		refused("\x1b[A", "invalid input 0").
		refused("\xff\xfe\x00", "invalid input 0").
		refused(strings.Repeat("a ", 1<<19), "% Line too long").
		refused("description "+strings.Repeat("x", 1<<20), "% Line too long").
		refused("banner motd #"+strings.Repeat("x\n", 1<<19)+"#", "% Line too long").
		refused("banner motd # one\ntwo", "unfinished text 21").
		enter("tunnel mode gre multipoint").
		refused("tunnel destination 1.1.1.1", "% Tunnel destination is not allowed on a multipoint tunnel")
	s.want(`
!
interface Tunnel0
 no ip address
 no ip redirects
 tunnel mode gre multipoint
!`)
}

func TestSigns(t *testing.T) {
	s := newSession(t)
	s.enter("no ip routing").want("no ip routing").
		enter("ip routing").want("").
		enter("no ip routing\ndefault ip routing").want("").
		enter("no ip routing\ndef ip routing").want("")
	s.enter("hostname R1").want("hostname R1").enter("hostname Router").want("").
		enter("hostname R1\nno hostname").want("")
	s.enter("interface Tunnel0\nip nhrp shortcut\nip address 10.0.0.1 255.0.0.0").want(`
!
interface Tunnel0
 ip address 10.0.0.1 255.0.0.0
 ip nhrp shortcut
!`).enter("no ip nhrp shortcut\nno ip address 10.0.0.1 255.0.0.0").want(`
!
interface Tunnel0
 no ip address
!`).enter("default ip address").want(`
!
interface Tunnel0
!`).enter("no ip address").enter("no interface tunnel 0").want("")
	if len(s.at.Path) != 0 {
		t.Errorf("the session stands in a section that is gone: %v", s.at)
	}
}

func TestLinesOfOneKeyReplaceEachOther(t *testing.T) {
	s := newSession(t).enter(`
interface tu0
ip nhrp map 10.0.0.1 192.0.2.1
ip nhrp map 10.0.0.2 192.0.2.2
ip nhrp map 10.0.0.1 192.0.2.9
ip nhrp map multicast dynamic
ip nhrp map multicast 192.0.2.1
no ip nhrp map 10.0.0.2
no ip nhrp map multicast dynamic
ip nhrp network-id 1
ip nhrp network-id 2`).want(`
!
interface Tunnel0
 no ip address
 ip nhrp map 10.0.0.1 192.0.2.9
 ip nhrp map multicast 192.0.2.1
 ip nhrp network-id 2
!`)
	before := s.tree.Revision()
	if r, _ := s.tree.Enter(s.at, "ip nhrp network-id 2", config.Env{}); r.Changed || s.tree.Revision() != before {
		t.Error("entering a line that is there changes something")
	}
}

func TestDefaultEmptiesASection(t *testing.T) {
	s := newSession(t).enter("interface tu0\nshutdown\nexit")
	r, err := s.tree.Enter(s.at, "default interface Tunnel 0", config.Env{})
	if err != nil || len(r.Notices) != 1 || !r.Changed {
		t.Errorf("%+v %v", r, err)
	}
	s.want("!\ninterface Tunnel0\n no ip address\n!")
}

func TestHooksRewriteAndKeptLinesSaySo(t *testing.T) {
	s := newSession(t).enter("enable secret cisco\nip domain-name example.com\nboot-start-marker").want(`
!
boot-start-marker
enable secret 9 CISCO
ip domain name example.com`).enter("no ip domain-name\nno enable secret").want("!\nboot-start-marker")
	s.enter("int tu0")
	r, _ := s.tree.Enter(s.at, "tunnel entropy", config.Env{})
	if len(r.Kept) != 1 || r.Kept[0] != (config.Kept{Line: "tunnel entropy", Why: "needs another world"}) {
		t.Errorf("%q", r.Kept)
	}
	if r, _ := s.tree.Enter(s.at, "tunnel entropy", config.Env{}); len(r.Kept) > 0 {
		t.Errorf("said again: %q", r.Kept)
	}
}

func TestARefusedHookLeavesNoTrace(t *testing.T) {
	boom := &config.Mode{Name: "boom"}
	leaf := &config.Mode{Name: "leaf", Commands: func() []*command { return []*command{{Syntax: "x"}} }}
	boom.Commands = func() []*command {
		return []*command{
			{Syntax: "a n:<1-9>", Key: "n"},
			{Syntax: "s n:<1-9>", Key: "n", Opens: func(args) *config.Mode { return leaf }},
			{Syntax: "try", Enter: func(e *config.Edit, _ args) error {
				for _, line := range []string{"a 2", "no a 1", "s 2", "no s 1", "s 1"} {
					if err := e.Enter(line); err != nil {
						return err
					}
				}
				return e.Enter("a 0")
			}},
			{Syntax: "peer n:<1-9> on", Key: "n"},
			{Syntax: "peer n:<1-9> held", Key: "n", Leave: func(*config.Edit, args) error { return errors.New("% Held") }},
			{Syntax: "round", Enter: func(e *config.Edit, _ args) error { return e.Enter("round") }},
		}
	}
	s := &session{t: t, tree: config.New(boom)}
	s.enter("a 1\na 3\ns 1\nx\na 4\ns 3")
	before := s.text()
	s.at = config.Cursor{}
	for _, line := range []string{"try", "round", "try"} {
		r, err := s.tree.Enter(s.at, line, config.Env{})
		if err == nil || r.Changed || column(err) >= 0 {
			t.Errorf("%s: %v %+v", line, err, r)
		}
		s.want(before)
	}
	s.at = config.Cursor{Path: []string{"s 1"}}
	s.enter("no x").at = config.Cursor{}
	s.enter("peer 1 on").refused("no peer 1", "% Held").enter("no peer 1 on")
	s.enter("a 5\nno a 1").want("a 3\na 4\na 5\ns 1\ns 3\n!")
}

func TestNodesCompileOnceUntilTheyChange(t *testing.T) {
	s := newSession(t).enter("ip route 10.0.0.0 255.0.0.0 1.1.1.1\ninterface tu0\nip address 10.0.0.1 255.0.0.0\nno ip redirects")
	n := s.tree.At(s.at)
	first := n.Compile().(*interfaceState)
	if first.Address != "10.0.0.1/8" || first.Redirects || first.Shutdown {
		t.Errorf("%+v", first)
	}
	root, revision := s.tree.Root().Compile(), s.tree.Root().Revision()
	if n.Compile() != any(first) {
		t.Error("compiled again without a change")
	}
	s.enter("shutdown")
	if again := n.Compile().(*interfaceState); again == first || !again.Shutdown || first.Shutdown {
		t.Errorf("%+v", again)
	}
	if s.tree.Root().Compile() != root {
		t.Error("a change in a section compiles the section around it")
	}
	if s.tree.Root().Revision() == revision {
		t.Error("the revision of the root does not see a change in a section")
	}
	if line := n.Find(interfaceCommands[3], "10.0.0.9"); line != nil {
		t.Error("found what is not there")
	}
}

func TestClonesGoTheirOwnWay(t *testing.T) {
	s := newSession(t).enter("interface tu0\nshutdown\nbandwidth 5")
	copied := s.tree.Clone()
	before := s.text()
	s.enter("no shutdown\nexit\nno interface tu0\nhostname X")
	if got := copied.Text(config.TextOptions{}); got != before {
		t.Errorf("the clone has become\n%s", got)
	}
	c := &session{t: t, tree: copied, at: config.Cursor{Path: []string{"interface Tunnel0"}}}
	c.enter("no bandwidth").want("!\ninterface Tunnel0\n no ip address\n shutdown\n!")
}

func TestSectionAndDefaultsPrint(t *testing.T) {
	s := newSession(t).enter("interface tu0\nip nhrp shortcut\nbanner motd #\\nhi\\n#\nint tu0")
	if got, ok := s.tree.Section(s.at); !ok || got != "interface Tunnel0\n no ip address\n ip nhrp shortcut\n" {
		t.Errorf("%q", got)
	}
	if _, ok := s.tree.Section(config.Cursor{Path: []string{"interface Tunnel9"}}); ok {
		t.Error("a section that is not there is printed")
	}
	want := `hostname Router
!
interface Tunnel0
 no ip address
 ip mtu 1500
 ip nhrp shortcut
 tunnel mode gre ip
!
banner motd ^C
hi
^C
`
	if got := s.tree.Text(config.TextOptions{All: true}); got != want {
		t.Errorf("show running-config all is\n%s", got)
	}
}
