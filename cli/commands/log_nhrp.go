package commands

import (
	"fmt"
	"net/netip"
	"time"

	"weft/nhrp"
)

// nhrpText gives the events of NHRP the words that IOS has for them, its
// misspelling and double blanks included: people search their logs for these.
func nhrpText(event nhrp.Event) (Message, bool) {
	switch e := event.(type) {
	case nhrp.PeerUp:
		kind, mnemonic := peerKind(e.NHS)
		up := "is UP"
		if e.NHS {
			up = "is  UP"
		}
		return Message{"DMVPN", 5, mnemonic + "_UP", fmt.Sprintf("%s: %s : %s for %s %s",
			e.Tunnel, kind, bothAddresses(e.Protocol, e.NBMA), endpoint(e.Local), up)}, true
	case nhrp.PeerDown:
		kind, mnemonic := peerKind(e.NHS)
		return Message{"DMVPN", 5, mnemonic + "_DOWN", fmt.Sprintf("%s: %s : (Tunnel: %s NBMA: %s ) for %s is DOWN, Reason: %s",
			e.Tunnel, kind, addressName(e.Protocol), addressName(e.NBMA), endpoint(e.Local), downReason(e))}, true
	case nhrp.Refused:
		return Message{"DMVPN", 3, "DMVPN_NHRP_ERROR", refusedText(e)}, true
	case nhrp.Rejected:
		if e.FromErrorText != "" {
			return Message{"NHRP", 3, "PAKERROR", fmt.Sprintf("Received Error Indication from %s, code: %s(%d), (trigger src: %s (nbma: %s) dst: %s), offset: %d, data: % X",
				e.NHS, errorText(e.Error), e.Error, addressName(e.Local.Protocol), addressName(e.Local.NBMA), e.NHS, e.Offset, e.Quoted)}, true
		}
		return Message{"NHRP", 3, "PAKREPLY", fmt.Sprintf("Receive Registration Reply packet with error - %s(%d)", codeText(e.Code), e.Code)}, true
	case nhrp.Unconfigured:
		return Message{"DMVPN", 5, "NHRP_NETID_UNCONFIGURED", fmt.Sprintf(" %s: NETID : %d Unconfigured (Tunnel: %s NBMA:  %s)",
			e.Tunnel, e.NetworkID, addressName(e.Local.Protocol), addressName(e.Local.NBMA))}, true
	case nhrp.QuotaExceeded:
		return Message{"NHRP", 4, "QUOTA", fmt.Sprintf("Max-send quota of %dpkts/%dSec. exceeded on %s",
			e.MaxSend.Packets, e.MaxSend.Every/time.Second, e.Tunnel)}, true
	case nhrp.PacketEvent, nhrp.CacheEvent, nhrp.Dropped:
		// For debug only.
	}
	return Message{}, false
}

func peerKind(server bool) (kind, mnemonic string) {
	if server {
		return "Next Hop Server", "NHRP_NHS"
	}
	return "Next Hop Client", "NHRP_NHC"
}

// downReason puts the reason where IOS has one of its own words for the cause.
func downReason(e nhrp.PeerDown) string {
	switch {
	case e.Reason == "", e.NHS && e.Reason == "no longer configured":
		return "External(NHRP: no error)"
	case e.Reason == "no longer configured":
		return "administratively prohibited(NHRP: no error)"
	case e.NHS && e.Reason == "no reply":
		return "NHRP Registration Failure(NHRP: no error)"
	}
	return e.Reason + "(NHRP: no error)"
}

// refusedText ends in our own addresses, but that a wrong string is reported
// with the protocol address of who sent it. Its NBMA address IOS tells nobody;
// ours is in "debug nhrp error".
func refusedText(e nhrp.Refused) string {
	what, where := "NHRP Encap Error", e.Local
	if e.Reason == nhrp.AuthenticationFailure {
		what, where.Protocol = "Recieved wrong authentication string", e.Protocol
	}
	return fmt.Sprintf(" %s: %s for  %s , Reason:  %s (%d) on %s", e.Tunnel, what, e.Packet, errorText(e.Reason), e.Reason, endpoint(where))
}

func endpoint(e nhrp.Endpoint) string { return bothAddresses(e.Protocol, e.NBMA) }

func bothAddresses(protocol, nbma netip.Addr) string {
	return fmt.Sprintf("(Tunnel: %s NBMA: %s)", addressName(protocol), addressName(nbma))
}

func addressName(a netip.Addr) string {
	if !a.IsValid() {
		return "UNKNOWN"
	}
	return a.String()
}

// errorText is IOS's name of an error; one differs from the standard's.
func errorText(c nhrp.ErrorCode) string {
	if c == nhrp.ProtocolError {
		return "protocol generic error"
	}
	return c.String()
}

func codeText(c nhrp.Code) string {
	if c == nhrp.Success {
		return "no error"
	}
	return c.String()
}
