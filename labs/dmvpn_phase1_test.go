package labs

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

const phase1 = "dmvpn-phase1"

// The addresses of the phase 1 lab.
const (
	hubNBMA, spoke1NBMA, spoke2NBMA       = "192.0.2.1", "198.51.100.11", "203.0.113.12"
	hubTunnel, spoke1Tunnel, spoke2Tunnel = "10.0.0.1", "10.0.0.11", "10.0.0.12"
	pc1Address, pc2Address                = "172.16.11.10", "172.16.12.10"
)

// A peer is one row of "show dmvpn".
type peer struct{ nbma, tunnel, state, attributes string }

var peerRow = regexp.MustCompile(`(?m)^ +\d+ +(\S+) +(\S+) +(\S+) +\S+ +(\S+) *$`)

func peers(t testing.TB, dir, node string) (all []peer, text string) {
	t.Helper()
	text = must(t, "exec", dir, node, "show dmvpn")
	for _, m := range peerRow.FindAllStringSubmatch(strings.ReplaceAll(text, "\r", ""), -1) {
		all = append(all, peer{m[1], m[2], m[3], m[4]})
	}
	return all, text
}

// shows waits until "show dmvpn" of a node lists exactly these peers.
func shows(t testing.TB, within time.Duration, dir, node string, want ...peer) {
	t.Helper()
	eventually(t, within, fmt.Sprintf("%s has the peers %v", node, want), func() (bool, string) {
		got, text := peers(t, dir, node)
		return fmt.Sprint(got) == fmt.Sprint(want), text
	})
}

var bothUp = []peer{
	{spoke1NBMA, spoke1Tunnel, "UP", "D"},
	{spoke2NBMA, spoke2Tunnel, "UP", "D"},
}

func TestPhase1SpokesRegisterAndReachEachOtherThroughTheHub(t *testing.T) {
	dir := up(t, phase1)
	shows(t, 12*time.Second, dir, "hub", bothUp...)
	shows(t, 12*time.Second, dir, "spoke1", peer{hubNBMA, hubTunnel, "UP", "S"})

	registrations := must(t, "exec", dir, "hub", "show ip nhrp")
	for _, spoke := range bothUp {
		entry := regexp.MustCompile(`(?s)` + regexp.QuoteMeta(spoke.tunnel) + `/32 via ` + regexp.QuoteMeta(spoke.tunnel) +
			`\s+Tunnel0 created [^,]+, expire \S+\s+Type: dynamic, Flags: [^\n]*\bregistered\b[^\n]*\s+NBMA address: ` + regexp.QuoteMeta(spoke.nbma))
		if !entry.MatchString(registrations) {
			t.Errorf("no registration of %s in\n%s", spoke.tunnel, registrations)
		}
	}

	wire := capture(t, dir, "isp", "proto gre")
	// The far LAN is reached over the hub: one hop more than to the hub itself.
	if got := must(t, "exec", dir, "pc1", "ping -c 3 -W 2 "+pc2Address); !strings.Contains(got, " 0% packet loss") || !strings.Contains(got, "ttl=61") {
		t.Errorf("pc1 to pc2:\n%s", got)
	}
	// Each spoke registers again every ten seconds.
	eventually(t, 15*time.Second, "the hub answers registrations of both spokes", func() (bool, string) {
		replies := wire.dissect(t, "nhrp.hdr.op.type == 4", "ip.dst")
		return strings.Contains(replies, spoke1NBMA) && strings.Contains(replies, spoke2NBMA), replies
	})
	wire.stop(t)
	for _, leg := range []string{
		spoke1NBMA + "," + pc1Address + "\t" + hubNBMA + "," + pc2Address,
		hubNBMA + "," + pc1Address + "\t" + spoke2NBMA + "," + pc2Address,
		spoke2NBMA + "," + pc2Address + "\t" + hubNBMA + "," + pc1Address,
		hubNBMA + "," + pc2Address + "\t" + spoke1NBMA + "," + pc1Address,
	} {
		if seen := wire.dissect(t, "gre && icmp", "ip.src", "ip.dst"); !strings.Contains(seen, leg) {
			t.Errorf("the echo's leg %q is not among\n%s", leg, seen)
		}
	}
	if seen := wire.dissect(t, "nhrp.hdr.op.type == 3", "ip.src", "ip.dst"); !strings.Contains(seen, spoke1NBMA+"\t"+hubNBMA) || !strings.Contains(seen, spoke2NBMA+"\t"+hubNBMA) {
		t.Errorf("registrations seen are\n%s", seen)
	}
	if bad := wire.dissect(t, "_ws.malformed || (nhrp && _ws.expert.severity >= 6291456)", "frame.number", "_ws.expert.message"); bad != "" {
		t.Errorf("the dissector objects to\n%s", bad)
	}
}

