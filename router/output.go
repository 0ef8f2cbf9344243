package router

import (
	"net/netip"
	"time"

	"weft/cli/commands"
	"weft/cli/compile"
	"weft/dataplane"
	"weft/dataplane/fib"
	"weft/dhcp"
	"weft/ike"
	"weft/nhrp"
)

// Out is what a router can do to the world.
type Out interface{ out() }

type (
	// Host is what the kernel's links must be.
	Host struct{ Want dataplane.Host }
	// KernelRoute installs (or, with no next hop and no Discard, removes) one route.
	KernelRoute struct{ Route dataplane.Route }

	// From Tunnels to Control: for the pipeline.
	Tunnels struct{ Want []dataplane.Tunnel }
	Routes  struct {
		VRF   string
		Table fib.Table
	}
	Learn     struct{ nhrp.Learn }
	Forget    struct{ nhrp.Forget }
	Watch     struct{ nhrp.Watch }
	Unwatch   struct{ nhrp.Unwatch }
	Server    struct{ nhrp.Server }
	Multicast struct{ nhrp.Multicast }
	// From Install to Keepalive: IKE's, for the pipeline too.
	Install   struct{ ike.Install }
	Outbound  struct{ ike.Outbound }
	Remove    struct{ ike.Remove }
	Move      struct{ ike.Move }
	Ask       struct{ ike.Ask }
	Message   struct{ ike.Send }
	Keepalive struct{ ike.Keepalive }
	// Compute is arithmetic that takes its time; Computed answers.
	Compute struct{ ike.Compute }
	Control struct {
		Tunnel   string
		To       netip.AddrPort
		Protocol uint16
		Packet   []byte
	}

	// TunnelPacket is an IPv4 packet of the box itself for a tunnel, multicast or not.
	TunnelPacket struct {
		Tunnel string
		Packet []byte
	}
	// SpeakingOn is where packets of routing protocols are wanted, ports only, and
	// SendRouting one to send there: from the port's own address, with a TTL of 2 and
	// the TOS of internetwork control, and multicast to the port's link.
	SpeakingOn  struct{ Want []Speaking }
	SendRouting struct {
		Interface string
		Protocol  uint8
		To        netip.Addr
		Packet    []byte
	}
	// Speaking is a protocol on a port, and the group that it listens to.
	Speaking struct {
		Interface string
		Protocol  uint8
		Group     netip.Addr
	}

	// Leasing is which interfaces have a DHCP client: datagrams to its port are
	// wanted, also those that come before the interface has an address.
	Leasing struct{ Interfaces []string }
	// SendDatagram is for a DHCP server.
	SendDatagram struct{ dhcp.Send }

	// Lookup asks name servers for the addresses of a host: Found, in any case.
	// Names are what the host may be called in full, to be tried in order.
	Lookup struct {
		Host    string
		Names   []string
		Servers []netip.Addr
	}

	// Log is a line for the console, the monitors and the buffer.
	Log struct {
		At      time.Time
		Message commands.Message
		Line    string // with its timestamp, as printed
		Shown
	}
	// Debug is a line of debug output.
	Debug struct {
		At   time.Time
		Line string
		Shown
	}
	// Shown says who is to see a line.
	Shown struct{ Console, Monitor bool }
	// Syslog is a datagram for a log server.
	Syslog struct {
		To     netip.AddrPort
		Source netip.Addr // zero: as the route has it
		Text   string
	}

	// Replaced says that the router itself has changed the running-config.
	Replaced struct{ At time.Time }
	// Restart ends this router, and the box starts another one.
	Restart struct{ Reason string }
	// Notice is for everybody at a terminal, in lines.
	Notice struct{ Text string }
	// Archive puts a copy of the running-config into the archive.
	Archive struct{}

	// Services is what the box must offer: lines, users, SSH.
	Services struct{ Want compile.Box }
)

func (Host) out()         {}
func (KernelRoute) out()  {}
func (Tunnels) out()      {}
func (Routes) out()       {}
func (Learn) out()        {}
func (Forget) out()       {}
func (Watch) out()        {}
func (Unwatch) out()      {}
func (Server) out()       {}
func (Multicast) out()    {}
func (Control) out()      {}
func (TunnelPacket) out() {}
func (SpeakingOn) out()   {}
func (SendRouting) out()  {}
func (Leasing) out()      {}
func (SendDatagram) out() {}
func (Lookup) out()       {}
func (Log) out()          {}
func (Debug) out()        {}
func (Syslog) out()       {}
func (Services) out()     {}
func (Replaced) out()     {}
func (Restart) out()      {}
func (Notice) out()       {}
func (Archive) out()      {}
func (Install) out()      {}
func (Outbound) out()     {}
func (Remove) out()       {}
func (Move) out()         {}
func (Ask) out()          {}
func (Message) out()      {}
func (Keepalive) out()    {}
func (Compute) out()      {}

// ToPipeline carries out what is for the pipeline, and reports whether it was.
func ToPipeline(p *dataplane.Pipeline, o Out) bool {
	switch o := o.(type) {
	case Tunnels:
		p.SetTunnels(o.Want)
	case Routes:
		p.SetRoutes(o.VRF, o.Table)
	case Learn:
		p.Learn(o.Tunnel, o.Protocol, o.NBMA)
	case Forget:
		p.Forget(o.Tunnel, o.Protocol)
	case Watch:
		p.Watch(o.Tunnel, o.Protocol)
	case Unwatch:
		p.Unwatch(o.Tunnel, o.Protocol)
	case Server:
		p.SetServer(o.Tunnel, o.NBMA)
	case Multicast:
		p.SetMulticast(o.Tunnel, o.NBMA)
	case Control:
		p.SendControl(o.Tunnel, o.To, o.Protocol, o.Packet)
	case Install:
		p.Install(o.Parameters)
	case Outbound:
		p.Outbound(o.Local, o.Peer, o.SPI)
	case Remove:
		p.Remove(o.SPI, o.Inbound, o.Peer)
	case Move:
		p.Move(o.SPI, o.Inbound, o.Old, o.New)
	case Ask:
		p.Ask(o.Inbound, o.Outbound)
	case Message:
		p.SendMessage(o.Local, o.To, o.Packet)
	case Keepalive:
		p.SendKeepalive(o.Local, o.To)
	case TunnelPacket:
		p.SendPacket(o.Tunnel, o.Packet)
	case Compute, Host, KernelRoute, SpeakingOn, SendRouting, Leasing, SendDatagram, Lookup, Log, Debug, Syslog, Services, Replaced, Restart, Notice, Archive:
		return false
	}
	return true
}
