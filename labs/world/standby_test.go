package world

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"weft/nhrp"
)

// servers are the states of a node's next hop servers, R before those that respond.
func servers(n *Node) (list []string) {
	for _, s := range n.Router.NHRP(nhrp.Filter{}).Tunnels[0].NHS {
		mark := map[nhrp.NHSStatus]string{nhrp.Waiting: "W", nhrp.Expecting: "E", nhrp.Responding: "R"}[s.Status]
		list = append(list, mark+" "+s.Protocol.String()+" "+s.NBMA.String())
	}
	return list
}

func lineProtocol(n *Node, name string) bool {
	return n.Router.Interfaces(func(i string) bool { return i == name })[0].ProtocolUp
}

func configure(t *testing.T, n *Node, lines ...string) {
	t.Helper()
	if err := n.Configure(lines...); err != nil {
		t.Fatal(err)
	}
}

func TestServerKnownByItsNameAlone(t *testing.T) {
	w, hub, spoke1, _ := phase2(t)
	w.Names = map[string][]netip.Addr{"hub.example.net": {netip.MustParseAddr("192.0.2.1")}}
	w.Run(2 * time.Second)
	configure(t, spoke1, "ip domain lookup", "ip name-server 192.0.2.53", "ip domain name example.net", "interface Tunnel0",
		"no ip nhrp nhs 10.0.0.1", "no ip nhrp map 10.0.0.1 192.0.2.1", "no ip nhrp map multicast 192.0.2.1",
		"ip nhrp nhs dynamic nbma hub multicast")
	w.Run(2 * time.Second)
	if got := servers(spoke1); !slices.Equal(got, []string{"R 10.0.0.1 192.0.2.1"}) {
		t.Fatalf("the servers are %v", got)
	}
	if registered(hub) != 2 {
		t.Errorf("%d clients are registered", registered(hub))
	}

	configure(t, spoke1, "interface Tunnel0", "ip nhrp nhs dynamic nbma nowhere")
	w.Run(20 * time.Second)
	if why := (&cloud{World: w}).why(spoke1, netip.Addr{}); !strings.Contains(why, "no name server and no table knows an address of nowhere") {
		t.Errorf("it says why:\n%s", why)
	}
	configure(t, spoke1, "interface Tunnel0", "no ip nhrp nhs dynamic nbma nowhere")

	// The table of hosts goes before the name servers.
	configure(t, spoke1, "ip host hub 192.0.2.99")
	w.Run(time.Second)
	if got := servers(spoke1); !slices.Equal(got, []string{"E invalid IP 192.0.2.99"}) {
		t.Errorf("with a host of that name the servers are %v", got)
	}
	configure(t, spoke1, "no ip host hub", "no ip domain lookup")
	w.Run(time.Minute)
	if got := servers(spoke1); !slices.Equal(got, []string{"E invalid IP 192.0.2.99"}) {
		t.Errorf("without lookup the servers are %v", got)
	}
	configure(t, spoke1, "ip domain lookup")
	w.Run(time.Second)
	if got := servers(spoke1); !slices.Equal(got, []string{"R 10.0.0.1 192.0.2.1"}) {
		t.Errorf("with lookup the servers are %v", got)
	}
}

func TestLineProtocolFollowsTheServers(t *testing.T) {
	w, hub, spoke1, _ := phase2(t)
	w.Run(2 * time.Second)
	startup := configOf(hub)
	w.Transcript()
	configure(t, spoke1, "interface Tunnel0", "if-state nhrp")
	w.Run(time.Second)
	if !lineProtocol(spoke1, "Tunnel0") {
		t.Fatal("the server responds, and the line protocol is down")
	}
	hub.Kill()
	w.Run(20 * time.Second)
	if lineProtocol(spoke1, "Tunnel0") {
		t.Fatal("the server is gone, and the line protocol is up")
	}
	if why := (&cloud{World: w}).why(spoke1, netip.Addr{}); !strings.Contains(why, "line protocol is down: no next hop server responds") || !strings.Contains(why, "NHRP") {
		t.Errorf("it says why:\n%s", why)
	}
	if lost := pings(w, spoke1, 2, time.Second); lost != 2 {
		t.Errorf("%d of 2 pings are lost", lost)
	}
	hub.Boot(startup)
	w.Run(12 * time.Second)
	if !lineProtocol(spoke1, "Tunnel0") {
		t.Error("the server is back, and the line protocol is down")
	}
	if lost := pings(w, spoke1, 5, time.Second); lost > 0 {
		t.Errorf("%d of 5 pings are lost", lost)
	}
	for _, line := range []string{
		"%LINEPROTO-5-UPDOWN: Line protocol on Interface Tunnel0, changed state to down",
		"%LINEPROTO-5-UPDOWN: Line protocol on Interface Tunnel0, changed state to up",
	} {
		if n := len(regexp.MustCompile("(?m)spoke1 .*"+line).FindAllString(w.log.String(), -1)); n != 1 {
			t.Errorf("%q is logged %d times", line, n)
		}
	}
	configure(t, spoke1, "interface Tunnel0", "no ip nhrp nhs 10.0.0.1")
	w.Run(time.Second)
	if lineProtocol(spoke1, "Tunnel0") {
		t.Error("there is no server, and the line protocol is up")
	}
	configure(t, spoke1, "interface Tunnel0", "no if-state nhrp")
	if !lineProtocol(spoke1, "Tunnel0") {
		t.Error("the state follows nothing, and the line protocol is down")
	}
}

func TestWhyOfAServerInReserve(t *testing.T) {
	w, _, spoke1, _ := phase2(t)
	configure(t, spoke1, "interface Tunnel0", "ip nhrp nhs 10.0.0.2 nbma 192.0.2.2 priority 9", "ip nhrp nhs cluster 0 max-connections 1")
	w.Run(20 * time.Second)
	why := (&cloud{World: w}).why(spoke1, netip.Addr{})
	if !strings.Contains(why, "in reserve: cluster 0 has servers that are better, and answer") || strings.Contains(why, "FAILED") {
		t.Errorf("it says why:\n%s", why)
	}
	w.Note("%s", why)
	golden(t, w)
}
