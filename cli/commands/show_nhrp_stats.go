package commands

import (
	"strconv"
	"strings"

	"weft/nhrp"
)

var showNHRPStatsExecs = execs(help{
	"show":   "Show running system information",
	"ip":     "IP information",
	"nhrp":   "NHRP information",
	"stats":  "What NHRP and the rest of the router have told each other",
	"name":   "Tunnel interface",
	"detail": "Also what seldom happens",
},
	&Exec{Syntax: "show nhrp stats [name:IFNAME] [detail]", Run: showNHRPStats},
	&Exec{Syntax: "show ip nhrp stats [name:IFNAME] [detail]", Run: showNHRPStats},
)

const statsLegend = `Codes: T - Transport, O - Overlay, EP - End Point
       TP - Tunnel Protection, VA - Virtual Access
       [S] - Sent from NHRP, [R] - Received by NHRP
       [number] - Error associated with an event
`

// A statsRow is one counter; what this box has no part for counts nothing. Rows
// of detail are left out of the short form.
type statsRow struct {
	name   string
	count  uint64
	detail bool
}

type statsBlock struct {
	title  string
	rows   []statsRow
	detail bool
}

func showNHRPStats(s Session, a args) error {
	filter := nhrp.Filter{NoCache: true, NoMulticast: true}
	if a.Has("name") {
		filter.Tunnel = a.Word("name")
	}
	s.Printf("%s", statsLegend)
	for _, t := range s.Router().NHRP(filter).Tunnels {
		s.Printf("%s\n", t.Name)
		for _, b := range statsBlocks(&t.Stats) {
			if !b.detail || a.Has("detail") {
				printStats(s, b, a.Has("detail"))
			}
		}
		s.Printf("\n")
	}
	return nil
}

// printStats prints two counters a line, as IOS pairs them.
func printStats(s Session, b statsBlock, detail bool) {
	s.Printf("\n %s Stats:\n", b.title)
	var line strings.Builder
	column := 0
	for _, r := range b.rows {
		if r.detail && !detail {
			continue
		}
		cell := padded(r.name, 30) + ": " + padded(countText(r.count), 8)
		if column == 0 {
			line.WriteString("        ")
		}
		line.WriteString(cell)
		if column++; column == 2 {
			s.Printf("%s\n", strings.TrimRight(line.String(), " "))
			line.Reset()
			column = 0
		}
	}
	if column > 0 {
		s.Printf("%s\n", strings.TrimRight(line.String(), " "))
	}
}

func padded(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-len(text)))
}

func countText(n uint64) string { return strconv.FormatUint(n, 10) + "[0]" }

func statsBlocks(t *nhrp.Stats) []statsBlock {
	return []statsBlock{
		{"Interface State Event", []statsRow{{"[R]UP", t.Up, false}, {"[R]Down", t.Down, false}, {"[R]Admin Down", 0, true}, {"[R]Deleted", 0, false},
			{"[R]Addr Changed", t.SourceChange, true}, {"[R]VRF Changed", 0, true}, {"[R]Packets received", t.Packets, true}}, false},
		{"Tunnel", []statsRow{{"[S]End Point Addition", t.EndpointAdded, false}, {"[S]End Point Deletion", t.EndpointDeleted, false},
			{"[R]O EP SB Created", 0, true}, {"[R]T EP SB Created", 0, true}, {"[R]T/O EP Deleted", 0, true}, {"[S]Pre-Delete", 0, true},
			{"[R]SRC Change", t.SourceChange, true}, {"[R]Mode Change", t.ModeChange, true}, {"[R]Leave Mode", 0, true}, {"[R]Decap Intercept", 0, true},
			{"[R]Delayed Event Unlink EP", 0, true}}, false},
		{"Tunnel Protection", []statsRow{{"[S]Create TP socket", 0, false}, {"[S]Del TP socket", 0, false}, {"[S]Create VA", 0, false}, {"[S]Del VA", 0, false},
			{"[R]UP", 0, false}, {"[R]Down", t.ProtectionDown, false}, {"[S]Reset Socket", 0, false}, {"[R]Process Delayed Event", 0, true}, {"[R]Update Delayed Event", 0, true}}, false},
		{"Tunnel QoS", []statsRow{{"[S]QoS APPLY", 0, false}, {"[S]QoS Remove", 0, false}, {"[R]QoS Policy Removed", 0, true}, {"[R]CLI-Policy Map Deleted", 0, true},
			{"[R]CLI-Policy Map Rename", 0, true}}, false},
		{"RIB Events", []statsRow{{"[S]Add Route", t.RouteAdded, false}, {"[S]Del Route", t.RouteDeleted, false}, {"[S]Add NHO", t.OverrideAdded, false}, {"[S]Del NHO", t.OverrideDeleted, false},
			{"[S]Rwatch w/o route", 0, false}, {"[S]Init IPDB", 0, true}, {"[S]Add iPDB", 0, true}, {"[S]Del iPDB", 0, true}, {"[S]remove iPDB", 0, true}, {"[S]RTrevise", 0, true},
			{"[R]Redist Callback", 0, true}, {"[R]Route Add Callback", 0, true}, {"[R]Route Evicted", 0, false}, {"[S]Route Query", 0, true}}, false},
		{"MPLS", []statsRow{{"[S]Label Alloc", 0, false}, {"[S]Label Release", 0, false}, {"[S]MPLS IP Key Bind", 0, false}, {"[S]MPLS VPN Key Bind", 0, false},
			{"[S]Inject Packet", 0, true}, {"[R]NHRP MPLS MGMT CH CB", 0, true}, {"[R]Redirect", 0, true}, {"[S]Label-OI Bind", 0, true}, {"[S]Register MPLS", 0, true}, {"[S]Unregister MPLS", 0, true}}, false},
		{"BFD", []statsRow{{"[S]Client Create", 0, false}, {"[S]Client Destroy", 0, false}, {"[S]Session Create", 0, true}, {"[S]Session Destroy", 0, true}, {"[R]Callback", 0, true},
			{"[R]Session Down", 0, false}, {"[R]Session Up", 0, false}, {"[R]Session Default", 0, true}}, false},
		{"CEF", []statsRow{{"[S]Adjacency Used", 0, true}, {"[S]Adjacency Mark Stale", t.Watched, true}}, true},
		{"BGP", []statsRow{{"[S]Route Export", 0, false}, {"[S]Route Withdrawal", 0, false}, {"[S]Route Import", 0, false}, {"[R]Imported Route Changed", 0, false},
			{"[S]Route marked", 0, true}, {"[S]Route unmarked", 0, true}, {"[R]Route change notification", 0, true}, {"[R]Exported Route Deleted", 0, true}, {"[R]Withdraw All Routes", 0, true}}, false},
		{"Platform", []statsRow{{"[R]State Change", 0, true}, {"[R]Redirect Request", 0, true}, {"[S]Enable", 0, true}, {"[S]Disable", 0, true}}, true},
	}
}
