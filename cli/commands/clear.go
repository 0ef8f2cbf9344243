package commands

import (
	"net/netip"
	"slices"

	"weft/nhrp"
)

var clearExecs = execs(help{
	"clear":     "Reset functions",
	"ip":        "IP",
	"nhrp":      "Clear NHRP cache",
	"global":    "Entries of the global table",
	"address":   "Address to clear",
	"mask":      "Mask of the addresses to clear",
	"interface": "Clear the entries of one tunnel",
	"name":      "Interface",
	"counters":  "Clear counters",
	"logging":   "Clear logging buffer",
	"shortcut":  "Clear shortcuts only",
	"stats":     "Clear what NHRP and the rest of the router have told each other",
	"tunnel":    "Tunnel interface",
	"dmvpn":     "Dynamic Multipoint VPN",
	"session":   "Forget peers, and register afresh",
	"peer":      "One peer",
	"nbma":      "By its NBMA address",
	"static":    "Registrations with servers, too",

	"peer tunnel": "By its tunnel address",
	"statistics":  "Clear counters of DMVPN",

	"nhrp counters": "Clear NHRP counters",
},
	&Exec{Syntax: "clear ip nhrp [global] [address:A.B.C.D [mask:MASK]] [interface name:IFNAME]", Privilege: privileged, Run: clearNHRP},
	&Exec{Syntax: "clear ip nhrp name:IFNAME", Privilege: privileged, Run: clearNHRP},
	&Exec{Syntax: "clear ip nhrp shortcut [interface name:IFNAME]", Privilege: privileged, Run: func(s Session, a args) error {
		s.Router().ClearNHRP(nhrp.Clear{Tunnel: tunnelOf(a), Shortcuts: true})
		return nil
	}},
	&Exec{Syntax: "clear ip nhrp stats [name:IFNAME]", Privilege: privileged, Run: clearNHRPStats},
	&Exec{Syntax: "clear nhrp stats [name:IFNAME]", Privilege: privileged, Run: clearNHRPStats},
	&Exec{Syntax: "clear dmvpn statistics", Privilege: privileged, Run: func(s Session, a args) error {
		s.Router().ClearNHRPCounters("")
		return clearNHRPStats(s, a)
	}},
	&Exec{Syntax: "clear dmvpn session [interface name:IFNAME] [peer (nbma address:A.B.C.D | tunnel address:A.B.C.D)] [static]", Privilege: privileged, Run: clearSessions},
	&Exec{Syntax: "clear ip nhrp counters [interface name:IFNAME]", Privilege: privileged, Run: func(s Session, a args) error {
		s.Router().ClearNHRPCounters(a.Word("name"))
		return nil
	}},
	&Exec{Syntax: "clear counters [name:IFNAME]", Privilege: privileged, Run: clearCounters},
	&Exec{Syntax: "clear logging", Privilege: privileged, Run: func(s Session, _ args) error {
		yes, err := s.Confirm("Clear logging buffer [confirm]")
		if err == nil && yes {
			s.Router().ClearLogging()
		}
		return err
	}},
)

func clearNHRP(s Session, a args) error {
	var prefix netip.Prefix
	switch {
	case has(a, "mask"):
		prefix = a.Masked("address", "mask").Masked()
	case has(a, "address"):
		prefix = netip.PrefixFrom(a.Addr("address"), 32)
	}
	s.Router().ClearNHRP(nhrp.Clear{Tunnel: tunnelOf(a), Prefix: prefix})
	return nil
}

func clearNHRPStats(s Session, a args) error {
	s.Router().ClearNHRPStats(tunnelOf(a))
	return nil
}

// clearSessions forgets peers; who is told so by name is registered with afresh.
func clearSessions(s Session, a args) error {
	c := nhrp.Clear{Tunnel: tunnelOf(a), Sessions: has(a, "static")}
	switch {
	case has(a, "nbma"):
		c.NBMA = a.Addr("address")
	case has(a, "tunnel"):
		c.Prefix = netip.PrefixFrom(a.Addr("address"), 32)
	}
	s.Router().ClearNHRP(c)
	return nil
}

// has asks for a word that not every form of a command has.
func has(a args, name string) bool { return slices.Contains(a.Names(), name) }

func tunnelOf(a args) string {
	if has(a, "name") {
		return a.Word("name")
	}
	return ""
}

func clearCounters(s Session, a args) error {
	on := "all interfaces"
	if a.Has("name") {
		if _, err := interfacesNamed(s.Router(), a); err != nil {
			return err
		}
		on = "this interface"
	}
	yes, err := s.Confirm(`Clear "show interface" counters on ` + on + ` [confirm]`)
	if err == nil && yes {
		s.Router().ClearCounters(a.Word("name"))
	}
	return err
}
