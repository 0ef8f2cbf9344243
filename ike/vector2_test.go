package ike

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"testing"
	"time"

	"weft/dataplane/esp"
)

// captured is a handshake between two of somebody else, with all its secrets.
type captured struct {
	messages []Receive
	secrets  map[string][][]byte
	init     [2]message // IKE_SA_INIT, both ways
	keys     *keys2
	suite    suite2
}

func handshake2(t testing.TB) captured {
	c := captured{messages: datagrams(t, "vector-ikev2.pcap"), secrets: secrets(t, "vector-ikev2.txt")}
	if len(c.messages) < 4 {
		t.Fatal("no handshake")
	}
	for i := range c.init {
		h, ok := decodeHeader(c.messages[i].Packet)
		m := message{header: h, from: c.messages[i]}
		if m.payloads, ok = decodePayloads(h.next, c.messages[i].Packet[headerSize:]); !ok || !m.parse() {
			t.Fatal("IKE_SA_INIT is not read")
		}
		c.init[i] = m
	}
	c.suite = suite2{Cipher{esp.AESCBC, 256}, SHA256, SHA256, 14}
	c.keys = firstKeys(c.suite, c.secret(t, "shared Diffie Hellman secret"), c.nonce(0), c.nonce(1), c.init[1].initiator, c.init[1].responder)
	return c
}

func (c captured) secret(t testing.TB, label string) []byte {
	t.Helper()
	if len(c.secrets[label]) == 0 {
		t.Fatalf("no %q", label)
	}
	return c.secrets[label][0]
}

func (c captured) nonce(i int) []byte { b, _ := c.init[i].body(payloadNonce); return b }

func (c captured) public(i int) []byte {
	b, _ := c.init[i].body(payloadKE)
	_, public, _ := decodeKey(b)
	return public
}

// Keys of a handshake between two strongSwan are those that they logged.
func TestKeysOfACapturedHandshake(t *testing.T) {
	c := handshake2(t)
	for label, got := range map[string][]byte{
		"Sk_d secret": c.keys.derive, "Sk_ai secret": c.keys.initiator.integrity, "Sk_ar secret": c.keys.responder.integrity,
		"Sk_ei secret": c.keys.initiator.encryption, "Sk_er secret": c.keys.responder.encryption,
		"Sk_pi secret": c.keys.initiator.auth, "Sk_pr secret": c.keys.responder.auth,
	} {
		if want := c.secret(t, label); !bytes.Equal(got, want) {
			t.Errorf("%s is %x, not %x", label, got, want)
		}
	}
	secret := c.secret(t, "secret")
	for i, d := range []direction{c.keys.initiator, c.keys.responder} {
		auth := c.keys.authenticate(secret, d, c.messages[i].Packet, c.nonce(1-i), c.secrets["IDx'"][i])
		if want := c.secrets["AUTH = prf(prf(secret, keypad), octets)"][i]; !bytes.Equal(auth, want) {
			t.Errorf("AUTH %d is %x, not %x", i, auth, want)
		}
	}
	child := c.keys.material(esp.Suite{Cipher: esp.AESCBC, Bits: 256, MAC: esp.SHA256}, nil, c.nonce(0), c.nonce(1), true)
	for label, got := range map[string][]byte{
		"ESP src 192.0.2.11 dst 192.0.2.1 spi 0xcad0320f enc cbc(aes)":                child.outCipher,
		"ESP src 192.0.2.11 dst 192.0.2.1 spi 0xcad0320f auth-trunc hmac(sha256) 128": child.outMAC,
		"ESP src 192.0.2.1 dst 192.0.2.11 spi 0xccdf1e82 enc cbc(aes)":                child.inCipher,
		"ESP src 192.0.2.1 dst 192.0.2.11 spi 0xccdf1e82 auth-trunc hmac(sha256) 128": child.inMAC,
	} {
		if want := c.secret(t, label); !bytes.Equal(got, want) {
			t.Errorf("%s is %x, not %x", label, got, want)
		}
	}
}

