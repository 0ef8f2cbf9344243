package commands

import "fmt"

var showLoggingExecs = execs(help{
	"show":    "Show running system information",
	"logging": "Show the contents of logging buffers",
	"count":   "Show counts of each logging message",
	"log":     "Show the contents of logging buffers",
}, &Exec{Syntax: "show logging", Run: showLogging},
	// What everybody types would be ambiguous beside "show login".
	&Exec{Syntax: "show log", Hidden: true, Run: showLogging}, &Exec{Syntax: "show logging count", Run: showLoggingCount})

// severities are the names of the levels, by number.
var severities = [...]string{"emergencies", "alerts", "critical", "errors", "warnings", "notifications", "informational", "debugging"}

func showLogging(s Session, _ args) error {
	l := s.Router().Logging()
	state := "enabled"
	if l.Off {
		state = "disabled"
	}
	s.Printf("Syslog logging: %s (%d messages dropped, %d messages rate-limited, 0 flushes, 0 overruns, xml disabled, filtering disabled)\n\n", state, l.Dropped, l.RateLimited)
	s.Printf("No Active Message Discriminator.\n\n\n\nNo Inactive Message Discriminator.\n\n\n")
	s.Printf("    Console logging: %s\n", logDestination(l.ConsoleLevel, l.ConsoleLogged))
	s.Printf("    Monitor logging: %s\n", logDestination(l.MonitorLevel, l.MonitorLogged))
	s.Printf("    Buffer logging:  %s\n", logDestination(l.BufferLevel, l.BufferLogged))
	s.Printf("    Count and timestamp logging messages: %s\n    Persistent logging: disabled\n\nNo active filter modules.\n\n", enabled(l.Counting))
	printTrap(s, l)
	if l.BufferLevel < 0 {
		return nil
	}
	s.Printf("\nLog Buffer (%d bytes):\n\n", l.BufferSize)
	for _, line := range l.Lines {
		s.Printf("%s\n", line)
	}
	return nil
}

// logDestination is one place that messages go to.
func enabled(on bool) string {
	if on {
		return "enabled"
	}
	return "disabled"
}

func logDestination(level int, logged uint64) string {
	if level < 0 {
		return "disabled"
	}
	return fmt.Sprintf("level %s, %d messages logged, xml disabled,\n                     filtering disabled", severityName(level), logged)
}

// printTrap prints what log servers are told.
func printTrap(s Session, l Log) {
	if l.TrapLevel < 0 {
		s.Printf("    Trap logging: disabled\n")
		return
	}
	s.Printf("    Trap logging: level %s, %d message lines logged\n", severityName(l.TrapLevel), l.TrapLogged)
	sequence := "disabled"
	if l.Sequence {
		sequence = "enabled"
	}
	for _, h := range l.Hosts {
		s.Printf("        Logging to %s  (udp port %d, audit disabled,\n              link %s),\n", h.Address, h.Port, upDown(h.Reachable))
		s.Printf("              %d message lines logged, \n              0 message lines rate-limited, \n", h.Sent)
		s.Printf("              %d message lines dropped-by-MD, \n", h.Dropped)
		s.Printf("              xml disabled, sequence number %s\n              filtering disabled\n", sequence)
	}
	if l.Source != "" {
		s.Printf("        Logging Source-Interface:       VRF Name:\n        %s\n", l.Source)
	}
}

func severityName(level int) string {
	if level >= len(severities) {
		level = len(severities) - 1
	}
	return severities[level]
}
