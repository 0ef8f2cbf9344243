package labs

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// typed runs lines on a router over SSH, from the PC behind it.
func typed(t *testing.T, dir, pc, router, lines string) string {
	t.Helper()
	r := lab(t, "exec", dir, pc, sshTo("weft", "-tt admin@"+router+" <<'END'\n"+lines+"\nexit\nEND"))
	if r.status != 0 {
		t.Fatalf("ssh to %s: status %d\n%s%s", router, r.status, r.stdout, r.stderr)
	}
	return strings.ReplaceAll(r.stdout, "\r", "")
}

// advice is what a text of show dmvpn why says is to be entered, and where.
func advice(text string) (where, lines string) {
	_, text, _ = strings.Cut(text, "  Enter ")
	where, text, _ = strings.Cut(text, ":\n")
	for _, line := range strings.Split(text, "\n") {
		if !strings.HasPrefix(line, "    ") {
			break
		}
		lines += strings.TrimSpace(line) + "\n"
	}
	return where, strings.TrimSuffix(lines, "\n")
}

// A hub with another key, which nothing logs: the spoke says whom to ask, and
// the hub what to enter.
func TestWhyLeadsToTheLineThatMendsOverSSH(t *testing.T) {
	dir := up(t, phase3)
	shows(t, 12*time.Second, dir, "spoke1", toHub)
	must(t, "exec", dir, "hub", "conf t", "int tu0", "tunnel key 4711")
	var text string
	eventually(t, 40*time.Second, "spoke1 knows that the hub is silent", func() (bool, string) {
		text = typed(t, dir, "pc1", "172.16.11.1", "show dmvpn why 192.0.2.1")
		return strings.Contains(text, "  NHRP   FAIL"), text
	})
	where, lines := advice(text)
	if where != "on 192.0.2.1" || lines != "show dmvpn why 198.51.100.11" {
		t.Fatalf("spoke1 says\n%s", text)
	}
	eventually(t, 30*time.Second, "both spokes have tried the hub", func() (bool, string) {
		text = typed(t, dir, "pc0", "172.16.0.1", lines)
		return strings.Contains(text, "2 stations send with key 100 and none is heard with key 4711"), text
	})
	where, mend := advice(text)
	if where != "here" {
		t.Fatalf("the hub says\n%s", text)
	}
	typed(t, dir, "pc0", "172.16.0.1", mend)
	shows(t, 40*time.Second, dir, "spoke1", toHub)
	shows(t, 40*time.Second, dir, "spoke2", toHub)
	if text := typed(t, dir, "pc1", "172.16.11.1", "show dmvpn why"); !strings.Contains(text, "  UP     ok") || strings.Contains(text, "FAIL") {
		t.Errorf("after mending spoke1 says\n%s", text)
	}
}

// A port gives its frames, a tunnel the packets inside it; tshark reads both.
func TestCaptureOfAPortAndATunnelIsReadByTshark(t *testing.T) {
	if _, err := exec.LookPath("tshark"); err != nil {
		t.Skip("SKIPPED: tshark is not installed")
	}
	dir := up(t, phase3)
	shows(t, 12*time.Second, dir, "spoke1", toHub)
	must(t, "exec", dir, "spoke1", "monitor capture P interface gi0/1 both", "monitor capture P match ipv4 protocol gre any any", "monitor capture P start",
		"monitor capture T interface tu0 out", "monitor capture T match ipv4 protocol icmp any host 172.16.12.10", "monitor capture T limit packets 3", "monitor capture T start")
	must(t, "exec", dir, "pc1", "ping -c 5 -i 0.2 172.16.12.10")
	eventually(t, 5*time.Second, "the capture of the tunnel ends after three packets", func() (bool, string) {
		got := must(t, "exec", dir, "spoke1", "show monitor capture T")
		return strings.Contains(got, "Status : Inactive"), got
	})
	must(t, "exec", dir, "spoke1", "monitor capture P stop", "monitor capture P export flash:port.pcap", "monitor capture T export flash:tunnel.pcap")
	read := func(file, filter string, fields ...string) string {
		args := []string{"-r", filepath.Join(dir, ".weft", "spoke1", "flash", file), "-Y", filter, "-T", "fields"}
		for _, f := range fields {
			args = append(args, "-e", f)
		}
		r := run(t, "tshark", args...)
		if r.status != 0 {
			t.Fatalf("tshark: %s", r.stderr)
		}
		return r.stdout
	}
	if got := read("tunnel.pcap", "icmp", "frame.number", "ip.src", "ip.dst", "icmp.type"); strings.Count(got, "172.16.11.10\t172.16.12.10\t8\n") != 3 || strings.Count(got, "\n") != 3 {
		t.Errorf("the tunnel's capture holds\n%s", got)
	}
	if got := read("port.pcap", "nhrp", "eth.type", "nhrp.hdr.op.type"); !strings.Contains(got, "0x0800\t") {
		t.Errorf("the port's capture holds no NHRP:\n%s", got)
	}
	if got := read("port.pcap", "gre && icmp", "frame.number"); strings.Count(got, "\n") < 10 {
		t.Errorf("the port's capture holds the frames\n%s", got)
	}
	if got := read("port.pcap", "_ws.malformed", "frame.number"); got != "" {
		t.Errorf("malformed frames\n%s", got)
	}
}