func TestPhase1SpokesReturnAfterTheHubWasKilled(t *testing.T) {
	dir := up(t, phase1)
	shows(t, 12*time.Second, dir, "hub", bothUp...)
	before := processes(t, dir)
	must(t, "kill", dir, "hub")
	if got := must(t, "status", dir); !strings.Contains(got, "stopped, ended by SIGKILL") {
		t.Errorf("with the hub killed, status is\n%s", got)
	}
	must(t, "start", dir, "hub")
	shows(t, 12*time.Second, dir, "hub", bothUp...)
	after := processes(t, dir)
	if before["spoke1"] != after["spoke1"] || before["spoke2"] != after["spoke2"] || before["hub"] == after["hub"] {
		t.Errorf("only the hub should be another process: %v, then %v", before, after)
	}
	if got := must(t, "exec", dir, "pc1", "ping -c 1 -W 2 "+pc2Address); !strings.Contains(got, " 0% packet loss") {
		t.Errorf("pc1 to pc2:\n%s", got)
	}
}

// processes returns the routers' process numbers.
func processes(t testing.TB, dir string) map[string]string {
	t.Helper()
	pids := map[string]string{}
	for line := range strings.Lines(must(t, "status", dir)) {
		if fields := strings.Fields(line); fields[1] == "weft" {
			pids[fields[0]] = fields[2]
		}
	}
	return pids
}

const movedNBMA = "203.0.113.22"

// moveSpoke2 gives spoke2 another NBMA address, as a power cut and another
// lease would: it cannot take leave of the hub at its old one.
func moveSpoke2(t *testing.T, dir string) {
	t.Helper()
	must(t, "kill", dir, "spoke2")
	edit(t, filepath.Join(dir, "spoke2.cfg"), " ip address "+spoke2NBMA+" ", " ip address "+movedNBMA+" ")
	must(t, "start", dir, "spoke2")
}

func edit(t testing.TB, file, old, new string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), old) {
		t.Fatalf("%s has no %q", file, old)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), old, new, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestPhase1UniqueRegistrationHoldsItsNBMAAddress(t *testing.T) {
	dir := up(t, phase1)
	shows(t, 12*time.Second, dir, "hub", bothUp...)
	moveSpoke2(t, dir)
	eventually(t, 12*time.Second, "spoke2 logs why it was refused", func() (bool, string) {
		log := must(t, "exec", dir, "spoke2", "show logging")
		return strings.Contains(log, "unique address registered already"), log
	})
	shows(t, 0, dir, "hub", bothUp...)
	shows(t, 0, dir, "spoke2", peer{hubNBMA, hubTunnel, "NHRP", "S"})
}

func TestPhase1RegistrationThatIsNotUniqueMoves(t *testing.T) {
	dir := up(t, phase1, func(dir string) {
		edit(t, filepath.Join(dir, "spoke2.cfg"), "\ninterface Tunnel0\n", "\ninterface Tunnel0\n ip nhrp registration no-unique\n")
	})
	shows(t, 12*time.Second, dir, "hub", bothUp...)
	moveSpoke2(t, dir)
	shows(t, 12*time.Second, dir, "hub", bothUp[0], peer{movedNBMA, spoke2Tunnel, "UP", "D"})
	shows(t, 12*time.Second, dir, "spoke2", peer{hubNBMA, hubTunnel, "UP", "S"})
}

func TestPhase1WrongAuthenticationLeavesSpokeAtNHRP(t *testing.T) {
	dir := up(t, phase1)
	for _, spoke := range []string{"spoke1", "spoke2"} {
		shows(t, 12*time.Second, dir, spoke, peer{hubNBMA, hubTunnel, "UP", "S"})
	}
	must(t, "exec", dir, "spoke2", "conf t", "int tu0", "ip nhrp authentication WRONG")
	shows(t, 12*time.Second, dir, "spoke2", peer{hubNBMA, hubTunnel, "NHRP", "S"})
	eventually(t, 12*time.Second, "the hub logs why", func() (bool, string) {
		log := must(t, "exec", dir, "hub", "show logging")
		for line := range strings.Lines(log) {
			if strings.Contains(line, "authentication failure") && strings.Contains(line, spoke2Tunnel) {
				return true, log
			}
		}
		return false, log
	})
	shows(t, 0, dir, "spoke1", peer{hubNBMA, hubTunnel, "UP", "S"})
}

func TestPhase1RunsForOrdinaryUser(t *testing.T) {
	dir := ordinaryCopy(t, phase1)
	if r := ordinary(t, "0666", "up", dir); r.status != 0 {
		t.Fatalf("up: %s%s", r.stdout, r.stderr)
	}
	eventually(t, 15*time.Second, "pc1 reaches pc2", func() (bool, string) {
		r := ordinary(t, "0666", "exec", dir, "pc1", "ping -c 1 -W 1 "+pc2Address)
		return r.status == 0, r.stdout + ordinary(t, "0666", "exec", dir, "hub", "show dmvpn").stdout
	})
}

