package nhrp

import (
	"encoding/binary"
	"math"
	"time"
)

const (
	// Nobody may make us shout: so many Error Indications, and lines in the log,
	// a second and tunnel.
	errorsPerSecond = 10

	// So much of the packet in error is quoted: enough for any registration, and
	// no path's MTU.
	maxQuote = 1024

	// So much of what an error quotes is shown: as much as IOS shows, and not the
	// authentication.
	maxShown = 16
)

// refuse counts a packet that something is wrong with, and if it was a request
// tells its sender and the log. at is where in the packet the fault lies.
// Answers are not answered, or two routers would entertain each other.
func (t *tunnel) refuse(m *message, code ErrorCode, reason Reason, at int) {
	t.incident(m, reason)
	t.count(reason, Endpoint{m.Source, m.from})
	if !m.Type.isRequest() {
		return
	}
	if !t.errors.allow(t.engine.now, errorsPerSecond, time.Second) {
		t.drop(DropErrorLimit, m.from)
		return
	}
	t.engine.log(Refused{t.config.Name, m.Type, m.Source, m.from, t.local(), code})
	// RFC 2332 section 5.2.7: about the sender of the packet in error, and
	// without extensions.
	p := t.packet(ErrorIndication, m.Source)
	p.Error, p.ErrorOffset = code, uint16(min(at, math.MaxUint16))
	size := int(binary.BigEndian.Uint16(m.raw[10:]))
	p.Body = m.raw[:min(size, maxQuote)]
	t.send(m.peer(), p)
}

// errorIndication takes an error about a packet of ours. It may carry no
// authentication (section 5.2.7), so it counts only if it quotes a request that
// waits for its answer, comes from where that went, and is not an echo of ours.
func (t *tunnel) errorIndication(m *message) {
	switch {
	case len(m.Extensions) > 0:
		t.drop(DropErrorExtensions, m.from)
		return
	case m.Source == t.address() && m.SourceNBMA == t.nbma:
		t.drop(DropOwn, m.from)
		return
	}
	if t.passError(m) {
		return
	}
	quoted, err := decodeHead(m.Body)
	if err == nil && quoted.Type == RegistrationRequest && quoted.Source == t.address() {
		for _, r := range t.registrations {
			if r.Pending && r.RequestID == quoted.RequestID && r.NBMA == m.from {
				r.refused(Rejected{From: m.Source, FromErrorText: m.Error.String(), Error: m.Error, Offset: m.ErrorOffset, Quoted: m.Body[:maxShown]})
				return
			}
		}
	}
	if err == nil && quoted.Type == ResolutionRequest && quoted.Source == t.address() {
		if q := t.questions.byID[quoted.RequestID]; q != nil && q.target == quoted.Destination && q.to.Addr() == m.from {
			t.denied(q)
			return
		}
	}
	t.drop(DropErrorUnmatched, m.from)
}

// passError sends an error on to the client of ours whose packet it is about, and
// reports whether it is for one. It stays without extensions, ours included.
func (t *tunnel) passError(m *message) bool {
	b := t.cache.get(host(m.Destination))
	if !m.Destination.IsValid() || m.Destination == t.address() || b == nil || !b.client() || same(b.peer(), m.peer()) {
		return false
	}
	switch {
	case m.HopCount <= 1:
		t.drop(DropHopCount, m.from)
	case !t.errors.allow(t.engine.now, errorsPerSecond, time.Second):
		t.drop(DropErrorLimit, m.from)
	default:
		p := m.Packet
		p.HopCount--
		t.send(b.peer(), &p)
	}
	return true
}