// Every message of it is opened, and read, and written again to the same octets.
func TestCapturedMessagesComeBackTheSame(t *testing.T) {
	c := handshake2(t)
	for i, in := range c.messages[:4] {
		h, _ := decodeHeader(in.Packet)
		payloads, ok := decodePayloads(h.next, in.Packet[headerSize:])
		if !ok {
			t.Fatalf("message %d is not read", i)
		}
		if first, b := encodePayloads(payloads); first != h.next || !bytes.Equal(h.encode(b), in.Packet) {
			t.Errorf("message %d is\n%x when it comes back, not\n%x", i, h.encode(b), in.Packet)
		}
		if i >= 2 {
			payloads = reopened(t, c, i, h, in.Packet, payloads)
		}
		for _, p := range payloads {
			again(t, i, p)
		}
	}
}

// reopened opens a sealed message, and seals it again with the same vector.
func reopened(t *testing.T, c captured, i int, h header, packet []byte, payloads []payload) []payload {
	sealed := payloads[len(payloads)-1]
	b := bytes.Clone(packet)
	at := len(b) - len(sealed.body)
	d := c.keys.by(i%2 == 0)
	text, err := c.keys.open(d, b, at, 0)
	if err != nil {
		t.Fatalf("message %d: %v", i, err)
	}
	iv := packet[at : at+16]
	back, err := c.keys.seal(d, h, sealed.inside, text, iv, nil)
	if err != nil || len(back) > len(packet) {
		t.Fatal(err)
	}
	// The other one pads as it likes: whoever opens ours finds the same.
	opened, err := c.keys.open(d, back, at, 0)
	if err != nil || !bytes.Equal(opened, text) {
		t.Errorf("message %d: %v, sealed again it is another", i, err)
	}
	inner, ok := decodePayloads(sealed.inside, text)
	if !ok {
		t.Fatalf("message %d: what was sealed is not read", i)
	}
	if first, b := encodePayloads(inner); first != sealed.inside || !bytes.Equal(b, text) {
		t.Errorf("message %d: what was sealed is %x when it comes back, not %x", i, b, text)
	}
	return inner
}

// again reads a payload and writes it.
func again(t *testing.T, i int, p payload) {
	t.Helper()
	var back payload
	ok := true
	switch p.kind {
	case payloadSA:
		var all []proposal
		all, ok = decodeProposals(p.body)
		back = encodeProposals(all)
	case payloadNotify:
		var n notify
		n, ok = decodeNotify(p.body)
		back = n.payload()
	case payloadTSi, payloadTSr:
		var all []span
		all, ok = decodeSpans(p.body)
		back = encodeSpans(p.kind, all...)
	case payloadIDi, payloadIDr:
		var id Identity
		id, ok = parseIdentity(p.body)
		back = payload{kind: p.kind, body: id.payload()}
	default:
		return
	}
	if !ok || !reflect.DeepEqual(back, p) {
		t.Errorf("message %d, payload %d: %x is %x when it comes back", i, p.kind, p.body, back.body)
	}
}

// configCaptured is what agrees with the captured peers.
func configCaptured(local string) Config {
	c := config2(local, "interop-psk")
	c.Endpoints[0].IPsec.Transforms[0].Suite = esp.Suite{Cipher: esp.AESCBC, Bits: 256, MAC: esp.SHA256}
	c.Proposals[0] = Proposal{"default", []Cipher{{esp.AESCBC, 256}}, []Hash{SHA256}, []Hash{SHA256}, []Group{14}}
	return c
}

// replay is an engine whose chance is the captured peer's.
func replay(c captured, config Config, spi uint64, nonce []byte) *Engine {
	script := append(cookieBytes(spi), nonce...)
	e := New(io.MultiReader(bytes.NewReader(script), rand.NewChaCha8([32]byte{})))
	e.Step(time.Unix(0, 0), Configure{config})
	return e
}

