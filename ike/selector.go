package ike

import (
	"encoding/binary"
	"net/netip"
)

// protocolGRE is the protocol of a tunnel's packets.
const protocolGRE = 47

// span is a traffic selector as version 2 has it: ranges (RFC 7296 section
// 3.13.1).
type span struct {
	protocol          uint8 // 0: any
	firstPort, port   uint16
	firstAddr, toAddr netip.Addr
}

// hostGRE is the tunnel's traffic of one end.
func hostGRE(a netip.Addr) span {
	return span{protocol: protocolGRE, port: 0xffff, firstAddr: a, toAddr: a}
}

// Types of selectors.
const (
	selectorIPv4 = 7
	selectorIPv6 = 8
)

// decodeSpans reads a Traffic Selector payload. Selectors of other types are
// passed over (section 3.13.1).
func decodeSpans(b []byte) ([]span, bool) {
	if len(b) < 4 {
		return nil, false
	}
	count := int(b[0])
	b = b[4:]
	var all []span
	for range count {
		if len(b) < 8 {
			return nil, false
		}
		n := int(binary.BigEndian.Uint16(b[2:]))
		if n < 8 || n > len(b) {
			return nil, false
		}
		size := 0
		switch b[0] {
		case selectorIPv4:
			size = 4
		case selectorIPv6:
			size = 16
		}
		if size != 0 {
			if n != 8+2*size {
				return nil, false
			}
			s := span{protocol: b[1], firstPort: binary.BigEndian.Uint16(b[4:]), port: binary.BigEndian.Uint16(b[6:])}
			s.firstAddr, _ = netip.AddrFromSlice(b[8 : 8+size])
			s.toAddr, _ = netip.AddrFromSlice(b[8+size : n])
			all = append(all, s)
		}
		b = b[n:]
	}
	return all, len(b) == 0
}

func encodeSpans(kind uint8, all ...span) payload {
	b := []byte{byte(len(all)), 0, 0, 0}
	for _, s := range all {
		t, first := byte(selectorIPv6), s.firstAddr.AsSlice()
		if s.firstAddr.Is4() {
			t = selectorIPv4
		}
		b = append(b, t, s.protocol)
		b = binary.BigEndian.AppendUint16(b, uint16(8+2*len(first)))
		b = binary.BigEndian.AppendUint16(b, s.firstPort)
		b = binary.BigEndian.AppendUint16(b, s.port)
		b = append(append(b, first...), s.toAddr.AsSlice()...)
	}
	return payload{kind: kind, body: b}
}

func (s span) contains(a netip.Addr) bool {
	return s.firstAddr.BitLen() == a.BitLen() && s.firstAddr.Compare(a) <= 0 && a.Compare(s.toAddr) <= 0
}

// narrow picks the selector of one end's tunnel traffic out of those offered: of
// host, protocol 47, and with all ports before one with some, for Linux asks for
// the key of a GRE tunnel as if it were ports and means the one beside it. host
// is the end's address as it wrote it itself; ok is false if none fits.
func narrow(offered []span, host netip.Addr) (span, bool) {
	var best span
	found := false
	for _, s := range offered {
		if !s.contains(host) || s.protocol != 0 && s.protocol != protocolGRE || s.firstPort > s.port {
			continue
		}
		s.protocol, s.firstAddr, s.toAddr = protocolGRE, host, host
		if !found || s.port-s.firstPort > best.port-best.firstPort {
			best, found = s, true
		}
	}
	return best, found
}

// single returns the one address that the first selector is about: behind a
// translator an end writes the address that it has itself (section 2.23.1).
func single(offered []span) (netip.Addr, bool) {
	if len(offered) == 0 || offered[0].firstAddr != offered[0].toAddr {
		return netip.Addr{}, false
	}
	return offered[0].firstAddr, true
}

// at is the same traffic of another host.
func (s span) at(host netip.Addr) span {
	s.firstAddr, s.toAddr = host, host
	return s
}

// selector is how a span is shown.
func (s span) selector() Selector {
	return Selector{netip.PrefixFrom(s.firstAddr, s.firstAddr.BitLen()), s.protocol, s.firstPort}
}
