package commands

import (
	"cmp"

	"weft/cli/config"
	"weft/cli/grammar"
	"weft/routing/policy"
)

// Access lists. All are stored as sections whose entries have numbers, as IOS-XE
// prints them; "access-list 10 permit ..." enters an entry of such a section.
// acl_edit.go numbers them, acl_entry.go says what an entry asks for.

const standardRule = "(permit | deny) (any | host src-host:A.B.C.D | src:A.B.C.D [src-wildcard:WILDCARD]) [log]"

const (
	aclSource      = "(any | host src-host:A.B.C.D | src:A.B.C.D src-wildcard:WILDCARD)"
	aclDestination = "(any | host dst-host:A.B.C.D | dst:A.B.C.D dst-wildcard:WILDCARD)"
	extendedRule   = "(permit | deny) (" +
		"tcp " + aclSource + " [eq {src-eq:TCPPORT} | neq {src-neq:TCPPORT} | gt src-gt:TCPPORT | lt src-lt:TCPPORT | range src-low:TCPPORT src-high:TCPPORT] " +
		aclDestination + " [eq {dst-eq:TCPPORT} | neq {dst-neq:TCPPORT} | gt dst-gt:TCPPORT | lt dst-lt:TCPPORT | range dst-low:TCPPORT dst-high:TCPPORT] " +
		"[established | {ack | fin | psh | rst | syn | urg}] | " +
		"udp " + aclSource + " [eq {src-eq:UDPPORT} | neq {src-neq:UDPPORT} | gt src-gt:UDPPORT | lt src-lt:UDPPORT | range src-low:UDPPORT src-high:UDPPORT] " +
		aclDestination + " [eq {dst-eq:UDPPORT} | neq {dst-neq:UDPPORT} | gt dst-gt:UDPPORT | lt dst-lt:UDPPORT | range dst-low:UDPPORT dst-high:UDPPORT] | " +
		"icmp " + aclSource + " " + aclDestination + " [message:ICMPMSG | icmp-type:<0-255> [icmp-code:<0-255>]] | " +
		"(ip | ahp | eigrp | esp | gre | igmp | ipinip | nos | ospf | pcp | pim | protocol:<0-255>) " + aclSource + " " + aclDestination + ") " +
		"[dscp dscp-value:DSCP | precedence precedence-value:PRECEDENCE] [fragments] [log | log-input]"
	standardKey = "permit deny src-host src src-wildcard log remark text"
	extendedKey = "permit deny tcp udp icmp ip ahp eigrp esp gre igmp ipinip nos ospf pcp pim protocol src-host src src-wildcard dst-host dst dst-wildcard " +
		"src-eq src-neq src-gt src-lt src-low src-high dst-eq dst-neq dst-gt dst-lt dst-low dst-high established ack fin psh rst syn urg " +
		"message icmp-type icmp-code dscp-value precedence-value fragments log log-input remark text"
)

var aclWords = help{
	"ip": "Global IP configuration", "ip access-list": "Named access list", "access-list": "Add an access list entry", "standard": "Standard access list",
	"extended": "Extended access list", "number": "Number of a list", "high": "Number of a list (expanded range)", "name": "Access-list name",
	"permit": "Specify packets to forward", "deny": "Specify packets to reject", "remark": "Access list entry comment", "text": "Comment up to 100 characters",
	"sequence": "Sequence Number", "any": "Any host", "host": "A single host", "src-host": "Host address", "dst-host": "Host address",
	"src": "Address to match", "dst": "Address to match", "src-wildcard": "Wildcard bits", "dst-wildcard": "Wildcard bits",
	"log": "Log matches against this entry", "log-input": "Log matches against this entry, including input interface",
	"tcp": "Transmission Control Protocol", "udp": "User Datagram Protocol", "icmp": "Internet Control Message Protocol",
	"permit ip": "Any Internet Protocol", "deny ip": "Any Internet Protocol", "ahp": "Authentication Header Protocol", "eigrp": "EIGRP routing protocol",
	"esp": "Encapsulation Security Payload", "gre": "GRE tunneling", "igmp": "Internet Gateway Message Protocol", "ipinip": "IP in IP tunneling",
	"nos": "KA9Q NOS compatible IP over IP tunneling", "ospf": "OSPF routing protocol", "pcp": "Payload Compression Protocol",
	"pim": "Protocol Independent Multicast", "protocol": "An IP protocol number",
	"eq": "Match only packets on a given port number", "neq": "Match only packets not on a given port number",
	"gt": "Match only packets with a greater port number", "lt": "Match only packets with a lower port number",
	"range": "Match only packets in the range of port numbers", "src-eq": "Port number", "src-neq": "Port number", "src-gt": "Port number",
	"src-lt": "Port number", "src-low": "Lowest port number", "src-high": "Highest port number", "dst-eq": "Port number", "dst-neq": "Port number",
	"dst-gt": "Port number", "dst-lt": "Port number", "dst-low": "Lowest port number", "dst-high": "Highest port number",
	"established": "Match established connections", "ack": "Match on the ACK bit", "fin": "Match on the FIN bit", "psh": "Match on the PSH bit",
	"rst": "Match on the RST bit", "syn": "Match on the SYN bit", "urg": "Match on the URG bit", "message": "ICMP message", "icmp-type": "ICMP message type",
	"icmp-code": "ICMP message code", "dscp": "Match packets with given dscp value", "dscp-value": "Code point", "fragments": "Check non-initial fragments",
	"precedence": "Match packets with given precedence value", "precedence-value": "Precedence", "resequence": "Resequence Access List",
	"start": "Starting Sequence Number", "step": "Step to increment the sequence number", "log-update": "Control access list log updates",
	"threshold": "Packets that make an update", "logging": "Control access list logging", "interval": "Milliseconds between two messages",
	"count": "Number of packets", "milliseconds": "Milliseconds",
}

