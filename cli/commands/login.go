package commands

import (
	"fmt"
	"time"

	"weft/cli/config"
	"weft/routing/policy"
)

// Lines about logins, and what they have come to.
var loginLines = table(help{
	"login": "Enable secure login checking", "block-for": "Set quiet-mode active time period", "period-blocked": "Time period in seconds",
	"attempts": "Set max number of fail attempts", "tries": "Fail attempts", "within": "Watch period for fail attempts", "period-watched": "Time period in seconds",
	"delay": "Set delay between successive fail login", "seconds": "Time period in seconds", "quiet-mode": "Set quiet-mode options",
	"access-class": "Set access-list", "number": "Access list number", "name": "Access list name", "on-failure": "Set options for failed login attempt",
	"on-success": "Set options for successful login attempt", "log": "Generate syslogs", "every": "Set the periodicity",
	"count": "Periodicity", "trap": "Generate traps",
},
	&command{Syntax: "login block-for period-blocked:<1-65535> attempts tries:<1-65535> within period-watched:<1-65535>",
		Apply: to(func(s *Global, a args) {
			s.Logins.Block = time.Duration(a.Int("period-blocked")) * time.Second
			s.Logins.Within = time.Duration(a.Int("period-watched")) * time.Second
			s.Logins.Attempts = a.Int("tries")
		})},
	&command{Syntax: "login delay seconds:<1-10>",
		Apply: to(func(s *Global, a args) { s.Logins.Delay = time.Duration(a.Int("seconds")) * time.Second })},
	&command{Syntax: "login quiet-mode access-class (number:<1-2699> | name:WORD)",
		Apply: to(func(s *Global, a args) { s.Logins.QuietList = a.Word("number") + a.Word("name") })},
	&command{Syntax: "login on-failure [log]", Apply: to(func(s *Global, a args) { s.LogLoginFailures = true })},
	&command{Syntax: "login on-success [log]", Apply: to(func(s *Global, a args) { s.LogLogins = true })},
	&command{Syntax: "login (on-failure | on-success) trap", Key: "on-failure on-success", Kept: keptSNMP},
)

var accessExecs = execs(help{
	"show": "Show running system information", "login": "Display Secure Login Configurations and State", "failures": "Display Login failures information",
	"access-lists": "List access lists", "ip": "IP information", "show ip": "IP information", "number": "ACL number", "name": "ACL name",
	"clear": "Reset functions", "clear ip": "IP", "access-list": "Clear access list statistical information",
	"counters": "Clear access list counters",
},
	&Exec{Syntax: "show login [failures]", Privilege: privileged, Run: showLogin},
	&Exec{Syntax: "show access-lists [number:<1-2699> | name:WORD]", Run: showAccessLists},
	&Exec{Syntax: "show ip access-lists [number:<1-2699> | name:WORD]", Run: showAccessLists},
	&Exec{Syntax: "clear access-list counters [number:<1-2699> | name:WORD]", Privilege: privileged, Run: clearAccessLists},
	&Exec{Syntax: "clear ip access-list counters [number:<1-2699> | name:WORD]", Privilege: privileged, Run: clearAccessLists},
)

func clearAccessLists(s Session, a args) error {
	s.Router().Access().ClearMatches(a.Word("number") + a.Word("name"))
	return nil
}

// showAccessLists is in the order of IOS: standard lists, then extended ones.
func showAccessLists(s Session, a args) error {
	wanted := a.Word("number") + a.Word("name")
	var lists []*policy.AccessList
	s.Router().Config(func(t *config.Tree, _ config.Env) { lists = AccessLists(t.Root()) })
	for _, extended := range []bool{false, true} {
		for _, l := range lists {
			if l.Extended == extended && (wanted == "" || wanted == l.Name) {
				showAccessList(s, l)
			}
		}
	}
	return nil
}

func showAccessList(s Session, l *policy.AccessList) {
	kind := "Standard"
	if l.Extended {
		kind = "Extended"
	}
	s.Printf("%s IP access list %s\n", kind, l.Name)
	matches := s.Router().Access().Matches(l.Name)
	for _, e := range l.Entries {
		s.Printf("    %d %s", e.Sequence, entryShown(l.Extended, e))
		switch n := matches[e.Text]; n {
		case 0:
		case 1:
			s.Printf(" (1 match)")
		default:
			s.Printf(" (%d matches)", n)
		}
		s.Printf("\n")
	}
}

func showLogin(s Session, a args) error {
	p := runningGlobal(s.Router()).Logins
	state := s.Router().Access().Logins()
	if a.Has("failures") {
		showLoginFailures(s, state)
		return nil
	}
	switch {
	case p.Delay > 0:
		s.Printf("     A login delay of %d seconds is applied.\n", int(p.Delay.Seconds()))
	case p.Block > 0:
		s.Printf("     A default login delay of 1 second is applied.\n")
	default:
		s.Printf("     No login delay has been applied.\n")
	}
	if p.QuietList == "" {
		s.Printf("     No Quiet-Mode access list has been configured.\n\n")
	} else {
		s.Printf("     Quiet-Mode access list %s is applied.\n\n", p.QuietList)
	}
	if p.Block == 0 {
		s.Printf("     Router NOT enabled to watch for login Attacks\n")
		return nil
	}
	s.Printf("     Router enabled to watch for login Attacks.\n     If more than %d login failures occur in %d seconds or less,\n"+
		"     logins will be disabled for %d seconds.\n\n", p.Attempts, int(p.Within.Seconds()), int(p.Block.Seconds()))
	if state.QuietLeft > 0 {
		s.Printf("     Router presently in Quiet-Mode.\n     Will remain in Quiet-Mode for %d seconds.\n", int(state.QuietLeft.Seconds()))
		if p.QuietList == "" {
			s.Printf("     Denying logins from all sources.\n")
		} else {
			s.Printf("     Restricted logins filtered by applied ACL %s.\n", p.QuietList)
		}
		return nil
	}
	s.Printf("     Router presently in Normal-Mode.\n     Current Watch Window\n         Time remaining: %d seconds.\n"+
		"         Login failures for current window: %d.\n     Total login failures: %d.\n", int(state.WindowLeft.Seconds()), state.Window, state.Total)
	return nil
}

func showLoginFailures(s Session, state LoginState) {
	if len(state.Failures) == 0 {
		s.Printf("*** No logged failed login attempts with the device.***\n")
		return
	}
	s.Printf("Total failed logins: %d\nDetailed information about last %d failures\n\n", state.Total, 50)
	s.Printf("%-15s %-15s %-5s %-5s %s\n", "Username", "SourceIPAddr", "lPort", "Count", "TimeStamp")
	for _, f := range state.Failures {
		s.Printf("%-15s %-15s %-5d %-5d %s\n", shown(f.User), f.Source, f.Port, f.Count, dateTime(s.Router().Clock().Local(f.Last)))
	}
}

// shown is a name that anybody may have made up, fit for a screen.
func shown(name string) string {
	quoted := fmt.Sprintf("%q", name)
	return quoted[1 : len(quoted)-1]
}
