package commands

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"weft/cli/grammar"
)

// An interfaceType is one kind of name in front of an interface number.
type interfaceType struct {
	name  string
	kind  InterfaceKind
	help  string
	shape string // of the number: "n" is one number, "n/n" has slots and may name a subinterface
	max   uint64 // of the first component
}

// interfaceTypes stand in the order in which running-config prints them. Where
// one abbreviation fits several, the earlier wins: "t0" is a tunnel.
var interfaceTypes = []interfaceType{
	{"Loopback", LoopbackInterface, "Loopback interface", "n", 2147483647},
	{"Tunnel", TunnelInterface, "Tunnel interface", "n", 2147483647},
	{"FastEthernet", FastEthernet, "FastEthernet IEEE 802.3", "n/n", 255},
	{"Ethernet", Ethernet, "IEEE 802.3", "n/n", 255},
	{"GigabitEthernet", GigabitEthernet, "GigabitEthernet IEEE 802.3z", "n/n", 255},
	{"TenGigabitEthernet", OtherInterface, "Ten Gigabit Ethernet", "n/n", 255},
	{"Serial", OtherInterface, "Serial", "n/n", 255},
	{"Port-channel", OtherInterface, "Ethernet channel of interfaces", "n/n", 4294967295},
	{"Dialer", OtherInterface, "Dialer interface", "n", 255},
	{"Vlan", OtherInterface, "VLAN interface", "n", 4094},
	{"Null", OtherInterface, "Null interface", "n", 0},
}

// interfaceName is the argument type IFNAME: an interface in any abbreviation,
// with or without a blank before its number. Canonical is "Tunnel0".
var interfaceName = grammar.Type{
	Name:    "IFNAME",
	Glyph:   "IFNAME",
	Sample:  []string{"Tunnel7", "Loopback3", "GigabitEthernet0/1", "Ethernet0/0/0"},
	Parse:   parseInterfaceName,
	Choices: interfaceChoices,
}

func parseInterfaceName(text string) (canonical string, taken, good int) {
	letters := letterCount(text)
	t, ok := typeOf(text[:letters])
	if !ok {
		for letters > 0 && !ok { // the caret goes under the first letter that fits no name
			letters--
			_, ok = typeOf(text[:letters])
		}
		return "", 0, letters
	}
	start := letters
	for start < len(text) && text[start] == ' ' {
		start++
	}
	end := start
	component, digits := 0, 0
	for ; end < len(text) && text[end] != ' ' && text[end] != '\t'; end++ {
		switch c := text[end]; {
		case c >= '0' && c <= '9':
			digits++
			if component == 0 && tooLarge(text[start:end+1], t.max) || digits > 10 {
				return "", 0, end
			}
		case t.shape == "n/n" && digits > 0 && (c == '/' && component < 3 || c == '.' && !strings.Contains(text[start:end], ".")):
			component, digits = component+1, 0
		default:
			return "", 0, end
		}
	}
	if digits == 0 {
		return "", 0, end
	}
	return t.name + plainNumbers(text[start:end]), end, end
}

func tooLarge(digits string, limit uint64) bool {
	n, err := strconv.ParseUint(digits, 10, 64)
	return err != nil || n > limit
}

// plainNumbers drops leading zeros: "00/01" is "0/1".
func plainNumbers(text string) string {
	var b strings.Builder
	for _, n := range numberComponents(text) {
		if n.mark != 0 {
			b.WriteByte(n.mark)
		}
		b.WriteString(strconv.FormatUint(n.value, 10))
	}
	return b.String()
}

type numberComponent struct {
	mark  byte // '/' or '.' in front; 0 for the first
	value uint64
}

func numberComponents(text string) (all []numberComponent) {
	var mark byte
	for text != "" {
		end := strings.IndexAny(text, "/.")
		if end < 0 {
			end = len(text)
		}
		n, _ := strconv.ParseUint(text[:end], 10, 64)
		all = append(all, numberComponent{mark, n})
		if end == len(text) {
			break
		}
		mark, text = text[end], text[end+1:]
	}
	return all
}

func letterCount(text string) int {
	n := strings.IndexFunc(text, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-')
	})
	if n < 0 {
		return len(text)
	}
	return n
}

// typeOf finds the type that an abbreviation means.
func typeOf(letters string) (interfaceType, bool) {
	if letters == "" {
		return interfaceType{}, false
	}
	for _, t := range interfaceTypes {
		if hasPrefixFold(t.name, letters) {
			return t, true
		}
	}
	return interfaceType{}, false
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

func interfaceChoices(typed string) (all []grammar.Choice) {
	letters := letterCount(typed)
	if t, ok := typeOf(typed[:letters]); ok && letters < len(typed) || ok && strings.EqualFold(t.name, typed) {
		return []grammar.Choice{{Token: "<0-" + strconv.FormatUint(t.max, 10) + ">", Help: t.name + " interface number"}}
	}
	for _, t := range interfaceTypes {
		if hasPrefixFold(t.name, typed) {
			all = append(all, grammar.Choice{Token: t.name, Help: t.help})
		}
	}
	return all
}

// CanonicalInterface is the canonical name of an interface as typed in any
// abbreviation: "tu 0" is "Tunnel0".
func CanonicalInterface(typed string) (string, bool) {
	typed = strings.TrimSpace(typed)
	name, taken, _ := parseInterfaceName(typed)
	return name, taken > 0 && taken == len(typed)
}

// KindOf is the kind of a canonical interface name.
func KindOf(name string) InterfaceKind {
	t, ok := typeOf(name[:letterCount(name)])
	if !ok {
		return OtherInterface
	}
	return t.kind
}

// CompareInterfaces orders canonical interface names as running-config and the
// show commands do: by kind, then by each component of the number.
func CompareInterfaces(a, b string) int {
	la, lb := letterCount(a), letterCount(b)
	return cmp.Or(
		cmp.Compare(typeRank(a[:la]), typeRank(b[:lb])),
		slices.CompareFunc(numberComponents(a[la:]), numberComponents(b[lb:]), func(x, y numberComponent) int {
			return cmp.Compare(x.value, y.value)
		}))
}

func typeRank(name string) int {
	return slices.IndexFunc(interfaceTypes, func(t interfaceType) bool { return t.name == name })
}
