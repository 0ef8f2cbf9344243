package commands

import "fmt"

var showLoggingExecs = execs(help{
	"show":    "Show running system information",
	"logging": "Show the contents of logging buffers",
}, &Exec{Syntax: "show logging", Run: showLogging})

// severities are the names of the levels, by number.
var severities = [...]string{"emergencies", "alerts", "critical", "errors", "warnings", "notifications", "informational", "debugging"}

func showLogging(s Session, _ args) error {
	l := s.Router().Logging()
	s.Printf("Syslog logging: enabled (%d messages dropped, 0 messages rate-limited, 0 flushes, 0 overruns, xml disabled, filtering disabled)\n\n", l.Dropped)
	s.Printf("No Active Message Discriminator.\n\n\n\nNo Inactive Message Discriminator.\n\n\n")
	s.Printf("    Console logging: %s\n", destination(l.ConsoleLevel, l.ConsoleLogged))
	s.Printf("    Monitor logging: %s\n", destination(l.MonitorLevel, l.MonitorLogged))
	s.Printf("    Buffer logging:  %s\n", destination(l.BufferLevel, l.BufferLogged))
	s.Printf("    Count and timestamp logging messages: disabled\n    Persistent logging: disabled\n\nNo active filter modules.\n\n")
	s.Printf("    Trap logging: %s\n", trap(l.TrapLevel))
	if l.BufferLevel < 0 {
		return nil
	}
	s.Printf("\nLog Buffer (%d bytes):\n\n", l.BufferSize)
	for _, line := range l.Lines {
		s.Printf("%s\n", line)
	}
	return nil
}

// destination is one place that messages go to.
func destination(level int, logged uint64) string {
	if level < 0 {
		return "disabled"
	}
	return fmt.Sprintf("level %s, %d messages logged, xml disabled,\n                     filtering disabled", severityName(level), logged)
}

func trap(level int) string {
	if level < 0 {
		return "disabled"
	}
	return "level " + severityName(level)
}

func severityName(level int) string {
	if level >= len(severities) {
		level = len(severities) - 1
	}
	return severities[level]
}
