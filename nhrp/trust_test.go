package nhrp

import (
	"encoding/binary"
	"net/netip"
	"reflect"
	"testing"
	"time"
)

// pending is a spoke whose request 200 waits for its answer.
func pending(t *testing.T) (*world, *node) {
	t.Helper()
	w := newWorld()
	w.lose = func(_, _ netip.Addr) bool { return true }
	return w, w.add("spoke1", "198.51.100.11", 200, spokeConfig("10.0.0.11/24"))
}

// own is the spoke's pending request.
func own(n *node) Packet {
	t := n.engine.tunnels[0]
	return *t.registrationRequest(t.registrations[0])
}

func TestOnlyTheAnswerOfTheServerCounts(t *testing.T) {
	for name, test := range map[string]struct {
		from   string
		change func(p *Packet)
		status NHSStatus
		reason Reason
	}{
		"the answer":           {"192.0.2.1", func(*Packet) {}, Responding, numReasons},
		"from elsewhere":       {"192.0.2.66", func(*Packet) {}, Expecting, DropUnexpected},
		"to another request":   {"192.0.2.1", func(p *Packet) { p.RequestID++ }, Expecting, DropUnexpected},
		"to another client":    {"192.0.2.1", func(p *Packet) { p.Source = addr("10.0.0.12") }, Expecting, DropUnexpected},
		"about nobody":         {"192.0.2.1", func(p *Packet) { p.CIEs = nil }, Expecting, DropNoEntry},
		"refused in one entry": {"192.0.2.1", func(p *Packet) { p.CIEs = append(p.CIEs, CIE{Code: InsufficientResources}) }, Expecting, numReasons},
	} {
		w, spoke := pending(t)
		p := own(spoke)
		p.Type = RegistrationReply
		test.change(&p)
		w.step(spoke, Receive{Tunnel: "Tunnel0", From: anyPort(addr(test.from)), Packet: encoded(t, p)})
		if nhs := spoke.tunnel().NHS[0]; nhs.Status != test.status {
			t.Errorf("%s: the server is %+v", name, nhs)
		}
		if test.reason != numReasons && spoke.dropped(test.reason) != 1 {
			t.Errorf("%s is not counted as %v", name, test.reason)
		}
	}
}

func TestOnlyAnErrorAboutOurRequestCounts(t *testing.T) {
	for name, test := range map[string]struct {
		from   string
		change func(quoted *Packet)
		quote  int // octets of it; 0 is all
		failed uint64
	}{
		"the error":             {"192.0.2.1", func(*Packet) {}, 0, 1},
		"from elsewhere":        {"192.0.2.66", func(*Packet) {}, 0, 0},
		"about another request": {"192.0.2.1", func(q *Packet) { q.RequestID++ }, 0, 0},
		"about another client":  {"192.0.2.1", func(q *Packet) { q.Source = addr("10.0.0.12") }, 0, 0},
		"about a resolution":    {"192.0.2.1", func(q *Packet) { q.Type = ResolutionRequest }, 0, 0},
		"quoting the beginning": {"192.0.2.1", func(*Packet) {}, 40, 1},
		"quoting too little":    {"192.0.2.1", func(*Packet) {}, 35, 0},
	} {
		w, spoke := pending(t)
		quoted := own(spoke)
		test.change(&quoted)
		body := encoded(t, quoted)
		if test.quote > 0 {
			body = body[:test.quote]
		}
		p := Packet{Type: ErrorIndication, HopCount: 255, Underlay: IPv4, Overlay: IPv4, SourceNBMA: addr("192.0.2.1"),
			Source: addr("10.0.0.1"), Destination: addr("10.0.0.11"), Error: AuthenticationFailure, Body: body}
		w.step(spoke, Receive{Tunnel: "Tunnel0", From: anyPort(addr(test.from)), Packet: encoded(t, p)})
		nhs := spoke.tunnel().NHS[0]
		if nhs.Failed != test.failed || nhs.Status != Expecting || spoke.dropped(DropErrorUnmatched) != 1-test.failed {
			t.Errorf("%s: the server is %+v", name, nhs)
		}
	}
}

