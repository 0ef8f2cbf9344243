package esp

import (
	"encoding/binary"
	"net/netip"
	"sync/atomic"
)

// Inbound is a live association that packets arrive by. All methods may be
// called from any goroutine.
type Inbound struct {
	tally
	limits
	spi       uint32
	suite     Suite
	mode      Mode
	transform transform
	window    window
	ends      atomic.Pointer[ends]
}

// NewInbound makes the live association of p, which must not be made again: it
// would take for new what has been here.
func NewInbound(p Parameters) (*Inbound, error) {
	t, err := newTransform(&p)
	if err != nil {
		return nil, err
	}
	size := min(p.Window, maxWindow)
	i := &Inbound{spi: p.SPI, suite: p.Suite, mode: p.Mode, transform: t, limits: newLimits(&p),
		window: window{size: uint64(max(size, 0)), esn: p.ESN}}
	i.Move(p.Local, p.Peer)
	return i, nil
}

// SPI is the association's index here.
func (i *Inbound) SPI() uint32 { return i.spi }

// Front is how many octets are in front of a payload.
func (i *Inbound) Front() int { return headerLen + i.suite.ivLen() }

// Mode is what it unwraps.
func (i *Inbound) Mode() Mode { return i.mode }

// Peer is whom its packets come from.
func (i *Inbound) Peer() netip.AddrPort { return i.ends.Load().peer }

// Local is where they come to.
func (i *Inbound) Local() netip.AddrPort { return i.ends.Load().local }

// Move changes whom packets come from.
func (i *Inbound) Move(local, peer netip.AddrPort) { i.ends.Store(&ends{local, peer}) }

// SPIOf reads the index of the association that b, which begins with an ESP
// header, is for.
func SPIOf(b []byte) (spi uint32, ok bool) {
	if len(b) < headerLen {
		return 0, false
	}
	return binary.BigEndian.Uint32(b), true
}

// Open verifies b, which begins with an ESP header, and decrypts it where it
// lies. The payload is what it protected, and next its protocol. Unless the
// fault is None nothing about the packet may be believed, and b may have been
// overwritten; the association has not changed except for its counters.
func (i *Inbound) Open(b []byte) (payload []byte, next uint8, f Fault) {
	icv := i.suite.ICVLen()
	front := i.Front()
	text := len(b) - front - icv
	if text < trailerLen || text%i.suite.blockLen() != 0 {
		return nil, 0, i.refuse(Truncated)
	}
	if i.spent(i.octets.Load()) {
		return nil, 0, i.refuse(Expired)
	}
	// RFC 4303 section 3.4.3: a cheap look before the costly one, and the window
	// moves only for what is authentic.
	sequence, f := i.window.guess(binary.BigEndian.Uint32(b[4:]))
	if f != None {
		return nil, 0, i.refuse(f)
	}
	if !i.transform.open(b, sequence) {
		return nil, 0, i.refuse(Forged)
	}
	if f := i.window.take(sequence); f != None {
		return nil, 0, i.refuse(f)
	}
	payload = b[front : front+text]
	padding, next := int(payload[text-2]), payload[text-1]
	if padding > text-trailerLen {
		return nil, 0, i.refuse(Padding)
	}
	i.measure(i.passed(text-trailerLen-padding), sequence, i.window.esn)
	if next == noNextHeader {
		return nil, 0, i.refuse(Dummy)
	}
	// What the padding holds is not looked at: it is authentic, and not all peers
	// write the numbers that RFC 4303 section 2.4 suggests.
	return payload[:text-trailerLen-padding], next, None
}

const noNextHeader = 59 // of a dummy packet

// Counters tells what the association has done.
func (i *Inbound) Counters() Counters { return i.read(i.window.top()) }
