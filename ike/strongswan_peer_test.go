package ike

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"weft/dataplane/esp"
)

// A strongSwan of Debian's in a network namespace, and an engine of ours in
// another one, with UDP sockets and the clock of the world.

const (
	ourAddress   = "10.66.0.1"
	theirAddress = "10.66.0.2"
	patienceOf   = 60 * time.Second // with a machine that is busy
)

type bench struct {
	t       *testing.T
	dir     string
	peer    int // process id of strongSwan
	uri     string
	engine  *Engine
	sockets map[uint16]*net.UDPConn
	packets chan Receive
	data    chan []byte // ESP in UDP
	in, out map[uint32]esp.Parameters
	current uint32
	secured map[Pair]bool
	downs   []Reason
	events  []Event
	seen    map[uint8]int // messages by exchange
	silent  bool          // the data plane hears nothing
	stop    func()        // strongSwan
	names   [2]string     // lines about strongSwan's identity and ours
	version int
}

// strongswan brings both up. settings go into strongswan.conf.
func strongswan(t *testing.T, settings string) *bench {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: namespaces need root")
	}
	for _, tool := range []string{"charon-systemd", "swanctl", "ip", "nsenter"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("SKIPPED: %s is missing (apt-get install charon-systemd strongswan-swanctl libcharon-extra-plugins)", tool)
		}
	}
	if _, err := os.Stat("/usr/lib/ipsec/plugins/libstrongswan-kernel-libipsec.so"); err != nil {
		t.Skip("SKIPPED: strongSwan's own ESP is missing (apt-get install libcharon-extra-plugins)")
	}
	runtime.LockOSThread() // never unlocked: the thread, and its namespace, end with the test
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		t.Fatal(err)
	}
	b := &bench{
		t: t, dir: t.TempDir(), sockets: map[uint16]*net.UDPConn{}, packets: make(chan Receive, 1000), data: make(chan []byte, 1000),
		in: map[uint32]esp.Parameters{}, out: map[uint32]esp.Parameters{}, secured: map[Pair]bool{}, seen: map[uint8]int{}, version: 2,
	}
	b.uri = "unix://" + filepath.Join(b.dir, "vici")
	b.write("strongswan.conf", fmt.Sprintf(`
charon-systemd {
	load = random nonce aes des sha1 sha2 md5 hmac kdf gcm openssl gmp socket-default kernel-libipsec kernel-netlink vici
	install_virtual_ip = no
	retransmit_timeout = 1
	retransmit_tries = 4
	plugins {
		vici { socket = %s }
		kernel-libipsec { allow_peer_ts = yes }
		kernel-netlink { fwmark = !0x42 }
		socket-default { fwmark = 0x42 }
	}
	filelog {
		log {
			path = %s
			default = 1
			ike = 2
			cfg = 1
			enc = 1
			flush_line = yes
		}
	}
%s
}
`, b.uri, filepath.Join(b.dir, "log"), settings))
	b.start()
	for _, p := range []uint16{port, natPort} {
		c, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(ourAddress), p)))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		b.sockets[p] = c
		go b.read(p, c)
	}
	return b
}

func (b *bench) write(name, text string) string {
	path := filepath.Join(b.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		b.t.Fatal(err)
	}
	return path
}

