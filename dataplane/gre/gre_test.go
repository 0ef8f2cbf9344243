package gre_test

import (
	"bytes"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"weft/dataplane/gre"
)

// variants are all headers that differ in what is present.
func variants() (all []gre.Header) {
	for i := range 8 {
		h := gre.Header{Protocol: gre.ProtocolIPv4, HasKey: i&1 != 0, HasChecksum: i&2 != 0, HasSequence: i&4 != 0}
		if h.HasKey {
			h.Key = 0xdeadbeef
		}
		if h.HasSequence {
			h.Sequence = 0x01020304
		}
		all = append(all, h)
	}
	return all
}

func encode(h gre.Header, payload []byte) []byte {
	b := append(make([]byte, h.Len()), payload...)
	h.Put(b)
	return b
}

func TestHeaderRoundTrips(t *testing.T) {
	for _, h := range variants() {
		b := encode(h, []byte("payload"))
		got, at, fault := gre.Parse(b)
		if fault != gre.None || got != h || !bytes.Equal(b[at:], []byte("payload")) {
			t.Errorf("%+v came back as %+v at %d, fault %v", h, got, at, fault)
		}
	}
}

func TestIndependentDecoderReadsOurHeaders(t *testing.T) {
	for _, h := range variants() {
		var theirs layers.GRE
		if err := theirs.DecodeFromBytes(encode(h, []byte("payload")), gopacket.NilDecodeFeedback); err != nil {
			t.Fatal(err)
		}
		if uint16(theirs.Protocol) != h.Protocol || theirs.Version != 0 ||
			theirs.KeyPresent != h.HasKey || theirs.Key != h.Key ||
			theirs.SeqPresent != h.HasSequence || theirs.Seq != h.Sequence ||
			theirs.ChecksumPresent != h.HasChecksum {
			t.Errorf("%+v is read as %+v", h, theirs)
		}
	}
}

func TestHeadersOfIndependentEncoderAreRead(t *testing.T) {
	for _, h := range variants() {
		theirs := layers.GRE{
			Protocol:   layers.EthernetType(h.Protocol),
			KeyPresent: h.HasKey, Key: h.Key,
			SeqPresent: h.HasSequence, Seq: h.Sequence,
			ChecksumPresent: h.HasChecksum,
		}
		buffer := gopacket.NewSerializeBuffer()
		err := gopacket.SerializeLayers(buffer, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true},
			&theirs, gopacket.Payload("payload"))
		if err != nil {
			t.Fatal(err)
		}
		if got, _, fault := gre.Parse(buffer.Bytes()); fault != gre.None || got != h {
			t.Errorf("%x is read as %+v, fault %v, want %+v", buffer.Bytes(), got, fault, h)
		}
	}
}

func TestFaultsAreNamed(t *testing.T) {
	sum := encode(gre.Header{Protocol: gre.ProtocolIPv4, HasChecksum: true}, []byte("payload"))
	sum[len(sum)-1] ^= 1
	for _, c := range []struct {
		name   string
		packet []byte
		want   gre.Fault
	}{
		{"nothing", nil, gre.Truncated},
		{"three octets", []byte{0, 0, 8}, gre.Truncated},
		{"key past the end", []byte{0x20, 0, 8, 0, 0, 0, 0}, gre.Truncated},
		{"PPTP", []byte{0x20, 1, 0x88, 0x0b, 0, 0, 0, 0}, gre.Version},
		{"routing present", []byte{0x40, 0, 8, 0, 0, 0, 0, 0}, gre.Routing},
		{"strict source route", []byte{0x08, 0, 8, 0}, gre.Reserved},
		{"bit 5", []byte{0x04, 0, 8, 0}, gre.Reserved},
		{"bit flipped under the checksum", sum, gre.Checksum},
		{"bits 6 to 12 are ignored", []byte{0x03, 0xf8, 8, 0}, gre.None},
	} {
		if _, _, fault := gre.Parse(c.packet); fault != c.want {
			t.Errorf("%s: %v, want %v", c.name, fault, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, h := range variants() {
		f.Add(encode(h, []byte("payload")))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		h, at, fault := gre.Parse(b)
		if fault != gre.None {
			return
		}
		again, at2, fault := gre.Parse(encode(h, b[at:]))
		if fault != gre.None || again != h || at2 != at {
			t.Errorf("%+v at %d, written again, is %+v at %d, fault %v", h, at, again, at2, fault)
		}
	})
}

func TestCodecDoesNotAllocate(t *testing.T) {
	h := gre.Header{Protocol: gre.ProtocolIPv4, HasKey: true, Key: 100}
	b := encode(h, make([]byte, 1400))
	if n := testing.AllocsPerRun(100, func() { h.Put(b); gre.Parse(b) }); n != 0 {
		t.Errorf("%v allocations a packet", n)
	}
}

func BenchmarkPut(b *testing.B) {
	h := gre.Header{Protocol: gre.ProtocolIPv4, HasKey: true, Key: 100}
	p := encode(h, make([]byte, 1400))
	b.ReportAllocs()
	for b.Loop() {
		h.Put(p)
	}
}

func BenchmarkParse(b *testing.B) {
	p := encode(gre.Header{Protocol: gre.ProtocolIPv4, HasKey: true, Key: 100}, make([]byte, 1400))
	b.ReportAllocs()
	for b.Loop() {
		gre.Parse(p)
	}
}

func BenchmarkParseWithChecksum(b *testing.B) {
	p := encode(gre.Header{Protocol: gre.ProtocolIPv4, HasChecksum: true}, make([]byte, 1400))
	b.ReportAllocs()
	for b.Loop() {
		gre.Parse(p)
	}
}
