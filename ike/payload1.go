package ike

import "encoding/binary"

// kind1 is the type of a payload of version 1 (RFC 2408 section 3.1; RFC 3947
// section 3.2 for those about translators, with the numbers of its drafts).
type kind1 uint8

const (
	none1        kind1 = 0
	security1    kind1 = 1
	key1         kind1 = 4
	identity1    kind1 = 5
	hash1        kind1 = 8
	nonce1       kind1 = 10
	notify1      kind1 = 11
	delete1      kind1 = 12
	vendor1      kind1 = 13
	natD1        kind1 = 20
	natOA1       kind1 = 21
	natDDraft1   kind1 = 130
	natOADraft1  kind1 = 131
	fragment1    kind1 = 132
	payloadHead1       = 4
)

// part1 is a payload: its type, and its body behind the generic header.
type part1 struct {
	kind kind1
	body []byte
}

// parts1 are the payloads of a message, in order.
type parts1 []part1

// maxParts1 bounds how many payloads a message may have.
const maxParts1 = 64

// decodeParts1 reads a chain of payloads. size is where it ends: what is behind it
// is padding. The bodies share b.
func decodeParts1(first kind1, b []byte) (list parts1, size int, ok bool) {
	for next := first; next != none1; {
		if len(b)-size < payloadHead1 || len(list) == maxParts1 {
			return nil, 0, false
		}
		n := int(binary.BigEndian.Uint16(b[size+2:]))
		if n < payloadHead1 || n > len(b)-size {
			return nil, 0, false
		}
		list = append(list, part1{next, b[size+payloadHead1 : size+n]})
		next = kind1(b[size])
		size += n
	}
	return list, size, true
}

// encode writes the chain; first is the type for whatever is in front of it.
func (l parts1) encode() (first kind1, b []byte) {
	for i, p := range l {
		next := none1
		if i+1 < len(l) {
			next = l[i+1].kind
		}
		b = append(b, byte(next), 0)
		b = binary.BigEndian.AppendUint16(b, uint16(payloadHead1+len(p.body)))
		b = append(b, p.body...)
	}
	if len(l) > 0 {
		first = l[0].kind
	}
	return first, b
}

// body returns the first payload of a kind.
func (l parts1) body(k kind1) ([]byte, bool) {
	for _, p := range l {
		if p.kind == k {
			return p.body, true
		}
	}
	return nil, false
}

// all returns every payload of a kind.
func (l parts1) all(kinds ...kind1) (bodies [][]byte) {
	for _, p := range l {
		for _, k := range kinds {
			if p.kind == k {
				bodies = append(bodies, p.body)
			}
		}
	}
	return bodies
}

// The domain of interpretation of IPsec, and the situation that identities are
// in the payloads of that name (RFC 2407 sections 4.2 and 4.6.1).
const (
	domainIPsec      = 1
	situationPlain   = 1
	protocolISAKMP1  = 1
	protocolESP1     = 3
	cookiesSize      = 16
	notifyHead       = 8
	identityHead     = 4
	attributeShort   = 0x8000
	proposalHead1    = 8
	transformHead1   = 8
	securityHead1    = 8
	transformKeyIKE  = 1
	maxTransforms1   = 256
	maxIdentitySize1 = 1024
)

// notice1 is a Notification payload (RFC 2408 section 3.14).
type notice1 struct {
	protocol uint8
	kind     uint16
	spi      []byte
	data     []byte
}

// Notifications that we send or act on (RFC 2408 section 3.14.1, RFC 2407
// section 4.6.3, RFC 3706 section 5.2).
const (
	noticeInvalidSPI1        = 11
	noticeNoProposal1        = 14
	noticeInvalidID1         = 18
	noticeAuthentication1    = 24
	noticeResponderLifetime1 = 24576
	noticeInitialContact1    = 24578
	noticeRUThere1           = 36136
	noticeRUThereAck1        = 36137
	firstStatus1             = 16384
)

func decodeNotice1(b []byte) (notice1, bool) {
	if len(b) < notifyHead || len(b) < notifyHead+int(b[5]) {
		return notice1{}, false
	}
	n := notifyHead + int(b[5])
	return notice1{b[4], binary.BigEndian.Uint16(b[6:]), b[notifyHead:n], b[n:]}, true
}

func (n notice1) part() part1 {
	b := binary.BigEndian.AppendUint32(nil, domainIPsec)
	b = append(b, n.protocol, byte(len(n.spi)))
	b = binary.BigEndian.AppendUint16(b, n.kind)
	b = append(b, n.spi...)
	return part1{notify1, append(b, n.data...)}
}

// deletion1 is a Delete payload (RFC 2408 section 3.15).
type deletion1 struct {
	protocol uint8
	spis     [][]byte
}

func decodeDelete1(b []byte) (d deletion1, ok bool) {
	if len(b) < notifyHead {
		return deletion1{}, false
	}
	d.protocol = b[4]
	size, count := int(b[5]), int(binary.BigEndian.Uint16(b[6:]))
	if b = b[notifyHead:]; size == 0 || size*count != len(b) {
		return deletion1{}, false
	}
	for ; len(b) > 0; b = b[size:] {
		d.spis = append(d.spis, b[:size])
	}
	return d, true
}

func (d deletion1) part() part1 {
	b := binary.BigEndian.AppendUint32(nil, domainIPsec)
	b = append(b, d.protocol, byte(len(d.spis[0])))
	b = binary.BigEndian.AppendUint16(b, uint16(len(d.spis)))
	for _, spi := range d.spis {
		b = append(b, spi...)
	}
	return part1{delete1, b}
}
