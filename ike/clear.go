package ike

import (
	"slices"
	"time"
)

// clear is "clear crypto": what is wanted comes up again.
func (e *Engine) clear(in Clear) {
	for _, s := range e.sortedSessions() {
		if in.Peer.IsValid() && s.peer.Addr() != in.Peer {
			continue
		}
		if in.IPsec && in.ID == 0 {
			for _, c := range slices.Clone(s.children) {
				c.withdraw(ReasonCleared)
			}
		}
	}
	if !in.IKE {
		return
	}
	for _, a := range e.sortedAssociations() {
		if in.Peer.IsValid() && a.Remote.Addr() != in.Peer || in.ID != 0 && a.ID != in.ID {
			continue
		}
		a.close(ReasonCleared)
	}
}

// complaint is how often invalid SPIs from one peer are logged.
const complaint = time.Minute

// unknownSPI follows a packet of an association that we do not have: the peer
// has one that we have forgotten.
func (e *Engine) unknownSPI(in UnknownSPI) {
	e.drop(dropInvalidSPI)
	at := place{in.VRF, in.Local.Addr(), in.From}
	if last, ok := e.complained[at]; ok && e.now.Sub(last) < complaint {
		return
	}
	if len(e.complained) >= 1000 {
		clear(e.complained)
	}
	e.complained[at] = e.now
	e.log(InvalidSPI{in.Local, in.From, in.SPI})
	if e.config.SPIRecovery {
		e.recover(in)
	}
}

// recover begins a session with the sender of packets of unknown associations:
// INITIAL_CONTACT in it makes the peer forget them. Anybody can send such packets:
// it is done at most once a minute for each, and not without being asked to.
func (e *Engine) recover(in UnknownSPI) {
	peer := in.From
	if len(e.endpoints(in.VRF, in.Local.Addr(), peer.Addr(), 0)) == 0 || e.stats.OutNegotiating >= 100 {
		return
	}
	s := e.sessions[place{in.VRF, in.Local.Addr(), peer}]
	if s == nil {
		s = e.sessionAt(place{in.VRF, in.Local.Addr(), peer})
	}
	s.begin()
	s.reap()
}
