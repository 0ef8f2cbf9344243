package ike

import "weft/dataplane/esp"

// Work is slow arithmetic that is done outside the engine: a Diffie-Hellman
// exchange would hold up every hello of a router. Do does it; in the world at
// once, in the appliance on workers.
type Work interface {
	// Do returns the result that Computed brings back.
	Do() ([]byte, error)
}

type (
	// NewExchange makes a key pair of a group: the result is the private value,
	// then the public one, in the wire's form, both of the group's fixed lengths.
	NewExchange struct {
		Group Group
		Seed  esp.Key // entropy of the engine's, so that the same seed gives the same pair
	}
	// Agree makes the shared secret of our private value and the peer's public one.
	Agree struct {
		Group   Group
		Private esp.Key
		Public  []byte
	}
)

// Do makes the pair.
func (w NewExchange) Do() ([]byte, error) {
	private := w.Group.private(w.Seed)
	public, err := w.Group.public(private)
	return append(private, public...), err
}

// Do makes the secret.
func (w Agree) Do() ([]byte, error) { return w.Group.agree(w.Private, w.Public) }

// exchange is our half of a Diffie-Hellman exchange.
type exchange struct {
	group   Group
	private esp.Key
	public  []byte
}

// wipe forgets the private value.
func (x *exchange) wipe() { x.private.Wipe() }

// compute hands work out; then gets the result, nil if it failed.
func (e *Engine) compute(w Work, then func(result []byte)) {
	e.lastWork++
	e.work[e.lastWork] = then
	e.do(Compute{e.lastWork, w})
}

// computed carries on with what waited for a result.
func (e *Engine) computed(in Computed) {
	then := e.work[in.ID]
	if then == nil {
		return
	}
	delete(e.work, in.ID)
	if in.Err != "" {
		e.drop(dropArithmetic)
		in.Result = nil
	}
	then(in.Result)
}

// newExchange begins an exchange; then gets our half, nil if that failed.
func (e *Engine) newExchange(g Group, then func(*exchange)) {
	seed := esp.Key(e.random(g.seedSize()))
	e.compute(NewExchange{g, seed}, func(result []byte) {
		seed.Wipe()
		n := g.privateSize()
		if len(result) != n+g.publicSize() {
			then(nil)
			return
		}
		then(&exchange{g, result[:n:n], result[n:]})
	})
}

// agree ends an exchange; then gets the secret, nil if the peer's value is no
// good. Whoever gets it wipes it.
func (e *Engine) agree(x *exchange, public []byte, then func(secret esp.Key)) {
	e.compute(Agree{x.group, x.private, public}, func(result []byte) { then(result) })
}
