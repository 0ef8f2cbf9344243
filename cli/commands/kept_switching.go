package commands

// What switches guard their ports with. A router with a switch module has these
// lines; this box has no such ports, and keeps them.

var switchingWords = help{
	"ip": "Global IP configuration", "dhcp": "DHCP", "snooping": "Watch who is given an address", "vlan": "In VLANs", "vlans": "VLANs, as 10,20,30-39",
	"arp": "ARP", "inspection": "Compare ARP with addresses given out", "trust": "Believe what comes in here", "limit": "Limit", "rate": "Packets per second",
	"number": "Number", "information": "Further information", "option": "Say where a client is",
}

const keptSwitching = "there are no switch ports"

var switchingLines = keptTable(keptSwitching, switchingWords,
	&command{Syntax: "ip dhcp snooping"},
	&command{Syntax: "ip dhcp snooping vlan vlans:WORD"},
	&command{Syntax: "ip dhcp snooping information option", Signed: true},
	&command{Syntax: "ip arp inspection vlan vlans:WORD"},
)

var portSwitchingLines = keptTable(keptSwitching, switchingWords,
	&command{Syntax: "ip arp inspection trust"},
	&command{Syntax: "ip arp inspection limit rate number:<0-2048>"},
	&command{Syntax: "ip dhcp snooping trust"},
	&command{Syntax: "ip dhcp snooping limit rate number:<1-2048>"},
)
