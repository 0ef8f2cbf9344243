package grammar

import (
	"fmt"
	"math/bits"
	"net/netip"
	"strconv"
)

// Args are the arguments and optional words of a line, by name; the words of
// the stem are not among them, since they say nothing. Asking for a name that
// the syntax does not have panics; the laws see to it that none does.
type Args struct {
	given []given
	names map[string]bool // nil: any name may be asked for
}

type given struct{ name, value string }

// MakeArgs is for tests and for code that builds a line of its own. Any name
// may be asked of the result.
func MakeArgs(pairs ...string) Args {
	var a Args
	for i := 0; i+1 < len(pairs); i += 2 {
		a.given = append(a.given, given{pairs[i], pairs[i+1]})
	}
	return a
}

func (a Args) check(name string) {
	if a.names != nil && !a.names[name] {
		panic(fmt.Sprintf("grammar: no argument or optional word is named %q", name))
	}
}

// Has reports whether an argument or optional word was given.
func (a Args) Has(name string) bool {
	a.check(name)
	for _, g := range a.given {
		if g.name == name {
			return true
		}
	}
	return false
}

// Word is the canonical value, or for an optional word the word itself; "" if
// not given. Of a repeated argument it is the first.
func (a Args) Word(name string) string {
	a.check(name)
	for _, g := range a.given {
		if g.name == name {
			return g.value
		}
	}
	return ""
}

// Words are all values of a repeated argument, in the order given.
func (a Args) Words(name string) []string {
	a.check(name)
	var all []string
	for _, g := range a.given {
		if g.name == name {
			all = append(all, g.value)
		}
	}
	return all
}

// Names are the arguments and optional words that were given, in their order,
// each as often as it was given.
func (a Args) Names() []string {
	names := make([]string, len(a.given))
	for i, g := range a.given {
		names[i] = g.name
	}
	return names
}

// Addr is the value of an address argument; the zero Addr if not given.
func (a Args) Addr(name string) netip.Addr {
	w := a.Word(name)
	if w == "" {
		return netip.Addr{}
	}
	return netip.MustParseAddr(w)
}

// Prefix is the value of an A.B.C.D/nn or X:X:X:X::X/<0-128> argument, with the
// host bits as typed; the zero Prefix if not given.
func (a Args) Prefix(name string) netip.Prefix {
	w := a.Word(name)
	if w == "" {
		return netip.Prefix{}
	}
	return netip.MustParsePrefix(w)
}

// Masked joins an address argument and a MASK argument: 10.0.0.1 255.0.0.0 is
// 10.0.0.1/8. The zero Prefix if either is not given.
func (a Args) Masked(addr, mask string) netip.Prefix {
	m := a.Addr(mask)
	if !m.Is4() || !a.Has(addr) {
		return netip.Prefix{}
	}
	b := m.As4()
	ones := 0
	for _, octet := range b {
		ones += bits.OnesCount8(octet)
	}
	return netip.PrefixFrom(a.Addr(addr), ones)
}

// Uint64 is the value of a number argument; 0 if not given.
func (a Args) Uint64(name string) uint64 {
	w := a.Word(name)
	if w == "" {
		return 0
	}
	n, err := strconv.ParseUint(w, 10, 64)
	if err != nil {
		panic(fmt.Sprintf("grammar: argument %q is %q, which is no number", name, w))
	}
	return n
}

// Uint32 is the value of a number argument; 0 if not given.
func (a Args) Uint32(name string) uint32 { return uint32(a.Uint64(name)) }

// Int is the value of a number argument; 0 if not given.
func (a Args) Int(name string) int { return int(a.Uint64(name)) }
