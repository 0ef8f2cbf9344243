package nhrp

import (
	"bytes"
	"encoding/hex"
	"math/rand"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// captured reads the packets of testdata/packets: hex, separated by comments.
func captured(t testing.TB) (all [][]byte) {
	files, err := filepath.Glob("testdata/packets/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no captures: ", err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for block := range strings.SplitSeq(string(text), "#") {
			_, digits, _ := strings.Cut(block, "\n")
			b, err := hex.DecodeString(strings.ReplaceAll(digits, "\n", ""))
			if err != nil {
				t.Fatalf("%s: %v", f, err)
			}
			if len(b) > 0 {
				all = append(all, b)
			}
		}
	}
	return all
}

func TestCapturedPacketsSurviveDecodeAndEncode(t *testing.T) {
	packets := captured(t)
	kinds := map[PacketType]int{}
	for _, b := range packets {
		p, err := Decode(b)
		if err != nil {
			t.Errorf("%v\n%x", err, b)
			continue
		}
		kinds[p.Type]++
		again, err := p.Encode()
		if err != nil || !bytes.Equal(again, b) {
			t.Errorf("%v is encoded, with error %v, as\n%x, but came as\n%x", p.Type, err, again, b)
		}
	}
	if len(packets) < 30 || len(kinds) != 5 {
		t.Errorf("%d packets of the types %v: captures are missing", len(packets), kinds)
	}
}

// Whole packets, field by field; the octets are those of FRR's spoke and hub.
func TestCapturedPacketsMeanWhatTheyDid(t *testing.T) {
	empty := func(x ExtensionType) Extension { return Extension{x, true, nil} }
	cie := func(prefix uint8, hold uint16, nbma, protocol string) CIE {
		return CIE{PrefixLength: prefix, HoldingTime: hold, NBMA: addr(nbma), Protocol: addr(protocol)}
	}
	entries := func(x ExtensionType, compulsory bool, cies ...CIE) Extension {
		e, err := entryExtension(x, compulsory, IPv4, IPv4, cies...)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	tests := map[string]Packet{
		`0001 0800 0000000000 01 005c 5b2a 0034 01 03 04 00 04 04 0002 00000001 c000020b ac1e000b ac1e0001
		 00 20 0000 0000 0258 00 00 00 00 8004 0000 8005 0000 8003 0000
		 0009 0014 0020000000000000 04000400 c0000201 ac1e0001 8000 0000`: {
			Type: RegistrationRequest, HopCount: 1, Underlay: IPv4, Overlay: IPv4,
			SourceNBMA: addr("192.0.2.11"), Source: addr("172.30.0.11"), Destination: addr("172.30.0.1"),
			Flags: FlagNAT, RequestID: 1, CIEs: []CIE{{PrefixLength: 32, HoldingTime: 600}},
			Extensions: []Extension{empty(ForwardTransitNHS), empty(ReverseTransitNHS), empty(ResponderAddress),
				entries(NATAddress, false, cie(32, 0, "192.0.2.1", "172.30.0.1"))},
		},
		`0001 0800 0000000000 40 0084 037f 0034 01 04 04 00 04 04 0002 00000001 c633640d ac1e000d ac1e0001
		 00 20 0000 0000 0258 00 00 00 00 8004 0000 8005 0000
		 8003 0014 00000000 0000 0258 04000400 c0000201 ac1e0001
		 0009 0028 00200000 0000 0000 04000400 c0000201 ac1e0001 00200000 0000 0000 04000400 c000021e ac1e000d 8000 0000`: {
			Type: RegistrationReply, HopCount: 64, Underlay: IPv4, Overlay: IPv4,
			SourceNBMA: addr("198.51.100.13"), Source: addr("172.30.0.13"), Destination: addr("172.30.0.1"),
			Flags: FlagNAT, RequestID: 1, CIEs: []CIE{{PrefixLength: 32, HoldingTime: 600}},
			Extensions: []Extension{empty(ForwardTransitNHS), empty(ReverseTransitNHS),
				entries(ResponderAddress, true, cie(0, 600, "192.0.2.1", "172.30.0.1")),
				entries(NATAddress, false, cie(32, 0, "192.0.2.1", "172.30.0.1"), cie(32, 0, "192.0.2.30", "172.30.0.13"))},
		},
		`0001 0800 0000000000 40 0048 a070 0034 01 01 04 00 04 04 c802 00000002 c000020c ac1e000c 0a010b01
		 00 20 0000 0000 0258 00 00 00 00 8004 0000 8005 0000 8003 0000 0009 0000 8000 0000`: {
			Type: ResolutionRequest, HopCount: 64, Underlay: IPv4, Overlay: IPv4,
			SourceNBMA: addr("192.0.2.12"), Source: addr("172.30.0.12"), Destination: addr("10.1.11.1"),
			Flags: FlagRouter | FlagAuthoritative | FlagSourceStable | FlagNAT, RequestID: 2,
			CIEs:       []CIE{{PrefixLength: 32, HoldingTime: 600}},
			Extensions: []Extension{empty(ForwardTransitNHS), empty(ReverseTransitNHS), empty(ResponderAddress), {NATAddress, false, nil}},
		},
	}
	for digits, want := range tests {
		b, err := hex.DecodeString(strings.Join(strings.Fields(digits), ""))
		if err != nil {
			t.Fatal(err)
		}
		got, err := Decode(b)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%v: decoded, with error %v, as\n%+v, want\n%+v", want.Type, err, got, want)
		}
		if again, err := want.Encode(); err != nil || !bytes.Equal(again, b) {
			t.Errorf("%v: encoded, with error %v, as\n%x, want\n%x", want.Type, err, again, b)
		}
	}
}

// The authentication extension of IOS: reserved, SPI 1, and the string as it is.
func TestAuthenticationExtensionIsCiscos(t *testing.T) {
	tunnel := tunnel{config: Tunnel{Authentication: "cisco"}}
	e := tunnel.authentication()
	b, err := e.appendTo(nil)
	if want, _ := hex.DecodeString("80070009" + "00000001" + hex.EncodeToString([]byte("cisco"))); err != nil || !bytes.Equal(b, want) {
		t.Errorf("encoded, with error %v, as %x, want %x", err, b, want)
	}
}

// Our own request, field by field as RFC 2332 sections 5.1 to 5.3 lay it out.
func TestRegistrationRequestOctets(t *testing.T) {
	c := spokeConfig("10.0.0.11/24")
	c.Authentication = "cisco"
	tunnel := tunnel{config: c, nbma: addr("198.51.100.11")}
	r := &registration{NHSState: NHSState{NHS: c.NHS[0], NBMA: c.NHS[0].NBMA, RequestID: 7}}
	got := encoded(t, *tunnel.registrationRequest(r))
	want := `0001 0800 0000000000 ff 0069 9faf 0034 01 03 04 00
		04 04 8002 00000007 c633640b 0a00000b 0a000001
		00 ff 0000 05c0 0258 00 00 00 00
		8003 0000 8004 0000 8005 0000 8007 0009 0000 0001 636973636f
		0009 0014 00 20 0000 0000 0000 04 00 04 00 c0000201 0a000001 8000 0000`
	if hex.EncodeToString(got) != strings.Join(strings.Fields(want), "") {
		t.Errorf("the request is\n%x", got)
	}
}

func TestEncodeThenDecodeIsTheSamePacket(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for range 5000 {
		want := randomPacket(r)
		b, err := want.Encode()
		if err != nil {
			t.Fatalf("%v: %+v", err, want)
		}
		got, err := Decode(append(b, 1, 2, 3)) // padding of the layer below
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("decoded, with error %v, as\n%+v, want\n%+v", err, got, want)
		}
	}
}

