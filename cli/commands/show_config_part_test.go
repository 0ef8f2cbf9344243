package commands

import (
	"strings"
	"testing"

	"weft/cli/config"
)

func TestPartsOfTheConfiguration(t *testing.T) {
	r := newFakeRouter()
	const text = "hostname R1\nvrf definition RED\nvrf definition BLUE\ninterface Loopback0\n description of vrf RED\n ip address 192.0.2.1 255.255.255.255\n" +
		"interface Loopback1\n vrf forwarding RED\nip route 10.0.0.0 255.0.0.0 Null0\nip access-list standard A\n permit any\nbanner motd ^Cinterface of\n the box^C\nline con 0\nline vty 0 4\n"
	if _, err := r.tree.Load(strings.NewReader(text), config.Env{Loading: true}); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ line, want string }{
		{"show running-config partition interface", "!\ninterface Loopback0\n description of vrf RED\n ip address 192.0.2.1 255.255.255.255\n!\ninterface Loopback1\n vrf forwarding RED\n no ip address\n!\nend\n"},
		{"show run part ip-static-routes", "!\nip route 10.0.0.0 255.0.0.0 Null0\nend\n"},
		{"show running-config partition access-list", "!\nip access-list standard A\n 10 permit any\n!\nend\n"},
		{"show running-config partition line", "!\nline con 0\nline vty 0 4\nend\n"},
		{"show running-config partition router", "!\nend\n"},
		{"show running-config vrf RED", "!\nvrf definition RED\ninterface Loopback1\n vrf forwarding RED\n no ip address\n!\nend\n"},
		{"show running-config vrf", "!\nvrf definition RED\nvrf definition BLUE\ninterface Loopback1\n vrf forwarding RED\n no ip address\n!\nend\n"},
		{"show running-config vrf GREEN", "!\nend\n"},
	} {
		got := output(t, r, row.line)
		head, text, _ := strings.Cut(got, " bytes\n")
		if !strings.HasPrefix(head, "Building configuration...\n\nCurrent configuration : ") || text != row.want+"\n" {
			t.Errorf("%s: %q, want %q", row.line, text, row.want)
		}
	}
	common := output(t, r, "show running-config partition common")
	for _, want := range []string{"\nhostname R1\n", "\nvrf definition RED\n", "\nbanner motd ^Cinterface of\n the box^C\n"} {
		if !strings.Contains(common, want) || strings.Contains(common, "Loopback") {
			t.Errorf("common: %q", common)
		}
	}
}
