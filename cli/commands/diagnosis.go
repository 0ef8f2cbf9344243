package commands

import (
	"net/netip"

	"weft/nhrp"
)

// A Diagnosis is the ladder of one peer, climbed as far as it goes.
type Diagnosis struct {
	Tunnel string
	Peer   nhrp.Endpoint // what is not known is zero
	Role   string        // "next hop server", "next hop client", ... for people
	Rungs  []RungReport  // from the ground up; none after one that failed
	// Faults say why the last rung failed; where all hold, what is wrong beside
	// the ladder.
	Faults []Fault
}

// Healthy tells whether all rungs hold.
func (d *Diagnosis) Healthy() bool {
	return len(d.Rungs) > 0 && !d.Rungs[len(d.Rungs)-1].Failed
}

// A Rung is a stage of the ladder that show dmvpn names.
type Rung int

const (
	RungInterface Rung = iota
	RungIKE
	RungIPsec
	RungNHRP
	RungUp
)

func (r Rung) String() string {
	return [...]string{"INTF", "IKE", "IPSEC", "NHRP", "UP"}[r]
}

// RungReport is one rung with what shows that it holds, or does not.
type RungReport struct {
	Rung     Rung
	Failed   bool
	Evidence []string // clauses, for people
}

// A Fault is what is wrong, at which router as far as that can be known, and
// what to enter there.
type Fault struct {
	Wrong string // half a sentence
	At    string // "this router", an NBMA address, or both
	Enter []Entering
}

// Entering is what to type at one router.
type Entering struct {
	Router netip.Addr // its NBMA address; zero: this router
	// Tunnel says which interface of another router: that of its tunnel to this
	// address. Then Lines are those of the interface. Else they begin at the
	// privileged prompt.
	Tunnel netip.Addr
	Lines  []string
	Secret bool // Lines hold a key
}
