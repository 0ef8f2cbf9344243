// Package nhrp is the Next Hop Resolution Protocol, RFC 2332, as DMVPN uses it.
package nhrp

import (
	"io"
	"time"
)

// Engine is an engine.Machine for all tunnels of one router.
//
//	func New(entropy io.Reader) *Engine
//	func (e *Engine) Step(now time.Time, in In) []Out
//	func (e *Engine) Tick(now time.Time) []Out
//	func (e *Engine) Deadline() time.Time
//	func (e *Engine) State(f Filter) State
type Engine struct{}

var (
	_ io.Reader
	_ time.Time
)

// Filter chooses what State copies: the hub of ten thousand spokes must not
// copy them all to show one.
type Filter struct {
	Tunnel  string            // "" is all
	Cache   func(*Entry) bool // nil copies the whole cache
	NoCache bool
}