func TestPhase1KeepsNVRAMBetweenUpsUnlessFresh(t *testing.T) {
	dir := up(t, phase1)
	must(t, "exec", dir, "spoke1", "conf t", "hostname renamed", "end", "write memory")
	hostname := func() string { return must(t, "exec", dir, "spoke1", "show running-config | include ^hostname") }
	must(t, "down", dir)
	must(t, "up", dir)
	if got := hostname(); !strings.Contains(got, "hostname renamed") {
		t.Errorf("what was saved is gone: %q", got)
	}
	must(t, "down", dir)
	must(t, "up", "-fresh", dir)
	if got := hostname(); !strings.Contains(got, "hostname spoke1") {
		t.Errorf("-fresh kept what was saved: %q", got)
	}
}

func TestExecOnARouterPrintsOnlyOutputAndFailsOnErrors(t *testing.T) {
	dir := up(t, "testdata/router")
	if got := must(t, "exec", dir, "r1", "conf t", "int gi0/1", "description uplink", "do show run int gi0/1"); !strings.Contains(got, " description uplink\n") || strings.Contains(got, "#") {
		t.Errorf("got %q", got)
	}
	r := lab(t, "exec", dir, "r1", "conf t", "int gi0/1", "ip adress 1.1.1.1 255.0.0.0", "do show clock")
	if r.status != 1 || !strings.Contains(r.stdout, "% Invalid input detected at '^' marker.") {
		t.Errorf("status %d: %q", r.status, r.stdout)
	}
	// The kernel starts to use a link that came up within a second.
	eventually(t, 5*time.Second, "pc reaches r1", func() (bool, string) {
		r := lab(t, "exec", dir, "pc", "ping -c 1 -W 1 10.0.0.1")
		return r.status == 0, r.stdout
	})
}

// Reload is a restart with what was saved.
func TestReloadedRouterComesBackWithWhatWasSaved(t *testing.T) {
	dir := up(t, "testdata/router")
	must(t, "exec", dir, "r1", "conf t", "hostname saved", "end", "write memory")
	if got := must(t, "exec", dir, "r1", "show version"); strings.Contains(got, "by reload") {
		t.Fatalf("before its reload, r1 says\n%s", got)
	}
	reload := lab(t, "exec", dir, "r1", "reload", "") // Enter confirms; the session ends with the router
	t.Logf("reload said %q", reload.stdout+reload.stderr)
	eventually(t, 12*time.Second, "r1 answers with its saved name", func() (bool, string) {
		r := lab(t, "exec", dir, "r1", "show running-config | include ^hostname", "show version")
		return strings.Contains(r.stdout, "hostname saved") && strings.Contains(r.stdout, "by reload"), r.stdout + r.stderr
	})
}

func TestRouterThatDoesNotStartIsNamedWithItsLastWords(t *testing.T) {
	dir := up(t, "testdata/router")
	must(t, "stop", dir, "r1")
	config := filepath.Join(dir, "r1.cfg")
	if err := os.Remove(config); err != nil {
		t.Fatal(err)
	}
	r := lab(t, "start", dir, "r1")
	if r.status != 1 || !strings.Contains(r.stderr, "r1 does not answer (stopped, exit status 1); the end of ") || !strings.Contains(r.stderr, config) {
		t.Errorf("status %d: %s", r.status, r.stderr)
	}
	if got := must(t, "status", dir); !strings.Contains(got, "stopped, exit status 1") {
		t.Errorf("status is\n%s", got)
	}
}

// A wire is a running capture on one node.
type wire struct {
	file string
	dump *exec.Cmd
}

func capture(t *testing.T, dir, node, filter string) *wire {
	t.Helper()
	w := &wire{file: filepath.Join(t.TempDir(), "wire.pcap")}
	w.dump = exec.Command(weftBinary, "lab", "exec", dir, node, "exec tcpdump -Z root -i any --immediate-mode -U -w "+w.file+" "+filter)
	said, err := w.dump.StderrPipe()
	if err == nil {
		err = w.dump.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.dump.Process.Kill() })
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "listening on") {
			return w
		}
	}
	t.Fatalf("tcpdump ended: %v", w.dump.Wait())
	return nil
}

func (w *wire) stop(t *testing.T) {
	t.Helper()
	if err := w.dump.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := w.dump.Wait(); err != nil {
		t.Fatalf("tcpdump: %v", err)
	}
}

// dissect returns the fields of the packets that match a display filter, by a
// decoder that is not ours: a line per packet, a tab between fields.
func (w *wire) dissect(t *testing.T, filter string, fields ...string) string {
	t.Helper()
	args := []string{"-r", w.file, "-Y", filter, "-T", "fields"}
	for _, f := range fields {
		args = append(args, "-e", f)
	}
	r := run(t, "tshark", args...)
	// A packet that is just being written is cut short: status 2.
	if r.status != 0 && !strings.Contains(r.stderr, "cut short") {
		t.Fatalf("tshark: %s", r.stderr)
	}
	return r.stdout
}
