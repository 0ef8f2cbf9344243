package router

import (
	"reflect"
	"time"

	"weft/cli/commands"
	"weft/dataplane"
	"weft/ike"
	"weft/nhrp"
)

// pass gives one machine what another has brought about. It waits until the
// machine at work is done: nothing is stepped in the midst of its own outputs.
func (r *Router) pass(in any) { r.fifo = append(r.fifo, in) }

// drain steps the machines until none has anything for another.
func (r *Router) drain(now time.Time) {
	if r.draining {
		return
	}
	r.draining = true
	for len(r.fifo) > 0 {
		in := r.fifo[0]
		r.fifo = r.fifo[1:]
		switch in := in.(type) {
		case nhrp.In:
			r.carryNHRP(now, r.nhrp.Step(now, in))
		case ike.In:
			r.carryIKE(now, r.ike.Step(now, in))
		case reconsider:
			r.reconsider(in.shelter)
		}
	}
	r.fifo, r.draining = nil, false
}

// carryIKE carries out what IKE wants.
func (r *Router) carryIKE(now time.Time, outs []ike.Out) {
	for _, o := range outs {
		switch o := o.(type) {
		case ike.Send:
			r.do(Message{o})
		case ike.Keepalive:
			r.do(Keepalive{o})
		case ike.Compute:
			r.do(Compute{o})
		case ike.Install:
			r.do(Install{o})
		case ike.Outbound:
			r.do(Outbound{o})
		case ike.Remove:
			r.do(Remove{o})
		case ike.Move:
			r.do(Move{o})
		case ike.Ask:
			r.do(Ask{o})
		case ike.Moved:
			r.moved(o)
		case ike.Secured:
			r.secured(now, o.Pair)
			r.socket(now, o.Pair, true)
		case ike.Unsecured:
			r.unsecured(o.Pair)
			r.socket(now, o.Pair, false)
		case ike.Log:
			if r.tells(o.Event) {
				r.event(now, o.Event)
			}
		case ike.Debug:
			r.debug(now, ikeTopics[o.Topic], o.Event)
		}
	}
	r.drain(now)
}

// socket logs that the protection of a peer has come or gone.
func (r *Router) socket(now time.Time, p ike.Pair, up bool) {
	if i := r.interfaces[p.Tunnel]; i != nil {
		r.event(now, commands.CryptoSocket{Tunnel: p.Tunnel, Local: i.source, Remote: p.Peer.Addr(), Up: up})
	}
}

// tells tells whether an event is logged: that sessions come and go only if
// somebody wants to read it ("crypto logging session").
func (r *Router) tells(e ike.Event) bool {
	switch e.(type) {
	case ike.SessionUp, ike.SessionDown:
		return r.box.Global != nil && r.box.Global.Crypto.SessionLog
	}
	return true
}

var ikeTopics = map[ike.Topic]commands.DebugTopic{
	ike.TopicISAKMP: commands.DebugISAKMP,
	ike.TopicIKEv2:  commands.DebugIKEv2,
	ike.TopicIPsec:  commands.DebugIPsec,
}

// secrecy hands what the data plane saw of protection to IKE.
func (r *Router) secrecy(now time.Time, e dataplane.Event) {
	var in ike.In
	switch e := e.(type) {
	case dataplane.Message:
		in = ike.Receive{Local: e.Local, From: e.From, Packet: e.Packet}
	case dataplane.SoftLimit:
		in = ike.SoftLimit{SPI: e.SPI, Inbound: e.Inbound, Peer: e.Peer}
	case dataplane.HardLimit:
		in = ike.HardLimit{SPI: e.SPI, Inbound: e.Inbound, Peer: e.Peer}
	case dataplane.UnknownSPI:
		in = ike.UnknownSPI{Local: e.Local, From: e.From, SPI: e.SPI}
	case dataplane.PeerMoved:
		in = ike.PeerMoved{SPI: e.SPI, From: e.From}
	case dataplane.Heard:
		in = ike.Heard{SPI: e.SPI, In: e.In, Out: e.Out, Outgoing: e.Outgoing}
	case dataplane.Refused:
		r.event(now, commands.HostFault{What: "IPsec", Reason: e.Reason})
		in = ike.HardLimit{SPI: e.SPI, Inbound: e.Inbound, Peer: e.Peer}
	case dataplane.NotProtected:
		r.notProtected(now, e)
		return
	default:
		return
	}
	r.carryIKE(now, r.ike.Step(now, in))
}

// configureIKE gives IKE its share of the configuration.
func (r *Router) configureIKE(now time.Time) {
	if want := r.ikeConfig(); !reflect.DeepEqual(want, r.sent.ike) {
		if on := len(want.Endpoints) > 0; on != (len(r.sent.ike.Endpoints) > 0) {
			r.event(now, commands.ISAKMP{On: on})
		}
		r.sent.ike = want
		r.carryIKE(now, r.ike.Step(now, ike.Configure{Want: want}))
	}
	r.drain(now)
}
