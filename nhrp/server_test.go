package nhrp

import (
	"net/netip"
	"slices"
	"testing"
	"time"
)

// request is a registration of 10.0.0.11 from 198.51.100.11, as FRR sends it.
func request() Packet {
	return Packet{Type: RegistrationRequest, HopCount: 1, Underlay: IPv4, Overlay: IPv4,
		SourceNBMA: addr("198.51.100.11"), Source: addr("10.0.0.11"), Destination: addr("10.0.0.1"),
		Flags: FlagNAT, RequestID: 1, CIEs: []CIE{{PrefixLength: 32, HoldingTime: 600}},
		Extensions: []Extension{{ForwardTransitNHS, true, nil}, {ReverseTransitNHS, true, nil}, {ResponderAddress, true, nil}}}
}

// ask gives the hub a packet from outside and returns what it sends back.
func ask(t *testing.T, w *world, hub *node, from string, p Packet) (answers []Packet) {
	t.Helper()
	outs := hub.engine.Step(w.now, Receive{Tunnel: "Tunnel0", From: anyPort(addr(from)), To: hub.nbma, Packet: encoded(t, p)})
	for _, o := range outs {
		if s, ok := o.(Send); ok && PacketType(s.Packet[17]) != RegistrationRequest {
			if s.To != anyPort(addr(from)) {
				t.Errorf("an answer goes to %v, not to who asked", s.To)
			}
			answers = append(answers, decoded(t, s.Packet))
		}
	}
	w.carryOut(hub, outs)
	return answers
}

func TestServerAnswersRegistrations(t *testing.T) {
	tests := map[string]struct {
		change func(p *Packet)
		code   Code
	}{
		"as FRR asks":                {func(*Packet) {}, Success},
		"as IOS asks":                {func(p *Packet) { p.Flags |= FlagUnique; p.CIEs[0].PrefixLength = 255; p.HopCount = 255 }, Success},
		"with prefix length 0":       {func(p *Packet) { p.CIEs[0].PrefixLength = 0 }, Success},
		"with addresses":             {func(p *Packet) { p.CIEs[0].NBMA, p.CIEs[0].Protocol = p.SourceNBMA, p.Source }, Success},
		"without extensions":         {func(p *Packet) { p.Extensions = nil }, Success},
		"not knowing the server":     {func(p *Packet) { p.Destination = p.Source }, Success},
		"with unneeded credentials":  {func(p *Packet) { p.Extensions = append(p.Extensions, Extension{Authentication, true, []byte("x")}) }, Success},
		"for a network":              {func(p *Packet) { p.CIEs[0].PrefixLength = 24 }, BindingNotUnique},
		"for a network, unique":      {func(p *Packet) { p.CIEs[0].PrefixLength = 24; p.Flags |= FlagUnique }, AdministrativelyProhibited},
		"for the server's address":   {func(p *Packet) { p.CIEs[0].Protocol = addr("10.0.0.1") }, AdministrativelyProhibited},
		"for a group":                {func(p *Packet) { p.CIEs[0].Protocol = addr("224.0.0.5") }, AdministrativelyProhibited},
		"for no time":                {func(p *Packet) { p.CIEs[0].HoldingTime = 0 }, AdministrativelyProhibited},
		"for a static entry's other": {func(p *Packet) { p.CIEs[0].Protocol = addr("10.0.0.13") }, AdministrativelyProhibited},
	}
	for name, test := range tests {
		w := newWorld()
		c := hubConfig()
		c.Maps = []Map{{netip.MustParsePrefix("10.0.0.13/32"), addr("203.0.113.13")}}
		hub := w.add("hub", "192.0.2.1", 100, c)
		p := request()
		test.change(&p)
		answers := ask(t, w, hub, "198.51.100.11", p)
		if len(answers) != 1 || answers[0].Type != RegistrationReply || answers[0].CIEs[0].Code != test.code {
			t.Errorf("%s: answered %+v", name, answers)
			continue
		}
		a := answers[0]
		if a.RequestID != p.RequestID || a.Flags != p.Flags || a.Source != p.Source || a.Destination != addr("10.0.0.1") || len(a.Extensions) != len(p.Extensions) {
			t.Errorf("%s: the reply %+v does not mirror the request", name, a)
		}
		if e, ok := hub.entry("10.0.0.11"); ok != (test.code == Success) || ok && e.NBMA != addr("198.51.100.11") {
			t.Errorf("%s: the entry is %+v, %v", name, e, ok)
		}
		if e, _ := hub.entry("10.0.0.13"); e.NBMA != addr("203.0.113.13") {
			t.Errorf("%s: the static entry became %+v", name, e)
		}
	}
}

