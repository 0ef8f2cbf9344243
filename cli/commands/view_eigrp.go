package commands

import "weft/routing/eigrp"

// EIGRPView is the part of a Router that has to do with EIGRP.
type EIGRPView interface {
	// EIGRP is what the processes know, by autonomous system.
	EIGRP() []eigrp.State
	// ClearEIGRP resets neighbours of one process, or of all if as is 0.
	ClearEIGRP(as uint16, c eigrp.Clear)
}
