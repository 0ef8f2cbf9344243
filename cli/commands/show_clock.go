package commands

import "time"

// Clock is the time of day as the box keeps it. Instants that it tells
// elsewhere (when it started, when a line changed) are on the clock of its host;
// Local puts them on the box's own.
type Clock struct {
	Now     time.Time     // the host's
	Offset  time.Duration // what "clock set" has added
	Zone    Zone
	Source  string // of the time: "user configuration"; "" if nobody has said that it is right
	Trusted bool   // no "*" in front
}

// Local is an instant on the box's clock face.
func (c Clock) Local(at time.Time) time.Time { return c.Zone.In(at.Add(c.Offset)) }

var clockExecs = execs(help{
	"show":   "Show running system information",
	"clock":  "Display the system clock",
	"detail": "Display detailed information",
	"set":    "Set the time and date",
	"time":   "Current time",
	"day":    "Day of the month",
	"date":   "Day of the month",
	"month":  "Month of the year",
	"named":  "Month of the year",
	"year":   "Year",
},
	&Exec{Syntax: "show clock [detail]", Run: showClock},
	&Exec{Syntax: "clock set time:HH:MM:SS (day:<1-31> month:MONTH | named:MONTH date:<1-31>) year:<1993-2035>", Privilege: privileged,
		Help: help{"clock": "Manage the system clock"}, Run: setClock},
)

func showClock(s Session, a args) error {
	c := s.Router().Clock()
	now := c.Local(c.Now)
	s.Printf("%s%s\n", untrusted(c.Trusted), now.Format("15:04:05.000 MST Mon Jan 2 2006"))
	if !a.Has("detail") {
		return nil
	}
	if c.Source == "" {
		s.Printf("No time source\n")
	} else {
		s.Printf("Time source is %s\n", c.Source)
	}
	if c.Zone.Summer != nil {
		begin, end := c.Zone.summerOf(now.Year())
		s.Printf("Summer time starts %s\n", turnText(c.Zone, begin))
		s.Printf("Summer time ends %s\n", turnText(c.Zone, end))
	}
	return nil
}

// turnText is the time on the clock at which it is put forward or back.
func turnText(z Zone, at time.Time) string {
	before := z.In(at.Add(-time.Nanosecond)) // the clock that is about to be changed
	return dateTime(at.In(before.Location()))
}

func setClock(s Session, a args) error {
	day, month := a.Int("day"), a.Word("month")
	if month == "" {
		day, month = a.Int("date"), a.Word("named")
	}
	of, err := time.Parse("15:04:05", a.Word("time"))
	if err != nil {
		return err
	}
	face := time.Date(a.Int("year"), monthOf(month), day, of.Hour(), of.Minute(), of.Second(), 0, time.UTC)
	if face.Day() != day {
		return refuse("%% %s %d has no day %d", month, face.Year(), day)
	}
	zone := s.Router().Clock().Zone
	at := face.Add(-zone.Offset)
	if zone.Summer != nil && zone.isSummer(at.Add(-zone.Summer.Shift)) {
		at = at.Add(-zone.Summer.Shift)
	}
	return s.Router().SetClock(at, s.Origin(), s.User())
}
