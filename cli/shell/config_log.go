package shell

import (
	"slices"
	"strings"

	"weft/cli/commands"
	"weft/cli/config"
)

// A configLog is the configuration lines entered, as far as "log config" asks
// for them.
type configLog struct {
	entries  []commands.ConfigEntry
	number   int // of the last entry
	sessions int // in configuration mode, so far
}

// logLine keeps a line that was entered at a cursor. The event is for the log
// of the box, if that is to be told.
func (s *Session) logLine(t *config.Tree, at config.Cursor, line string) {
	asked := commands.ArchiveLogOf(t)
	if !asked.Enabled {
		return
	}
	where, _, _ := strings.Cut(s.who.Origin, " ")
	user := s.who.User
	if user == "" {
		user = where
	}
	e := s.box.Lines.log(s.conf, asked.Size, commands.ConfigEntry{User: user, Line: where, Depth: len(at.Path), Text: asked.Hide(strings.TrimSpace(line))})
	if asked.Notify {
		s.told = append(s.told, commands.ConfigLogged{ConfigEntry: e})
	}
}

// log numbers an entry and keeps it, the last ones of a number.
func (l *Lines) log(c *configuring, size int, e commands.ConfigEntry) commands.ConfigEntry {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c.session == 0 {
		l.config.sessions++
		c.session = l.config.sessions
	}
	l.config.number++
	e.Number, e.Session = l.config.number, c.session
	l.config.entries = append(l.config.entries, e)
	if drop := len(l.config.entries) - size; drop > 0 {
		l.config.entries = slices.Delete(l.config.entries, 0, drop)
	}
	return e
}

// ConfigLog is the configuration lines kept, oldest first.
func (l *Lines) ConfigLog() []commands.ConfigEntry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.config.entries)
}
