package eigrp

import (
	"encoding/binary"
	"fmt"
	"net/netip"
)

// Opcode is what a packet is (RFC 7868 section 6.3).
type Opcode uint8

const (
	Update   Opcode = 1
	Request  Opcode = 2
	Query    Opcode = 3
	Reply    Opcode = 4
	Hello    Opcode = 5
	SIAQuery Opcode = 10
	SIAReply Opcode = 11
)

// String names the packet as debug does.
func (o Opcode) String() string {
	switch o {
	case Update:
		return "UPDATE"
	case Request:
		return "REQUEST"
	case Query:
		return "QUERY"
	case Reply:
		return "REPLY"
	case Hello:
		return "HELLO"
	case SIAQuery:
		return "SIAQUERY"
	case SIAReply:
		return "SIAREPLY"
	}
	return fmt.Sprintf("OPCODE %d", uint8(o))
}

// Flags of the header (section 6.3).
const (
	flagInit    = 0x1
	flagReceive = 0x2 // conditional receive
	flagRestart = 0x4
	flagEnd     = 0x8 // end of table
)

const (
	version    = 2
	headerSize = 20
	tlvHead    = 4
)

// packet is what travels: the header, and the TLVs behind it.
type packet struct {
	opcode   Opcode
	flags    uint32
	sequence uint32
	ack      uint32
	router   uint16 // virtual router
	as       uint16

	parameters *parameters
	release    *release
	stub       *Stub
	goodbye    bool // everybody: all K values are 255
	ended      []netip.Addr
	sequences  []netip.Addr // who is not to take the next multicast
	next       uint32       // its number
	routes     []route
	auth       *authTLV
	unknown    int
}

// parameters are the K values and the holding time.
type parameters struct {
	weights Weights
	hold    uint16 // seconds
}

// release is what software speaks, and which TLVs.
type release struct{ software, tlv [2]uint8 }

// Types of TLVs (section 6.5 and 6.6; tshark knows the same numbers).
const (
	tlvParameters  = 0x0001
	tlvAuth        = 0x0002
	tlvSequence    = 0x0003
	tlvRelease     = 0x0004
	tlvNext        = 0x0005
	tlvStub        = 0x0006
	tlvTermination = 0x0007
	tlvTopologies  = 0x0008
	tlvInternal    = 0x0102
	tlvExternal    = 0x0103
	internalHead   = 4 + 16
	externalHead   = 4 + 20 + 16
	maxRoutes      = 4096
)

// route is one destination of a packet.
type route struct {
	prefix   netip.Prefix
	nextHop  netip.Addr // zero: who sent it
	metric   Vector
	flags    uint8
	external *External
}

// External is what is said of a route from another protocol.
type External struct {
	Router   netip.Addr
	AS       uint32
	Tag      uint32
	Metric   uint32
	Protocol Protocol
	Flags    uint8
}

// decode reads a packet. The error says what is wrong, in a few words that count.
func decode(b []byte) (*packet, error) {
	if len(b) < headerSize {
		return nil, errTruncated
	}
	if b[0] != version {
		return nil, errVersion
	}
	if checksum(b) != 0 {
		return nil, errChecksum
	}
	p := &packet{opcode: Opcode(b[1]), flags: binary.BigEndian.Uint32(b[4:]), sequence: binary.BigEndian.Uint32(b[8:]),
		ack: binary.BigEndian.Uint32(b[12:]), router: binary.BigEndian.Uint16(b[16:]), as: binary.BigEndian.Uint16(b[18:])}
	for at := headerSize; at < len(b); {
		if len(b)-at < tlvHead {
			return nil, errTLV
		}
		kind, n := binary.BigEndian.Uint16(b[at:]), int(binary.BigEndian.Uint16(b[at+2:]))
		if n < tlvHead || n > len(b)-at {
			return nil, errTLV
		}
		if err := p.tlv(kind, b[at+tlvHead:at+n], at); err != nil {
			return nil, err
		}
		at += n
	}
	return p, nil
}

