package commands

import (
	"fmt"
	"slices"

	"weft/nhrp"
)

// showNHSRedundancy tells which servers are in use ("Running"), and of each
// cluster how many may be.
func showNHSRedundancy(s Session, _ args) error {
	state := s.Router().NHRP(nhrp.Filter{NoCache: true})
	s.Printf("Legend: E=Expecting replies, R=Responding, W=Waiting, D=Dynamic\n")
	s.Printf("No. Interface  Cluster       NHS         Priority   Cur-State   Cur-Queue   Prev-State   Prev-Queue\n")
	number := 0
	for _, t := range state.Tunnels {
		for i := range t.NHS {
			n := &t.NHS[i]
			number++
			s.Printf("%-3d %-10s %7d  %15s %9d   %9s   %9s   %10s   %10s\n", number, t.Name, n.Cluster, nhsAddress(n), n.Priority,
				nhsStatus(n), queue(n.Status), statusMark(n.Was), queue(n.Was))
		}
	}
	s.Printf("\nNo. Interface  Cluster   Status   Max-Con   Total-NHS   Responding   Expecting   Waiting   Fallback\n")
	number = 0
	for _, t := range state.Tunnels {
		for _, c := range clustersOf(&t) {
			number++
			s.Printf("%-3d %-10s %7d  %7s   %7s   %9d   %10d   %9d   %7d   %8d\n", number, t.Name, c.number, c.status(), c.most(),
				c.total, c.count[nhrp.Responding], c.count[nhrp.Expecting], c.count[nhrp.Waiting], t.Fallback/1e9)
		}
	}
	s.Printf("\n")
	return nil
}

// queue is which of the two lists a server of that status is in.
func queue(status nhrp.NHSStatus) string {
	if status == nhrp.Waiting {
		return "Waiting"
	}
	return "Running"
}

// A clusterSum is a cluster of servers and how they do.
type clusterSum struct {
	number  uint8
	limited bool
	limit   int
	total   int
	count   [3]int // by status
}

func (c *clusterSum) status() string {
	if c.limited {
		return "Enable"
	}
	return "Disable"
}

func (c *clusterSum) most() string {
	if c.limited {
		return fmt.Sprint(c.limit)
	}
	return "Not Set"
}

// clustersOf sums up the clusters that have servers or a limit, by number.
func clustersOf(t *nhrp.TunnelState) (all []clusterSum) {
	at := func(number uint8) *clusterSum {
		i := slices.IndexFunc(all, func(c clusterSum) bool { return c.number == number })
		if i < 0 {
			i, all = len(all), append(all, clusterSum{number: number})
		}
		return &all[i]
	}
	for _, n := range t.NHS {
		c := at(n.Cluster)
		c.total++
		c.count[n.Status]++
	}
	for _, l := range t.Clusters {
		c := at(l.Number)
		c.limited, c.limit = true, l.Most
	}
	slices.SortFunc(all, func(a, b clusterSum) int { return int(a.number) - int(b.number) })
	return all
}