func TestServerRefusesWithErrorIndications(t *testing.T) {
	tests := map[string]struct {
		change func(p *Packet)
		code   ErrorCode
		count  Reason
	}{
		"no hops left":           {func(p *Packet) { p.HopCount = 0 }, HopCountExceeded, DropHopCount},
		"another server":         {func(p *Packet) { p.Destination = addr("10.0.0.2") }, ProtocolError, DropNotForUs},
		"no entry":               {func(p *Packet) { p.CIEs = nil }, ProtocolError, DropNoEntry},
		"unknown and compulsory": {func(p *Packet) { p.Extensions[0].Type = 99 }, UnrecognizedExtension, DropUnknownExtension},
		"malformed extension":    {func(p *Packet) { p.Extensions[0].Value = []byte{1, 2, 3} }, InvalidExtension, DropBadExtension},
		"come round": {func(p *Packet) {
			p.Extensions[0], _ = entryExtension(ForwardTransitNHS, true, IPv4, IPv4, CIE{NBMA: addr("192.0.2.1"), Protocol: addr("10.0.0.1")})
		}, LoopDetected, DropLoop},
		"authenticated twice": {func(p *Packet) { p.Extensions = append(p.Extensions, p.Extensions[3]) }, AuthenticationFailure, DropAuthentication},
		"not authenticated":   {func(p *Packet) { p.Extensions = p.Extensions[:3] }, AuthenticationFailure, DropAuthentication},
		"empty credentials":   {func(p *Packet) { p.Extensions[3].Value = nil }, AuthenticationFailure, DropAuthentication},
		"longer credentials": {func(p *Packet) {
			p.Extensions[3].Value = append(slices.Clone(p.Extensions[3].Value), 0)
		}, AuthenticationFailure, DropAuthentication},
	}
	for name, test := range tests {
		w := newWorld()
		c := hubConfig()
		c.Authentication = "secret"
		hub := w.add("hub", "192.0.2.1", 100, c)
		p := request()
		p.Extensions = append(p.Extensions, Extension{Authentication, true, []byte("\x00\x00\x00\x01secret")})
		test.change(&p)
		answers := ask(t, w, hub, "198.51.100.11", p)
		if len(answers) != 1 || answers[0].Type != ErrorIndication || answers[0].Error != test.code {
			t.Errorf("%s: answered %+v", name, answers)
			continue
		}
		a := answers[0]
		if a.HopCount != 255 || a.Source != addr("10.0.0.1") || a.Destination != p.Source || a.Extensions != nil || string(a.Body) != string(encoded(t, p)) {
			t.Errorf("%s: the error is %+v", name, a)
		}
		if _, ok := hub.entry("10.0.0.11"); ok || hub.dropped(test.count) != 1 {
			t.Errorf("%s: not counted as %v, or entered in spite of it", name, test.count)
		}
	}
}

