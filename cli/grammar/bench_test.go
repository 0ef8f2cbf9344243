package grammar

import (
	"fmt"
	"testing"
)

// crowd is a mode of 500 commands beside the table's own.
func crowd(b *testing.B) *Automaton {
	rules := table
	for i := range 500 {
		rules = append(rules, Rule{Syntax: fmt.Sprintf("ip feature-%d knob-%d level:<0-255> [verbose]", i/10, i), Help: Help{"verbose": "V"}})
	}
	a, err := Compile(rules, iface)
	if err != nil {
		b.Fatal(err)
	}
	return a
}

func BenchmarkCompile500Commands(b *testing.B) {
	for b.Loop() {
		crowd(b)
	}
}

func BenchmarkMatch(b *testing.B) {
	a := crowd(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := a.Match("ip nhrp map 10.0.0.1 192.0.2.1", Positive); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMatchAbbreviated(b *testing.B) {
	a := crowd(b)
	for b.Loop() {
		if _, err := a.Match("ip nh nhs 10.0.0.1 cl 3 pri 7", Positive); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMistake(b *testing.B) {
	a := crowd(b)
	for b.Loop() {
		if _, err := a.Match("ip nhrp netwerk-id 5", Positive); err == nil {
			b.Fatal("taken")
		}
	}
}

func BenchmarkChoices(b *testing.B) {
	a := crowd(b)
	for b.Loop() {
		if _, err := a.Choices("ip ", Positive); err != nil {
			b.Fatal(err)
		}
	}
}