func globalTypes() []grammar.Type { return append(aclTypes(), privilegeTypes()...) }

func aclTypes() []grammar.Type {
	return append(configTypes(), tcpPortType, udpPortType, dscpType, precedenceType, icmpType)
}

var standardACLLine = &command{Syntax: "ip access-list standard (number:<1-99> | high:<1300-1999> | name:WORD)", Key: "number high name",
	Opens: opens(standardACLMode), Bang: true, Less: byListName}

var extendedACLLine = &command{Syntax: "ip access-list extended (number:<100-199> | high:<2000-2699> | name:WORD)", Key: "number high name",
	Opens: opens(extendedACLMode), Bang: true, Less: byListName}

// ACLHead is the kind and the name of an access list, from the line that opens it.
func ACLHead(l *config.Line) (name string, extended, ok bool) {
	if l.Section == nil || l.Command != standardACLLine && l.Command != extendedACLLine {
		return "", false, false
	}
	return listName(l.Args), l.Command == extendedACLLine, true
}

func listName(a args) string { return a.Word("number") + a.Word("high") + a.Word("name") }

// byListName puts numbers before names.
func byListName(a, b args) bool {
	number := func(a args) int { return a.Int("number") + a.Int("high") }
	if x, y := number(a), number(b); x != y {
		return y == 0 || x != 0 && x < y
	}
	return a.Word("name") < b.Word("name")
}

var aclLines = table(aclWords, standardACLLine, extendedACLLine,
	&command{Syntax: "access-list (number:<1-99> | high:<1300-1999>) (" + standardRule + " | remark text:LINE)", Key: "number high",
		Enter: func(e *config.Edit, a args) error { return enterNumbered(e, a, standardText) }, Leave: leaveNumbered},
	&command{Syntax: "access-list (number:<100-199> | high:<2000-2699>) (" + extendedRule + " | remark text:LINE)", Key: "number high",
		Enter: func(e *config.Edit, a args) error { return enterNumbered(e, a, extendedText) }, Leave: leaveNumbered},
	&command{Syntax: "ip access-list resequence (number:<1-2699> | name:WORD) [start:<1-2147483647> [step:<1-2147483647>]]", Enter: resequence},
	&command{Syntax: "ip access-list log-update threshold count:<0-2147483647>", Kept: "matches are logged at once, and then every five minutes"},
	&command{Syntax: "ip access-list logging interval milliseconds:<0-2147483647>", Kept: "matches are logged at once, and then every five minutes"},
)

var (
	standardACLMode = &config.Mode{Name: "standard access-list", Tag: "config-std-nacl", Title: "Standard Access List configuration commands:",
		Commands: func() []*command { return standardEntryLines }, Types: aclTypes, New: func() any { return &policy.AccessList{} }}
	extendedACLMode = &config.Mode{Name: "extended access-list", Tag: "config-ext-nacl", Title: "Ext Access List configuration commands:",
		Commands: func() []*command { return extendedEntryLines }, Types: aclTypes, New: func() any { return &policy.AccessList{Extended: true} }}
)

var standardEntry = &command{Syntax: "[sequence:<1-2147483647>] (" + standardRule + " | remark text:LINE)", Key: "sequence " + standardKey,
	Index: aclIndexKind, Less: bySequence,
	Enter: func(e *config.Edit, a args) error { return enterEntry(e, a, standardText) },
	Leave: func(e *config.Edit, a args) error { return leaveEntry(e, a, standardText) },
	Apply: to(func(l *policy.AccessList, a args) { addEntry(l, a, standardText(a)) })}

var extendedEntry = &command{Syntax: "[sequence:<1-2147483647>] (" + extendedRule + " | remark text:LINE)", Key: "sequence " + extendedKey,
	Index: aclIndexKind, Less: bySequence,
	Enter: func(e *config.Edit, a args) error { return enterEntry(e, a, extendedText) },
	Leave: func(e *config.Edit, a args) error { return leaveEntry(e, a, extendedText) },
	Apply: to(func(l *policy.AccessList, a args) { addEntry(l, a, extendedText(a)) })}

// Removing an entry takes no more than its number.
func byNumberLine() *command {
	return &command{Syntax: "sequence:<1-2147483647>", Hidden: true, Enter: func(e *config.Edit, a args) error {
		e.Notice("% Incomplete command.\n")
		return e.Rewrite("default " + a.Word("sequence"))
	}, Leave: leaveNumber}
}

var (
	standardEntryLines = table(aclWords, standardEntry, byNumberLine())
	extendedEntryLines = table(aclWords, extendedEntry, byNumberLine())
)

// bySequence is the order of entries; the remarks about an entry, which have its
// number, stand before it.
func bySequence(a, b args) bool {
	remark := func(a args) int {
		if a.Has("remark") {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(a.Int("sequence"), b.Int("sequence")), cmp.Compare(remark(a), remark(b))) < 0
}

// AccessLists are all access lists of a configuration, in its order.
func AccessLists(root *config.Node) (lists []*policy.AccessList) {
	for _, l := range root.Lines() {
		if name, extended, ok := ACLHead(l); ok {
			list := *l.Section.Compile().(*policy.AccessList)
			list.Name, list.Extended = name, extended
			lists = append(lists, &list)
		}
	}
	return lists
}
