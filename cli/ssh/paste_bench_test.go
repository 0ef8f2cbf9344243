package ssh

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"weft/cli/compile"
	"weft/cli/config"
)

// paste is a configuration of 10,000 lines: ten for each of 1000 tunnels.
func paste() string {
	var b strings.Builder
	for n := range 1000 {
		fmt.Fprintf(&b, "interface Tunnel%d\n description spoke %d of many\n ip address 10.%d.%d.1 255.255.255.0\n no ip redirects\n ip mtu 1400\n"+
			" ip nhrp authentication WEFTLAB\n ip nhrp network-id %d\n tunnel source 192.0.2.1\n tunnel mode gre multipoint\n tunnel key %d\n", n, n, n/256, n%256, n+1, n+1)
	}
	return b.String()
}

// BenchmarkPasteOf10000Lines types a configuration over SSH and waits for the
// last prompt, as a program does: a prompt means applied. "times-load" is how
// much longer that takes than reading the same lines from a file.
func BenchmarkPasteOf10000Lines(b *testing.B) {
	text := paste()
	b.SetBytes(int64(len(text)))
	load := time.Duration(0)
	for b.Loop() {
		b.StopTimer()
		began := time.Now()
		tree, reports, err := compile.Load(strings.NewReader(startup+text), config.Env{})
		if err != nil || len(reports) > 0 {
			b.Fatal(reports, err)
		}
		compile.Compile(tree)
		load += time.Since(began)

		w := newWorld(b, "")
		r := w.box.Router.(*router)
		r.apply = func() { compile.Compile(r.tree) }
		u := openTTY(b, w.alice(), "vt100", 511, 0)
		done := make(chan struct{})
		u.awaits("R1#", done)
		b.StartTimer()

		u.typed("terminal length 0\nconfigure terminal\n" + text + "end\nshow privilege\n")
		<-done
		b.StopTimer()
		if n := len(r.tree.Root().Lines()); n < 1000 {
			b.Fatalf("%d lines in running-config", n)
		}
		w.stop()
		b.StartTimer()
	}
	b.ReportMetric(10000*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
	b.ReportMetric(b.Elapsed().Seconds()/load.Seconds(), "times-load")
}

// awaits closes done when the answer to "show privilege" and a prompt have come.
func (u *tty) awaits(prompt string, done chan struct{}) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.seen = func(text string) {
		if strings.HasSuffix(text, "Current privilege level is 15\r\n"+prompt) {
			close(done)
			u.seen = nil
		}
	}
}

// BenchmarkHundredSessions has a hundred users ask for the same at once; one
// operation is an answer to each.
func BenchmarkHundredSessions(b *testing.B) {
	w := newWorld(b, "line vty 5 99\n login local\n transport input ssh\n")
	var users []*tty
	for range 100 {
		users = append(users, openTTY(b, w.alice(), "vt100", 80, 24))
	}
	for b.Loop() {
		var answered []chan struct{}
		for _, u := range users {
			done := make(chan struct{})
			u.awaits("R1#", done)
			answered = append(answered, done)
			io.WriteString(u.keys, "show privilege\n")
		}
		for _, done := range answered {
			<-done
		}
	}
	b.ReportMetric(100*float64(b.N)/b.Elapsed().Seconds(), "answers/s")
}
