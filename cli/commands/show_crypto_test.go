package commands

import (
	"net/netip"
	"testing"
	"time"

	"weft/dataplane/esp"
	"weft/ike"
)

func port(s string) netip.AddrPort { return netip.MustParseAddrPort(s) }

// version1State is a hub with one spoke that is up, and one whose negotiation
// was given up.
func version1State() CryptoState {
	profile := ike.IPsec{Name: "DMVPN", PFS: 14, Lifetime: time.Hour, Kilobytes: 4608000, Window: 64, Transforms: []ike.Transform{
		{Name: "TS", Suite: esp.Suite{Cipher: esp.AESCBC, Bits: 256, MAC: esp.SHA256}}}}
	return CryptoState{
		Config: ike.Config{
			Policies: []ike.Policy{{Priority: 10, Cipher: ike.Cipher{Cipher: esp.AESCBC, Bits: 256}, Hash: ike.SHA256, Group: 14, Lifetime: 24 * time.Hour},
				{Priority: 65508, Cipher: ike.Cipher{Cipher: esp.AESCBC, Bits: 128}, Hash: ike.SHA1, Group: 5, Lifetime: 24 * time.Hour}},
			Keyrings: []ike.Keyring{{Keys: []ike.Key{{Peer: prefix("0.0.0.0/0"), Secret: esp.Key("EXAMPLEKEY")}}},
				{Name: "KR-INET", Keys: []ike.Key{{Peer: prefix("198.51.100.11/32"), Secret: esp.Key("EXAMPLEKEY")}}}},
			Transforms: []ike.Transform{{Name: "TS", Suite: esp.Suite{Cipher: esp.AESCBC, Bits: 256, MAC: esp.SHA256}},
				{Name: "default", Suite: esp.Suite{Cipher: esp.AESCBC, Bits: 128, MAC: esp.SHA1}, Transport: true}},
			IPsec: []ike.IPsec{profile}, Lifetime: time.Hour, Kilobytes: 4608000,
			Endpoints: []ike.Endpoint{{Tunnel: "Tunnel0", Local: addr("192.0.2.1"), IPsec: profile}},
		},
		State: ike.State{
			SAs: []ike.SA{
				{ID: 1004, Version: 1, Local: port("192.0.2.1:500"), Remote: port("198.51.100.11:500"), Stage: ike.QuickIdle, Cipher: ike.Cipher{Cipher: esp.AESCBC, Bits: 256},
					Hash: ike.SHA256, Group: 14, RemoteID: ike.Identity{Address: addr("198.51.100.11")}, Created: noon.Add(-18*time.Minute - 51*time.Second),
					Expires: noon.Add(23*time.Hour + 41*time.Minute + 9*time.Second), DPD: ike.DPD{Interval: 30 * time.Second}},
				{ID: 1005, Version: 1, Local: port("192.0.2.1:500"), Remote: port("198.51.100.22:500"), Stage: ike.NoState, Deleted: true},
			},
			Children: []ike.Child{{ID: 1, Tunnels: []string{"Tunnel0"}, Local: port("192.0.2.1:0"), Peer: port("198.51.100.11:0"), SA: 1004, Suite: esp.Suite{Cipher: esp.AESCBC, Bits: 256, MAC: esp.SHA256},
				In: 0x122E236, Out: 0x8DD9D24, Window: 64, Current: true, Created: noon.Add(-445 * time.Second), Expires: noon.Add(3155 * time.Second), Kilobytes: 4608000,
				LocalSelector: ike.Selector{Prefix: prefix("192.0.2.1/32"), Protocol: 47}, PeerSelector: ike.Selector{Prefix: prefix("198.51.100.11/32"), Protocol: 47}}},
			Wants: []ike.Want{{Pair: ike.Pair{Tunnel: "Tunnel0", Peer: port("198.51.100.33:0")}}},
		},
		Inbound:  map[uint32]SATraffic{0x122E236: {Packets: 99, Kilobytes: 4607988, Sequence: 99}},
		Outbound: map[uint32]SATraffic{0x122E236: {Packets: 102, Kilobytes: 4607988, PathMTU: 1500, PlainMTU: 1458}},
	}
}

