package commands

import (
	"net/netip"
)

var clearExecs = execs(help{
	"clear":     "Reset functions",
	"ip":        "IP",
	"nhrp":      "Clear NHRP cache",
	"address":   "Address to clear",
	"mask":      "Mask of the addresses to clear",
	"interface": "Clear the entries of one tunnel",
	"name":      "Interface",
	"counters":  "Clear counters",
	"logging":   "Clear logging buffer",

	"nhrp counters": "Clear NHRP counters",
},
	&Exec{Syntax: "clear ip nhrp [address:A.B.C.D [mask:MASK]] [interface name:IFNAME]", Privilege: privileged, Run: clearNHRP},
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
	case a.Has("mask"):
		prefix = a.Masked("address", "mask").Masked()
	case a.Has("address"):
		prefix = netip.PrefixFrom(a.Addr("address"), 32)
	}
	s.Router().ClearNHRP(a.Word("name"), prefix)
	return nil
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
