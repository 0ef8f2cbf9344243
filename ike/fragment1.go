package ike

import "encoding/binary"

// Fragmentation of version 1 messages, as Cisco does it: whole messages, header
// and all, are cut, and each piece goes in a payload of its own.

const (
	pieceHead  = payloadHead1 + 4
	pieceSize  = 1200 // of a message, in one piece
	maxPieces1 = 16
	maxWhole1  = maxPieces1 * 2048
	lastPiece1 = 1
)

// pieces1 collects the pieces of one message.
type pieces1 struct {
	id    uint16
	parts map[uint8][]byte
	last  uint8 // number of the last one; 0: not seen
	size  int
}

// add takes a piece; whole is the message once it is complete.
func (p *pieces1) add(id uint16, number uint8, last bool, b []byte) (whole []byte, ok bool) {
	if number == 0 || number > maxPieces1 {
		return nil, false
	}
	if p.parts == nil || p.id != id {
		*p = pieces1{id: id, parts: map[uint8][]byte{}}
	}
	if p.parts[number] != nil || p.size+len(b) > maxWhole1 {
		return nil, false
	}
	if p.parts[number] = append([]byte{}, b...); last {
		p.last = number
	}
	p.size += len(b)
	if p.last == 0 || len(p.parts) != int(p.last) {
		return nil, false
	}
	for i := uint8(1); i <= p.last; i++ {
		if p.parts[i] == nil {
			return nil, false
		}
		whole = append(whole, p.parts[i]...)
	}
	*p = pieces1{}
	return whole, true
}

// collect takes a piece of a message.
func (x *sa1) collect(h header, in Receive) {
	e := x.e
	body := in.Packet[headerSize:]
	if !e.config.Fragmentation || len(body) < pieceHead {
		e.drop(dropMalformed)
		return
	}
	n := int(binary.BigEndian.Uint16(body[2:]))
	if n < pieceHead || n > len(body) {
		e.drop(dropMalformed)
		return
	}
	whole, ok := x.pieces.add(binary.BigEndian.Uint16(body[payloadHead1:]), body[payloadHead1+2], body[payloadHead1+3]&lastPiece1 != 0, body[pieceHead:n])
	if !ok {
		return
	}
	inner, ok := decodeHeader(whole)
	if !ok || inner.next == byte(fragment1) || inner.initiator != h.initiator || inner.major != 1 {
		e.drop(dropMalformed)
		return
	}
	in.Packet = whole[:inner.length]
	x.receive(inner, in)
}

// transmit sends a message, in pieces if it is long and the peer takes them.
func (x *sa1) transmit(packet []byte) {
	if len(packet) <= pieceSize || !x.can.fragments || !x.e.config.Fragmentation {
		x.send(packet)
		return
	}
	h, _ := decodeHeader(packet)
	h.next, h.flags, h.id = byte(fragment1), 0, 0
	x.lastPieces++
	for number := 1; len(packet) > 0; number++ {
		n := min(len(packet), pieceSize)
		last := byte(0)
		if n == len(packet) {
			last = lastPiece1
		}
		b := binary.BigEndian.AppendUint16([]byte{0, 0}, uint16(pieceHead+n))
		b = binary.BigEndian.AppendUint16(b, x.lastPieces)
		b = append(b, byte(number), last)
		x.send(h.encode(append(b, packet[:n]...)))
		packet = packet[n:]
	}
}
