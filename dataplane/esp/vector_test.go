package esp

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/gopacket/gopacket/pcapgo"

	"weft/dataplane/packet"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The packets of draft-mcgrew-gcm-test-01, AES-GCM in ESP.
func TestPublishedPackets(t *testing.T) {
	for name, v := range map[string]struct {
		key      string // with the salt behind it
		sequence uint64
		esn      bool
		packet   string // SPI, sequence number, vector, text and ICV
		plain    string // with the trailer
	}{
		"128 bits, extended sequence number": {
			"4c80cdefbb5d10da906ac73c3613a634 2e443b68", 0x8765432100000000, true,
			`00004321 00000000 4956ed7e3b244cfe
			fecf537e729d5b07dc30df528dd22b768d1b98736696a6fd348509fa13ceac34cfa2436f14a3f3cf65925bf1f4a13c5d15b21e1884f5ff6247aeabb786b93bce61bc17d768fd9732
			459018148f6cbe722fd04796562dfdb4`,
			"45000048699a000080114db7c0a80102c0a801010a9bf15638d301000001000000000000045f736970045f756470037369700963796265726369747902646b000021000101020201",
		},
		"192 bits": {
			"feffe9928665731c6d6a8f9467308308feffe9928665731c cafebabe", 10, false,
			`0000a5f8 0000000a facedbaddecaf888
			a5b1f8066029aea40e598b8122de02420938b3ab33f828e687b8858b5bfbdbd0315b27452144cc77
			95457b9652037f5318027b5b4cd7a636`,
			"45000028a4ad4000400678800a01038f0a010612802306b8cb712602dd6bb03e501016d075680001",
		},
		"256 bits": {
			"abbccddef00112233445566778899aababbccddef00112233445566778899aab 11223344", 2, false,
			`4a2cbfe3 00000002 0102030405060708
			ff425c9b724599df7a3bcd510194e00d6a78107f1b0b1cbf06efae9d65a5d763748a637985771d347f0545659f14e99def842d8e
			b335f4eecfdbf831824b4c4915956c96`,
			"4500003069a6400080062690c0a801029389155e0a9e008b2dc57ee0000000007002400020bf0000020405b40101040201020201",
		},
	} {
		key, b, plain := Key(unhex(t, v.key)), unhex(t, v.packet), unhex(t, v.plain)
		in, err := NewInbound(Parameters{Suite: Suite{Cipher: AESGCM, Bits: 8 * (len(key) - saltLen)}, Encryption: key, ESN: v.esn, Window: 64})
		if err != nil {
			t.Fatal(err)
		}
		in.window.highest = v.sequence - 1
		payload, next, f := in.Open(b)
		end := len(plain) - trailerLen - int(plain[len(plain)-2])
		if f != None || next != plain[len(plain)-1] || !bytes.Equal(payload, plain[:end]) {
			t.Errorf("%s: %x, %d, %v", name, payload, next, f)
		}
	}
}

// The first vectors of RFC 4868 section 2.7.2.
func TestPublishedAuthenticators(t *testing.T) {
	for _, v := range []struct {
		mac  MAC
		want string
	}{
		{SHA256, "198a607eb44bfbc69903a0f1cf2bbdc5"},
		{SHA384, "b6a8d5636f5c6a7224f9977dcf7ee6c7fb6d0c48cbdee973"},
		{SHA512, "637edc6e01dce7e6742a99451aae82df23da3e92439e590e43e761b33e910fb8"},
	} {
		c, err := newCBC(&Parameters{Suite: Suite{MAC: v.mac}, Integrity: bytes.Repeat([]byte{0x0b}, v.mac.KeyLen())})
		if err != nil {
			t.Fatal(err)
		}
		if got := c.authenticate(c.states.Get().(*state), []byte("Hi There"), 0); hex.EncodeToString(got) != v.want {
			t.Errorf("%d: %x", v.mac, got)
		}
	}
}

// captured are the associations of a capture, by SPI, and its ESP packets.
func captured(t testing.TB, name string) (parameters map[uint32]Parameters, packets [][]byte) {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	parameters = map[uint32]Parameters{}
	for line := range strings.Lines(string(text)) {
		columns := strings.Split(strings.TrimSpace(line), "\t")
		var spi uint32
		words := strings.Fields(columns[0])
		for i, word := range words {
			if word == "spi" {
				spi = binary.BigEndian.Uint32(unhex(t, strings.TrimPrefix(words[i+1], "0x")))
			}
		}
		p := parameters[spi]
		p.SPI, p.Suite, p.Window = spi, Suite{AESCBC, 256, SHA256}, 64
		if strings.Contains(columns[0], "auth-trunc") {
			p.Integrity = unhex(t, columns[2])
		} else {
			p.Encryption = unhex(t, columns[2])
		}
		parameters[spi] = p
	}
	f, err := os.Open("testdata/" + name + ".pcap")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	reader, err := pcapgo.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for {
		frame, _, err := reader.ReadPacketData()
		if err != nil {
			return parameters, packets
		}
		if p, ok := packet.ParseIPv4(frame[14:]); ok && p.Protocol() == packet.ProtocolESP {
			packets = append(packets, bytes.Clone(p.Payload()))
		}
	}
}

// What strongSwan and Linux sent to each other opens, and sealing what was in it
// with the same vector gives the same packet again.
func TestCapturedPacketsOpenAndCloseAgain(t *testing.T) {
	for _, name := range []string{"vector-ikev1", "vector-ikev2"} {
		parameters, packets := captured(t, name)
		if len(parameters) != 2 || len(packets) < 8 {
			t.Fatalf("%s: %d associations, %d packets", name, len(parameters), len(packets))
		}
		live := map[uint32]*Inbound{}
		for _, b := range packets {
			spi, _ := SPIOf(b)
			p := parameters[spi]
			in := live[spi]
			if in == nil {
				in = open(t, p)
				live[spi] = in
			}
			sequence := uint64(binary.BigEndian.Uint32(b[4:]))
			plain := bytes.Clone(b)
			payload, next, f := in.Open(plain)
			if f != None || next != packet.ProtocolGRE || payload[0] != 0x20 {
				t.Errorf("%s: %x: %x, %d, %v", name, b, payload, next, f)
				continue
			}
			c, err := newCBC(&p)
			if err != nil {
				t.Fatal(err)
			}
			c.vectors = fixed(b[headerLen:])
			c.seal(plain, sequence)
			if !bytes.Equal(plain, b) {
				t.Errorf("%s: sealed again it is\n%x, and was\n%x", name, plain, b)
			}
			if _, _, f := in.Open(b); f != Replayed {
				t.Errorf("%s: and once more: %v", name, f)
			}
		}
	}
}

// fixed is a cipher that says one thing, whatever it is asked.
type fixed []byte

func (f fixed) BlockSize() int          { return 16 }
func (f fixed) Encrypt(dst, src []byte) { copy(dst, f[:16]) }
func (f fixed) Decrypt(dst, src []byte) {}

func open(t testing.TB, p Parameters) *Inbound {
	t.Helper()
	in, err := NewInbound(p)
	if err != nil {
		t.Fatal(err)
	}
	return in
}