func TestRouterDoesNotRegisterWithItself(t *testing.T) {
	w := newWorld()
	c := hubConfig()
	c.NHS = []NHS{{Protocol: addr("10.0.0.1"), NBMA: addr("192.0.2.1")}}
	hub := w.add("hub", "192.0.2.1", 100, c)
	if nhs := hub.tunnel().NHS[0]; nhs.Sent != 0 || nhs.Status != Waiting || nhs.Failure == "" {
		t.Errorf("the server is %+v", nhs)
	}
}

// FRR's own octets: its answer to a spoke behind NAT, taken by ours, and its
// spoke's request, answered by ours as FRR did but for what a server may choose.
func TestFRRUnderstandsAndIsUnderstood(t *testing.T) {
	packets := captured(t)
	ask, answer := decoded(t, packets[2]), packets[3]
	w := newWorld()
	w.lose = func(_, _ netip.Addr) bool { return true }
	c := spokeConfig("172.30.0.13/24")
	c.NHS[0] = NHS{Protocol: addr("172.30.0.1"), NBMA: addr("192.0.2.1")}
	spoke := w.add("spoke3", "198.51.100.13", ask.RequestID, c)
	w.step(spoke, Receive{Tunnel: "Tunnel0", From: anyPort(addr("192.0.2.1")), Packet: answer})
	if nhs := spoke.tunnel().NHS[0]; nhs.Status != Responding || nhs.Public != addr("192.0.2.30") {
		t.Errorf("after FRR's reply the server is %+v", nhs)
	}

	h := hubConfig()
	h.Address = netip.MustParsePrefix("172.30.0.1/24")
	h.MTU = 0
	hub := w.add("hub", "192.0.2.1", 100, h)
	var got Packet
	for _, o := range hub.engine.Step(w.now, Receive{Tunnel: "Tunnel0", From: anyPort(addr("192.0.2.30")), Packet: packets[2]}) {
		if s, ok := o.(Send); ok {
			got = decoded(t, s.Packet)
		}
	}
	want := decoded(t, answer)
	want.HopCount = hopCount
	want.Extensions[2].Value[1] = 32 // the prefix length of the responder
	if !reflect.DeepEqual(got, want) {
		t.Errorf("FRR's request is answered\n%+v, where FRR said\n%+v", got, want)
	}
}

func TestUniqueRuleNeedsBothSides(t *testing.T) {
	for _, test := range []struct {
		was, is uint16
		other   bool
		code    Code
	}{
		{FlagUnique, FlagUnique, true, UniqueRegistered},
		{FlagUnique, FlagUnique, false, Success},
		{FlagUnique, 0, true, Success},
		{0, FlagUnique, true, Success},
		{0, 0, true, Success},
	} {
		w := newWorld()
		hub := w.add("hub", "192.0.2.1", 100, hubConfig())
		p := request()
		p.Flags = test.was
		ask(t, w, hub, "198.51.100.11", p)
		p.Flags = test.is
		from := "198.51.100.11"
		if test.other {
			from = "198.51.100.99"
			p.SourceNBMA = addr(from)
		}
		if a := ask(t, w, hub, from, p); len(a) != 1 || a[0].CIEs[0].Code != test.code {
			t.Errorf("flags %04x, then %04x from another address (%v): %+v", test.was, test.is, test.other, a)
		}
	}
}

func TestClientWithAMatchingStaticEntryIsContent(t *testing.T) {
	w := newWorld()
	c := hubConfig()
	c.Maps = []Map{{netip.MustParsePrefix("10.0.0.11/32"), addr("198.51.100.11")}}
	hub := w.add("hub", "192.0.2.1", 100, c)
	if a := ask(t, w, hub, "198.51.100.11", request()); len(a) != 1 || a[0].CIEs[0].Code != Success {
		t.Errorf("answered %+v", a)
	}
	if e, _ := hub.entry("10.0.0.11"); e.Type != Static || !e.Expires.IsZero() {
		t.Errorf("the entry became %+v", e)
	}
}

