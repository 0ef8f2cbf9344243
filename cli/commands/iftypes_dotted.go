package commands

import (
	"net/netip"

	"weft/cli/grammar"
)

// Address types whose mistakes have an answer of their own ("Bad mask ..."),
// which the caret cannot give: any dotted decimal is taken, and the command
// looks at it. What sets them apart is what makes sense as a sample.
var (
	interfaceMask = dotted("NETMASK", "255.255.255.0", "255.255.0.0")
	networkNumber = dotted("NETWORK", "10.1.0.0", "172.16.0.0")
)

func dotted(name string, samples ...string) grammar.Type {
	return grammar.Type{Name: name, Glyph: "A.B.C.D", Sample: samples, Parse: parseDotted}
}

func parseDotted(text string) (canonical string, taken, good int) {
	end, octet, dots := 0, 0, 0
	for start := 0; end < len(text) && text[end] != ' ' && text[end] != '\t'; end++ {
		switch c := text[end]; {
		case c >= '0' && c <= '9':
			octet = octet*10 + int(c-'0')
			if octet > 255 || end > start && text[start] == '0' {
				return "", 0, end
			}
		case c == '.' && end > start && dots < 3:
			octet, start, dots = 0, end+1, dots+1
		default:
			return "", 0, end
		}
	}
	if _, err := netip.ParseAddr(text[:end]); err != nil {
		return "", 0, end
	}
	return text[:end], end, end
}
