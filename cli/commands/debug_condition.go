package commands

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"weft/nhrp"
)

// DebugCondition limits debug output: while there is one, what happens on an
// interface is printed only if a condition names it.
type DebugCondition struct {
	Number    int // from 1
	Interface string
	// Of a peer, for "debug nhrp condition peer".
	NBMA     netip.Addr
	Protocol netip.Addr
}

// Meets tells whether an event of debug output is one that conditions let through.
func Meets(event any, conditions []DebugCondition) bool {
	name, ends := DebugInterface(event), debugPeer(event)
	for _, c := range conditions {
		switch {
		case c.NBMA.IsValid() || c.Protocol.IsValid():
			if ends == (nhrp.Endpoint{}) || ends.NBMA == c.NBMA && c.NBMA.IsValid() || ends.Protocol == c.Protocol && c.Protocol.IsValid() {
				return true
			}
		case name == "" || name == c.Interface:
			return true
		}
	}
	return len(conditions) == 0
}

// debugPeer is the station that an event is about, as far as it is known.
func debugPeer(event any) nhrp.Endpoint {
	switch e := event.(type) {
	case packetExtensions:
		return debugPeer(e.PacketEvent)
	case nhrp.PacketEvent:
		p, _ := nhrp.Decode(e.Packet)
		if e.Sent {
			return nhrp.Endpoint{Protocol: p.Destination, NBMA: e.Peer}
		}
		return nhrp.Endpoint{Protocol: p.Source, NBMA: e.Peer}
	case nhrp.CacheEvent:
		return nhrp.Endpoint{Protocol: e.Entry.NextHop, NBMA: e.Entry.NBMA}
	case nhrp.Dropped:
		return nhrp.Endpoint{Protocol: e.Protocol, NBMA: e.Peer}
	}
	return nhrp.Endpoint{}
}

// DebugInterface is the interface that an event of debug output is about; "" if
// it is about none.
func DebugInterface(event any) string {
	switch e := event.(type) {
	case TunnelEvaluated:
		return e.Interface
	case nhrp.PacketEvent:
		return e.Tunnel
	case packetExtensions:
		return e.Tunnel
	case NHRPRouted:
		return e.Tunnel
	case nhrp.CacheEvent:
		return e.Tunnel
	case nhrp.Dropped:
		return e.Tunnel
	}
	return ""
}

var conditionWords = help{
	"debug":     "Debugging functions (see also 'undebug')",
	"undebug":   "Disable debugging functions (see also 'debug')",
	"no":        "Disable debugging functions",
	"show":      "Show running system information",
	"debugging": "State of each debugging option",
	"condition": "Conditions of debug output",
	"interface": "Only what happens on an interface",
	"name":      "Interface",
	"number":    "Number of the condition",
	"all":       "All conditions",
	"nhrp":      "NHRP protocol",
	"peer":      "Only what a peer is part of",
	"nbma":      "By its NBMA address",
	"tunnel":    "By its tunnel address",
	"address":   "Address of the peer",
}

var conditionExecs = slices.Concat(execs(conditionWords,
	&Exec{Syntax: "debug condition interface name:IFNAME", Privilege: privileged, Run: addCondition},
	&Exec{Syntax: "debug nhrp condition (interface name:IFNAME | peer (nbma address:A.B.C.D | tunnel address:A.B.C.D))", Privilege: privileged, Run: addCondition},
	&Exec{Syntax: "show debugging condition", Run: func(s Session, _ args) error {
		for _, c := range s.Router().DebugConditions() {
			what := "interface " + shortInterface(c.Interface)
			switch {
			case c.NBMA.IsValid():
				what = "peer nbma " + c.NBMA.String()
			case c.Protocol.IsValid():
				what = "peer tunnel " + c.Protocol.String()
			}
			_, flag, _ := strings.Cut(what, " ")
			s.Printf("Condition %d: %s (1 flags triggered)\n\tFlags: %s\n", c.Number, what, flag)
		}
		return nil
	}},
), removeConditionExecs("undebug"), removeConditionExecs("no debug"))

func removeConditionExecs(verb string) []*Exec {
	return execs(conditionWords,
		&Exec{Syntax: verb + " condition (interface name:IFNAME | number:<1-1000> | all)", Privilege: privileged, Run: removeConditions},
		&Exec{Syntax: verb + " nhrp condition (interface name:IFNAME | peer (nbma address:A.B.C.D | tunnel address:A.B.C.D) | all)", Privilege: privileged, Run: removeConditions})
}

// shortInterface is a name as tables have it: Tu0, Gi0/1.
func shortInterface(name string) string {
	digits := strings.IndexAny(name, "0123456789")
	if digits < 2 {
		return name
	}
	return name[:2] + name[digits:]
}

func addCondition(s Session, a args) error {
	want := conditionOf(a)
	if want.Interface != "" {
		if _, err := interfacesNamed(s.Router(), a); err != nil {
			return err
		}
	}
	conditions, number := s.Router().DebugConditions(), 1
	for _, c := range conditions {
		if want.Number = c.Number; c == want {
			s.Printf("%% Condition already set\n")
			return nil
		}
		number = max(number, c.Number+1)
	}
	want.Number = number
	s.Router().SetDebugConditions(append(conditions, want))
	s.Printf("Condition %d set\n", number)
	return nil
}

// conditionOf is what a line names, without its number.
func conditionOf(a args) (c DebugCondition) {
	switch {
	case has(a, "nbma"):
		c.NBMA = a.Addr("address")
	case has(a, "address"):
		c.Protocol = a.Addr("address")
	default:
		c.Interface = tunnelOf(a)
	}
	return c
}

func removeConditions(s Session, a args) error {
	before := s.Router().DebugConditions()
	var gone []int
	after := slices.DeleteFunc(slices.Clone(before), func(c DebugCondition) bool {
		want := conditionOf(a)
		want.Number = c.Number
		named := a.Has("all") || (has(a, "name") || has(a, "address")) && c == want || has(a, "number") && c.Number == a.Int("number")
		if named {
			gone = append(gone, c.Number)
		}
		return named
	})
	switch {
	case len(gone) == 0:
		return refuse("%% Condition not set")
	case len(after) == 0 && len(s.Router().Debugs()) > 0:
		s.Printf("This condition is the last interface condition set.\nRemoving all conditions may cause a flood of debugging\n" +
			"messages to result, unless specific debugging flags\nare first removed.\n\n")
		answer, err := s.Ask("Proceed with removal? [yes/no]: ", false)
		if err != nil {
			return err
		}
		if answer = strings.ToLower(answer); answer == "" || !strings.HasPrefix("yes", answer) {
			s.Printf("Operation aborted.\n")
			return nil
		}
	}
	s.Router().SetDebugConditions(after)
	for _, number := range gone {
		fmt.Fprintf(s, "Condition %d has been removed\n", number)
	}
	return nil
}
