package commands

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"weft/ike"
	"weft/nhrp"
)

// DebugText is what debug prints of an event: lines without timestamps, the
// first at the margin and what belongs to it indented.
func DebugText(event any, now time.Time) []string {
	switch e := event.(type) {
	case TunnelEvaluated:
		return tunnelText(e)
	case ike.Trace:
		return cryptoDebugText(e)
	case EIGRPEvent:
		return eigrpDebugText(e)
	case nhrp.PacketEvent:
		return packetText(e)
	case packetExtensions:
		return extensionText(e)
	case NHRPRouted:
		return routedText(e)
	case nhrp.CacheEvent:
		return []string{fmt.Sprintf("NHRP: %s: Cache %s for target %s next-hop %s", e.Tunnel, cacheVerb(e.Verb), e.Entry.Protocol, addressName(e.Entry.NextHop)),
			fmt.Sprintf("           %s, %s, %s", addressName(e.Entry.NBMA), entryType(e.Entry.Type), expiresIn(&e.Entry, now))}
	case nhrp.Dropped:
		return []string{fmt.Sprintf("NHRP: %s: packet %s dropped: %s", e.Tunnel, droppedPeer(e), e.Reason)}
	}
	return nil
}

// droppedPeer is whom a packet came from or was for, as far as it is known.
func droppedPeer(e nhrp.Dropped) string {
	way := "from "
	if e.Sent {
		way = "to "
	}
	switch {
	case !e.Protocol.IsValid():
		return way + addressName(e.Peer)
	case !e.Peer.IsValid():
		return way + e.Protocol.String()
	}
	return way + bothAddresses(e.Protocol, e.Peer)
}

func cacheVerb(verb string) string {
	switch verb {
	case "added":
		return "add"
	case "refreshed", "changed":
		return "update"
	case "deleted":
		return "delete"
	}
	return verb
}

func expiresIn(e *nhrp.Entry, now time.Time) string {
	if e.Expires.IsZero() {
		return "never expires"
	}
	return "expires in " + elapsed(e.Expires.Sub(now))
}

// packetText prints a packet part by part: (F) the fixed header, (M) the
// mandatory part, (C-n) each client information entry, then the extensions.
func packetText(e nhrp.PacketEvent) []string {
	verb, from := "Receive", "from"
	if e.Sent {
		verb, from = "Send", "to"
	}
	p, err := nhrp.Decode(e.Packet)
	if err != nil {
		return []string{fmt.Sprintf("NHRP: %s packet via %s vrf 0, packet size: %d", verb, e.Tunnel, len(e.Packet)),
			fmt.Sprintf(" %s NBMA %s: %s", from, addressName(e.Peer), strings.TrimPrefix(err.Error(), "nhrp: "))}
	}
	t := &packetPrinter{p: &p}
	t.line("NHRP: %s %s via %s vrf 0, packet size: %d", verb, p.Type, e.Tunnel, len(e.Packet))
	t.line(" %s NBMA: %s", from, addressName(e.Peer))
	t.line(" src: %s, dst: %s", addressName(p.Source), addressName(p.Destination))
	t.fixed(e.Packet)
	t.mandatory()
	for i, c := range p.CIEs {
		t.entry(i, c)
	}
	for _, x := range p.Extensions {
		t.extension(x)
	}
	return t.lines
}

type packetPrinter struct {
	p     *nhrp.Packet
	lines []string
}

func (t *packetPrinter) line(format string, values ...any) {
	t.lines = append(t.lines, fmt.Sprintf(format, values...))
}

// fixed prints the fixed header, RFC 2332 section 5.1; Decode has seen that it is all there.
func (t *packetPrinter) fixed(raw []byte) {
	families := map[nhrp.Family][2]string{nhrp.IPv4: {"AF_IP(1)", "IP(800)"}, nhrp.IPv6: {"AF_IP6(2)", "IPV6(86DD)"}}
	t.line(" (F) afn: %s, type: %s, hop: %d, ver: %d", families[t.p.Underlay][0], families[t.p.Overlay][1], t.p.HopCount, raw[16])
	t.line("     shtl: %d(NSAP), sstl: %d(NSAP)", raw[18], raw[19])
	t.line("     pktsz: %d extoff: %d", int(raw[10])<<8|int(raw[11]), int(raw[14])<<8|int(raw[15]))
}

