package commands

import (
	"strings"
	"testing"

	"weft/cli/config"
)

// Every line that DMVPN has, by mode. Behind "+" stands what acts on it, behind
// "-" what is kept and said so.
var dmvpnLines = map[string][]string{
	"interface Tunnel0": {
		"+ip nhrp authentication WORD",
		"-ip nhrp attribute set kind value",
		"-ip nhrp attribute group NAME",
		"-ip nhrp group NAME",
		"-nhrp group NAME",
		"-nhrp attribute group NAME",
		"-ip nhrp map group NAME service-policy output POLICY",
		"-nhrp map group NAME service-policy output POLICY",
		"-ip nhrp bfd notify services 3",
		"-ip nhrp bfd notify transport never",
		"-ip nhrp bfd strict-mode",
		"-ip nhrp cache bgp-sync",
		"-ip nhrp cache non-authoritative",
		"-ip nhrp connect 60",
		"-ip nhrp reject 7",
		"-ip nhrp reject 7 60",
		"+ip nhrp holdtime 600",
		"-ip nhrp interest 101",
		"-ip nhrp interest none",
		"-ip nhrp interest NAME",
		"+ip nhrp map 10.0.0.1 192.0.2.1",
		"+ip nhrp map 10.9.0.0 255.255.0.0 192.0.2.1",
		"+ip nhrp map 10.0.0.1 192.0.2.1 preference 5",
		"-ip nhrp map 10.0.0.1 2001:DB8::1",
		"-ip nhrp map 10.0.0.1 2001:DB8::1 preference 5",
		"+ip nhrp map multicast dynamic",
		"+ip nhrp map multicast 192.0.2.1",
		"-ip nhrp map multicast 2001:DB8::1",
		"+ip nhrp max-send 100 every 10",
		"-ip nhrp multicast batch-size",
		"-ip nhrp multicast batch-size 100 batch-interval 10",
		"+ip nhrp network-id 1",
		"+ip nhrp nhs 10.0.0.1",
		"+ip nhrp nhs 10.0.0.1 priority 1",
		"+ip nhrp nhs 10.0.0.1 cluster 2",
		"+ip nhrp nhs 10.0.0.1 nbma 192.0.2.1",
		"+ip nhrp nhs 10.0.0.1 nbma 192.0.2.1 multicast priority 1 cluster 2",
		"+ip nhrp nhs 10.0.0.1 nbma hub.example.net multicast",
		"-ip nhrp nhs 10.0.0.1 nbma 2001:DB8::1 multicast",
		"+ip nhrp nhs dynamic nbma hub.example.net",
		"+ip nhrp nhs dynamic nbma hub.example.net multicast priority 1 cluster 2",
		"+ip nhrp nhs dynamic nbma 192.0.2.1 multicast",
		"-ip nhrp nhs dynamic nbma 2001:DB8::1 multicast",
		"+ip nhrp nhs cluster 2 max-connections 1",
		"+ip nhrp nhs fallback 30",
		"-ip nhrp path preference 5",
		"-ip nhrp path preference 5 adaptive",
		"-ip nhrp path preference adaptive",
		"+no ip nhrp record",
		"+ip nhrp redirect",
		"+ip nhrp redirect timeout 5",
		"+ip nhrp registration timeout 60",
		"+ip nhrp registration delay 5",
		"+ip nhrp registration no-unique",
		"-ip nhrp registration req-def-map",
		"-ip nhrp responder Loopback0",
		"-ip nhrp send-routed",
		"+ip nhrp server-only",
		"+ip nhrp server-only non-caching",
		"-ip nhrp role hub",
		"+ip nhrp shortcut",
		"+ip nhrp shortcut virtual-template 1",
		"-ip nhrp summary-map 10.9.0.0/16 192.0.2.1",
		"-ip nhrp summary-map 10.9.0.0/16 192.0.2.1 preference 5 multicast match group NAME",
		"-ip nhrp summary-map 10.9.0.0/16 resolve",
		"-ip nhrp trigger-svc 100 10",
		"-ip nhrp use 5",
		"+no nhrp route-watch",
		"-nhrp event-publisher max-event-timeout 5",
		"+if-state nhrp",
		"-if-state track 7",
		"-llp nhrp map multicast dynamic",
		"-llp nhrp map multicast 192.0.2.1",
		"-ipv6 nhrp network-id 1",
		"-ipv6 nhrp authentication WORD",
		"-ipv6 nhrp holdtime 600",
		"-ipv6 nhrp map 2001:DB8::1/128 192.0.2.1",
		"-ipv6 nhrp map 2001:DB8::1/128 2001:DB8:1::1",
		"-ipv6 nhrp map multicast dynamic",
		"-ipv6 nhrp map multicast 192.0.2.1",
		"-ipv6 nhrp max-send 100 every 10",
		"-ipv6 nhrp nhs 2001:DB8::1",
		"-ipv6 nhrp nhs 2001:DB8::1 nbma 192.0.2.1 multicast priority 1 cluster 2",
		"-ipv6 nhrp nhs dynamic nbma hub.example.net multicast",
		"-ipv6 nhrp nhs cluster 2 max-connections 1",
		"-ipv6 nhrp nhs fallback 30",
		"-ipv6 nhrp redirect",
		"-ipv6 nhrp redirect timeout 5",
		"-ipv6 nhrp registration no-unique",
		"-ipv6 nhrp registration timeout 60",
		"-ipv6 nhrp shortcut",
		"-ipv6 nhrp server-only",

		"+tunnel source GigabitEthernet0/1",
		"+tunnel source 192.0.2.1",
		"+tunnel destination 192.0.2.1",
		"-tunnel destination dynamic",
		"-tunnel destination hub.example.net",
		"-tunnel destination 2001:DB8::1",
		"+tunnel mode gre ip", // the default
		"+tunnel mode gre multipoint",
		"-tunnel mode gre multipoint ipv6",
		"-tunnel mode gre ipv6",
		"-tunnel mode ipip",
		"-tunnel mode ipv6ip",
		"-tunnel mode ipsec ipv4 v6-overlay",
		"-tunnel mode ipsec dual-overlay",
		"+tunnel key 4294967295",
		"-tunnel checksum",
		"+tunnel ttl 64",
		"-tunnel tos 16",
		"+tunnel path-mtu-discovery",
		"+tunnel path-mtu-discovery age-timer 10 min-mtu 500",
		"-tunnel bandwidth transmit 10000",
		"-tunnel bandwidth receive 10000",
		"-tunnel vrf INET",
		"-tunnel entropy",
		"-tunnel route-via GigabitEthernet0/1 mandatory",
		"-tunnel endpoint service-policy output POLICY",
		"+tunnel protection ipsec profile NAME shared",
		"-tunnel protection ipsec initiate",
		"-tunnel protection ipsec policy ipv4 NAME",
	},
	"": {
		"-nhrp multicast queue size 1000 threshold 500",
		"-router nhrp 1",
		"-snmp-server enable traps nhrp nhs up",
		"-snmp-server enable traps nhrp quota-exceeded",
		"+ip host hub.example.net 192.0.2.1",
		"+ip name-server 192.0.2.53 192.0.2.54",
	},
}

func TestEveryLineOfDMVPNIsTaken(t *testing.T) {
	for head, lines := range dmvpnLines {
		for _, row := range lines {
			tree := config.New(GlobalMode)
			at := config.Cursor{}
			if head != "" {
				result, err := tree.Enter(at, head, config.Env{})
				if err != nil {
					t.Fatal(err)
				}
				at = result.Cursor
			}
			acts, line := row[0] == '+', row[1:]
			result, err := tree.Enter(at, line, config.Env{})
			if err != nil {
				t.Errorf("%q is refused: %v", line, err)
				continue
			}
			kept := len(result.Kept) > 0
			if kept == acts {
				t.Errorf("%q: kept %v: %q", line, kept, result.Notices)
			}
			text := tree.Text(config.TextOptions{})
			if want := strings.TrimPrefix(line, "tunnel mode gre ip\x00"); line != "tunnel mode gre ip" && !strings.Contains(text+"\n", want+"\n") {
				t.Errorf("%q is not in\n%s", line, text)
			}
		}
	}
}
