package commands

import (
	"strings"

	"weft/cli/config"
)

var versionLine = &command{
	Syntax: "version number:WORD",
	Help:   help{"version": "Version of the syntax that the configuration was written for", "number": "Version"},
	Apply:  to(func(s *Global, a args) { s.Version = a.Word("number") }),
}

var serviceWords = help{
	"service":       "Use of services",
	"timestamps":    "Time in front of messages",
	"debug":         "Of debug messages",
	"log":           "Of log messages",
	"uptime":        "Time since the start",
	"datetime":      "Date and time",
	"msec":          "With milliseconds",
	"localtime":     "In the local time zone",
	"show-timezone": "With the name of the time zone",
	"year":          "With the year",
}

const timestampsSyntax = " [uptime | datetime [msec & localtime & show-timezone & year]]"

var serviceLines = table(serviceWords,
	&command{
		Syntax: "service timestamps debug" + timestampsSyntax,
		Enter:  uptimeUnlessSaid("debug"),
		Signed: true,
		Apply:  toSigned(func(s *Global, a args, on bool) { s.Timestamps.Debug = timestamp(a, on) }),
	},
	&command{
		Syntax: "service timestamps log" + timestampsSyntax,
		Enter:  uptimeUnlessSaid("log"),
		Signed: true,
		Apply:  toSigned(func(s *Global, a args, on bool) { s.Timestamps.Log = timestamp(a, on) }),
	},
	&command{ // of debug output alone, but "no" means all
		Syntax: "service timestamps",
		Hidden: true,
		Enter:  func(e *config.Edit, _ args) error { return e.Rewrite("service timestamps debug uptime") },
		Leave: func(e *config.Edit, _ args) error {
			sign := "no "
			if e.Defaulting() {
				sign = "default "
			}
			if err := e.Enter(sign + "service timestamps debug"); err != nil {
				return err
			}
			return e.Rewrite(sign + "service timestamps log")
		},
	},
)

// uptimeUnlessSaid writes down what a line that says neither means.
func uptimeUnlessSaid(of string) func(*config.Edit, args) error {
	return func(e *config.Edit, a args) error {
		if a.Has("uptime") || a.Has("datetime") {
			return nil
		}
		return e.Rewrite("service timestamps " + of + " uptime")
	}
}

func timestamp(a args, on bool) Timestamp {
	return Timestamp{On: on, Datetime: on && a.Has("datetime"), Msec: on && a.Has("msec"), Localtime: on && a.Has("localtime"),
		ShowTimezone: on && a.Has("show-timezone"), Year: on && a.Has("year")}
}

var hostnameLine = &command{
	Syntax: "hostname name:WORD",
	Help:   help{"hostname": "Set the name of the router", "name": "Name of up to 63 letters, digits and hyphens"},
	Enter: func(e *config.Edit, a args) error {
		name := a.Word("name")
		bad := strings.IndexFunc(name, func(r rune) bool {
			return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.')
		})
		switch {
		case len(name) > 63:
			return refuse("%% Hostname is too long: %d characters, at most 63", len(name))
		case bad >= 0:
			return refuse("%% Hostname contains one or more illegal characters.")
		case strings.HasPrefix(name, "-") || strings.HasSuffix(name, "-"):
			return refuse("%% Hostname begins or ends with a hyphen")
		}
		return nil
	},
	Bang:    true,
	Default: "hostname Router",
	Apply:   to(func(s *Global, a args) { s.Hostname = a.Word("name") }),
}

var bootLines = []*command{
	{Syntax: "boot-start-marker", Bang: true, Help: help{"boot-start-marker": "Begin of the boot commands"}, Kept: "it marks a place", Silent: true},
	{Syntax: "boot system text:LINE", Help: help{"boot": "How to boot", "system": "The image to boot", "text": "File"}, Key: "text",
		Kept: "the boot loader chooses the image", Silent: true},
	{Syntax: "boot-end-marker", Help: help{"boot-end-marker": "End of the boot commands"}, Kept: "it marks a place", Silent: true},
}

var filePromptLine = &command{
	Syntax: "file prompt (quiet | noisy | alert)",
	Help: help{"file": "Adjust file system parameters", "prompt": "Which questions are asked about files", "quiet": "None",
		"noisy": "All", "alert": "Those about names, and about what would be lost"},
	Default: "file prompt alert",
	Apply: to(func(s *Global, a args) {
		for _, how := range []string{"quiet", "noisy"} {
			if a.Has(how) {
				s.FilePrompt = how
			}
		}
	}),
}
