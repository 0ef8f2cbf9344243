package commands

// Commands that set up the session's terminal. Clients send several of these
// before anything else and fail if one prints anything.
var terminalExecs = execs(help{
	"terminal": "Set terminal line parameters",
	"no":       "Negate a command or set its defaults",
	"length":   "Set number of lines on a screen",
	"lines":    "Number of lines on screen (0 for no pausing)",
	"width":    "Set width of the display terminal",
	"columns":  "Number of characters on a screen line (0 for no limit)",
	"monitor":  "Copy debug output to the current terminal line",
	"history":  "Enable and control the command history function",
	"size":     "Set history buffer size",
	"entries":  "Size of history buffer",
},
	&Exec{Syntax: "terminal length lines:<0-512>", Run: func(s Session, a args) error {
		s.Terminal().Length = a.Int("lines")
		return nil
	}},
	&Exec{Syntax: "terminal width columns:<0-512>", Run: func(s Session, a args) error {
		s.Terminal().Width = a.Int("columns")
		return nil
	}},
	&Exec{Syntax: "terminal no length", Run: func(s Session, _ args) error {
		s.Terminal().Length = defaultLength
		return nil
	}},
	&Exec{Syntax: "terminal no width", Run: func(s Session, _ args) error {
		s.Terminal().Width = defaultWidth
		return nil
	}},
	&Exec{Syntax: "terminal monitor", Run: func(s Session, _ args) error {
		s.Terminal().Monitor = true
		return nil
	}},
	&Exec{Syntax: "terminal no monitor", Run: func(s Session, _ args) error {
		s.Terminal().Monitor = false
		return nil
	}},
	&Exec{Syntax: "terminal history size entries:<0-256>", Run: func(s Session, a args) error {
		s.Terminal().HistorySize = a.Int("entries")
		return nil
	}},
	&Exec{Syntax: "terminal history", Run: func(s Session, _ args) error {
		if s.Terminal().HistorySize == 0 {
			s.Terminal().HistorySize = defaultHistory
		}
		return nil
	}},
	&Exec{Syntax: "terminal no history [size]", Run: func(s Session, a args) error {
		s.Terminal().HistorySize = 0
		if a.Has("size") {
			s.Terminal().HistorySize = defaultHistory
		}
		return nil
	}},
)

// What a line has if its configuration says nothing else.
const (
	defaultLength  = 24
	defaultWidth   = 80
	defaultHistory = 20
)
