package commands

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"weft/cli/grammar"
)

// namedNumber is an argument type of numbers that have names. Canonical is the
// name of a number that has one, as IOS prints ports.
func namedNumber(name, glyph string, most int, help string, names map[string]int) grammar.Type {
	byNumber := map[int]string{}
	sorted := slices.Sorted(maps.Keys(names))
	for _, n := range sorted {
		if _, taken := byNumber[names[n]]; !taken {
			byNumber[names[n]] = n
		}
	}
	return grammar.Type{
		Name: name, Glyph: glyph, Sample: []string{sorted[0], byNumber[names[sorted[len(sorted)-1]]]},
		Parse: func(text string) (string, int, int) {
			word, _, _ := strings.Cut(text, " ")
			if n, err := strconv.Atoi(word); err == nil && word[0] >= '0' && word[0] <= '9' {
				if n > most {
					return "", 0, 0
				}
				if known, ok := byNumber[n]; ok {
					return known, len(word), len(word)
				}
				return strconv.Itoa(n), len(word), len(word)
			}
			found, good := abbreviated(sorted, strings.ToLower(word))
			if found == "" {
				return "", 0, good
			}
			return byNumber[names[found]], len(word), good
		},
		Choices: func(typed string) (choices []grammar.Choice) {
			if typed == "" || typed[0] >= '0' && typed[0] <= '9' {
				choices = append(choices, grammar.Choice{Token: glyph, Help: help})
			}
			for _, n := range sorted {
				if strings.HasPrefix(n, strings.ToLower(typed)) {
					choices = append(choices, grammar.Choice{Token: n, Help: help + " " + strconv.Itoa(names[n])})
				}
			}
			return choices
		},
	}
}

// abbreviated finds the one word that begins with typed; "" if there is none or
// more than one. good is how much of typed some word begins with.
func abbreviated(words []string, typed string) (found string, good int) {
	for _, w := range words {
		same := 0
		for same < min(len(w), len(typed)) && w[same] == typed[same] {
			same++
		}
		good = max(good, same)
		switch {
		case w == typed:
			return w, len(typed)
		case typed != "" && same == len(typed) && found == "":
			found = w
		case typed != "" && same == len(typed):
			found = "\x00" // ambiguous
		}
	}
	return strings.Trim(found, "\x00"), good
}

// number is the value of a namedNumber argument.
func numberOf(names map[string]int, word string) int {
	if n, ok := names[word]; ok {
		return n
	}
	n, _ := strconv.Atoi(word)
	return n
}

var tcpPorts = map[string]int{
	"bgp": 179, "chargen": 19, "cmd": 514, "daytime": 13, "discard": 9, "domain": 53, "echo": 7, "exec": 512, "finger": 79, "ftp": 21,
	"ftp-data": 20, "gopher": 70, "hostname": 101, "ident": 113, "irc": 194, "klogin": 543, "kshell": 544, "login": 513, "lpd": 515,
	"msrpc": 135, "nntp": 119, "pim-auto-rp": 496, "pop2": 109, "pop3": 110, "smtp": 25, "sunrpc": 111, "tacacs": 49, "talk": 517,
	"telnet": 23, "time": 37, "uucp": 540, "whois": 43, "www": 80,
}

var udpPorts = map[string]int{
	"biff": 512, "bootpc": 68, "bootps": 67, "discard": 9, "dnsix": 195, "domain": 53, "echo": 7, "isakmp": 500, "mobile-ip": 434,
	"nameserver": 42, "netbios-dgm": 138, "netbios-ns": 137, "netbios-ss": 139, "non500-isakmp": 4500, "ntp": 123, "pim-auto-rp": 496,
	"rip": 520, "ripv6": 521, "snmp": 161, "snmptrap": 162, "sunrpc": 111, "syslog": 514, "tacacs": 49, "talk": 517, "tftp": 69,
	"time": 37, "who": 513, "xdmcp": 177,
}

// codePoints are those of RFC 2474, 2597 and 3246.
var codePoints = map[string]int{
	"af11": 10, "af12": 12, "af13": 14, "af21": 18, "af22": 20, "af23": 22, "af31": 26, "af32": 28, "af33": 30, "af41": 34, "af42": 36,
	"af43": 38, "cs1": 8, "cs2": 16, "cs3": 24, "cs4": 32, "cs5": 40, "cs6": 48, "cs7": 56, "default": 0, "ef": 46,
}

