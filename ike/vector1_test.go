package ike

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"weft/dataplane/esp"
)

// captured1 is a handshake of version 1 between two strongSwan daemons: its UDP
// payloads, and what they derived.
func captured1(t *testing.T) (packets [][]byte, secrets map[string][][]byte) {
	t.Helper()
	text, err := os.ReadFile("testdata/vector-ikev1.txt")
	if err != nil {
		t.Fatal(err)
	}
	secrets = map[string][][]byte{}
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		b, err := hex.DecodeString(f[len(f)-1])
		if err != nil || len(f) != 3 {
			t.Fatalf("%q: %v", line, err)
		}
		secrets[f[0]] = append(secrets[f[0]], b)
	}
	return udpPayloads(t, "testdata/vector-ikev1.pcap"), secrets
}

// udpPayloads reads the datagrams of IKE in a capture of Ethernet frames.
func udpPayloads(t testing.TB, file string) (payloads [][]byte) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for b = b[24:]; len(b) >= 16; {
		n := binary.LittleEndian.Uint32(b[8:])
		frame := b[16 : 16+n]
		b = b[16+n:]
		if len(frame) < 14+20 || frame[12] != 8 || frame[13] != 0 || frame[23] != 17 {
			continue
		}
		udp := frame[14+int(frame[14]&15)*4:]
		switch payload := udp[8:binary.BigEndian.Uint16(udp[4:])]; {
		case binary.BigEndian.Uint16(udp[2:]) == 500 || binary.BigEndian.Uint16(udp) == 500:
			payloads = append(payloads, payload)
		case len(payload) > 4 && binary.BigEndian.Uint32(payload) == 0:
			payloads = append(payloads, payload[4:])
		}
	}
	return payloads
}

// open1 reads the payloads of a captured message, and checks that they encode to
// the same octets again.
func open1(t *testing.T, first byte, b []byte) parts1 {
	t.Helper()
	parts, size, ok := decodeParts1(kind1(first), b)
	if !ok {
		t.Fatalf("% x", b)
	}
	if next, again := parts.encode(); byte(next) != first || !bytes.Equal(again, b[:size]) {
		t.Errorf("encodes to % x, was % x", again, b[:size])
	}
	if sa, ok := parts.body(security1); ok {
		list, ok := decodeSecurity1(sa)
		if !ok || !bytes.Equal(encodeSecurity1(list...).body, sa) {
			t.Errorf("security association % x is read as %+v", sa, list)
		}
	}
	return parts
}

func TestCapturedHandshakeOfVersion1(t *testing.T) {
	packets, secrets := captured1(t)
	body := func(p parts1, k kind1) []byte { b, _ := p.body(k); return b }
	headers := make([]header, len(packets))
	for i, p := range packets {
		var ok bool
		if headers[i], ok = decodeHeader(p); !ok {
			t.Fatalf("message %d: % x", i, p)
		}
	}
	clear := func(i int) parts1 { return open1(t, packets[i][16], packets[i][headerSize:]) }
	m1, m3, m4 := clear(0), clear(2), clear(3)
	ni, nr := body(m3, nonce1), body(m4, nonce1)
	i, r := headers[1].initiator, headers[1].responder
	k := derive1(SHA256, Cipher{esp.AESCBC, 256}, esp.Key("interop-psk"), secrets["shared Diffie Hellman secret"][0], ni, nr, i, r)
	for name, got := range map[string]esp.Key{"SKEYID": k.skeyid, "SKEYID_d": k.d, "SKEYID_a": k.a, "SKEYID_e": k.e, "encryption key Ka": k.encryption} {
		if !bytes.Equal(got, secrets[name][0]) {
			t.Errorf("%s is another", name)
		}
	}
	gxi, gxr := body(m3, key1), body(m4, key1)
	iv := k.firstIV(gxi, gxr)
	if !bytes.Equal(iv, secrets["initial IV"][0]) {
		t.Error("the first vector is another")
	}
	phase1 := func(n int) parts1 {
		plain, next, ok := k.decrypt(iv, packets[n][headerSize:])
		if !ok {
			t.Fatalf("message %d is not decrypted", n)
		}
		if sealed := k.encrypt(&iv, plain); !bytes.Equal(sealed, packets[n][headerSize:]) || !bytes.Equal(iv, next) {
			t.Errorf("message %d is sealed differently", n)
		}
		return open1(t, packets[n][16], plain)
	}
	m5, m6 := phase1(4), phase1(5)
	sai := body(m1, security1)
	if !bytes.Equal(body(m5, hash1), k.proof(gxi, gxr, i, r, sai, body(m5, identity1))) || !bytes.Equal(body(m5, hash1), secrets["HASH_I"][0]) {
		t.Error("HASH_I is another")
	}
	if !bytes.Equal(body(m6, hash1), k.proof(gxr, gxi, r, i, sai, body(m6, identity1))) || !bytes.Equal(body(m6, hash1), secrets["HASH_R"][0]) {
		t.Error("HASH_R is another")
	}
	quickIV := k.nextIV(iv, headers[6].id)
	quick := func(n int) parts1 {
		plain, next, ok := k.decrypt(quickIV, packets[n][headerSize:])
		if !ok {
			t.Fatalf("message %d is not decrypted", n)
		}
		quickIV = next
		return open1(t, packets[n][16], plain)
	}
	q1, q2, q3 := quick(6), quick(7), quick(8)
	id := binary.BigEndian.AppendUint32(nil, headers[6].id)
	_, rest1 := q1[1:].encode()
	_, rest2 := q2[1:].encode()
	qi, qr := body(q1, nonce1), body(q2, nonce1)
	for n, pair := range [][2][]byte{{q1[0].body, k.hash.prf(k.a, id, rest1)}, {q2[0].body, k.hash.prf(k.a, id, qi, rest2)}, {q3[0].body, k.hash.prf(k.a, []byte{0}, id, qi, qr)}} {
		if !bytes.Equal(pair[0], pair[1]) {
			t.Errorf("HASH(%d) is another", n+1)
		}
	}
	offered, _ := decodeSecurity1(body(q1, security1))
	answered, _ := decodeSecurity1(body(q2, security1))
	profile := DefaultIPsec()
	profile.Transforms = []Transform{{Suite: esp.Suite{Cipher: esp.AESCBC, Bits: 256, MAC: esp.SHA256}, Transport: true}}
	for _, offer := range [][]proposal1{offered, answered} {
		if chosen, ok := chooseESP1(profile, offer, false); !ok || chosen.terms.mode != esp.Transport {
			t.Errorf("not taken: %v", describeESP1(offer))
		}
	}
	for _, list := range [][]proposal1{offered, answered} {
		spi := binary.BigEndian.Uint32(list[0].spi)
		encryption, integrity := k.material(profile.Transforms[0].Suite, nil, spi, qi, qr)
		found := 0
		for name, keys := range secrets {
			if strings.Contains(name, "spi 0x"+hex.EncodeToString(list[0].spi)) {
				if found++; !bytes.Equal(keys[0], encryption) && !bytes.Equal(keys[0], integrity) {
					t.Errorf("%s is another", name)
				}
			}
		}
		if found != 2 {
			t.Errorf("%d keys of SPI %x", found, spi)
		}
	}
	for _, b := range q1.all(identity1) {
		if s, ok := parseSelector1(b); !ok || s.Protocol != 47 || !bytes.Equal(s.part().body, b) {
			t.Errorf("identity % x", b)
		}
	}
}