func TestStaticMapTakesTheAddressOfAClient(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	ask(t, w, hub, "198.51.100.11", request())
	c := hub.config
	c.Maps = []Map{{netip.MustParsePrefix("10.0.0.11/32"), addr("203.0.113.1")}}
	w.configure(hub, c)
	w.run(700 * time.Second)
	if e, _ := hub.entry("10.0.0.11"); e.Type != Static || hub.bindings[host(addr("10.0.0.11"))] != addr("203.0.113.1") {
		t.Errorf("the entry is %+v, and the data plane has %v", e, hub.bindings)
	}
}

func TestCacheHasABound(t *testing.T) {
	w := newWorld()
	c := hubConfig()
	c.MulticastDynamic = false
	hub := w.add("hub", "192.0.2.1", 100, c)
	p := request()
	var codes [256]int
	for i := 0; i < maxBindings+maxEntries; i += maxEntries {
		p.CIEs = nil
		for j := range maxEntries {
			var a [4]byte
			binary.BigEndian.PutUint32(a[:], 11<<24|uint32(i+j))
			p.CIEs = append(p.CIEs, CIE{PrefixLength: 32, HoldingTime: 600, Protocol: netip.AddrFrom4(a)})
		}
		for _, o := range hub.engine.Step(w.now, Receive{Tunnel: "Tunnel0", From: anyPort(p.SourceNBMA), Packet: encoded(t, p)}) {
			if s, ok := o.(Send); ok {
				for _, c := range decoded(t, s.Packet).CIEs {
					codes[c.Code]++
				}
			}
		}
	}
	if codes[Success] != maxBindings || codes[InsufficientResources] != maxEntries {
		t.Errorf("%d clients are in, %d refused for want of room", codes[Success], codes[InsufficientResources])
	}
}

func TestPacketsOfNobodyAndOfAnotherProtocolAreCounted(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	nobody, six := request(), request()
	nobody.Source = netip.Addr{}
	six.Overlay, six.Source, six.Destination = IPv6, addr("2001:db8::11"), addr("2001:db8::1")
	for r, p := range map[Reason]Packet{DropNoSource: nobody, DropFamily: six} {
		if a := ask(t, w, hub, "198.51.100.11", p); a != nil || hub.dropped(r) != 1 {
			t.Errorf("%v: answered %+v, counted %d times", r, a, hub.dropped(r))
		}
	}
}

func TestErrorsQuoteNoMoreThanAPathTakes(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	p := request()
	p.HopCount = 0
	p.Extensions = append(p.Extensions, Extension{VendorPrivate, false, make([]byte, 4000)})
	if a := ask(t, w, hub, "198.51.100.11", p); len(a) != 1 || len(a[0].Body) != maxQuote {
		t.Errorf("answered %+v", a)
	}
}

func TestRegistrationOverIPv6(t *testing.T) {
	w := newWorld()
	h, s := hubConfig(), spokeConfig("2001:db8::11/64")
	h.Address = netip.MustParsePrefix("2001:db8::1/64")
	s.NHS = []NHS{{Protocol: addr("2001:db8::1"), NBMA: addr("2001:db8:f::1"), Multicast: true}}
	hub := w.add("hub", "2001:db8:f::1", 100, h)
	spoke := w.add("spoke1", "2001:db8:f::11", 200, s)
	w.run(time.Second)
	if e, ok := hub.entry("2001:db8::11"); !ok || e.NBMA != spoke.nbma || spoke.tunnel().NHS[0].Status != Responding {
		t.Errorf("the hub's entry is %+v, the server %+v", e, spoke.tunnel().NHS[0])
	}
}

func TestTimersRingInTheOrderTheyWereSet(t *testing.T) {
	var ts timers
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	order := make([]timer, 100)
	for i := range order {
		ts.set(&order[i], nil, at.Add(time.Hour))
	}
	for i := range order {
		ts.set(&order[i], nil, at)
	}
	ts.stop(&order[50])
	for i := range order {
		if i == 50 {
			continue
		}
		if got := ts.due(at); got != &order[i] {
			t.Fatalf("timer %d is not the next", i)
		}
	}
	if ts.due(at.Add(2*time.Hour)) != nil || !ts.next().IsZero() {
		t.Error("something is left")
	}
}
