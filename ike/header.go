package ike

import "encoding/binary"

// headerSize is the length of the header, the same in both versions: RFC 2408
// section 3.1, RFC 7296 section 3.1.
const headerSize = 28

// header is what every message begins with. In version 1 the SPIs are the
// cookies, and bits of the flags mean other things.
type header struct {
	initiator, responder uint64 // SPIs
	next                 uint8  // type of the first payload
	major                uint8  // version
	exchange             uint8
	flags                uint8
	id                   uint32 // message id
	length               uint32
}

// Flags.
const (
	flagEncrypted1 = 0x01 // version 1: E
	flagInitiator  = 0x08 // version 2: I
	flagVersion    = 0x10 // version 2: V
	flagResponse   = 0x20 // version 2: R
)

// decodeHeader reads the header of a message. ok is false if the message is
// shorter than its header says, or has none. Octets beyond the length are none of it.
func decodeHeader(b []byte) (h header, ok bool) {
	if len(b) < headerSize {
		return header{}, false
	}
	h = header{
		initiator: binary.BigEndian.Uint64(b), responder: binary.BigEndian.Uint64(b[8:]),
		next: b[16], major: b[17] >> 4, exchange: b[18], flags: b[19],
		id: binary.BigEndian.Uint32(b[20:]), length: binary.BigEndian.Uint32(b[24:]),
	}
	return h, h.length >= headerSize && int64(h.length) <= int64(len(b))
}

// append puts the header before the payloads of a message, and its length in it.
func (h header) encode(payloads []byte) []byte {
	b := make([]byte, headerSize, headerSize+len(payloads))
	h.length = uint32(headerSize + len(payloads))
	h.put(b)
	return append(b, payloads...)
}

func (h header) put(b []byte) {
	binary.BigEndian.PutUint64(b, h.initiator)
	binary.BigEndian.PutUint64(b[8:], h.responder)
	b[16], b[17], b[18], b[19] = h.next, h.major<<4, h.exchange, h.flags
	binary.BigEndian.PutUint32(b[20:], h.id)
	binary.BigEndian.PutUint32(b[24:], h.length)
}
