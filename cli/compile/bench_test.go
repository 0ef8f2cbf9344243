package compile

import (
	"fmt"
	"strings"
	"testing"

	"weft/cli/commands"
	"weft/cli/config"
)

// large is a configuration of 100,000 lines: ten for each of 10,000 interfaces,
// no two of which share a network.
func large() string {
	var b strings.Builder
	for n := range 10000 {
		if n%2 == 0 {
			fmt.Fprintf(&b, "interface Loopback%d\n description customer %d\n ip address 10.%d.%d.1 255.255.255.0\n no ip redirects\n"+
				" no ip unreachables\n no ip proxy-arp\n ip mtu 1400\n bandwidth 1000\n delay 100\n!\n", n, n, n/256, n%256)
			continue
		}
		fmt.Fprintf(&b, "interface Tunnel%d\n ip address 10.%d.%d.1 255.255.255.0\n no ip redirects\n ip mtu 1400\n"+
			" ip nhrp authentication WEFTLAB\n ip nhrp map multicast dynamic\n ip nhrp network-id %d\n"+
			" tunnel source GigabitEthernet0/1\n tunnel mode gre multipoint\n tunnel key %d\n", n, n/256, n%256, n, n)
	}
	return b.String()
}

func BenchmarkLoad100000Lines(b *testing.B) {
	text := large()
	if n := strings.Count(text, "\n"); n != 100000 {
		b.Fatalf("%d lines", n)
	}
	b.ReportAllocs()
	for b.Loop() {
		t := config.New(commands.GlobalMode)
		if reports, err := t.Load(strings.NewReader(text), config.Env{}); err != nil || len(reports) != 0 {
			b.Fatal(err, reports[0])
		}
	}
}

func BenchmarkCompile10000Interfaces(b *testing.B) {
	t, _, err := Load(strings.NewReader(large()), config.Env{})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			fresh, _, _ := Load(strings.NewReader(large()), config.Env{})
			b.StartTimer()
			Compile(fresh)
		}
	})
	b.Run("one changed", func(b *testing.B) {
		for n := 0; b.Loop(); n++ {
			t.Enter(config.Cursor{Path: []string{"interface Tunnel1"}}, fmt.Sprintf("ip mtu %d", 1000+n%400), config.Env{})
			Compile(t)
		}
	})
}
