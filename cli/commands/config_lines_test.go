package commands

import (
	"strings"
	"testing"

	"weft/cli/config"
)

// Abbreviations that hands and published configurations use.
func TestAbbreviations(t *testing.T) {
	for _, c := range []struct{ typed, stored string }{
		{"int tu0", "interface Tunnel0"},
		{"int tun 0", "interface Tunnel0"},
		{"INTERFACE TUNNEL0", "interface Tunnel0"},
		{"int t0", "interface Tunnel0"},
		{"int g0/0", "interface GigabitEthernet0/0"},
		{"int gi 0/1", "interface GigabitEthernet0/1"},
		{"int GigabitEthernet1", "interface GigabitEthernet1"},
		{"int gi0/0/0", "interface GigabitEthernet0/0/0"},
		{"int gi0/1.10", "interface GigabitEthernet0/1.10"},
		{"int e0/0", "interface Ethernet0/0"},
		{"int Ethernet 0/0", "interface Ethernet0/0"},
		{"int f0/0", "interface FastEthernet0/0"},
		{"int fa00/01", "interface FastEthernet0/1"},
		{"int lo0", "interface Loopback0"},
		{"int l 10", "interface Loopback10"},
		{"host R1", "hostname R1"},
		{"no ip domain-lookup", "no ip domain lookup"},
		{"no ip domain look", "no ip domain lookup"},
		{"ip domain-name example.com", "ip domain name example.com"},
		{"line console 0", "line con 0"},
		{"line con 0", "line con 0"},
		{"lin vt 0 4", "line vty 0 4"},
		{"ip route 0.0.0.0 0.0.0.0 g0/1 192.0.2.254", "ip route 0.0.0.0 0.0.0.0 GigabitEthernet0/1 192.0.2.254"},
		{"ip route 10.0.0.0 255.0.0.0 nu0 perm name x", "ip route 10.0.0.0 255.0.0.0 Null0 name x permanent"},
		{"int tu0\nip add 10.0.0.1 255.255.255.0", " ip address 10.0.0.1 255.255.255.0"},
		{"int e0/0\nshut", " shutdown"},
		{"int tu0\ntunnel sou e0/0", " tunnel source Ethernet0/0"},
		{"int tu0\ntunnel destin 192.0.2.1", " tunnel destination 192.0.2.1"},
		{"int tu0\nip nh map mul dyn", " ip nhrp map multicast dynamic"},
		{"int tu0\nip nhrp map 10.0.0.0 255.255.255.0 192.0.2.1", " ip nhrp map 10.0.0.0 255.255.255.0 192.0.2.1"},
		{"int tu0\nip nhrp nhs 10.0.0.1 nbma 192.0.2.1 mu pri 1 clu 2", " ip nhrp nhs 10.0.0.1 nbma 192.0.2.1 multicast priority 1 cluster 2"},
		{"line con 0\nexec-t 5", " exec-timeout 5 0"},
		{"line vty 0 4\ntransp inp all", " transport input all"},
		{"line vty 0 4\nno exec-timeout", " exec-timeout 0 0"},
	} {
		configures(t, c.typed).has(c.stored, true)
	}
}

func TestAMultipointTunnelSendsNoRedirects(t *testing.T) {
	s := configures(t, "interface Tunnel0\ntunnel mode gre multipoint")
	s.has(" no ip redirects", true)
	s.types("ip redirects\ntunnel mode gre ip")
	s.has(" no ip redirects", false)
	s.has(" tunnel mode gre multipoint", false)
	s.has(" tunnel mode gre ip", false) // it holds anyway
	if all := s.tree.Text(config.TextOptions{All: true}); !strings.Contains(all, " tunnel mode gre ip\n") || !strings.Contains(all, " tunnel ttl 255\n") {
		t.Errorf("the defaults are not in\n%s", all)
	}
}

func TestInterfacesShowThatTheyHaveNoAddress(t *testing.T) {
	s := configures(t, "interface Loopback1")
	s.has(" no ip address", true)
	s.types("ip address 10.0.0.1 255.255.255.255\nip address 10.0.1.1 255.255.255.255 secondary")
	s.has(" no ip address", false)
	s.types("no ip address")
	s.has(" no ip address", true)
	s.has(" ip address 10.0.1.1 255.255.255.255 secondary", false)
	s.types("no interface Loopback1")
	s.has("interface Loopback1", false)
	s.types("interface Loopback2\nip address 10.0.0.1 255.255.255.255\ndescription x")
	if got := s.enter("default interface lo2"); got != "Interface Loopback2 set to default configuration" {
		t.Errorf("answered %q", got)
	}
	if section, _ := s.tree.Section(config.Cursor{Path: []string{"interface Loopback2"}}); section != "interface Loopback2\n no ip address\n" {
		t.Errorf("default leaves\n%s", section)
	}
}

