package packet_test

import (
	"bytes"
	"math/rand/v2"
	"net/netip"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"weft/dataplane/packet"
)

var (
	alice = netip.MustParseAddr("172.16.11.10")
	bob   = netip.MustParseAddr("172.16.12.10")
)

// serialize lets an independent encoder make a packet.
func serialize(t testing.TB, all ...gopacket.SerializableLayer) []byte {
	t.Helper()
	buffer := gopacket.NewSerializeBuffer()
	err := gopacket.SerializeLayers(buffer, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, all...)
	if err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}

func ipv4(protocol layers.IPProtocol) *layers.IPv4 {
	return &layers.IPv4{Version: 4, TTL: 64, Id: 7, Protocol: protocol, SrcIP: alice.AsSlice(), DstIP: bob.AsSlice()}
}

func udp(source, destination int) *layers.UDP {
	d := &layers.UDP{SrcPort: layers.UDPPort(source), DstPort: layers.UDPPort(destination)}
	d.SetNetworkLayerForChecksum(ipv4(layers.IPProtocolUDP))
	return d
}

func parse(t testing.TB, b []byte) packet.IPv4 {
	t.Helper()
	p, ok := packet.ParseIPv4(b)
	if !ok {
		t.Fatalf("%x is not taken for an IPv4 packet", b)
	}
	return p
}

func TestFieldsAreThoseOfIndependentEncoder(t *testing.T) {
	header := ipv4(layers.IPProtocolUDP)
	header.TOS, header.Flags, header.FragOffset = 0xb8, layers.IPv4DontFragment, 0
	b := serialize(t, header, gopacket.Payload("payload"))
	p := parse(t, append(b, "ethernet padding"...))
	if p.Source() != alice || p.Destination() != bob || p.TOS() != 0xb8 || p.TTL() != 64 || p.ID() != 7 ||
		p.Protocol() != packet.ProtocolUDP || !p.DontFragment() || p.IsFragment() || string(p.Payload()) != "payload" {
		t.Errorf("%x is misread", b)
	}
	if packet.Checksum(p[:p.HeaderLen()]) != 0 {
		t.Error("the checksum of a good header is not zero")
	}
}

func TestWrittenHeaderIsReadByIndependentDecoder(t *testing.T) {
	b := make([]byte, 28)
	packet.IPv4Header{TOS: 0xc0, TotalLen: 28, ID: 99, DontFragment: true, TTL: 255,
		Protocol: packet.ProtocolGRE, Source: alice, Destination: bob}.Put(b)
	var theirs layers.IPv4
	if err := theirs.DecodeFromBytes(b, gopacket.NilDecodeFeedback); err != nil {
		t.Fatal(err)
	}
	if theirs.TOS != 0xc0 || theirs.Length != 28 || theirs.Id != 99 || theirs.Flags != layers.IPv4DontFragment ||
		theirs.TTL != 255 || theirs.Protocol != layers.IPProtocolGRE ||
		!theirs.SrcIP.Equal(alice.AsSlice()) || !theirs.DstIP.Equal(bob.AsSlice()) || packet.Checksum(b[:20]) != 0 {
		t.Errorf("%x is read as %+v", b, theirs)
	}
}

func TestWhatIsNoPacketIsRefused(t *testing.T) {
	good := serialize(t, ipv4(layers.IPProtocolUDP), gopacket.Payload("payload"))
	damage := func(at int, value byte) []byte {
		b := bytes.Clone(good)
		b[at] = value
		return b
	}
	for name, b := range map[string][]byte{
		"nothing":                       nil,
		"19 octets":                     good[:19],
		"cut short":                     good[:len(good)-1],
		"version 6":                     damage(0, 0x65),
		"header of 16 octets":           damage(0, 0x44),
		"header longer than the packet": damage(0, 0x4f),
		"length less than the header":   damage(3, 19),
	} {
		if _, ok := packet.ParseIPv4(b); ok {
			t.Errorf("%s is taken for a packet", name)
		}
	}
}

func TestIncrementalChecksumAgreesWithWhole(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, 64)
	for range 10_000 {
		for i := range b {
			b[i] = byte(random.Uint32())
		}
		sum := packet.Checksum(b)
		at := random.IntN(len(b)/2) * 2
		was := uint16(b[at])<<8 | uint16(b[at+1])
		is := uint16(random.Uint32())
		b[at], b[at+1] = byte(is>>8), byte(is)
		if got, want := packet.UpdateChecksum(sum, was, is), packet.Checksum(b); got != want {
			t.Fatalf("%04x to %04x: %04x, want %04x", was, is, got, want)
		}
	}
}