var precedences = map[string]int{
	"critical": 5, "flash": 3, "flash-override": 4, "immediate": 2, "internet": 6, "network": 7, "priority": 1, "routine": 0,
}

// icmpAnyCode is added to a type that matches whatever its code.
const icmpAnyCode = 1 << 16

// icmpMessages are types and codes of RFC 792 and 1812: type << 8 | code.
var icmpMessages = map[string]int{
	"administratively-prohibited": 3<<8 | 13, "alternate-address": icmpAnyCode | 6<<8, "dod-host-prohibited": 3<<8 | 10,
	"dod-net-prohibited": 3<<8 | 9, "echo": icmpAnyCode | 8<<8, "echo-reply": icmpAnyCode, "general-parameter-problem": 12 << 8,
	"host-isolated": 3<<8 | 8, "host-precedence-unreachable": 3<<8 | 14, "host-redirect": 5<<8 | 1, "host-tos-redirect": 5<<8 | 3,
	"host-tos-unreachable": 3<<8 | 12, "host-unknown": 3<<8 | 7, "host-unreachable": 3<<8 | 1, "information-reply": icmpAnyCode | 16<<8,
	"information-request": icmpAnyCode | 15<<8, "mask-reply": icmpAnyCode | 18<<8, "mask-request": icmpAnyCode | 17<<8,
	"mobile-redirect": icmpAnyCode | 32<<8, "net-redirect": 5 << 8, "net-tos-redirect": 5<<8 | 2, "net-tos-unreachable": 3<<8 | 11,
	"net-unreachable": 3 << 8, "network-unknown": 3<<8 | 6, "no-room-for-option": 12<<8 | 2, "option-missing": 12<<8 | 1,
	"packet-too-big": 3<<8 | 4, "parameter-problem": icmpAnyCode | 12<<8, "port-unreachable": 3<<8 | 3, "precedence-unreachable": 3<<8 | 15,
	"protocol-unreachable": 3<<8 | 2, "reassembly-timeout": 11<<8 | 1, "redirect": icmpAnyCode | 5<<8, "router-advertisement": icmpAnyCode | 9<<8,
	"router-solicitation": icmpAnyCode | 10<<8, "source-quench": icmpAnyCode | 4<<8, "source-route-failed": 3<<8 | 5,
	"time-exceeded": icmpAnyCode | 11<<8, "timestamp-reply": icmpAnyCode | 14<<8, "timestamp-request": icmpAnyCode | 13<<8,
	"traceroute": icmpAnyCode | 30<<8, "ttl-exceeded": 11 << 8, "unreachable": icmpAnyCode | 3<<8,
}

var (
	tcpPortType    = namedNumber("TCPPORT", "<0-65535>", 65535, "Port number", tcpPorts)
	udpPortType    = namedNumber("UDPPORT", "<0-65535>", 65535, "Port number", udpPorts)
	dscpType       = namedNumber("DSCP", "<0-63>", 63, "Code point", codePoints)
	precedenceType = namedNumber("PRECEDENCE", "<0-7>", 7, "Precedence", precedences)
	icmpType       = icmpMessageType()
)

// icmpMessageType is ICMPMSG: a message by its name alone. By numbers it is
// written otherwise.
func icmpMessageType() grammar.Type {
	t := namedNumber("ICMPMSG", "ICMPMSG", -1, "ICMP message", icmpMessages)
	names := slices.Sorted(maps.Keys(icmpMessages))
	t.Sample = []string{"echo", "unreachable"}
	t.Parse = func(text string) (string, int, int) {
		word, _, _ := strings.Cut(text, " ")
		found, good := abbreviated(names, strings.ToLower(word))
		if found == "" {
			return "", 0, good
		}
		return found, len(word), good
	}
	t.Choices = func(typed string) (choices []grammar.Choice) {
		for _, n := range names {
			if strings.HasPrefix(n, strings.ToLower(typed)) {
				choices = append(choices, grammar.Choice{Token: n, Help: "ICMP " + strings.ReplaceAll(n, "-", " ")})
			}
		}
		return choices
	}
	return t
}
