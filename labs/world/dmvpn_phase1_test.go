package world

import (
	"flag"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"weft/cli/config"
	"weft/nhrp"
)

var update = flag.Bool("update", false, "rewrite the golden transcripts")

var (
	start   = time.Date(2026, time.January, 5, 10, 0, 0, 0, time.UTC)
	hubNBMA = netip.MustParseAddr("192.0.2.1")
)

const wan, lan = "GigabitEthernet0/1", "GigabitEthernet0/2"

var textOptions config.TextOptions

// lab boots the routers of a lab.
func lab(t *testing.T, folder string) (w *World, hub, spoke1, spoke2 *Node) {
	t.Helper()
	w = New(start)
	return w, w.bootOf(t, folder, "hub"), w.bootOf(t, folder, "spoke1"), w.bootOf(t, folder, "spoke2")
}

// bootOf boots a router of a lab.
func (w *World) bootOf(t *testing.T, folder, name string) *Node {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", folder, name+".cfg"))
	if err != nil {
		t.Fatal(err)
	}
	return w.Router(name, string(text), wan, lan)
}

func phase1(t *testing.T) (w *World, hub, spoke1, spoke2 *Node) {
	t.Helper()
	return lab(t, "dmvpn-phase1")
}

// registered counts the clients of a hub.
func registered(hub *Node) (n int) {
	for _, tunnel := range hub.Router.NHRP(nhrp.Filter{}).Tunnels {
		for _, e := range tunnel.Cache {
			if e.Flags&nhrp.Registered != 0 {
				n++
			}
		}
	}
	return n
}

func golden(t *testing.T, w *World) {
	t.Helper()
	got := w.Transcript()
	file := filepath.Join("testdata", t.Name()+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the transcript differs from %s (rewrite it with -update and read the diff):\n%s", file, got)
	}
}

// The life of a phase 1 cloud: spokes register, the hub dies and comes back
// knowing nothing, a spoke's link is lost and returns, and the other spoke dies
// until its registration expires.
func TestLifeOfAPhase1Cloud(t *testing.T) {
	w, hub, spoke1, spoke2 := phase1(t)
	w.Run(2 * time.Second)
	if n := registered(hub); n != 2 {
		t.Errorf("%d clients registered, want 2", n)
	}

	w.Note("-- the hub dies and boots again, the spokes untouched")
	running := configOf(hub)
	hub.Kill()
	w.Run(15 * time.Second)
	hub.Boot(running)
	reborn := w.Now()
	if !w.Until(12*time.Second, func() bool { return registered(hub) == 2 }) {
		t.Errorf("%d clients are back after 12 s, want 2", registered(hub))
	}
	w.Note("-- both are back after %v", w.Now().Sub(reborn))

	w.Note("-- spoke1 loses its link")
	spoke1.Cable(wan, false)
	w.Run(90 * time.Second)
	w.Note("-- and gets it back")
	spoke1.Cable(wan, true)
	if !w.Until(15*time.Second, func() bool { return registered(hub) == 2 }) {
		t.Error("spoke1 did not register again")
	}

	w.Note("-- spoke2 dies, and the hub forgets it when its holding time is over")
	if err := spoke2.Configure("interface Tunnel0", "ip nhrp holdtime 30"); err != nil {
		t.Fatal(err)
	}
	w.Run(time.Second)
	spoke2.Kill()
	if !w.Until(31*time.Second, func() bool { return registered(hub) == 1 }) {
		t.Errorf("%d clients registered, want 1", registered(hub))
	}
	golden(t, w)
}

func configOf(n *Node) string { return n.Router.Tree().Text(textOptions) }

func TestSpokesReachEachOtherThroughTheHub(t *testing.T) {
	w, _, spoke1, _ := phase1(t)
	w.Run(2 * time.Second)
	answered := spoke1.Ping(netip.MustParseAddr("172.16.11.1"), netip.MustParseAddr("172.16.12.1"), 1)
	if !w.Until(time.Second, answered) {
		t.Error("spoke2's LAN does not answer spoke1's")
	}
}

