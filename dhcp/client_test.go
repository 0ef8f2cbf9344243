package dhcp

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/insomniacslk/dhcp/dhcpv4"
)

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// A scene is one client and one server under a virtual clock. What the client
// does is told in lines.
type scene struct {
	t      *testing.T
	engine *Engine
	now    time.Time
	// serve answers a message, nil for silence.
	serve func(m *dhcpv4.DHCPv4) *dhcpv4.DHCPv4
	story []string
	lease *Lease
}

const port = "GigabitEthernet0/1"

func newScene(t *testing.T, serve func(m *dhcpv4.DHCPv4) *dhcpv4.DHCPv4) *scene {
	s := &scene{t: t, engine: New(strings.NewReader("seed")), now: start, serve: serve}
	s.step(Link{port, true, [6]byte{0x52, 0x54, 0, 0x12, 0x34, 0x56}})
	s.step(Configure{Config{[]Interface{{Name: port, Hostname: "spoke1"}}}})
	return s
}

func (s *scene) step(in In) { s.carryOut(s.engine.Step(s.now, in)) }

func (s *scene) tell(format string, values ...any) {
	s.story = append(s.story, fmt.Sprintf("%v ", s.now.Sub(start))+fmt.Sprintf(format, values...))
}

func (s *scene) carryOut(outs []Out) {
	for _, o := range outs {
		switch o := o.(type) {
		case Send:
			m, err := dhcpv4.FromBytes(o.Packet)
			if err != nil {
				s.t.Fatal(err)
			}
			s.tell("%v %v > %v ask %v server %v", m.MessageType(), o.Source, o.Destination, m.RequestedIPAddress(), m.ServerIdentifier())
			if answer := s.serve(m); answer != nil {
				s.step(Receive{port, answer.ToBytes()})
			}
		case Bound:
			s.lease = &o.Lease
			s.tell("bound to %v", o.Lease.Address)
		case Lost:
			s.lease = nil
			s.tell("lost")
		case Log:
		}
	}
}

func (s *scene) run(d time.Duration) {
	end := s.now.Add(d)
	for at := s.engine.Deadline(); !at.IsZero() && !at.After(end); at = s.engine.Deadline() {
		s.now = at
		s.carryOut(s.engine.Tick(at))
	}
	s.now = end
}

func (s *scene) says(want ...string) {
	s.t.Helper()
	if !slices.Equal(s.story, want) {
		s.t.Errorf("it goes\n%s\nwant\n%s", strings.Join(s.story, "\n"), strings.Join(want, "\n"))
	}
	s.story = nil
}

// server leases 198.51.100.50 for an hour, as long as it is willing.
func server(change func(answer *dhcpv4.DHCPv4)) func(m *dhcpv4.DHCPv4) *dhcpv4.DHCPv4 {
	return func(m *dhcpv4.DHCPv4) *dhcpv4.DHCPv4 {
		kind := dhcpv4.MessageTypeAck
		switch m.MessageType() {
		case dhcpv4.MessageTypeDiscover:
			kind = dhcpv4.MessageTypeOffer
		case dhcpv4.MessageTypeRelease:
			return nil
		}
		a, err := dhcpv4.NewReplyFromRequest(m, dhcpv4.WithMessageType(kind), dhcpv4.WithYourIP([]byte{198, 51, 100, 50}),
			dhcpv4.WithServerIP([]byte{198, 51, 100, 1}), dhcpv4.WithOption(dhcpv4.OptServerIdentifier([]byte{198, 51, 100, 1})),
			dhcpv4.WithNetmask([]byte{255, 255, 255, 0}), dhcpv4.WithRouter([]byte{198, 51, 100, 254}), dhcpv4.WithLeaseTime(3600))
		if err != nil {
			panic(err)
		}
		if change != nil {
			change(a)
		}
		return a
	}
}

func silent(*dhcpv4.DHCPv4) *dhcpv4.DHCPv4 { return nil }

const (
	discover = "DISCOVER 0.0.0.0 > 255.255.255.255 ask <nil> server <nil>"
	request  = "REQUEST 0.0.0.0 > 255.255.255.255 ask 198.51.100.50 server 198.51.100.1"
	reboot   = "REQUEST 0.0.0.0 > 255.255.255.255 ask 198.51.100.50 server <nil>"
	renew    = "REQUEST 198.51.100.50 > 198.51.100.1 ask <nil> server <nil>"
	rebind   = "REQUEST 198.51.100.50 > 255.255.255.255 ask <nil> server <nil>"
	bound    = "bound to 198.51.100.50/24"
)

