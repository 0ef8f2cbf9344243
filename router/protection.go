package router

import (
	"bytes"
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"

	"weft/cli/commands"
	"weft/dataplane"
	"weft/ike"
	"weft/nhrp"
)

const (
	// patience is how long packets of NHRP wait for the protection of their peer.
	// Whoever sent them asks again by then.
	patience = 30 * time.Second

	// settling is how long packets of NHRP still wait when there is protection: the
	// last message of IKE and they take different ways into the peer, and what
	// comes for an association that it has not installed yet is lost.
	settling = 50 * time.Millisecond

	// heldMost is how many of them wait for one peer: the latest.
	heldMost = 8
)

// A shelter is the protection of one tunnel's packets to one peer: who needs it,
// whether it is there, and what waits for it. It is wanted from IKE while a
// binding leads to the peer, while it is the far end of a point-to-point tunnel,
// or because something is to be said to it; a peer that has come by itself needs
// not be wanted.
type shelter struct {
	ike.Pair
	uses     int  // bindings of NHRP that lead to the peer
	standing bool // the far end of a point-to-point tunnel
	wanted   bool // Protect has been said
	secured  bool
	opens    time.Time // when the peer is taken to be ready, once it is secured
	held     [][]byte  // packets of NHRP, in order
	until    time.Time
}

// An abode is where shelters are found: a tunnel, and an address behind which
// several peers may be.
type abode struct {
	tunnel  string
	address netip.Addr
}

// protects tells whether a tunnel sends nothing in clear.
func (r *Router) protects(tunnel string) bool { return r.protected[tunnel] }

// shelter finds the one of a peer. A peer without port is the only one at its
// address, and one with a port may be known without.
func (r *Router) shelter(tunnel string, peer netip.AddrPort) *shelter {
	list := r.shelters[abode{tunnel, peer.Addr()}]
	for _, s := range list {
		if s.Peer == peer {
			return s
		}
	}
	for _, s := range list {
		if s.Peer.Port() == 0 || peer.Port() == 0 && len(list) == 1 {
			return s
		}
	}
	return nil
}

// sheltered is the shelter of a peer, made if there is none.
func (r *Router) sheltered(tunnel string, peer netip.AddrPort) *shelter {
	s := r.shelter(tunnel, peer)
	if s == nil {
		s = &shelter{Pair: ike.Pair{Tunnel: tunnel, Peer: peer}}
		r.place(s)
	}
	return s
}

func (r *Router) place(s *shelter) {
	at := abode{s.Tunnel, s.Peer.Addr()}
	r.shelters[at] = append(r.shelters[at], s)
}

func (r *Router) displace(s *shelter) {
	at := abode{s.Tunnel, s.Peer.Addr()}
	list := slices.DeleteFunc(r.shelters[at], func(o *shelter) bool { return o == s })
	if len(list) == 0 {
		delete(r.shelters, at)
		return
	}
	r.shelters[at] = list
}

// sendNHRP sends a packet of NHRP, as soon as there is protection.
func (r *Router) sendNHRP(now time.Time, o nhrp.Send) {
	if !r.protects(o.Tunnel) {
		r.do(Control{Tunnel: o.Tunnel, To: o.To, Protocol: protocolNHRP, Packet: o.Packet})
		return
	}
	s := r.sheltered(o.Tunnel, r.farEnd(o.Tunnel, o.To))
	if s.secured && !now.Before(s.opens) {
		r.do(Control{Tunnel: o.Tunnel, To: s.Peer, Protocol: protocolNHRP, Packet: o.Packet})
		return
	}
	if !slices.ContainsFunc(s.held, func(b []byte) bool { return bytes.Equal(b, o.Packet) }) {
		if len(s.held) == heldMost {
			s.held = slices.Delete(s.held, 0, 1)
		}
		s.held = append(s.held, o.Packet)
	}
	if s.until.IsZero() {
		r.waiting = append(r.waiting, s)
	}
	s.until = now.Add(patience)
	r.want(s)
}

// farEnd is whom packets of a tunnel to a peer go to: a point-to-point tunnel
// has only one.
func (r *Router) farEnd(tunnel string, peer netip.AddrPort) netip.AddrPort {
	if i := r.interfaces[tunnel]; i != nil && !i.config.Tunnel.Multipoint {
		return netip.AddrPortFrom(i.config.Tunnel.Destination, 0)
	}
	return peer
}

