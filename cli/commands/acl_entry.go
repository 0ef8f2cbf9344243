package commands

import (
	"fmt"
	"net/netip"
	"strings"

	"weft/routing/policy"
)

var allOnes = netip.AddrFrom4([4]byte{255, 255, 255, 255})

// hostsText is the canonical text of one side of an entry: "any", a host, or an
// address whose bits under the wildcard are zero. bare is how a standard list
// writes a host.
func hostsText(a args, side string, bare bool) string {
	host, wildcard := a.Addr(side+"-host"), netip.IPv4Unspecified()
	if a.Has(side) {
		host = a.Addr(side)
		if a.Has(side + "-wildcard") {
			wildcard = a.Addr(side + "-wildcard")
		}
	}
	switch {
	case !host.IsValid() || wildcard == allOnes:
		return "any"
	case wildcard == netip.IPv4Unspecified() && bare:
		return host.String()
	case wildcard == netip.IPv4Unspecified():
		return "host " + host.String()
	}
	masked, w := host.As4(), wildcard.As4()
	for i := range masked {
		masked[i] &^= w[i]
	}
	return netip.AddrFrom4(masked).String() + " " + wildcard.String()
}

func entryHosts(a args, side string) policy.Hosts {
	switch text := hostsText(a, side, true); {
	case text == "any":
		return policy.Any
	case strings.Contains(text, " "):
		addr, wildcard, _ := strings.Cut(text, " ")
		return policy.HostsOf(netip.MustParseAddr(addr), netip.MustParseAddr(wildcard))
	default:
		return policy.HostsOf(netip.MustParseAddr(text), netip.IPv4Unspecified())
	}
}

func actionText(a args) string {
	if a.Has("permit") {
		return "permit"
	}
	return "deny"
}

// standardText is an entry of a standard list without its number, in its
// canonical form.
func standardText(a args) string {
	text := actionText(a) + " " + hostsText(a, "src", true)
	if a.Has("log") {
		text += " log"
	}
	return text
}

// extendedText is the same for an entry of an extended list.
func extendedText(a args) string {
	words := []string{actionText(a), protocolText(a), hostsText(a, "src", false)}
	words = append(words, portsText(a, "src")...)
	words = append(words, hostsText(a, "dst", false))
	words = append(words, portsText(a, "dst")...)
	for _, flag := range []string{"established", "ack", "fin", "psh", "rst", "syn", "urg"} {
		if a.Has(flag) {
			words = append(words, flag)
		}
	}
	for _, value := range []string{"message", "icmp-type", "icmp-code"} {
		if a.Has(value) {
			words = append(words, a.Word(value))
		}
	}
	if a.Has("dscp-value") {
		words = append(words, "dscp", a.Word("dscp-value"))
	}
	if a.Has("precedence-value") {
		words = append(words, "precedence", a.Word("precedence-value"))
	}
	for _, word := range []string{"fragments", "log", "log-input"} {
		if a.Has(word) {
			words = append(words, word)
		}
	}
	return strings.Join(words, " ")
}

// protocolNumbers are those that entries call by name; "ip" is any.
var protocolNumbers = map[string]int{
	"ahp": 51, "eigrp": 88, "esp": 50, "gre": 47, "icmp": 1, "igmp": 2, "ipinip": 94, "nos": 4, "ospf": 89, "pcp": 108, "pim": 103, "tcp": 6, "udp": 17,
}

func protocolText(a args) string {
	for _, name := range []string{"tcp", "udp", "icmp", "ip", "ahp", "eigrp", "esp", "gre", "igmp", "ipinip", "nos", "ospf", "pcp", "pim"} {
		if a.Has(name) {
			return name
		}
	}
	for name, n := range protocolNumbers {
		if n == a.Int("protocol") {
			return name // no two have one number
		}
	}
	if a.Int("protocol") == 0 {
		return "ip"
	}
	return a.Word("protocol")
}

