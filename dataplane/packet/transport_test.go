package packet_test

import (
	"bytes"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/ip4defrag"
	"github.com/gopacket/gopacket/layers"

	"weft/dataplane/packet"
)

// syn is a segment whose MSS option stands behind as many no-operations as
// padding says, so that its value lies on even or odd octets.
func syn(mss uint16, padding ...layers.TCPOption) *layers.TCP {
	s := &layers.TCP{SrcPort: 40000, DstPort: 80, SYN: true, Window: 64240}
	s.Options = append(padding, layers.TCPOption{OptionType: layers.TCPOptionKindMSS, OptionLength: 4, OptionData: []byte{byte(mss >> 8), byte(mss)}})
	s.SetNetworkLayerForChecksum(ipv4(layers.IPProtocolTCP))
	return s
}

func TestClampedSegmentKeepsItsChecksum(t *testing.T) {
	nop := layers.TCPOption{OptionType: layers.TCPOptionKindNop}
	for _, padding := range [][]layers.TCPOption{nil, {nop}, {nop, nop}, {nop, nop, nop}} {
		p := parse(t, serialize(t, ipv4(layers.IPProtocolTCP), syn(1460, padding...)))
		s, ok := packet.ParseTCP(p.Payload())
		if !ok || !s.SYN() || s.MSS() != 1460 {
			t.Fatalf("%x is misread", []byte(s))
		}
		if !s.ClampMSS(1360) || s.MSS() != 1360 {
			t.Errorf("after %d no-operations the MSS is %d", len(padding), s.MSS())
		}
		if packet.ChecksumWith(s, packet.PseudoHeader(p)) != 0 {
			t.Errorf("after %d no-operations the checksum is wrong", len(padding))
		}
	}
}

func TestSmallMSSIsNotRaised(t *testing.T) {
	p := parse(t, serialize(t, ipv4(layers.IPProtocolTCP), syn(536)))
	before := bytes.Clone(p)
	if s, _ := packet.ParseTCP(p.Payload()); s.ClampMSS(1360) || !bytes.Equal(p, before) {
		t.Error("a segment that was fine has changed")
	}
}

func TestBrokenOptionsAreLeftAlone(t *testing.T) {
	for name, options := range map[string][]byte{
		"length zero":       {2, 0, 5, 180},
		"past the end":      {2, 8, 5, 180},
		"only a kind":       {1, 1, 1, 2},
		"behind the end":    {0, 2, 4, 5},
		"MSS of five":       {2, 5, 5, 180, 0, 0, 0, 0},
		"none":              {},
		"timestamp cut off": {8, 10, 0, 0},
	} {
		b := append(make([]byte, packet.TCPHeaderLen), options...)
		b[12] = byte(len(b) / 4 << 4)
		s, ok := packet.ParseTCP(b)
		if !ok || s.ClampMSS(100) {
			t.Errorf("%s: parsed %v, changed to %x", name, ok, b)
		}
	}
}

func TestFragmentsAreReassembledByIndependentDecoder(t *testing.T) {
	payload := make([]byte, 4000)
	for i := range payload {
		payload[i] = byte(i * 7)
	}
	header := ipv4(layers.IPProtocolUDP)
	// A router alert goes into every fragment, a record route only into the first.
	header.Options = []layers.IPv4Option{
		{OptionType: 148, OptionLength: 4, OptionData: []byte{0, 0}},
		{OptionType: 7, OptionLength: 7, OptionData: []byte{4, 0, 0, 0, 0}},
		{OptionType: 0, OptionLength: 1},
	}
	p := parse(t, serialize(t, header, gopacket.Payload(payload)))
	whole := ip4defrag.NewIPv4Defragmenter()
	var got *layers.IPv4
	for offset := 0; ; {
		b, next, ok := packet.AppendFragment(nil, p, offset, 1400)
		if !ok || len(b) > 1400 || packet.Checksum(b[:parse(t, b).HeaderLen()]) != 0 {
			t.Fatalf("fragment at %d: %d octets, %v", offset, len(b), ok)
		}
		if wantLen := map[bool]int{true: 32, false: 24}[offset == 0]; parse(t, b).HeaderLen() != wantLen {
			t.Errorf("the header of the fragment at %d has %d octets, want %d", offset, parse(t, b).HeaderLen(), wantLen)
		}
		var theirs layers.IPv4
		if err := theirs.DecodeFromBytes(b, gopacket.NilDecodeFeedback); err != nil {
			t.Fatal(err)
		}
		var err error
		if got, err = whole.DefragIPv4(&theirs); err != nil {
			t.Fatal(err)
		}
		if offset = next; next == 0 {
			break
		}
	}
	if got == nil || !bytes.Equal(got.Payload, payload) {
		t.Error("the fragments do not make the packet again")
	}
}

