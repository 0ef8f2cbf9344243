package commands

import (
	"fmt"
	"slices"
	"strings"

	"weft/cli/config"
)

// Groups of clients and VRFs are kept in the configuration and not acted on, so
// these say what is written, and that nobody uses it.
var showNHRPGroupExecs = execs(help{
	"show":      "Show running system information",
	"clear":     "Reset functions",
	"ip":        "IP information",
	"nhrp":      "NHRP information",
	"dmvpn":     "Dynamic Multipoint VPN (DMVPN) information",
	"group":     "QoS groups that clients have announced",
	"group-map": "QoS groups and the policies for them",
	"name":      "Name",
	"vrf":       "In a VRF",
	"detail":    "Detailed information",

	"clear ip":          "IP",
	"clear ip nhrp":     "Clear NHRP cache",
	"clear ip nhrp vrf": "In a VRF",
},
	&Exec{Syntax: "show ip nhrp group [name:WORD]", Run: func(Session, args) error { return nil }},
	&Exec{Syntax: "show ip nhrp group-map [name:WORD]", Run: showGroupMap},
	&Exec{Syntax: "show ip nhrp vrf name:WORD [detail]", Run: inVRF},
	&Exec{Syntax: "show dmvpn vrf name:WORD [detail]", Run: inVRF},
	&Exec{Syntax: "clear ip nhrp vrf name:WORD", Privilege: privileged, Run: inVRF},
)

// showGroupMap lists the policies by tunnel. No client has a group.
func showGroupMap(s Session, a args) error {
	eachLine(s, func(section, line *config.Line) {
		words := strings.Fields(strings.TrimPrefix(line.Text, "ip "))
		if line.Negative || len(words) != 7 || strings.Join(words[:3], " ") != "nhrp map group" || a.Has("name") && a.Word("name") != words[3] {
			return
		}
		s.Printf("Interface: %s\n NHRP group: %s\n  QoS policy: %s\n  Tunnels using the QoS policy: None\n\n",
			strings.TrimPrefix(section.Text, "interface "), words[3], words[6])
	})
	return nil
}

// eachLine visits the lines of the sections, in the order of the running-config.
func eachLine(s Session, visit func(section, line *config.Line)) {
	s.Router().Config(func(t *config.Tree, _ config.Env) {
		for _, head := range t.Root().Lines() {
			if head.Section == nil {
				continue
			}
			for _, line := range head.Section.Lines() {
				visit(head, line)
			}
		}
	})
}

// inVRF refuses what is asked of a VRF: there are tunnels in the global table only.
func inVRF(s Session, a args) error {
	name, written := a.Word("name"), false
	s.Router().Config(func(t *config.Tree, _ config.Env) {
		written = slices.ContainsFunc(t.Root().Lines(), func(l *config.Line) bool {
			return l.Text == "vrf definition "+name || l.Text == "ip vrf "+name
		})
	})
	if written {
		return fmt.Errorf("%% VRF %s is not acted on: all tunnels are in the global table", name)
	}
	return fmt.Errorf("%% VRF %s not configured", name)
}
