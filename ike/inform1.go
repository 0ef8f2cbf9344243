package ike

import (
	"bytes"
	"encoding/binary"
	"slices"
	"time"
)

// Informational exchanges (RFC 2409 section 5.7): one message each way, nobody
// answers.

// notify sends a notification under the keys of phase 1.
func (x *sa1) notify(n notice1) { x.informWith(parts1{n.part()}) }

func (x *sa1) informWith(parts parts1) { x.transmit(x.sealInform(parts)) }

func (x *sa1) sealInform(parts parts1) []byte {
	id := uint32(0)
	for id == 0 {
		id = binary.BigEndian.Uint32(x.e.random(4))
	}
	first, rest := parts.encode()
	hash := x.keys.hash.prf(x.keys.a, binary.BigEndian.AppendUint32(nil, id), rest)
	_, head := parts1{{hash1, hash}}.encode()
	head[0] = byte(first)
	h := x.head(exchangeInform1, id)
	h.next, h.flags = byte(hash1), flagEncrypted1
	iv := x.keys.nextIV(x.iv, id)
	return h.encode(x.keys.encrypt(&iv, append(head, rest...)))
}

// inform takes a notification. In clear it may be anybody's: it is told to who
// asks why there is no answer, and nothing follows from it.
func (x *sa1) inform(h header, in Receive, encrypted bool) {
	e := x.e
	if !encrypted {
		x.hint(h, in)
		return
	}
	if !x.up {
		e.drop(dropUnexpected)
		return
	}
	plain, _, ok := x.keys.decrypt(x.keys.nextIV(x.iv, h.id), in.Packet[headerSize:])
	if !ok {
		e.drop(dropMalformed)
		return
	}
	parts, size, ok := decodeParts1(kind1(h.next), plain)
	if !ok || len(parts) == 0 || parts[0].kind != hash1 {
		e.drop(dropMalformed)
		return
	}
	rest := plain[payloadHead1+len(parts[0].body) : size]
	if !sameHash(parts[0].body, x.keys.hash.prf(x.keys.a, binary.BigEndian.AppendUint32(nil, h.id), rest)) {
		e.drop(dropHash1)
		return
	}
	x.heardFrom(in)
	for _, p := range parts[1:] {
		if x.gone {
			return
		}
		switch p.kind {
		case notify1:
			if n, ok := decodeNotice1(p.body); ok {
				x.noticed(n)
			} else {
				e.drop(dropMalformed)
			}
		case delete1:
			if d, ok := decodeDelete1(p.body); ok {
				x.deleted(d)
			} else {
				e.drop(dropMalformed)
			}
		}
	}
}

// hint takes a notification in clear.
func (x *sa1) hint(h header, in Receive) {
	e := x.e
	parts, _, ok := decodeParts1(kind1(h.next), in.Packet[headerSize:])
	if !ok || x.up || !x.Initiator || in.From.Addr() != x.Remote.Addr() {
		e.drop(dropEncryption1)
		return
	}
	for _, b := range parts.all(notify1) {
		n, ok := decodeNotice1(b)
		if !ok || n.kind >= firstStatus1 {
			continue
		}
		reason := reason1(n.kind)
		r := Refusal{VRF: x.VRF, Local: x.Local, Peer: x.Remote, ByPeer: true, Reason: reason, Text: noticeType(n.kind).String()}
		if reason == ReasonProposal {
			for _, p := range e.policies1() {
				r.Ours = append(r.Ours, p.String())
			}
		}
		e.refused(r)
		x.why, x.whyText = reason, r.Text
		x.trace("received " + r.Text)
	}
}

func reason1(kind uint16) Reason {
	switch kind {
	case noticeNoProposal1:
		return ReasonProposal
	case noticeInvalidID1:
		return ReasonSelectors
	case noticeAuthentication1, 23: // INVALID-HASH-INFORMATION
		return ReasonAuthenticate
	}
	return ReasonPayload
}

// heardFrom notes something authentic from the peer, which may have moved.
func (x *sa1) heardFrom(in Receive) {
	x.lastIn = x.e.now
	x.e.answered(&x.probing)
	x.moved(in.From)
}

// noticed takes a notification of the peer's.
func (x *sa1) noticed(n notice1) {
	switch n.kind {
	case noticeRUThere1:
		x.notify(notice1{protocol: protocolISAKMP1, kind: noticeRUThereAck1, spi: x.cookies(), data: n.data})
	case noticeRUThereAck1:
		// That it came is enough: heardFrom.
	case noticeInitialContact1:
		x.alone()
	case noticeInvalidSPI1:
		if len(n.data) >= 4 {
			x.invalid(binary.BigEndian.Uint32(n.data))
		}
	default:
		if n.kind < firstStatus1 {
			x.refusedByPeer(n)
		}
	}
}

