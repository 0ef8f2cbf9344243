package dataplane

import (
	"net/netip"
	"time"

	"weft/dataplane/packet"
)

const (
	// unreachableInterval limits how often senders are told that a host is
	// unreachable, as RFC 1812 section 4.3.2.8 asks; twice a second is what IOS
	// does, and makes its pings say U.U.U.
	unreachableInterval = 500 * time.Millisecond

	// tooBigInterval is shorter: every flow needs its own message before it
	// can send at all.
	tooBigInterval = 10 * time.Millisecond
)

// icmpLimits keep a tunnel's error messages to a rate each.
type icmpLimits struct {
	unreachable, tooBig, ttl everySoOften
}

// unresolved tells the router that data is there for nextHop.
func (o *outbound) unresolved(nextHop netip.Addr) {
	if o.t.waiting.due(nextHop, o.now) && !o.p.events(Unresolved{o.t.Name, nextHop}) {
		o.t.waiting.forget(nextHop) // the next packet asks again
	}
}

// complainUnreachable tells the sender that it will not get there this time.
func (o *outbound) complainUnreachable(inner packet.IPv4) {
	if o.t.Unreachables {
		o.complain(&o.t.errors.unreachable, unreachableInterval, inner,
			packet.ICMPError{Type: packet.ICMPUnreachable, Code: packet.ICMPCodeHostUnreachable})
	}
}

// complainTooBig tells the sender which size would get through (RFC 1191).
func (o *outbound) complainTooBig(inner packet.IPv4, mtu int) {
	if o.t.Unreachables {
		o.complain(&o.t.errors.tooBig, tooBigInterval, inner,
			packet.ICMPError{Type: packet.ICMPUnreachable, Code: packet.ICMPCodeFragmentationNeeded, MTU: mtu})
	}
}

func (o *outbound) complainTTL(inner packet.IPv4) {
	o.complain(&o.t.errors.ttl, unreachableInterval, inner,
		packet.ICMPError{Type: packet.ICMPTimeExceeded, Code: packet.ICMPCodeTTL})
}

// complain sends an error message about inner from the tunnel's own address to
// the sender, who is behind the box: through the TUN, for the kernel to route.
// The tunnel's own address gets none: a router does not report to itself, and
// the kernel knows the device's MTU.
func (o *outbound) complain(limit *everySoOften, interval time.Duration, inner packet.IPv4, e packet.ICMPError) {
	if len(o.t.Addresses) == 0 || o.t.owns(inner.Source()) ||
		!packet.MayComplainAbout(inner) || !limit.due(o.now, interval) {
		return
	}
	e.From = o.t.Addresses[0]
	b := e.Append(make([]byte, Headroom, 1024), inner)
	if err := o.p.overlay.Deliver(o.t.Name, [][]byte{b}, Headroom); err != nil {
		o.t.drops.add(DropOverlayWrite, 1)
	}
}
