package commands

import (
	"fmt"

	"weft/dhcp"
)

// dhcpText gives the events of the DHCP client the words that IOS has for them.
func dhcpText(event dhcp.Event) (Message, bool) {
	switch e := event.(type) {
	case dhcp.Assigned:
		return Message{"DHCP", 6, "ADDRESS_ASSIGN", fmt.Sprintf("Interface %s assigned DHCP address %s, mask %s, hostname %s",
			e.Interface, e.Address.Addr(), maskOf(e.Address.Bits()), e.Hostname)}, true
	case dhcp.Restarted:
		return Message{"DHCP", 5, "RESTART", fmt.Sprintf("Interface %s is being restarted by DHCP", e.Interface)}, true
	}
	return Message{}, false
}
