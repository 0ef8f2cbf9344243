package dataplane

import (
	"net/netip"
	"slices"
	"sync"
	"time"

	"weft/dataplane/gre"
)

// maxStrangers bounds how many are remembered. Later ones are only counted.
const maxStrangers = 256

// A pause of this length begins a new run of a stranger's packets.
const strangerPause = 2 * time.Minute

// A Stranger is a station whose GRE packets are for no tunnel of ours, or come in
// clear for one that is protected, in the latest run of them.
type Stranger struct {
	From, To    netip.Addr // outer addresses
	InClear     string     // the protected tunnel
	Key         uint32
	HasKey      bool
	Protocol    uint16 // GRE protocol of the latest packet
	Count       uint64
	First, Last time.Time
}

type strangerKey struct {
	from, to [4]byte
	key      uint32
	hasKey   bool
	inClear  string
}

// strangers of one pipeline.
type strangers struct {
	mu    sync.Mutex // guards known; only packets that are dropped take it
	known map[strangerKey]*Stranger
}

// strange remembers who sent a packet that no tunnel takes, or not in clear.
func (s *strangers) strange(from, to netip.Addr, inClear string, header gre.Header, now int64) {
	key := strangerKey{from.As4(), to.As4(), header.Key, header.HasKey, inClear}
	s.mu.Lock()
	defer s.mu.Unlock()
	who := s.known[key]
	if who == nil {
		if len(s.known) >= maxStrangers {
			return
		}
		if s.known == nil {
			s.known = map[strangerKey]*Stranger{}
		}
		who = &Stranger{From: from, To: to, InClear: inClear, Key: header.Key, HasKey: header.HasKey, First: instant(now)}
		s.known[key] = who
	}
	if instant(now).Sub(who.Last) > strangerPause {
		who.First, who.Count = instant(now), 0
	}
	who.Protocol, who.Last = header.Protocol, instant(now)
	who.Count++
}

// Strangers tells who sent GRE packets that no tunnel takes, by address.
func (p *Pipeline) Strangers() (all []Stranger) {
	p.strangers.mu.Lock()
	defer p.strangers.mu.Unlock()
	for _, s := range p.known {
		all = append(all, *s)
	}
	slices.SortFunc(all, func(a, b Stranger) int {
		if c := a.From.Compare(b.From); c != 0 {
			return c
		}
		return a.First.Compare(b.First)
	})
	return all
}
