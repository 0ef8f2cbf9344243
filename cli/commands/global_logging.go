package commands

import (
	"slices"
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

// severityOf is the severity a logging line names: 7 if it names none, -1 for
// "no logging ...".
func severityOf(a args, on bool) int {
	if !on {
		return -1
	}
	if i := slices.IndexFunc(severities[:], a.Has); i >= 0 {
		return i
	}
	if a.Has("level") {
		return a.Int("level")
	}
	return len(severities) - 1
}

const defaultLogSize = 4096 // bytes

var loggingLines = table(loggingWords,
	&command{
		Syntax: "logging buffered [size:<4096-2147483647>] [" + severitySyntax + "]",
		Help:   help{"buffered": "Into the memory of the router"},
		Signed: true,
		Apply: toSigned(func(s *Global, a args, on bool) {
			s.Logging.Buffer, s.Logging.BufferSize = severityOf(a, on), defaultLogSize
			if a.Has("size") {
				s.Logging.BufferSize = a.Int("size")
			}
		}),
		Default: "logging buffered 4096 debugging",
	},
	&command{
		Syntax:  "logging console [" + severitySyntax + "]",
		Help:    help{"console": "On the console"},
		Signed:  true,
		Apply:   toSigned(func(s *Global, a args, on bool) { s.Logging.Console = severityOf(a, on) }),
		Default: "logging console debugging",
	},
	&command{
		Syntax:  "logging monitor [" + severitySyntax + "]",
		Help:    help{"monitor": "On sessions that ask for it"},
		Signed:  true,
		Apply:   toSigned(func(s *Global, a args, on bool) { s.Logging.Monitor = severityOf(a, on) }),
		Default: "logging monitor debugging",
	},
	&command{
		Syntax: "logging on",
		Help:   help{"on": "Logging at all"},
		On:     true,
		Kept:   "each destination is switched by itself",
	},
	&command{
		Syntax: "logging rate-limit messages:<1-10000> [except " + severitySyntax + "]",
		Help:   help{"rate-limit": "Limit the messages of a second", "messages": "Messages", "except": "But not these and worse"},
		Kept:   "messages are not limited",
	},
	&command{
		Syntax: "logging userinfo",
		Help:   help{"userinfo": "Tell of changes of privilege"},
		Kept:   "changes of privilege are not logged",
	},
	&command{
		Syntax: "logging count",
		Help:   help{"count": "Count messages by name"},
		Kept:   "messages are not counted by name",
	},
)

var logServerLines = table(loggingWords,
	&command{
		Syntax: "logging trap [" + severitySyntax + "]",
		Help:   help{"trap": "To log servers"},
		Signed: true,
		Kept:   "there are no log servers yet",
	},
	&command{
		Syntax: "logging facility (local0 | local1 | local2 | local3 | local4 | local5 | local6 | local7 | syslog | user | daemon)",
		Help: help{"facility": "Facility that log servers are told", "local0": "Local use", "local1": "Local use", "local2": "Local use",
			"local3": "Local use", "local4": "Local use", "local5": "Local use", "local6": "Local use", "local7": "Local use",
			"syslog": "The log itself", "user": "User process", "daemon": "System process"},
		Kept: "there are no log servers yet",
	},
	&command{
		Syntax: "logging source-interface interface:IFNAME",
		Help:   help{"source-interface": "Interface whose address is used"},
		Kept:   "there are no log servers yet",
	},
	&command{
		Syntax: "logging [host] server:A.B.C.D [vrf name:WORD]",
		Help:   help{"host": "Send to a log server", "vrf": "In a VRF", "name": "VRF name"},
		Key:    "server",
		Kept:   "there are no log servers yet",
	},
)