func (t *packetPrinter) mandatory() {
	p := t.p
	switch p.Type {
	case nhrp.ErrorIndication:
		t.line(" (M) error code: %s(%d), offset: %d", errorText(p.Error), p.Error, p.ErrorOffset)
	case nhrp.TrafficIndication:
		t.line(" (M) traffic code: redirect(0)")
	case nhrp.ResolutionRequest, nhrp.ResolutionReply, nhrp.RegistrationRequest, nhrp.RegistrationReply, nhrp.PurgeRequest, nhrp.PurgeReply:
		t.line(" (M) flags: \"%s\", reqid: %d", packetFlags(p), p.RequestID)
	}
	t.line("     src NBMA: %s", addressName(p.SourceNBMA))
	t.line("     src protocol: %s, dst protocol: %s", addressName(p.Source), addressName(p.Destination))
	if len(p.Body) > 0 {
		t.line("     Contents of the packet: %d octets", len(p.Body))
	}
}

// packetFlags names the flags, whose meaning depends on the packet type.
func packetFlags(p *nhrp.Packet) string {
	type named struct {
		bit  uint16
		name string
	}
	var names []named
	switch p.Type {
	case nhrp.ResolutionRequest, nhrp.ResolutionReply:
		names = []named{{nhrp.FlagRouter, "router"}, {nhrp.FlagAuthoritative, "auth"}, {nhrp.FlagDestinationStable, "dst-stable"},
			{nhrp.FlagUniqueResolution, "unique"}, {nhrp.FlagSourceStable, "src-stable"}, {nhrp.FlagNAT, "nat"}}
	case nhrp.RegistrationRequest, nhrp.RegistrationReply:
		names = []named{{nhrp.FlagUnique, "unique"}, {nhrp.FlagNAT, "nat"}}
	case nhrp.PurgeRequest, nhrp.PurgeReply:
		names = []named{{nhrp.FlagNoReply, "no-reply"}}
	case nhrp.ErrorIndication, nhrp.TrafficIndication:
	}
	text := ""
	for _, n := range names {
		if p.Flags&n.bit != 0 {
			text += n.name + " "
		}
	}
	if text == "" {
		return "none "
	}
	return text
}

func (t *packetPrinter) entry(i int, c nhrp.CIE) {
	t.line(" (C-%d) code: %s(%d)", i+1, codeText(c.Code), c.Code)
	t.line("       prefix: %d, mtu: %d, hd_time: %d", c.PrefixLength, c.MTU, c.HoldingTime)
	t.line("       addr_len: %d(NSAP), subaddr_len: 0(NSAP), proto_len: %d, pref: %d", octetsOf(c.NBMA), octetsOf(c.Protocol), c.Preference)
	if c.NBMA.IsValid() {
		t.line("       client NBMA: %s", c.NBMA)
	}
	if c.Protocol.IsValid() {
		t.line("       client protocol: %s", c.Protocol)
	}
}

func octetsOf(a netip.Addr) int { return a.BitLen() / 8 }

func (t *packetPrinter) extension(x nhrp.Extension) {
	switch x.Type {
	case nhrp.Authentication:
		t.line(" Authentication Extension(%d):", x.Type)
		// The string itself would be in every log that debug output goes to.
		t.line("   type:Cleartext(1), data:***")
	case nhrp.ResponderAddress:
		t.entries("Responder Address Extension", x)
	case nhrp.ForwardTransitNHS:
		t.entries("Forward Transit NHS Record Extension", x)
	case nhrp.ReverseTransitNHS:
		t.entries("Reverse Transit NHS Record Extension", x)
	case nhrp.NATAddress:
		t.entries("NAT address Extension", x)
	case nhrp.VendorPrivate:
		t.line(" Vendor Private Extension(%d): %d octets", x.Type, len(x.Value))
	default: // types are the sender's to choose
		t.line(" Extension(%d): %d octets", x.Type, len(x.Value))
	}
}

func (t *packetPrinter) entries(name string, x nhrp.Extension) {
	t.line(" %s(%d):", name, x.Type)
	cies, err := t.p.Entries(x)
	if err != nil {
		t.line("   %d octets, not readable", len(x.Value))
		return
	}
	for i, c := range cies {
		t.entry(i, c)
	}
}