func randomPacket(r *rand.Rand) Packet {
	families := []Family{IPv4, IPv6}
	p := Packet{Type: PacketType(1 + r.Intn(8)), HopCount: uint8(r.Intn(256)), Underlay: families[r.Intn(2)], Overlay: families[r.Intn(2)]}
	address := func(f Family) netip.Addr {
		if r.Intn(4) == 0 {
			return netip.Addr{}
		}
		b := make([]byte, f.octets())
		r.Read(b)
		a, _ := netip.AddrFromSlice(b)
		return a
	}
	octets := func(max int) []byte {
		n := r.Intn(max)
		if n == 0 {
			return nil
		}
		b := make([]byte, n)
		r.Read(b)
		return b
	}
	p.SourceNBMA, p.Source, p.Destination = address(p.Underlay), address(p.Overlay), address(p.Overlay)
	if p.Type.hasBody() {
		p.Body = octets(200)
	} else {
		p.Flags, p.RequestID = uint16(r.Uint32()), r.Uint32()
		for range r.Intn(4) {
			p.CIEs = append(p.CIEs, CIE{Code(r.Intn(256)), uint8(r.Intn(256)), uint16(r.Uint32()), uint16(r.Uint32()),
				address(p.Underlay), address(p.Overlay), uint8(r.Intn(256))})
		}
	}
	if p.Type == ErrorIndication {
		p.Error, p.ErrorOffset = ErrorCode(r.Uint32()), uint16(r.Uint32())
	}
	for range r.Intn(6) {
		p.Extensions = append(p.Extensions, Extension{ExtensionType(1 + r.Intn(typeBits)), r.Intn(2) == 0, octets(60)})
	}
	return p
}

