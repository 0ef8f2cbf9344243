package eigrp

import (
	"slices"
	"strings"
)

// drop is why a packet was not acted on, by the name that show prints. It is an
// error, so that a decoder can return one.
type drop string

func (d drop) Error() string { return "eigrp: " + string(d) }

const (
	errTruncated  drop = "truncated"
	errVersion    drop = "unsupported version"
	errChecksum   drop = "bad checksum"
	errTLV        drop = "malformed TLV"
	errNoAuth     drop = "authentication missing"
	errAuthType   drop = "authentication type"
	errAuth       drop = "authentication failed"
	dropAS        drop = "another autonomous system"
	dropRouter    drop = "another virtual router"
	dropInterface drop = "interface not in the process"
	dropSubnet    drop = "not on common subnet"
	dropOwn       drop = "own address"
	dropStranger  drop = "not from a neighbor"
	dropWeights   drop = "K-value mismatch"
	dropStatic    drop = "not a configured neighbor"
	dropOpcode    drop = "unknown opcode"
	dropRepeated  drop = "repeated"
	dropOwnRoute  drop = "route of our own router ID"
)

func (e *Engine) drop(d drop) { e.drops[d]++ }

// dropped counts an error of a decoder.
func (e *Engine) dropped(err error) {
	if d, ok := err.(drop); ok {
		e.drops[d]++
	}
}

func (e *Engine) counters() (all []Counter) {
	for d, n := range e.drops {
		all = append(all, Counter{string(d), n})
	}
	slices.SortFunc(all, func(a, b Counter) int { return strings.Compare(a.Name, b.Name) })
	return all
}
