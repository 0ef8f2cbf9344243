// Package router is one box as one value: its machines, the state of its
// interfaces, and the wiring between them. It has no socket, no goroutine and
// no clock; the appliance drives one against the Linux kernel, and labs/world
// drives many against each other under one virtual clock.
//
// What comes in is in input.go, what goes out in output.go. The running-config
// tree belongs to the router; whoever edits it says so with Configured. Then,
// and after every other input, the router settles (settle.go): it compiles what
// changed, works out which interfaces are up (interface.go, tunnel.go), offers
// connected and static routes to the RIB (routes.go), hands NHRP its share
// (nhrp.go), IKE its own (ike.go) and the DHCP clients theirs (dhcp.go: a leased
// address stands in the configuration of its interface), and repeats until nothing
// changes any more. name.go looks up the hosts that NHRP asks for. Levels — tunnels for
// the pipeline, links for the kernel, services for the sessions — go out only
// when they differ from what went out before. query.go answers show commands,
// logging.go keeps the log and decides who is told of a message, clock.go has the
// time of day, lint.go what a user leaves behind, schedule.go what operators
// have asked for at some later instant. diagnosis.go says why a peer is up or not:
// a pure function of what the machines, the routing table and the data plane have
// recorded (diagnosis_interface, _protection, _server and _client are its rungs;
// _unkeyed, _secret and _proposal what can be wrong with IKE, and whose fault it
// is: that of whoever differs from the others).
//
// eigrp.go joins the EIGRP processes to interfaces and the RIB, speaking.go carries
// what routing protocols say and hear.
//
// protection.go marries NHRP and IKE: whoever NHRP speaks to or learns of behind a
// protected tunnel is wanted from IKE first, and NHRP hears of those that are lost.
//
// The order of what goes out matters and is fixed: before a tunnel goes down,
// NHRP may still speak through it (a client takes its leave); after it has come
// up, NHRP may begin. Our forwarding table changes before the kernel's when a
// route is added, and after it when one is removed, so that the kernel never
// sends a packet into a tunnel that does not know what to do with it.
//
// Left out: VRFs other than the global one have their key in every route but
// no table of their own yet.
package router

import (
	"io"
	"net/netip"
	"time"

	"weft/cli/commands"
	"weft/cli/compile"
	"weft/cli/config"
	"weft/dataplane"
	"weft/dataplane/fib"
	"weft/dhcp"
	"weft/ike"
	"weft/nhrp"
	"weft/routing/rib"
)

// Options are what a router is born with.
type Options struct {
	Entropy io.Reader // for protocol identifiers and keys; it must not end
	Booted  time.Time
	// Clock tells whether the time of day is to be trusted (no "*" before the
	// timestamps of the log).
	Synchronized bool
	Tree         *config.Tree // the running-config to begin with; nil: an empty one
}

// Router is an engine.Machine.
type Router struct {
	options Options
	tree    *config.Tree
	box     compile.Box

	ports      map[string]Port
	interfaces map[string]*iface
	saved      map[string]netip.Prefix // addresses that startup-config gave, by interface
	order      []string                // names of interfaces, in IOS order

	rib        *rib.RIB
	candidates map[rib.Candidate]bool // what the router itself has offered
	nhrp       *nhrp.Engine
	dhcp       *dhcp.Engine
	leases     map[string]dhcp.Lease // by interface
	served     map[string]bool       // by tunnel: a next hop server responds
	lookups    []string              // hosts that NHRP has asked for
	ike        *ike.Engine
	eigrp      map[uint16]*process  // by autonomous system
	speaking   map[Speaking]int     // processes that speak there
	bindings   map[string]*bindings // by tunnel
	protected  map[string]bool      // tunnels
	shelters   map[abode][]*shelter
	farEnds    map[string]*shelter // by point-to-point tunnel
	waiting    []*shelter          // that hold packets
	fifo       []any               // what machines have for each other
	draining   bool
	log        logging
	clock      clock
	schedule   schedule
	linted     uint64 // revision of the tree that the last user left
	debugs     map[commands.DebugTopic]bool
	conditions DebugConditions

	sent struct { // the levels as they last went out
		host     dataplane.Host
		tunnels  []dataplane.Tunnel
		nhrp     nhrp.Config
		ike      ike.Config
		nhrpIf   map[string]nhrp.Interface
		routed   fib.Table
		services compile.Box
		names    names
		dhcp     dhcp.Config
		dhcpLink map[string]dhcp.Link
	}
	// What settle has to look at.
	reconfigured bool // the compiled configuration
	stirred      bool // ports, bindings, or a hold that has run out
	out          []Out
}

