package eigrp

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"os"
	"testing"
	"time"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Hellos of other routers with known keys, as published for testing password
// recovery: header and TLV without the digest, what follows, the digest.
func TestPublishedDigests(t *testing.T) {
	const head42 = "020500000000000000000000000000000000002a000200280002001000000001000000000000000000000000"
	for _, c := range []struct{ head, rest, digest, secret string }{
		{head42, "", "1a42aaf8ebe2f766100ea1fa05a5fa55", "password12345"},
		{head42, "", "f29e7d44351d37e6fc71e2aacca63d28", "1234567812345"},
		{head42, "0001000c010001000000000f000400080500030000f5000c0000000400", "560c87396267310978883da92c0cff90", "password12345"},
		{head42, "", "61f237e29d28538a372f01121f2cd12f", "123456789012345678901234567890"},
		{"0205000000000000000000000000000000000001000200280002001000000001000000000000000000000000", "", "212acb1cb76b31a810a9752c5cf6f554", "ninja"},
	} {
		b := append(append(unhex(t, c.head), make([]byte, 16)...), unhex(t, c.rest)...)
		if got := digestOf(MD5, b, Secret(c.secret), netip.Addr{}, c.rest != ""); hex.EncodeToString(got) != c.digest {
			t.Errorf("%s: %x, want %s", c.secret, got, c.digest)
		}
	}
	b := unhex(t, "020500000000000000000000000000000000000a00020038000300200000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001000c010001000000000f000400080f00020000f5000a000000020000")
	want := "cff66484cea20c6f58f175f8c004fc6d73be72090e53429c2616309aca38d5f3"
	if got := digestOf(HMACSHA256, b, "password12345", netip.MustParseAddr("10.0.0.2"), true); hex.EncodeToString(got) != want {
		t.Errorf("HMAC: %x, want %s", got, want)
	}
}

// captured are the EIGRP packets that FRR sent through a GRE tunnel.
func captured(t testing.TB) (packets [][]byte) {
	t.Helper()
	b, err := os.ReadFile("testdata/frr.pcap")
	if err != nil {
		t.Fatal(err)
	}
	for b = b[24:]; len(b) >= 16; {
		n := binary.LittleEndian.Uint32(b[8:])
		frame := b[16 : 16+n]
		b = b[16+n:]
		if len(frame) < 62 || frame[12] != 8 || frame[23] != 47 {
			continue
		}
		gre := frame[34:]
		inner := gre[4:]
		if gre[0]&0x20 != 0 {
			inner = gre[8:]
		}
		if len(inner) > 20 && inner[9] == 88 {
			packets = append(packets, inner[int(inner[0]&15)*4:binary.BigEndian.Uint16(inner[2:])])
		}
	}
	return packets
}

func TestCapturedPacketsComeBack(t *testing.T) {
	packets := captured(t)
	if len(packets) != 12 {
		t.Fatalf("%d packets", len(packets))
	}
	for k, b := range packets {
		p, err := decode(b)
		if err != nil {
			t.Errorf("packet %d: %v: % x", k, err, b)
			continue
		}
		if again := p.encode(); !bytes.Equal(again, b) {
			t.Errorf("packet %d: %+v\nencodes to % x\nnot       % x", k, p, again, b)
		}
	}
}

func TestRoutesComeBack(t *testing.T) {
	p := &packet{opcode: Update, flags: flagEnd, sequence: 7, ack: 3, as: 100, routes: []route{
		{prefix: netip.MustParsePrefix("0.0.0.0/0"), metric: Vector{Delay: 1, Bandwidth: 2, MTU: 1400, Hops: 3, Reliability: 255, Load: 1},
			external: &External{Router: netip.MustParseAddr("10.0.0.1"), AS: 65000, Tag: 9, Metric: 77, Protocol: FromOSPF, Flags: 1}},
		{prefix: netip.MustParsePrefix("172.16.11.0/24"), nextHop: netip.MustParseAddr("10.0.0.11"), metric: Vector{Delay: Infinity, Bandwidth: 2, MTU: 0xffffff}},
		{prefix: netip.MustParsePrefix("10.1.2.3/32"), metric: Vector{Delay: 5}},
	}}
	got, err := decode(p.encode())
	if err != nil || len(got.routes) != 3 {
		t.Fatalf("%+v %v", got, err)
	}
	for k := range p.routes {
		a, b := p.routes[k], got.routes[k]
		if (a.external == nil) != (b.external == nil) || a.external != nil && *a.external != *b.external {
			t.Errorf("route %d: %+v, want %+v", k, b.external, a.external)
		}
		a.external, b.external = nil, nil
		if a != b {
			t.Errorf("route %d: %+v, want %+v", k, b, a)
		}
	}
}

func TestEveryTruncationAndFlippedBitIsTaken(t *testing.T) {
	w := newWorld(t, 1)
	a, b := w.node("a", defaults()), w.node("b", defaults())
	w.segment("10.0.0.0/24", nil, a, b)
	w.boot()
	w.run(6 * time.Second)
	for _, raw := range captured(t) {
		for n := range raw {
			a.step(Receive{"Link0", netip.MustParseAddr("10.0.0.2"), Group, raw[:n]})
		}
		for bit := range len(raw) * 8 {
			flipped := bytes.Clone(raw)
			flipped[bit/8] ^= 1 << (bit % 8)
			binary.BigEndian.PutUint16(flipped[18:], 100)
			seal(flipped)
			a.step(Receive{"Link0", netip.MustParseAddr("10.0.0.9"), Group, flipped})
		}
	}
	if a.engine.drops[errTruncated] == 0 || a.engine.drops[errTLV] == 0 {
		t.Errorf("%v", a.engine.drops)
	}
}

func FuzzDecode(f *testing.F) {
	for _, b := range captured(f) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) >= headerSize {
			seal(b)
		}
		p, err := decode(b)
		if err != nil {
			return
		}
		again, err := decode(p.encode())
		if err != nil || len(again.routes) != len(p.routes) {
			t.Errorf("%+v does not come back: %+v %v", p, again, err)
		}
	})
}

func FuzzReceive(f *testing.F) {
	for _, b := range captured(f) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		w := newWorld(t, 1)
		a, b := w.node("a", defaults()), w.node("b", defaults())
		w.segment("10.0.0.0/24", nil, a, b)
		w.boot()
		w.run(6 * time.Second)
		if len(raw) >= headerSize {
			binary.BigEndian.PutUint16(raw[18:], 100)
			seal(raw)
		}
		a.step(Receive{"Link0", netip.MustParseAddr("10.0.0.2"), Group, raw})
		w.run(time.Minute)
	})
}
