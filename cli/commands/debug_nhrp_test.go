package commands

import (
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"weft/nhrp"
)

func encoded(t *testing.T, p nhrp.Packet) []byte {
	t.Helper()
	p.Underlay, p.Overlay = nhrp.IPv4, nhrp.IPv4
	b, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDebugPrintsPackets(t *testing.T) {
	registration := encoded(t, nhrp.Packet{Type: nhrp.RegistrationRequest, HopCount: 255, SourceNBMA: addr("198.51.100.11"), Source: addr("10.0.0.11"), Destination: addr("10.0.0.1"),
		Flags: nhrp.FlagUnique | nhrp.FlagNAT, RequestID: 65537, CIEs: []nhrp.CIE{{PrefixLength: 255, MTU: 1476, HoldingTime: 7200, Preference: 255}},
		Extensions: []nhrp.Extension{{Type: nhrp.ResponderAddress, Compulsory: true}, {Type: nhrp.ForwardTransitNHS, Compulsory: true}, {Type: nhrp.ReverseTransitNHS, Compulsory: true},
			{Type: nhrp.Authentication, Compulsory: true, Value: []byte("\x00\x00\x00\x01TOPSECRT")}, {Type: nhrp.VendorPrivate, Value: []byte("\x00\x00\x0cx")}, {Type: nhrp.NATAddress, Value: []byte{1, 2, 3}}}})
	rejection := encoded(t, nhrp.Packet{Type: nhrp.ErrorIndication, HopCount: 255, SourceNBMA: addr("192.0.2.1"), Source: addr("10.0.0.1"), Destination: addr("10.0.0.11"),
		Error: nhrp.AuthenticationFailure, ErrorOffset: 64, Body: registration})
	reply := encoded(t, nhrp.Packet{Type: nhrp.ResolutionReply, HopCount: 254, SourceNBMA: addr("198.51.100.11"), Source: addr("10.0.0.11"), Destination: addr("172.16.12.10"),
		Flags: nhrp.FlagRouter | nhrp.FlagDestinationStable, RequestID: 9, CIEs: []nhrp.CIE{{PrefixLength: 24, HoldingTime: 600, NBMA: addr("203.0.113.12"), Protocol: addr("10.0.0.12")}, {Code: nhrp.NoBinding}}})
	var b strings.Builder
	for _, e := range []nhrp.PacketEvent{
		{Tunnel: "Tunnel0", Sent: true, Peer: addr("192.0.2.1"), Packet: registration},
		{Tunnel: "Tunnel0", Peer: addr("192.0.2.1"), Packet: rejection},
		{Tunnel: "Tunnel0", Peer: addr("203.0.113.12"), Packet: reply},
		{Tunnel: "Tunnel0", Peer: addr("203.0.113.12"), Packet: registration[:40]},
		{Tunnel: "Tunnel0", Peer: addr("203.0.113.12")},
	} {
		for _, line := range DebugText(e, noon) {
			b.WriteString(line + "\n")
		}
	}
	if strings.Contains(b.String(), "TOPSECRT") {
		t.Error("debug prints the authentication string")
	}
	goldenText(t, "debug_nhrp_packet.txt", b.String())
}

// A registration that another implementation sent.
func TestDebugPrintsAForeignPacket(t *testing.T) {
	packet, err := hex.DecodeString("00010800000000000001005cf2f20034010304000404000200000001c633640dac1e000dac1e0001" +
		"00200000000002580000000080040000800500008003000000090014002000000000000004000400c0000201ac1e000180000000")
	if err != nil {
		t.Fatal(err)
	}
	lines := DebugText(nhrp.PacketEvent{Tunnel: "Tunnel0", Peer: addr("192.0.2.30"), Packet: packet}, noon)
	goldenText(t, "debug_nhrp_foreign.txt", strings.Join(lines, "\n")+"\n")
}

func TestDebugPrintsTheCacheAndErrors(t *testing.T) {
	entry := nhrp.Entry{Protocol: prefix("10.0.0.11/32"), NextHop: addr("10.0.0.11"), NBMA: addr("198.51.100.11"), Type: nhrp.Dynamic, Expires: noon.Add(10 * time.Minute)}
	for _, row := range []struct {
		event any
		want  string
	}{
		{nhrp.CacheEvent{Tunnel: "Tunnel0", Verb: "added", Entry: entry}, "NHRP: Tunnel0: Cache add for target 10.0.0.11/32 next-hop 10.0.0.11\n           198.51.100.11, dynamic, expires in 00:10:00"},
		{nhrp.CacheEvent{Tunnel: "Tunnel0", Verb: "deleted", Entry: nhrp.Entry{Protocol: prefix("10.0.0.9/32"), Type: nhrp.Incomplete}}, "NHRP: Tunnel0: Cache delete for target 10.0.0.9/32 next-hop UNKNOWN\n           UNKNOWN, incomplete, never expires"},
		{nhrp.Dropped{Tunnel: "Tunnel0", Peer: addr("198.51.100.11"), Reason: "bad checksum"}, "NHRP: Tunnel0: packet from 198.51.100.11 dropped: bad checksum"},
		{nhrp.Dropped{Tunnel: "Tunnel0", Peer: addr("198.51.100.11"), Protocol: addr("10.0.0.11"), Reason: "authentication failure"},
			"NHRP: Tunnel0: packet from (Tunnel: 10.0.0.11 NBMA: 198.51.100.11) dropped: authentication failure"},
		{nhrp.Dropped{Tunnel: "Tunnel0", Sent: true, Peer: addr("198.51.100.11"), Reason: "max-send quota exceeded"}, "NHRP: Tunnel0: packet to 198.51.100.11 dropped: max-send quota exceeded"},
		{nhrp.Dropped{Tunnel: "Tunnel0", Sent: true, Protocol: addr("10.0.0.9"), Reason: "next hop unresolved"}, "NHRP: Tunnel0: packet to 10.0.0.9 dropped: next hop unresolved"},
		{nil, ""},
	} {
		if got := strings.Join(DebugText(row.event, noon), "\n"); got != row.want {
			t.Errorf("%T prints %q, want %q", row.event, got, row.want)
		}
	}
}

func FuzzDebugText(f *testing.F) {
	f.Add([]byte{0, 1, 8, 0})
	f.Add(make([]byte, 60))
	f.Fuzz(func(t *testing.T, packet []byte) {
		if lines := DebugText(nhrp.PacketEvent{Tunnel: "Tunnel0", Packet: packet}, noon); len(lines) == 0 {
			t.Error("nothing is printed")
		}
	})
}
