package commands

import (
	"maps"
	"slices"
	"strings"

	"weft/cli/config"
)

const (
	syslogPort      = 514 // RFC 3164 section 2
	trapInformation = 6   // the severity up to which log servers are told, unless configured
)

// facilities are the names of RFC 3164 section 4.1.1, as IOS has them, and their codes.
var facilities = map[string]int{
	"kern": 0, "user": 1, "mail": 2, "daemon": 3, "auth": 4, "syslog": 5, "lpr": 6, "news": 7, "uucp": 8,
	"sys9": 9, "sys10": 10, "sys11": 11, "sys12": 12, "sys13": 13, "sys14": 14, "cron": 15,
	"local0": 16, "local1": 17, "local2": 18, "local3": 19, "local4": 20, "local5": 21, "local6": 22, "local7": 23,
}

var facilityHelp = help{"facility": "Facility that log servers are told", "kern": "Kernel", "user": "User process", "mail": "Mail system",
	"daemon": "System daemons", "auth": "Authorization system", "syslog": "The log itself", "lpr": "Line printer system", "news": "USENET news",
	"uucp": "Unix-to-Unix copy system", "cron": "Cron facility", "sys9": "System use", "sys10": "System use", "sys11": "System use",
	"sys12": "System use", "sys13": "System use", "sys14": "System use", "local0": "Local use", "local1": "Local use", "local2": "Local use",
	"local3": "Local use", "local4": "Local use", "local5": "Local use", "local6": "Local use", "local7": "Local use"}

var logServerLines = table(loggingWords,
	&command{
		Syntax:  "logging trap [" + severitySyntax + "]",
		Help:    help{"trap": "To log servers"},
		Enter:   namedSeverity("logging trap", trapInformation),
		Signed:  true,
		Default: "logging trap informational",
		Apply:   toSigned(func(s *Global, a args, on bool) { s.Logging.Trap = severityOf(a, on, trapInformation) }),
	},
	&command{
		Syntax:  "logging facility (" + strings.Join(slices.Sorted(maps.Keys(facilities)), " | ") + ")",
		Help:    facilityHelp,
		Default: "logging facility local7",
		Apply: to(func(s *Global, a args) {
			for name, code := range facilities {
				if a.Has(name) {
					s.Logging.Facility = code
				}
			}
		}),
	},
	&command{
		Syntax: "logging origin-id (hostname | ip | string text:LINE)",
		Help: help{"origin-id": "Say to log servers who sends", "hostname": "Host name", "ip": "Address that is sent from",
			"string": "A text", "text": "Text"},
		Apply: to(func(s *Global, a args) {
			switch {
			case a.Has("hostname"):
				s.Logging.OriginID = "hostname"
			case a.Has("ip"):
				s.Logging.OriginID = "ip"
			default:
				s.Logging.OriginID = "string " + a.Word("text")
			}
		}),
	},
	&command{
		Syntax: "logging source-interface interface:IFNAME",
		Help:   help{"source-interface": "Interface whose address is used"},
		Apply:  to(func(s *Global, a args) { s.Logging.Source = a.Word("interface") }),
	},
	&command{
		Syntax: "logging [host] server:A.B.C.D [vrf name:WORD] [transport (udp | tcp) [port number:<1-65535>]]",
		Help: help{"host": "Send to a log server", "vrf": "In a VRF", "name": "VRF name", "transport": "Transport protocol",
			"udp": "User Datagram Protocol", "tcp": "Transport Control Protocol", "port": "Port of the server", "number": "Port"},
		Key: "server",
		Enter: func(e *config.Edit, a args) error {
			switch {
			case a.Has("vrf"):
				e.Notice("% The line is kept: there are no VRFs yet to send in")
			case a.Has("tcp"):
				e.Notice("% The line is kept: log servers are told by UDP")
			}
			return e.Rewrite(logHostLine(a))
		},
		Apply: to(func(s *Global, a args) {
			if a.Has("vrf") || a.Has("tcp") {
				return
			}
			h := LogHost{Address: a.Addr("server"), Port: syslogPort}
			if a.Has("port") {
				h.Port = a.Int("number")
			}
			s.Logging.Hosts = append(s.Logging.Hosts, h)
		}),
	},
)

// logHostLine is the line as it is kept: with the word that older versions leave out.
func logHostLine(a args) string {
	line := "logging host " + a.Word("server")
	if a.Has("vrf") {
		line += " vrf " + a.Word("name")
	}
	for _, transport := range []string{"udp", "tcp"} {
		if a.Has(transport) {
			line += " transport " + transport
		}
	}
	if a.Has("port") {
		line += " port " + a.Word("number")
	}
	return line
}

// sequenceLine stands with the other services.
var sequenceLine = &command{
	Syntax: "service sequence-numbers",
	Help:   help{"service": "Use of services", "sequence-numbers": "Numbers in front of messages"},
	Apply:  to(func(s *Global, _ args) { s.Logging.Sequence = true }),
}
