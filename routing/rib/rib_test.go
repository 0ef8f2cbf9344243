package rib

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"weft/dataplane/fib"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func isTunnel(name string) bool { return strings.HasPrefix(name, "Tunnel") }

// offer reads "10.0.0.0/8 via 192.0.2.1 Gi0 ad 5", where via, the interface and
// ad may be missing, Null0 discards, and a source other than Static is named.
func offer(text string) Candidate {
	fields := strings.Fields(text)
	c := Candidate{Prefix: netip.MustParsePrefix(fields[0]), Source: Static, Distance: 1}
	for i := 1; i < len(fields); i++ {
		switch fields[i] {
		case "via":
			i++
			c.NextHop = netip.MustParseAddr(fields[i])
		case "ad":
			i++
			fmt.Sscan(fields[i], &c.Distance)
		case "Null0":
			c.Discard, c.Interface = true, "Null0"
		case "connected":
			c.Source, c.Distance = Connected, 0
		case "local":
			c.Source, c.Distance = Local, 0
		case "nhrp":
			c.Source, c.Distance = NHRP, 250
		case "permanent":
			c.Permanent = true
		default:
			c.Interface = fields[i]
		}
	}
	return c
}

// newRIB has Gi0, Gi1, Tunnel0 and Tunnel1 up.
func newRIB(offers ...string) *RIB {
	r := New(isTunnel)
	for _, name := range []string{"Gi0", "Gi1", "Tunnel0", "Tunnel1"} {
		r.SetInterface(name, true)
	}
	for _, o := range offers {
		r.Add(offer(o))
	}
	return r
}

func entryText(e fib.Entry) string {
	if e.Discard {
		return "discard"
	}
	var hops []string
	for _, h := range e.NextHops {
		if h.Gateway.IsValid() {
			hops = append(hops, h.Gateway.String()+"@"+h.Interface)
		} else {
			hops = append(hops, h.Interface)
		}
	}
	return strings.Join(hops, " ")
}

// want checks what the table of a VRF says for exactly one prefix; "" is none.
func want(t *testing.T, table fib.Table, prefix, text string) {
	t.Helper()
	got := ""
	for e := range table.All() {
		if e.Prefix == netip.MustParsePrefix(prefix) {
			got = entryText(e)
		}
	}
	if got != text {
		t.Errorf("%s: %q, want %q", prefix, got, text)
	}
}

func TestFloatingStaticTakesOverAndGivesBack(t *testing.T) {
	r := newRIB("192.0.2.0/24 connected Gi0", "198.51.100.0/24 connected Gi1",
		"0.0.0.0/0 via 192.0.2.254", "0.0.0.0/0 via 198.51.100.254 ad 10", "0.0.0.0/0 Null0 ad 255")
	r.Settle(start)
	want(t, r.Table(""), "0.0.0.0/0", "192.0.2.254@Gi0")
	r.SetInterface("Gi0", false)
	r.Settle(start)
	want(t, r.Table(""), "0.0.0.0/0", "198.51.100.254@Gi1")
	want(t, r.Table(""), "192.0.2.0/24", "")
	r.SetInterface("Gi1", false)
	r.Settle(start)
	want(t, r.Table(""), "0.0.0.0/0", "")
	r.SetInterface("Gi0", true)
	r.Settle(start)
	want(t, r.Table(""), "0.0.0.0/0", "192.0.2.254@Gi0")
}

func TestEqualRoutesOfOneSourceShareUpToFourPaths(t *testing.T) {
	r := newRIB("10.0.0.0/8 via 192.0.2.5 Gi0", "10.0.0.0/8 via 192.0.2.4 Gi0", "10.0.0.0/8 via 192.0.2.3 Gi1",
		"10.0.0.0/8 via 192.0.2.2 Gi0", "10.0.0.0/8 via 192.0.2.1 Gi0", "10.0.0.0/8 via 192.0.2.9 Tunnel0 nhrp ad 1")
	r.Settle(start)
	want(t, r.Table(""), "10.0.0.0/8", "192.0.2.1@Gi0 192.0.2.2@Gi0 192.0.2.3@Gi1 192.0.2.4@Gi0")
	if routes := r.Routes("", nil); len(routes) != 4 {
		t.Errorf("%d routes in force, want 4", len(routes))
	}
}

