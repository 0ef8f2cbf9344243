package ike

import (
	"fmt"
	"slices"
	"strings"
)

// drop is why a message was not acted on, or something else went wrong. Every
// such thing counts under exactly one, by the name that show prints. Those of
// one version stand with what they are about.
type drop string

const (
	dropTruncated   drop = "message truncated"
	dropVersion     drop = "unsupported version"
	dropNoEndpoint  drop = "no protection configured for this address"
	dropUnknownSA   drop = "unknown security association"
	dropHalfOpen    drop = "too many associations in negotiation"
	dropFromSource  drop = "too many associations in negotiation with one address"
	dropLimit       drop = "too many associations"
	dropArithmetic  drop = "key exchange refused"
	dropMalformed   drop = "malformed payload"
	dropIntegrity   drop = "integrity check failed"
	dropReplay      drop = "message repeated or out of order"
	dropUnexpected  drop = "unexpected message"
	dropInvalidSPI  drop = "packet with invalid SPI"
	dropTimeout     drop = "no answer"
	dropUnsolicited drop = "answer to nothing"
)

func (e *Engine) drop(d drop) { e.drops[d]++ }

// counters lists what was counted, by name.
func (e *Engine) counters() []Counter {
	all := make([]Counter, 0, len(e.drops))
	for d, n := range e.drops {
		all = append(all, Counter{string(d), n})
	}
	slices.SortFunc(all, func(a, b Counter) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// maxRefusals bounds what is remembered of failures.
const maxRefusals = 100

// refused remembers a failure with a peer, in place of an older one of the same
// kind with it.
func (e *Engine) refused(r Refusal) {
	r.At = e.now
	e.refusals = slices.DeleteFunc(e.refusals, func(o Refusal) bool {
		return o.VRF == r.VRF && o.Local.Addr() == r.Local.Addr() && o.Peer.Addr() == r.Peer.Addr() && o.Reason == r.Reason && o.ByPeer == r.ByPeer && o.Child == r.Child
	})
	e.refusals = slices.Insert(e.refusals, 0, r)
	if len(e.refusals) > maxRefusals {
		e.refusals = e.refusals[:maxRefusals]
	}
}

// unserved remembers who wants protection where no tunnel has it, or has it by
// the other version alone.
func (e *Engine) unserved(version int, in Receive) {
	e.drop(dropNoEndpoint)
	e.refused(Refusal{VRF: in.VRF, Local: in.Local, Peer: in.From, Reason: ReasonNotConfigured, Text: fmt.Sprintf("IKEv%d", version)})
}

// Reasons. Those with a name in the vocabulary of crypto events have it.
const (
	ReasonNone          Reason = "none"
	ReasonUnreachable   Reason = "peer-not-reachable" // no answer
	ReasonProposal      Reason = "prop-val-fail"      // no proposal in common
	ReasonAuthenticate  Reason = "auth-mismatch"      // wrong key, or none for the identity
	ReasonNoProfile     Reason = "no-profile"         // no profile matches the identity
	ReasonNoKey         Reason = "no-key"             // no pre-shared key for the peer
	ReasonSelectors     Reason = "ts-unacceptable"    // traffic selectors
	ReasonPayload       Reason = "invalid-ike-payload"
	ReasonKeyExchange   Reason = "invalid-ke" // Diffie-Hellman groups or values
	ReasonDeadPeer      Reason = "dpd-sa-del"
	ReasonIdle          Reason = "idle-life-timeout"
	ReasonLifetime      Reason = "hard-life"
	ReasonDeleted       Reason = "delete-from-peer"
	ReasonUnwanted      Reason = "tnl-down" // no tunnel wants it any more
	ReasonCleared       Reason = "cleared"
	ReasonConfiguration Reason = "config-changed"
	ReasonNotConfigured Reason = "cmap-fail-to-find" // no tunnel for this address
	ReasonAdmission     Reason = "reject-cac"
	ReasonReplaced      Reason = "initial-contact" // the peer began afresh
	ReasonInternal      Reason = "internal"
)
