package commands

import (
	"slices"
	"strings"

	"weft/cli/config"
)

// Parts of running-config: the sections of one kind, or those of a VRF.
var showConfigPartExecs = execs(help{
	"show":             "Show running system information",
	"running-config":   "Current operating configuration",
	"partition":        "Configuration of one kind",
	"vrf":              "Show VRF aware configuration",
	"name":             "VRF name",
	"access-list":      "All access lists",
	"class-map":        "All class maps",
	"common":           "All that belongs to no other part",
	"crypto":           "All encryption",
	"interface":        "All interfaces",
	"ip-static-routes": "All static routes",
	"line":             "All lines",
	"policy-map":       "All policy maps",
	"route-map":        "All route maps",
	"router":           "All routing processes",
	"snmp":             "All of network management",
},
	&Exec{Syntax: "show running-config partition (" + strings.Join(partitionNames(), " | ") + ")", Privilege: privileged, Run: showPartition},
	&Exec{Syntax: "show running-config vrf [name:WORD]", Privilege: privileged, Run: showRunningVRF},
)

// partitions are the parts by the words that their lines begin with.
var partitions = []struct {
	name   string
	begins []string
}{
	{"access-list", []string{"access-list ", "ip access-list ", "ipv6 access-list "}},
	{"class-map", []string{"class-map "}},
	{"crypto", []string{"crypto "}},
	{"interface", []string{"interface "}},
	{"ip-static-routes", []string{"ip route "}},
	{"line", []string{"line "}},
	{"policy-map", []string{"policy-map "}},
	{"route-map", []string{"route-map "}},
	{"router", []string{"router "}},
	{"snmp", []string{"snmp-server "}},
}

const commonPart = "common"

func partitionNames() (names []string) {
	for _, p := range partitions {
		names = append(names, p.name)
	}
	return append(names, commonPart)
}

// partOf is the part that a section belongs to.
func partOf(section string) string {
	for _, p := range partitions {
		for _, begin := range p.begins {
			if strings.HasPrefix(section, begin) {
				return p.name
			}
		}
	}
	return commonPart
}

// sections are the lines of running-config, each with what is below it.
func sections(s Session) (all []string) {
	var text string
	sight := sightOf(s)
	s.Router().Config(func(t *config.Tree, _ config.Env) { text = t.Text(config.TextOptions{Sight: sight}) })
	for line := range strings.Lines(text) {
		if n := len(all); n > 0 && (line[0] == ' ' || insideText(all[n-1])) {
			all[n-1] += line
		} else if line != "!\n" {
			all = append(all, line)
		}
	}
	return all
}

// insideText reports whether a section is a text that has not ended, as that of
// a banner does with the second "^C".
func insideText(section string) bool {
	return strings.HasPrefix(section, "banner ") && strings.Count(section, "^C") == 1
}

func printSections(s Session, keep func(section string) bool) error {
	text := "!\n"
	for _, section := range sections(s) {
		if keep(section) {
			text += section
			if strings.Contains(section, "\n ") {
				text += "!\n"
			}
		}
	}
	return printConfig(s, text+"end\n")
}

func showPartition(s Session, a args) error {
	wanted := partitionNames()[slices.IndexFunc(partitionNames(), a.Has)]
	return printSections(s, func(section string) bool { return partOf(section) == wanted })
}

// showRunningVRF shows what defines a VRF, what is in it, and what names it.
func showRunningVRF(s Session, a args) error {
	return printSections(s, func(section string) bool {
		for line := range strings.Lines(section) {
			if name := vrfNamed(line); name != "" && (!a.Has("name") || name == a.Word("name")) {
				return true
			}
		}
		return false
	})
}

// vrfNamed is the VRF that a line is about: "vrf definition X", "vrf forwarding
// X", "ip route vrf X".
func vrfNamed(line string) string {
	words := strings.Fields(line)
	at := slices.Index(words, "vrf") + 1
	if at == 0 || words[0] == "description" {
		return ""
	}
	for _, word := range words[at:] {
		if word != "definition" && word != "forwarding" {
			return word
		}
	}
	return ""
}
