package nhrp

import (
	"net/netip"
	"time"
)

// RFC 2332 leaves the pacing of retransmissions open. Ours doubles as that of
// IOS does; after as many requests as lossThreshold without an answer (7
// seconds), the server counts as gone.
const (
	firstRetry    = 1 * time.Second
	lastRetry     = 64 * time.Second
	lossThreshold = 3

	// Hop count of what we send; IOS refuses a registration that arrives with none left.
	hopCount = 255

	uniquePrefix = 0xff // prefix length of a unique registration, section 5.2.0.1
)

// NoReply is why a server counts as gone that does not answer.
const NoReply = "no reply"

// registration is the client's half with one server, RFC 2332 section 5.2.3. It
// is waiting (the tunnel is down), has a request pending, was refused and tries
// again later, or rests until it must be refreshed; its timer runs in the last three.
type registration struct {
	NHSState
	timer
	tunnel *tunnel
	line   NHS       // of the configuration
	up     bool      // the server has our registration, as far as we know
	missed int       // requests since the last answer
	told   bool      // that the server is gone
	gone   bool      // it does not answer, or refuses: another may take its place
	trial  time.Time // until when one that was gone does not take its place back
}

// begin registers afresh, at once. Nothing about the server is known to have changed.
func (r *registration) begin() {
	r.missed, r.Retry = 0, 0
	if why := r.hindrance(); why != "" {
		r.stop(why)
		r.Failure, r.gone = why, true
		return
	}
	if r.Status == Waiting {
		r.become(Expecting)
	}
	r.request()
}

// hindrance says why a registration cannot even be sent, "" if it can.
func (r *registration) hindrance() string {
	t := r.tunnel
	switch {
	case !t.up:
		return "interface down"
	case !t.ready():
		return "no address of our own"
	case r.Protocol == t.address():
		return "the server is this router"
	case !r.NBMA.IsValid() && r.line.Host != "":
		return "no address of " + r.line.Host
	case !r.NBMA.IsValid():
		return "no NBMA address of the server"
	}
	return ""
}

// stop leaves it waiting.
func (r *registration) stop(reason string) {
	r.tunnel.engine.timers.stop(&r.timer)
	r.Pending, r.Retry, r.missed, r.told = false, 0, 0, false
	r.become(Waiting)
	r.down(reason)
}

func (r *registration) become(s NHSStatus) {
	if r.Status != s || r.Since.IsZero() {
		r.Was, r.Status, r.Since = r.Status, s, r.tunnel.engine.now
		r.tunnel.serverChanged()
	}
}

// request sends a new request; each has its own id.
func (r *registration) request() {
	r.RequestID = r.tunnel.engine.nextRequestID()
	r.Pending = true
	if r.Retry == 0 {
		r.Retry = min(firstRetry, r.longestRetry())
	}
	r.transmit()
}

// transmit sends the pending request, again under the same id.
func (r *registration) transmit() {
	t := r.tunnel
	r.Sent++
	t.send(anyPort(r.NBMA), t.registrationRequest(r))
	t.engine.timers.set(&r.timer, r, t.engine.now.Add(r.Retry))
}

// ring: no answer came, or it is time to try or to register again.
func (r *registration) ring(*Engine) {
	pending, refused := r.Pending, r.Retry != 0
	if pending || refused {
		r.Retry = min(2*r.Retry, r.longestRetry())
	}
	if !pending {
		r.request()
		return
	}
	if r.missed++; r.missed == lossThreshold {
		r.lost(NoReply)
	}
	if r.missed >= lossThreshold {
		r.tunnel.engine.lookUpAgain(r)
	}
	if r.InUse { // and no other has taken its place for good
		r.tunnel.trace(TraceEvent{Kind: TraceRepeated, Packet: RegistrationRequest, Peer: Endpoint{r.Protocol, r.NBMA}, RequestID: r.RequestID, Interval: r.Retry})
		r.transmit()
	}
}

// longestRetry caps the back-off. Who asks for registrations every 10 seconds
// wants them that often above all when the server has been away.
func (r *registration) longestRetry() time.Duration {
	if wanted := r.tunnel.config.RegistrationTimeout; wanted > 0 {
		return min(wanted, lastRetry)
	}
	return lastRetry
}

// interval is the time between registrations that succeed.
func (r *registration) interval() time.Duration {
	c := &r.tunnel.config
	if c.RegistrationTimeout > 0 {
		return c.RegistrationTimeout
	}
	return max(c.Holdtime/3, time.Second)
}

// accepted: the server has our binding.
func (r *registration) accepted() {
	now := r.tunnel.engine.now
	if r.gone {
		r.trial = now.Add(r.tunnel.config.Fallback)
	}
	r.Pending, r.Retry, r.missed, r.told, r.gone = false, 0, 0, false, false
	r.Rejection, r.Failure, r.Error, r.Refuser = Success, "", 0, netip.Addr{}
	r.become(Responding)
	if !r.up {
		r.up = true
		r.tunnel.engine.log(PeerUp{r.tunnel.config.Name, r.Protocol, r.NBMA, true, r.tunnel.local()})
		r.touch()
		r.tunnel.askAgain()
	}
	r.tunnel.engine.timers.set(&r.timer, r, now.Add(r.interval()))
	r.tunnel.settleServers()
}

