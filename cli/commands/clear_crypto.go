package commands

import "weft/ike"

var clearCryptoExecs = execs(help{
	"clear": "Reset functions", "crypto": "Encryption subsystem", "sa": "Clear all crypto SAs", "isakmp": "Flush the ISAKMP database", "ikev2": "Clear IKEv2 SAs",
	"session": "Clear crypto sessions (IPSec and IKE SAs)", "peer": "Clear all SAs for a given crypto peer", "remote": "Clear the session of a peer", "address": "IP address",
	"number": "connection id of SA", "counters": "Reset the SA counters", "local": "Of a local address", "fast": "Without telling the peers",
},
	&Exec{Syntax: "clear crypto sa [peer address:A.B.C.D]", Privilege: privileged, Run: func(s Session, a args) error {
		return clearCrypto(s, ike.Clear{IPsec: true, Peer: a.Addr("address")})
	}},
	&Exec{Syntax: "clear crypto sa counters", Privilege: privileged, Run: func(s Session, _ args) error {
		s.Router().ClearCryptoCounters()
		return nil
	}},
	&Exec{Syntax: "clear crypto isakmp [number:<1-32766>]", Privilege: privileged, Run: func(s Session, a args) error {
		c := ike.Clear{IKE: true}
		if a.Has("number") {
			c.ID = a.Int("number")
		}
		return clearCrypto(s, c)
	}},
	&Exec{Syntax: "clear crypto ikev2 sa [remote address:A.B.C.D]", Privilege: privileged, Run: func(s Session, a args) error {
		return clearCrypto(s, ike.Clear{IKE: true, IPsec: true, Peer: a.Addr("address")})
	}},
	&Exec{Syntax: "clear crypto session [remote address:A.B.C.D]", Privilege: privileged, Run: func(s Session, a args) error {
		return clearCrypto(s, ike.Clear{IKE: true, IPsec: true, Peer: a.Addr("address")})
	}},
)

func clearCrypto(s Session, c ike.Clear) error {
	s.Router().ClearCrypto(c)
	return nil
}
