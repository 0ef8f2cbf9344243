package config_test

import (
	"fmt"
	"strings"
	"testing"

	"weft/cli/config"
)

// big is 100,000 lines: 10,000 interfaces' worth.
func big() string {
	var b strings.Builder
	for i := range 10000 {
		fmt.Fprintf(&b, "interface Tunnel%d\n description spoke %d of many\n bandwidth 100000\n ip address 10.%d.%d.1 255.255.255.0\n no ip redirects\n"+
			" ip mtu 1400\n ip nhrp map 10.0.0.1 192.0.2.1\n ip nhrp network-id %d\n shutdown\n tunnel mode gre multipoint\n!\n", i, i, i/256, i%256, i+1)
	}
	return b.String()
}

func BenchmarkLoad100000Lines(b *testing.B) {
	text := big()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		tree := config.New(globalMode)
		if reports, err := tree.Load(strings.NewReader(text), config.Env{}); err != nil || len(reports) > 0 {
			b.Fatal(reports, err)
		}
	}
}

func BenchmarkPrint100000Lines(b *testing.B) {
	tree := config.New(globalMode)
	tree.Load(strings.NewReader(big()), config.Env{})
	for b.Loop() {
		tree.Text(config.TextOptions{})
	}
}

func BenchmarkEnterInABigTree(b *testing.B) {
	tree := config.New(globalMode)
	tree.Load(strings.NewReader(big()), config.Env{})
	at := config.Cursor{Path: []string{"interface Tunnel77"}}
	lines := []string{"ip mtu 1300", "ip mtu 1301"}
	for i := 0; b.Loop(); i++ {
		if _, err := tree.Enter(at, lines[i%2], config.Env{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkQuestionMark(b *testing.B) {
	s := newSession(b).enter("interface tu0")
	for b.Loop() {
		if _, err := s.tree.Choices(s.at, "ip nhrp "); err != nil {
			b.Fatal(err)
		}
	}
}
