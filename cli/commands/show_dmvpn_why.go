package commands

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// diagnosisExecs are what shows why things are as they are.
var diagnosisExecs = slices.Concat(showWhyExecs, showPhaseExecs, traceExecs, showNHRPViewExecs, showNHRPGroupExecs, showNHRPStatsExecs, captureExecs, showCaptureExecs)

var showWhyExecs = execs(help{
	"show":  "Show running system information",
	"dmvpn": "Dynamic Multipoint VPN (DMVPN) information",
	"why":   "Why a peer is up, or what keeps it down and what to enter where",
	"peer":  "NBMA or tunnel address of a peer",
}, &Exec{Syntax: "show dmvpn why [peer:A.B.C.D]", Run: showWhy})

func showWhy(s Session, a args) error {
	var about netip.Addr
	if a.Has("peer") {
		about = a.Addr("peer")
	}
	all := s.Router().Why(about)
	if len(all) == 0 {
		s.Printf("No tunnel interface speaks NHRP or looks as if it should.\n")
		return nil
	}
	for i := range all {
		s.Printf("%s", DiagnosisText(&all[i], s.Privilege() >= privileged))
	}
	return nil
}

// DiagnosisText is a diagnosis as show dmvpn why prints it. Keys are for the
// privileged alone, as in the running-config.
func DiagnosisText(d *Diagnosis, keys bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", d.Tunnel, diagnosisPeer(d))
	for _, r := range d.Rungs {
		mark := "ok"
		if r.Failed {
			mark = "FAIL"
		}
		fmt.Fprintf(&b, "  %-6s %-5s", r.Rung, mark)
		for i, e := range r.Evidence {
			if i > 0 {
				fmt.Fprintf(&b, "\n%14s", "")
			}
			b.WriteString(" " + e)
		}
		b.WriteByte('\n')
	}
	for i := range d.Faults {
		faultText(&b, &d.Faults[i], keys)
	}
	b.WriteByte('\n')
	return b.String()
}

func diagnosisPeer(d *Diagnosis) string {
	p := d.Peer
	switch {
	case p.Protocol.IsValid() && p.NBMA.IsValid():
		return fmt.Sprintf("%s %s (NBMA %s)", d.Role, p.Protocol, p.NBMA)
	case p.Protocol.IsValid():
		return fmt.Sprintf("%s %s (NBMA unknown)", d.Role, p.Protocol)
	case p.NBMA.IsValid():
		return fmt.Sprintf("%s at NBMA %s", d.Role, p.NBMA)
	}
	return d.Role
}

func faultText(b *strings.Builder, f *Fault, keys bool) {
	fmt.Fprintf(b, "  Fault: %s\n", f.Wrong)
	if f.At != "" {
		fmt.Fprintf(b, "  At fault: %s\n", f.At)
	}
	for _, e := range f.Enter {
		switch {
		case !e.Router.IsValid():
			b.WriteString("  Enter here:\n")
		case e.Tunnel.IsValid():
			fmt.Fprintf(b, "  Enter on %s, in the interface of its tunnel to %s:\n", e.Router, e.Tunnel)
		default:
			fmt.Fprintf(b, "  Enter on %s:\n", e.Router)
		}
		if e.Secret && !keys {
			b.WriteString("    (the line holds a key: ask again at privilege level 15)\n")
			continue
		}
		for _, line := range e.Lines {
			fmt.Fprintf(b, "    %s\n", line)
		}
	}
}