// start starts strongSwan in a namespace of its own, with a cable to ours.
func (b *bench) start() {
	t := b.t
	ctx, cancel := context.WithCancel(context.Background())
	c := exec.CommandContext(ctx, "sh", "-c", "read go && exec charon-systemd")
	c.Env = append(os.Environ(), "STRONGSWAN_CONF="+filepath.Join(b.dir, "strongswan.conf"))
	c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	begin, err := c.StdinPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	b.stop = func() {
		cancel()
		_ = c.Wait()
	}
	t.Cleanup(func() {
		b.stop()
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(b.dir, "log"))
			lines := slices.DeleteFunc(strings.Split(string(log), "\n"), func(l string) bool { return strings.Contains(l, "vici client") })
			t.Logf("strongSwan says:\n%s", strings.Join(lines[max(0, len(lines)-120):], "\n"))
		}
	})
	b.peer = c.Process.Pid
	pid := fmt.Sprint(b.peer)
	inside := []string{"nsenter", "-t", pid, "-n", "ip"}
	b.run("ip", "link", "set", "lo", "up")
	b.run("ip", "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", pid)
	b.run("ip", "address", "add", ourAddress+"/24", "dev", "eth0")
	b.run("ip", "link", "set", "eth0", "up")
	b.run(append(inside, "link", "set", "lo", "up")...)
	b.run(append(inside, "address", "add", theirAddress+"/24", "dev", "eth0")...)
	b.run(append(inside, "link", "set", "eth0", "up")...)
	if _, err := io.WriteString(begin, "go\n"); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(patienceOf); ; {
		if conn, err := net.Dial("unix", strings.TrimPrefix(b.uri, "unix://")); err == nil {
			conn.Close()
			return
		}
		if time.Now().After(end) {
			t.Fatal("strongSwan does not start")
		}
		b.pause(20 * time.Millisecond)
	}
}

func (b *bench) pause(d time.Duration) {
	timer := time.NewTimer(d)
	<-timer.C
}

