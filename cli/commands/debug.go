package commands

import "slices"

var debugExecs = slices.Concat(
	switchExecs("debug", true),
	switchExecs("undebug", false),
	switchExecs("no debug", false),
	execs(debugWords,
		&Exec{Syntax: "undebug all", Privilege: privileged, Run: undebugAll},
		&Exec{Syntax: "no debug all", Privilege: privileged, Run: undebugAll},
	),
)

var debugWords = help{
	"debug":   "Debugging functions (see also 'undebug')",
	"undebug": "Disable debugging functions (see also 'debug')",
	"no":      "Disable debugging functions",
	"nhrp":    "NHRP protocol",
	"packet":  "NHRP activity",
	"cache":   "NHRP cache operations",
	"error":   "NHRP errors",
	"eigrp":   "EIGRP Protocol information",
	"packets": "EIGRP packets",
	"fsm":     "EIGRP Dual Finite State Machine events/actions",
	"tunnel":  "Generic Tunnel Interface",
	"crypto":  "Cryptographic subsystem",
	"isakmp":  "ISAKMP Key Management",
	"ikev2":   "IKEv2 debugging",
	"ipsec":   "IPSEC processing",
	"all":     "Enable or disable all debugging",

	"extension": "NHRP extensions",
	"rate":      "What limits of rate keep from being sent",
	"routing":   "Routes of NHRP",
	"group":     "Groups of clients, of which none are exchanged",
	"attribute": "Attributes of clients, of which none are exchanged",
	"detail":    "All of it",
	"dmvpn":     "Dynamic Multipoint VPN",
	"socket":    "Associations of IPsec",
}

// switchExecs are the commands that begin with verb and switch topics on or off.
func switchExecs(verb string, on bool) []*Exec {
	return execs(debugWords,
		&Exec{Syntax: verb + " nhrp [packet | cache | error | extension | rate | routing | group | attribute | detail]", Privilege: privileged, Run: func(s Session, a args) error {
			topics := []DebugTopic{DebugNHRPPacket, DebugNHRPCache, DebugNHRPError, DebugNHRPExtension, DebugNHRPRate, DebugNHRPRouting, DebugNHRPGroup, DebugNHRPAttribute}
			switch {
			case a.Has("detail"):
				return switchTopics(s, on, topics[:6]...)
			case len(a.Names()) == 0:
				return switchTopics(s, on, topics[:3]...)
			}
			for i, word := range []string{"packet", "cache", "error", "extension", "rate", "routing", "group", "attribute"} {
				if a.Has(word) {
					topics = topics[i : i+1]
					break
				}
			}
			return switchTopics(s, on, topics...)
		}},
		&Exec{Syntax: verb + " dmvpn (all | error | detail | packet) (all | nhrp | crypto | socket | tunnel)", Privilege: privileged, Run: func(s Session, a args) error {
			return switchTopics(s, on, dmvpnTopics(a)...)
		}},
		&Exec{Syntax: verb + " eigrp (packets | fsm)", Privilege: privileged, Run: func(s Session, a args) error {
			if a.Has("fsm") {
				return switchTopics(s, on, DebugEIGRPFSM)
			}
			return switchTopics(s, on, DebugEIGRPPackets)
		}},
		&Exec{Syntax: verb + " tunnel", Privilege: privileged, Run: func(s Session, _ args) error {
			return switchTopics(s, on, DebugTunnel)
		}},
		&Exec{Syntax: verb + " crypto (isakmp | ikev2 | ipsec)", Privilege: privileged, Run: func(s Session, a args) error {
			topic := DebugISAKMP
			switch {
			case a.Has("ikev2"):
				topic = DebugIKEv2
			case a.Has("ipsec"):
				topic = DebugIPsec
			}
			return switchTopics(s, on, topic)
		}},
	)
}

func switchTopics(s Session, on bool, topics ...DebugTopic) error {
	state := "off"
	if on {
		state = "on"
	}
	for _, t := range topics {
		s.Router().SetDebug(t, on)
		s.Printf("%s debugging is %s\n", t, state)
	}
	return nil
}

func undebugAll(s Session, _ args) error {
	for _, t := range s.Router().Debugs() {
		s.Router().SetDebug(t, false)
	}
	s.Printf("All possible debugging has been turned off\n")
	return nil
}