// answerAll feeds an engine the captured results of its computations.
func answerAll(e *Engine, c captured, public []byte, outs []Out) (all []Out) {
	for len(outs) > 0 {
		o := outs[0]
		outs = outs[1:]
		all = append(all, o)
		if work, ok := o.(Compute); ok {
			result := c.secrets["shared Diffie Hellman secret"][0]
			if _, first := work.Work.(NewExchange); first {
				result = append(make([]byte, Group(14).privateSize()), public...)
			}
			outs = append(outs, e.Step(time.Unix(1, 0), Computed{ID: work.ID, Result: bytes.Clone(result)})...)
		}
	}
	return all
}

// installs are the keys of what was installed, by direction.
func installs(outs []Out) map[bool]esp.Parameters {
	found := map[bool]esp.Parameters{}
	for _, o := range outs {
		if in, ok := o.(Install); ok {
			found[in.Inbound] = in.Parameters
		}
	}
	return found
}

// The captured initiator proves itself to us in the captured responder's place.
func TestCapturedInitiatorIsAdmitted(t *testing.T) {
	c := handshake2(t)
	e := replay(c, configCaptured(hubAddr), c.init[1].responder, c.nonce(1))
	outs := answerAll(e, c, c.public(1), e.Step(time.Unix(1, 0), c.messages[0]))
	outs = append(outs, answerAll(e, c, c.public(1), e.Step(time.Unix(1, 0), c.messages[2]))...)
	found := installs(outs)
	if !bytes.Equal(found[true].Encryption, c.secret(t, "ESP src 192.0.2.11 dst 192.0.2.1 spi 0xcad0320f enc cbc(aes)")) ||
		!bytes.Equal(found[false].Integrity, c.secret(t, "ESP src 192.0.2.1 dst 192.0.2.11 spi 0xccdf1e82 auth-trunc hmac(sha256) 128")) ||
		found[false].SPI != 0xccdf1e82 || found[false].Mode != esp.Transport {
		t.Errorf("%+v, %v", found, e.drops)
	}
	if s := e.State(); len(s.SAs) != 1 || s.SAs[0].Stage != Ready || s.SAs[0].RemoteID.Address != netip.MustParseAddr(spokeAddr) {
		t.Errorf("%+v", s)
	}
}

// The captured responder proves itself to us in the captured initiator's place.
func TestCapturedResponderIsAccepted(t *testing.T) {
	c := handshake2(t)
	e := replay(c, configCaptured(spokeAddr), c.init[0].initiator, c.nonce(0))
	outs := answerAll(e, c, c.public(0), e.Step(time.Unix(1, 0), Protect{pair(hubAddr)}))
	for _, i := range []int{1, 3} {
		outs = append(outs, answerAll(e, c, c.public(0), e.Step(time.Unix(1, 0), c.messages[i]))...)
	}
	found := installs(outs)
	if !bytes.Equal(found[false].Encryption, c.secret(t, "ESP src 192.0.2.11 dst 192.0.2.1 spi 0xcad0320f enc cbc(aes)")) || found[false].SPI != 0xcad0320f {
		t.Errorf("%+v, %v", found, e.drops)
	}
	if s := e.State(); len(s.Wants) != 1 || !s.Wants[0].Secured {
		t.Errorf("%+v", s)
	}
}

// Every first message of the other captures is read and comes back the same.
func TestFirstMessagesOfOtherCaptures(t *testing.T) {
	for _, name := range []string{"frr-ikev2.pcap", "frr-nat-ikev2.pcap", "frr-phase3-ikev2.pcap"} {
		seen := 0
		for i, in := range datagrams(t, name) {
			h, ok := decodeHeader(in.Packet)
			if !ok || h.major != 2 {
				t.Fatalf("%s: message %d has no header", name, i)
			}
			payloads, ok := decodePayloads(h.next, in.Packet[headerSize:])
			if _, b := encodePayloads(payloads); !ok || !bytes.Equal(h.encode(b), in.Packet) {
				t.Errorf("%s: message %d is not read, or not written again", name, i)
			}
			for _, p := range payloads {
				again(t, i, p)
			}
			seen++
		}
		if seen < 4 {
			t.Errorf("%s: %d messages", name, seen)
		}
	}
}
