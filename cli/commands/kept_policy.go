package commands

import (
	"cmp"
	"strings"
)

var policyWords = help{
	"ip": "Global IP configuration", "ipv6": "Global IPv6 configuration", "access-list": "Access list", "standard": "By source", "extended": "By more than the source",
	"name": "Name", "number": "Number", "sequence": "Sequence number", "seq": "At a sequence number", "permit": "Let it pass", "deny": "Do not",
	"rule": "What it looks like", "remark": "A note", "text": "Text", "prefix-list": "Prefix list", "prefix": "Network with prefix length",
	"ge": "At least so long", "le": "At most so long", "bits": "Prefix length", "description": "Text about it", "route-map": "Route map",
	"match": "If", "set": "Then", "address": "Its address", "tag": "Its tag", "value": "Value", "metric": "Its metric", "interface": "Its interface",
	"ifname": "Interface name and number", "as-path": "Systems passed", "community": "Its communities", "next-hop": "Its next hop", "addr": "IP address",
	"track": "Tracked object", "object": "Number", "sla": "Probes", "nat": "Address translation", "key": "Key", "source-interface": "Interface whose address is used",
	"interface-name": "Interface name and number", "expression": "Regular expression",
}

var accessLines = keptTable(keptACL, policyWords,
	&command{Syntax: "ip as-path access-list number:<1-500> (permit | deny) expression:LINE", Key: "number permit deny expression"},
	&command{Syntax: "ip community-list (standard | expanded) name:WORD (permit | deny) text:LINE", Key: "name permit deny text",
		Help: help{"community-list": "Community list", "standard": "By value", "expanded": "By expression"}},
	&command{Syntax: "ip prefix-list name:WORD [seq sequence:<1-4294967294>] (permit | deny) prefix:A.B.C.D/nn [ge bits-ge:<1-32>] [le bits-le:<1-32>]",
		Key: "name sequence permit deny prefix", Less: byNameAndSequence, Help: help{"bits-ge": "Prefix length", "bits-le": "Prefix length"}},
	&command{Syntax: "ip prefix-list name:WORD description text:LINE", Key: "name"},
	&command{Syntax: "ipv6 prefix-list name:WORD [seq sequence:<1-4294967294>] (permit | deny) prefix:X:X:X:X::X/<0-128> [ge bits-ge:<1-128>] [le bits-le:<1-128>]",
		Key: "name sequence permit deny prefix", Less: byNameAndSequence, Help: help{"bits-ge": "Prefix length", "bits-le": "Prefix length"}},
)

// byNameAndSequence puts the entries of one list together.
func byNameAndSequence(a, b args) bool {
	return cmp.Or(strings.Compare(a.Word("name"), b.Word("name")), cmp.Compare(a.Int("sequence"), b.Int("sequence"))) < 0
}

var (
	routeMapMode    = keptMode("route-map", "config-route-map", "Route Map configuration commands:", func() []*command { return routeMapSectionLines })
	slaMode         = keptMode("ip sla", "config-ip-sla", "IP SLAs entry configuration commands:", func() []*command { return slaSectionLines })
	slaEchoMode     = keptMode("icmp-echo", "config-ip-sla-echo", "IP SLAs echo configuration commands:", func() []*command { return slaEchoLines })
	trackMode       = keptMode("track", "config-track", "Tracking instance configuration commands:", func() []*command { return trackSectionLines })
	classMapMode    = keptMode("class-map", "config-cmap", "Class-map configuration commands:", func() []*command { return classMapLines })
	policyMapMode   = keptMode("policy-map", "config-pmap", "Policy-map configuration commands:", func() []*command { return policyMapLines })
	policyClassMode = keptMode("class", "config-pmap-c", "Policy-map class configuration commands:", func() []*command { return policyClassLines })
)

var routeMapLines = keptTable("there are no route maps yet", policyWords,
	&command{Syntax: "route-map name:WORD (permit | deny) sequence:<0-65535>", Key: "name sequence", Less: byNameAndSequence, Opens: opens(routeMapMode), Bang: true})

var routeMapSectionLines = keptTable("there are no route maps yet", policyWords,
	&command{Syntax: "description text:LINE"},
	&command{Syntax: "match ip address prefix-list {name:WORD}"},
	&command{Syntax: "match ip address {name:WORD}"},
	&command{Syntax: "match ipv6 address prefix-list {name:WORD}", Help: help{"ipv6": "IPv6"}},
	&command{Syntax: "match ip next-hop {name:WORD}"},
	&command{Syntax: "match tag {value:<0-4294967295>}"},
	&command{Syntax: "match interface {ifname:IFNAME}"},
	&command{Syntax: "match as-path {value:<1-500>}"},
	&command{Syntax: "match community {name:WORD}"},
	&command{Syntax: "set metric {value:<0-4294967295>}"},
	&command{Syntax: "set metric-type (type-1 | type-2 | internal | external)", Help: help{"metric-type": "Kind of external route", "type-1": "Type 1",
		"type-2": "Type 2", "internal": "Internal", "external": "External"}},
	&command{Syntax: "set tag value:<0-4294967295>"},
	&command{Syntax: "set ip next-hop {addr:A.B.C.D}"},
	&command{Syntax: "set local-preference value:<0-4294967295>", Help: help{"local-preference": "Preference in this system"}},
	&command{Syntax: "set as-path prepend {value:<1-4294967295>}", Help: help{"prepend": "Put systems in front"}},
	&command{Syntax: "set community {name:WORD}"},
)

