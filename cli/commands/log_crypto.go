package commands

import (
	"fmt"
	"net/netip"
	"strings"

	"weft/ike"
)

// NotProtected is a packet in the clear for a tunnel that is to be protected.
type NotProtected struct {
	Source, Destination netip.Addr
	Protocol            int
}

type (
	// CryptoSocket is the protection of a tunnel's packets to one peer.
	CryptoSocket struct {
		Tunnel        string
		Local, Remote netip.Addr
		Up            bool
	}
	// ISAKMP says that the first tunnel is to be protected, or none any more.
	ISAKMP struct{ On bool }
)

// cryptoText gives the events of IKE and IPsec the words that IOS has for them.
func cryptoText(event ike.Event) (Message, bool) {
	switch e := event.(type) {
	case ike.SessionUp:
		return Message{"CRYPTO", 5, "SESSION_STATUS", "Crypto tunnel is UP  .  " + sessionPeer(e.Peer, e.VRF, e.ID)}, true
	case ike.SessionDown:
		return Message{"CRYPTO", 5, "SESSION_STATUS", "Crypto tunnel is DOWN.  " + sessionPeer(e.Peer, e.VRF, e.ID)}, true
	case ike.InvalidSPI:
		return Message{"CRYPTO", 4, "RECVD_PKT_INV_SPI", fmt.Sprintf("decaps: rec'd IPSEC packet has invalid spi for destaddr=%s, prot=50, spi=0x%X(%d), srcaddr=%s, input interface=%s",
			e.Local.Addr(), e.SPI, e.SPI, e.From.Addr(), "any")}, true
	case ike.Failed:
		return failedText(e), true
	case ike.Trace:
		// For debug only.
	}
	return Message{}, false
}

func failedText(e ike.Failed) Message {
	text := string(e.Reason)
	if e.Text != "" {
		text += ": " + e.Text
	}
	if e.Version == 2 {
		return Message{"IKEV2", 3, "NEG_ABORT", fmt.Sprintf("Negotiation aborted due to ERROR: %s (with %s)", text, e.Peer.Addr())}
	}
	return Message{"CRYPTO", 6, "IKMP_MODE_FAILURE", fmt.Sprintf("Processing of IKE exchange failed with peer at %s: %s", e.Peer.Addr(), text)}
}

func sessionPeer(peer netip.AddrPort, vrf string, id ike.Identity) string {
	text := fmt.Sprintf("Peer %s:%d", peer.Addr(), ikePort(peer))
	if vrf != "" {
		text += "       fvrf: " + vrf
	}
	if name := identityName(id); name != "" {
		text += "       Id: " + name
	}
	return text
}

func socketText(e CryptoSocket) Message {
	return Message{"DMVPN", 5, "CRYPTO_SS", fmt.Sprintf(" %s: local address : %s remote address : %s socket is %s", e.Tunnel, addressName(e.Local), addressName(e.Remote), strings.ToUpper(upDown(e.Up)))}
}

func isakmpText(e ISAKMP) Message {
	return Message{"CRYPTO", 6, "ISAKMP_ON_OFF", "ISAKMP is " + map[bool]string{true: "ON", false: "OFF"}[e.On]}
}

func notProtectedText(e NotProtected) Message {
	return Message{"CRYPTO", 4, "RECVD_PKT_NOT_IPSEC", fmt.Sprintf("Rec'd packet not an IPSEC packet. (ip) vrf/dest_addr= /%s, src_addr= %s, prot= %d", e.Destination, e.Source, e.Protocol)}
}

// cryptoDebugText is a step of a negotiation in a line.
func cryptoDebugText(e ike.Trace) []string {
	prefix := "ISAKMP"
	if e.Version == 2 {
		prefix = "IKEv2"
	}
	if e.ID != 0 {
		prefix += fmt.Sprintf(":(%d)", e.ID)
	}
	var lines []string
	for line := range strings.SplitSeq(e.Text, "\n") {
		lines = append(lines, prefix+": "+line)
	}
	return lines
}
