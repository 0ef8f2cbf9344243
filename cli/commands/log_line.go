package commands

import (
	"fmt"
	"time"
)

// String is a message without its timestamp: "%SYS-5-CONFIG_I: ...".
func (m Message) String() string {
	if m.Facility == "" {
		return m.Text
	}
	return fmt.Sprintf("%%%s-%d-%s: %s", m.Facility, m.Severity, m.Mnemonic, m.Text)
}

// FormatLogLine is a line of the log: "*Nov 22 10:02:33.123: %SYS-5-CONFIG_I: ...".
// at is printed as its location has it; authoritative says that the time of day is to be trusted; uptime is printed
// where ts asks for it instead.
func FormatLogLine(m Message, at time.Time, ts Timestamp, authoritative bool, uptime time.Duration) string {
	return stamp(at, ts, authoritative, uptime) + m.String()
}

// FormatDebugLine is a line of debug output, with its timestamp.
func FormatDebugLine(text string, at time.Time, ts Timestamp, authoritative bool, uptime time.Duration) string {
	return stamp(at, ts, authoritative, uptime) + text
}

func stamp(at time.Time, ts Timestamp, authoritative bool, uptime time.Duration) string {
	switch {
	case !ts.On:
		return ""
	case !ts.Datetime:
		return elapsed(uptime) + ": "
	}
	layout := "Jan _2 "
	if ts.Year {
		layout += "2006 "
	}
	layout += "15:04:05"
	if ts.Msec {
		layout += ".000"
	}
	if ts.ShowTimezone {
		layout += " MST"
	}
	return untrusted(authoritative) + at.Format(layout) + ": "
}
