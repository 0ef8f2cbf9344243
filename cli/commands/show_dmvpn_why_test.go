package commands

import (
	"strings"
	"testing"

	"weft/dataplane/fib"
	"weft/nhrp"
	"weft/routing/rib"
)

func TestShowDMVPNPhase(t *testing.T) {
	s := spoke()
	s.interfaces[0].NHRP.Shortcut = true
	s.nhrp.Tunnels[0].Traffic.Received[nhrp.TrafficIndication] = 2
	s.routes = []rib.Route{
		{Candidate: rib.Candidate{Prefix: prefix("10.22.0.0/16"), Source: rib.Static, NextHop: addr("10.99.0.1")},
			Resolved: []fib.NextHop{{Gateway: addr("10.99.0.1"), Interface: "Tunnel0"}}, Override: []fib.NextHop{{Gateway: addr("10.99.0.22"), Interface: "Tunnel0"}}},
		{Candidate: rib.Candidate{Prefix: prefix("10.99.0.22/32"), Source: rib.NHRP, Interface: "Tunnel0"}},
		{Candidate: rib.Candidate{Prefix: prefix("10.33.0.0/16"), Source: rib.Static, NextHop: addr("10.99.0.33"), Interface: "Tunnel0"}},
	}
	golden(t, "show_dmvpn_phase_spoke.txt", s, "show dmvpn phase")
	s.interfaces[0].NHRP.Shortcut, s.routes = false, nil
	golden(t, "show_dmvpn_phase_without_shortcut.txt", s, "show dmvpn phase")
	h := hub()
	golden(t, "show_dmvpn_phase_hub.txt", h, "show dmvpn phase")
}

func TestShowDMVPNWhy(t *testing.T) {
	r := spoke()
	r.diagnoses = []Diagnosis{
		{Tunnel: "Tunnel0", Peer: nhrp.Endpoint{Protocol: addr("10.99.0.1"), NBMA: addr("192.0.2.1")}, Role: "next hop server",
			Rungs:  []RungReport{{RungInterface, false, []string{"line protocol is up", "a route leads there"}}, {RungNHRP, true, []string{"1 Registration Request sent"}}},
			Faults: []Fault{{Wrong: "it does not answer", At: "192.0.2.1", Enter: []Entering{{Router: addr("192.0.2.1"), Lines: []string{"show dmvpn why 198.51.100.11"}}}}}},
		{Tunnel: "Tunnel0", Role: "station", Peer: nhrp.Endpoint{NBMA: addr("203.0.113.9")},
			Rungs:  []RungReport{{RungInterface, false, nil}, {RungNHRP, false, nil}, {RungUp, false, []string{"since 00:00:01"}}},
			Faults: []Fault{{Wrong: "keys", At: "this router", Enter: []Entering{{Lines: []string{"configure terminal", "ip nhrp authentication K", "end"}, Secret: true}}}}},
	}
	golden(t, "show_dmvpn_why.txt", r, "show dmvpn why", "show dmvpn why 192.0.2.1")
	if text := DiagnosisText(&r.diagnoses[1], false); strings.Contains(text, "authentication K") {
		t.Errorf("a key is shown to the unprivileged:\n%s", text)
	}
}
