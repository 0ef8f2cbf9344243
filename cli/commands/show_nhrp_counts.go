package commands

import (
	"time"
	"unsafe"

	"weft/nhrp"
)

func showNHRPTraffic(s Session, a args) error {
	now, filter := s.Router().Now(), nhrp.Filter{NoCache: true}
	if has(a, "name") {
		filter.Tunnel = a.Word("name")
	}
	tunnels := s.Router().NHRP(filter).Tunnels
	if has(a, "detail") && !has(a, "name") {
		printAllPackets(s, tunnels)
	}
	for _, t := range tunnels {
		s.Printf("%s: Max-send limit:%dPkts/%dSec, Usage:%d%%\n", t.Name, t.Quota.Packets, t.Quota.Every/time.Second, t.Quota.Usage(now))
		printPackets(s, "Sent", t.Traffic.Sent, t.Traffic.Suppressed)
		printPackets(s, "Rcvd", t.Traffic.Received, 0)
		if has(a, "detail") {
			printPackets(s, "Fwd", t.Traffic.Forwarded, 0)
		}
		var dropped uint64
		for _, c := range t.Traffic.Dropped {
			dropped += c.Count
		}
		if dropped == 0 {
			continue
		}
		s.Printf("   Drop: Total %d\n", dropped)
		for _, c := range t.Traffic.Dropped {
			if c.Count > 0 {
				s.Printf("         %d %s\n", c.Count, c.Name)
			}
		}
	}
	return nil
}

// printAllPackets prints the sums of all tunnels.
func printAllPackets(s Session, tunnels []nhrp.TunnelState) {
	var sent, received [9]uint64
	var suppressed uint64
	for _, t := range tunnels {
		for k := range sent {
			sent[k] += t.Traffic.Sent[k]
			received[k] += t.Traffic.Received[k]
		}
		suppressed += t.Traffic.Suppressed
	}
	s.Printf("Global statistics:\n")
	printPackets(s, "Sent", sent, suppressed)
	printPackets(s, "Rcvd", received, 0)
}

func printPackets(s Session, direction string, n [9]uint64, suppressed uint64) {
	var total uint64
	for _, c := range n {
		total += c
	}
	s.Printf("   %s: Total %d\n", direction, total)
	s.Printf("         %d Resolution Request  %d Resolution Reply  %d Registration Request \n",
		n[nhrp.ResolutionRequest], n[nhrp.ResolutionReply], n[nhrp.RegistrationRequest])
	s.Printf("         %d Registration Reply  %d Purge Request  %d Purge Reply \n",
		n[nhrp.RegistrationReply], n[nhrp.PurgeRequest], n[nhrp.PurgeReply])
	s.Printf("         %d Error Indication  %d Traffic Indication  %d Redirect Suppress\n",
		n[nhrp.ErrorIndication], n[nhrp.TrafficIndication], suppressed)
}

func showNHRPMulticast(s Session, _ args) error {
	s.Printf("  I/F     NBMA address\n")
	for _, t := range s.Router().NHRP(nhrp.Filter{NoCache: true}).Tunnels {
		state := "Disabled"
		if t.Up {
			state = "Enabled"
		}
		for _, m := range t.Multicast {
			kind := "dynamic"
			if m.Static {
				kind = "static"
			}
			s.Printf("%-10s %-15s Flags: %-15s (%s) \n", t.Name, m.NBMA, kind, state)
		}
	}
	return nil
}

// showNHRPSummary counts the cache. Routes are what the flags say of them.
func showNHRPSummary(s Session, _ args) error {
	type count struct{ all, static, dynamic, incomplete, nhop, rib, nho int }
	var remote, local count
	for _, t := range s.Router().NHRP(nhrp.Filter{}).Tunnels {
		for _, e := range t.Cache {
			c := &remote
			if e.Flags&nhrp.LocalFlag != 0 {
				c = &local
			}
			c.all++
			switch e.Type {
			case nhrp.Static:
				c.static++
			case nhrp.Dynamic:
				c.dynamic++
			case nhrp.Incomplete:
				c.incomplete++
			}
			if e.Flags&nhrp.NHOP != 0 {
				c.nhop++
			}
			switch {
			case e.Flags&nhrp.NHO != 0:
				c.nho++
			case e.Flags&nhrp.RIB != 0:
				c.rib++
			}
		}
	}
	kinds := func(a, b count) {
		s.Printf("    %d static   %d dynamic    %d incomplete\n", a.static+b.static, a.dynamic+b.dynamic, a.incomplete+b.incomplete)
	}
	n := remote.all + local.all
	noun := "entries"
	if n == 1 {
		noun = "entry"
	}
	s.Printf("IP NHRP cache %d %s, %d bytes\n", n, noun, n*int(unsafe.Sizeof(nhrp.Entry{})))
	kinds(remote, local)
	s.Printf("%d Remote\n", remote.all)
	kinds(remote, count{})
	// There is no BFD, no BGP and no MPLS in it.
	s.Printf("    %d nhop     0 bfd\n    0 default  0 temporary\n    %d route\n", remote.nhop, remote.rib+remote.nho)
	s.Printf("        %d rib (%d H    %d nho)\n        0 bgp\n    0 lfib\n", remote.rib+remote.nho, remote.rib, remote.nho)
	s.Printf("%d Local\n", local.all)
	kinds(local, count{})
	s.Printf("    0 lfib\n\n")
	return nil
}
