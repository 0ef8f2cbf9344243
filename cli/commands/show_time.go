package commands

import (
	"fmt"
	"strings"
	"time"
)

const (
	day  = 24 * time.Hour
	week = 7 * day
	year = 365 * day
)

// elapsed is how IOS prints a duration in a table: 02:03:50, 1d02h, 3w4d,
// 1y10w. A negative one is zero.
func elapsed(d time.Duration) string {
	d = max(d, 0)
	switch {
	case d < day:
		return hms(d)
	case d < week:
		return fmt.Sprintf("%dd%02dh", d/day, d%day/time.Hour)
	case d < year:
		return fmt.Sprintf("%dw%dd", d/week, d%week/day)
	}
	return fmt.Sprintf("%dy%dw", d/year, d%year/week)
}

// Elapsed is a span of time as tables have it: 00:03:57, 1d02h, 3w4d.
func Elapsed(d time.Duration) string { return elapsed(d) }

func hms(d time.Duration) string {
	return fmt.Sprintf("%02d:%02d:%02d", d/time.Hour, d%time.Hour/time.Minute, d%time.Minute/time.Second)
}

// since is elapsed from an instant, or "never" if there was none.
func since(at, now time.Time) string {
	if at.IsZero() {
		return "never"
	}
	return elapsed(now.Sub(at))
}

// uptimeSentence is "1 week, 2 days, 3 hours, 4 minutes": the units that are
// not zero, and always the minutes.
func uptimeSentence(d time.Duration) string {
	d = max(d, 0)
	var parts []string
	for _, u := range []struct {
		length time.Duration
		name   string
	}{{year, "year"}, {week, "week"}, {day, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}} {
		n := d / u.length
		d %= u.length
		if n > 0 || u.length == time.Minute {
			parts = append(parts, plural(uint64(n), u.name))
		}
	}
	return strings.Join(parts, ", ")
}

// plural is "1 week" or "2 weeks".
func plural(n uint64, name string) string {
	if n == 1 {
		return "1 " + name
	}
	return fmt.Sprintf("%d %ss", n, name)
}

// dateTime is "10:02:33 UTC Mon Jan 5 2026", in at's own zone: see Clock.Local.
func dateTime(at time.Time) string { return at.Format("15:04:05 MST Mon Jan 2 2006") }

func untrusted(synchronized bool) string {
	if synchronized {
		return ""
	}
	return "*"
}
