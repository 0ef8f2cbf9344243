package commands

import (
	"fmt"

	"weft/routing/eigrp"
)

// EIGRPEvent is an event of a process; Name is that of its configuration.
type EIGRPEvent struct {
	Name string
	eigrp.Event
}

// eigrpText gives the events of EIGRP the words that IOS has for them.
func eigrpText(event EIGRPEvent) (Message, bool) {
	change := func(as uint16, neighbor any, iface, what string) (Message, bool) {
		return Message{"DUAL", 5, "NBRCHANGE", fmt.Sprintf("EIGRP-IPv4 %d: Neighbor %v (%s) %s", as, neighbor, iface, what)}, true
	}
	switch e := event.Event.(type) {
	case eigrp.NeighborUp:
		return change(e.AS, e.Neighbor, e.Interface, "is up: new adjacency")
	case eigrp.NeighborDown:
		return change(e.AS, e.Neighbor, e.Interface, "is down: "+e.Reason)
	case eigrp.Resync:
		return change(e.AS, e.Neighbor, e.Interface, "is resync: "+e.Reason)
	case eigrp.Mismatch:
		if e.Reason == "not on common subnet" {
			return Message{"DUAL", 6, "NBRINFO", fmt.Sprintf("EIGRP-IPv4 %d: Neighbor %v (%s) is blocked: not on common subnet", e.AS, e.Neighbor, e.Interface)}, true
		}
		return change(e.AS, e.Neighbor, e.Interface, "is down: "+e.Reason)
	case eigrp.Stuck:
		return Message{"DUAL", 3, "SIA", fmt.Sprintf("EIGRP-IPv4 %d: Route %v stuck-in-active state. Cleaning up", e.AS, e.Prefix)}, true
	case eigrp.PacketEvent, eigrp.StateEvent:
		// For debug only.
	}
	return Message{}, false
}

// eigrpDebugText is what "debug eigrp packets" and "debug eigrp fsm" print.
func eigrpDebugText(event EIGRPEvent) []string {
	switch e := event.Event.(type) {
	case eigrp.PacketEvent:
		kind := e.Opcode.String()
		if e.Opcode == eigrp.Hello && e.Ack != 0 {
			kind = "ACK"
		}
		head := fmt.Sprintf("EIGRP: Received %s on %s - paklen %d nbr %s", kind, shortName(e.Interface), e.Length, e.Peer)
		if e.Sent {
			head = fmt.Sprintf("EIGRP: Sending %s on %s - paklen %d", kind, shortName(e.Interface), e.Length)
			if !e.Peer.IsMulticast() {
				head += " nbr " + e.Peer.String()
			}
		}
		return []string{head, fmt.Sprintf("  AS %d, Flags 0x%X:(%s), Seq %d/%d", e.AS, e.Flags, headerFlags(e.Flags), e.Sequence, e.Ack)}
	case eigrp.StateEvent:
		return []string{fmt.Sprintf("EIGRP-IPv4: DUAL: %s %s", e.Prefix, e.Text)}
	case eigrp.NeighborUp, eigrp.NeighborDown, eigrp.Resync, eigrp.Stuck, eigrp.Mismatch:
		// In the log already.
	}
	return nil
}

// headerFlags are the flags of a packet's header, RFC 7868 section 6.2.
func headerFlags(flags uint32) string {
	names := ""
	for i, name := range []string{"INIT", "CR", "RS", "EOT"} {
		if flags>>i&1 == 1 {
			if names != "" {
				names += "+"
			}
			names += name
		}
	}
	if names == "" {
		return "NULL"
	}
	return names
}
