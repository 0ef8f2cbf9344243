package dataplane

import "weft/dataplane/packet"

// A Tap sees the packets inside a tunnel, on their way out and in. It must not
// keep or change them, and may be called from many goroutines at once.
type Tap func(inner []byte, out bool)

// SetTap has the packets of a tunnel seen, until it is nil.
func (p *Pipeline) SetTap(tunnel string, tap Tap) {
	if tap == nil {
		p.live(tunnel).tap.Store(nil)
		return
	}
	p.live(tunnel).tap.Store(&tap)
}

// see shows a packet to who has asked for it.
func (l *live) see(inner packet.IPv4, out bool) {
	if tap := l.tap.Load(); tap != nil {
		(*tap)(inner, out)
	}
}
