package nhrp

import (
	"bytes"
	"reflect"
	"testing"
	"time"
)

// FuzzDecode: no octets are a panic, and what is decoded is encoded and decoded
// to the same again.
func FuzzDecode(f *testing.F) {
	for _, b := range captured(f) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		b = unsummed(b)
		p, err := Decode(b)
		if err != nil {
			if e := err.(DecodeError); e.Offset > len(b) || e.Reason > DropTooManyExtensions {
				t.Fatalf("%v is outside a packet of %d octets, or no fault of a packet", e, len(b))
			}
			return
		}
		once, err := p.Encode()
		if err != nil {
			t.Fatalf("%v: %+v", err, p)
		}
		q, err := Decode(once)
		if err != nil || !reflect.DeepEqual(p, q) {
			t.Fatalf("%v:\n%+v is\n%+v when it comes back", err, p, q)
		}
		twice, err := q.Encode()
		if err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("%v:\n%x is\n%x when it comes back", err, once, twice)
		}
		for _, e := range p.Extensions {
			_, _ = p.Entries(e)
		}
	})
}

// FuzzReceive: whatever comes out of a tunnel, the engine neither panics nor
// says anything that it cannot read itself, and it answers at most once.
func FuzzReceive(f *testing.F) {
	for _, b := range captured(f) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		w := newWorld()
		c := hubConfig()
		c.NHS = []NHS{{Protocol: addr("10.0.0.2"), NBMA: addr("192.0.2.2")}}
		c.Shortcut, c.Redirect = true, 8*time.Second
		hub := w.add("hub", "192.0.2.1", 100, c)
		w.routed(hub, [3]string{"10.0.0.0/24", "", "Tunnel0"}, [3]string{"172.16.0.0/16", "10.0.0.11", "Tunnel0"}, [3]string{"172.17.0.0/16", "", "Gi0/2"})
		client := request()
		ask(t, w, hub, "198.51.100.11", client)
		w.want(hub, "10.0.0.77")
		sent := 0
		for _, o := range hub.engine.Step(w.now, Receive{Tunnel: "Tunnel0", From: anyPort(addr("192.0.2.11")), Packet: unsummed(b)}) {
			if s, ok := o.(Send); ok {
				sent++
				if _, err := Decode(s.Packet); err != nil {
					t.Fatalf("%v: it sends %x", err, s.Packet)
				}
			}
		}
		if sent > 1 {
			t.Fatalf("%d packets in answer to one", sent)
		}
	})
}

// unsummed takes the checksum off, so that the fuzzer gets past it.
func unsummed(b []byte) []byte {
	b = bytes.Clone(b)
	if len(b) >= fixedHeader {
		b[12], b[13] = 0, 0
	}
	return b
}