func TestLeaseIsGotAndRenewedAtHalfItsTime(t *testing.T) {
	s := newScene(t, server(nil))
	s.run(time.Hour)
	s.says("0s "+discover, "0s "+request, "0s "+bound, "30m0s "+renew, "30m0s "+bound, "1h0m0s "+renew, "1h0m0s "+bound)
	if l := s.lease; l == nil || l.Router != netip.MustParseAddr("198.51.100.254") || l.Server != netip.MustParseAddr("198.51.100.1") {
		t.Errorf("the lease is %+v", l)
	}
}

func TestDiscoverIsRepeatedEverMoreSlowly(t *testing.T) {
	s := newScene(t, silent)
	s.run(200 * time.Second)
	s.says("0s "+discover, "4s "+discover, "12s "+discover, "28s "+discover, "1m0s "+discover, "2m4s "+discover, "3m8s "+discover)
}

func TestServerThatIsGoneIsReplacedAndThenTheLeaseEnds(t *testing.T) {
	s := newScene(t, server(nil))
	s.says("0s "+discover, "0s "+request, "0s "+bound)
	s.serve = silent
	s.run(time.Hour)
	s.says("30m0s "+renew, "41m15s "+renew, "46m52.5s "+renew, "49m41.25s "+renew, "51m5.625s "+renew, "52m5.625s "+renew,
		"52m30s "+rebind, "56m15s "+rebind, "58m7.5s "+rebind, "59m7.5s "+rebind, "1h0m0s lost", "1h0m0s "+discover)

	s = newScene(t, server(nil))
	s.serve = func(m *dhcpv4.DHCPv4) *dhcpv4.DHCPv4 {
		if s.now.Before(start.Add(52 * time.Minute)) {
			return nil
		}
		return server(func(a *dhcpv4.DHCPv4) { a.UpdateOption(dhcpv4.OptServerIdentifier([]byte{198, 51, 100, 2})) })(m)
	}
	s.run(53 * time.Minute)
	if s.lease == nil || s.lease.Server != netip.MustParseAddr("198.51.100.2") {
		t.Errorf("the other server's lease is %+v", s.lease)
	}
}

func TestRefusalBeginsAnewButNotAtOnce(t *testing.T) {
	refuse := false
	s := newScene(t, refusing(&refuse))
	s.says("0s "+discover, "0s "+request, "0s "+bound)
	refuse = true
	s.run(30*time.Minute + time.Second)
	s.says("30m0s "+renew, "30m0s lost")
	s.run(10 * time.Second)
	s.says("30m4s "+discover, "30m4s "+request, "30m8s "+discover, "30m8s "+request)
	refuse = false
	s.run(10 * time.Second)
	s.says("30m12s "+discover, "30m12s "+request, "30m12s "+bound)
}

// refusing is a server that refuses requests while told to.
func refusing(refuse *bool) func(m *dhcpv4.DHCPv4) *dhcpv4.DHCPv4 {
	return func(m *dhcpv4.DHCPv4) *dhcpv4.DHCPv4 {
		return server(func(a *dhcpv4.DHCPv4) {
			if *refuse && m.MessageType() == dhcpv4.MessageTypeRequest {
				a.UpdateOption(dhcpv4.OptMessageType(dhcpv4.MessageTypeNak))
			}
		})(m)
	}
}

func TestLinkThatComesBackAsksForItsLease(t *testing.T) {
	s := newScene(t, server(nil))
	s.says("0s "+discover, "0s "+request, "0s "+bound)
	mac := s.engine.links[port].MAC
	s.step(Link{port, false, mac})
	s.run(time.Minute)
	s.step(Link{port, true, mac})
	s.says("1m0s "+reboot, "1m0s "+bound)
	s.serve = silent
	s.step(Link{port, false, mac})
	s.step(Link{port, true, mac})
	s.run(12 * time.Minute) // nobody answers, and the lease holds: renewal is due at 31 minutes
	s.says("1m0s "+reboot, "1m4s "+reboot)
	if s.lease == nil {
		t.Error("the lease is gone")
	}
	s.step(Link{port, false, mac})
	s.run(time.Hour)
	s.says("1h1m0s lost")
}

