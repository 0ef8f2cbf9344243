package esp

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math"
	"net/netip"
	"testing"

	"weft/dataplane/packet"
)

var suites = []Suite{
	{Cipher: AESGCM, Bits: 128}, {Cipher: AESGCM, Bits: 192}, {Cipher: AESGCM, Bits: 256},
	{AESCBC, 128, SHA1}, {AESCBC, 192, SHA384}, {AESCBC, 256, SHA256}, {AESCBC, 256, SHA512},
	{TripleDES, 0, MD5}, {DES, 0, SHA1}, {Null, 0, SHA256},
}

func (s Suite) String() string {
	return fmt.Sprintf("%s-%d-%s", []string{"null", "des", "3des", "aes", "gcm"}[s.Cipher], s.Bits,
		[]string{"none", "md5", "sha1", "sha256", "sha384", "sha512"}[s.MAC])
}

// parameters are those of an association with keys that count up.
func parameters(s Suite) Parameters {
	key := func(n int, first byte) Key {
		k := make(Key, n)
		for i := range k {
			k[i] = first + byte(i)
		}
		return k
	}
	return Parameters{SPI: 0x1234, Suite: s, Encryption: key(s.KeyLen()+s.SaltLen(), 1), Integrity: key(s.MAC.KeyLen(), 101), Window: 64,
		Local: netip.MustParseAddrPort("192.0.2.1:0"), Peer: netip.MustParseAddrPort("198.51.100.11:0")}
}

func pair(t testing.TB, p Parameters) (*Outbound, *Inbound) {
	t.Helper()
	out, err := NewOutbound(p)
	if err != nil {
		t.Fatal(err)
	}
	in, err := NewInbound(p)
	if err != nil {
		t.Fatal(err)
	}
	return out, in
}

// seal gives a packet as it travels.
func seal(t testing.TB, o *Outbound, payload []byte, next uint8) []byte {
	t.Helper()
	b := make([]byte, o.Head()+len(payload), o.Head()+len(payload)+o.Tail(len(payload)))
	copy(b[o.Head():], payload)
	sealed, f := o.Seal(b, o.Head(), next, Header{TTL: 255, ID: 7})
	if f != None {
		t.Fatalf("sealing: %v", f)
	}
	return sealed
}

// inside is what follows the outer headers.
func inside(t testing.TB, b []byte) []byte {
	t.Helper()
	p, ok := packet.ParseIPv4(b)
	if !ok || len(p) != len(b) || packet.Checksum(p[:p.HeaderLen()]) != 0 {
		t.Fatalf("no IPv4 packet: %x", b)
	}
	if p.Protocol() == packet.ProtocolUDP {
		return bytes.Clone(p.Payload()[packet.UDPHeaderLen:])
	}
	return bytes.Clone(p.Payload())
}

func TestWhatIsSealedOpens(t *testing.T) {
	for _, s := range suites {
		for _, esn := range []bool{false, true} {
			for _, port := range []uint16{0, 4500} {
				p := parameters(s)
				p.ESN, p.Peer = esn, netip.AddrPortFrom(p.Peer.Addr(), port)
				p.Local = netip.AddrPortFrom(p.Local.Addr(), port)
				out, in := pair(t, p)
				for n := range 70 {
					payload := bytes.Repeat([]byte{byte(n + 1)}, n)
					b := seal(t, out, payload, packet.ProtocolGRE)
					if want := out.Head() + n + out.Tail(n); len(b) != want {
						t.Fatalf("%v: %d octets for a payload of %d, want %d", s, len(b), n, want)
					}
					got, next, f := in.Open(inside(t, b))
					if f != None || next != packet.ProtocolGRE || !bytes.Equal(got, payload) {
						t.Fatalf("%v, ESN %v, port %d, %d octets: %x, %d, %v", s, esn, port, n, got, next, f)
					}
				}
				if o, i := out.Counters(), in.Counters(); o.Packets != 70 || i.Packets != 70 || o.Octets != 69*70/2 || i.Octets != o.Octets || i.Sequence != 70 {
					t.Errorf("%v: counted %+v out, %+v in", s, o, i)
				}
			}
		}
	}
}

