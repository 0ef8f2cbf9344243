package commands

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"weft/routing/eigrp"
	"weft/routing/rib"
)

// eigrpRouter is a hub with one stub spoke behind its tunnel.
func eigrpRouter(name string) *fakeRouter {
	r := newFakeRouter()
	tunnel := eigrp.Vector{Delay: 1408000, Bandwidth: 25600000, MTU: 1400, Hops: 1, Reliability: 255, Load: 1}
	r.eigrp = []eigrp.State{{
		Config: eigrp.Config{AS: 100, Name: name, Weights: eigrp.DefaultWeights, Variance: 1, MaximumPaths: 4, MaximumHops: 100, Internal: 90, External: 170,
			ActiveTime: 3 * time.Minute, Networks: []eigrp.Network{{Address: addr("10.0.0.0"), Wildcard: addr("0.0.0.255")}, {Address: addr("172.16.0.0"), Wildcard: addr("0.0.255.255")}}},
		RouterID: addr("1.1.1.1"),
		Interfaces: []eigrp.InterfaceState{{Name: "Tunnel0", Peers: 1, Hello: 5 * time.Second, Hold: 15 * time.Second, SRTT: 6 * time.Millisecond, SplitHorizon: true, NextHopSelf: true,
			Summaries: []eigrp.Summary{{Prefix: prefix("172.16.0.0/16")}}}, {Name: "GigabitEthernet0/2", Passive: true}},
		Neighbors: []eigrp.NeighborState{{Handle: 2, Address: addr("172.16.0.4"), Interface: "Tunnel0", Hold: 14 * time.Second, Since: noon.Add(-14 * time.Second),
			SRTT: 6 * time.Millisecond, RTO: 1512 * time.Millisecond, Sequence: 6, Release: [2]uint8{25, 0}, TLV: [2]uint8{2, 0}, Retrans: 1, Prefixes: 952,
			Stub: &eigrp.Stub{Connected: true, Summary: true}}},
		Topology: []eigrp.Entry{
			{Prefix: prefix("10.99.9.0/24"), Origin: 1, Successors: 1, FD: 27008000, Serial: 7, Paths: []eigrp.Path{
				{Neighbor: addr("172.16.0.4"), NextHop: addr("172.16.0.4"), Interface: "Tunnel0", Distance: 27008000, Reported: 128256, Successor: true, Feasible: true, Metric: tunnel},
				{Neighbor: addr("172.16.0.5"), NextHop: addr("172.16.0.5"), Interface: "Tunnel0", Distance: 53760000, Reported: 28160000, Metric: tunnel}}},
			{Prefix: prefix("172.16.0.0/16"), Origin: 1, Successors: 1, FD: 2816, Paths: []eigrp.Path{{Source: eigrp.Summarized, Distance: 2816, Successor: true, Feasible: true}}},
			{Prefix: prefix("172.31.0.0/16"), Origin: 1, Successors: 1, FD: 28160, Tag: 900, Paths: []eigrp.Path{{Source: eigrp.Redistributed, Distance: 28160, Successor: true, Feasible: true,
				External: &eigrp.External{Router: addr("1.1.1.1"), Protocol: eigrp.FromStatic, Tag: 900}}}},
		},
	}}
	return r
}

func prints(t *testing.T, got string, lines ...string) {
	t.Helper()
	if want := strings.Join(lines, "\n") + "\n"; !strings.Contains(got, want) {
		t.Errorf("there is no\n%s\nin\n%s", want, got)
	}
}

