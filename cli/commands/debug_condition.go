package commands

import (
	"fmt"
	"slices"
	"strings"

	"weft/nhrp"
)

// DebugCondition limits debug output: while there is one, what happens on an
// interface is printed only if a condition names it.
type DebugCondition struct {
	Number    int // from 1
	Interface string
}

// DebugInterface is the interface that an event of debug output is about; "" if
// it is about none.
func DebugInterface(event any) string {
	switch e := event.(type) {
	case TunnelEvaluated:
		return e.Interface
	case nhrp.PacketEvent:
		return e.Tunnel
	case nhrp.CacheEvent:
		return e.Tunnel
	case nhrp.Dropped:
		return e.Tunnel
	}
	return ""
}

var conditionWords = help{
	"debug":     "Debugging functions (see also 'undebug')",
	"undebug":   "Disable debugging functions (see also 'debug')",
	"no":        "Disable debugging functions",
	"show":      "Show running system information",
	"debugging": "State of each debugging option",
	"condition": "Conditions of debug output",
	"interface": "Only what happens on an interface",
	"name":      "Interface",
	"number":    "Number of the condition",
	"all":       "All conditions",
}

var conditionExecs = slices.Concat(execs(conditionWords,
	&Exec{Syntax: "debug condition interface name:IFNAME", Privilege: privileged, Run: addCondition},
	&Exec{Syntax: "show debugging condition", Run: func(s Session, _ args) error {
		for _, c := range s.Router().DebugConditions() {
			s.Printf("Condition %d: interface %s (1 flags triggered)\n\tFlags: %s\n", c.Number, shortInterface(c.Interface), shortInterface(c.Interface))
		}
		return nil
	}},
), removeConditionExecs("undebug"), removeConditionExecs("no debug"))

func removeConditionExecs(verb string) []*Exec {
	return execs(conditionWords, &Exec{Syntax: verb + " condition (interface name:IFNAME | number:<1-1000> | all)", Privilege: privileged, Run: removeConditions})
}

// shortInterface is a name as tables have it: Tu0, Gi0/1.
func shortInterface(name string) string {
	digits := strings.IndexAny(name, "0123456789")
	if digits < 2 {
		return name
	}
	return name[:2] + name[digits:]
}

func addCondition(s Session, a args) error {
	name := a.Word("name")
	if _, err := interfacesNamed(s.Router(), a); err != nil {
		return err
	}
	conditions, number := s.Router().DebugConditions(), 1
	for _, c := range conditions {
		if c.Interface == name {
			s.Printf("%% Condition already set\n")
			return nil
		}
		number = max(number, c.Number+1)
	}
	s.Router().SetDebugConditions(append(conditions, DebugCondition{number, name}))
	s.Printf("Condition %d set\n", number)
	return nil
}

func removeConditions(s Session, a args) error {
	before := s.Router().DebugConditions()
	var gone []int
	after := slices.DeleteFunc(slices.Clone(before), func(c DebugCondition) bool {
		named := a.Has("all") || a.Has("name") && c.Interface == a.Word("name") || a.Has("number") && c.Number == a.Int("number")
		if named {
			gone = append(gone, c.Number)
		}
		return named
	})
	switch {
	case len(gone) == 0:
		return refuse("%% Condition not set")
	case len(after) == 0 && len(s.Router().Debugs()) > 0:
		s.Printf("This condition is the last interface condition set.\nRemoving all conditions may cause a flood of debugging\n" +
			"messages to result, unless specific debugging flags\nare first removed.\n\n")
		answer, err := s.Ask("Proceed with removal? [yes/no]: ", false)
		if err != nil {
			return err
		}
		if answer = strings.ToLower(answer); answer == "" || !strings.HasPrefix("yes", answer) {
			s.Printf("Operation aborted.\n")
			return nil
		}
	}
	s.Router().SetDebugConditions(after)
	for _, number := range gone {
		fmt.Fprintf(s, "Condition %d has been removed\n", number)
	}
	return nil
}
