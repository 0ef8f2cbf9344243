package ike

import "encoding/binary"

// Fragmentation of messages, RFC 7383.

// portionHead is the length of a fragment's number and of how many there are.
const portionHead = 4

// maxPortions bounds how many fragments a message may have, and with that what a
// peer can make us hold.
const maxPortions = 64

// overhead is what the network puts around a message: IP and UDP, and the marker
// on port 4500.
const (
	overhead4 = 20 + 8 + 4
	overhead6 = 40 + 8 + 4
)

// reassembly collects the fragments of one message.
type reassembly struct {
	id    uint32
	total uint16
	parts map[uint16][]byte
	first uint8 // type of the first payload
}

// drop forgets what was collected.
func (r *reassembly) drop() { *r = reassembly{} }

// add takes an authentic fragment; all is the whole text once it is complete.
func (r *reassembly) add(id uint32, number, total uint16, first uint8, text []byte) (all []byte, complete bool) {
	if number == 0 || number > total || total > maxPortions {
		return nil, false
	}
	// Who finds that less gets through begins anew with more (section 2.6).
	if r.parts == nil || r.id != id || r.total < total {
		*r = reassembly{id: id, total: total, parts: map[uint16][]byte{}}
	}
	if r.total != total || r.parts[number] != nil {
		return nil, false
	}
	r.parts[number] = append([]byte{}, text...)
	if number == 1 {
		r.first = first
	}
	if len(r.parts) < int(total) {
		return nil, false
	}
	for i := uint16(1); i <= total; i++ {
		all = append(all, r.parts[i]...)
	}
	return all, true
}

// portion writes the head of a fragment.
func portion(number, total int) []byte {
	b := binary.BigEndian.AppendUint16(nil, uint16(number))
	return binary.BigEndian.AppendUint16(b, uint16(total))
}

// room is how much text goes into a fragment if its packet is not to be longer
// than mtu.
func (s suite2) room(mtu int, v6 bool) int {
	overhead := overhead4
	if v6 {
		overhead = overhead6
	}
	n := mtu - overhead - headerSize - payloadHead - portionHead - s.cipher.ivSize() - s.checkSize()
	n -= n % s.cipher.blockSize()
	return max(n-1, 32) // the octet that tells the length of the padding
}