func TestMalformedPacketsAreNamed(t *testing.T) {
	good := captured(t)[0] // a Registration Request with addresses of four octets
	tests := []struct {
		reason Reason
		offset int
		spoil  func(b []byte) []byte
	}{
		{DropTruncated, 27, func(b []byte) []byte { return b[:27] }},
		{DropTruncated, 0, func([]byte) []byte { return nil }},
		{DropVersion, 16, func(b []byte) []byte { b[16] = 2; return b }},
		{DropLength, 10, func(b []byte) []byte { return b[:len(b)-1] }},
		{DropLength, 10, func(b []byte) []byte { b[10], b[11] = 0, 27; return b }},
		{DropChecksum, 12, func(b []byte) []byte { b[9]++; return b }},
		{DropAddressFamily, 0, func(b []byte) []byte { b[1] = 3; return b }},
		{DropProtocolType, 2, func(b []byte) []byte { b[3] = 6; return b }},
		{DropType, 17, func(b []byte) []byte { b[17] = 9; return b }},
		{DropType, 17, func(b []byte) []byte { b[17] = 0; return b }},
		{DropSubaddress, 18, func(b []byte) []byte { b[18] |= 0x40; return b }},
		{DropSubaddress, 18, func(b []byte) []byte { b[19] = 4; return b }},
		{DropAddressLength, 28, func(b []byte) []byte { b[18] = 5; return sum(b) }},
		{DropAddressLength, 32, func(b []byte) []byte { b[20] = 16; return sum(b) }},
		{DropTruncated, 52, func(b []byte) []byte { b[48] = 4; return sum(b) }},
		{DropAddressLength, 52, func(b []byte) []byte { b[50] = 3; return sum(b) }},
		{DropSubaddress, 48, func(b []byte) []byte { b[49] = 1; return sum(b) }},
		{DropTruncated, 40, func(b []byte) []byte { b[15] = 50; return sum(b) }},
		{DropExtensionOffset, 14, func(b []byte) []byte { b[15] = 27; return sum(b) }},
		{DropExtensionOffset, 14, func(b []byte) []byte { b[14] = 1; return sum(b) }},
		{DropExtensionLength, 52, func(b []byte) []byte { b[55] = 200; return sum(b) }},
		{DropTooManyEntries, 40 + maxEntries*cieFixed, func(b []byte) []byte {
			p := decoded(t, b)
			p.CIEs = make([]CIE, maxEntries+1)
			return encoded(t, p)
		}},
		{DropTooManyExtensions, 52 + maxExtensions*extensionFixed, func(b []byte) []byte {
			p := decoded(t, b)
			p.Extensions = slices.Repeat([]Extension{{VendorPrivate, false, nil}}, maxExtensions+1)
			return encoded(t, p)
		}},
	}
	for _, test := range tests {
		_, err := Decode(test.spoil(bytes.Clone(good)))
		if want := (DecodeError{test.reason, test.offset}); err != want {
			t.Errorf("got %v, want %v", err, want)
		}
	}
}

func TestMissingChecksumAndEndAreForgiven(t *testing.T) {
	b := bytes.Clone(captured(t)[0])
	want := decoded(t, b)
	b = b[:len(b)-4] // End
	b[11] -= 4
	b[12], b[13] = 0, 0
	if got := decoded(t, b); !reflect.DeepEqual(got, want) {
		t.Errorf("decoded as %+v", got)
	}
}

func TestEncodeRefusesWhatCannotBeSaid(t *testing.T) {
	good := decoded(t, captured(t)[0])
	for want, spoil := range map[error]func(p *Packet){
		errType:          func(p *Packet) { p.Body = []byte{1} },
		errAddressFamily: func(p *Packet) { p.CIEs = []CIE{{NBMA: addr("2001:db8::1")}} },
		errExtension:     func(p *Packet) { p.Extensions = []Extension{{Type: endOfExtensions}} },
		errTooLong:       func(p *Packet) { p.Extensions = []Extension{{VendorPrivate, false, make([]byte, 0xffff)}} },
	} {
		p := good
		spoil(&p)
		if b, err := p.Encode(); err != want {
			t.Errorf("encoded as %d octets with error %v, want %v", len(b), err, want)
		}
	}
}

// sum puts the checksum right.
func sum(b []byte) []byte {
	b[12], b[13] = 0, 0
	c := checksum(b)
	b[12], b[13] = byte(c>>8), byte(c)
	return b
}

func decoded(t testing.TB, b []byte) Packet {
	t.Helper()
	p, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func encoded(t testing.TB, p Packet) []byte {
	t.Helper()
	b, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}
