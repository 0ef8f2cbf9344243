package esp

import (
	"encoding/binary"
	"math"
	"net/netip"
	"sync/atomic"

	"weft/dataplane/packet"
)

// Outbound is a live association that packets leave by. All methods may be
// called from any goroutine.
type Outbound struct {
	tally
	limits
	spi       uint32
	suite     Suite
	mode      Mode
	esn       bool
	transform transform
	sequence  atomic.Uint64 // of the latest packet
	ends      atomic.Pointer[ends]
}

// ends are the outer addresses.
type ends struct{ local, peer netip.AddrPort }

// Header is what the outer IPv4 header says beside the addresses.
type Header struct {
	TOS          uint8
	TTL          uint8
	ID           uint16
	DontFragment bool
}

// NewOutbound makes the one live association of p, which must not be made
// again: its sequence numbers would come again too.
func NewOutbound(p Parameters) (*Outbound, error) {
	t, err := newTransform(&p)
	if err != nil {
		return nil, err
	}
	o := &Outbound{spi: p.SPI, suite: p.Suite, mode: p.Mode, esn: p.ESN, transform: t, limits: newLimits(&p)}
	o.Move(p.Local, p.Peer)
	return o, nil
}

// SPI is the association's index at the peer.
func (o *Outbound) SPI() uint32 { return o.spi }

// Mode is what it wraps.
func (o *Outbound) Mode() Mode { return o.mode }

// Peer is where packets go.
func (o *Outbound) Peer() netip.AddrPort { return o.ends.Load().peer }

// Local is where packets come from.
func (o *Outbound) Local() netip.AddrPort { return o.ends.Load().local }

// Move changes where packets come from and go to.
func (o *Outbound) Move(local, peer netip.AddrPort) { o.ends.Store(&ends{local, peer}) }

// Head is how many octets Seal writes in front of a payload.
func (o *Outbound) Head() int {
	return outerLen(o.ends.Load().peer) + headerLen + o.suite.ivLen()
}

// Tail is how many octets Seal writes behind a payload of n.
func (o *Outbound) Tail(n int) int {
	return o.suite.padding(n) + trailerLen + o.suite.ICVLen()
}

// outerLen is the octets of the headers in front of ESP's own.
func outerLen(peer netip.AddrPort) int {
	if peer.Port() != 0 {
		return packet.IPv4HeaderLen + packet.UDPHeaderLen
	}
	return packet.IPv4HeaderLen
}

// Seal protects the payload that begins at octet at of b and reaches to its end;
// next is its protocol. There must be Head octets in front of it, and capacity
// for Tail octets behind it. It returns the outer packet, which lies in b.
func (o *Outbound) Seal(b []byte, at int, next uint8, h Header) ([]byte, Fault) {
	e := o.ends.Load()
	n := len(b) - at
	start := at - o.suite.ivLen() - headerLen - outerLen(e.peer)
	end := len(b) + o.Tail(n)
	if end-start > packet.MaxIPv4 {
		return nil, o.refuse(Oversize)
	}
	if o.spent(o.octets.Load()) {
		return nil, o.refuse(Expired)
	}
	// RFC 4303 section 3.3.3: the number must not come round.
	sequence := o.sequence.Add(1)
	if !o.esn && sequence > math.MaxUint32 {
		o.cross(Hard)
		return nil, o.refuse(Exhausted)
	}
	b = b[:end]
	o.trail(b[at:], n, next)
	sealed := b[at-o.suite.ivLen()-headerLen:]
	binary.BigEndian.PutUint32(sealed, o.spi)
	binary.BigEndian.PutUint32(sealed[4:], uint32(sequence))
	o.transform.seal(sealed, sequence)
	o.measure(o.passed(n), sequence, o.esn)
	putOuter(b[start:], e, h)
	return b[start:], None
}

// trail writes padding, its length and the next header behind n octets of
// payload, RFC 4303 section 2.4.
func (o *Outbound) trail(b []byte, n int, next uint8) {
	padding := o.suite.padding(n)
	for i := range padding {
		b[n+i] = byte(i + 1)
	}
	b[n+padding], b[n+padding+1] = byte(padding), next
}

// padding makes n octets and the trailer whole blocks.
func (s Suite) padding(n int) int {
	block := s.blockLen()
	return (block - (n+trailerLen)%block) % block
}

// putOuter writes the IPv4 header and, for a peer with a port, the UDP header of
// RFC 3948 section 2.1, which has no checksum.
func putOuter(b []byte, e *ends, h Header) {
	out := packet.IPv4Header{
		TOS: h.TOS, TotalLen: len(b), ID: h.ID, DontFragment: h.DontFragment, TTL: h.TTL, Protocol: packet.ProtocolESP,
		Source: e.local.Addr(), Destination: e.peer.Addr(),
	}
	if e.peer.Port() != 0 {
		out.Protocol = packet.ProtocolUDP
		packet.PutUDP(b[packet.IPv4HeaderLen:], e.local.Port(), e.peer.Port())
	}
	out.Put(b)
}

// Counters tells what the association has done.
func (o *Outbound) Counters() Counters { return o.read(o.sequence.Load()) }