// refused: the server said no; news says how.
func (r *registration) refused(news Rejected) {
	t := r.tunnel
	text := news.FromErrorText
	if text == "" {
		text = news.Code.String()
	}
	r.Rejection, r.Error, r.Refuser = news.Code, news.Error, news.From
	news.Tunnel, news.NHS, news.NBMA, news.Local = t.config.Name, r.Protocol, r.NBMA, t.local()
	t.engine.log(news)
	r.fail(text)
	r.unlearn()
}

// fail: the answer is of no use. The timer still runs; what it starts then is a
// request of its own.
func (r *registration) fail(text string) {
	r.Pending, r.missed = false, 0
	r.Failed++
	r.Failure, r.FailedAt = text, r.tunnel.engine.now
	r.become(Expecting)
	r.down(text)
	r.gone = true
	r.tunnel.settleServers()
}

// lost: the server does not answer any more. We go on asking.
func (r *registration) lost(reason string) {
	r.Failure, r.FailedAt = reason, r.tunnel.engine.now
	r.Error, r.Rejection, r.Refuser = 0, Success, netip.Addr{}
	r.become(Expecting)
	if !r.told {
		r.told, r.up = true, true // also news if it never answered
		r.down(reason)
	}
	r.gone = true
	r.tunnel.settleServers()
}

// down tells that the server is no longer there, if it was.
func (r *registration) down(reason string) {
	if !r.up {
		return
	}
	r.up = false
	r.tunnel.engine.log(PeerDown{r.tunnel.config.Name, r.Protocol, r.NBMA, true, r.tunnel.local(), reason})
	r.touch()
}

// touch dates the server's own binding.
func (r *registration) touch() {
	if b := r.tunnel.cache.get(host(r.Protocol)); b != nil {
		b.Changed = r.tunnel.engine.now
	}
}

// registrationRequest makes the request as IOS and FRR take it: the entry has no
// addresses, which are those of the header (section 5.2.0.1).
func (t *tunnel) registrationRequest(r *registration) *Packet {
	entry := CIE{PrefixLength: uint8(t.address().BitLen()), MTU: t.config.MTU, HoldingTime: t.holdtime()}
	server, known := t.address(), unspecified(t.address())
	if r.Protocol.IsValid() {
		server, known = r.Protocol, r.Protocol
	}
	p := t.packet(RegistrationRequest, server) // our own address for one that is not known (section 5.2.3)
	p.Flags, p.RequestID = FlagNAT, r.RequestID
	if !t.config.NoUnique {
		p.Flags |= FlagUnique
		entry.PrefixLength = uniquePrefix
	}
	p.CIEs = []CIE{entry}
	p.Extensions = t.requestExtensions()
	// The server's addresses as we know them: the server compares, and answers
	// with ours as it knows them.
	if nat, err := entryExtension(NATAddress, false, p.Underlay, p.Overlay,
		CIE{PrefixLength: uint8(known.BitLen()), NBMA: r.NBMA, Protocol: known}); err == nil {
		p.Extensions = append(p.Extensions, nat)
	}
	return p
}

// packet begins a packet of our own about a destination.
func (t *tunnel) packet(kind PacketType, destination netip.Addr) *Packet {
	return &Packet{Type: kind, HopCount: hopCount, Underlay: FamilyOf(t.nbma), Overlay: FamilyOf(t.address()),
		SourceNBMA: t.nbma, Source: t.address(), Destination: destination}
}

// requestExtensions are those that every request of ours has; servers fill the
// first three (sections 5.3.1 to 5.3.3).
func (t *tunnel) requestExtensions() []Extension {
	all := append(make([]Extension, 0, 5), Extension{Type: ResponderAddress, Compulsory: true})
	if !t.config.NoRecord {
		all = append(all, Extension{Type: ForwardTransitNHS, Compulsory: true}, Extension{Type: ReverseTransitNHS, Compulsory: true})
	}
	if t.config.Authentication != "" {
		all = append(all, t.authentication())
	}
	return all
}

// registrationReply takes the answer to a request of ours.
func (t *tunnel) registrationReply(m *message) {
	if !t.comprehends(m) {
		return
	}
	var r *registration
	for _, x := range t.registrations {
		if x.Pending && x.RequestID == m.RequestID && x.NBMA == m.from {
			r = x
		}
	}
	if r == nil || m.Source != t.address() {
		t.drop(DropUnexpected, m.from)
		return
	}
	if len(m.CIEs) == 0 {
		t.drop(DropNoEntry, m.from)
		return
	}
	r.Received++
	r.LastReply, r.Acked = t.engine.now, r.RequestID
	r.Public = t.publicAddress(m)
	for _, c := range m.CIEs {
		if c.Code != Success {
			r.refused(Rejected{From: m.Destination, Code: c.Code})
			return
		}
	}
	if r.Dynamic && !r.learn(m) {
		r.fail("the server says no address that it could have")
		return
	}
	r.accepted()
}

// publicAddress is our NBMA address as the server sees it: the second entry
// of the NAT address extension, which is there only if NAT changed it.
func (t *tunnel) publicAddress(m *message) netip.Addr {
	e, _, ok := m.extension(NATAddress)
	if !ok || !e.holdsCIEs() {
		return netip.Addr{}
	}
	entries, err := m.Entries(e)
	if err != nil || len(entries) < 2 || entries[1].NBMA == t.nbma {
		return netip.Addr{}
	}
	return entries[1].NBMA
}
