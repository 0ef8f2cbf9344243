package world

import (
	"testing"
	"time"

	"weft/nhrp"
	"weft/router"
)

// What has happened to whom, and why it ended, is kept without any debugging.
func TestEventTraceTellsWhyThingsEnded(t *testing.T) {
	w, hub, spoke1, spoke2 := phase3(t)
	pings(w, spoke1, 5, 100*time.Millisecond)
	if err := spoke2.Configure("interface Tunnel0", "shutdown"); err != nil {
		t.Fatal(err)
	}
	w.Run(time.Second)
	if err := spoke2.Configure("interface Tunnel0", "ip nhrp authentication WRONG", "no shutdown"); err != nil {
		t.Fatal(err)
	}
	w.Run(30 * time.Second)
	for node, want := range map[*Node][]nhrp.TraceEvent{
		spoke1: {
			{Kind: nhrp.TraceServerUp},
			{Kind: nhrp.TraceReceived, Packet: nhrp.TrafficIndication},
			{Kind: nhrp.TraceSent, Packet: nhrp.ResolutionRequest},
			{Kind: nhrp.TraceReceived, Packet: nhrp.ResolutionReply},
			{Kind: nhrp.TraceReceived, Packet: nhrp.PurgeRequest},
			{Kind: nhrp.TraceCacheDelete, Reason: "purged"},
		},
		hub: {
			{Kind: nhrp.TraceClientUp},
			{Kind: nhrp.TraceCacheUpdate},
			{Kind: nhrp.TraceClientDown, Reason: "purged"},
		},
	} {
		events := node.Router.Traces().Events
		for _, x := range want {
			found := false
			for _, e := range events {
				found = found || e.Kind == x.Kind && e.Packet == x.Packet && e.Reason == x.Reason
			}
			if !found {
				t.Errorf("%s has not traced %+v", node.Name, x)
			}
		}
	}
	errors := hub.Router.Traces().Errors
	if len(errors) == 0 || errors[len(errors)-1].Reason != "authentication failure" || errors[len(errors)-1].Peer.Protocol != tunnel2 {
		t.Errorf("the hub's errors are %+v", errors)
	}
}

func TestEventTraceKeepsTheLatest(t *testing.T) {
	w, hub, _, _ := phase3(t)
	if err := hub.Configure("monitor event-trace dmvpn nhrp event size 5"); err != nil {
		t.Fatal(err)
	}
	w.Run(5 * time.Minute)
	events := hub.Router.Traces().Events
	if len(events) != 5 || w.Now().Sub(events[4].At) > 20*time.Second {
		t.Fatalf("of five events there are %+v", events)
	}
	for _, do := range []nhrp.TraceDo{nhrp.TraceOff, nhrp.TraceClear} {
		hub.Step(router.Command{Command: nhrp.Tracing{Events: true, Do: do}})
	}
	w.Run(time.Minute)
	if traces := hub.Router.Traces(); len(traces.Events) > 0 || !traces.EventsOff {
		t.Errorf("off and cleared, there is %+v", traces)
	}
}
