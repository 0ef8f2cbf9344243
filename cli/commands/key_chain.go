package commands

import (
	"fmt"
	"slices"
	"time"

	"weft/cli/config"
	"weft/cli/grammar"
	"weft/routing/eigrp"
)

// Key chains: the keys that routing protocols authenticate with, each for a time.

var keyChainWords = help{
	"key": "Key management", "chain": "A chain of keys", "name": "Name of the key chain", "number": "Key identifier", "key-string": "Set the key",
	"text": "The key", "hidden": "The key, hidden", "0": "A key in the clear follows", "7": "A hidden key follows",
	"cryptographic-algorithm": "How the key is used by protocols that leave it to the key", "accept-lifetime": "When the key is accepted", "send-lifetime": "When the key is sent with",
	"local": "In local time", "from": "Time to begin", "day": "Day of the month", "month": "Month", "year": "Year", "infinite": "Never end",
	"duration": "End after some time", "seconds": "Seconds", "until": "Time to end", "last-day": "Day of the month", "last-month": "Month", "last-year": "Year",
}

var (
	keyChainMode = &config.Mode{Name: "key chain", Tag: "config-keychain", Title: "Key-chain configuration commands:",
		Commands: func() []*command { return keyChainSectionLines }, Types: configTypes, New: func() any { return new(struct{}) }}
	keyMode = &config.Mode{Name: "key", Tag: "config-keychain-key", Title: "Keychain-key configuration commands:",
		Commands: func() []*command { return keyLines }, Types: configTypes, New: func() any { return new(chainKey) }}
)

var keyChainLines = table(keyChainWords,
	&command{Syntax: "key chain name:WORD", Key: "name", Opens: opens(keyChainMode), Bang: true})

var keyChainSectionLines = table(keyChainWords,
	&command{Syntax: "key number:<0-2147483647>", Key: "number", Opens: opens(keyMode), Less: func(a, b args) bool { return a.Int("number") < b.Int("number") }})

// chainKey is one key as the lines have it. Lifetimes are wall clock times of the
// box's zone.
type chainKey struct {
	secret       string
	send, accept keyLifetime
}

type keyLifetime struct{ from, until time.Time }

var keyLines = table(keyChainWords,
	&command{
		Syntax: "key-string (7 hidden:WORD | [0] text:LINE)",
		Enter: func(e *config.Edit, a args) error {
			if a.Has("hidden") {
				if _, err := Reveal(a.Word("hidden")); err != nil {
					return refuse("Invalid encrypted password: %s", a.Word("hidden"))
				}
				return nil
			}
			if l := e.Tree().Root().Find(passwordEncryptionLine); l != nil && !l.Negative {
				value, err := Obscure(a.Word("text"), e.Salt())
				if err != nil {
					return err
				}
				return e.Rewrite("key-string 7 " + value)
			}
			if a.Has("0") {
				return e.Rewrite("key-string " + a.Word("text"))
			}
			return nil
		},
		Apply: to(func(s *chainKey, a args) {
			s.secret = a.Word("text")
			if a.Has("hidden") {
				s.secret, _ = Reveal(a.Word("hidden"))
			}
		}),
	},
	&command{Syntax: "accept-lifetime " + lifetimeSyntax, Apply: to(func(s *chainKey, a args) { s.accept = keyLifetimeOf(a) })},
	&command{Syntax: "send-lifetime " + lifetimeSyntax, Apply: to(func(s *chainKey, a args) { s.send = keyLifetimeOf(a) })},
	&command{Syntax: "cryptographic-algorithm name:WORD", Kept: "the protocols that run here say themselves how a key is used",
		Help: help{"name": "Name of the algorithm"}},
)

const lifetimeSyntax = "[local] from:hh:mm:ss (day:<1-31> month:MONTH | month:MONTH day:<1-31>) year:<1993-2035> " +
	"(infinite | duration seconds:<1-2147483646> | until:hh:mm:ss (last-day:<1-31> last-month:MONTH | last-month:MONTH last-day:<1-31>) last-year:<1993-2035>)"

func keyLifetimeOf(a args) (l keyLifetime) {
	l.from = wallTime(a.Word("from"), a.Word("month"), a.Int("day"), a.Int("year"))
	switch {
	case a.Has("seconds"):
		l.until = l.from.Add(time.Duration(a.Int("seconds")) * time.Second)
	case a.Has("until"):
		l.until = wallTime(a.Word("until"), a.Word("last-month"), a.Int("last-day"), a.Int("last-year"))
	}
	return l
}

// wallTime reads a time of day of a date.
func wallTime(clock, month string, day, year int) time.Time {
	var hour, minute, second int
	if _, err := fmt.Sscanf(clock, "%d:%d:%d", &hour, &minute, &second); err != nil {
		return time.Time{}
	}
	t, err := time.Parse("Jan", month)
	if err != nil {
		return time.Time{}
	}
	return time.Date(year, t.Month(), day, hour, minute, second, 0, time.UTC)
}

// secondsTime is a time of day to the second.
var secondsTime = grammar.Type{Name: "hh:mm:ss", Glyph: "hh:mm:ss", Sample: []string{"00:00:00", "23:59:59"}, Parse: func(text string) (string, int, int) {
	end := 0
	for end < len(text) && (text[end] >= '0' && text[end] <= '9' || text[end] == ':') {
		end++
	}
	t, err := time.Parse("15:4:5", text[:end])
	if err != nil || end < len(text) && text[end] != ' ' && text[end] != '\t' {
		return "", 0, end
	}
	return t.Format("15:04:05"), end, end
}}

// KeyChains are the key chains of a configuration, by name; their keys by number.
func KeyChains(root *config.Node) map[string][]eigrp.Key {
	zone := root.Compile().(*Global).Zone
	chains := map[string][]eigrp.Key{}
	for _, l := range root.Lines() {
		if l.Section == nil || l.Section.Mode() != keyChainMode {
			continue
		}
		keys := []eigrp.Key{}
		for _, inner := range l.Section.Lines() {
			if inner.Section == nil {
				continue
			}
			k := inner.Section.Compile().(*chainKey)
			if k.secret == "" {
				continue
			}
			keys = append(keys, eigrp.Key{ID: inner.Args.Uint32("number"), Secret: eigrp.Secret(k.secret),
				SendFrom: instantOf(zone, k.send.from), SendUntil: instantOf(zone, k.send.until),
				AcceptFrom: instantOf(zone, k.accept.from), AcceptUntil: instantOf(zone, k.accept.until)})
		}
		slices.SortFunc(keys, func(a, b eigrp.Key) int { return int(a.ID) - int(b.ID) })
		chains[l.Args.Word("name")] = keys
	}
	return chains
}

// instantOf is when a wall clock of the zone shows t.
func instantOf(z Zone, t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	at := t.Add(-z.Offset)
	if z.Summer != nil && z.isSummer(at) {
		at = at.Add(-z.Summer.Shift)
	}
	return at
}
