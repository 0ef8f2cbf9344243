package dataplane

// Reason says why a packet was dropped. Every drop counts under exactly one,
// and every reason has a name that show prints.
type Reason uint8

const (
	DropTunnelDown   Reason = iota // the tunnel's line protocol is down
	DropNoRoute                    // nothing out of this tunnel covers the destination
	DropNoAdjacency                // the next hop has no NBMA address
	DropNoMulticast                // multicast, and nobody to copy it to
	DropTooBig                     // larger than the tunnel's MTU, with DF set
	DropTTLExpired                 // inner TTL
	DropNotIP                      // not an IPv4 packet
	DropTruncated                  // shorter than its own header says
	DropOuterLoop                  // a packet from a TUN whose outer header is ours: recursion
	DropUnderlaySend               // the socket refused it
	DropOverlayWrite               // the TUN refused it
	DropNoTunnel                   // GRE for no tunnel of ours: wrong key, or source, or destination
	DropGREVersion                 // GRE version not 0
	DropGREFlags                   // reserved bits or routing present
	DropGREChecksum                // GRE checksum wrong
	DropGREProtocol                // a GRE protocol that we do not speak
	DropEventQueue                 // control packet lost because the router is behind
	numReasons
)
