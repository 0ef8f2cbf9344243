package vault

import (
	"bytes"
	"crypto/rand"
	"strings"
	"testing"
)

func master(t testing.TB, key, former string) *Master {
	t.Helper()
	m, err := New(key, former, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func seal(t testing.TB, m *Master, secret string) string {
	t.Helper()
	sealed, err := m.Seal([]byte(secret), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func opens(m *Master, sealed string) string {
	secret, ok := m.Open(sealed)
	if !ok {
		return "no"
	}
	return "yes: " + string(secret)
}

func TestWhoHasTheMasterKeyOpensWhatItSealed(t *testing.T) {
	m := master(t, "master key", "")
	for _, secret := range []string{"", "cisco123", strings.Repeat("x", 127), "\x00\xff"} {
		sealed := seal(t, m, secret)
		if strings.ContainsAny(sealed, " \t?!") || secret != "" && strings.Contains(sealed, secret) {
			t.Errorf("%q is stored as %q", secret, sealed)
		}
		if sealed == seal(t, m, secret) {
			t.Errorf("%q is sealed alike twice", secret)
		}
		for name, other := range map[string]*Master{"itself": m, "another box": master(t, "master key", ""), "after a change": master(t, "changed", "master key")} {
			if got := opens(other, sealed); got != "yes: "+secret {
				t.Errorf("%s: %q: %s", name, secret, got)
			}
		}
		if got := opens(master(t, "another", ""), sealed); got != "no" {
			t.Errorf("another key: %s", got)
		}
	}
}

func TestASaltThatWasKeptMakesTheSameMaster(t *testing.T) {
	m := master(t, "master key", "")
	again, err := New("master key", "", bytes.NewReader(m.Salt()))
	if err != nil {
		t.Fatal(err)
	}
	if a, b := seal(t, m, "x"), seal(t, again, "x"); a[:8] != b[:8] {
		t.Errorf("%s and %s", a, b)
	}
}

func TestWhatWasTamperedWithDoesNotOpen(t *testing.T) {
	m := master(t, "master key", "")
	sealed := seal(t, m, "cisco123")
	for i := range sealed {
		other := byte('A')
		if sealed[i] == other {
			other = 'B'
		}
		bad := sealed[:i] + string(other) + sealed[i+1:]
		if 0 < i && i < 11 { // a salt of its own costs a key: one of them will do
			continue
		}
		if got := opens(m, bad); got != "no" {
			t.Fatalf("with %c at %d: %s", other, i, got)
		}
		if got := opens(m, sealed[:i]); got != "no" {
			t.Fatalf("cut at %d: %s", i, got)
		}
	}
}

func TestStrangeSaltsCostNoMoreThanSoMuch(t *testing.T) {
	m := master(t, "master key", "")
	m.salt = [saltLength]byte{}
	sealed := seal(t, m, "cisco123")
	one := m.aead(source{"master key", m.salt})
	for i := range mostSalts {
		m.made[source{"master key", [saltLength]byte{1, byte(i)}}] = one
	}
	if m.aead(source{"master key", [saltLength]byte{9, 9}}) != nil {
		t.Error("one more salt is tried")
	}
	if got := opens(m, sealed); got != "yes: cisco123" {
		t.Errorf("its own: %s", got)
	}
}

func FuzzOpenIsNotFooled(f *testing.F) {
	m := master(f, "master key", "")
	f.Add("HPBbKgYAdgB")
	f.Add(seal(f, m, "cisco123"))
	f.Fuzz(func(t *testing.T, text string) {
		if len(m.made) >= mostSalts/2 {
			t.Skip("keys cost time")
		}
		if secret, ok := m.Open(text); ok && string(secret) != "cisco123" {
			t.Errorf("%q is %q", text, secret)
		}
	})
}