func TestErrorIndicationsAreBounded(t *testing.T) {
	w := newWorld()
	c := hubConfig()
	c.NHS = []NHS{{Protocol: addr("10.0.0.2"), NBMA: addr("192.0.2.2")}}
	hub := w.add("hub", "192.0.2.1", 100, c)
	bad := request()
	bad.HopCount = 0
	sent := 0
	for range 100 {
		sent += len(ask(t, w, hub, "198.51.100.11", bad))
	}
	if sent != errorsPerSecond || hub.dropped(DropErrorLimit) != 100-errorsPerSecond || hub.dropped(DropHopCount) != 100 {
		t.Errorf("%d errors in a second, %d suppressed", sent, hub.dropped(DropErrorLimit))
	}
	w.run(time.Second)
	if n := len(ask(t, w, hub, "198.51.100.11", bad)); n != 1 {
		t.Errorf("%d errors a second later", n)
	}

	// Nothing is said to errors, to replies, and to our own packets.
	e := Packet{Type: ErrorIndication, Underlay: IPv4, Overlay: IPv4, SourceNBMA: addr("192.0.2.2"), Source: addr("10.0.0.2"),
		Destination: addr("10.0.0.1"), Error: ProtocolError, Body: encoded(t, bad)}
	withExtension, own := e, e
	withExtension.Extensions = []Extension{{VendorPrivate, false, nil}}
	own.SourceNBMA, own.Source = addr("192.0.2.1"), addr("10.0.0.1")
	reply, echo := request(), request()
	reply.Type, reply.HopCount = RegistrationReply, 0
	echo.SourceNBMA, echo.Source = addr("192.0.2.1"), addr("10.0.0.1")
	w.run(time.Second)
	for _, p := range []Packet{e, withExtension, own, reply, echo} {
		if answers := ask(t, w, hub, "192.0.2.2", p); answers != nil {
			t.Errorf("%v is answered with %+v", p.Type, answers)
		}
	}
	for r, want := range map[Reason]uint64{DropErrorUnmatched: 1, DropErrorExtensions: 1, DropOwn: 2, DropHopCount: 102} {
		if got := hub.dropped(r); got != want {
			t.Errorf("%v: %d, want %d", r, got, want)
		}
	}
}

func TestReplyCarriesEveryExtensionOfTheRequest(t *testing.T) {
	w := newWorld()
	c := hubConfig()
	c.Authentication = "secret"
	hub := w.add("hub", "192.0.2.1", 100, c)
	p := request()
	p.Extensions = []Extension{
		{99, false, []byte("echo me")},
		{Authentication, true, []byte("\x00\x00\x00\x01secret")},
		{VendorPrivate, false, []byte("\x00\x00\x0cone")},
		{VendorPrivate, false, []byte("\x00\x00\x0ctwo")},
		{ResponderAddress, true, nil},
		{NATAddress, false, []byte{0, 0, 0, 0, 0, 0, 0, 1}}, // device capabilities of RFC 2735
	}
	answers := ask(t, w, hub, "203.0.113.30", p) // and behind NAT
	if len(answers) != 1 {
		t.Fatalf("answered %+v", answers)
	}
	got := answers[0].Extensions
	for i, e := range got {
		if e.Type != p.Extensions[i].Type || e.Compulsory != p.Extensions[i].Compulsory ||
			e.Type != ResponderAddress && string(e.Value) != string(p.Extensions[i].Value) {
			t.Errorf("extension %d came back as %+v", i, e)
		}
	}
	responder, err := answers[0].Entries(got[4])
	if err != nil || len(responder) != 1 || responder[0].NBMA != addr("192.0.2.1") || responder[0].Protocol != addr("10.0.0.1") {
		t.Errorf("the responder is %+v, %v", responder, err)
	}
}

func TestTwoTunnelsKeepTheirClientsApart(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	second := hubConfig()
	second.Name, second.Address = "Tunnel1", netip.MustParsePrefix("10.0.1.1/24")
	w.step(hub, Configure{Config{Tunnels: []Tunnel{hub.config, second}}})
	w.step(hub, Interface{Tunnel: "Tunnel1", Up: true, NBMA: hub.nbma})
	ask(t, w, hub, "198.51.100.11", request())
	s := hub.engine.State(Filter{})
	if len(s.Tunnels) != 2 || len(s.Tunnels[0].Cache) != 1 || len(s.Tunnels[1].Cache) != 0 {
		t.Errorf("the state is %+v", s)
	}
	w.step(hub, Receive{Tunnel: "Tunnel9", From: anyPort(addr("198.51.100.11")), Packet: encoded(t, request())})
	if n := hub.engine.State(Filter{NoCache: true}).Strays; n != 1 {
		t.Errorf("%d packets for tunnels without NHRP, want 1", n)
	}
}