func TestReleaseAndRenewByHand(t *testing.T) {
	s := newScene(t, server(nil))
	s.says("0s "+discover, "0s "+request, "0s "+bound)
	s.step(Renew{port})
	s.says("0s "+renew, "0s "+bound)
	s.step(Release{port})
	s.run(time.Hour)
	s.says("0s RELEASE 198.51.100.50 > 198.51.100.1 ask <nil> server 198.51.100.1", "0s lost")
	s.step(Renew{port})
	s.says("1h0m0s "+discover, "1h0m0s "+request, "1h0m0s "+bound)
	s.step(Configure{})
	s.run(time.Hour)
	s.says("1h0m0s RELEASE 198.51.100.50 > 198.51.100.1 ask <nil> server 198.51.100.1", "1h0m0s lost")
}

func TestWhatNobodyCanLiveOnIsNotTaken(t *testing.T) {
	for name, change := range map[string]func(a *dhcpv4.DHCPv4){
		"no address":       func(a *dhcpv4.DHCPv4) { a.YourIPAddr = []byte{0, 0, 0, 0} },
		"a group":          func(a *dhcpv4.DHCPv4) { a.YourIPAddr = []byte{224, 0, 0, 5} },
		"no time":          func(a *dhcpv4.DHCPv4) { a.DeleteOption(dhcpv4.OptionIPAddressLeaseTime) },
		"hardly any time":  func(a *dhcpv4.DHCPv4) { a.UpdateOption(dhcpv4.OptIPAddressLeaseTime(time.Second)) },
		"a mask with gaps": func(a *dhcpv4.DHCPv4) { a.UpdateOption(dhcpv4.OptSubnetMask([]byte{255, 0, 255, 0})) },
		"nobody's":         func(a *dhcpv4.DHCPv4) { a.DeleteOption(dhcpv4.OptionServerIdentifier) },
		"another client's": func(a *dhcpv4.DHCPv4) { a.ClientHWAddr[5]++ },
		"to another":       func(a *dhcpv4.DHCPv4) { a.TransactionID[0]++ },
	} {
		s := newScene(t, server(change))
		s.run(3 * time.Second)
		if n := s.engine.State().Clients[0].Counts; s.lease != nil || n.Useless+n.Unexpected != 1 {
			t.Errorf("%s: the lease is %+v, counted %+v", name, s.lease, n)
		}
	}
}

func TestLeaseWithoutEndIsNeverRenewed(t *testing.T) {
	s := newScene(t, server(func(a *dhcpv4.DHCPv4) { a.UpdateOption(dhcpv4.OptIPAddressLeaseTime(infinite)) }))
	if s.lease == nil || !s.lease.Expires().IsZero() || !s.engine.Deadline().IsZero() {
		t.Errorf("the lease is %+v, the deadline %v", s.lease, s.engine.Deadline())
	}
}

func TestClientSaysWhoItIs(t *testing.T) {
	var seen *dhcpv4.DHCPv4
	s := newScene(t, func(m *dhcpv4.DHCPv4) *dhcpv4.DHCPv4 { seen = m; return nil })
	if id := string(seen.Options.Get(dhcpv4.OptionClientIdentifier)); id != "\x00cisco-5254.0012.3456-Gi0/1" || seen.HostName() != "spoke1" {
		t.Errorf("identifier %q, host name %q", id, seen.HostName())
	}
	s.step(Configure{Config{[]Interface{{Name: port, Hostname: "other", Identifier: port}}}})
	s.run(4 * time.Second)
	if id := string(seen.Options.Get(dhcpv4.OptionClientIdentifier)); id != "\x01\x52\x54\x00\x12\x34\x56" || seen.HostName() != "other" {
		t.Errorf("identifier %q, host name %q", id, seen.HostName())
	}
}

func FuzzReceive(f *testing.F) {
	var packets [][]byte
	s := newScene(nil, func(m *dhcpv4.DHCPv4) *dhcpv4.DHCPv4 {
		a := server(nil)(m)
		packets = append(packets, a.ToBytes())
		return a
	})
	s.run(time.Hour)
	for _, p := range packets {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s := newScene(t, silent)
		s.engine.Step(s.now, Receive{port, b})
		s.run(time.Hour)
		s.step(Release{port})
	})
}
