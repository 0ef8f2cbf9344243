package commands

import (
	"strings"
	"testing"

	"weft/ike"
)

func TestShowDMVPNNamesTheRungOfProtection(t *testing.T) {
	const server = "     1 192.0.2.1"
	rung := func(state ike.State, protected bool) string {
		r := spoke()
		r.crypto = CryptoState{State: state}
		if protected {
			r.crypto.Config.Endpoints = []ike.Endpoint{{Tunnel: "Tunnel0"}}
		}
		for line := range strings.Lines(output(t, r, "show dmvpn")) {
			if f := strings.Fields(line); strings.HasPrefix(line, server) {
				return f[3]
			}
		}
		return "missing"
	}
	up := rung(ike.State{}, false)
	keyed := []ike.SA{{Remote: port("192.0.2.1:500"), Stage: ike.Ready}}
	for name, c := range map[string]struct {
		state ike.State
		want  string
	}{
		"nothing yet":        {ike.State{}, "IKE"},
		"in negotiation":     {ike.State{SAs: []ike.SA{{Remote: port("192.0.2.1:500"), Stage: ike.Negotiating}}}, "IKE"},
		"IKE is done":        {ike.State{SAs: keyed}, "IPSEC"},
		"for another tunnel": {ike.State{SAs: keyed, Children: []ike.Child{{Tunnels: []string{"Tunnel1"}, Peer: port("192.0.2.1:0")}}}, "IPSEC"},
		"IPsec is done":      {ike.State{SAs: keyed, Children: []ike.Child{{Tunnels: []string{"Tunnel0"}, Peer: port("192.0.2.1:4500")}}}, up},
	} {
		if got := rung(c.state, true); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	if up == "missing" || up == "IKE" {
		t.Errorf("without protection: %s", up)
	}
}