// New returns the router of a new box, with the factory's running-config.
func New(o Options) *Router {
	r := &Router{
		options:    o,
		tree:       o.Tree,
		ports:      map[string]Port{},
		interfaces: map[string]*iface{},
		saved:      map[string]netip.Prefix{},
		candidates: map[rib.Candidate]bool{},
		nhrp:       nhrp.New(o.Entropy),
		dhcp:       dhcp.New(o.Entropy),
		leases:     map[string]dhcp.Lease{},
		ike:        ike.New(o.Entropy),
		protected:  map[string]bool{},
		shelters:   map[abode][]*shelter{},
		farEnds:    map[string]*shelter{},
		bindings:   map[string]*bindings{},
		eigrp:      map[uint16]*process{},
		speaking:   map[Speaking]int{},
		served:     map[string]bool{},
		debugs:     map[commands.DebugTopic]bool{},
	}
	if r.tree == nil {
		r.tree = config.New(commands.GlobalMode)
	}
	r.rib = rib.New(isTunnel)
	r.clock.synced = o.Synchronized
	r.sent.nhrpIf = map[string]nhrp.Interface{}
	r.sent.dhcpLink = map[string]dhcp.Link{}
	r.recompile()
	return r
}

// Tree is the running-config. Step must be told Configured after it was edited.
func (r *Router) Tree() *config.Tree { return r.tree }

// Step takes one input and returns all that follows from it.
func (r *Router) Step(now time.Time, in In) []Out {
	switch in := in.(type) {
	case Configured:
		r.recompile()
		r.addPorts()
	case Port:
		r.portChanged(in)
	case Packet:
		r.packet(now, in.Event)
	case RoutingPacket:
		r.heard(now, in)
	case Datagram:
		r.carryDHCP(now, r.dhcp.Step(now, in.Receive))
	case Computed:
		r.carryIKE(now, r.ike.Step(now, in.Computed))
	case Found:
		r.carryNHRP(now, r.nhrp.Step(now, in.Found))
	case Left:
		r.event(now, commands.ConfigI{Origin: in.Origin, User: in.User})
		r.lint(now)
	case Command:
		r.command(now, in.Command)
	case Booted:
		r.booted(now, in)
	case Happened:
		r.event(now, in.Event)
	}
	r.settle(now)
	return r.done()
}

// Tick does what has come due.
func (r *Router) Tick(now time.Time) []Out {
	r.carryNHRP(now, r.nhrp.Tick(now))
	r.carryDHCP(now, r.dhcp.Tick(now))
	r.carryIKE(now, r.ike.Tick(now))
	r.tickEIGRP(now)
	r.expireHeld(now)
	r.drain(now)
	r.keepSchedule(now)
	for _, name := range r.order {
		if held := r.interfaces[name].heldUntil; !held.IsZero() && !held.After(now) {
			r.stirred = true
		}
	}
	r.settle(now)
	return r.done()
}

// Deadline is when Tick is next wanted; zero is never.
func (r *Router) Deadline() time.Time {
	at := r.nhrp.Deadline()
	for _, other := range []time.Time{r.dhcp.Deadline(), r.ike.Deadline(), r.heldUntil()} {
		if !other.IsZero() && (at.IsZero() || other.Before(at)) {
			at = other
		}
	}
	for _, p := range r.eigrp {
		if due := p.engine.Deadline(); !due.IsZero() && (at.IsZero() || due.Before(at)) {
			at = due
		}
	}
	for _, name := range r.order {
		if held := r.interfaces[name].heldUntil; !held.IsZero() && (at.IsZero() || held.Before(at)) {
			at = held
		}
	}
	if due := r.scheduled(); !due.IsZero() && (at.IsZero() || due.Before(at)) {
		at = due
	}
	return at
}

func (r *Router) recompile() {
	r.box = compile.Compile(r.tree)
	r.reconfigured = true
}

func (r *Router) do(o Out) { r.out = append(r.out, o) }

func (r *Router) done() []Out {
	out := r.out
	r.out = nil
	return out
}

// booted tells the log what became of startup-config.
func (r *Router) booted(now time.Time, in Booted) {
	r.event(now, commands.Restart{})
	for _, c := range r.box.Interfaces {
		r.saved[c.Name] = c.Address
	}
	for _, report := range in.Reports {
		switch {
		case report.Refused != "":
			r.event(now, commands.StartupRefused{Number: report.Number, Line: report.Line, Reason: report.Refused})
		case report.Kept != "":
			r.event(now, commands.StartupKept{Number: report.Number, Line: report.Line, Reason: report.Kept})
		}
	}
}

// command carries out what an operator asked of a machine.
func (r *Router) command(now time.Time, c any) {
	switch c := c.(type) {
	case nhrp.In:
		r.carryNHRP(now, r.nhrp.Step(now, c))
	case dhcp.In:
		r.carryDHCP(now, r.dhcp.Step(now, c))
	case ike.In:
		r.carryIKE(now, r.ike.Step(now, c))
	case ClearEIGRP:
		r.clearEIGRP(now, c)
	case Debugging:
		r.debugging(now, c)
	case ClearLogging:
		r.clearLogging()
	case DebugConditions:
		r.conditions = c
	case SetClock:
		r.setClock(now, c)
	case Probation, StillThere, Confirm, RevertNow, PlanReload, CancelReload:
		r.plan(now, c)
	}
}
