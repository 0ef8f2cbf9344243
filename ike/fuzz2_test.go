package ike

import (
	"bytes"
	"reflect"
	"testing"
	"time"
)

// captures2 are the captured messages of version 2, for the fuzzers to begin from.
func captures2(f *testing.F) []Receive {
	var all []Receive
	for _, name := range []string{"vector-ikev2.pcap", "frr-ikev2.pcap", "frr-nat-ikev2.pcap"} {
		all = append(all, datagrams(f, name)...)
	}
	return all
}

// FuzzPayloads2: no octets are a panic, and what is read is written to the same
// again.
func FuzzPayloads2(f *testing.F) {
	c := handshake2(f)
	for _, in := range captures2(f) {
		f.Add(in.Packet[16], in.Packet[headerSize:])
	}
	for i, in := range c.messages[2:4] { // what is in the sealed ones
		h, _ := decodeHeader(in.Packet)
		outer, _ := decodePayloads(h.next, in.Packet[headerSize:])
		b := bytes.Clone(in.Packet)
		text, err := c.keys.open(c.keys.by(i == 0), b, len(b)-len(outer[0].body), 0)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(outer[0].inside, text)
	}
	f.Fuzz(func(t *testing.T, first uint8, b []byte) {
		payloads, ok := decodePayloads(first, b)
		if !ok {
			return
		}
		kind, back := encodePayloads(payloads)
		if len(payloads) > 0 && (kind != first || len(back) != len(b)) {
			t.Fatalf("%x is %x when it comes back", b, back)
		}
		m := message{payloads: payloads}
		m.parse()
		for _, p := range payloads {
			stable(t, p)
		}
	})
}

// stable reads a payload, writes it, and reads it again.
func stable(t *testing.T, p payload) {
	switch p.kind {
	case payloadSA:
		if all, ok := decodeProposals(p.body); ok {
			if back, ok := decodeProposals(encodeProposals(all).body); !ok || !reflect.DeepEqual(all, back) {
				t.Fatalf("%+v is %+v when it comes back", all, back)
			}
			describeAll(all)
			chooseIKE([]Proposal{DefaultProposal()}, all, 14)
			ipsec := DefaultIPsec()
			chooseESP(ipsec, all, 0, 14, false)
			chooseESP(ipsec, all, 14, 0, false)
			chooseESP(ipsec, all, 0, 0, true)
		}
	case payloadTSi, payloadTSr:
		if all, ok := decodeSpans(p.body); ok {
			if back, ok := decodeSpans(encodeSpans(p.kind, all...).body); !ok || len(all) != len(back) || len(all) > 0 && !reflect.DeepEqual(all, back) {
				t.Fatalf("%+v is %+v when it comes back", all, back)
			}
			if one, ok := single(all); ok {
				narrow(all, one)
			}
		}
	case payloadIDi, payloadIDr:
		if id, ok := parseIdentity(p.body); ok {
			if back, ok := parseIdentity(id.payload()); !ok || back != id {
				t.Fatalf("%+v is %+v when it comes back", id, back)
			}
		}
	case payloadDelete:
		if d, ok := decodeDelete(p.body); ok {
			if back, ok := decodeDelete(d.payload().body); !ok || !reflect.DeepEqual(d, back) {
				t.Fatalf("%+v is %+v when it comes back", d, back)
			}
		}
	case payloadKE:
		decodeKey(p.body)
	}
}

// FuzzReceive2: whatever comes from the network, the engine neither panics nor
// answers more than once, and who is there stays.
func FuzzReceive2(f *testing.F) {
	for _, in := range captures2(f) {
		f.Add(in.Packet)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		w, hub, spoke := two(t)
		w.up(hub, spoke)
		if len(b) >= headerSize && b[0]&1 != 0 { // as if of the association that is there
			a := hub.engine.sortedAssociations()[0]
			copy(b, cookieBytes(a.RemoteSPI))
			copy(b[8:], cookieBytes(a.LocalSPI))
		}
		answers := 0
		for _, o := range hub.engine.Step(w.now, Receive{Local: at("192.0.2.1:500"), From: at("198.51.100.1:500"), Packet: b}) {
			switch o.(type) {
			case Send:
				answers++
			case Remove, Unsecured:
				t.Fatalf("%T", o)
			}
		}
		if answers > 1 {
			t.Fatalf("%d answers", answers)
		}
		w.joined(hub, spoke)
	})
}

// FuzzInside2: what a peer that has proved itself sends may be anything, too.
func FuzzInside2(f *testing.F) {
	f.Add(uint8(exchangeInform), uint8(payloadDelete), deletion{protocolESP, []uint32{1, 2}}.payload().body)
	f.Add(uint8(exchangeCreate), uint8(payloadSA), encodeProposals(offerESP(DefaultIPsec(), 14, []byte{1, 2, 3, 4})).body)
	f.Add(uint8(exchangeCreate), uint8(payloadSA), encodeProposals(offerIKE([]Proposal{DefaultProposal()}, make([]byte, 8))).body)
	f.Add(uint8(exchangeInform), uint8(payloadNotify), notice(noticeInvalidSPI, 1, 2, 3, 4).body)
	c := handshake2(f)
	for _, p := range c.init[0].payloads {
		f.Add(uint8(exchangeCreate), p.kind, p.body)
	}
	f.Fuzz(func(t *testing.T, exchange, kind uint8, body []byte) {
		if len(body) > 60000 {
			return
		}
		w, hub, spoke := two(t)
		w.up(hub, spoke)
		x := spoke.engine.sortedAssociations()[0].exchanger.(*sa2)
		nonce := payload{kind: payloadNonce, body: bytes.Repeat([]byte{5}, 32)}
		packets := x.seal(header{exchange: exchange, id: x.nextID}, []payload{{kind: kind, body: body}, nonce})
		for _, p := range packets {
			hub.step(Receive{Local: x.Remote, From: x.Local, Packet: p})
		}
		if got := hub.engine.now; got.IsZero() {
			t.Fatal("no time")
		}
		hub.carryOut(hub.engine.Tick(w.now.Add(time.Hour)))
	})
}
