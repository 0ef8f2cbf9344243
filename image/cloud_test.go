package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// A hub and a spoke of a DMVPN phase 1 cloud, on one wire.
const (
	hubConfig = `hostname hub
interface GigabitEthernet0/0
 ip address 192.0.2.1 255.255.255.0
 no shutdown
interface Tunnel0
 ip address 10.0.0.1 255.255.255.0
 ip nhrp authentication WEFTLAB
 ip nhrp map multicast dynamic
 ip nhrp network-id 1
 tunnel source GigabitEthernet0/0
 tunnel mode gre multipoint
 tunnel key 100
end
`
	spokeConfig = `hostname spoke
interface GigabitEthernet0/0
 ip address 192.0.2.11 255.255.255.0
 no shutdown
interface Tunnel0
 ip address 10.0.0.11 255.255.255.0
 ip nhrp authentication WEFTLAB
 ip nhrp map 10.0.0.1 192.0.2.1
 ip nhrp network-id 1
 ip nhrp nhs 10.0.0.1
 ip nhrp registration timeout 1
 tunnel source GigabitEthernet0/0
 tunnel destination 192.0.2.1
 tunnel key 100
end
`
)

func TestTwoMachinesFormACloud(t *testing.T) {
	needImage(t)
	t.Parallel()
	wire := t.TempDir()
	cable := func(own, other, mac string) []string {
		return []string{"-device", "virtio-net-pci,netdev=wire,mac=" + mac, "-netdev", fmt.Sprintf(
			"dgram,id=wire,local.type=unix,local.path=%s,remote.type=unix,remote.path=%s", filepath.Join(wire, own), filepath.Join(wire, other))}
	}
	hub := boot(t, append(firmwareConfig(t, hubConfig), cable("hub", "spoke", "52:54:00:00:00:01")...)...)
	spoke := boot(t, append(firmwareConfig(t, spokeConfig), cable("spoke", "hub", "52:54:00:00:00:02")...)...)
	hub.started("hub")
	spoke.started("spoke")
	said := spoke.do("spoke#", "ping 10.0.0.1 repeat 20") // the first ones while it registers
	if !strings.Contains(said, "!!!") {
		t.Errorf("the spoke does not reach the hub through the tunnel:\n%s", said)
	}
	hub.says("hub", "show dmvpn", "192.0.2.11", "10.0.0.11", "UP")
	hub.says("hub", "show ip nhrp", "10.0.0.11/32 via 10.0.0.11", "NBMA address: 192.0.2.11")
}

// TestPortsAreNumberedAsPluggedIn plugs adapters of two makes into slots out of
// order. Only one of the ports is configured; the others wait, shut down.
func TestPortsAreNumberedAsPluggedIn(t *testing.T) {
	needImage(t)
	t.Parallel()
	adapters := []string{}
	for _, a := range []struct{ model, slot string }{{"virtio-net-pci", "12"}, {"vmxnet3", "3"}, {"virtio-net-pci", "5"}, {"vmxnet3", "9"}} {
		adapters = append(adapters, "-device", fmt.Sprintf("%s,addr=0x%s,mac=52:54:00:00:00:%02s", a.model, a.slot, a.slot))
	}
	m := boot(t, append(firmwareConfig(t, hubConfig), adapters...)...)
	m.logged("GigabitEthernet0/3: it is not in the configuration and therefore shut down")
	m.started("hub")
	for port, mac := range []string{"5254.0000.0003", "5254.0000.0005", "5254.0000.0009", "5254.0000.0012"} {
		m.says("hub", fmt.Sprintf("show interfaces GigabitEthernet0/%d", port), mac)
	}
}