func FuzzParts1(f *testing.F) {
	for _, name := range []string{"vector-ikev1", "frr-ikev1", "frr-phase3-ikev1"} {
		for _, p := range udpPayloads(f, "testdata/"+name+".pcap") {
			if h, ok := decodeHeader(p); ok && h.flags&flagEncrypted1 == 0 {
				f.Add(p[16], p[headerSize:])
			}
		}
	}
	f.Fuzz(func(t *testing.T, first byte, b []byte) {
		parts, size, ok := decodeParts1(kind1(first), b)
		if !ok {
			return
		}
		if size > len(b) {
			t.Fatal("past the end")
		}
		for _, p := range parts {
			list, ok := decodeSecurity1(p.body)
			if ok {
				if again, ok := decodeSecurity1(encodeSecurity1(list...).body); !ok || len(again) != len(list) {
					t.Errorf("%+v does not come back", list)
				}
				describeESP1(list)
				for _, o := range list {
					for _, tr := range o.transforms {
						describeTransform1(tr)
					}
				}
			}
			if n, ok := decodeNotice1(p.body); ok {
				decodeNotice1(n.part().body)
			}
			decodeDelete1(p.body)
			parseSelector1(p.body)
			decodeAttributes1(p.body)
		}
	})
}

// FuzzReceive1 gives an engine in the middle of everything what anybody may send.
func FuzzReceive1(f *testing.F) {
	for _, p := range udpPayloads(f, "testdata/vector-ikev1.pcap") {
		f.Add(p, uint8(0))
		f.Add(p, uint8(1))
	}
	f.Fuzz(func(t *testing.T, packet []byte, who uint8) {
		w, hub, spoke := two1(t, both(func(c *Config) { c.Fragmentation = true }))
		spoke.step(Protect{pair(hubAddr)})
		if who%2 == 0 {
			w.run(1e9)
		} else {
			w.run(25e6)
		}
		// As if it were theirs: with the right cookies.
		if len(packet) >= headerSize && len(hub.engine.State().SAs) > 0 {
			sa := hub.engine.State().SAs[0]
			binary.BigEndian.PutUint64(packet, sa.RemoteSPI)
			binary.BigEndian.PutUint64(packet[8:], sa.LocalSPI)
		}
		before := len(hub.secured)
		hub.step(Receive{Local: at(hubAddr + ":500"), From: at(spokeAddr + ":500"), Packet: packet})
		if len(hub.secured) < before {
			t.Error("a message of nobody's ended the protection")
		}
	})
}
