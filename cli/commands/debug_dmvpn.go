package commands

import (
	"fmt"
	"net/netip"
	"slices"

	"weft/nhrp"
)

// NHRPRouted is a route that NHRP gives to the routing table or takes back, for
// "debug nhrp routing".
type NHRPRouted struct {
	Tunnel  string
	Prefix  netip.Prefix
	NextHop netip.Addr // zero: on the link
	Add     bool
}

func routedText(e NHRPRouted) []string {
	verb, via := "Deleting", "directly connected"
	if e.Add {
		verb = "Adding"
	}
	if e.NextHop.IsValid() {
		via = "nexthop " + e.NextHop.String()
	}
	return []string{fmt.Sprintf("NHRP-RT: %s route entry for %s, %s, via %s to the RIB", verb, e.Prefix, via, e.Tunnel)}
}

// packetExtensions is a packet of which only the extensions are printed.
type packetExtensions struct{ nhrp.PacketEvent }

func extensionText(e packetExtensions) []string {
	p, err := nhrp.Decode(e.Packet)
	if err != nil || len(p.Extensions) == 0 {
		return nil
	}
	verb, from := "Receive", "from"
	if e.Sent {
		verb, from = "Send", "to"
	}
	t := &packetPrinter{p: &p}
	t.line("NHRP: %s %s via %s %s %s", verb, p.Type, e.Tunnel, from, addressName(e.Peer))
	for _, x := range p.Extensions {
		t.extension(x)
	}
	return t.lines
}

// rateLimits are the drops that "debug nhrp rate" is about.
var rateLimits = []nhrp.Reason{nhrp.DropQuota, nhrp.DropErrorLimit, nhrp.DropResolutionLimit}

// AlsoDebug is the other topic that an event of NHRP belongs to, if there is one.
func AlsoDebug(event nhrp.Event) (DebugTopic, any, bool) {
	switch e := event.(type) {
	case nhrp.PacketEvent:
		return DebugNHRPExtension, packetExtensions{e}, true
	case nhrp.Dropped:
		limited := slices.ContainsFunc(rateLimits, func(r nhrp.Reason) bool { return r.String() == e.Reason })
		return DebugNHRPRate, e, limited
	}
	return "", nil, false
}

// dmvpnTopics are what "debug dmvpn LEVEL PART" switches.
func dmvpnTopics(a args) (topics []DebugTopic) {
	words := a.Names() // the level, and the part
	level := func(names ...string) bool { return slices.Contains(names, words[0]) }
	part := func(name string) bool { return words[1] == name || words[1] == "all" }
	if part("nhrp") {
		if level("all", "detail", "packet") {
			topics = append(topics, DebugNHRPPacket)
		}
		if level("all", "detail") {
			topics = append(topics, DebugNHRPCache, DebugNHRPExtension, DebugNHRPRouting)
		}
		if level("all", "error") {
			topics = append(topics, DebugNHRPError)
		}
		if level("all") {
			topics = append(topics, DebugNHRPRate)
		}
	}
	if part("crypto") {
		topics = append(topics, DebugISAKMP, DebugIKEv2)
	}
	if part("socket") {
		topics = append(topics, DebugIPsec)
	}
	if part("tunnel") {
		topics = append(topics, DebugTunnel)
	}
	return topics
}
