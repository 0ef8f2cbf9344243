package commands

import (
	"slices"

	"weft/cli/config"
)

const severitySyntax = "(emergencies | alerts | critical | errors | warnings | notifications | informational | debugging | level:<0-7>)"

var loggingWords = help{
	"logging":       "Logging of messages",
	"emergencies":   "The system cannot be used (0)",
	"alerts":        "Something must be done at once (1)",
	"critical":      "Critical conditions (2)",
	"errors":        "Errors (3)",
	"warnings":      "Warnings (4)",
	"notifications": "Normal but worth a note (5)",
	"informational": "Informational messages (6)",
	"debugging":     "Debug messages (7)",
	"level":         "Severity",
	"size":          "Size of the buffer in bytes",
	"server":        "IP address of the log server",
	"interface":     "Interface name and number",
}

// severityOf is the severity a logging line names: usual if it names none, -1
// for "no logging ...".
func severityOf(a args, on bool, usual int) int {
	if !on {
		return -1
	}
	if i := slices.IndexFunc(severities[:], a.Has); i >= 0 {
		return i
	}
	if a.Has("level") {
		return a.Int("level")
	}
	return usual
}

// namedSeverity stores a severity by its name, and the usual one if a line
// names none.
func namedSeverity(words string, usual int) func(*config.Edit, args) error {
	return func(e *config.Edit, a args) error {
		return e.Rewrite(words + " " + severities[severityOf(a, true, usual)])
	}
}

const defaultLogSize = 4096 // bytes

var loggingLines = table(loggingWords,
	&command{
		Syntax: "logging buffered [size:<4096-2147483647>] [" + severitySyntax + "]",
		Help:   help{"buffered": "Into the memory of the router"},
		Signed: true,
		Enter: func(e *config.Edit, a args) error {
			if !a.Has("level") {
				return nil
			}
			size := ""
			if a.Has("size") {
				size = a.Word("size") + " "
			}
			return e.Rewrite("logging buffered " + size + severities[a.Int("level")])
		},
		Apply: toSigned(func(s *Global, a args, on bool) {
			s.Logging.Buffer, s.Logging.BufferSize = severityOf(a, on, 7), defaultLogSize
			if a.Has("size") {
				s.Logging.BufferSize = a.Int("size")
			}
		}),
		Default: "logging buffered 4096 debugging",
	},
	&command{
		Syntax:  "logging console [" + severitySyntax + "]",
		Help:    help{"console": "On the console"},
		Enter:   namedSeverity("logging console", 7),
		Signed:  true,
		Apply:   toSigned(func(s *Global, a args, on bool) { s.Logging.Console = severityOf(a, on, 7) }),
		Default: "logging console debugging",
	},
	&command{
		Syntax:  "logging monitor [" + severitySyntax + "]",
		Help:    help{"monitor": "On sessions that ask for it"},
		Enter:   namedSeverity("logging monitor", 7),
		Signed:  true,
		Apply:   toSigned(func(s *Global, a args, on bool) { s.Logging.Monitor = severityOf(a, on, 7) }),
		Default: "logging monitor debugging",
	},
	&command{
		Syntax: "logging on",
		Help:   help{"on": "Logging to anything but the console"},
		On:     true,
		Apply:  toSigned(func(s *Global, _ args, on bool) { s.Logging.Off = !on }),
	},
	&command{
		Syntax: "logging rate-limit [console] [all] messages:<1-10000> [except " + severitySyntax + "]",
		Help: help{"rate-limit": "Limit the messages of a second", "console": "On the console alone", "all": "Debug output, too",
			"messages": "Messages", "except": "But not these and worse"},
		Apply: to(func(s *Global, a args) {
			s.Logging.Limit = LogLimit{PerSecond: a.Int("messages"), Console: a.Has("console"), Debug: a.Has("all"), Except: -1}
			if a.Has("except") {
				s.Logging.Limit.Except = severityOf(a, true, 0)
			}
		}),
	},
	&command{
		Syntax: "logging userinfo",
		Help:   help{"userinfo": "Tell of changes of privilege"},
		Apply:  to(func(s *Global, _ args) { s.Logging.Userinfo = true }),
	},
	&command{
		Syntax: "logging count",
		Help:   help{"count": "Count messages by name"},
		Apply:  to(func(s *Global, _ args) { s.Logging.Count = true }),
	},
)