// Every octet of a packet is protected, and a packet that is not authentic
// changes nothing.
func TestNoBitMayBeFlipped(t *testing.T) {
	for _, s := range suites {
		out, in := pair(t, parameters(s))
		good := inside(t, seal(t, out, []byte("one two three four five six"), 47))
		for i := 4; i < len(good); i++ { // the SPI has led here
			for bit := range 8 {
				bad := bytes.Clone(good)
				bad[i] ^= 1 << bit
				if _, _, f := in.Open(bad); f == None {
					t.Errorf("%v: octet %d bit %d is not protected", s, i, bit)
				}
			}
		}
		for n := range good {
			if _, _, f := in.Open(bytes.Clone(good[:n])); f != Truncated && f != Forged {
				t.Errorf("%v: cut to %d octets: %v", s, n, f)
			}
		}
		if c := in.Counters(); c.Packets != 0 || c.Sequence != 0 {
			t.Errorf("%v: forgeries have changed the association: %+v", s, c)
		}
		if _, _, f := in.Open(good); f != None {
			t.Errorf("%v: after the forgeries the packet itself is refused: %v", s, f)
		}
	}
}

func TestSPIIsAuthenticated(t *testing.T) {
	for _, s := range suites {
		out, in := pair(t, parameters(s))
		b := inside(t, seal(t, out, []byte("payload"), 47))
		b[0] ^= 1
		if _, _, f := in.Open(b); f != Forged {
			t.Errorf("%v: %v", s, f)
		}
	}
}

func TestAssociationEndsWithItsSequenceNumbers(t *testing.T) {
	p := parameters(suites[0])
	out, _ := pair(t, p)
	out.sequence.Store(softSequence - 2)
	seal(t, out, nil, 47)
	if l := out.Crossed(); l != Within {
		t.Errorf("crossed %d too early", l)
	}
	seal(t, out, nil, 47)
	if out.Crossed() != Soft || out.Crossed() != Within {
		t.Error("the soft limit is not told once")
	}
	out.sequence.Store(math.MaxUint32 - 1)
	seal(t, out, nil, 47)
	for range 3 {
		b := make([]byte, out.Head(), 200)
		if _, f := out.Seal(b, out.Head(), 47, Header{}); f != Exhausted {
			t.Errorf("the number after the last: %v", f)
		}
	}
	if out.Crossed() != Hard {
		t.Error("the hard limit is not told")
	}

	p.ESN = true
	out, in := pair(t, p)
	out.sequence.Store(math.MaxUint32 - 1)
	in.window.highest = math.MaxUint32 - 1
	for range 3 {
		if _, _, f := in.Open(inside(t, seal(t, out, []byte("on and on"), 47))); f != None {
			t.Errorf("extended numbers go on: %v", f)
		}
	}
	if out.Crossed() != Within || in.Counters().Sequence != math.MaxUint32+2 {
		t.Errorf("at %d", in.Counters().Sequence)
	}
}

func TestTrafficEndsAnAssociation(t *testing.T) {
	p := parameters(suites[0])
	p.SoftKilobytes, p.Kilobytes = 2, 3
	out, in := pair(t, p)
	kilobyte := make([]byte, 1024)
	for i, want := range []Limit{Within, Soft, Within} {
		b := seal(t, out, kilobyte, 47)
		if _, _, f := in.Open(inside(t, b)); f != None || out.Crossed() != want || in.Crossed() != want {
			t.Errorf("kilobyte %d: %v", i+1, f)
		}
	}
	b := make([]byte, out.Head(), 200)
	if _, f := out.Seal(b, out.Head(), 47, Header{}); f != Expired || out.Crossed() != Hard || out.Crossed() != Within {
		t.Errorf("one more: %v", f)
	}
	out.Recross()
	if out.Crossed() != Hard {
		t.Error("what nobody heard is not said again")
	}
	again, _ := NewOutbound(parameters(suites[0]))
	again.sequence.Store(3)
	if _, _, f := in.Open(inside(t, seal(t, again, nil, 47))); f != Expired || in.Crossed() != Hard {
		t.Errorf("received beyond the limit: %v", f)
	}
}

func TestDummiesAndBadPaddingAreNoPayload(t *testing.T) {
	out, in := pair(t, parameters(suites[0]))
	if _, _, f := in.Open(inside(t, seal(t, out, []byte("noise"), noNextHeader))); f != Dummy {
		t.Errorf("a dummy: %v", f)
	}
	// A sealed packet whose pad length is larger than what there is.
	b := make([]byte, headerLen+gcmIVLen+4+gcmTagLen)
	copy(b, []byte{0, 0, 0x12, 0x34, 0, 0, 0, 9})
	b[headerLen+gcmIVLen+2] = 3
	out.transform.seal(b, 9)
	if _, _, f := in.Open(b); f != Padding {
		t.Errorf("bad padding: %v", f)
	}
}

