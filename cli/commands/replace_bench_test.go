package commands

import (
	"fmt"
	"strings"
	"testing"

	"weft/cli/config"
)

// BenchmarkReplace is one replacement of a configuration of ten thousand lines
// by one in which every tenth is another.
func BenchmarkReplace(b *testing.B) {
	large := func(metric int) string {
		var text strings.Builder
		for i := range 2500 {
			fmt.Fprintf(&text, "interface Loopback%d\n description number %d\n ip address 10.%d.%d.1 255.255.255.255\n", i, i+i%10/9*metric, i/250, i%250)
		}
		for i := range 2500 {
			fmt.Fprintf(&text, "ip route 172.%d.%d.0 255.255.255.0 192.0.2.1 %d\n", 16+i/250, i%250, 1+i%10/9*metric)
		}
		return text.String() + "end\n"
	}
	r := newFakeRouter()
	if _, err := r.tree.Load(strings.NewReader(large(0)), config.Env{}); err != nil {
		b.Fatal(err)
	}
	metric := 0
	for b.Loop() {
		metric = 1 - metric
		if done := replaceBy(r, large(metric)); done.err != nil || len(done.refused) > 0 || len(done.lines) == 0 {
			b.Fatal(done.err, done.refused, len(done.lines))
		}
	}
}
