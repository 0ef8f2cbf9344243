package commands

import (
	"fmt"
	"strings"
	"time"

	"weft/cli/grammar"
)

// Zone is the local time of the box. The zero Zone is UTC.
type Zone struct {
	Name   string
	Offset time.Duration // of local time from UTC, in winter
	Summer *Summer       // nil: none
}

// Summer is when the clock is put forward, and by how much.
type Summer struct {
	Name       string
	Shift      time.Duration
	Begin, End Turn
}

// Turn is when the clock is put forward or back: once (Year and Day), or every
// year on a weekday of a week of the month. The time is that of the clock
// before it is touched.
type Turn struct {
	Year, Day    int
	Month        time.Month
	Week         int // 1 to 4, or lastWeek
	Weekday      time.Weekday
	Hour, Minute int
}

const lastWeek = 5

// In is an instant on the box's own clock face.
func (z Zone) In(at time.Time) time.Time {
	name, offset := z.Name, z.Offset
	if name == "" {
		name = "UTC"
	}
	if s := z.Summer; s != nil && z.isSummer(at) {
		name, offset = s.Name, offset+s.Shift
	}
	return at.In(time.FixedZone(name, int(offset/time.Second)))
}

func (z Zone) isSummer(at time.Time) bool {
	begin, end := z.summerOf(at.UTC().Add(z.Offset).Year())
	if begin.After(end) { // the southern half of the world
		return !at.Before(begin) || at.Before(end)
	}
	return !at.Before(begin) && at.Before(end)
}

// summerOf is when summer time begins and ends in a year.
func (z Zone) summerOf(year int) (begin, end time.Time) {
	s := z.Summer
	return s.Begin.in(year).Add(-z.Offset), s.End.in(year).Add(-z.Offset - s.Shift)
}

// in is the turn in a year, on the clock face, written as if that were UTC.
func (t Turn) in(year int) time.Time {
	day := t.Day
	if t.Year != 0 {
		year = t.Year
	} else {
		first := time.Date(year, t.Month, 1, 0, 0, 0, 0, time.UTC)
		day = 1 + (int(t.Weekday)-int(first.Weekday())+7)%7 + 7*(t.Week-1)
		if last := first.AddDate(0, 1, -1).Day(); day > last {
			day -= 7
		}
	}
	return time.Date(year, t.Month, day, t.Hour, t.Minute, 0, 0, time.UTC)
}

// The argument types of clock lines.
var (
	zoneHours = grammar.Type{Name: "HOURS", Glyph: "<-23 - 23>", Sample: []string{"1", "-5", "0", "23"}, Parse: parseZoneHours}
	weekName  = namedType("WEEK", "WEEK", []string{"first", "last", "1", "2", "3", "4"}, 1)
	weekday   = namedType("WEEKDAY", "DAY", []string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}, 3)
	monthName = namedType("MONTH", "MONTH", []string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}, 3)
	clockTime = grammar.Type{Name: "hh:mm", Glyph: "hh:mm", Sample: []string{"2:00", "23:59"}, Parse: parseClockTime}
)

func parseZoneHours(text string) (string, int, int) {
	n, end := 0, 0
	if strings.HasPrefix(text, "-") {
		end = 1
	}
	digits := end
	for end < len(text) && end < digits+2 && '0' <= text[end] && text[end] <= '9' {
		n = n*10 + int(text[end]-'0')
		end++
	}
	if end == digits || n > 23 {
		return "", 0, digits
	}
	if digits == 1 && n > 0 {
		n = -n
	}
	return fmt.Sprint(n), end, end
}

func parseClockTime(text string) (string, int, int) {
	part := func(from, limit int) (n, to int, ok bool) {
		to = from
		for to < len(text) && to < from+2 && '0' <= text[to] && text[to] <= '9' {
			n = n*10 + int(text[to]-'0')
			to++
		}
		return n, to, to > from && n < limit
	}
	hour, i, ok := part(0, 24)
	if !ok {
		return "", 0, 0
	}
	if i == len(text) || text[i] != ':' {
		return "", 0, i
	}
	minute, end, ok := part(i+1, 60)
	if !ok {
		return "", 0, i + 1
	}
	return fmt.Sprintf("%d:%02d", hour, minute), end, end
}

// namedType is one of a few names, in any case; where three letters are enough
// to tell, further ones of the full name may follow.
func namedType(name, glyph string, names []string, least int) grammar.Type {
	return grammar.Type{Name: name, Glyph: glyph, Sample: names, Parse: func(text string) (string, int, int) {
		word, _, _ := strings.Cut(strings.ReplaceAll(text, "\t", " "), " ")
		good := 0
		for _, n := range names {
			full := longName(n)
			shared := 0
			for shared < len(word) && shared < len(full) && word[shared]|0x20 == full[shared]|0x20 {
				shared++
			}
			if shared == len(word) && shared >= min(least, len(full)) && (least > 1 || shared == len(full)) {
				return n, shared, shared
			}
			good = max(good, shared)
		}
		return "", 0, good
	}}
}

// longName is the full name of a month or weekday; other names are as they are.
func longName(short string) string {
	for m := time.January; m <= time.December; m++ {
		if m.String()[:3] == short {
			return m.String()
		}
	}
	for d := time.Sunday; d <= time.Saturday; d++ {
		if d.String()[:3] == short {
			return d.String()
		}
	}
	return short
}

func monthOf(short string) time.Month {
	for m := time.January; m < time.December; m++ {
		if m.String()[:3] == short {
			return m
		}
	}
	return time.December
}

func weekdayOf(short string) time.Weekday {
	for d := time.Sunday; d < time.Saturday; d++ {
		if d.String()[:3] == short {
			return d
		}
	}
	return time.Saturday
}

func hourMinute(text string) (hour, minute int) {
	fmt.Sscanf(text, "%d:%d", &hour, &minute)
	return hour, minute
}
