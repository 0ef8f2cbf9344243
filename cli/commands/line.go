package commands

import (
	"fmt"
	"slices"
	"time"

	"weft/cli/config"
)

// lineHeadLines open the sections of the console, of the auxiliary port, and of
// ranges of virtual terminals (line_vty.go).
//
// The console is stored as "line con 0" and offered as "line console 0".
var lineHeadLines = table(help{"line": "Configure a terminal line", "first": "First line number", "last": "Last line number"},
	consoleLine, consoleName, auxLine, vtyLine)

var consoleLine = &command{
	Syntax: "line con first:<0-0>",
	Help:   help{"con": "Primary terminal line"},
	Opens:  opens(consoleMode),
	Hidden: true,
	Bang:   true,
}

var consoleName = &command{
	Syntax: "line console first:<0-0>",
	Help:   help{"console": "Primary terminal line"},
	Enter:  func(e *config.Edit, a args) error { return e.Rewrite("line con 0") },
	Leave:  func(e *config.Edit, a args) error { return e.Enter("no line con 0") },
	Opens:  opens(consoleMode),
}

var auxLine = &command{
	Syntax: "line aux first:<0-0>",
	Help:   help{"aux": "Auxiliary line"},
	Opens:  opens(consoleMode),
}

// LineRange is the kind and the numbers of a line section, from its head.
func LineRange(head *config.Line) (kind string, first, last int) {
	switch head.Command {
	case auxLine:
		return "aux", 0, 0
	case vtyLine:
		first, last = head.Args.Int("first"), head.Args.Int("last")
		return "vty", first, max(first, last)
	}
	return "con", 0, 0
}

// IsLine reports whether a line opens the section of a console, auxiliary or
// virtual terminal line.
func IsLine(l *config.Line) bool {
	return l.Section != nil && slices.Contains(lineHeadLines, l.Command)
}

var (
	consoleMode = &config.Mode{Name: "line", Tag: "config-line", Title: "Line configuration commands:",
		Commands: func() []*command { return lineLines }, Types: configTypes,
		New: func() any { return newLine(NoLogin) }}
	vtyMode = &config.Mode{Name: "vty", Tag: "config-line", Title: "Line configuration commands:",
		Commands: func() []*command { return lineLines }, Types: configTypes,
		New: func() any { return newLine(LoginPassword) }}
)

func newLine(login Login) *LineGroup {
	return &LineGroup{Login: login, ExecTimeout: 10 * time.Minute, Length: 24, Width: 80, Privilege: 1, HistorySize: 20}
}

var lineWords = help{
	"all":       "All protocols",
	"none":      "No protocols",
	"ssh":       "TCP/IP SSH protocol",
	"telnet":    "TCP/IP Telnet protocol",
	"transport": "Protocols that the line speaks",
	"minutes":   "Minutes",
	"seconds":   "Seconds",
}

var accessClassWords = help{"access-class": "Filter connections based on an IP access list", "list": "IP access list", "name": "Access-list name",
	"in": "Filter incoming connections", "out": "Filter outgoing connections", "vrf-also": "Same access list is applied for all VRFs"}

const keptSerial = "the console is what the host makes it"

var lineLines = slices.Concat(lineAccessLines, lineTerminalLines)

var loginLine = &command{
	Syntax: "login [local]",
	Help:   help{"login": "Ask who is there", "local": "For a user name and its password"},
	Signed: true,
	Apply: toSigned(func(s *LineGroup, a args, on bool) {
		switch {
		case !on:
			s.Login = NoLogin
		case a.Has("local"):
			s.Login = LoginLocal
		default:
			s.Login = LoginPassword
		}
	}),
}

var linePasswordLine = &command{
	Syntax: "password (0 plain:LINE | 7 hidden:WORD | text:LINE)",
	Help: help{"password": "Set the password of the line", "0": "A password in the clear follows", "7": "A hidden password follows",
		"plain": "The password in the clear", "hidden": "The hidden password", "text": "The password in the clear"},
	Enter: func(e *config.Edit, a args) error { return storePassword(e, "password", a) },
	Apply: to(func(s *LineGroup, a args) { s.Password = storedPassword(a) }),
}

