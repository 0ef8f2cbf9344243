package labs

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A speedLab is h1 - r1 = r2 - h2. No frame on its wires is longer than 1500
// octets, and who receives joins frames again, as with a network card (GRO).
type speedLab struct {
	b        *testing.B
	dir      string
	networks map[string]string // the network of each node, a path
	routers  []int             // the processes that are the tunnel at r1 and r2
}

const speedServer = "172.16.2.10" // h2

// speedUp brings a lab up. Where r1 and r2 are ours, they are its tunnel, too.
func speedUp(b *testing.B, folder string, changes ...func(dir string)) *speedLab {
	b.Helper()
	l := &speedLab{b: b, dir: up(b, folder, changes...), networks: map[string]string{}}
	for node, pid := range processes(b, l.dir) {
		number, err := strconv.Atoi(pid)
		if err != nil {
			b.Fatalf("%s is process %q", node, pid)
		}
		l.routers = append(l.routers, number)
		l.networks[node] = "/proc/" + pid + "/ns/net"
	}
	// A Linux node is a thread of the keeper.
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/ns/net", keeperOf(b, l.dir)))
	for _, node := range []string{"h1", "h2", "r1", "r2"} {
		if l.networks[node] != "" {
			continue
		}
		network := strings.TrimSpace(must(b, "exec", l.dir, node, "readlink /proc/self/ns/net"))
		for _, thread := range threads {
			if to, err := os.Readlink(thread); err == nil && to == network {
				l.networks[node] = thread
			}
		}
	}
	l.likeCards(true)
	return l
}

// likeCards makes both ends of all veth pairs send frames, not the long packets
// of the kernel's offloads, and join the ones that arrive, or not.
func (l *speedLab) likeCards(join bool) {
	l.b.Helper()
	for node, network := range l.networks {
		for _, port := range []string{"eth1", "eth2"} {
			if port == "eth2" && strings.HasPrefix(node, "h") {
				continue
			}
			if port == "eth1" && strings.HasPrefix(node, "r") {
				// The routers' joined UDP is cut on its way out; TCP would not even
				// make bursts that can be joined again.
				l.does(node, "ip", "link", "set", port, "gso_max_segs", "1")
			}
			var err error
			inNetwork(l.b, network, func() { err = offloads(port, join) })
			if err != nil {
				l.b.Fatalf("%s of %s: %v", port, node, err)
			}
		}
	}
}

// offloads sets the offloads of a port: a veth joins frames only behind an end
// that does not send long packets.
func offloads(port string, join bool) error {
	var gro uint32
	if join {
		gro = 1
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	for _, set := range []struct{ command, value uint32 }{{unix.ETHTOOL_STSO, 0}, {unix.ETHTOOL_SGRO, gro}} {
		request := struct { // struct ifreq
			name [unix.IFNAMSIZ]byte
			data unsafe.Pointer
			_    [16]byte
		}{data: unsafe.Pointer(&set)}
		copy(request.name[:], port)
		if _, _, e := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.SIOCETHTOOL, uintptr(unsafe.Pointer(&request))); e != 0 {
			return fmt.Errorf("ethtool command %d: %w", set.command, e)
		}
	}
	return nil
}

// command is a command in a node's network, a child of ours: its processor time
// can be asked for.
func (l *speedLab) command(node, program string, args ...string) *exec.Cmd {
	return exec.Command("nsenter", append([]string{"--net=" + l.networks[node], program}, args...)...)
}

func (l *speedLab) does(node, program string, args ...string) {
	l.b.Helper()
	if said, err := l.command(node, program, args...).CombinedOutput(); err != nil {
		l.b.Fatalf("%s: %s %v: %v\n%s", node, program, args, err, said)
	}
}

// joined waits until h1 reaches h2.
func (l *speedLab) joined() {
	l.b.Helper()
	eventually(l.b, time.Minute, "h1 reaches h2", func() (bool, string) {
		said, err := l.command("h1", "ping", "-c", "1", "-W", "1", speedServer).CombinedOutput()
		return err == nil, string(said)
	})
}

// A flow is what came from h1 to h2, in bits or in packets.
type flow struct {
	units   float64       // that arrived
	rate    float64       // of units a second
	routers time.Duration // processor time of the tunnel's two processes
	all     time.Duration // and of both ends of the flow
}

func (f *flow) add(g flow) {
	f.units += g.units
	f.rate += g.rate
	f.routers += g.routers
	f.all += g.all
}

// stream is one TCP connection from h1 to h2 for five seconds. A flow's units are
// bits.
func (l *speedLab) stream() (f flow) {
	b := l.b
	b.Helper()
	server := l.command("h2", "iperf3", "--server", "--one-off", "--forceflush")
	said, err := server.StdoutPipe()
	if err == nil {
		err = server.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	lines := bufio.NewScanner(said)
	for lines.Scan() && !strings.Contains(lines.Text(), "listening") {
	}
	read := make(chan struct{})
	go func() {
		for lines.Scan() { // its report would block it
		}
		close(read)
	}()
	before := l.routersTime()
	client := l.command("h1", "iperf3", "--client", speedServer, "--time", "5", "--congestion", "cubic", "--json")
	output, err := client.Output()
	f.routers = l.routersTime() - before
	if err != nil {
		_ = server.Process.Kill()
		_ = server.Wait()
		b.Fatalf("iperf3: %v\n%s", err, output)
	}
	<-read
	if err := server.Wait(); err != nil {
		b.Fatalf("iperf3 --server: %v", err)
	}
	f.all = f.routers
	for _, end := range []*exec.Cmd{client, server} {
		f.all += end.ProcessState.UserTime() + end.ProcessState.SystemTime()
	}
	var report struct {
		End struct {
			Received struct {
				Octets float64 `json:"bytes"`
				Rate   float64 `json:"bits_per_second"`
			} `json:"sum_received"`
		} `json:"end"`
	}
	if err := json.Unmarshal(output, &report); err != nil {
		b.Fatal(err)
	}
	f.units, f.rate = 8*report.End.Received.Octets, report.End.Received.Rate
	if f.units == 0 || f.routers == 0 {
		b.Fatalf("%v for what arrived:\n%s", f.routers, output)
	}
	return f
}

// routersTime is the processor time that r1 and r2 have spent so far, all
// threads, in the program and in the kernel: the 14th and 15th field of
// /proc/PID/stat, in hundredths of a second.
func (l *speedLab) routersTime() (sum time.Duration) {
	l.b.Helper()
	for _, pid := range l.routers {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			l.b.Fatal(err)
		}
		fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
		for _, f := range fields[11:13] {
			ticks, err := strconv.Atoi(f)
			if err != nil {
				l.b.Fatal(err)
			}
			sum += time.Duration(ticks) * 10 * time.Millisecond
		}
	}
	return sum
}
