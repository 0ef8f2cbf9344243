package commands

import (
	"testing"
	"time"

	"weft/nhrp"
)

func TestShowMonitorEventTrace(t *testing.T) {
	r := spoke()
	local := nhrp.Endpoint{Protocol: addr("10.99.0.11"), NBMA: addr("198.51.100.11")}
	peer := nhrp.Endpoint{Protocol: addr("10.99.0.22"), NBMA: addr("198.51.100.22")}
	at := noon.Add(-10 * time.Minute)
	for kind := nhrp.TraceCacheAdd; kind <= nhrp.TraceRepeated; kind++ {
		e := nhrp.TraceEvent{At: at, Kind: kind, Tunnel: "Tunnel0", Local: local, Peer: peer, Target: prefix("10.99.0.22/32"), Packet: nhrp.ResolutionRequest,
			RequestID: 7, Interval: 2 * time.Second, Old: addr("198.51.100.99"), Reason: "holding time expired"}
		if kind == nhrp.TraceRepeated {
			e.Packet = nhrp.RegistrationRequest
		}
		r.traces.Events = append(r.traces.Events, e)
		at = at.Add(time.Minute)
	}
	r.traces.Events = append(r.traces.Events,
		nhrp.TraceEvent{At: at, Kind: nhrp.TraceReceived, Tunnel: "Tunnel0", Local: local, Peer: peer, Packet: nhrp.PurgeRequest},
		nhrp.TraceEvent{At: at, Kind: nhrp.TraceCacheDelete, Tunnel: "Tunnel0", Local: local, Peer: peer, Reason: "something new"})
	r.traces.NewEvents, r.traces.ErrorsOff = 1, true
	golden(t, "show_event_trace.txt", r, "show monitor event-trace dmvpn all", "show monitor event-trace dmvpn latest", "show monitor event-trace dmvpn nhrp event last 2",
		"show monitor event-trace dmvpn nhrp event back 2", "show monitor event-trace dmvpn nhrp event from-boot", "show monitor event-trace dmvpn nhrp error all",
		"monitor event-trace dmvpn nhrp event disable")
}