func TestKeysOfWrongLengthAreRefused(t *testing.T) {
	for _, s := range suites {
		for _, change := range []func(*Parameters){
			func(p *Parameters) { p.Encryption = append(p.Encryption, 0) },
			func(p *Parameters) { p.Integrity = append(p.Integrity, 0) },
			func(p *Parameters) { p.Suite.Bits = 64 },
			func(p *Parameters) { p.Suite.MAC = 9 },
			func(p *Parameters) { p.Suite.Cipher = 9 },
		} {
			p := parameters(s)
			change(&p)
			if s.Bits == 0 && p.Suite.Bits == 64 {
				continue // it means nothing to these
			}
			if _, err := NewOutbound(p); err == nil {
				t.Errorf("%v is taken", p.Suite)
			}
			if _, err := NewInbound(p); err == nil {
				t.Errorf("%v is taken", p.Suite)
			}
		}
	}
	p := parameters(suites[0])
	p.Suite.MAC, p.Integrity = NoMAC, nil
	p.Suite.Cipher, p.Suite.Bits, p.Encryption = Null, 0, nil
	if _, err := NewInbound(p); err == nil {
		t.Error("neither encryption nor integrity is taken")
	}
}

func TestKeysDoNotPrint(t *testing.T) {
	p := parameters(suites[5])
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
		for _, value := range []any{p, &p, p.Encryption, []Key{p.Integrity}} {
			text := fmt.Sprintf(verb, value)
			if bytes.Contains([]byte(text), []byte(hex.EncodeToString(p.Encryption[:4]))) || bytes.Contains([]byte(text), []byte("1 2 3 4")) || bytes.Contains([]byte(text), []byte("101 102 103")) {
				t.Errorf("%s of %T prints a key: %s", verb, value, text)
			}
		}
	}
}

func TestVectorsOfCBCDifferAndTellNothing(t *testing.T) {
	for _, s := range []Suite{{AESCBC, 128, SHA1}, {TripleDES, 0, SHA1}} {
		out, _ := pair(t, parameters(s))
		seen := map[string]bool{}
		for range 100 {
			iv := inside(t, seal(t, out, nil, 47))[headerLen : headerLen+s.ivLen()]
			if seen[string(iv)] || bytes.Contains(iv, []byte{0, 0, 0}) {
				t.Errorf("%v: vector %x", s, iv)
			}
			seen[string(iv)] = true
		}
	}
}

// The arithmetic of a path of 1500 octets.
func TestRoomIsWhatFits(t *testing.T) {
	for _, c := range []struct {
		suite Suite
		udp   bool
		want  int
	}{
		{Suite{AESCBC, 256, SHA1}, false, 1438}, {Suite{AESCBC, 256, SHA256}, false, 1438},
		{Suite{Cipher: AESGCM, Bits: 256}, false, 1446}, {Suite{Cipher: AESGCM, Bits: 128}, true, 1438},
	} {
		if got := c.suite.Room(1500, c.udp); got != c.want {
			t.Errorf("%v, UDP %v: %d, want %d", c.suite, c.udp, got, c.want)
		}
	}
	for _, s := range suites {
		for _, port := range []uint16{0, 4500} {
			p := parameters(s)
			p.Peer = netip.AddrPortFrom(p.Peer.Addr(), port)
			out, _ := pair(t, p)
			room := s.Room(1500, port != 0)
			if fits, larger := len(seal(t, out, make([]byte, room), 47)), len(seal(t, out, make([]byte, room+1), 47)); fits > 1500 || larger <= 1500 {
				t.Errorf("%v: %d octets make %d, one more %d", s, room, fits, larger)
			}
		}
	}
}

func TestPacketLargerThanIPIsRefused(t *testing.T) {
	out, _ := pair(t, parameters(suites[0]))
	b := make([]byte, out.Head()+65500, 70000)
	if _, f := out.Seal(b, out.Head(), 47, Header{}); f != Oversize || out.Counters().Sequence != 0 {
		t.Errorf("%v", f)
	}
}
