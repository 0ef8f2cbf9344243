package commands

import "fmt"

// Part is a piece of the box that can be named: the box itself, or a port.
type Part struct {
	Name, Description string
	Product           string // product identifier; "" if it has none
	Version           string
	Serial            string
}

var showInventoryExecs = execs(help{
	"show":      "Show running system information",
	"inventory": "Show the physical inventory",
	"name":      "Interface",
	"summary":   "Show interface summary",

	"interfaces": "Interface status and configuration",
},
	&Exec{Syntax: "show inventory", Run: showInventory},
	&Exec{Syntax: "show interfaces [name:IFNAME] summary", Run: showInterfaceSummary},
)

func showInventory(s Session, _ args) error {
	for _, p := range s.Router().Inventory() {
		s.Printf("NAME: \"%s\", DESCR: \"%s\"\n", p.Name, p.Description)
		s.Printf("PID: %-18s, VID: %-3s, SN: %s\n\n", p.Product, p.Version, p.Serial)
	}
	return nil
}

// showInterfaceSummary prints rates and losses, an interface to a line. Packets
// are forwarded as they come, so that no queue holds any.
func showInterfaceSummary(s Session, a args) error {
	found, err := interfacesNamed(s.Router(), a)
	if err != nil {
		return err
	}
	s.Printf("\n *: interface is up\n IHQ: pkts in input hold queue     IQD: pkts dropped from input queue\n")
	s.Printf(" OHQ: pkts in output hold queue    OQD: pkts dropped from output queue\n")
	s.Printf(" RXBS: rx rate (bits/sec)          RXPS: rx rate (pkts/sec)\n")
	s.Printf(" TXBS: tx rate (bits/sec)          TXPS: tx rate (pkts/sec)\n TRTL: throttle count\n\n")
	s.Printf("  Interface                   IHQ       IQD       OHQ       OQD      RXBS      RXPS      TXBS      TXPS      TRTL\n")
	s.Printf("-----------------------------------------------------------------------------------------------------------------\n")
	for _, i := range found {
		mark := " "
		if i.ProtocolUp {
			mark = "*"
		}
		l, e := Load{}, i.errors()
		if i.Load != nil {
			l = *i.Load
		}
		s.Printf("%s %-22s", mark, i.Name)
		for _, n := range []uint64{0, e.InputDrops, 0, e.OutputDrops, l.BitsIn, l.PacketsIn, l.BitsOut, l.PacketsOut, 0} {
			s.Printf("%10s", fmt.Sprint(n))
		}
		s.Printf("\n")
	}
	return nil
}