// tlv takes one TLV, whose value begins at v; at is where the TLV stands.
func (p *packet) tlv(kind uint16, v []byte, at int) error {
	switch kind {
	case tlvParameters:
		if len(v) < 8 {
			return errTLV
		}
		p.parameters = &parameters{Weights(v[:6]), binary.BigEndian.Uint16(v[6:])}
		p.goodbye = [5]uint8(v[:5]) == [5]uint8{255, 255, 255, 255, 255}
	case tlvAuth:
		if p.auth != nil || at != headerSize {
			return errTLV
		}
		auth, err := decodeAuth(v)
		if err != nil {
			return err
		}
		p.auth = auth
	case tlvSequence:
		list, err := decodeAddresses(v)
		if err != nil {
			return err
		}
		p.sequences = list
	case tlvRelease:
		if len(v) < 4 {
			return errTLV
		}
		p.release = &release{[2]uint8(v[:2]), [2]uint8(v[2:4])}
	case tlvNext:
		if len(v) < 4 {
			return errTLV
		}
		p.next = binary.BigEndian.Uint32(v)
	case tlvStub:
		if len(v) < 2 {
			return errTLV
		}
		p.stub = decodeStub(binary.BigEndian.Uint16(v))
	case tlvTermination:
		list, err := decodeAddresses(v)
		if err != nil {
			return err
		}
		p.ended = list
	case tlvInternal, tlvExternal:
		return p.decodeRoutes(kind == tlvExternal, v)
	case tlvTopologies:
	default:
		p.unknown++
	}
	return nil
}

// decodeAddresses reads a list of addresses, each with its length in front.
func decodeAddresses(v []byte) (list []netip.Addr, err error) {
	for ; len(v) > 0; v = v[5:] {
		if len(v) < 5 || v[0] != 4 {
			return nil, errTLV
		}
		list = append(list, netip.AddrFrom4([4]byte(v[1:5])))
	}
	return list, nil
}

// decodeRoutes reads the destinations of one TLV: they share the metric.
func (p *packet) decodeRoutes(external bool, v []byte) error {
	r := route{}
	if len(v) < 4 {
		return errTLV
	}
	r.nextHop = netip.AddrFrom4([4]byte(v[:4]))
	if r.nextHop.IsUnspecified() {
		r.nextHop = netip.Addr{}
	}
	v = v[4:]
	if external {
		if len(v) < 20 {
			return errTLV
		}
		r.external = &External{Router: netip.AddrFrom4([4]byte(v[:4])), AS: binary.BigEndian.Uint32(v[4:]), Tag: binary.BigEndian.Uint32(v[8:]),
			Metric: binary.BigEndian.Uint32(v[12:]), Protocol: Protocol(v[18]), Flags: v[19]}
		v = v[20:]
	}
	if len(v) < 16 {
		return errTLV
	}
	r.metric = Vector{Delay: binary.BigEndian.Uint32(v), Bandwidth: binary.BigEndian.Uint32(v[4:]), MTU: uint32(v[8])<<16 | uint32(v[9])<<8 | uint32(v[10]),
		Hops: v[11], Reliability: v[12], Load: v[13]}
	r.flags = v[15] // behind the internal tag, which nobody sets
	for v = v[16:]; len(v) > 0; {
		bits := int(v[0])
		n := (bits + 7) / 8
		if bits > 32 || len(v) < 1+n || len(p.routes) >= maxRoutes {
			return errTLV
		}
		var a [4]byte
		copy(a[:], v[1:1+n])
		r.prefix = netip.PrefixFrom(netip.AddrFrom4(a), bits).Masked()
		p.routes = append(p.routes, r)
		v = v[1+n:]
	}
	return nil
}

// encode writes the packet, without authentication.
func (p *packet) encode() []byte {
	b := make([]byte, headerSize, 64)
	b[0], b[1] = version, byte(p.opcode)
	binary.BigEndian.PutUint32(b[4:], p.flags)
	binary.BigEndian.PutUint32(b[8:], p.sequence)
	binary.BigEndian.PutUint32(b[12:], p.ack)
	binary.BigEndian.PutUint16(b[16:], p.router)
	binary.BigEndian.PutUint16(b[18:], p.as)
	if p.parameters != nil {
		v := append([]byte{}, p.parameters.weights[:]...)
		b = appendTLV(b, tlvParameters, binary.BigEndian.AppendUint16(v, p.parameters.hold))
	}
	if len(p.sequences) > 0 {
		b = appendTLV(b, tlvSequence, encodeAddresses(p.sequences))
	}
	if p.release != nil {
		b = appendTLV(b, tlvRelease, []byte{p.release.software[0], p.release.software[1], p.release.tlv[0], p.release.tlv[1]})
	}
	if p.next != 0 {
		b = appendTLV(b, tlvNext, binary.BigEndian.AppendUint32(nil, p.next))
	}
	if p.stub != nil {
		b = appendTLV(b, tlvStub, binary.BigEndian.AppendUint16(nil, p.stub.encode()))
	}
	if len(p.ended) > 0 {
		b = appendTLV(b, tlvTermination, encodeAddresses(p.ended))
	}
	for _, r := range p.routes {
		b = r.append(b)
	}
	seal(b)
	return b
}

