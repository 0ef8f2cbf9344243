package router

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"weft/cli/config"
	"weft/dataplane"
)

var noon = time.Date(2026, time.January, 5, 12, 0, 0, 0, time.UTC)

const spokeText = `
ip routing
interface GigabitEthernet0/1
 ip address 198.51.100.11 255.255.255.0
interface Tunnel0
 ip address 10.0.0.11 255.255.255.0
 ip nhrp network-id 1
 ip nhrp nhs 10.0.0.1 nbma 192.0.2.1 multicast
 tunnel source GigabitEthernet0/1
 tunnel mode gre multipoint
ip route 0.0.0.0 0.0.0.0 198.51.100.254
`

// boot returns a router with that configuration and its port plugged in, and
// what it wanted done meanwhile.
func boot(t *testing.T, text string) (*Router, []Out) {
	t.Helper()
	r := New(Options{Entropy: strings.NewReader("some entropy"), Booted: noon, Synchronized: true})
	reports, err := r.Tree().Load(strings.NewReader(text), config.Env{Loading: true})
	if err != nil || len(reports) > 0 {
		t.Fatal(err, reports)
	}
	out := r.Step(noon, Configured{})
	return r, append(out, r.Step(noon, Port{Name: "GigabitEthernet0/1", Exists: true, Carrier: true, MTU: 1500})...)
}

func enter(t *testing.T, r *Router, lines ...string) []Out {
	t.Helper()
	var at config.Cursor
	for _, line := range lines {
		result, err := r.Tree().Enter(at, line, config.Env{})
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		at = result.Cursor
	}
	return r.Step(noon, Configured{})
}

// kinds names what went out, in order, with what matters of each.
func kinds(outs []Out) string {
	var s []string
	for _, o := range outs {
		switch o := o.(type) {
		case KernelRoute:
			verb := "+"
			if len(o.Route.NextHops) == 0 && !o.Route.Discard {
				verb = "-"
			}
			s = append(s, fmt.Sprintf("kernel%s%v/%d", verb, o.Route.Prefix, o.Route.Table))
		case Tunnels:
			s = append(s, fmt.Sprintf("tunnels(up=%v)", o.Want[0].Up))
		case Control:
			s = append(s, "control")
		case Routes:
			s = append(s, "routes")
		}
	}
	return strings.Join(s, " ")
}

func TestOurTableChangesBeforeTheKernelsOnAddAndAfterItOnDelete(t *testing.T) {
	r, _ := boot(t, spokeText)
	const route = "ip route 172.16.0.0 255.255.255.0 198.51.100.254"
	if got, want := kinds(enter(t, r, route)), "routes kernel+172.16.0.0/24/0 kernel+172.16.0.0/24/1"; got != want {
		t.Errorf("adding: %s, want %s", got, want)
	}
	if got, want := kinds(enter(t, r, "no "+route)), "kernel-172.16.0.0/24/0 kernel-172.16.0.0/24/1 routes"; got != want {
		t.Errorf("removing: %s, want %s", got, want)
	}
}

func TestClientTakesItsLeaveBeforeItsTunnelGoesDown(t *testing.T) {
	r, _ := boot(t, spokeText)
	got := kinds(enter(t, r, "interface Tunnel0", "shutdown"))
	purge, down := strings.Index(got, "control"), strings.Index(got, "tunnels(up=false)")
	if purge < 0 || down < 0 || purge > down {
		t.Errorf("want a packet and then the tunnel down, got %s", got)
	}
}

func TestClientRegistersOnceItsTunnelIsUp(t *testing.T) {
	_, out := boot(t, spokeText)
	got := kinds(out)
	up, registration := strings.LastIndex(got, "tunnels(up=true)"), strings.Index(got, "control")
	if up < 0 || registration < up {
		t.Errorf("want the tunnel up and then a packet, got %s", got)
	}
}

func TestRoutesThroughATunnelStayOutOfTheUnderlay(t *testing.T) {
	r, _ := boot(t, spokeText)
	for _, o := range enter(t, r, "ip route 0.0.0.0 0.0.0.0 Tunnel0", "no ip route 0.0.0.0 0.0.0.0 198.51.100.254",
		"ip route 192.0.2.0 255.255.255.0 198.51.100.254") {
		k, ok := o.(KernelRoute)
		if !ok || k.Route.Table != dataplane.UnderlayTable {
			continue
		}
		for _, n := range k.Route.NextHops {
			if n.Interface == "Tunnel0" {
				t.Errorf("the underlay table has %v through Tunnel0", k.Route.Prefix)
			}
		}
	}
	i := r.Interfaces(func(n string) bool { return n == "Tunnel0" })[0]
	if !i.ProtocolUp {
		t.Errorf("Tunnel0 is down: %s", i.DownCause)
	}
}

func TestPortWithoutASectionAppearsShutDown(t *testing.T) {
	r, _ := boot(t, spokeText)
	r.Step(noon, Port{Name: "GigabitEthernet0/7", Exists: true, Carrier: true})
	text := r.Tree().Text(config.TextOptions{})
	if want := "interface GigabitEthernet0/7\n no ip address\n shutdown\n"; !strings.Contains(text, want) {
		t.Errorf("running-config has no %q:\n%s", want, text)
	}
}

func TestPortKeepsASectionWhateverIsRemoved(t *testing.T) {
	r, _ := boot(t, spokeText)
	enter(t, r, "no interface GigabitEthernet0/1")
	text := r.Tree().Text(config.TextOptions{})
	if want := "interface GigabitEthernet0/1\n no ip address\n shutdown\n"; !strings.Contains(text, want) {
		t.Errorf("running-config has no %q:\n%s", want, text)
	}
}

func TestConfigurationOfAPortSurvivesItsArrival(t *testing.T) {
	r, _ := boot(t, spokeText)
	i := r.Interfaces(func(n string) bool { return n == "GigabitEthernet0/1" })[0]
	if !i.ProtocolUp || i.Address.String() != "198.51.100.11/24" {
		t.Errorf("GigabitEthernet0/1 is up=%v with %v", i.ProtocolUp, i.Address)
	}
}

func TestAddressesSayWhetherTheyWereSaved(t *testing.T) {
	r, _ := boot(t, spokeText)
	r.Step(noon, Booted{})
	enter(t, r, "interface Tunnel0", "ip address 10.0.0.99 255.255.255.0")
	for name, want := range map[string]string{"GigabitEthernet0/1": "NVRAM", "Tunnel0": "manual"} {
		if got := r.Interfaces(func(n string) bool { return n == name })[0].Method; got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestTunnelSaysWhyItIsDown(t *testing.T) {
	r, _ := boot(t, spokeText)
	for _, c := range []struct{ line, want string }{
		{"no tunnel source", "no tunnel source"},
		{"tunnel source 203.0.113.1", "the tunnel source 203.0.113.1 is no address of this router"},
		{"tunnel source GigabitEthernet0/9", "the tunnel source GigabitEthernet0/9 does not exist"},
	} {
		enter(t, r, "interface Tunnel0", c.line)
		i := r.Interfaces(func(n string) bool { return n == "Tunnel0" })[0]
		if i.ProtocolUp || i.DownCause != c.want {
			t.Errorf("%s: up=%v, %q, want %q", c.line, i.ProtocolUp, i.DownCause, c.want)
		}
	}
}

func TestNothingGoesOutWhenNothingChanges(t *testing.T) {
	r, _ := boot(t, spokeText)
	if out := r.Step(noon, Configured{}); len(out) > 0 {
		t.Errorf("an unchanged configuration leads to %T", out[0])
	}
}
