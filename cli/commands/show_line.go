package commands

import (
	"fmt"
	"slices"
	"strings"

	"weft/cli/config"
)

var showLineExecs = execs(help{
	"show": "Show running system information", "line": "TTY line information", "summary": "Quick line status summary",
	"protocols": "Active network routing protocols", "clear": "Reset functions", "arp-cache": "Clear the entire ARP cache", "interface": "Clear the ARP entries of one interface",
	"name": "Interface", "address": "IP address of ARP entry",
},
	&Exec{Syntax: "show line", Run: showLine},
	&Exec{Syntax: "show line summary", Run: showLineSummary},
	&Exec{Syntax: "show protocols", Run: showProtocols},
	&Exec{Syntax: "clear arp-cache [interface name:IFNAME | address:A.B.C.D]", Privilege: privileged, Run: clearARP},
)

// A terminalLine is one row of "show line".
type terminalLine struct {
	number int
	kind   string // "CTY", "AUX", "VTY"
	rate   string
	access string // access list of those who may call
	user   *LineUser
	uses   uint64
}

// terminalLines are the lines of the box, by number.
func terminalLines(r Router) (all []terminalLine) {
	last, access := 4, map[int]string{}
	r.Config(func(t *config.Tree, _ config.Env) {
		for _, l := range t.Root().Lines() {
			if !IsLine(l) {
				continue
			}
			kind, from, to := LineRange(l)
			if g, ok := l.Section.Compile().(*LineGroup); ok && kind == "vty" {
				last = max(last, to)
				for n := from; n <= to; n++ {
					access[n] = g.AccessClass
				}
			}
		}
	})
	all = []terminalLine{{number: 0, kind: "CTY"}, {number: 1, kind: "AUX", rate: "9600/9600"}}
	for n := range last + 1 {
		all = append(all, terminalLine{number: firstVTYLine + n, kind: "VTY", access: access[n]})
	}
	uses := r.LineUses()
	sessions := r.Sessions()
	for i := range all {
		all[i].uses = uses[all[i].number]
		if at := slices.IndexFunc(sessions, func(u LineUser) bool { return u.Number == all[i].number }); at >= 0 {
			all[i].user = &sessions[at]
		}
	}
	return all
}

// firstVTYLine is the number of vty 0: 0 is the console, 1 the auxiliary port.
const firstVTYLine = 2

func showLine(s Session, _ args) error {
	s.Printf("   Tty Typ     Tx/Rx    A Modem  Roty AccO AccI   Uses   Noise  Overruns   Int\n")
	for _, l := range terminalLines(s.Router()) {
		mark, access := " ", "-"
		if l.user != nil {
			mark = "*"
		}
		if l.access != "" {
			access = l.access
		}
		s.Printf("%s%5d %-6s%9s  -    -      -    - %4s %6d       0     0/0       -\n", mark, l.number, l.kind, l.rate, access, l.uses)
	}
	s.Printf("\n")
	return nil
}

func showLineSummary(s Session, _ args) error {
	var row strings.Builder
	users, never, strangers := 0, 0, 0
	for _, l := range terminalLines(s.Router()) {
		switch {
		case l.user != nil && l.user.User != "":
			users++
			row.WriteString("U")
		case l.user != nil:
			users++
			strangers++
			row.WriteString("u")
		case l.uses > 0:
			row.WriteString("-")
		default:
			never++
			row.WriteString("?")
		}
	}
	s.Printf("  0: %s\n\n%d character mode users.           (U)\n%d lines never used                (?)\n", row.String(), users, never)
	s.Printf("%d total lines in use, %d not authenticated (lowercase)\n", users, strangers)
	return nil
}

func showProtocols(s Session, _ args) error {
	state := "disabled"
	if runningGlobal(s.Router()).Routing {
		state = "enabled"
	}
	s.Printf("Global values:\n  Internet Protocol routing is %s\n", state)
	for _, i := range s.Router().Interfaces(nil) {
		s.Printf("%s is %s, line protocol is %s\n", i.Name, i.line(), i.protocol())
		if i.Address.IsValid() {
			s.Printf("  Internet address is %s\n", i.Address)
		}
		for _, p := range i.Secondary {
			s.Printf("  Secondary address is %s\n", p)
		}
	}
	return nil
}

func clearARP(s Session, a args) error {
	if a.Has("name") {
		if _, err := interfacesNamed(s.Router(), a); err != nil {
			return err
		}
	}
	if err := s.Router().ClearARP(a.Word("name"), a.Addr("address")); err != nil {
		return fmt.Errorf("%% ARP cache: %v", err)
	}
	return nil
}
