package commands

var showIPExecs = execs(help{
	"show":      "Show running system information",
	"ip":        "IP information",
	"interface": "IP interface status and configuration",
	"brief":     "Brief summary of IP status and configuration",
	"name":      "Interface",
	"arp":       "ARP table",
	"ip arp":    "IP ARP table",
	"address":   "IP address or hostname of ARP entry",
	"ssh":       "Information on SSH",
},
	&Exec{Syntax: "show ip interface [name:IFNAME]", Run: showIPInterface},
	&Exec{Syntax: "show ip interface brief", Run: showIPInterfaceBrief},
	&Exec{Syntax: "show arp [address:A.B.C.D]", Run: showARP},
	&Exec{Syntax: "show ip arp [address:A.B.C.D]", Run: showARP},
)

func showIPInterfaceBrief(s Session, _ args) error {
	printInterfaces(s, func(InterfaceState) bool { return true })
	return nil
}

// printInterfaces prints a line per interface.
func printInterfaces(s Session, ok func(InterfaceState) bool) {
	s.Printf("Interface                  IP-Address      OK? Method Status                Protocol\n")
	for _, i := range s.Router().Interfaces(nil) {
		address := "unassigned"
		if i.Address.IsValid() {
			address = i.Address.Addr().String()
		}
		valid := "NO"
		if ok(i) {
			valid = "YES"
		}
		s.Printf("%-27s%-16s%-4s%-7s%-22s%-8s\n", i.Name, address, valid, i.Method, i.line(), i.protocol())
	}
}

func showIPInterface(s Session, a args) error {
	found, err := interfacesNamed(s.Router(), a)
	if err != nil {
		return err
	}
	for _, i := range found {
		s.Printf("%s is %s, line protocol is %s\n", i.Name, i.line(), i.protocol())
		if !i.Address.IsValid() {
			s.Printf("  Internet protocol processing disabled\n")
			continue
		}
		s.Printf("  Internet address is %s\n  Broadcast address is 255.255.255.255\n", i.Address)
		s.Printf("  Address determined by %s\n  MTU is %d bytes\n", addressOrigin(i.Method), i.ipMTU())
		s.Printf("  Helper address is not set\n  Directed broadcast forwarding is disabled\n")
		for _, p := range i.Secondary {
			s.Printf("  Secondary address %s\n", p)
		}
		s.Printf("  Outgoing access list is not set\n  Inbound  access list is not set\n")
		s.Printf("  ICMP redirects are %s sent\n  ICMP unreachables are %s sent\n", always(i.Redirects), always(i.Unreachables))
	}
	return nil
}

func (i *InterfaceState) ipMTU() int {
	if i.IPMTU != 0 {
		return i.IPMTU
	}
	if i.Kind == TunnelInterface {
		return i.transportMTU()
	}
	return i.mtu()
}

func addressOrigin(method string) string {
	if method == "NVRAM" {
		return "non-volatile memory"
	}
	return "setup command"
}

func always(on bool) string {
	if on {
		return "always"
	}
	return "never"
}