// want asks IKE for a shelter. Who asks again cannot wait any longer.
func (r *Router) want(s *shelter) {
	if !s.secured {
		s.wanted = true
		r.pass(ike.Protect{Pair: s.Pair})
	}
}

// release gives up a shelter that nobody needs.
func (r *Router) release(s *shelter) {
	if s.uses > 0 || s.standing || len(s.held) > 0 {
		return
	}
	if s.wanted {
		s.wanted = false
		r.pass(ike.Unprotect{Pair: s.Pair})
	}
	if !s.secured {
		r.displace(s)
	}
}

// use and disuse count the bindings that lead to a peer.
func (r *Router) use(tunnel string, nbma netip.AddrPort) {
	if r.protects(tunnel) {
		s := r.sheltered(tunnel, nbma)
		s.uses++
		r.want(s)
	}
}

func (r *Router) disuse(tunnel string, nbma netip.AddrPort) {
	if s := r.shelter(tunnel, nbma); s != nil && s.uses > 0 {
		s.uses--
		r.release(s)
	}
}

// secured lets go what has waited, in a moment.
func (r *Router) secured(now time.Time, p ike.Pair) {
	if !r.protects(p.Tunnel) {
		return
	}
	s := r.sheltered(p.Tunnel, p.Peer)
	if !s.secured {
		s.secured, s.opens = true, now.Add(settling)
	}
	if len(s.held) == 0 {
		r.pass(nhrp.Secured{Tunnel: p.Tunnel, Peer: p.Peer})
	}
}

// letGo sends what has waited for protection that is there.
func (r *Router) letGo(s *shelter) {
	for _, b := range s.held {
		r.do(Control{Tunnel: s.Tunnel, To: s.Peer, Protocol: protocolNHRP, Packet: b})
	}
	s.held = nil
}

// unsecured tells NHRP that a peer cannot be spoken to. If it still needs it when
// it has heard that, it is wanted again.
func (r *Router) unsecured(p ike.Pair) {
	s := r.shelter(p.Tunnel, p.Peer)
	if s == nil || !s.secured {
		return
	}
	s.secured = false
	r.pass(nhrp.Unsecured{Tunnel: p.Tunnel, Peer: p.Peer})
	r.pass(reconsider{s})
}

// reconsider looks at a shelter again when NHRP has had its say.
type reconsider struct{ *shelter }

func (r *Router) reconsider(s *shelter) {
	if s.uses > 0 || s.standing {
		r.want(s)
		return
	}
	r.release(s)
}

// doubt has IKE ask whether a server is there that does not answer: one that was
// started again knows nothing of its associations.
func (r *Router) doubt(e any) {
	d, ok := e.(nhrp.PeerDown)
	if !ok || !d.NHS || d.Reason != nhrp.NoReply || !r.protects(d.Tunnel) {
		return
	}
	if s := r.shelter(d.Tunnel, r.farEnd(d.Tunnel, netip.AddrPortFrom(d.NBMA, 0))); s != nil && s.secured {
		r.pass(ike.Doubt{Pair: s.Pair})
	}
}

// moved follows a peer that has another address or port.
func (r *Router) moved(o ike.Moved) {
	if s := r.shelter(o.Old.Tunnel, o.Old.Peer); s != nil && s.Pair == o.Old {
		r.displace(s)
		s.Pair, s.uses = o.New, 0 // NHRP is going to learn them again
		r.place(s)
	}
	r.pass(nhrp.Moved{Was: o.Old.Peer, Is: o.New.Peer})
}

// expireHeld gives up what has waited too long.
func (r *Router) expireHeld(now time.Time) {
	for _, s := range r.waiting {
		if s.secured && len(s.held) > 0 {
			if now.Before(s.opens) {
				continue
			}
			r.letGo(s)
		}
		if s.until.After(now) && (len(s.held) > 0 || s.secured) {
			continue // an answer may want to come back
		}
		s.until, s.held = time.Time{}, nil
		r.release(s)
	}
	r.waiting = slices.DeleteFunc(r.waiting, func(s *shelter) bool { return s.until.IsZero() })
}

// heldUntil is when expireHeld is next wanted; zero is never.
func (r *Router) heldUntil() (at time.Time) {
	for _, s := range r.waiting {
		due := s.until
		if s.secured && len(s.held) > 0 {
			due = s.opens
		}
		if at.IsZero() || due.Before(at) {
			at = due
		}
	}
	return at
}