// version2State is a spoke behind an address translator.
func version2State() CryptoState {
	return CryptoState{
		Config: ike.Config{
			Proposals: []ike.Proposal{{Name: "default", Ciphers: []ike.Cipher{{Cipher: esp.AESCBC, Bits: 256}}, Integrity: []ike.Hash{ike.SHA512, ike.SHA384},
				PRF: []ike.Hash{ike.SHA512, ike.SHA384}, Groups: []ike.Group{19, 14, 21}}},
			Policies2: []ike.Policy2{{Name: "default", AnyVRF: true, Proposals: []string{"default"}}},
			Profiles2: []ike.Profile2{{Name: "IKEV2-PROF", Match: []ike.Match{{Prefix: prefix("0.0.0.0/0")}}, Remote: []ike.Authentication{ike.PreShared}, Keyring: "KR", Lifetime: 24 * time.Hour}},
		},
		State: ike.State{
			SAs: []ike.SA{{ID: 1, Version: 2, VRF: "INET", Local: port("192.0.2.1:4500"), Remote: port("198.51.100.11:4500"), Stage: ike.Ready, Initiator: true,
				Cipher: ike.Cipher{Cipher: esp.AESCBC, Bits: 256}, Hash: ike.SHA256, Integrity: ike.SHA256, Group: 14, Profile: "IKEV2-PROF", Lifetime: 24 * time.Hour,
				LocalID: ike.Identity{Address: addr("192.0.2.1")}, RemoteID: ike.Identity{Address: addr("198.51.100.11")}, LocalSPI: 0x1F7B76961C3A77ED, RemoteSPI: 0x1298FDE074BD724C, Created: noon.Add(-441 * time.Second),
				Expires: noon.Add(24*time.Hour - 441*time.Second), NAT: ike.NAT{Remote: true}, DPD: ike.DPD{Interval: 30 * time.Second, Retry: 5 * time.Second}}},
			Children: []ike.Child{{ID: 3, Tunnels: []string{"Tunnel0"}, Local: port("192.0.2.1:4500"), Peer: port("198.51.100.11:4500"), SA: 1, Suite: esp.Suite{Cipher: esp.AESGCM, Bits: 256},
				In: 0x10, Out: 0x20, Window: 1024, Current: true, Created: noon.Add(-27*time.Minute - 42*time.Second), Expires: noon.Add(1937 * time.Second), Kilobytes: 4608000,
				LocalSelector: ike.Selector{Prefix: prefix("192.0.2.1/32"), Protocol: 47}, PeerSelector: ike.Selector{Prefix: prefix("198.51.100.11/32"), Protocol: 47}}},
			Stats:    ike.Statistics{Outgoing: 1, CookieChallenges: 2, CookiePassed: 1},
			Counters: []ike.Counter{{Name: "authentication failed", Count: 3}},
		},
		Inbound:  map[uint32]SATraffic{0x10: {Packets: 88, Kilobytes: 4607919, Sequence: 88, Replay: 2}},
		Outbound: map[uint32]SATraffic{0x10: {Packets: 91, Kilobytes: 4607918, PathMTU: 1500, PlainMTU: 1438}},
	}
}

func TestShowCryptoOfVersion1(t *testing.T) {
	r := newFakeRouter()
	r.crypto = version1State()
	golden(t, "show_crypto_v1.txt", r, "show crypto isakmp sa", "show crypto isakmp sa detail", "show crypto isakmp policy", "show crypto isakmp default policy", "show crypto isakmp key",
		"show crypto isakmp peers", "show crypto ipsec sa", "show crypto ipsec sa peer 198.51.100.99", "show crypto ipsec sa detail", "show crypto ipsec transform-set", "show crypto ipsec profile",
		"show crypto ipsec security-association", "show crypto session", "show crypto session detail", "show crypto session brief", "show crypto sockets", "show tunnel protection statistics", "show crypto engine connections active")
}

func TestShowCryptoOfVersion2(t *testing.T) {
	r := newFakeRouter()
	r.crypto = version2State()
	golden(t, "show_crypto_v2.txt", r, "show crypto ikev2 sa", "show crypto ikev2 sa detail", "show crypto ikev2 session detail", "show crypto ikev2 proposal", "show crypto ikev2 policy",
		"show crypto ikev2 profile", "show crypto ikev2 stats", "show crypto session detail", "show crypto ipsec sa")
}
