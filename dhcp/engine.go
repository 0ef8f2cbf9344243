// Package dhcp leases addresses for interfaces, as a client of RFC 2131: it looks
// for a server, takes an offer, asks for more time when half of the lease is over
// - first the server that gave it, then any - and gives the address up when it
// ends or the server says so. A link that comes back asks whether its lease still
// holds (section 3.2).
//
// The package is a machine: Step takes what happens (input.go) and returns what to
// do about it (output.go), Tick does what has come due. config.go is what is
// wanted, state.go what show commands see. client.go is figure 5 of the RFC, one
// client per interface; message.go is all that knows the octets, by way of a
// library's codec.
//
// The life of a lease: an interface that is up and has no address broadcasts a
// DISCOVER, again after 4, 8 ... 64 seconds. The first offer that an interface
// could live on is requested; its acknowledgement becomes Bound, and the router
// gives the address to the interface. At T1 a REQUEST goes to the server, at T2 to
// everybody, each repeated when half of what is left is over. Every
// acknowledgement begins the lease anew; at its end the address is Lost.
//
// Left out: probing the address before use and DECLINE, several servers' offers
// compared (the first one wins, as with IOS), classless routes (RFC 3442), and
// what only the lines of a configuration could use, such as domain names.
package dhcp

import (
	"encoding/binary"
	"io"
	"slices"
	"strings"
	"time"
)

// Engine is an engine.Machine for all clients of one router.
type Engine struct {
	now         time.Time
	clients     []*client // by name
	links       map[string]Link
	transaction uint32
	out         []Out
}

// New returns an engine without clients. entropy is read once, for the first
// transaction id.
func New(entropy io.Reader) *Engine {
	var seed [4]byte
	_, _ = io.ReadFull(entropy, seed[:]) // what is missing stays zero
	return &Engine{links: map[string]Link{}, transaction: binary.BigEndian.Uint32(seed[:])}
}

// Step takes one input and returns what is to be done about it, in order.
func (e *Engine) Step(now time.Time, in In) []Out {
	e.now = now
	switch in := in.(type) {
	case Configure:
		e.configure(in.Want)
	case Link:
		e.links[in.Interface] = in
		if c := e.client(in.Interface); c != nil {
			c.linked(in)
		}
	case Receive:
		if c := e.client(in.Interface); c != nil {
			c.receive(in.Packet)
		}
	case Renew:
		if c := e.client(in.Interface); c != nil {
			c.renewNow()
		}
	case Release:
		if c := e.client(in.Interface); c != nil {
			c.release()
		}
	}
	return e.done()
}

// Tick does what has come due.
func (e *Engine) Tick(now time.Time) []Out {
	e.now = now
	for _, c := range e.clients {
		if !c.at.IsZero() && !c.at.After(now) {
			c.ring()
		}
	}
	return e.done()
}

// Deadline is when Tick is next wanted, or the zero time.
func (e *Engine) Deadline() (at time.Time) {
	for _, c := range e.clients {
		if !c.at.IsZero() && (at.IsZero() || c.at.Before(at)) {
			at = c.at
		}
	}
	return at
}

func (e *Engine) do(o Out) { e.out = append(e.out, o) }

func (e *Engine) done() []Out {
	out := e.out
	e.out = nil
	return out
}

func (e *Engine) client(name string) *client {
	for _, c := range e.clients {
		if c.want.Name == name {
			return c
		}
	}
	return nil
}

// configure makes the clients those of want.
func (e *Engine) configure(want Config) {
	var keep []*client
	for _, c := range e.clients {
		if slices.ContainsFunc(want.Interfaces, func(i Interface) bool { return i.Name == c.want.Name }) {
			keep = append(keep, c)
			continue
		}
		c.release()
	}
	e.clients = keep
	for _, i := range want.Interfaces {
		c := e.client(i.Name)
		if c != nil {
			c.want = i // the next message says so
			continue
		}
		c = &client{engine: e, want: i}
		e.clients = append(e.clients, c)
		if l, ok := e.links[i.Name]; ok {
			c.linked(l)
		}
	}
	slices.SortFunc(e.clients, func(a, b *client) int { return strings.Compare(a.want.Name, b.want.Name) })
}

// State copies what show commands ask for.
func (e *Engine) State() (s State) {
	for _, c := range e.clients {
		x := ClientState{Interface: c.want, Phase: c.phase, Transaction: c.transaction, Identifier: c.identifier(), Retries: c.tries, Next: c.at, Counts: c.counts}
		if c.leased {
			l := c.lease
			x.Lease = &l
		}
		s.Clients = append(s.Clients, x)
	}
	return s
}

// dotted writes a hardware address the IOS way: 5254.0012.3456.
func dotted(mac [6]byte) string {
	const digits = "0123456789abcdef"
	var b strings.Builder
	for i, octet := range mac {
		if i > 0 && i%2 == 0 {
			b.WriteByte('.')
		}
		b.WriteByte(digits[octet>>4])
		b.WriteByte(digits[octet&15])
	}
	return b.String()
}

// short is an interface's name as IOS abbreviates it: Gi0/1.
func short(name string) string {
	number := strings.IndexAny(name, "0123456789")
	if number < 2 {
		return name
	}
	return name[:2] + name[number:]
}
