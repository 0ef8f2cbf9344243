package commands

import "weft/cli/config"

// The log of configuration commands: "log config" below "archive".

// ArchiveLog is what "log config" asks for.
type ArchiveLog struct {
	Enabled  bool
	Size     int  // entries kept
	Notify   bool // in the log as well
	HideKeys bool
}

// ConfigEntry is a configuration line that a user has entered. Depth is how many
// sections around it.
type ConfigEntry struct {
	Number, Session int
	User, Line      string // line is "console" or "vty0"
	Depth           int
	Text            string
}

// ConfigLogged is an entry, for the log.
type ConfigLogged struct{ ConfigEntry }

const defaultConfigLog = 100

var archiveLogHead = &command{Syntax: "log config", Opens: opens(archiveLogMode)}

var archiveLogMode = &config.Mode{Name: "archive log", Tag: "config-archive-log-cfg", Title: "Archive log configuration commands:",
	Commands: func() []*command { return archiveLogLines }, Types: configTypes, New: func() any { return &ArchiveLog{Size: defaultConfigLog} }}

var archiveLogLines = table(archiveWords,
	&command{Syntax: "logging enable", Apply: to(func(s *ArchiveLog, _ args) { s.Enabled = true })},
	&command{Syntax: "logging size number:<1-1000>", Apply: to(func(s *ArchiveLog, a args) { s.Size = a.Int("number") })},
	&command{Syntax: "notify syslog [contenttype (plaintext | xml)]", Help: help{"contenttype": "Form of the messages", "plaintext": "Text", "xml": "XML"},
		Enter: func(e *config.Edit, a args) error {
			if a.Has("xml") {
				return refuse("%% Messages are sent as text only")
			}
			return e.Rewrite("notify syslog")
		},
		Apply: to(func(s *ArchiveLog, _ args) { s.Notify = true })},
	&command{Syntax: "hidekeys", Apply: to(func(s *ArchiveLog, _ args) { s.HideKeys = true })},
)

// ArchiveLogOf is what a configuration says about the log of its own commands.
func ArchiveLogOf(t *config.Tree) (l ArchiveLog) {
	archive := t.Root().Find(archiveHead)
	if archive == nil {
		return l
	}
	if head := archive.Section.Find(archiveLogHead); head != nil {
		l = *head.Section.Compile().(*ArchiveLog)
	}
	return l
}

// Hide is a configuration line as the log may have it.
func (l ArchiveLog) Hide(line string) string {
	if l.HideKeys {
		return redact(line)
	}
	return line
}

var archiveLogExecs = execs(help{
	"show": "Show running system information", "archive": "Archive of configurations", "log": "Logged commands", "config": "Of the configuration",
	"all": "All of them", "number": "From this entry on", "last": "Up to this entry",
},
	&Exec{Syntax: "show archive log config (all | number:<1-2147483647> [last:<1-2147483647>])", Privilege: privileged, Run: showArchiveLog})

func showArchiveLog(s Session, a args) error {
	s.Printf(" idx   sess           user@line      Logged command\n")
	for _, e := range s.Router().ConfigLog() {
		if a.Has("number") && e.Number < a.Int("number") || a.Has("last") && e.Number > a.Int("last") {
			continue
		}
		s.Printf("%5d %5d %15s@%-8s |%*s%s\n", e.Number, e.Session, e.User, e.Line, e.Depth, "", e.Text)
	}
	return nil
}
