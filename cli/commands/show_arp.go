package commands

import (
	"slices"
	"strconv"
)

// showARP prints the neighbours of the ports by address, all or one.
func showARP(s Session, a args) error {
	s.Printf("Protocol  Address          Age (min)  Hardware Addr   Type   Interface\n")
	neighbors := s.Router().ARP()
	slices.SortStableFunc(neighbors, func(a, b Neighbor) int { return a.Address.Compare(b.Address) })
	for _, n := range neighbors {
		if a.Has("address") && n.Address != a.Addr("address") {
			continue
		}
		age, mac, port := strconv.Itoa(int(n.Age.Minutes())), n.MAC, n.Interface
		if n.Own {
			age = "-"
		}
		if n.Incomplete || mac == "" {
			mac, port = "Incomplete", ""
		}
		s.Printf("Internet  %-15s%10s   %-16sARPA   %s\n", n.Address, age, mac, port)
	}
	return nil
}
