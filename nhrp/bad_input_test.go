package nhrp

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"slices"
	"testing"
	"time"
)

// ownPackets are one of each type that we send ourselves: a cloud registers, is
// redirected, resolves, purges, and refuses a stranger.
func ownPackets(t *testing.T) (all [][]byte) {
	t.Helper()
	w, hub, spoke1, spoke2 := phase3()
	w.step(hub, Hairpin{"Tunnel0", anyPort(spoke1.nbma), data()})
	w.run(time.Second)
	ask(t, w, hub, "198.51.100.66", request()) // without authentication
	w.step(spoke2, Clear{})
	w.run(time.Second)
	kinds := map[PacketType]bool{}
	for _, b := range w.sent {
		if kind := PacketType(b[17]); !kinds[kind] {
			kinds[kind] = true
			all = append(all, b)
		}
	}
	if len(all) != int(TrafficIndication) {
		t.Fatalf("packets of the types %v were sent, not of all", kinds)
	}
	return all
}

// victims are stations of different parts: a server and a client that
// authenticate and know each other, and a server that takes everything, at the
// address of the captures.
func victims() (w *world, all []*node) {
	w, hub, spoke1, _ := phase3()
	c := hubConfig()
	c.Address = netip.MustParsePrefix("172.30.0.1/24")
	c.NHS = []NHS{{Protocol: addr("172.30.0.2"), NBMA: addr("192.0.2.2")}}
	c.Shortcut, c.Redirect = true, 8*time.Second
	open := w.add("open", "192.0.2.77", 500, c)
	w.routed(open, [3]string{"172.30.0.0/24", "", "Tunnel0"}, [3]string{"10.1.0.0/16", "172.30.0.11", "Tunnel0"}, [3]string{"10.1.1.0/24", "", "Gi0/2"})
	w.run(time.Second)
	return w, []*node{hub, spoke1, open}
}

// account is what a tunnel has counted.
type account struct{ received, malformed, dropped uint64 }

func (n *node) account() (a account) {
	t := n.engine.tunnels[0]
	for _, c := range t.traffic.Received {
		a.received += c
	}
	for r, c := range t.drops {
		a.dropped += c
		if Reason(r) <= DropTooManyExtensions {
			a.malformed += c
		}
	}
	return a
}

// suffer gives a station a packet, which it must account for: as malformed, or
// as received and then refused or acted on. Answers, and what needs none, may
// change nothing that anybody sees.
func suffer(t *testing.T, w *world, n *node, b []byte) {
	t.Helper()
	w.now = w.now.Add(time.Millisecond)
	w.carryOut(n, n.engine.Tick(w.now))
	before := n.account()
	outs := n.engine.Step(w.now, Receive{Tunnel: "Tunnel0", From: anyPort(addr("192.0.2.11")), To: n.nbma, Packet: b})
	after := n.account()
	if got := after.received - before.received + after.malformed - before.malformed; got != 1 {
		t.Fatalf("%s counts %d packets where one came: %x", n.name, got, b)
	}
	answers := 0
	for _, o := range outs {
		if s, ok := o.(Send); ok {
			answers++
			if _, err := Decode(s.Packet); err != nil {
				t.Fatalf("%s is told %x and says %x: %v", n.name, b, s.Packet, err)
			}
		}
	}
	p, err := Decode(b)
	needsAnswer := err == nil && (p.Type == ResolutionRequest || p.Type == RegistrationRequest || p.Type == PurgeRequest && p.Flags&FlagNoReply == 0)
	if needsAnswer && answers == 0 && after.dropped == before.dropped {
		t.Fatalf("%s neither answers nor counts %+v", n.name, p)
	}
	// A purge may take back what many have been told.
	if err == nil && p.Type != PurgeRequest && answers > 2 {
		t.Fatalf("%s sends %d packets for one: %+v", n.name, answers, p)
	}
}

// sized gives a packet that was cut the size it now has, so that the cut is
// found further in.
func sized(b []byte) []byte {
	b = unsummed(b)
	if len(b) >= fixedHeader {
		binary.BigEndian.PutUint16(b[10:], uint16(len(b)))
	}
	return b
}

func TestEveryTruncationIsAccountedFor(t *testing.T) {
	w, stations := victims()
	for _, whole := range slices.Concat(captured(t), ownPackets(t)) {
		for n := range len(whole) {
			for _, s := range stations {
				suffer(t, w, s, whole[:n])
				suffer(t, w, s, sized(whole[:n]))
			}
		}
	}
	bounded(t, stations)
}

func TestEveryFlippedBitIsAccountedFor(t *testing.T) {
	w, stations := victims()
	for _, whole := range slices.Concat(captured(t), ownPackets(t)) {
		for bit := range 8 * len(whole) {
			flipped := bytes.Clone(whole)
			flipped[bit/8] ^= 0x80 >> (bit % 8)
			for _, s := range stations {
				// The checksum finds them all, but for itself being absent.
				suffer(t, w, s, flipped)
				suffer(t, w, s, unsummed(flipped))
			}
		}
	}
	bounded(t, stations)
}

// bounded requires that what was suffered has left no more than a little.
func bounded(t *testing.T, stations []*node) {
	t.Helper()
	for _, n := range stations {
		tunnel := n.engine.tunnels[0]
		if size := tunnel.cache.table.Size(); size > 3000 {
			t.Errorf("%s remembers %d entries", n.name, size)
		}
		if len(tunnel.incidents) > maxIncidents || len(tunnel.questions.byID) > maxQuestions || len(tunnel.redirects.told) > maxFlows {
			t.Errorf("%s remembers %d incidents, %d questions, %d flows", n.name, len(tunnel.incidents), len(tunnel.questions.byID), len(tunnel.redirects.told))
		}
	}
}