var slaLines = keptTable(keptSLA, policyWords,
	&command{Syntax: "ip sla number:<1-2147483647>", Key: "number", Opens: opens(slaMode), Bang: true},
	&command{Syntax: "ip sla schedule number:<1-2147483647> {life forever | start-time now}", Key: "number", Help: help{"schedule": "When to probe", "life": "How long",
		"forever": "For ever", "start-time": "From when on", "now": "Now"}},
)

var slaSectionLines = keptTable(keptSLA, policyWords,
	&command{Syntax: "icmp-echo addr:A.B.C.D [source-interface interface-name:IFNAME | source-ip source-addr:A.B.C.D]", Opens: opens(slaEchoMode),
		Help: help{"icmp-echo": "Echo requests", "source-ip": "Address to send from", "source-addr": "IP address"}})

var slaEchoLines = keptTable(keptSLA, policyWords,
	&command{Syntax: "frequency value:<1-604800>", Help: help{"frequency": "Seconds between probes"}},
	&command{Syntax: "timeout value:<0-604800000>", Help: help{"timeout": "Milliseconds to wait"}},
	&command{Syntax: "threshold value:<0-60000>", Help: help{"threshold": "Milliseconds that are too many"}},
	&command{Syntax: "vrf name:WORD", Help: help{"vrf": "In a VRF"}},
)

var trackLines = keptTable(keptSLA, policyWords,
	&command{Syntax: "track object:<1-1000> ip sla number:<1-2147483647> [reachability | state]", Key: "object", Opens: opens(trackMode), Bang: true,
		Help: help{"reachability": "Whether it answers", "state": "Whether it is in time"}},
	&command{Syntax: "track object:<1-1000> interface ifname:IFNAME (line-protocol | ip routing)", Key: "object", Opens: opens(trackMode), Bang: true,
		Help: help{"line-protocol": "Whether it is up", "routing": "Whether it routes"}},
)

var trackSectionLines = keptTable(keptSLA, policyWords,
	&command{Syntax: "delay {down value:<0-180> | up value:<0-180>}", Help: help{"delay": "Wait before telling", "down": "That it is down", "up": "That it is up", "value": "Seconds"}})

var natLines = keptTable(keptNAT, policyWords,
	&command{Syntax: "ip nat inside source (list (number:<1-2699> | name:WORD) | route-map name:WORD) (interface ifname:IFNAME | pool pool-name:WORD) [overload]",
		Key: "number name", Help: help{"inside": "Of inside hosts", "source": "Their source addresses", "list": "By an access list", "pool": "Addresses to use",
			"pool-name": "Pool name", "overload": "Many behind one address"}},
	&command{Syntax: "ip nat inside source static inner:A.B.C.D outer:A.B.C.D", Key: "inner outer", Help: help{"inside": "Of inside hosts",
		"source": "Their source addresses", "static": "One to one", "inner": "Inside address", "outer": "Outside address"}},
	&command{Syntax: "ip nat pool pool-name:WORD first:A.B.C.D last:A.B.C.D (netmask mask:A.B.C.D | prefix-length bits:<1-32>)", Key: "pool-name",
		Help: help{"pool": "Addresses to use", "pool-name": "Pool name", "first": "First address", "last": "Last address", "netmask": "Their mask", "mask": "Network mask",
			"prefix-length": "Their prefix length"}},
)

var qosWords = help{
	"class-map": "Class of packets", "match-any": "One match will do", "match-all": "All must match", "name": "Name", "policy-map": "Policy for classes",
	"match": "If", "dscp": "Code point", "ip": "IP", "value": "Value", "access-group": "By an access list", "protocol": "By protocol", "class": "A class of the policy",
	"class-default": "All others", "description": "Text about it", "text": "Text", "bandwidth": "Bandwidth at least", "priority": "Before all others", "percent": "Percent",
	"remaining": "Of what is left", "shape": "Delay what is too much", "average": "On average", "police": "Drop what is too much", "rate": "Bits per second",
	"service-policy": "A policy inside", "fair-queue": "Share fairly", "random-detect": "Drop early", "dscp-based": "By code point", "set": "Mark", "any": "Any packet",
}

var qosLines = keptTable(keptQoS, qosWords,
	&command{Syntax: "class-map [match-any | match-all] name:WORD", Key: "name", Opens: opens(classMapMode), Bang: true},
	&command{Syntax: "policy-map name:WORD", Key: "name", Opens: opens(policyMapMode), Bang: true},
)

var classMapLines = keptTable(keptQoS, qosWords,
	&command{Syntax: "match [ip] dscp {value:WORD}", Key: "value"},
	&command{Syntax: "match access-group name name-of:WORD", Key: "name-of", Help: help{"name": "By name", "name-of": "Access list name"}},
	&command{Syntax: "match protocol value:WORD", Key: "value"},
	&command{Syntax: "match any"},
)

var policyMapLines = keptTable(keptQoS, qosWords,
	&command{Syntax: "description text:LINE"},
	&command{Syntax: "class name:WORD", Key: "name", Opens: opens(policyClassMode)},
)

var policyClassLines = keptTable(keptQoS, qosWords,
	&command{Syntax: "bandwidth (percent value:<1-100> | remaining percent value:<1-100> | rate:<1-10000000>)"},
	&command{Syntax: "priority [percent value:<1-100> | rate:<1-10000000>]"},
	&command{Syntax: "shape average rate:<8000-100000000000>"},
	&command{Syntax: "police rate:<8000-100000000000>"},
	&command{Syntax: "set [ip] dscp value:WORD"},
	&command{Syntax: "fair-queue"},
	&command{Syntax: "random-detect [dscp-based]"},
	&command{Syntax: "service-policy name:WORD"},
)
