package commands

// PrintLoad prints what stands above every answer once "terminal exec prompt
// timestamp" has asked for it: how busy the box is, and what time it is.
func PrintLoad(s Session) {
	p, c := s.Router().Processes(), s.Router().Clock()
	s.Printf("Load for five secs: %.0f%%/%.0f%%; one minute: %.0f%%; five minutes: %.0f%%\n",
		p.Busy[0], p.Interrupt, p.Busy[1], p.Busy[2])
	source := "No time source"
	if c.Source != "" {
		source = "Time source is " + c.Source
	}
	s.Printf("%s, %s%s\n\n", source, untrusted(c.Trusted), c.Local(c.Now).Format("15:04:05.000 MST Mon Jan 2 2006"))
}

var promptExecs = execs(help{
	"terminal": "Set terminal line parameters", "no": "Negate a command or set its defaults", "exec": "Configure EXEC", "prompt": "EXEC prompt",
	"timestamp": "Print timestamps for show commands",
},
	&Exec{Syntax: "terminal exec prompt timestamp", Run: func(s Session, _ args) error {
		s.Terminal().Timestamp = true
		return nil
	}},
	&Exec{Syntax: "terminal no exec prompt timestamp", Run: func(s Session, _ args) error {
		s.Terminal().Timestamp = false
		return nil
	}},
)