func TestInterfacesStandInOrder(t *testing.T) {
	s := configures(t, "int gi0/10\nint gi0/2\nint tu10\nint tu2\nint lo1\nint e1/0\nint gi0/2.5\nint s0/0")
	var order []string
	for line := range strings.SplitSeq(s.text(), "\n") {
		if name, ok := strings.CutPrefix(line, "interface "); ok {
			order = append(order, name)
		}
	}
	want := "Loopback1 Tunnel2 Tunnel10 Ethernet1/0 GigabitEthernet0/2 GigabitEthernet0/2.5 GigabitEthernet0/10 Serial0/0"
	if got := strings.Join(order, " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestKeptLinesSaySoAndNoiseDoesNot(t *testing.T) {
	s := configures(t, "no ip http server\nip cef\nboot-start-marker")
	if got := s.enter("ip http server"); !strings.Contains(got, "there is no HTTP server") {
		t.Errorf("answered %q", got)
	}
	if got := s.enter("ip nat inside source list 1 interface gi0/1 overload"); !strings.Contains(got, "nothing acts on it: there is no NAT yet.") {
		t.Errorf("answered %q", got)
	}
}

func TestUserLinesComeTogether(t *testing.T) {
	s := configures(t, "username ann privilege 15\nusername ann secret weft\nusername bob password hidden words\nusername bob privilege 5")
	users := s.tree.Root().Compile().(*Global).Users
	if len(users) != 2 || users[0].Privilege != 15 || !strings.HasPrefix(users[0].Secret, "9 $9$") || !Verify(users[0].Secret, "weft") {
		t.Errorf("%+v", users)
	}
	s.has("username bob privilege 5 password 0 hidden words", true)
	s.types("no username ann")
	if users := s.tree.Root().Compile().(*Global).Users; len(users) != 1 || !Verify(users[0].Password, "hidden words") {
		t.Errorf("%+v", users)
	}
}

func TestSecretsAreStoredHashed(t *testing.T) {
	s := configures(t, "enable secret some words")
	if stored := s.tree.Root().Compile().(*Global).EnableSecret; !strings.HasPrefix(stored, "9 $9$") || !Verify(stored, "some words") {
		t.Errorf("stored %q", stored)
	}
	for _, line := range []string{"enable secret 5 $1$abcd$2hDGYdE0UrwK2pqoiF6BB1", "enable algorithm-type md5 secret cisco", "enable algorithm-type sha256 secret cisco"} {
		s.types(line)
		if stored := s.tree.Root().Compile().(*Global).EnableSecret; !Verify(stored, "cisco") {
			t.Errorf("%q is stored as %q", line, stored)
		}
	}
	s.enter("enable secret level 5 some words") // kept, and says so
	if strings.Contains(s.text(), "some words") {
		t.Errorf("a secret stands in the clear:\n%s", s.text())
	}
}

func TestPasswordEncryptionHidesWhatIsThereAndWhatComes(t *testing.T) {
	s := configures(t, "enable password one\nusername ann password two\nline vty 0 4\npassword three four\nexit")
	s.has("enable password one", true)
	s.has("username ann password 0 two", true)
	s.has(" password three four", true)
	s.types("service password-encryption\nusername bob password five")
	for _, plain := range []string{"one", "two", "three", "five"} {
		if strings.Contains(s.text(), plain) {
			t.Errorf("%q stands in the clear:\n%s", plain, s.text())
		}
	}
	g := s.tree.Root().Compile().(*Global)
	if !Verify(g.EnablePassword, "one") || len(g.Users) != 2 || !Verify(g.Users[0].Password, "two") || !Verify(g.Users[1].Password, "five") {
		t.Errorf("%+v", g)
	}
	for _, l := range s.tree.Root().Lines() {
		if IsLine(l) && !Verify(l.Section.Compile().(*LineGroup).Password, "three four") {
			t.Error("the line's password is no longer known")
		}
	}
}

func TestGlobalCommandsLeaveASection(t *testing.T) {
	s := configures(t, "interface Tunnel0\nhostname R1\nline vty 0 4\nlogin local\ninterface Loopback0\nno shutdown\nip route 10.0.0.0 255.0.0.0 Null0")
	if len(s.at.Path) != 0 {
		t.Errorf("the session stands in %v", s.at.Path)
	}
	s.types("interface Tunnel0\nexit")
	if len(s.at.Path) != 0 {
		t.Errorf("exit leads to %v", s.at.Path)
	}
}
