package nhrp

import (
	"testing"
	"time"
)

// resolve is the question where an address is, as FRR asks it.
func resolve(asked string) Packet {
	p := request()
	p.Type, p.Flags = ResolutionRequest, FlagRouter|FlagAuthoritative|FlagSourceStable|FlagNAT
	p.Source, p.SourceNBMA, p.Destination = addr("10.0.0.12"), addr("198.51.100.12"), addr(asked)
	p.Extensions = append(p.Extensions, Extension{NATAddress, false, nil})
	return p
}

func TestServerResolvesItselfAndItsClients(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	ask(t, w, hub, "198.51.100.11", request())
	natted := request()
	natted.Source, natted.SourceNBMA = addr("10.0.0.13"), addr("192.168.1.3")
	ask(t, w, hub, "203.0.113.30", natted)
	w.run(100 * time.Second)

	tests := map[string]CIE{
		"10.0.0.1":     {PrefixLength: 32, MTU: 1472, HoldingTime: 600, NBMA: addr("192.0.2.1"), Protocol: addr("10.0.0.1")},
		"10.0.0.11":    {PrefixLength: 32, HoldingTime: 500, NBMA: addr("198.51.100.11"), Protocol: addr("10.0.0.11")},
		"10.0.0.13":    {PrefixLength: 32, HoldingTime: 500, NBMA: addr("192.168.1.3"), Protocol: addr("10.0.0.13")},
		"10.0.0.77":    {Code: NoBinding, PrefixLength: 32},
		"172.16.11.10": {Code: NoBinding, PrefixLength: 32},
	}
	for asked, want := range tests {
		answers := ask(t, w, hub, "198.51.100.12", resolve(asked))
		if len(answers) != 1 || answers[0].Type != ResolutionReply || len(answers[0].CIEs) != 1 || answers[0].CIEs[0] != want {
			t.Errorf("%s: answered %+v, want %+v", asked, answers, want)
			continue
		}
		a := answers[0]
		if authoritative := a.Flags&FlagAuthoritative != 0; authoritative != (want.Code == Success) || a.Destination != addr(asked) {
			t.Errorf("%s: the reply is %+v", asked, a)
		}
		e, _, _ := a.extension(NATAddress)
		public, err := a.Entries(e)
		if err != nil || (asked == "10.0.0.13") != (len(public) == 1) || len(public) == 1 && public[0].NBMA != addr("203.0.113.30") {
			t.Errorf("%s: the NAT address extension has %+v, %v", asked, public, err)
		}
	}

	// Who does not know the NAT extension is told the address that works.
	plain := resolve("10.0.0.13")
	plain.Extensions = plain.Extensions[:3]
	if a := ask(t, w, hub, "198.51.100.12", plain); len(a) != 1 || a[0].CIEs[0].NBMA != addr("203.0.113.30") {
		t.Errorf("without the extension: %+v", a)
	}
}

func TestWhatIsNotHandledIsCounted(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	reply, indication := resolve("10.0.0.11"), resolve("10.0.0.11")
	mine := resolve("10.0.0.11")
	mine.Source, mine.SourceNBMA = addr("10.0.0.1"), addr("192.0.2.1")
	reply.Type, mine.Type = ResolutionReply, ResolutionReply
	indication.Type, indication.Flags, indication.RequestID, indication.CIEs = TrafficIndication, 0, 0, nil
	for r, p := range map[Reason]Packet{
		DropTransit:           reply,
		DropUnexpected:        mine,
		DropTrafficIndication: indication,
	} {
		if a := ask(t, w, hub, "198.51.100.12", p); a != nil || hub.dropped(r) != 1 {
			t.Errorf("%v: answered %+v, counted %d times", r, a, hub.dropped(r))
		}
	}
}
