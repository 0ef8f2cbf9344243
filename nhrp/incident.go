package nhrp

import (
	"cmp"
	"net/netip"
	"slices"
	"time"
)

// maxIncidents bounds what a tunnel remembers of what went wrong: the oldest
// gives way.
const maxIncidents = 256

// episode is the longest pause within one run of incidents: whoever fails tries
// again every 64 seconds at least.
const episode = 2 * time.Minute

// An Incident is one thing that went wrong with one station, as often as it did
// in the latest run.
type Incident struct {
	NBMA     netip.Addr // the station; zero if it is not known
	Protocol netip.Addr // its protocol address as it claims, or what was asked about
	Reason   Reason     // why a packet was not acted on; if there is a Code, nothing
	Code     Code       // with which a request was answered that is not Success
	Sent     bool       // a packet of ours
	// Of the latest one:
	Packet    PacketType // zero: not known
	Target    netip.Addr // whom it was for
	RequestID uint32
	// Offered is the authentication that was not ours; Told that there was one.
	Offered     Secret
	Told        bool
	Count       uint64
	First, Last time.Time
}

type incidentKey struct {
	nbma, protocol netip.Addr
	reason         Reason
	code           Code
	sent           bool
}

func (i *Incident) key() incidentKey {
	return incidentKey{i.NBMA, i.Protocol, i.Reason, i.Code, i.Sent}
}

// incidents of a tunnel; what show dmvpn why reads.
type incidents map[incidentKey]*Incident

// note counts an incident; what only the latest one has is taken from it.
func (all *incidents) note(now time.Time, i Incident) {
	known := (*all)[i.key()]
	if known == nil {
		if len(*all) >= maxIncidents {
			all.forgetOldest()
		}
		if *all == nil {
			*all = incidents{}
		}
		known = &Incident{First: now}
		(*all)[i.key()] = known
	}
	if now.Sub(known.Last) > episode {
		known.First, known.Count = now, 0
	}
	i.First, i.Last, i.Count = known.First, now, known.Count+1
	*known = i
}

// note counts an incident of a tunnel and traces it.
func (t *tunnel) note(i Incident) {
	t.incidents.note(t.engine.now, i)
	what := i.Reason.String()
	if i.Code != Success {
		what = i.Code.String()
	}
	kind := TraceError
	t.engine.errors.put(TraceEvent{At: t.engine.now, Kind: kind, Tunnel: t.config.Name, Local: t.local(), Peer: Endpoint{i.Protocol, i.NBMA},
		Packet: i.Packet, RequestID: i.RequestID, Reason: what})
}

func (all incidents) forgetOldest() {
	var oldest *Incident
	for _, i := range all {
		if oldest == nil || i.Last.Before(oldest.Last) || i.Last.Equal(oldest.Last) && compareIncidents(*i, *oldest) < 0 {
			oldest = i
		}
	}
	delete(all, oldest.key())
}

// list copies them, sorted by station.
func (all incidents) list() (copied []Incident) {
	for _, i := range all {
		copied = append(copied, *i)
	}
	slices.SortFunc(copied, compareIncidents)
	return copied
}

func compareIncidents(a, b Incident) int {
	return cmp.Or(a.NBMA.Compare(b.NBMA), a.Protocol.Compare(b.Protocol), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Code, b.Code), sign(a.Sent)-sign(b.Sent))
}

func sign(b bool) int {
	if b {
		return 1
	}
	return 0
}

// incident notes what is wrong with a packet that came, beyond its sender.
func (t *tunnel) incident(m *message, reason Reason) {
	i := Incident{NBMA: m.from, Protocol: m.Source, Reason: reason, Packet: m.Type, Target: m.Destination, RequestID: m.RequestID}
	if e, _, ok := m.extension(Authentication); ok && reason == DropAuthentication && len(e.Value) > len(clearText) {
		i.Offered, i.Told = Secret(e.Value[len(clearText):]), true
	}
	t.note(i)
}

// declined notes and counts a request that was answered with something else
// than success.
func (t *tunnel) declined(m *message, code Code) {
	t.drops[declinedWith(code)]++
	t.note(Incident{NBMA: m.from, Protocol: m.Source, Code: code, Packet: m.Type, Target: m.Destination, RequestID: m.RequestID})
}

// A Stray is a station whose NHRP packets come out of a tunnel on which NHRP is off.
type Stray struct {
	Tunnel      string
	NBMA        netip.Addr
	Protocol    netip.Addr // as the latest packet claims; zero if it is not readable
	Packet      PacketType
	Count       uint64
	First, Last time.Time
}

type strayKey struct {
	tunnel string
	nbma   netip.Addr
}

// stray counts a packet that no tunnel takes.
func (e *Engine) stray(in Receive) {
	e.strays++
	key := strayKey{in.Tunnel, in.From.Addr()}
	s := e.strayed[key]
	if s == nil {
		if len(e.strayed) >= maxIncidents {
			return // whoever floods a tunnel that does not listen is not worth more
		}
		s = &Stray{Tunnel: in.Tunnel, NBMA: in.From.Addr(), First: e.now}
		e.strayed[key] = s
	}
	if e.now.Sub(s.Last) > episode {
		s.First, s.Count = e.now, 0
	}
	s.Count++
	s.Last = e.now
	if p, err := decodeHead(in.Packet); err == nil {
		s.Protocol, s.Packet = p.Source, p.Type
	}
}

func (e *Engine) strayList() (all []Stray) {
	for _, s := range e.strayed {
		all = append(all, *s)
	}
	slices.SortFunc(all, func(a, b Stray) int { return cmp.Or(cmp.Compare(a.Tunnel, b.Tunnel), a.NBMA.Compare(b.NBMA)) })
	return all
}

// declinedWith is the counter of a code that we answer with.
func declinedWith(c Code) Reason {
	switch c {
	case InsufficientResources:
		return DeclinedResources
	case NoBinding:
		return DeclinedNoBinding
	case BindingNotUnique:
		return DeclinedNotUnique
	case UniqueRegistered:
		return DeclinedUnique
	}
	return DeclinedProhibited
}
