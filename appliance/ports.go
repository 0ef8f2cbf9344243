package main

import (
	"fmt"
	"net"
	"strconv"
	"strings"

	"weft/cli/commands"
)

// portMap says which device stands behind which interface name. Without a list
// eth0 is GigabitEthernet0/0, eth1 GigabitEthernet0/1, and so on, for as many
// as there are (and a few that may be plugged in later).
func portMap(list string) (map[string]string, error) {
	ports := map[string]string{}
	if list == "" {
		for n := range 16 {
			ports[fmt.Sprintf("eth%d", n)] = fmt.Sprintf("GigabitEthernet0/%d", n)
		}
		devices, err := net.Interfaces()
		if err != nil {
			return nil, fmt.Errorf("ports: %w", err)
		}
		for _, d := range devices {
			number, ok := strings.CutPrefix(d.Name, "eth")
			if _, err := strconv.ParseUint(number, 10, 31); ok && err == nil {
				ports[d.Name] = "GigabitEthernet0/" + number
			}
		}
		return ports, nil
	}
	taken := map[string]string{}
	for pair := range strings.SplitSeq(list, ",") {
		device, name, ok := strings.Cut(pair, "=")
		if !ok || device == "" {
			return nil, fmt.Errorf("ports: %q is not of the form eth1=GigabitEthernet0/1", pair)
		}
		canonical, ok := commands.CanonicalInterface(name)
		if !ok || !strings.Contains(canonical, "Ethernet") {
			return nil, fmt.Errorf("ports: %q is no Ethernet interface name", name)
		}
		if other := taken[canonical]; other != "" {
			return nil, fmt.Errorf("ports: %s and %s are both to be %s", other, device, canonical)
		}
		if ports[device] != "" {
			return nil, fmt.Errorf("ports: %s is named twice", device)
		}
		taken[canonical], ports[device] = device, canonical
	}
	return ports, nil
}