// refusedByPeer takes an error about a quick mode of ours.
func (x *sa1) refusedByPeer(n notice1) {
	reason := reason1(n.kind)
	for _, id := range sortedIDs(x.quicks) {
		q := x.quicks[id]
		if !q.initiator || q.step != 1 || q.busy {
			continue
		}
		x.e.refused(Refusal{VRF: x.VRF, Local: x.Local, Peer: x.Remote, ByPeer: true, Reason: reason, Child: true, Text: noticeType(n.kind).String(), Ours: describeOurs1(q.endpoint.IPsec)})
		q.fail(reason, noticeType(n.kind).String())
		return
	}
}

func sortedIDs(m map[uint32]*quick1) []uint32 {
	var ids []uint32
	for id := range m {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// invalid follows a peer that does not know a pair that we send by.
func (x *sa1) invalid(spi uint32) {
	for _, c := range slices.Clone(x.children) {
		if c.out == spi {
			c.remove(ReasonDeleted)
		}
	}
}

// deleted takes what the peer has deleted: it names what it received by (RFC 2408
// section 3.15).
func (x *sa1) deleted(d deletion1) {
	switch d.protocol {
	case protocolESP1:
		for _, spi := range d.spis {
			if len(spi) != 4 || x.session == nil {
				continue
			}
			for _, c := range slices.Clone(x.session.children) {
				if c.out == binary.BigEndian.Uint32(spi) {
					c.remove(ReasonDeleted)
				}
			}
		}
	case protocolISAKMP1:
		for _, spi := range d.spis {
			if bytes.Equal(spi, x.cookies()) && !x.gone {
				x.Deleted = true
				x.end(ReasonDeleted)
				return
			}
		}
	}
}

func (x *sa1) cookies() []byte {
	i, r := x.spis()
	return cookies1(i, r)
}

// contact takes INITIAL-CONTACT in the last message of phase 1.
func (x *sa1) contact(parts parts1) {
	for _, b := range parts.all(notify1) {
		if n, ok := decodeNotice1(b); ok && n.kind == noticeInitialContact1 {
			x.initialContact = true
		}
	}
}

// alone forgets what there was with the same peer before: it has. By its identity,
// for several peers may sit behind one address; an address as identity may be a
// private one, that others have as well.
func (x *sa1) alone() {
	for _, o := range x.e.sortedAssociations() {
		if o == x.association || o.Version != 1 || !o.up || o.VRF != x.VRF || o.Local.Addr() != x.Local.Addr() || o.RemoteID != x.RemoteID ||
			o.RemoteID.Kind == ByAddress && o.Remote.Addr() != x.Remote.Addr() {
			continue
		}
		for _, c := range slices.Clone(o.children) {
			c.remove(ReasonReplaced)
		}
		o.end(ReasonReplaced)
	}
	// Pairs whose association had gone before them.
	if s := x.session; s != nil {
		for _, c := range slices.Clone(s.children) {
			if c.sa == nil {
				c.remove(ReasonReplaced)
			}
		}
	}
}

// delete tells the peer that a pair goes. Nothing comes back.
func (x *sa1) delete(c *child, done func()) {
	x.informWith(parts1{deletion1{protocolESP1, [][]byte{spiBytes1(c.in)}}.part()})
	done()
}

// farewell tells the peer that the association goes.
func (x *sa1) farewell() {
	x.Deleted = true
	x.informWith(parts1{deletion1{protocolISAKMP1, [][]byte{x.cookies()}}.part()})
}

// lost1 is how often a peer may be silent when it is asked whether it is there.
const lost1 = 5

// probe asks whether the peer is there (RFC 3706 section 5).
func (x *sa1) probe() {
	if x.probing.timer.Running() || !x.can.dpd {
		return
	}
	if x.probe1 == 0 {
		x.probe1 = binary.BigEndian.Uint32(x.e.random(4)) >> 1
	}
	x.probe1++
	retry := x.DPD.Retry
	if retry == 0 {
		retry = 2 * time.Second
	}
	question := x.sealInform(parts1{notice1{protocol: protocolISAKMP1, kind: noticeRUThere1, spi: x.cookies(), data: binary.BigEndian.AppendUint32(nil, x.probe1)}.part()})
	x.e.repeat(&x.probing, patience{retry, 1, retry, lost1}, func() { x.transmit(question) }, x.dead)
}

// dead gives up a peer that does not answer, pairs included.
func (x *sa1) dead() {
	children := slices.Clone(x.children)
	x.end(ReasonDeadPeer)
	for _, c := range children {
		c.remove(ReasonDeadPeer)
	}
}
