package world

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"weft/nhrp"
)

// server is what a spoke knows of its hub.
func server(spoke *Node) nhrp.NHSState { return spoke.Router.NHRP(everything).Tunnels[0].NHS[0] }

// sessions counts the pairs of associations that a node has with peers.
func sessions(n *Node) int { return len(n.Router.Crypto().Children) }

func protectedCloud(t *testing.T) (w *World, hub, spoke1, spoke2 *Node) {
	t.Helper()
	w, hub, spoke1, spoke2 = ikev2(t)
	spoke1.PC(pcAtSpoke1)
	spoke2.PC(pcAtSpoke2)
	if !w.Until(10*time.Second, func() bool { return registered(hub) == 2 }) {
		t.Fatalf("%d clients registered\n%s", registered(hub), w.Transcript())
	}
	return w, hub, spoke1, spoke2
}

// A hub that was started again knows nothing of its associations. Nobody has
// configured dead peer detection; that NHRP gets no answers is enough.
func TestProtectedSpokesComeBackAfterHubReload(t *testing.T) {
	w, hub, _, _ := protectedCloud(t)
	running := configOf(hub)
	hub.Kill()
	w.Run(15 * time.Second)
	hub.Boot(running)
	reborn := w.Now()
	if !w.Until(time.Minute, func() bool { return registered(hub) == 2 }) {
		t.Errorf("%d clients are back after a minute\n%s", registered(hub), w.Transcript())
	}
	if took := w.Now().Sub(reborn); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestSpokeInClearIsNamedByTheHub(t *testing.T) {
	w, hub, spoke1, _ := protectedCloud(t)
	configure(t, spoke1, "interface Tunnel0", "no tunnel protection ipsec profile")
	w.Run(10 * time.Minute)
	log := w.Transcript()
	if n := strings.Count(log, "%CRYPTO-4-RECVD_PKT_NOT_IPSEC: Rec'd packet not an IPSEC packet. (ip) vrf/dest_addr= /192.0.2.1, src_addr= 198.51.100.11, prot= 47"); n < 8 || n > 11 {
		t.Errorf("named %d times in ten minutes\n%s", n, log)
	}
	if server(spoke1).Status == nhrp.Responding {
		t.Error("the spoke is served in clear")
	}
	configure(t, spoke1, "interface Tunnel0", "tunnel protection ipsec profile WEFT")
	if !w.Until(70*time.Second, func() bool { return server(spoke1).Status == nhrp.Responding && registered(hub) == 2 }) {
		t.Errorf("with protection again it does not come back\n%s", w.Transcript())
	}
}

func TestWrongKeyStaysAtIKEAndIsTriedAgain(t *testing.T) {
	w, hub, spoke1, spoke2 := ikev2(t)
	configure(t, spoke1, "crypto ikev2 keyring WEFT", "peer ANY", "pre-shared-key another-key")
	spoke1.Boot(configOf(spoke1)) // what is under way goes by the old key
	w.Run(time.Minute)
	if registered(hub) != 1 || server(spoke1).Status == nhrp.Responding || server(spoke2).Status != nhrp.Responding {
		t.Errorf("%d clients registered", registered(hub))
	}
	if sessions(spoke1) != 0 || len(spoke1.Router.Crypto().Wants) == 0 {
		t.Errorf("the spoke has %+v", spoke1.Router.Crypto().State)
	}
	configure(t, spoke1, "crypto ikev2 keyring WEFT", "peer ANY", "pre-shared-key weft-lab-key")
	if !w.Until(2*time.Minute, func() bool { return registered(hub) == 2 }) {
		t.Errorf("with the right key it does not come up\n%s", w.Transcript())
	}
}

// An access list on the way that lets IKE pass and not ESP: the rungs IKE and
// IPSEC are reached, and NHRP is not.
func TestESPThatIsFilteredLeavesNHRPWaiting(t *testing.T) {
	w, hub, spoke1, _ := ikev2(t)
	w.Filter = func(outer []byte) bool {
		return outer[9] == 50 && netip.AddrFrom4([4]byte(outer[12:16])) == netip.MustParseAddr("198.51.100.11")
	}
	w.Run(time.Minute)
	if registered(hub) != 1 || sessions(spoke1) != 1 || server(spoke1).Status != nhrp.Expecting || server(spoke1).Sent < 3 {
		t.Errorf("%d clients, %d sessions, server %+v", registered(hub), sessions(spoke1), server(spoke1))
	}
	w.Filter = nil
	if !w.Until(70*time.Second, func() bool { return registered(hub) == 2 }) {
		t.Error("it does not come up when the filter is gone")
	}
}

// The associations of two spokes come with their NHRP entries and go with them.
func TestSpokeToSpokeProtectionGoesWithItsEntries(t *testing.T) {
	w, _, spoke1, spoke2 := ikev2(t)
	for _, s := range []*Node{spoke1, spoke2} {
		configure(t, s, "interface Tunnel0", "ip nhrp holdtime 30")
		s.PC(map[*Node]netip.Addr{spoke1: pcAtSpoke1, spoke2: pcAtSpoke2}[s])
	}
	w.Run(5 * time.Second)
	for i := range uint16(3) {
		spoke1.Ping(pcAtSpoke1, pcAtSpoke2, i+1)
		w.Run(time.Second)
	}
	if sessions(spoke1) < 2 || sessions(spoke2) < 2 {
		t.Fatalf("%d and %d sessions\n%s", sessions(spoke1), sessions(spoke2), w.Transcript())
	}
	w.Run(70 * time.Second)
	if sessions(spoke1) != 1 || sessions(spoke2) != 1 {
		t.Errorf("after the holding time %d and %d sessions\n%s", sessions(spoke1), sessions(spoke2), w.Transcript())
	}
	answered := spoke1.Ping(pcAtSpoke1, pcAtSpoke2, 9)
	if !w.Until(time.Second, answered) {
		t.Error("the way by the hub does not work")
	}
}

func TestShutProtectedTunnelTakesItsLeave(t *testing.T) {
	w, hub, spoke1, _ := protectedCloud(t)
	configure(t, spoke1, "interface Tunnel0", "shutdown")
	w.Run(time.Second)
	if registered(hub) != 1 || sessions(hub) != 1 || sessions(spoke1) != 0 {
		t.Errorf("%d clients and %d sessions at the hub, %d at the spoke", registered(hub), sessions(hub), sessions(spoke1))
	}
	configure(t, spoke1, "interface Tunnel0", "no shutdown")
	if !w.Until(10*time.Second, func() bool { return registered(hub) == 2 }) {
		t.Errorf("it does not come up again\n%s", w.Transcript())
	}
}

// Point-to-point GRE needs no NHRP to be protected.
func TestPointToPointTunnelIsProtected(t *testing.T) {
	w, hub, spoke1, _ := ikev2(t)
	for n, line := range map[*Node]string{hub: "tunnel destination 198.51.100.11", spoke1: "tunnel destination 192.0.2.1"} {
		inside := map[*Node]string{hub: "10.9.9.1", spoke1: "10.9.9.2"}[n]
		configure(t, n, "interface Tunnel9", "ip address "+inside+" 255.255.255.0", "tunnel source GigabitEthernet0/1", line, "tunnel protection ipsec profile WEFT shared")
	}
	clear := 0
	w.Watch = func(outer []byte) {
		if outer[9] == 47 {
			clear++
		}
	}
	w.Run(5 * time.Second)
	answered := spoke1.Ping(netip.MustParseAddr("10.9.9.2"), netip.MustParseAddr("10.9.9.1"), 1)
	if !w.Until(time.Second, answered) || clear > 0 {
		t.Errorf("%d packets in clear\n%s", clear, w.Transcript())
	}
	w.Run(3 * time.Minute)
	if n := sessions(spoke1); n != 1 {
		t.Errorf("%d pairs of associations between two stations", n)
	}
}

// Whatever the seeds are: the same script, the same transcript.
func TestSameProtectedScriptSameTranscript(t *testing.T) {
	var first string
	for range 4 {
		w, _, spoke1, _ := protectedCloud(t)
		spoke1.Ping(pcAtSpoke1, pcAtSpoke2, 1)
		w.Run(3 * time.Hour)
		if transcript := w.Transcript(); first == "" {
			first = transcript
		} else if transcript != first {
			t.Fatal("two runs of one script differ")
		}
	}
}

// A day of rekeying with every tenth packet lost: no association is lost for
// good, and no ping to a rekey.
func TestDayOfRekeyingWithLossLosesNothingForGood(t *testing.T) {
	w, hub, spoke1, _ := protectedCloud(t)
	state := uint64(1)
	w.Filter = func(outer []byte) bool {
		if outer[9] != 17 { // of IKE's messages: what ESP loses says nothing about rekeying
			return false
		}
		state = state*6364136223846793005 + 1442695040888963407
		return state>>33%10 == 0
	}
	lost, longest, run := 0, 0, 0
	for i := range 24 * 60 * 2 {
		answered := spoke1.Ping(pcAtSpoke1, netip.MustParseAddr("172.16.0.1"), uint16(i))
		w.Run(30 * time.Second)
		if answered() {
			run = 0
			continue
		}
		lost++
		run++
		longest = max(longest, run)
	}
	if lost > 0 || registered(hub) != 2 {
		t.Errorf("%d of %d pings lost, %d in a row; %d clients", lost, 24*60*2, longest, registered(hub))
	}
}