func TestHubForgetsSilentSpoke(t *testing.T) {
	w, hub, _, spoke2 := phase1(t)
	if err := spoke2.Configure("interface Tunnel0", "ip nhrp holdtime 30"); err != nil {
		t.Fatal(err)
	}
	w.Run(5 * time.Second)
	spoke2.Kill()
	w.Run(31 * time.Second)
	if n := registered(hub); n != 1 {
		t.Errorf("%d clients registered, want 1", n)
	}
}

func TestShutTunnelTakesItsLeave(t *testing.T) {
	w, hub, spoke1, _ := phase1(t)
	w.Run(2 * time.Second)
	if err := spoke1.Configure("interface Tunnel0", "shutdown"); err != nil {
		t.Fatal(err)
	}
	w.Run(time.Second)
	if n := registered(hub); n != 1 {
		t.Errorf("%d clients registered after spoke1's purge, want 1", n)
	}
}

// A default route through the tunnel carries the LAN's traffic, and outer
// packets still leave by the port.
func TestDefaultRouteThroughTheTunnel(t *testing.T) {
	w, _, spoke1, _ := phase1(t)
	if err := spoke1.Configure(
		"no ip route 0.0.0.0 0.0.0.0 198.51.100.254",
		"ip route 192.0.2.0 255.255.255.0 198.51.100.254",
		"ip route 0.0.0.0 0.0.0.0 Tunnel0"); err != nil {
		t.Fatal(err)
	}
	w.Run(2 * time.Second)
	answered := spoke1.Ping(netip.MustParseAddr("172.16.11.1"), netip.MustParseAddr("172.16.12.1"), 7)
	if !w.Until(time.Second, answered) {
		t.Error("spoke2's LAN does not answer through a default route into the tunnel")
	}
}

// A route to the tunnel's own destination through the tunnel takes it down for
// a while, as IOS does; taking the route away brings it back.
func TestRecursiveRoutingTakesTheTunnelDown(t *testing.T) {
	w, _, spoke1, _ := phase1(t)
	w.Run(2 * time.Second)
	up := func() bool {
		return spoke1.Router.Interfaces(func(n string) bool { return n == "Tunnel0" })[0].ProtocolUp
	}
	if err := spoke1.Configure("ip route 192.0.2.1 255.255.255.255 Tunnel0"); err != nil {
		t.Fatal(err)
	}
	w.Run(time.Second)
	if up() {
		t.Error("Tunnel0 is up although its destination is routed through it")
	}
	if err := spoke1.Configure("no ip route 192.0.2.1 255.255.255.255 Tunnel0"); err != nil {
		t.Fatal(err)
	}
	if !w.Until(2*time.Minute, up) {
		t.Error("Tunnel0 stays down after the route has gone")
	}
	// Nobody who has seen to the cause needs to wait.
	for _, line := range []string{"ip route 192.0.2.1 255.255.255.255 Tunnel0", "no ip route 192.0.2.1 255.255.255.255 Tunnel0"} {
		if err := spoke1.Configure(line); err != nil {
			t.Fatal(err)
		}
		if up() {
			t.Errorf("Tunnel0 is up after %q", line)
		}
	}
	for _, line := range []string{"shutdown", "no shutdown"} {
		if err := spoke1.Configure("interface Tunnel0", line); err != nil {
			t.Fatal(err)
		}
	}
	if !up() {
		t.Error("Tunnel0 does not come up at once after shutdown and no shutdown")
	}
}

func TestSameScriptSameTranscript(t *testing.T) {
	var first string
	for range 5 {
		w, hub, _, _ := phase1(t)
		w.Lose = func(from, to netip.Addr) bool { return to == hubNBMA && w.Now().Sub(start) < 2*time.Second }
		w.Run(time.Minute)
		hub.Kill()
		w.Run(time.Minute)
		transcript := w.Transcript()
		if first == "" {
			first = transcript
		}
		if transcript != first {
			t.Fatalf("two runs of one script differ:\n%s\n--\n%s", first, transcript)
		}
	}
}
