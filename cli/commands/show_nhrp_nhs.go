package commands

import (
	"fmt"
	"net/netip"
	"time"

	"weft/nhrp"
)

func showNHS(s Session, a args) error {
	state := s.Router().NHRP(nhrp.Filter{Tunnel: tunnelOf(a), NoCache: true})
	now := s.Router().Now()
	s.Printf("Legend: E=Expecting replies, R=Responding, W=Waiting, D=Dynamic\n")
	for _, t := range state.Tunnels {
		if len(t.NHS) == 0 {
			continue
		}
		s.Printf("%s:\n", t.Name)
		for i := range t.NHS {
			n := &t.NHS[i]
			if !a.Has("detail") {
				s.Printf("%s\n", nhsLine(n))
				continue
			}
			s.Printf("%s  req-sent %d  req-failed %d  repl-recv %d%s\n", nhsLine(n), n.Sent, n.Failed, n.Received, ago(n.LastReply, now))
			s.Printf(" Current Request ID: %d", n.RequestID)
			if n.Acked != 0 {
				s.Printf(" (Ack: %d)", n.Acked)
			}
			s.Printf("\n Protection Socket Requested: FALSE\n")
		}
	}
	s.Printf("\n")
	if a.Has("detail") {
		printPending(s, state)
	}
	return nil
}

// nhsLine is one server; its address is followed by its state, right-aligned.
func nhsLine(n *nhrp.NHSState) string {
	nbma := ""
	if n.NBMA.IsValid() {
		nbma = " NBMA Address: " + n.NBMA.String()
	}
	return fmt.Sprintf("%s %3s%s priority = %d cluster = %d", nhsAddress(n), nhsStatus(n), nbma, n.Priority, n.Cluster)
}

// nhsAddress is a server's protocol address: 0.0.0.0 until it has told it.
func nhsAddress(n *nhrp.NHSState) netip.Addr {
	if !n.Protocol.IsValid() {
		return netip.IPv4Unspecified()
	}
	return n.Protocol
}

// nhsStatus has a D behind it if the protocol address is learnt.
func nhsStatus(n *nhrp.NHSState) string {
	mark := ""
	if n.Dynamic {
		mark = "D"
	}
	return statusMark(n.Status) + mark
}

func statusMark(status nhrp.NHSStatus) string {
	switch status {
	case nhrp.Waiting:
		return "W"
	case nhrp.Expecting:
		return "E"
	case nhrp.Responding:
		return "RE"
	}
	return "?"
}

func ago(at, now time.Time) string {
	if at.IsZero() {
		return ""
	}
	return " (" + elapsed(now.Sub(at)) + " ago)"
}

// printPending lists the requests that wait for their answer. One has expired
// when it had to be repeated: its back-off is then past the first second.
func printPending(s Session, state nhrp.State) {
	heading := "\nPending Registration Requests:\n"
	for _, t := range state.Tunnels {
		for i := range t.NHS {
			n := &t.NHS[i]
			if !n.Pending {
				continue
			}
			expired := ""
			if n.Retry > time.Second {
				expired = "expired "
			}
			s.Printf("%sRegistration Request: Reqid %d, Ret %d  NHS %s %s(%s)\n",
				heading, n.RequestID, n.Retry/time.Second, nhsAddress(n), expired, shortName(t.Name))
			heading = ""
		}
	}
}
