package commands

import (
	"fmt"
	"net/netip"
	"slices"
	"time"

	"weft/nhrp"
)

var traceWords = help{
	"show":        "Show running system information",
	"monitor":     "Monitoring different system events",
	"event-trace": "Tracing of system events",
	"dmvpn":       "DMVPN traces",
	"nhrp":        "NHRP traces",
	"tunnel":      "Tunnel traces",
	"event":       "What happened",
	"error":       "What was refused or dropped",
	"exception":   "What should not have happened",
	"all":         "Show all of the trace",
	"latest":      "Show what has come since it was last shown",
	"last":        "Show the last events",
	"number":      "How many events",
	"back":        "Show what is not older than this",
	"minutes":     "Minutes",
	"from-boot":   "Show times since the router started",
	"seconds":     "Show what is later than this many seconds after the start",
	"enable":      "Begin tracing",
	"disable":     "Stop tracing",
	"clear":       "Clear the trace",
	"size":        "How many events are kept",
}

var traceExecs = execs(traceWords,
	&Exec{Syntax: "show monitor event-trace dmvpn [nhrp (event | error | exception) | tunnel] (all | latest | last number:<1-100000> | back minutes:<1-100000> | from-boot [seconds:<0-4294967295>])",
		Privilege: privileged, Run: showEventTrace},
	&Exec{Syntax: "monitor event-trace dmvpn (nhrp (event | error | exception) | tunnel) (enable | disable | clear)", Privilege: privileged, Run: switchEventTrace},
)

var monitorLines = table(traceWords,
	&command{
		Syntax: "monitor event-trace dmvpn nhrp (event | error) size number:<1-100000>",
		Key:    "event error",
		Apply: to(func(s *Global, a args) {
			if a.Has("event") {
				s.TraceEvents = a.Int("number")
			} else {
				s.TraceErrors = a.Int("number")
			}
		}),
	},
)

func switchEventTrace(s Session, a args) error {
	t := nhrp.Tracing{Events: has(a, "event"), Errors: has(a, "error"), Do: nhrp.TraceOn}
	switch {
	case has(a, "disable"):
		t.Do = nhrp.TraceOff
	case has(a, "clear"):
		t.Do = nhrp.TraceClear
	}
	s.Router().SetEventTrace(t)
	return nil
}

// showEventTrace prints the rings that were asked for, each under its name. Those
// that nothing is ever put into say so.
func showEventTrace(s Session, a args) error {
	traces := s.Router().EventTrace()
	all := !has(a, "nhrp") && !has(a, "tunnel")
	p := tracePrinter{Session: s, a: a, now: s.Router().Now(), booted: s.Router().Booted(), clock: s.Router().Clock()}
	if all || has(a, "tunnel") {
		p.ring("dmtunnel", nil, false, 0)
	}
	if all || has(a, "event") {
		p.ring("nhrp_event", traces.Events, traces.EventsOff, traces.NewEvents)
	}
	if all || has(a, "error") {
		p.ring("nhrp_error", traces.Errors, traces.ErrorsOff, traces.NewErrors)
	}
	if all || has(a, "exception") {
		p.ring("nhrp_exception", nil, false, 0)
	}
	s.Router().SetEventTrace(nhrp.Tracing{Events: all || has(a, "event"), Errors: all || has(a, "error"), Do: nhrp.TraceLooked})
	return nil
}

type tracePrinter struct {
	Session
	a           args
	now, booted time.Time
	clock       Clock
}

func (p *tracePrinter) ring(name string, events []nhrp.TraceEvent, off bool, fresh int) {
	p.Printf("\n%s:\n\n", name)
	if off {
		p.Printf("Tracing currently disabled, from exec command\n\n")
	}
	first := 0
	switch {
	case has(p.a, "latest"):
		first = len(events) - fresh
	case has(p.a, "last"):
		first = max(0, len(events)-p.a.Int("number"))
	}
	for _, e := range events[first:] {
		if has(p.a, "back") && p.now.Sub(e.At) > time.Duration(p.a.Int("minutes"))*time.Minute ||
			has(p.a, "seconds") && e.At.Sub(p.booted) < time.Duration(p.a.Int("seconds"))*time.Second {
			continue
		}
		p.Printf("%s: %s\n", p.stamp(e.At), traceText(&e))
	}
	p.Printf("\n")
}

func (p *tracePrinter) stamp(at time.Time) string {
	if has(p.a, "from-boot") {
		return fmt.Sprintf("%.3f", at.Sub(p.booted).Seconds())
	}
	return untrusted(p.clock.Trusted) + p.clock.Local(at).Format("Jan _2 15:04:05.000")
}

const traceVRF = "vrf: global(0x0)"