var lineAccessLines = table(lineWords,
	&command{
		Syntax: "session-timeout minutes:<0-35791>",
		Help:   help{"session-timeout": "Close a session from here that is silent"},
		Kept:   "sessions end by exec-timeout",
	},
	&command{
		Syntax: "access-class (list:<1-2699> | name:WORD) in [vrf-also]",
		Help:   accessClassWords,
		Key:    "in",
		Apply:  to(func(s *LineGroup, a args) { s.AccessClass = a.Word("list") + a.Word("name") }),
	},
	&command{
		Syntax: "access-class (list:<1-2699> | name:WORD) out",
		Help:   accessClassWords,
		Key:    "out",
		Kept:   "the box calls nobody",
	},
	&command{
		Syntax: "ipv6 access-class name:WORD (in | out)",
		Help:   help{"ipv6": "IPv6", "access-class": accessClassWords["access-class"], "name": "Access list name", "in": "Filter incoming connections", "out": "Filter outgoing connections"},
		Key:    "in out",
		Kept:   keptIPv6,
	},
	&command{
		Syntax: "exec-timeout minutes:<0-35791> [seconds:<0-2147483>]",
		Help:   help{"exec-timeout": "End a session that is silent"},
		Leave: func(e *config.Edit, a args) error {
			if e.Defaulting() || a.Has("minutes") {
				return nil
			}
			return e.Rewrite("exec-timeout 0 0") // never
		},
		Enter: func(e *config.Edit, a args) error {
			if a.Has("seconds") {
				return nil
			}
			return e.Rewrite(fmt.Sprintf("exec-timeout %d 0", a.Int("minutes")))
		},
		Default: "exec-timeout 10 0",
		Apply: to(func(s *LineGroup, a args) {
			s.ExecTimeout = time.Duration(a.Int("minutes"))*time.Minute + time.Duration(a.Int("seconds"))*time.Second
		}),
	},
	&command{
		Syntax: "privilege level number:<0-15>",
		Help:   help{"privilege": "Privilege of who logs in here", "level": "Privilege level of the line", "number": "Level"},
		Apply:  to(func(s *LineGroup, a args) { s.Privilege = a.Int("number") }),
	},
	linePasswordLine,
	&command{
		Syntax: "logging synchronous [level (level-number:<0-7> | all)] [limit buffers:<0-2147483647>]",
		Help: help{"logging": "How messages appear on the line", "synchronous": "Keep messages out of what is being typed",
			"level": "Up to a severity", "level-number": "Severity", "all": "All messages", "limit": "Messages to hold back", "buffers": "Number of messages"},
		Apply: to(func(s *LineGroup, a args) { s.Synchronous = true }),
	},
	loginLine,
	&command{
		Syntax: "login authentication list:WORD",
		Help:   help{"login": "Ask who is there", "authentication": "By a list of methods", "list": "Name of the list"},
		Enter:  func(e *config.Edit, a args) error { return e.Enter("default login") },
		Kept:   "there are no method lists yet: the line asks for a local user",
		Apply:  to(func(s *LineGroup, a args) { s.Login = LoginLocal }),
	},
	&command{
		Syntax: "authorization exec list:WORD",
		Help:   help{"authorization": "Authorization of the line", "exec": "To start a session", "list": "Name of the list"},
		Kept:   "there are no method lists yet",
	},
	&command{
		Syntax: "history size lines:<0-256>",
		Help:   help{"history": "Lines remembered", "size": "Set how many", "lines": "Number of lines"},
		Signed: true,
		Apply: toSigned(func(s *LineGroup, a args, on bool) {
			s.HistorySize = 0
			if on {
				s.HistorySize = a.Int("lines")
			}
		}),
		Default: "history size 20",
	},
	&command{
		Syntax:  "length lines:<0-512>",
		Help:    help{"length": "Lines of the screen", "lines": "Number of lines, 0 never pauses"},
		Default: "length 24",
		Apply:   to(func(s *LineGroup, a args) { s.Length = a.Int("lines") }),
	},
	&command{
		Syntax:  "width columns:<0-512>",
		Help:    help{"width": "Columns of the screen", "columns": "Number of columns, 0 never wraps"},
		Default: "width 80",
		Apply:   to(func(s *LineGroup, a args) { s.Width = a.Int("columns") }),
	},
)