func TestBetterDistanceWinsOverMetric(t *testing.T) {
	better, worse := offer("10.0.0.0/8 via 192.0.2.1 Gi0 ad 90"), offer("10.0.0.0/8 via 192.0.2.2 Gi0 ad 110")
	better.Metric = 1000
	r := newRIB()
	r.Add(worse)
	r.Add(better)
	r.Settle(start)
	want(t, r.Table(""), "10.0.0.0/8", "192.0.2.1@Gi0")
}

func TestRouteDoesNotResolveThroughItself(t *testing.T) {
	r := newRIB("10.0.0.0/8 via 10.1.1.1", "0.0.0.0/0 via 192.0.2.1 Gi0")
	r.Settle(start)
	want(t, r.Table(""), "10.0.0.0/8", "")
	r.Add(offer("10.1.1.0/24 connected Gi1"))
	r.Settle(start)
	want(t, r.Table(""), "10.0.0.0/8", "10.1.1.1@Gi1")
}

func TestDefaultRouteResolvesOthers(t *testing.T) {
	r := newRIB("192.0.2.0/24 connected Gi0", "0.0.0.0/0 via 192.0.2.1", "10.0.0.0/8 via 172.16.0.1")
	r.Settle(start)
	want(t, r.Table(""), "10.0.0.0/8", "192.0.2.1@Gi0")
	r.Add(offer("172.16.0.0/16 via 192.0.2.9"))
	if changes := r.Settle(start); len(changes) != 2 {
		t.Errorf("changes %v, want the new route and the one that follows it", changes)
	}
	want(t, r.Table(""), "10.0.0.0/8", "192.0.2.9@Gi0")
}

func TestHostRouteThatWouldTurnTheDefaultOntoItselfStaysOut(t *testing.T) {
	r := newRIB("192.0.2.0/24 connected Gi0", "0.0.0.0/0 via 192.0.2.1", "192.0.2.1/32 via 203.0.113.1")
	r.Settle(start)
	want(t, r.Table(""), "0.0.0.0/0", "192.0.2.1@Gi0")
	want(t, r.Table(""), "192.0.2.1/32", "")
	r.Add(offer("203.0.113.0/24 connected Gi1"))
	r.Settle(start)
	want(t, r.Table(""), "192.0.2.1/32", "203.0.113.1@Gi1")
	want(t, r.Table(""), "0.0.0.0/0", "203.0.113.1@Gi1")
}

func TestLoopOfRoutesIsCut(t *testing.T) {
	r := newRIB("10.1.0.0/16 via 10.2.0.1", "10.2.0.0/16 via 10.3.0.1", "10.3.0.0/16 via 10.1.0.1", "10.9.0.0/16 via 10.1.0.9")
	if changes := r.Settle(start); changes != nil {
		t.Errorf("routes in force: %v", changes)
	}
	r.Add(offer("10.2.0.0/16 via 192.0.2.1 Gi0 ad 200"))
	r.Settle(start)
	for _, p := range []string{"10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16", "10.9.0.0/16"} {
		want(t, r.Table(""), p, "192.0.2.1@Gi0")
	}
}

func TestNextHopThatIsTheBoxItselfIsUnusable(t *testing.T) {
	r := newRIB("192.0.2.0/24 connected Gi0", "192.0.2.7/32 local Gi0", "10.0.0.0/8 via 192.0.2.7")
	r.Settle(start)
	want(t, r.Table(""), "10.0.0.0/8", "")
}

func TestDiscardRoutes(t *testing.T) {
	r := newRIB("10.0.0.0/8 Null0", "172.16.0.0/12 via 10.0.0.1", "10.9.0.0/16 Null0", "10.9.0.0/16 via 192.0.2.1 Gi0")
	r.Settle(start)
	want(t, r.Table(""), "10.0.0.0/8", "discard")
	want(t, r.Table(""), "172.16.0.0/12", "discard")
	want(t, r.Table(""), "10.9.0.0/16", "192.0.2.1@Gi0")
	want(t, r.UnderlayTable(""), "10.0.0.0/8", "discard")
}