func TestChecksumOfAnyLengthIsThatOfItsWords(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for n := range 200 {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(random.Uint32()) | byte(0xff*(n%2)) // every other one is all ones
		}
		sum := uint32(0)
		for i, octet := range b {
			sum += uint32(octet) << (8 * (1 - i%2))
		}
		for sum > 0xffff {
			sum = sum>>16 + sum&0xffff
		}
		if got := packet.Checksum(b); got != ^uint16(sum) {
			t.Errorf("%d octets: %04x, want %04x", n, got, ^uint16(sum))
		}
	}
}

func TestCongestionMarkKeepsTheChecksum(t *testing.T) {
	for tos := range 256 {
		header := ipv4(layers.IPProtocolUDP)
		header.TOS = uint8(tos)
		p := parse(t, serialize(t, header, gopacket.Payload("payload")))
		p.MarkCE()
		if p.ECN() != packet.CongestionExperienced || p.TOS() != uint8(tos)|3 || packet.Checksum(p[:p.HeaderLen()]) != 0 {
			t.Errorf("TOS %#x became %#x", tos, p.TOS())
		}
	}
}

func TestFlowsStayTogetherAndSpread(t *testing.T) {
	flow := func(port int) packet.IPv4 {
		return parse(t, serialize(t, ipv4(layers.IPProtocolUDP), udp(port, 53), gopacket.Payload("q")))
	}
	if flow(1000).FlowHash() != flow(1000).FlowHash() {
		t.Error("one flow has two hashes")
	}
	part := func(offset uint16, text string) packet.IPv4 {
		header := ipv4(layers.IPProtocolUDP)
		header.FragOffset, header.Flags = offset, layers.IPv4MoreFragments
		return parse(t, serialize(t, header, gopacket.Payload(text)))
	}
	if part(0, "portsportsports!").FlowHash() != part(2, "and not any ports").FlowHash() {
		t.Error("the fragments of one packet have two hashes")
	}
	var sides [2]int
	for port := range 1000 {
		sides[uint64(flow(1024+port).FlowHash())*2>>32]++
	}
	if sides[0] < 400 || sides[1] < 400 {
		t.Errorf("1000 flows spread %v over two ways", sides)
	}
}

func FuzzViews(f *testing.F) {
	f.Add(serialize(f, ipv4(layers.IPProtocolUDP), udp(1, 2), gopacket.Payload("payload")))
	f.Add(serialize(f, ipv4(layers.IPProtocolTCP), syn(1460)))
	f.Add(serialize(f, ipv4(layers.IPProtocolICMPv4), &layers.ICMPv4{TypeCode: 0x0800}))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, ok := packet.ParseIPv4(b)
		if !ok {
			return
		}
		p.FlowHash()
		packet.PseudoHeader(p)
		if packet.MayComplainAbout(p) {
			e := packet.ICMPError{Type: packet.ICMPUnreachable, Code: packet.ICMPCodeHostUnreachable, From: alice}
			parse(t, e.Append(nil, p))
		}
		if s, ok := packet.ParseTCP(p.Payload()); ok {
			s.ClampMSS(1360)
			if s.MSS() > 1360 {
				t.Errorf("the MSS of %x is still %d", []byte(s), s.MSS())
			}
		}
		if d, ok := packet.ParseUDP(p.Payload()); ok {
			d.Payload()
		}
		for offset, mtu := 0, 68+len(b)%1400; ; {
			fragment, next, ok := packet.AppendFragment(nil, p, offset, mtu)
			if !ok || next == 0 {
				break
			}
			if q := parse(t, fragment); len(q) > mtu || next <= offset {
				t.Fatalf("fragment of %d octets at %d, then %d", len(q), offset, next)
			}
			offset = next
		}
	})
}

func BenchmarkParse(b *testing.B) {
	p := serialize(b, ipv4(layers.IPProtocolUDP), gopacket.Payload(make([]byte, 1400)))
	b.ReportAllocs()
	for b.Loop() {
		packet.ParseIPv4(p)
	}
}

func BenchmarkChecksum1400(b *testing.B) {
	p := make([]byte, 1400)
	b.SetBytes(1400)
	for b.Loop() {
		packet.Checksum(p)
	}
}
