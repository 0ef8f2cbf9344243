package commands

import "strconv"

// showARP prints the neighbours of the ports, all or those with one address.
func showARP(s Session, a args) error {
	s.Printf("Protocol  Address          Age (min)  Hardware Addr   Type   Interface\n")
	for _, n := range s.Router().ARP() {
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
