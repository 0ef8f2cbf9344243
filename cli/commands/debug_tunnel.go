package commands

import (
	"fmt"
	"net/netip"
)

// TunnelEvaluated is a tunnel whose source or line state has changed, for
// "debug tunnel".
type TunnelEvaluated struct {
	Interface string
	Source    netip.Addr // zero: there is none
	Up        bool
	Cause     string // why it is down
}

func tunnelText(e TunnelEvaluated) []string {
	lines := []string{fmt.Sprintf("%s: tunnel source is %s", e.Interface, addressName(e.Source))}
	if e.Up {
		return append(lines, e.Interface+": linestate evaluation: up")
	}
	return append(lines, e.Interface+": linestate evaluation: down - "+e.Cause)
}
