package commands

import "strings"

// What the box is, and what it is being asked to tell.
var showSystemExecs = execs(help{
	"show":      "Show running system information",
	"version":   "System hardware and software status",
	"debugging": "State of each debugging option",
	"hosts":     "IP domain-name, lookup style, nameservers, and host table",
},
	&Exec{Syntax: "show", Hidden: true, Run: func(s Session, _ args) error {
		s.Printf("%% Type \"show ?\" for a list of subcommands\n")
		return nil
	}},
	&Exec{Syntax: "show version", Run: showVersion},
	&Exec{Syntax: "show debugging", Run: showDebugging},
	&Exec{Syntax: "show hosts", Run: showHosts},
)

func showDebugging(s Session, _ args) error {
	heading := ""
	for _, topic := range s.Router().Debugs() {
		family, _, _ := strings.Cut(string(topic), " ")
		if family != heading {
			heading = family
			s.Printf("%s:\n", heading)
		}
		s.Printf("  %s debugging is on\n", topic)
	}
	return nil
}

// showHosts has no table to show: the box looks no names up.
func showHosts(s Session, _ args) error {
	domain := "not set"
	if g := runningGlobal(s.Router()); g.DomainName != "" {
		domain = g.DomainName
	}
	s.Printf("Default domain is %s\nName/address lookup uses static mappings\n\n", domain)
	s.Printf("Host                      Port  Flags      Age Type   Address(es)\n")
	return nil
}
