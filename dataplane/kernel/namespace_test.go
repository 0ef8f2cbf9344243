package kernel

import (
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// newNamespace moves the test into a network namespace of its own, which ends
// with the test's thread.
func newNamespace(t testing.TB) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("NOT TESTED: needs root, to make a network namespace")
	}
	runtime.LockOSThread() // never unlocked: the thread ends with the test
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		t.Skipf("NOT TESTED: no network namespace: %v", err)
	}
}

// run runs a shell command in the namespace and returns its output.
func run(t testing.TB, command string) string {
	t.Helper()
	out, err := exec.Command("sh", "-ec", command).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
	return string(out)
}

// lines are the trimmed lines of a command's output.
func lines(t testing.TB, command string) (all []string) {
	t.Helper()
	for line := range strings.Lines(run(t, command)) {
		all = append(all, strings.Join(strings.Fields(line), " "))
	}
	return all
}

func wantLines(t testing.TB, command string, want ...string) {
	t.Helper()
	if got := lines(t, command); !slices.Equal(got, want) {
		t.Errorf("%s:\n%s\nwant:\n%s", command, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// patience is how many seconds without any change mean that none will come.
const patience = 10

// until waits for the kernel to be as condition says, looking again whenever
// it tells of a change.
func until(t testing.TB, condition func() (what string, met bool)) {
	t.Helper()
	socket, err := nl.Subscribe(unix.NETLINK_ROUTE, unix.RTNLGRP_LINK, unix.RTNLGRP_IPV4_IFADDR, unix.RTNLGRP_IPV4_ROUTE,
		unix.RTNLGRP_IPV4_RULE, unix.RTNLGRP_IPV6_IFADDR, unix.RTNLGRP_IPV6_ROUTE)
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	if err := socket.SetReceiveTimeout(&unix.Timeval{Sec: patience}); err != nil {
		t.Fatal(err)
	}
	for {
		what, met := condition()
		if met {
			return
		}
		if _, _, err := socket.Receive(); err != nil {
			t.Fatalf("not so %d s after the last change: %s", patience, what)
		}
	}
}

// journal keeps the events of a Kernel.
type journal struct {
	mu     sync.Mutex // guards events
	events []Event
	news   chan struct{}
}

func newJournal() *journal { return &journal{news: make(chan struct{}, 1)} }

func (j *journal) add(e Event) {
	j.mu.Lock()
	j.events = append(j.events, e)
	j.mu.Unlock()
	select {
	case j.news <- struct{}{}:
	default:
	}
}

func (j *journal) faults() (all []Fault) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, e := range j.events {
		if f, is := e.(Fault); is {
			all = append(all, f)
		}
	}
	return all
}

// wait waits for a port to be told of as condition says.
func (j *journal) wait(t testing.TB, name string, condition func(Port) bool) Port {
	t.Helper()
	for deadline := time.After(patience * time.Second); ; {
		j.mu.Lock()
		for i := len(j.events) - 1; i >= 0; i-- {
			if p, is := j.events[i].(Port); is && p.Name == name {
				if condition(p) {
					j.mu.Unlock()
					return p
				}
				break
			}
		}
		j.mu.Unlock()
		select {
		case <-j.news:
		case <-deadline:
			t.Fatalf("no such news of %s: %v", name, j.events)
		}
	}
}

// open opens a Kernel on eth1 and eth2, and at the end of the test checks that
// nothing went wrong.
func open(t testing.TB, state string) (*Kernel, *journal) {
	t.Helper()
	j := newJournal()
	k, err := Open(Options{Ports: map[string]string{"eth1": "GigabitEthernet0/1", "eth2": "GigabitEthernet0/2"}, State: state, Events: j.add})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		k.stop(false)
		if t.Failed() {
			return
		}
		for _, f := range j.faults() {
			t.Errorf("fault: %s: %v", f.What, f.Err)
		}
	})
	return k, j
}

// twoPorts makes eth1 and eth2, down, and what they are connected to.
const twoPorts = `
	ip link add eth1 address 02:00:00:00:00:01 type veth peer name far1 address 02:00:00:00:01:01
	ip link add eth2 address 02:00:00:00:00:02 type veth peer name far2 address 02:00:00:00:01:02
	sysctl -qw net.ipv6.conf.far1.addr_gen_mode=1 net.ipv6.conf.far2.addr_gen_mode=1
	ip link set far1 up; ip link set far2 up`
