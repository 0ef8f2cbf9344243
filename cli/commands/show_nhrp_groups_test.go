package commands

import (
	"strings"
	"testing"

	"weft/cli/config"
)

// Groups and VRFs are kept: they are shown as written, and as used by nobody.
func TestGroupsAndVRFsAreShownAsUsedByNobody(t *testing.T) {
	r := newFakeRouter()
	lines := []string{"vrf definition RED", "interface Tunnel0", " ip nhrp map group GOLD service-policy output FAST",
		" ip nhrp map group LEAD service-policy output SLOW", " ip nhrp group GOLD"}
	if _, err := r.tree.Load(strings.NewReader(strings.Join(lines, "\n")), config.Env{Loading: true}); err != nil { // all are reported as kept
		t.Fatal(err)
	}
	const gold = "Interface: Tunnel0\n NHRP group: GOLD\n  QoS policy: FAST\n  Tunnels using the QoS policy: None\n\n"
	for line, want := range map[string]string{
		"show ip nhrp group":          "",
		"show ip nhrp group GOLD":     "",
		"show ip nhrp group-map GOLD": gold,
		"show ip nhrp group-map":      gold + "Interface: Tunnel0\n NHRP group: LEAD\n  QoS policy: SLOW\n  Tunnels using the QoS policy: None\n\n",
		"show dmvpn vrf BLUE":         "% VRF BLUE not configured\n",
		"show ip nhrp vrf RED detail": "% VRF RED is not acted on: all tunnels are in the global table\n",
		"clear ip nhrp vrf BLUE":      "% VRF BLUE not configured\n",
		"debug nhrp group":            "NHRP group debugging is on\n",
		"undebug nhrp attribute":      "NHRP attribute debugging is off\n",
	} {
		if got := output(t, r, line); got != want {
			t.Errorf("%s prints\n%s", line, got)
		}
	}
}