func TestFragmentIsCutAgain(t *testing.T) {
	header := ipv4(layers.IPProtocolUDP)
	header.FragOffset, header.Flags = 100, layers.IPv4MoreFragments
	p := parse(t, serialize(t, header, gopacket.Payload(make([]byte, 1000))))
	second, next, ok := packet.AppendFragment(nil, p, 496, 600)
	q := parse(t, second)
	if !ok || next != 0 || q.FragmentOffset() != 800+496 || !q.MoreFragments() {
		t.Errorf("next %d, offset %d, more %v", next, q.FragmentOffset(), q.MoreFragments())
	}
}

func TestNothingFitsInTinyMTU(t *testing.T) {
	p := parse(t, serialize(t, ipv4(layers.IPProtocolUDP), gopacket.Payload(make([]byte, 100))))
	for _, mtu := range []int{-1, 0, 20, 27} {
		if b, _, ok := packet.AppendFragment(nil, p, 0, mtu); ok || len(b) != 0 {
			t.Errorf("an MTU of %d got %d octets", mtu, len(b))
		}
	}
}

func TestErrorQuotesThePacketForIndependentDecoder(t *testing.T) {
	p := parse(t, serialize(t, ipv4(layers.IPProtocolUDP), gopacket.Payload(make([]byte, 1400))))
	b := packet.ICMPError{Type: packet.ICMPUnreachable, Code: packet.ICMPCodeFragmentationNeeded, MTU: 1400, From: bob}.Append(nil, p)
	decoded := gopacket.NewPacket(b, layers.LayerTypeIPv4, gopacket.Default)
	m, ok := decoded.Layer(layers.LayerTypeICMPv4).(*layers.ICMPv4)
	if !ok || m.TypeCode != layers.CreateICMPv4TypeCode(3, 4) || m.Seq != 1400 {
		t.Fatalf("read as %v", decoded)
	}
	if len(b) > 576 || !bytes.HasPrefix(p, m.Payload) || len(m.Payload) < 28 || packet.Checksum(b[20:]) != 0 {
		t.Errorf("%d octets, quoting %d", len(b), len(m.Payload))
	}
}

func TestNoErrorIsSentAboutWhatMustNotGetOne(t *testing.T) {
	udp := func(change func(*layers.IPv4)) []byte {
		header := ipv4(layers.IPProtocolUDP)
		change(header)
		return serialize(t, header, gopacket.Payload("payload"))
	}
	for name, b := range map[string][]byte{
		"multicast":       udp(func(h *layers.IPv4) { h.DstIP = []byte{224, 0, 0, 5} }),
		"broadcast":       udp(func(h *layers.IPv4) { h.DstIP = []byte{255, 255, 255, 255} }),
		"later fragment":  udp(func(h *layers.IPv4) { h.FragOffset = 10 }),
		"from nobody":     udp(func(h *layers.IPv4) { h.SrcIP = []byte{0, 0, 0, 0} }),
		"from loopback":   udp(func(h *layers.IPv4) { h.SrcIP = []byte{127, 0, 0, 1} }),
		"from many":       udp(func(h *layers.IPv4) { h.SrcIP = []byte{224, 0, 0, 1} }),
		"another error":   serialize(t, ipv4(layers.IPProtocolICMPv4), &layers.ICMPv4{TypeCode: 0x0301}),
		"ICMP of 4 bytes": serialize(t, ipv4(layers.IPProtocolICMPv4), gopacket.Payload("ping")),
	} {
		if packet.MayComplainAbout(parse(t, b)) {
			t.Errorf("%s would get an error message", name)
		}
	}
	if !packet.MayComplainAbout(parse(t, serialize(t, ipv4(layers.IPProtocolICMPv4), &layers.ICMPv4{TypeCode: 0x0800}))) {
		t.Error("an echo request would get no error message")
	}
}