func portsText(a args, side string) []string {
	for _, op := range []string{"eq", "neq", "gt", "lt"} {
		if a.Has(side + "-" + op) {
			return append([]string{op}, a.Words(side+"-"+op)...)
		}
	}
	if a.Has(side + "-low") {
		return []string{"range", a.Word(side + "-low"), a.Word(side + "-high")}
	}
	return nil
}

// addEntry is what a line of a list asks for.
func addEntry(l *policy.AccessList, a args, text string) {
	if a.Has("remark") {
		return
	}
	e := policy.Entry{Sequence: a.Int("sequence"), Text: text, Permit: a.Has("permit"), Log: a.Has("log"),
		Source: entryHosts(a, "src"), Destination: policy.Any}
	if l.Extended {
		extend(&e, a)
	}
	l.Entries = append(l.Entries, e)
}

var tcpFlags = map[string]policy.Flags{"established": policy.Established, "ack": policy.ACK, "fin": policy.FIN, "psh": policy.PSH,
	"rst": policy.RST, "syn": policy.SYN, "urg": policy.URG}

// extend adds what only extended lists say.
func extend(e *policy.Entry, a args) {
	e.Log = e.Log || a.Has("log-input")
	e.Destination = entryHosts(a, "dst")
	e.Fragments = a.Has("fragments")
	ports := udpPorts
	switch name := protocolText(a); {
	case name == "ip":
	case protocolNumbers[name] != 0:
		e.Protocol = policy.ProtocolNumber(protocolNumbers[name])
		if name == "tcp" {
			ports = tcpPorts
		}
	default:
		e.Protocol = policy.ProtocolNumber(a.Int("protocol"))
	}
	e.SourcePort, e.Port = entryPorts(a, "src", ports), entryPorts(a, "dst", ports)
	for word, flag := range tcpFlags {
		if a.Has(word) {
			e.Flags |= flag
		}
	}
	switch {
	case a.Has("message"):
		m := icmpMessages[a.Word("message")]
		e.ICMP = policy.ICMP{On: true, OnCode: m&icmpAnyCode == 0, Type: uint8(m >> 8), Code: uint8(m)}
	case a.Has("icmp-type"):
		e.ICMP = policy.ICMP{On: true, OnCode: a.Has("icmp-code"), Type: uint8(a.Int("icmp-type")), Code: uint8(a.Int("icmp-code"))}
	}
	switch {
	case a.Has("dscp-value"):
		e.DSCP = policy.Marking{On: true, Mask: 0xfc, Value: uint8(numberOf(codePoints, a.Word("dscp-value")) << 2)}
	case a.Has("precedence-value"):
		e.DSCP = policy.Marking{On: true, Mask: 0xe0, Value: uint8(numberOf(precedences, a.Word("precedence-value")) << 5)}
	}
}

func entryPorts(a args, side string, names map[string]int) policy.Ports {
	set := func(words ...string) (ports []uint16) {
		for _, w := range words {
			ports = append(ports, uint16(numberOf(names, w)))
		}
		return ports
	}
	for op, word := range map[policy.PortOp]string{policy.Equal: "-eq", policy.NotEqual: "-neq", policy.Greater: "-gt", policy.Less: "-lt"} {
		if a.Has(side + word) {
			return policy.Ports{Op: op, Set: set(a.Words(side + word)...)}
		}
	}
	if a.Has(side + "-low") {
		bounds := set(a.Word(side+"-low"), a.Word(side+"-high"))
		return policy.Ports{Op: policy.Range, Set: []uint16{min(bounds[0], bounds[1]), max(bounds[0], bounds[1])}}
	}
	return policy.Ports{}
}

// entryShown is an entry as "show access-lists" has it.
func entryShown(extended bool, e policy.Entry) string {
	if extended {
		return e.Text
	}
	action, rest, _ := strings.Cut(e.Text, " ")
	words := strings.Fields(rest)
	if len(words) > 1 && words[1] != "log" {
		words[1] = "wildcard bits " + words[1]
		words[0] += ","
	}
	return fmt.Sprintf("%-6s %s", action, strings.Join(words, " "))
}
