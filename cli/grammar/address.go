package grammar

import (
	"net/netip"
	"strings"
)

// scanV4 reads dotted decimal. No octet has a leading zero, which some would read
// as octal; one in front of the whole address spoils all of it, as IOS has it.
func scanV4(text string) (addr netip.Addr, taken, good int) {
	var octets [4]byte
	i := 0
	for o := range octets {
		if o > 0 {
			if i == len(text) || text[i] != '.' {
				return addr, 0, i
			}
			i++
		}
		n, start := 0, i
		for ; i < len(text) && '0' <= text[i] && text[i] <= '9'; i++ {
			if o == 0 && i > start && n == 0 {
				return addr, 0, 0 // no address begins so
			}
			if i > start && n == 0 || n*10+int(text[i]-'0') > 255 {
				return addr, 0, i
			}
			n = n*10 + int(text[i]-'0')
		}
		if i == start {
			return addr, 0, i
		}
		octets[o] = byte(n)
	}
	return netip.AddrFrom4(octets), i, i
}

func parseV4(text string) (string, int, int) {
	_, taken, good := scanV4(text)
	return text[:taken], taken, good
}

// parseMask takes a mask whose ones are all in front.
func parseMask(text string) (string, int, int) {
	addr, taken, good := scanV4(text)
	if taken == 0 {
		return "", 0, good
	}
	b := addr.As4()
	zeros := ^(uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3]))
	if zeros&(zeros+1) != 0 {
		return "", 0, 0 // the whole mask is wrong, not one digit of it
	}
	return text[:taken], taken, good
}

func parseV4Prefix(text string) (string, int, int) {
	_, taken, good := scanV4(text)
	if taken == 0 {
		return "", 0, good
	}
	return prefixLength(text, text[:taken], taken, 32)
}

// prefixLength reads the "/nn" at text[at:], behind the address.
func prefixLength(text, addr string, at int, most uint64) (string, int, int) {
	if at == len(text) || text[at] != '/' {
		return "", 0, at
	}
	n, digits, fits := number(text[at+1:])
	switch {
	case digits == 0 || !fits || n > most:
		return "", 0, at + 1
	case digits > 1 && text[at+1] == '0':
		return "", 0, at + 2
	}
	end := at + 1 + digits
	return addr + text[at:end], end, end
}

// scanV6 reads an IPv6 address; its canonical form is RFC 5952 with capitals,
// as routers print it.
func scanV6(text string) (canonical string, taken, good int) {
	end := 0
	for end < len(text) && (text[end] == ':' || text[end] == '.' || isHex(text[end])) {
		end++
	}
	addr, err := netip.ParseAddr(text[:end])
	if err != nil || !addr.Is6() {
		return "", 0, beginsV6(text[:end])
	}
	return strings.ToUpper(addr.String()), end, end
}

// beginsV6 returns how many bytes of s could begin an IPv6 address: digits in
// groups of four, and not two pairs of colons.
func beginsV6(s string) int {
	digits, pairs := 0, 0
	for i := range len(s) {
		switch {
		case isHex(s[i]):
			if digits++; digits > 4 {
				return i
			}
		case s[i] == ':':
			if i > 0 && s[i-1] == ':' {
				pairs++
			}
			if pairs > 1 || i > 1 && s[i-2:i] == "::" {
				return i
			}
			digits = 0
		default:
			return i
		}
	}
	if strings.IndexByte(s, ':') < 0 && digits < len(s) {
		return digits
	}
	return len(s)
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func parseV6(text string) (string, int, int) { return scanV6(text) }

func parseV6Prefix(text string) (string, int, int) {
	addr, taken, good := scanV6(text)
	if taken == 0 {
		return "", 0, good
	}
	return prefixLength(text, addr, taken, 128)
}