func TestUnderlayUsesNoTunnel(t *testing.T) {
	r := newRIB("192.0.2.0/24 connected Gi0", "10.0.0.0/24 connected Tunnel0",
		"0.0.0.0/0 via 10.0.0.1 Tunnel0", "0.0.0.0/0 via 192.0.2.254 ad 250",
		"172.16.0.0/16 via 10.0.0.11", "203.0.113.0/24 via 192.0.2.9")
	for _, c := range r.Settle(start) {
		if p := c.Prefix.String(); c.UnderlayChanged != (p != "10.0.0.0/24") || !c.EntryChanged {
			t.Errorf("%s: entry changed %t, underlay changed %t", p, c.EntryChanged, c.UnderlayChanged)
		}
	}
	want(t, r.Table(""), "0.0.0.0/0", "10.0.0.1@Tunnel0")
	want(t, r.Table(""), "172.16.0.0/16", "10.0.0.11@Tunnel0")
	want(t, r.UnderlayTable(""), "0.0.0.0/0", "192.0.2.254@Gi0")
	want(t, r.UnderlayTable(""), "10.0.0.0/24", "")
	want(t, r.UnderlayTable(""), "172.16.0.0/16", "192.0.2.254@Gi0")
	want(t, r.UnderlayTable(""), "203.0.113.0/24", "192.0.2.9@Gi0")

	r.SetInterface("Tunnel0", false)
	for _, c := range r.Settle(start) {
		if c.UnderlayChanged {
			t.Errorf("%s: a tunnel changed the underlay", c.Prefix)
		}
	}
	want(t, r.Table(""), "0.0.0.0/0", "192.0.2.254@Gi0")
	r.Remove(offer("0.0.0.0/0 via 192.0.2.254"))
	changes := r.Settle(start)
	want(t, r.UnderlayTable(""), "0.0.0.0/0", "")
	if len(changes) != 2 || changes[0].Prefix.Bits() != 0 || len(changes[0].Underlay.NextHops) != 0 || changes[0].Underlay.Discard {
		t.Errorf("changes %v, want the default route gone and 172.16.0.0/16 with it", changes)
	}
}

func TestPermanentRouteOutlivesItsInterface(t *testing.T) {
	r := newRIB("10.0.0.0/8 via 192.0.2.1 Gi0 permanent", "11.0.0.0/8 via 192.0.2.1 Gi0")
	r.Settle(start)
	r.SetInterface("Gi0", false)
	r.Settle(start)
	want(t, r.Table(""), "10.0.0.0/8", "192.0.2.1@Gi0")
	want(t, r.Table(""), "11.0.0.0/8", "")
}

func TestAgeIsKeptUntilTheRouteItselfChanges(t *testing.T) {
	r := newRIB("192.0.2.0/24 connected Gi0", "10.0.0.0/8 via 192.0.2.1")
	r.Settle(start)
	since := func() time.Time {
		return r.Routes("", func(c *Route) bool { return c.Source == Static })[0].Since
	}
	r.SetInterface("Gi0", false)
	r.SetInterface("Gi0", true)
	r.Add(offer("10.0.0.0/8 via 192.0.2.1"))
	r.Remove(offer("10.0.0.0/8 via 192.0.2.1"))
	r.Add(offer("10.0.0.0/8 via 192.0.2.1"))
	if changes := r.Settle(start.Add(time.Minute)); changes != nil || since() != start {
		t.Errorf("a flap between two settles left a trace: %v, since %v", changes, since())
	}
	r.Add(offer("192.0.2.1/32 via 192.0.2.1 Gi1"))
	r.Settle(start.Add(2 * time.Minute))
	want(t, r.Table(""), "10.0.0.0/8", "192.0.2.1@Gi1")
	if routes := r.Routes("", func(c *Route) bool { return c.Prefix.Bits() == 8 }); routes[0].Since != start {
		t.Errorf("another way to the next hop made the route young: %v", routes[0].Since)
	}
	r.SetInterface("Gi0", false)
	r.SetInterface("Gi1", false)
	r.Settle(start.Add(3 * time.Minute))
	r.SetInterface("Gi0", true)
	r.Settle(start.Add(4 * time.Minute))
	if since() != start.Add(4*time.Minute) {
		t.Errorf("since %v after a flap", since())
	}
}

func TestVRFsAreStrangers(t *testing.T) {
	r := newRIB("192.0.2.0/24 connected Gi0")
	c := offer("10.0.0.0/8 via 192.0.2.1")
	c.VRF = "RED"
	r.Add(c)
	if changes := r.Settle(start); len(changes) != 1 {
		t.Errorf("a next hop was resolved in another VRF: %v", changes)
	}
	c.Interface = "Gi1"
	r.Add(c)
	changes := r.Settle(start)
	want(t, r.Table("RED"), "10.0.0.0/8", "192.0.2.1@Gi1")
	if len(changes) != 1 || changes[0].VRF != "RED" || r.Table("").Len() != 1 {
		t.Errorf("changes %v", changes)
	}
}