func (b *bench) run(args ...string) string {
	b.t.Helper()
	out, err := exec.Command(args[0], args[1:]...).CombinedOutput()
	if err != nil {
		b.t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// configure loads a connection into strongSwan.
func (b *bench) configure(connection, child, secret string) {
	b.t.Helper()
	file := b.write("swanctl.conf", fmt.Sprintf(`
connections {
	weft {
		version = %d
		local_addrs = %s
		remote_addrs = %s
		mobike = no
		%s
		local {
			auth = psk
			%s
		}
		remote {
			auth = psk
			%s
		}
		children {
			gre {
				mode = tunnel
				local_ts = %s/32[gre]
				remote_ts = %s/32[gre]
				%s
			}
		}
	}
}
secrets { ike-weft { secret = %q } }
`, b.version, theirAddress, ourAddress, connection, b.names[0], b.names[1], theirAddress, ourAddress, child, secret))
	b.swanctl("--load-all", "--noprompt", "--file", file)
}

func (b *bench) swanctl(args ...string) string {
	b.t.Helper()
	return b.run(append(append([]string{"swanctl"}, args...), "--uri", b.uri)...)
}

// begin lets strongSwan begin, without waiting for the end of it.
func (b *bench) begin(args ...string) {
	b.t.Helper()
	c := exec.Command("swanctl", append(args, "--uri", b.uri)...)
	if err := c.Start(); err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
}

func (b *bench) read(p uint16, c *net.UDPConn) {
	local := netip.AddrPortFrom(netip.MustParseAddr(ourAddress), p)
	for {
		packet := make([]byte, 65536)
		n, from, err := c.ReadFromUDPAddrPort(packet)
		if err != nil {
			return
		}
		packet = packet[:n]
		if p == natPort {
			if n < 4 {
				continue
			}
			if [4]byte(packet) != [4]byte{} {
				b.data <- packet
				continue
			}
			packet = packet[4:]
		}
		b.packets <- Receive{Local: local, From: netip.AddrPortFrom(from.Addr().Unmap(), from.Port()), Packet: packet}
	}
}

// ours starts our engine.
func (b *bench) ours(c Config) {
	b.engine = New(rand.Reader)
	b.do(b.engine.Step(time.Now(), Configure{c}))
}

func (b *bench) step(in In) { b.do(b.engine.Step(time.Now(), in)) }

func (b *bench) do(outs []Out) {
	for _, o := range outs {
		switch o := o.(type) {
		case Send:
			packet := o.Packet
			if o.Local.Port() == natPort {
				packet = append(make([]byte, 4), packet...)
			}
			_, _ = b.sockets[o.Local.Port()].WriteToUDPAddrPort(packet, o.To)
		case Compute:
			result, err := o.Work.Do()
			in := Computed{ID: o.ID, Result: result}
			if err != nil {
				in = Computed{ID: o.ID, Err: err.Error()}
			}
			b.step(in)
		case Install:
			if o.Inbound {
				b.in[o.SPI] = o.Parameters
			} else {
				b.out[o.SPI] = o.Parameters
			}
		case Outbound:
			b.current = o.SPI
		case Remove:
			if o.Inbound {
				delete(b.in, o.SPI)
			} else {
				delete(b.out, o.SPI)
			}
		case Secured:
			b.secured[o.Pair] = true
		case Unsecured:
			delete(b.secured, o.Pair)
			b.downs = append(b.downs, o.Reason)
		case Ask:
			if h := (Heard{SPI: o.Inbound}); b.silent {
				b.step(h)
			} else {
				h.In = time.Now()
				b.step(h)
			}
		case Log:
			b.events = append(b.events, o.Event)
		}
	}
}

// until drives the engine until something is so.
func (b *bench) until(what string, so func() bool) {
	b.t.Helper()
	end := time.After(patienceOf)
	tick := time.NewTicker(50 * time.Millisecond) // conditions about strongSwan come from outside
	defer tick.Stop()
	for !so() {
		var due <-chan time.Time
		if at := b.engine.Deadline(); !at.IsZero() {
			due = time.After(max(0, time.Until(at)))
		}
		select {
		case m := <-b.packets:
			if h, ok := decodeHeader(m.Packet); ok {
				b.seen[h.exchange]++
			}
			b.step(m)
		case <-due:
			b.do(b.engine.Tick(time.Now()))
		case <-tick.C:
		case <-end:
			b.t.Fatalf("not so: %s\nstate %+v\nevents %+v", what, b.engine.State(), b.events)
		}
	}
}

// gre sends a packet by our outbound association and tells whether strongSwan
// takes it: it counts those that it has decrypted.
func (b *bench) gre() {
	b.t.Helper()
	before := b.received()
	p, ok := b.out[b.current]
	if !ok {
		b.t.Fatal("no association to send by")
	}
	out, err := esp.NewOutbound(p)
	if err != nil {
		b.t.Fatal(err)
	}
	packet, err := sealed(out, p)
	if err != nil {
		b.t.Fatal(err)
	}
	b.until("strongSwan decrypts what we send", func() bool {
		_, _ = b.sockets[natPort].WriteToUDPAddrPort(packet, netip.AddrPortFrom(netip.MustParseAddr(theirAddress), natPort))
		return b.received() != before
	})
}

// received is strongSwan's count of inbound packets.
func (b *bench) received() string {
	var in []string
	for line := range strings.Lines(b.swanctl("--list-sas")) {
		if f := strings.Fields(line); len(f) > 4 && f[0] == "in" {
			in = append(in, f[1]+f[2]+f[3]+f[4])
		}
	}
	return strings.Join(in, " ")
}

// sealed makes an ESP packet around a GRE packet.
func sealed(out *esp.Outbound, p esp.Parameters) ([]byte, error) {
	gre := []byte{0, 0, 8, 0}
	header := []byte{0x45, 0, 0, 24, 0, 0, 0, 0, 64, 47, 0, 0}
	header = append(append(header, p.Local.Addr().AsSlice()...), p.Peer.Addr().AsSlice()...)
	sum := uint32(0)
	for i := 0; i < 20; i += 2 {
		sum += uint32(header[i])<<8 | uint32(header[i+1])
	}
	sum = sum>>16 + sum&0xffff
	header[10], header[11] = byte(^sum>>8), byte(^sum)
	inner := append(header, gre...)
	b := make([]byte, 100+len(inner), 400)
	copy(b[100:], inner)
	packet, fault := out.Seal(b, 100, 4, esp.Header{})
	if fault != 0 {
		return nil, errors.New(fault.String())
	}
	return packet[28:], nil // the socket puts IP and UDP before it
}

// configPeer is ours, for strongSwan: tunnel mode, which its ESP knows alone.
func configPeer(secret string) Config {
	c := config2(ourAddress, secret)
	c.Endpoints[0].IPsec.Transforms[0].Transport = false
	return c
}

func peerPair() Pair { return Pair{"Tunnel0", at(theirAddress)} }
