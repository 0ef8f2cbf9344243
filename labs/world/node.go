package world

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"weft/cli/config"
	"weft/dataplane"
	"weft/ike"
	"weft/router"
)

// Node is one router of a world.
type Node struct {
	Name   string
	Router *router.Router // nil while the node is dead
	Ports  []string       // canonical names of the ports it has

	world  *World
	number uint64 // seeds its entropy
	boots  uint64
	pulled map[string]bool // ports without a cable
	pipe   *dataplane.Pipeline
	host   *host
	inputs []router.In // that wait for the router

	startup string // what a test has it start from again
}

// Router adds a node with these ports and boots it with a startup-config.
func (w *World) Router(name, startup string, ports ...string) *Node {
	n := &Node{Name: name, Ports: ports, world: w, number: uint64(len(w.nodes)), pulled: map[string]bool{}}
	w.nodes = append(w.nodes, n)
	n.Boot(startup)
	return n
}

// Boot starts a node from a startup-config; what it knew before is gone.
func (n *Node) Boot(startup string) {
	n.boots++
	seed := [32]byte{byte(n.number), byte(n.boots)}
	n.host = newHost(n)
	n.Router = router.New(router.Options{Entropy: rand.NewChaCha8(seed), Booted: n.world.now, Synchronized: true})
	n.pipe = dataplane.New(underlay{n}, n.host, n.report, n.world.Now)
	reports, err := n.Router.Tree().Load(strings.NewReader(startup), config.Env{Loading: true, Salt: rand.NewChaCha8(seed)})
	if err != nil {
		n.world.Note("%-8s startup-config: %v", n.Name, err)
	}
	n.Step(router.Configured{})
	n.Step(router.Booted{Reports: reports})
	for _, p := range n.Ports {
		n.port(p)
	}
}

// Kill stops a node as SIGKILL does: it says nothing to anybody.
func (n *Node) Kill() { n.Router = nil }

// Cable plugs a port's cable in, or pulls it out.
func (n *Node) Cable(port string, in bool) {
	n.pulled[port] = !in
	n.port(port)
}

func (n *Node) port(name string) {
	n.Step(router.Port{Name: name, Exists: true, Carrier: !n.pulled[name], MTU: 1500, Speed: 1000})
}

// Configure types lines in configuration mode; they are applied together.
func (n *Node) Configure(lines ...string) error {
	var at config.Cursor
	for _, line := range lines {
		result, err := n.Router.Tree().Enter(at, line, config.Env{})
		if err != nil {
			return fmt.Errorf("%s: %q: %w", n.Name, line, err)
		}
		at = result.Cursor
	}
	n.Step(router.Configured{})
	return nil
}

// Step gives the router one input and carries out what follows.
func (n *Node) Step(in router.In) {
	if n.Router == nil {
		return
	}
	n.carryOut(n.Router.Step(n.world.now, in))
	n.drain()
}

func (n *Node) tick() {
	n.carryOut(n.Router.Tick(n.world.now))
	n.drain()
}

func (n *Node) deadline() time.Time {
	if n.Router == nil {
		return time.Time{}
	}
	return n.Router.Deadline()
}

// drain hands the router what its own pipeline has met meanwhile, and what was
// computed for it.
func (n *Node) drain() {
	for len(n.inputs) > 0 && n.Router != nil {
		in := n.inputs[0]
		n.inputs = n.inputs[1:]
		n.carryOut(n.Router.Step(n.world.now, in))
	}
}

func (n *Node) report(e dataplane.Event) bool {
	n.inputs = append(n.inputs, router.Packet{Event: e})
	return true
}

func (n *Node) carryOut(outs []router.Out) {
	for _, o := range outs {
		if router.ToPipeline(n.pipe, o) {
			continue
		}
		switch o := o.(type) {
		case router.Host:
			n.host.links = o.Want.Links
		case router.KernelRoute:
			n.host.setRoute(o.Route)
		case router.SpeakingOn:
			n.host.speaking = o.Want
		case router.SendRouting:
			n.world.say(n, o)
		case router.Leasing, router.SendDatagram: // no ports of this world have servers
		case router.Lookup:
			n.world.Note("%-8s looks %s up", n.Name, o.Host)
			n.world.lookUp(n, o)
		case router.Log:
			n.world.tell(n.kind()+" "+mnemonic.FindString(o.Line), "%-8s %s", n.Name, o.Line)
		case router.Debug:
			n.world.Note("%-8s %s", n.Name, o.Line)
		case router.Notice:
			n.world.Note("%-8s %s", n.Name, strings.ReplaceAll(o.Text, "\n", " "))
		case router.Restart:
			n.world.Note("%-8s restarts: %s", n.Name, o.Reason)
		case router.Compute: // at once: it takes no virtual time
			result, err := o.Work.Do()
			answer := ike.Computed{ID: o.ID, Result: result}
			if err != nil {
				answer.Err = err.Error()
			}
			n.inputs = append(n.inputs, router.Computed{Computed: answer})
		case router.Syslog, router.Services, router.Replaced, router.Archive:
		}
	}
}

// underlay sends a node's outer packets into the cloud.
type underlay struct{ node *Node }

func (u underlay) Send(batch []dataplane.Datagram) (int, error) {
	for _, d := range batch {
		u.node.world.send(u.node, d)
	}
	return len(batch), nil
}
