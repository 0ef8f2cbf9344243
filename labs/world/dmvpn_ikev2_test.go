package world

import (
	"net/netip"
	"testing"
	"time"
)

func ikev2(t *testing.T) (w *World, hub, spoke1, spoke2 *Node) {
	t.Helper()
	return lab(t, "dmvpn-phase3-ikev2")
}

var (
	pcAtSpoke1 = netip.MustParseAddr("172.16.11.10")
	pcAtSpoke2 = netip.MustParseAddr("172.16.12.10")
)

// IKE comes first, NHRP behind it, and then the cloud is as it would be in clear.
func TestProtectedCloudForms(t *testing.T) {
	w, hub, spoke1, spoke2 := ikev2(t)
	clear := 0
	w.Lose = func(_, _ netip.Addr) bool { return false }
	w.Watch = func(b []byte) {
		if b[9] == 47 {
			clear++
		}
	}
	spoke1.PC(pcAtSpoke1)
	spoke2.PC(pcAtSpoke2)
	if !w.Until(5*time.Second, func() bool { return registered(hub) == 2 }) {
		t.Fatalf("%d clients registered\n%s", registered(hub), w.Transcript())
	}
	w.Note("-- both spokes are there")
	answered := spoke1.Ping(pcAtSpoke1, pcAtSpoke2, 1)
	if !w.Until(time.Second, answered) {
		t.Errorf("spoke2's LAN does not answer spoke1's")
	}
	w.Run(5 * time.Second)
	w.Note("-- the spokes have a way of their own")
	hub.Kill()
	answered = spoke1.Ping(pcAtSpoke1, pcAtSpoke2, 2)
	if !w.Until(time.Second, answered) {
		t.Errorf("without the hub spoke2's LAN does not answer")
	}
	if clear > 0 {
		t.Errorf("%d packets went in clear", clear)
	}
	golden(t, w)
}