// settleProtection follows the tunnels: which are protected, and whom those
// with one far end need.
func (r *Router) settleProtection() {
	protected := map[string]bool{}
	for _, name := range r.order {
		i := r.interfaces[name]
		if !isTunnel(name) || i.config.Tunnel.Profile == "" {
			continue
		}
		protected[name] = true
		if !r.protected[name] {
			r.protected[name] = true
			r.protect(name)
		}
		r.settleFarEnd(i)
	}
	for _, name := range slices.Sorted(maps.Keys(r.protected)) {
		if !protected[name] {
			r.unprotect(name)
		}
	}
	maps.DeleteFunc(r.protected, func(name string, _ bool) bool { return !protected[name] })
}

// protect has everybody that NHRP knows behind a tunnel come anew: what was
// said in clear holds no longer.
func (r *Router) protect(tunnel string) {
	b := r.bindings[tunnel]
	if b == nil {
		return
	}
	peers := map[netip.AddrPort]bool{}
	for _, p := range slices.SortedFunc(maps.Keys(b.nbma), comparePrefixes) {
		r.use(tunnel, b.nbma[p])
		if !peers[b.nbma[p]] {
			peers[b.nbma[p]] = true
			r.pass(nhrp.Unsecured{Tunnel: tunnel, Peer: b.nbma[p]})
		}
	}
}

func comparePrefixes(a, b netip.Prefix) int {
	return cmp.Or(a.Addr().Compare(b.Addr()), cmp.Compare(a.Bits(), b.Bits()))
}

// unprotect ends all shelters of a tunnel. What waited goes, in clear.
func (r *Router) unprotect(tunnel string) {
	delete(r.farEnds, tunnel)
	for _, s := range r.sheltersOf(tunnel) {
		s.uses, s.standing = 0, false
		for _, b := range s.held {
			r.do(Control{Tunnel: tunnel, To: s.Peer, Protocol: protocolNHRP, Packet: b})
		}
		s.held, s.secured = nil, false
		r.release(s)
	}
}

// settleFarEnd wants the destination of a point-to-point tunnel while that is up.
func (r *Router) settleFarEnd(i *iface) {
	name := i.config.Name
	want := netip.AddrPort{}
	if !i.config.Tunnel.Multipoint && i.protocolUp {
		want = netip.AddrPortFrom(i.config.Tunnel.Destination, 0)
	}
	if s := r.farEnds[name]; s != nil && s.Peer != want {
		delete(r.farEnds, name)
		s.standing = false
		r.release(s)
	}
	if want.IsValid() && r.farEnds[name] == nil {
		s := r.sheltered(name, want)
		s.standing = true
		r.farEnds[name] = s
		r.want(s)
	}
}

// sheltersOf are those of a tunnel, by peer.
func (r *Router) sheltersOf(tunnel string) (all []*shelter) {
	for at, list := range r.shelters {
		if at.tunnel == tunnel {
			all = append(all, list...)
		}
	}
	slices.SortFunc(all, func(a, b *shelter) int { return a.Peer.Compare(b.Peer) })
	return all
}

// ikeConfig is what IKE is to do: what the configuration says, of the tunnels
// that are up, with the addresses that they have.
func (r *Router) ikeConfig() ike.Config {
	want := r.box.IKE
	want.Endpoints = nil
	for _, ep := range r.box.IKE.Endpoints {
		if !slices.ContainsFunc(want.IPsec, func(p ike.IPsec) bool { return p.Name == ep.IPsec.Name }) {
			continue // a profile that does not exist is silence, as on IOS
		}
		if i := r.interfaces[ep.Tunnel]; i != nil && i.protocolUp && i.source.IsValid() {
			ep.Local = i.source
			want.Endpoints = append(want.Endpoints, ep)
		}
	}
	slices.SortStableFunc(want.Endpoints, func(a, b ike.Endpoint) int {
		if c := a.Local.Compare(b.Local); c != 0 {
			return c
		}
		return strings.Compare(a.Tunnel, b.Tunnel)
	})
	return want
}

// notProtected puts clear text for a protected tunnel into the log.
func (r *Router) notProtected(now time.Time, e dataplane.NotProtected) {
	r.event(now, commands.NotProtected{Source: e.From, Destination: e.To, Protocol: int(e.Protocol)})
}
