package dataplane

import (
	"sync/atomic"

	"weft/dataplane/esp"
)

// Reason says why a packet was dropped. Every drop counts under exactly one,
// and every reason has a name that show prints.
type Reason uint8

const (
	DropTunnelDown       Reason = iota // the tunnel's line protocol is down
	DropNoRoute                        // nothing out of this tunnel covers the destination
	DropNoAdjacency                    // the next hop has no NBMA address
	DropNoMulticast                    // multicast, and nobody to copy it to
	DropTooBig                         // larger than the tunnel's MTU, with DF set
	DropTTLExpired                     // inner TTL
	DropNotIP                          // not an IPv4 packet
	DropTruncated                      // shorter than its own header says
	DropOuterLoop                      // a packet from a TUN whose outer header is ours: recursion
	DropUnderlaySend                   // the socket refused it
	DropOverlayWrite                   // the TUN refused it
	DropNoTunnel                       // GRE for no tunnel of ours: wrong key, or source, or destination
	DropGREVersion                     // GRE version not 0
	DropGREFlags                       // reserved bits or routing present
	DropGREChecksum                    // GRE checksum wrong
	DropGREProtocol                    // a GRE protocol that we do not speak
	DropEventQueue                     // control packet lost because the router is behind
	DropNotGRE                         // an outer packet of another protocol
	DropFragment                       // an outer fragment, which the kernel should have reassembled
	DropOwnSource                      // from a peer, with the tunnel's own address as its source
	DropCongested                      // marked on its way, and its sender would not understand
	DropNoAssociation                  // to be protected, and no association with the peer
	DropNotProtected                   // clear text for a tunnel that takes none
	DropUnknownSPI                     // ESP for no association of ours
	DropESPTruncated                   // too short, or cut within a block
	DropESPReplay                      // it has been here, or may have been
	DropESPLate                        // too old for the replay window
	DropESPForged                      // the integrity check failed
	DropESPPadding                     // authentic, with a pad length that makes no sense
	DropESPDummy                       // sent to be dropped
	DropSelector                       // authentic, and not what the association is for
	DropAssociationSpent               // the association is beyond its limits
	numReasons

	// forwarded is what a step returns that did not drop the packet.
	forwarded = numReasons
	// consumed is what it returns for a packet that went nowhere and was of use.
	consumed = numReasons + 1
)

var reasonNames = [numReasons]string{
	DropTunnelDown:   "tunnel down",
	DropNoRoute:      "no route",
	DropNoAdjacency:  "no adjacency",
	DropNoMulticast:  "no multicast receiver",
	DropTooBig:       "too big",
	DropTTLExpired:   "TTL expired",
	DropNotIP:        "not IPv4",
	DropTruncated:    "truncated",
	DropOuterLoop:    "recursive routing",
	DropUnderlaySend: "send failed",
	DropOverlayWrite: "write failed",
	DropNoTunnel:     "no tunnel",
	DropGREVersion:   "GRE version",
	DropGREFlags:     "GRE flags",
	DropGREChecksum:  "GRE checksum",
	DropGREProtocol:  "unknown GRE protocol",
	DropEventQueue:   "event queue full",
	DropNotGRE:       "not GRE",
	DropFragment:     "outer fragment",
	DropOwnSource:    "own source address",
	DropCongested:    "congestion",

	DropNoAssociation:    "no security association",
	DropNotProtected:     "not protected",
	DropUnknownSPI:       "unknown SPI",
	DropESPTruncated:     "ESP truncated",
	DropESPReplay:        "ESP replayed",
	DropESPLate:          "ESP outside the replay window",
	DropESPForged:        "ESP integrity check failed",
	DropESPPadding:       "ESP padding",
	DropESPDummy:         "ESP dummy",
	DropSelector:         "not of the security association",
	DropAssociationSpent: "security association used up",
}

// faultReasons are what an association refuses a packet for.
var faultReasons = [...]Reason{
	esp.Truncated: DropESPTruncated,
	esp.Replayed:  DropESPReplay,
	esp.Late:      DropESPLate,
	esp.Forged:    DropESPForged,
	esp.Padding:   DropESPPadding,
	esp.Dummy:     DropESPDummy,
	esp.Exhausted: DropAssociationSpent,
	esp.Expired:   DropAssociationSpent,
	esp.Oversize:  DropTooBig,
}

func (r Reason) String() string {
	if r >= numReasons {
		return "none"
	}
	return reasonNames[r]
}

// tally counts drops by reason.
type tally [numReasons]atomic.Uint64

func (t *tally) add(r Reason, n int) { t[r].Add(uint64(n)) }

// list is what has counted, in the order of the reasons.
func (t *tally) list() (drops []Drop) {
	for r := range t {
		if n := t[r].Load(); n > 0 {
			drops = append(drops, Drop{Reason(r), n})
		}
	}
	return drops
}

func (t *tally) clear() {
	for r := range t {
		t[r].Store(0)
	}
}