func TestEIGRPNeighborsInTheColumnsOfIOS(t *testing.T) {
	got := output(t, eigrpRouter(""), "show ip eigrp neighbors")
	if want := strings.Join([]string{
		"EIGRP-IPv4 Neighbors for AS(100)",
		"H   Address                 Interface              Hold Uptime   SRTT   RTO  Q  Seq",
		"                                                   (sec)         (ms)       Cnt Num",
		"2   172.16.0.4              Tu0                      14 00:00:14    6  1512  0  6", ""}, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	prints(t, output(t, eigrpRouter("test"), "show eigrp address-family ipv4 100 neighbors detail"),
		"2   172.16.0.4              Tu0                      14 00:00:14    6  1512  0  6",
		"   Version 25.0/2.0, Retrans: 1, Retries: 0, Prefixes: 952",
		"   Topology-ids from peer - 0 ",
		"   Stub Peer Advertising (CONNECTED SUMMARY ) Routes",
		"   Suppressing queries",
		"   Topologies advertised to peer:   base", "",
		"Max Nbrs: 0, Current Nbrs: 0")
	prints(t, output(t, eigrpRouter("test"), "sh ip ei nei"), "EIGRP-IPv4 VR(test) Address-Family Neighbors for AS(100)")
}

func TestEIGRPTopologyShowsWhatMayBeUsed(t *testing.T) {
	r := eigrpRouter("")
	prints(t, output(t, r, "show ip eigrp topology"),
		"EIGRP-IPv4 Topology Table for AS(100)/ID(1.1.1.1)",
		"Codes: P - Passive, A - Active, U - Update, Q - Query, R - Reply,",
		"       r - reply Status, s - sia Status ", "",
		"P 10.99.9.0/24, 1 successors, FD is 27008000",
		"        via 172.16.0.4 (27008000/128256), Tunnel0",
		"P 172.16.0.0/16, 1 successors, FD is 2816",
		"        via Summary (2816/0), Null0",
		"P 172.31.0.0/16, 1 successors, FD is 28160, tag is 900",
		"        via Rstatic (28160/0)")
	prints(t, output(t, r, "show ip eigrp topology all-links"),
		"P 10.99.9.0/24, 1 successors, FD is 27008000, serno 7",
		"        via 172.16.0.4 (27008000/128256), Tunnel0",
		"        via 172.16.0.5 (53760000/28160000), Tunnel0")
	for _, line := range []string{"show ip eigrp topology 10.99.9.0/24", "show ip eigrp topology 10.99.9.0", "show ip eigrp 100 topology 10.99.9.0 255.255.255.0"} {
		prints(t, output(t, r, line),
			"EIGRP-IPv4 Topology Entry for AS(100)/ID(1.1.1.1) for 10.99.9.0/24",
			"  State is Passive, Query origin flag is 1, 1 Successor(s), FD is 27008000",
			"  Descriptor Blocks:",
			"  172.16.0.4 (Tunnel0), from 172.16.0.4, Send flag is 0x0",
			"      Composite metric is (27008000/128256), route is Internal",
			"      Vector metric:",
			"        Minimum bandwidth is 100 Kbit",
			"        Total delay is 55000 microseconds")
	}
	prints(t, output(t, r, "show ip eigrp topology 10.98.0.0/16"), "%Entry not in topology table")
}

func TestEIGRPShowsOfEverySubjectPrint(t *testing.T) {
	for _, s := range []string{"interfaces", "interfaces detail", "topology summary", "topology active", "topology zero-successors", "traffic", "events", "timers"} {
		if got := output(t, eigrpRouter(""), "show ip eigrp "+s); got == "" || got != output(t, eigrpRouter(""), "show eigrp address-family ipv4 "+s) {
			t.Errorf("show ip eigrp %s prints %q", s, got)
		}
	}
	r := eigrpRouter("")
	output(t, r, "clear ip eigrp 100 neighbors 172.16.0.4 soft")
	if len(r.did) != 1 || !strings.Contains(r.did[0], "172.16.0.4") || !strings.Contains(r.did[0], "Soft:true") {
		t.Errorf("clearing did %q", r.did)
	}
	prints(t, output(t, r, "show ip protocols"), "  Address Summarization:", "    172.16.0.0/16 for Tu0")
	prints(t, output(t, r, "show ip protocols"), "  Routing for Networks:", "    10.0.0.0/24", "    172.16.0.0", "  Passive Interface(s):", "    GigabitEthernet0/2")
}

func TestEIGRPRoutesHaveTheirLetters(t *testing.T) {
	r := newFakeRouter()
	add := func(p string, c rib.Candidate) {
		c.Prefix = netip.MustParsePrefix(p)
		r.routes = append(r.routes, rib.Route{Candidate: c, Since: noon.Add(-21 * time.Second)})
	}
	via := rib.Candidate{Source: rib.EIGRPExternal, Distance: 170, Metric: 28160, NextHop: addr("172.16.0.1"), Interface: "Tunnel0", Process: 100}
	add("0.0.0.0/0", via)
	add("10.0.3.0/24", rib.Candidate{Source: rib.EIGRP, Distance: 90, Metric: 28288000, NextHop: addr("172.16.0.1"), Interface: "Tunnel0", Process: 100})
	add("10.0.4.0/24", via)
	add("172.16.0.0/16", rib.Candidate{Source: rib.EIGRPSummary, Distance: 5, Metric: 2816, Discard: true, Process: 100})
	prints(t, output(t, r, "show ip route"),
		"D*EX  0.0.0.0/0 [170/28160] via 172.16.0.1, 00:00:21, Tunnel0",
		"      10.0.0.0/24 is subnetted, 2 subnets",
		"D        10.0.3.0/24 [90/28288000] via 172.16.0.1, 00:00:21, Tunnel0",
		"D EX     10.0.4.0/24 [170/28160] via 172.16.0.1, 00:00:21, Tunnel0")
	prints(t, output(t, r, "show ip route eigrp 100"), "D     172.16.0.0/16 is a summary, 00:00:21, Null0")
}
