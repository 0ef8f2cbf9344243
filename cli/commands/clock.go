package commands

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"weft/cli/config"
)

var clockWords = help{
	"clock":        "Configure time-of-day clock",
	"timezone":     "Configure time zone",
	"summer-time":  "Configure summer (daylight savings) time",
	"name":         "Name of the zone, as printed behind the time",
	"hours":        "Hours offset from UTC",
	"minutes":      "Minutes offset from UTC",
	"recurring":    "Every year",
	"date":         "In one year",
	"from-week":    "Week of the month, first or last",
	"from-weekday": "Weekday to start",
	"from-month":   "Month to start",
	"from-time":    "Time to start (hh:mm)",
	"to-week":      "Week of the month, first or last",
	"to-weekday":   "Weekday to end",
	"to-month":     "Month to end",
	"to-time":      "Time to end (hh:mm)",
	"from-day":     "Date to start",
	"from-year":    "Year to start",
	"to-day":       "Date to end",
	"to-year":      "Year to end",
	"offset":       "Minutes to add in summer",
}

var clockZoneLines = table(clockWords,
	&command{
		Syntax: "clock timezone name:WORD hours:HOURS [minutes:<0-59>]",
		Enter: func(e *config.Edit, a args) error {
			return e.Rewrite(fmt.Sprintf("clock timezone %s %s %d", a.Word("name"), a.Word("hours"), a.Int("minutes")))
		},
		Apply: to(func(s *Global, a args) {
			s.Zone.Name, s.Zone.Offset = a.Word("name"), zoneOffset(a.Word("hours"), a.Int("minutes"))
		}),
	},
	&command{
		Syntax: "clock summer-time name:WORD recurring [from-week:WEEK from-weekday:WEEKDAY from-month:MONTH from-time:hh:mm" +
			" to-week:WEEK to-weekday:WEEKDAY to-month:MONTH to-time:hh:mm [offset:<1-1440>]]",
		Enter: func(e *config.Edit, _ args) error { return e.Enter("default clock summer-time") },
		Apply: to(func(s *Global, a args) {
			// Without dates it is summer when it is in the United States, as IOS has it.
			summer := Summer{Name: a.Word("name"), Shift: time.Hour,
				Begin: Turn{Month: time.March, Week: 2, Hour: 2}, End: Turn{Month: time.November, Week: 1, Hour: 2}}
			if a.Has("from-week") {
				summer.Begin = recurringTurn(a, "from")
				summer.End = recurringTurn(a, "to")
			}
			s.Zone.Summer = summer.shifted(a)
		}),
	},
	&command{
		Syntax: "clock summer-time name:WORD date from-month:MONTH from-day:<1-31> from-year:<1993-2035> from-time:hh:mm" +
			" to-month:MONTH to-day:<1-31> to-year:<1993-2035> to-time:hh:mm [offset:<1-1440>]",
		Enter: func(e *config.Edit, _ args) error { return e.Enter("default clock summer-time") },
		Apply: to(func(s *Global, a args) {
			s.Zone.Summer = Summer{Name: a.Word("name"), Shift: time.Hour, Begin: dateTurn(a, "from"), End: dateTurn(a, "to")}.shifted(a)
		}),
	},
	&command{ // as some write it, the day first
		Syntax: "clock summer-time name:WORD date from-day:<1-31> from-month:MONTH from-year:<1993-2035> from-time:hh:mm" +
			" to-day:<1-31> to-month:MONTH to-year:<1993-2035> to-time:hh:mm [offset:<1-1440>]",
		Hidden: true,
		Enter: func(e *config.Edit, a args) error {
			line := fmt.Sprintf("clock summer-time %s date %s %s %s %s %s %s %s %s", a.Word("name"),
				a.Word("from-month"), a.Word("from-day"), a.Word("from-year"), a.Word("from-time"),
				a.Word("to-month"), a.Word("to-day"), a.Word("to-year"), a.Word("to-time"))
			if a.Has("offset") {
				line += " " + a.Word("offset")
			}
			if err := e.Enter("default clock summer-time"); err != nil {
				return err
			}
			return e.Rewrite(line)
		},
	},
)

func zoneOffset(hours string, minutes int) time.Duration {
	h, _ := strconv.Atoi(hours)
	d := time.Duration(minutes) * time.Minute
	if strings.HasPrefix(hours, "-") {
		d = -d
	}
	return time.Duration(h)*time.Hour + d
}

func recurringTurn(a args, end string) Turn {
	t := Turn{Month: monthOf(a.Word(end + "-month")), Weekday: weekdayOf(a.Word(end + "-weekday"))}
	t.Hour, t.Minute = hourMinute(a.Word(end + "-time"))
	switch week := a.Word(end + "-week"); week {
	case "first":
		t.Week = 1
	case "last":
		t.Week = lastWeek
	default:
		t.Week, _ = strconv.Atoi(week)
	}
	return t
}

func dateTurn(a args, end string) Turn {
	t := Turn{Year: a.Int(end + "-year"), Month: monthOf(a.Word(end + "-month")), Day: a.Int(end + "-day")}
	t.Hour, t.Minute = hourMinute(a.Word(end + "-time"))
	return t
}

func (s Summer) shifted(a args) *Summer {
	if a.Has("offset") {
		s.Shift = time.Duration(a.Int("offset")) * time.Minute
	}
	return &s
}
