package ike

import "encoding/binary"

// Types of payloads of version 2 (RFC 7296 section 3.2, RFC 7383).
const (
	payloadNone    = 0
	payloadSA      = 33
	payloadKE      = 34
	payloadIDi     = 35
	payloadIDr     = 36
	payloadAuth    = 39
	payloadNonce   = 40
	payloadNotify  = 41
	payloadDelete  = 42
	payloadVendor  = 43
	payloadTSi     = 44
	payloadTSr     = 45
	payloadSealed  = 46 // SK
	payloadEAP     = 48
	payloadPortion = 53 // SKF
)

// Exchanges of version 2 (section 3.1).
const (
	exchangeInit   = 34
	exchangeAuth   = 35
	exchangeCreate = 36
	exchangeInform = 37
)

// payloadHead is the length of the generic header (section 3.2).
const payloadHead = 4

// maxPayloads bounds what one message may make us look at.
const maxPayloads = 64

// payload is one of a message. body is without the generic header.
type payload struct {
	kind     uint8
	critical bool
	body     []byte
	inside   uint8 // of a sealed one: the type of the first payload in it
}

// decodePayloads reads a chain of payloads. A sealed one is the last (section 3.14).
func decodePayloads(first uint8, b []byte) ([]payload, bool) {
	var all []payload
	for kind := first; kind != payloadNone; {
		if len(b) < payloadHead || len(all) == maxPayloads {
			return nil, false
		}
		n := int(binary.BigEndian.Uint16(b[2:]))
		if n < payloadHead || n > len(b) {
			return nil, false
		}
		p := payload{kind: kind, critical: b[1]&0x80 != 0, body: b[payloadHead:n:n]}
		kind = b[0]
		if p.kind == payloadSealed || p.kind == payloadPortion {
			p.inside, kind = kind, payloadNone
		}
		all = append(all, p)
		b = b[n:]
	}
	return all, len(b) == 0
}

// encodePayloads writes a chain of payloads and returns the type of the first.
func encodePayloads(all []payload) (first uint8, b []byte) {
	for i, p := range all {
		next := p.inside
		if i+1 < len(all) {
			next = all[i+1].kind
		}
		flags := byte(0)
		if p.critical {
			flags = 0x80
		}
		b = append(b, next, flags)
		b = binary.BigEndian.AppendUint16(b, uint16(payloadHead+len(p.body)))
		b = append(b, p.body...)
	}
	if len(all) > 0 {
		first = all[0].kind
	}
	return first, b
}

// understood tells the payloads that we know, and those of the standard that we
// may pass over though they be critical: certificates, configuration.
func understood(kind uint8) bool {
	return kind >= payloadSA && kind <= payloadEAP || kind == payloadPortion
}

// message is a message of version 2 whose payloads are in clear.
type message struct {
	header
	payloads []payload
	notifies []notify
	from     Receive // its sender and whole text
}

// parse reads the notifications of the payloads. ok is false if one is
// malformed.
func (m *message) parse() (ok bool) {
	for _, p := range m.payloads {
		if p.kind != payloadNotify {
			continue
		}
		n, ok := decodeNotify(p.body)
		if !ok {
			return false
		}
		m.notifies = append(m.notifies, n)
	}
	return true
}

// body returns the first payload of a type.
func (m *message) body(kind uint8) ([]byte, bool) {
	for _, p := range m.payloads {
		if p.kind == kind {
			return p.body, true
		}
	}
	return nil, false
}

// strange returns the first payload that we do not know and must (section 2.5).
func (m *message) strange() (kind uint8, found bool) {
	for _, p := range m.payloads {
		if p.critical && !understood(p.kind) {
			return p.kind, true
		}
	}
	return 0, false
}

// notified returns the first notification of a type.
func (m *message) notified(kind noticeType) (notify, bool) {
	for _, n := range m.notifies {
		if n.kind == kind {
			return n, true
		}
	}
	return notify{}, false
}

// complaint returns the first notification that is an error.
func (m *message) complaint() (notify, bool) {
	for _, n := range m.notifies {
		if n.kind < noticeInitialContact {
			return n, true
		}
	}
	return notify{}, false
}
