package commands

import (
	"fmt"
)

var showInterfaceExecs = execs(help{
	"show":        "Show running system information",
	"interfaces":  "Interface status and configuration",
	"name":        "Interface",
	"description": "Show interface description",
},
	&Exec{Syntax: "show interfaces [name:IFNAME]", Run: showInterfaces},
	&Exec{Syntax: "show interfaces [name:IFNAME] description", Run: showInterfaceDescriptions},
)

// interfacesNamed asks for the interface an argument names, or for all.
func interfacesNamed(r Router, a args) ([]InterfaceState, error) {
	if !a.Has("name") {
		return r.Interfaces(nil), nil
	}
	name := a.Word("name")
	found := r.Interfaces(func(other string) bool { return other == name })
	if len(found) == 0 {
		return nil, noInterface(name)
	}
	return found, nil
}

func showInterfaces(s Session, a args) error {
	found, err := interfacesNamed(s.Router(), a)
	if err != nil {
		return err
	}
	now := s.Router().Now()
	for _, i := range found {
		s.Printf("%s is %s, line protocol is %s \n", i.Name, i.line(), i.protocol())
		printHardware(s, &i)
		if i.Description != "" {
			s.Printf("  Description: %s\n", i.Description)
		}
		if i.Address.IsValid() {
			s.Printf("  Internet address is %s\n", i.Address)
		}
		printMetrics(s, &i)
		if i.Kind == TunnelInterface {
			printTunnel(s, &i)
		}
		printCounters(s, &i, now)
	}
	return nil
}

// line is the first half of an interface's state.
func (i *InterfaceState) line() string {
	switch {
	case !i.AdminUp:
		return "administratively down"
	case i.LineUp:
		return "up"
	}
	return "down"
}

func (i *InterfaceState) protocol() string { return upDown(i.ProtocolUp) }

func upDown(up bool) string {
	if up {
		return "up"
	}
	return "down"
}

func printHardware(s Session, i *InterfaceState) {
	switch i.Kind {
	case TunnelInterface:
		s.Printf("  Hardware is Tunnel\n")
	case LoopbackInterface:
		s.Printf("  Hardware is Loopback\n")
	case GigabitEthernet, Ethernet, FastEthernet, OtherInterface:
		switch {
		case !i.Exists:
			s.Printf("  Hardware is not present\n")
		case i.MAC == "":
			s.Printf("  Hardware is Ethernet\n")
		default:
			s.Printf("  Hardware is Ethernet, address is %s (bia %s)\n", i.MAC, i.MAC)
		}
	}
}

// printMetrics prints what routing protocols take from the interface. Load and
// reliability are left out where nobody measures them.
func printMetrics(s Session, i *InterfaceState) {
	bandwidth := i.RoutingBandwidth()
	s.Printf("  MTU %d bytes, BW %d Kbit/sec, DLY %d usec, \n", i.mtu(), bandwidth, i.RoutingDelay())
	if l := i.Load; l != nil {
		load := func(bits uint64) uint64 { return min(max(bits*255/(uint64(bandwidth)*1000), 1), 255) }
		s.Printf("     reliability %d/255, txload %d/255, rxload %d/255\n", i.reliability(), load(l.BitsOut), load(l.BitsIn))
	}
	encapsulation := "ARPA"
	switch i.Kind {
	case TunnelInterface:
		encapsulation = "TUNNEL"
	case LoopbackInterface:
		encapsulation = "LOOPBACK"
	case GigabitEthernet, Ethernet, FastEthernet, OtherInterface:
	}
	s.Printf("  Encapsulation %s, loopback not set\n  Keepalive not set\n", encapsulation)
	if !i.virtual() && i.Exists {
		duplex, rate := "Auto", "Auto Speed" // the host does not say
		if i.Speed > 0 {
			duplex, rate = "Full", speed(i.Speed)
		}
		s.Printf("  %s Duplex, %s, link type is auto, media type is Virtual\n", duplex, rate)
		s.Printf("  output flow-control is unsupported, input flow-control is unsupported\n")
	}
}

// RoutingBandwidth is what routing protocols reckon with, in kbit/s: configured, or
// the default of the kind of interface.
func (i *Interface) RoutingBandwidth() int {
	switch {
	case i.Bandwidth != 0:
		return i.Bandwidth
	case i.Kind == TunnelInterface:
		return 100
	case i.Kind == LoopbackInterface:
		return 8000000
	case i.Kind == FastEthernet:
		return 100000
	case i.Kind == Ethernet:
		return 10000
	}
	return 1000000
}

// RoutingDelay is in microseconds, likewise.
func (i *Interface) RoutingDelay() int {
	switch {
	case i.Delay != 0:
		return i.Delay * 10
	case i.Kind == TunnelInterface:
		return 50000
	case i.Kind == LoopbackInterface:
		return 5000
	case i.Kind == FastEthernet:
		return 100
	case i.Kind == Ethernet:
		return 1000
	}
	return 10
}

// reliability is the share of packets that came in without error, in 255ths.
func (i *InterfaceState) reliability() uint64 {
	errors := i.errors().InputErrors
	if errors == 0 {
		return 255
	}
	return i.Counters.PacketsIn * 255 / (i.Counters.PacketsIn + errors)
}

// mtu is the largest packet of the interface. That of a tunnel is what a packet
// of 18000 bytes leaves, less the headers, as IOS has it; what is sent through
// is the transport MTU.
func (i *InterfaceState) mtu() int {
	switch {
	case i.Kind == TunnelInterface:
		return i.transportMTU() + 16440
	case i.MTU != 0:
		return i.MTU
	case i.Kind == LoopbackInterface:
		return 65536 // Linux's lo
	}
	return 1500
}

// transportMTU is what fits a path of 1500 bytes behind an IPv4 and a GRE header.
func (i *InterfaceState) transportMTU() int {
	if i.Tunnel.HasKey {
		return 1472
	}
	return 1476
}

func speed(mbit int) string {
	if mbit > 1000 && mbit%1000 == 0 {
		return fmt.Sprintf("%dGbps", mbit/1000)
	}
	return fmt.Sprintf("%dMbps", mbit)
}

// shortName is how tables abbreviate an interface: "Tu0", "Gi0/1".
func shortName(name string) string {
	letters := letterCount(name)
	return name[:min(2, letters)] + name[letters:]
}

func showInterfaceDescriptions(s Session, a args) error {
	found, err := interfacesNamed(s.Router(), a)
	if err != nil {
		return err
	}
	s.Printf("Interface                      Status         Protocol Description\n")
	for _, i := range found {
		status := i.line()
		if !i.AdminUp {
			status = "admin down"
		}
		s.Printf("%-30s %-14s %-8s %s\n", shortName(i.Name), status, i.protocol(), i.Description)
	}
	return nil
}
