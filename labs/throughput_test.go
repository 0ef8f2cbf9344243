package labs

import (
	"bufio"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// BenchmarkTunnelThroughput measures one TCP flow from spoke1 to the hub, through
// the tunnel and over the same path without it.
func BenchmarkTunnelThroughput(b *testing.B) {
	dir := up(b, phase1)
	shows(b, 12*time.Second, dir, "hub", bothUp...)
	pids := processes(b, dir)
	var tunnel, plain float64
	runs := 0
	for b.Loop() {
		tunnel += throughput(b, pids, spoke1Tunnel, hubTunnel)
		plain += throughput(b, pids, spoke1NBMA, hubNBMA)
		runs++
	}
	b.ReportMetric(tunnel/float64(runs)/1e6, "Mbit/s")
	b.ReportMetric(plain/float64(runs)/1e6, "plain-Mbit/s")
	b.ReportMetric(tunnel/plain, "ratio")
}

// throughput returns the bits per second that arrive at the hub in five seconds.
func throughput(b *testing.B, pids map[string]string, from, to string) float64 {
	b.Helper()
	server := inNetworkOf(pids["hub"], "iperf3", "--server", "--one-off", "--forceflush", "--bind", to)
	said, err := server.StdoutPipe()
	if err == nil {
		err = server.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	defer server.Wait()
	defer server.Process.Kill()
	lines := bufio.NewScanner(said)
	for lines.Scan() && !strings.Contains(lines.Text(), "listening") {
	}
	go func() {
		for lines.Scan() { // its report would block it
		}
	}()
	output, err := inNetworkOf(pids["spoke1"], "iperf3", "--client", to, "--bind", from, "--time", "5", "--json").Output()
	if err != nil {
		b.Fatalf("iperf3: %v\n%s", err, output)
	}
	var report struct {
		End struct {
			Received struct {
				Rate float64 `json:"bits_per_second"`
			} `json:"sum_received"`
		} `json:"end"`
	}
	if err := json.Unmarshal(output, &report); err != nil {
		b.Fatal(err)
	}
	if report.End.Received.Rate == 0 {
		b.Fatalf("nothing arrived:\n%s", output)
	}
	return report.End.Received.Rate
}

// inNetworkOf is a command that runs in a router's network: on a router itself,
// exec types IOS.
func inNetworkOf(pid, program string, args ...string) *exec.Cmd {
	return exec.Command("nsenter", append([]string{"--net=/proc/" + pid + "/ns/net", program}, args...)...)
}
