package commands

import (
	"testing"
	"time"

	"weft/nhrp"
)

func TestShowNHRPViews(t *testing.T) {
	h := hub()
	h.interfaces[0].Since = noon.Add(-time.Hour)
	n := &h.nhrp.Tunnels[0]
	n.Redirects = []nhrp.Redirect{{Source: addr("10.11.0.5"), Destination: addr("10.22.0.7"), To: addr("198.51.100.11"), At: noon.Add(-3 * time.Second), Expires: noon.Add(5 * time.Second), Suppressed: 4}}
	n.Purges = []nhrp.Purge{{RequestID: 9, To: addr("198.51.100.11"), Sent: 2}}
	n.Traffic.Forwarded[nhrp.ResolutionRequest] = 3
	n.Stats = nhrp.Stats{Up: 2, Down: 1, Packets: 61, EndpointAdded: 264, EndpointDeleted: 160, RouteAdded: 80, RouteDeleted: 79}
	golden(t, "show_nhrp_views_hub.txt", h, "show ip nhrp self", "show ip nhrp redirect", "show ip nhrp purge", "show ip nhrp traffic detail",
		"show ip nhrp traffic interface Tunnel0", "show nhrp stats", "show ip nhrp stats detail", "show tunnel endpoints", "show dmvpn static",
		"show dmvpn peer nbma 198.51.100.22", "show dmvpn peer tunnel 10.99.0.11", "show dmvpn peer network 10.44.0.0/16", "show dmvpn count status",
		"debug nhrp condition peer nbma 198.51.100.22", "debug nhrp condition interface Tunnel0", "show nhrp debug-condition", "show debugging condition")
	golden(t, "show_nhrp_views_spoke.txt", spoke(), "show ip nhrp shortcut", "show ip nhrp self", "show dmvpn static")
}

func TestClearFormsOfNHRP(t *testing.T) {
	r := hub()
	for _, line := range []string{"clear ip nhrp", "clear ip nhrp 10.99.0.11", "clear ip nhrp 10.99.0.0 255.255.255.0", "clear ip nhrp tunnel 0", "clear ip nhrp shortcut",
		"clear ip nhrp shortcut interface tunnel 0", "clear ip nhrp stats", "clear nhrp stats tunnel 0", "clear ip nhrp counters", "clear dmvpn statistics",
		"clear dmvpn session", "clear dmvpn session peer nbma 198.51.100.11 static", "clear dmvpn session interface tunnel 0 peer tunnel 10.99.0.11"} {
		r.note("%s", line)
		if got := output(t, r, line); got != "" {
			t.Errorf("%s prints %q", line, got)
		}
	}
	text := ""
	for _, did := range r.did {
		text += did + "\n"
	}
	goldenText(t, "clear_nhrp.txt", text)
}

func TestDebugDMVPNSwitchesTheTopicsOfItsParts(t *testing.T) {
	for line, want := range map[string]int{"debug dmvpn all all": 10, "debug dmvpn error nhrp": 1, "debug dmvpn packet nhrp": 1, "debug dmvpn detail nhrp": 4, "debug nhrp": 3, "debug nhrp detail": 6} {
		r := hub()
		output(t, r, line)
		if len(r.debugs) != want {
			t.Errorf("%s: %v", line, r.Debugs())
		}
	}
}
