package nhrp

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Reason says why a packet was not acted on. Every such packet counts under
// exactly one, and every reason has a name that show prints.
type Reason uint8

const (
	// Malformed: Decode says which and where.
	DropTruncated         Reason = iota // shorter than what it must hold
	DropLength                          // packet size field larger than the packet, or too small
	DropVersion                         // not version 1
	DropChecksum                        // checksum wrong
	DropType                            // unknown packet type
	DropAddressFamily                   // NBMA addresses that are neither IPv4 nor IPv6
	DropProtocolType                    // protocol that is neither IPv4 nor IPv6
	DropAddressLength                   // address length that does not fit its family
	DropSubaddress                      // NBMA subaddress, or E.164 numbering
	DropExtensionOffset                 // extension offset outside the packet
	DropExtensionLength                 // extension past the end
	DropTooManyEntries                  // more client information entries than anyone needs
	DropTooManyExtensions               // more extensions than anyone needs

	// Well formed, and refused.
	DropTunnelDown       // the tunnel's line protocol is down
	DropFamily           // about another protocol than the tunnel's
	DropNoSource         // without a source protocol address
	DropOwn              // our own packet came back
	DropHopCount         // hop count is zero
	DropAuthentication   // authentication missing, repeated or wrong
	DropUnknownExtension // compulsory extension that we do not know
	DropBadExtension     // extension whose content is malformed
	DropLoop             // we have forwarded it before
	DropNoEntry          // without the client information entry it needs
	DropNotForUs         // registration or purge for another server
	DropUnexpected       // answer to nothing that we have asked
	DropErrorExtensions  // Error Indication with extensions
	DropErrorUnmatched   // Error Indication about nothing that we have asked

	// Not handled.
	DropTrafficIndication    // redirect that we do not follow
	DropTransit              // packet to pass on, and no way to its receiver
	DropUnresolved           // data for a next hop that nobody can be asked about
	DropResolutionLimit      // next hop or destination that was not asked for: too many are
	DropResolutionUnanswered // our Resolution Request, repeated and given up
	DropResolutionReply      // answer to our Resolution Request that makes no sense
	DropBothTranslated       // answer of a station behind NAT, as we are: data stays with the server
	DropErrorLimit           // refused, and not told so: too many errors per second
	DropPurgeUnanswered      // our purge, repeated and given up
	DropUnsendable           // our packet, which could not be encoded
	DropQuota                // our packet, beyond what MaxSend lets out
	DropUnremembered         // answer about ourselves that could not be taken back: too many are out

	// Answered, and not with success: the codes of client information entries.
	DeclinedProhibited
	DeclinedResources
	DeclinedNoBinding
	DeclinedNotUnique
	DeclinedUnique
	numReasons
)

var reasonNames = [numReasons]string{
	DropTruncated:            "packet truncated",
	DropLength:               "bad packet size",
	DropVersion:              "bad version",
	DropChecksum:             "bad checksum",
	DropType:                 "unknown packet type",
	DropAddressFamily:        "unsupported NBMA address family",
	DropProtocolType:         "unsupported protocol type",
	DropAddressLength:        "bad address length",
	DropSubaddress:           "unsupported NBMA subaddress",
	DropExtensionOffset:      "bad extension offset",
	DropExtensionLength:      "extension past the end",
	DropTooManyEntries:       "too many client information entries",
	DropTooManyExtensions:    "too many extensions",
	DropTunnelDown:           "tunnel down",
	DropFamily:               "protocol not that of the tunnel",
	DropNoSource:             "no source protocol address",
	DropOwn:                  "own packet",
	DropHopCount:             "hop count exceeded",
	DropAuthentication:       "authentication failure",
	DropUnknownExtension:     "unrecognized compulsory extension",
	DropBadExtension:         "invalid extension",
	DropLoop:                 "loop detected",
	DropNoEntry:              "no client information entry",
	DropNotForUs:             "not for this server",
	DropUnexpected:           "unexpected reply",
	DropErrorExtensions:      "error indication with extensions",
	DropErrorUnmatched:       "error indication unmatched",
	DropTrafficIndication:    "traffic indication not followed",
	DropTransit:              "no way to pass it on",
	DropResolutionLimit:      "resolution request suppressed",
	DropResolutionUnanswered: "resolution unanswered",
	DropResolutionReply:      "invalid resolution reply",
	DropBothTranslated:       "both ends behind NAT",
	DropUnresolved:           "next hop unresolved",
	DropErrorLimit:           "error indication suppressed",
	DropPurgeUnanswered:      "purge unanswered",
	DropUnsendable:           "packet not sendable",
	DropQuota:                "max-send quota exceeded",
	DropUnremembered:         "answer not remembered",
	DeclinedProhibited:       "answered: " + AdministrativelyProhibited.String(),
	DeclinedResources:        "answered: " + InsufficientResources.String(),
	DeclinedNoBinding:        "answered: " + NoBinding.String(),
	DeclinedNotUnique:        "answered: " + BindingNotUnique.String(),
	DeclinedUnique:           "answered: " + UniqueRegistered.String(),
}

// String is the name of the counter.
func (r Reason) String() string { return reasonNames[r] }

// DecodeError is what Decode finds wrong with a packet.
type DecodeError struct {
	Reason Reason
	Offset int // in octets from the fixed header
}

func (e DecodeError) Error() string {
	return fmt.Sprintf("nhrp: %v at octet %d", e.Reason, e.Offset)
}

type dropCounts [numReasons]uint64

// named lists the counters by name, also those that are zero.
func (d *dropCounts) named() []Counter {
	all := make([]Counter, 0, numReasons)
	for r, n := range d {
		all = append(all, Counter{reasonNames[r], n})
	}
	slices.SortFunc(all, func(a, b Counter) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// ours tells the reasons that befall packets which we send.
func (r Reason) ours() bool {
	switch r {
	case DropUnresolved, DropResolutionLimit, DropResolutionUnanswered, DropPurgeUnanswered, DropUnsendable, DropQuota:
		return true
	}
	return false
}

// drop counts a packet that is not acted on.
func (t *tunnel) drop(r Reason, peer netip.Addr) { t.dropOf(r, Endpoint{NBMA: peer}) }

// dropOf is drop where the peer's protocol address is known too.
func (t *tunnel) dropOf(r Reason, peer Endpoint) {
	t.note(Incident{NBMA: peer.NBMA, Protocol: peer.Protocol, Reason: r, Sent: r.ours()})
	t.count(r, peer)
}

// count is a drop of which the incident has been noted.
func (t *tunnel) count(r Reason, peer Endpoint) {
	t.drops[r]++
	if t.engine.debug.Error {
		t.engine.do(Debug{TopicError, Dropped{t.config.Name, r.ours(), peer.NBMA, peer.Protocol, r.String()}})
	}
}
