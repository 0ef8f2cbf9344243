package ike

import (
	"encoding/binary"
	"slices"
	"time"
)

// delete tells the peer that a pair goes (RFC 7296 section 1.4.1). done is called
// when it has answered.
func (x *sa2) delete(c *child, done func()) {
	if now := x.latest(); now != nil {
		x = now
	}
	x.ask(&request{exchange: exchangeInform, kind: requestChild,
		build: func(x *sa2) []payload {
			if c.gone {
				return nil
			}
			x.trace("Sending DELETE of a child SA")
			return []payload{deletion{protocolESP, []uint32{c.in}}.payload()}
		},
		answer: func(*sa2, *message) { done() },
	})
}

// probe asks whether the peer is there. Any exchange does.
func (x *sa2) probe() {
	if x.pending != nil || len(x.queue) > 0 || x.Deleted {
		return
	}
	retry := x.DPD.Retry
	if retry == 0 {
		retry = 2 * time.Second
	}
	x.trace("Sending DPD request")
	x.ask(&request{exchange: exchangeInform, patience: patience{retry, 1, retry, 6}, build: func(*sa2) []payload { return []payload{} }})
}

// leave is a deletion whose association has gone already.
type leave struct {
	repeater
	id uint32
}

// farewells bounds how often a deletion is sent whose association has gone.
var farewells = patience{2 * time.Second, 2, 8 * time.Second, 4}

// farewell tells the peer that the association goes.
func (x *sa2) farewell() {
	e := x.e
	x.trace("Sending DELETE of the IKE SA")
	packets := x.seal(header{exchange: exchangeInform, id: x.nextID}, []payload{deletion{protocol: protocolIKE}.payload()})
	if x.pending != nil {
		// Who has not got this one does not look at the next.
		packets = slices.Concat(x.pending.packets, packets)
	}
	r := &leave{id: x.nextID}
	vrf, local, to, spi := x.VRF, x.Local, x.Remote, x.LocalSPI
	e.leaving[spi] = r
	e.repeat(&r.repeater, farewells, func() {
		for _, p := range packets {
			e.do(Send{VRF: vrf, Local: local, To: to, Packet: p})
		}
	}, func() { delete(e.leaving, spi) })
}

// shout sends a request once and does not wait.
func (x *sa2) shout(payloads ...payload) {
	x.sendAll(x.seal(header{exchange: exchangeInform, id: x.nextID}, payloads))
	x.nextID++
}

// informRequest takes an INFORMATIONAL request (section 1.4).
func (x *sa2) informRequest(m *message) {
	var answer []payload
	var going []*child
	for _, p := range m.payloads {
		if p.kind != payloadDelete {
			continue
		}
		d, ok := decodeDelete(p.body)
		if !ok {
			x.malformed(m)
			return
		}
		switch d.protocol {
		case protocolIKE:
			x.trace("Received DELETE of the IKE SA")
			x.respond(m, []payload{})
			x.deleted()
			return
		case protocolESP:
			back, found := x.deletePairs(d)
			if len(back.spis) > 0 {
				answer = append(answer, back.payload())
			}
			going = append(going, found...)
		}
	}
	x.respond(m, answer)
	x.complained(m)
	for _, c := range going {
		x.trace("Received DELETE of a child SA")
		if r := c.rekey; r != nil && r.theirs != nil && !r.theirs.gone {
			x.e.timers.Stop(&r.theirs.ready) // the peer has it: lost takes the newest
		}
		c.remove(ReasonDeleted)
	}
}

// deletePairs finds the pairs that the peer deletes, and our halves of them.
func (x *sa2) deletePairs(d deletion) (back deletion, going []*child) {
	back.protocol = protocolESP
	for _, spi := range d.spis {
		c := x.childBy(spi)
		if c == nil {
			continue
		}
		if !c.withdrawing { // else we have said so ourselves
			back.spis = append(back.spis, c.in)
		}
		going = append(going, c)
	}
	return back, going
}

// complained follows what the peer has to complain of.
func (x *sa2) complained(m *message) {
	for _, n := range m.notifies {
		switch {
		case n.kind == noticeAuthentication:
			x.e.refused(Refusal{VRF: x.VRF, Local: x.Local, Peer: x.Remote, ByPeer: true, Reason: ReasonAuthenticate, Text: n.kind.String()})
			x.end(ReasonAuthenticate)
			return
		case n.kind == noticeInvalidSPI && len(n.data) == 4:
			// It has lost the pair that we send by (section 1.5).
			if c := x.childBy(binary.BigEndian.Uint32(n.data)); c != nil {
				c.withdraw(ReasonDeleted)
			}
		}
	}
}

// deleted follows the peer's deletion of the association. If it has replaced it,
// what it did not know is that we were about to do so as well.
func (x *sa2) deleted() {
	if r := x.successor; r != nil && r.theirs != nil && !r.theirs.gone {
		x.handOver(r.theirs)
	}
	x.end(ReasonDeleted)
}
