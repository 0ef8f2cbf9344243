// Package gre reads and writes the header of generic routing encapsulation:
// RFC 2784, with the key and the sequence number of RFC 2890.
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//	|C|R|K|S| |  reserved    | version |         protocol type         |
//	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//	|     checksum (with C)         |      reserved1 (with C)         |
//	|                         key (with K)                            |
//	|                    sequence number (with S)                     |
//
// gre.go is the codec, fault.go names what a header can be refused for. A
// header lives as long as one packet: Parse reads it off the front of what
// arrived and says where the payload begins, Put writes one in front of what is
// to be sent.
//
// We send a key if the tunnel has one, and nothing else. A checksum that comes
// is verified. A sequence number that comes is read and not acted on: RFC 2890
// section 2.2 leaves reordering to the receiver, and a tunnel carries IP, which
// needs none. Left out: routing (RFC 1701), which RFC 2784 section 2.3 has
// receivers refuse, and version 1, which is PPTP.
package gre

import (
	"encoding/binary"

	"weft/dataplane/packet"
)

// Protocol types (the EtherTypes of IANA).
const (
	ProtocolIPv4 = 0x0800
	ProtocolNHRP = 0x2001
)

// MaxHeaderLen is the length of a header with everything in it.
const MaxHeaderLen = 16

const (
	bitChecksum = 0x8000
	bitRouting  = 0x4000
	bitKey      = 0x2000
	bitSequence = 0x1000
	// RFC 2784 section 2.3: a receiver must refuse bits 1 to 5 unless it
	// implements RFC 1701, and ignores 6 to 12. RFC 2890 gives meaning to 2 and 3.
	bitsRefused = 0x0c00
	maskVersion = 0x0007
)

// Header is what a GRE header says.
type Header struct {
	Protocol    uint16
	Key         uint32
	HasKey      bool
	HasChecksum bool
	Sequence    uint32
	HasSequence bool
}

// Len is the length of the header as Put writes it, in octets.
func (h Header) Len() int {
	n := 4
	if h.HasChecksum {
		n += 4
	}
	if h.HasKey {
		n += 4
	}
	if h.HasSequence {
		n += 4
	}
	return n
}

// Put writes the header to the first Len octets of b. With HasChecksum the
// payload must already stand behind it, up to the end of b.
func (h Header) Put(b []byte) {
	flags, at := uint16(0), 4
	binary.BigEndian.PutUint16(b[2:], h.Protocol)
	if h.HasChecksum {
		flags |= bitChecksum
		binary.BigEndian.PutUint32(b[at:], 0)
		at += 4
	}
	if h.HasKey {
		flags |= bitKey
		binary.BigEndian.PutUint32(b[at:], h.Key)
		at += 4
	}
	if h.HasSequence {
		flags |= bitSequence
		binary.BigEndian.PutUint32(b[at:], h.Sequence)
	}
	binary.BigEndian.PutUint16(b, flags)
	if h.HasChecksum {
		binary.BigEndian.PutUint16(b[4:], packet.Checksum(b))
	}
}

// Parse reads the header at the beginning of b and returns where the payload
// begins, or the fault for which the packet is to be dropped.
func Parse(b []byte) (h Header, payload int, fault Fault) {
	if len(b) < 4 {
		return Header{}, 0, Truncated
	}
	flags := binary.BigEndian.Uint16(b)
	switch {
	case flags&maskVersion != 0:
		return Header{}, 0, Version
	case flags&bitRouting != 0:
		return Header{}, 0, Routing
	case flags&bitsRefused != 0:
		return Header{}, 0, Reserved
	}
	h = Header{
		Protocol:    binary.BigEndian.Uint16(b[2:]),
		HasChecksum: flags&bitChecksum != 0,
		HasKey:      flags&bitKey != 0,
		HasSequence: flags&bitSequence != 0,
	}
	payload = h.Len()
	if len(b) < payload {
		return Header{}, 0, Truncated
	}
	at := 4
	if h.HasChecksum {
		// RFC 2784 section 2.5: over header and payload; reserved1 counts in
		// the sum and means nothing.
		if packet.Checksum(b) != 0 {
			return Header{}, 0, Checksum
		}
		at += 4
	}
	if h.HasKey {
		h.Key = binary.BigEndian.Uint32(b[at:])
		at += 4
	}
	if h.HasSequence {
		h.Sequence = binary.BigEndian.Uint32(b[at:])
	}
	return h, payload, None
}