// traceText is an event as IOS words it.
func traceText(e *nhrp.TraceEvent) string {
	tunnel := shortInterface(e.Tunnel)
	source := fmt.Sprintf("nbma_src: %s vpn_src: %s", addressName(e.Local.NBMA), addressName(e.Local.Protocol))
	ends := fmt.Sprintf("%s nbma_dest: %s vpn_dest: %s %s", source, addressName(e.Peer.NBMA), addressName(e.Peer.Protocol), traceVRF)
	switch e.Kind {
	case nhrp.TraceCacheAdd:
		return fmt.Sprintf("NHRP-CACHE-ADD tunnel: %s target: %s %s label: none", tunnel, traceTarget(e.Target), ends)
	case nhrp.TraceCacheUpdate:
		return fmt.Sprintf("NHRP-CACHE-UPDATE tunnel: %s target: %s %s label: none", tunnel, traceTarget(e.Target), ends)
	case nhrp.TraceCacheDelete:
		return fmt.Sprintf("NHRP-CACHE-DELETE tunnel: %s %s label: none reason: %s", tunnel, ends, traceReason(e.Reason))
	case nhrp.TraceAddressChange:
		return fmt.Sprintf("NHRP-CACHE-NBMA-NHOP-CHANGE tunnel: %s cache address change nbma old: %s -> new: %s", tunnel, addressName(e.Old), addressName(e.Peer.NBMA))
	case nhrp.TraceClientUp:
		return fmt.Sprintf("NHRP-NHC-UP tunnel: %s NHC up %s", tunnel, ends)
	case nhrp.TraceClientDown:
		return fmt.Sprintf("NHRP-NHC-DOWN tunnel: %s NHC down %s reason: %s", tunnel, ends, traceReason(e.Reason))
	case nhrp.TraceServerUp:
		return fmt.Sprintf("NHRP-NHS-UP tunnel: %s NHS up %s", tunnel, ends)
	case nhrp.TraceServerDown:
		return fmt.Sprintf("NHRP-NHS-DOWN tunnel: %s NHS down %s reason: %s", tunnel, ends, traceReason(e.Reason))
	case nhrp.TraceSent, nhrp.TraceReceived:
		return tracePacketText(e, tunnel, source)
	case nhrp.TraceRepeated:
		return fmt.Sprintf("NHRP-CTRL-PLANE-RETRANS tunnel: %s retransmitting %s for vpn_dest: %s reqid %d retrans ivl %d sec %s label: none",
			tunnel, e.Packet, addressName(e.Peer.Protocol), e.RequestID, e.Interval/time.Second, traceVRF)
	case nhrp.TraceError:
		packet := "packet"
		if e.Packet != 0 {
			packet = e.Packet.String()
		}
		return fmt.Sprintf("NHRP-PKT-ERROR tunnel: %s %s %s reqid %d reason: %s", tunnel, packet, ends, e.RequestID, traceReason(e.Reason))
	}
	return "unknown event"
}

// traceTarget is an address, or a network with its length.
func traceTarget(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}

func tracePacketText(e *nhrp.TraceEvent, tunnel, source string) string {
	short := map[nhrp.PacketType][2]string{
		nhrp.ResolutionRequest: {"RES-REQ", "resolution request"}, nhrp.ResolutionReply: {"RES-REPLY", "resolution reply"},
		nhrp.PurgeRequest: {"PURGE-REQ", "purge request"}, nhrp.PurgeReply: {"PURGE-REPLY", "purge reply"},
		nhrp.ErrorIndication: {"ERROR-IND", "error indication"}, nhrp.TrafficIndication: {"TRAFFIC-IND", "traffic indication"},
	}[e.Packet]
	verb, way := "RECV", "received "+short[1]+" from"
	if e.Packet == nhrp.PurgeRequest || e.Packet == nhrp.PurgeReply {
		way = "receive " + short[1] + " from"
	}
	if e.Kind == nhrp.TraceSent {
		verb, way = "SEND", "send "+short[1]+" to"
	}
	return fmt.Sprintf("NHRP-%s-%s tunnel: %s host with %s %s nbma_dest: %s vpn_dest: %s %s label: none",
		verb, short[0], tunnel, source, way, addressName(e.Peer.NBMA), addressName(e.Peer.Protocol), traceVRF)
}

// traceReasons are IOS's names of what ends things.
var traceReasons = []struct{ reason, name string }{
	{"", "No Reason"},
	{"cleared", "EXT - Admin action (config/clear commands)"},
	{"no longer configured", "EXT - Admin action (config/clear commands)"},
	{"replaced by a static binding", "EXT - Admin action (config/clear commands)"},
	{"interface down", "EXT - Tunnel Interface Down"},
	{"holding time expired", "NHRP - Hold time expiry"},
	{"no reply", "NHRP - Registration Failure"},
	{"purged", "NHRP - Purge Received"},
	{"route changed", "EXT - RIB route unreachable"},
	{"no longer resolved", "NHRP - Resolution Failure"},
	{"authentication failure", "NHRP - Authentication Failure"},
	{"loop detected", "NHRP - Loop Detected"},
	{"hop count exceeded", "NHRP - Hop Count Exceeded"},
	{"unique address registered already", "NHRP - Unique Address Registered Already"},
	{"no binding exists", "NHRP - No Binding Exists"},
	{"administratively prohibited", "NHRP - Administratively Prohibited"},
	{"insufficient resources", "NHRP - Insufficient Resources"},
	{"max-send quota exceeded", "NHRP - Max Send Limit Exceeded"},
	{"tp-socket-down", "EXT - TP socket down"},
}

func traceReason(reason string) string {
	i := slices.IndexFunc(traceReasons, func(r struct{ reason, name string }) bool { return r.reason == reason })
	if i < 0 {
		return "NHRP - " + reason
	}
	return traceReasons[i].name
}
