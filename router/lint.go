package router

import (
	"time"

	"weft/cli/commands"
	"weft/cli/compile"
)

// Lint is what cannot work in the running-config as it stands.
func (r *Router) Lint() []commands.Finding { return compile.Lint(r.tree) }

// lint looks at what a user leaves behind and logs what is certainly wrong. A
// configuration that was left unchanged is not told of again.
func (r *Router) lint(now time.Time) {
	if r.linted == r.tree.Revision() {
		return
	}
	r.linted = r.tree.Revision()
	for _, f := range r.Lint() {
		if f.Certain {
			r.event(now, f)
		}
	}
}
