package nhrp

import (
	"encoding/binary"
	"net/netip"
)

// CIE is a client information entry, RFC 2332 section 5.2.0.1: what a packet
// says about one client. An address that is the zero Addr has length zero on
// the wire; it then stands for the one in the packet's mandatory header.
type CIE struct {
	Code         Code
	PrefixLength uint8  // of Protocol; 255 with the unique flag
	MTU          uint16 // octets; 0 is unsaid
	HoldingTime  uint16 // seconds
	NBMA         netip.Addr
	Protocol     netip.Addr
	Preference   uint8
}

const (
	cieFixed = 12 // octets before the addresses

	// A packet about more clients than this is no registration but an attempt
	// to fill the cache.
	maxEntries = 128
)

// octets is how long a is on the wire.
func octets(a netip.Addr) int { return a.BitLen() / 8 }

func (c *CIE) octets() int { return cieFixed + octets(c.NBMA) + octets(c.Protocol) }

func (c *CIE) appendTo(b []byte, underlay, overlay Family) ([]byte, error) {
	if !underlay.holds(c.NBMA) || !overlay.holds(c.Protocol) {
		return nil, errAddressFamily
	}
	b = append(b, byte(c.Code), c.PrefixLength, 0, 0)
	b = binary.BigEndian.AppendUint16(b, c.MTU)
	b = binary.BigEndian.AppendUint16(b, c.HoldingTime)
	b = append(b, byte(octets(c.NBMA)), 0, byte(octets(c.Protocol)), c.Preference)
	return appendAddr(appendAddr(b, c.NBMA), c.Protocol), nil
}

// decodeCIEs appends to cies the entries that fill b. at is where b begins in
// the packet.
func decodeCIEs(cies []CIE, b []byte, at int, underlay, overlay Family) ([]CIE, error) {
	for len(b) > 0 {
		if len(b) < cieFixed {
			return nil, DecodeError{DropTruncated, at}
		}
		if len(cies) == maxEntries {
			return nil, DecodeError{DropTooManyEntries, at}
		}
		c := CIE{
			Code:         Code(b[0]),
			PrefixLength: b[1],
			MTU:          binary.BigEndian.Uint16(b[4:]),
			HoldingTime:  binary.BigEndian.Uint16(b[6:]),
			Preference:   b[11],
		}
		nbma, sub, protocol := b[8], b[9], int(b[10])
		if sub != 0 || nbma&0x40 != 0 {
			return nil, DecodeError{DropSubaddress, at + 8}
		}
		r := reader{b, cieFixed}
		var ok bool
		if c.NBMA, ok = r.addr(int(nbma), underlay); !ok {
			return nil, r.addressError(at, int(nbma))
		}
		if c.Protocol, ok = r.addr(protocol, overlay); !ok {
			return nil, r.addressError(at, protocol)
		}
		cies = append(cies, c)
		b, at = b[r.at:], at+r.at
	}
	return cies, nil
}

// reader walks over the addresses of a packet or an entry.
type reader struct {
	b  []byte
	at int
}

// addr takes an address of n octets, which is none if n is zero.
func (r *reader) addr(n int, f Family) (netip.Addr, bool) {
	if n == 0 {
		return netip.Addr{}, true
	}
	if n != f.octets() || len(r.b)-r.at < n {
		return netip.Addr{}, false
	}
	a, ok := netip.AddrFromSlice(r.b[r.at : r.at+n])
	r.at += n
	return a, ok
}

// addressError says why addr took no address of n octets.
func (r *reader) addressError(start, n int) error {
	if (n == 4 || n == 16) && len(r.b)-r.at < n {
		return DecodeError{DropTruncated, start + r.at}
	}
	return DecodeError{DropAddressLength, start + r.at}
}

func appendAddr(b []byte, a netip.Addr) []byte {
	switch {
	case a.Is4():
		x := a.As4()
		return append(b, x[:]...)
	case a.Is6():
		x := a.As16()
		return append(b, x[:]...)
	}
	return b
}
