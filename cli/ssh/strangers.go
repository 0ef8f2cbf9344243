package ssh

import (
	"net/netip"
	"sync"

	"weft/cli/commands"
)

// strangers are connections on which nobody has logged in yet. Each costs some
// goroutines and buffers, so there are no more than "ip ssh maxstartups" says,
// and one source has no more than half of the places: who holds connections
// open and says nothing keeps out nobody but himself.
type strangers struct {
	mu    sync.Mutex // guards the rest
	most  int        // 0: the default
	all   int
	bySrc map[netip.Addr]int
}

// limit says how many there may be from now on.
func (s *strangers) limit(most int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.most = most
}

// take takes a place; false if there is none for this source.
func (s *strangers) take(source netip.Addr) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	most := commands.SSH{MaxStartups: s.most}.WithDefaults().MaxStartups
	if s.all >= most || s.bySrc[source] >= max(1, most/2) {
		return false
	}
	if s.bySrc == nil {
		s.bySrc = map[netip.Addr]int{}
	}
	s.all++
	s.bySrc[source]++
	return true
}

// give gives a place back.
func (s *strangers) give(source netip.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all--
	if s.bySrc[source]--; s.bySrc[source] == 0 {
		delete(s.bySrc, source)
	}
}