var lineTerminalLines = table(lineWords,
	&command{
		Syntax: "exec",
		Help:   help{"exec": "Start a session on the line"},
		On:     true,
		Kept:   "a line without sessions would be of no use", Silent: true,
	},
	&command{
		Syntax: "exec-banner",
		Help:   help{"exec-banner": "Show the exec banner"},
		On:     true,
		Kept:   "the banner is shown on every line", Silent: true,
	},
	&command{
		Syntax: "motd-banner",
		Help:   help{"motd-banner": "Show the message of the day"},
		On:     true,
		Kept:   "the banner is shown on every line", Silent: true,
	},
	&command{
		Syntax: "activation-character code:<0-127>",
		Help:   help{"activation-character": "Key that wakes the line", "code": "Code of the character"},
		Signed: true,
		Kept:   "any key wakes the line", Silent: true,
	},
	&command{
		Syntax: "escape-character (code:<0-255> | BREAK | DEFAULT | NONE)",
		Help: help{"escape-character": "Key that leaves what is running", "code": "Code of the character", "BREAK": "Break",
			"DEFAULT": "Control-^", "NONE": "No key"},
		Kept: "Control-^ and Control-C stop what is running", Silent: true,
	},
	&command{
		Syntax: "monitor",
		Help:   help{"monitor": "Copy messages to the line"},
		Kept:   "each session says so by terminal monitor", Silent: true,
	},
	&command{
		Syntax: "notify",
		Help:   help{"notify": "Tell of output on other sessions"},
		Kept:   "there are no sessions beside one another", Silent: true,
	},
	&command{
		Syntax: "location text:LINE",
		Help:   help{"location": "Where the terminal is", "text": "Text"},
		Kept:   "it is for people", Silent: true,
	},
	&command{
		Syntax: "rotary group:<1-127>",
		Help:   help{"rotary": "Group of lines", "group": "Group number"},
		Kept:   "a session takes the first free line",
	},
	&command{
		Syntax: "autocommand text:LINE",
		Help:   help{"autocommand": "Run a command at login", "text": "The command"},
		Kept:   "sessions start at the prompt",
	},
	&command{
		Syntax: "transport preferred (none | ssh | telnet)",
		Help:   help{"preferred": "Protocol meant by a bare host name"},
		Apply:  to(func(s *LineGroup, a args) { s.NoHosts = a.Has("none") }),
	},
	&command{
		Syntax: "transport input (all | none | {ssh | telnet})",
		Help:   help{"input": "Protocols that may call"},
		Enter: func(e *config.Edit, a args) error {
			if a.Has("telnet") {
				e.Notice("% There is no Telnet server: sessions come by SSH alone")
			}
			return nil
		},
		Apply: to(func(s *LineGroup, a args) {
			s.Transport = nil
			for _, protocol := range []string{"ssh", "telnet"} {
				if a.Has(protocol) || a.Has("all") {
					s.Transport = append(s.Transport, protocol)
				}
			}
		}),
	},
	&command{
		Syntax: "transport output (all | none | {ssh | telnet})",
		Help:   help{"output": "Protocols to call out with"},
		Kept:   "the box calls nobody", Silent: true,
	},
	&command{
		Syntax: "modem InOut",
		Help:   help{"modem": "Modem of the line", "InOut": "Both ways"},
		Kept:   keptSerial, Silent: true,
	},
	&command{
		Syntax: "speed rate:<0-4294967295>",
		Help:   help{"speed": "Speed of the line", "rate": "Bits per second"},
		Kept:   keptSerial, Silent: true,
	},
	&command{
		Syntax: "databits (5 | 6 | 7 | 8)",
		Help:   help{"databits": "Bits of a character", "5": "Five", "6": "Six", "7": "Seven", "8": "Eight"},
		Kept:   keptSerial, Silent: true,
	},
	&command{
		Syntax: "parity (even | mark | none | odd | space)",
		Help:   help{"parity": "Parity of a character", "even": "Even", "mark": "Always one", "parity none": "None", "odd": "Odd", "space": "Always zero"},
		Kept:   keptSerial, Silent: true,
	},
	&command{
		Syntax: "stopbits (1 | 1.5 | 2)",
		Help:   help{"stopbits": "Stop bits of a character", "1": "One", "1.5": "One and a half", "2": "Two"},
		Kept:   keptSerial, Silent: true,
	},
	&command{
		Syntax: "flowcontrol (none | software | hardware)",
		Help:   help{"flowcontrol": "How the line holds its peer back", "flowcontrol none": "Not at all", "software": "By characters", "hardware": "By signals"},
		Kept:   keptSerial, Silent: true,
	},
)

// ConsoleDefault is the console of which nothing is said.
func ConsoleDefault() LineGroup {
	g := *newLine(NoLogin)
	g.Kind = "con"
	return g
}

func init() {
	loginLine.Enter = func(e *config.Edit, a args) error {
		if !a.Has("local") {
			warnOfLogin(e)
		}
		return e.Enter("no login authentication")
	}
}

// warnOfLogin says that nobody gets in on lines that ask for a password and
// have none.
func warnOfLogin(e *config.Edit) {
	if e.Loading() || e.Node().Find(linePasswordLine) != nil {
		return
	}
	kind, first, last := LineRange(e.Node().Head())
	base := map[string]int{"con": 0, "aux": 1, "vty": 2}[kind]
	for n := first; n <= last; n++ {
		e.Notice(fmt.Sprintf("%% Login disabled on line %d, until 'password' is set", base+n))
	}
}