func encodeAddresses(list []netip.Addr) (v []byte) {
	for _, a := range list {
		v = append(append(v, 4), a.AsSlice()...)
	}
	return v
}

func appendTLV(b []byte, kind uint16, v []byte) []byte {
	b = binary.BigEndian.AppendUint16(b, kind)
	b = binary.BigEndian.AppendUint16(b, uint16(tlvHead+len(v)))
	return append(b, v...)
}

// size is how long the route is on the wire.
func (r *route) size() int {
	n := internalHead
	if r.external != nil {
		n = externalHead
	}
	return n + tlvHead + 1 + (r.prefix.Bits()+7)/8
}

func (r *route) append(b []byte) []byte {
	kind := uint16(tlvInternal)
	next := [4]byte{}
	if r.nextHop.Is4() {
		next = r.nextHop.As4()
	}
	v := append([]byte{}, next[:]...)
	if x := r.external; x != nil {
		kind = tlvExternal
		router := [4]byte{}
		if x.Router.Is4() {
			router = x.Router.As4()
		}
		v = append(v, router[:]...)
		v = binary.BigEndian.AppendUint32(v, x.AS)
		v = binary.BigEndian.AppendUint32(v, x.Tag)
		v = binary.BigEndian.AppendUint32(v, x.Metric)
		v = append(v, 0, 0, byte(x.Protocol), x.Flags)
	}
	m := r.metric
	v = binary.BigEndian.AppendUint32(v, m.Delay)
	v = binary.BigEndian.AppendUint32(v, m.Bandwidth)
	v = append(v, byte(m.MTU>>16), byte(m.MTU>>8), byte(m.MTU), m.Hops, m.Reliability, m.Load, 0, r.flags)
	bits := r.prefix.Bits()
	a := r.prefix.Addr().As4()
	v = append(append(v, byte(bits)), a[:(bits+7)/8]...)
	return appendTLV(b, kind, v)
}

// Bits of the stub TLV.
const (
	stubConnected     = 0x01
	stubStatic        = 0x02
	stubSummary       = 0x04
	stubRedistributed = 0x08
	stubReceiveOnly   = 0x20
)

func decodeStub(bits uint16) *Stub {
	return &Stub{Connected: bits&stubConnected != 0, Static: bits&stubStatic != 0, Summary: bits&stubSummary != 0,
		Redistributed: bits&stubRedistributed != 0, ReceiveOnly: bits&stubReceiveOnly != 0}
}

func (s *Stub) encode() (bits uint16) {
	for bit, on := range map[uint16]bool{stubConnected: s.Connected, stubStatic: s.Static, stubSummary: s.Summary, stubRedistributed: s.Redistributed, stubReceiveOnly: s.ReceiveOnly} {
		if on {
			bits |= bit
		}
	}
	return bits
}

// checksum is the Internet checksum; of a packet that has its own in it, zero.
func checksum(b []byte) uint16 {
	var sum uint32
	for i := 0; i+1 < len(b); i += 2 {
		sum += uint32(b[i])<<8 | uint32(b[i+1])
	}
	if len(b)%2 == 1 {
		sum += uint32(b[len(b)-1]) << 8
	}
	for sum>>16 != 0 {
		sum = sum&0xffff + sum>>16
	}
	return ^uint16(sum)
}

// seal puts the checksum in.
func seal(b []byte) {
	b[2], b[3] = 0, 0
	binary.BigEndian.PutUint16(b[2:], checksum(b))
}
