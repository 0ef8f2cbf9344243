package shell

import (
	"fmt"
	"strings"
	"testing"

	"weft/cli/config"
)

// crowded is a session in configuration mode, below 10,000 lines.
func crowded(b *testing.B) *Session {
	var text strings.Builder
	text.WriteString(tabledStartup)
	for n := range 1000 {
		fmt.Fprintf(&text, "interface Tunnel%d\n description spoke %d of many\n ip address 10.%d.%d.1 255.255.255.0\n no ip redirects\n ip mtu 1400\n"+
			" ip nhrp authentication WEFTLAB\n ip nhrp network-id %d\n tunnel source 192.0.2.1\n tunnel mode gre multipoint\n tunnel key %d\n", n+1, n, 1+n/256, n%256, n+1, n+1)
	}
	box, r := newTabled(b, text.String())
	s := New(box, &batch{ctx: b.Context()}, root)
	s.Configure()
	s.conf.cursor = config.Cursor{Path: []string{"interface Tunnel500"}}
	if n := len(r.tree.Root().Lines()); n < 1000 {
		b.Fatalf("%d lines", n)
	}
	return s
}

func BenchmarkQuestionMarkAt10000Lines(b *testing.B) {
	s := crowded(b)
	for _, line := range []string{"", "ip nhrp ", "no ip ", "interface ", "do show ip ", "tunnel pro"} {
		b.Run(fmt.Sprintf("%q", line), func(b *testing.B) {
			for b.Loop() {
				if s.Help(line) == "" {
					b.Fatal("no help")
				}
			}
		})
	}
}

func BenchmarkTabAt10000Lines(b *testing.B) {
	s := crowded(b)
	for _, line := range []string{"ip nh", "tunnel pro", "interface tun", "do sh ip int"} {
		b.Run(fmt.Sprintf("%q", line), func(b *testing.B) {
			for b.Loop() {
				if _, ok := s.Complete(line); !ok {
					b.Fatal("nothing to complete")
				}
			}
		})
	}
}
