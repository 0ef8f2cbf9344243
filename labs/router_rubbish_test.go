package labs

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"weft/nhrp"
)

// sendArgument makes the test binary a sender of GRE, for a lab's Linux nodes:
// "labs.test send-gre DESTINATION WHAT".
const sendArgument = "send-gre"

func init() {
	if len(os.Args) != 4 || os.Args[1] != sendArgument {
		return
	}
	if err := sendGRE(os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func sendGRE(to, what string) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.IPPROTO_GRE)
	if err != nil {
		return fmt.Errorf("raw socket: %w", err)
	}
	defer unix.Close(fd)
	var packets [][]byte
	switch what {
	case "counted":
		for _, r := range countedRubbish {
			packets = append(packets, r.packet)
		}
	case "random":
		packets = randomRubbish()
	default:
		return fmt.Errorf("what is %q?", what)
	}
	for _, p := range packets {
		if err := unix.Sendto(fd, p, 0, &unix.SockaddrInet4{Addr: netip.MustParseAddr(to).As4()}); err != nil {
			return fmt.Errorf("sending %d octets: %w", len(p), err)
		}
	}
	return nil
}

// keyed is a GRE packet for the lab's tunnels, which have the key 100.
func keyed(protocol uint16, payload ...byte) []byte {
	return append([]byte{0x20, 0, byte(protocol >> 8), byte(protocol), 0, 0, 0, 100}, payload...)
}

const ipv4, nhrpType = 0x0800, 0x2001

// innerIPv4 is an IPv4 packet of UDP's that is size octets long.
func innerIPv4(from, to string, size int) []byte {
	b := make([]byte, size)
	b[0], b[8], b[9] = 0x45, 64, 17
	binary.BigEndian.PutUint16(b[2:], uint16(size))
	copy(b[12:], netip.MustParseAddr(from).AsSlice())
	copy(b[16:], netip.MustParseAddr(to).AsSlice())
	binary.BigEndian.PutUint16(b[10:], sumOf(b[:20]))
	return b
}

// sumOf is the Internet's checksum, RFC 1071.
func sumOf(b []byte) uint16 {
	var sum uint32
	for i := 0; i+1 < len(b); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(b[i:]))
	}
	if len(b)%2 == 1 {
		sum += uint32(b[len(b)-1]) << 8
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}

// registration is a Registration Request without the authentication that the
// lab's hub asks for.
func registration() []byte {
	p := nhrp.Packet{Type: nhrp.RegistrationRequest, HopCount: 255, Underlay: nhrp.IPv4, Overlay: nhrp.IPv4,
		SourceNBMA: netip.MustParseAddr("192.0.2.254"), Source: netip.MustParseAddr("10.0.0.77"), Destination: netip.MustParseAddr(hubTunnel),
		RequestID: 7, CIEs: []nhrp.CIE{{PrefixLength: 32, MTU: 17916, HoldingTime: 600}}}
	b, err := p.Encode()
	if err != nil {
		panic(err)
	}
	return b
}

// with is b with one octet changed, and its NHRP checksum made right again if
// the change is not to it.
func with(b []byte, at int, to byte) []byte {
	b = slices.Clone(b)
	b[at] = to
	if at != 12 && at != 13 {
		b[12], b[13] = 0, 0
		binary.BigEndian.PutUint16(b[12:], sumOf(b))
	}
	return b
}

// countedRubbish is what a hub must count, each under its name.
var countedRubbish = []struct {
	packet              []byte
	socket, tunnel, nhr string // the counter: of no tunnel, of Tunnel0, of its NHRP
}{
	{packet: nil, socket: "truncated"},
	{packet: []byte{0, 0, 8}, socket: "truncated"},
	{packet: []byte{0x20, 0, 8, 0}, socket: "truncated"}, // where is the key?
	{packet: []byte{0x20, 1, 8, 0, 0, 0, 0, 100}, socket: "GRE version"},
	{packet: []byte{0x60, 0, 8, 0, 0, 0, 0, 100}, socket: "GRE flags"},
	{packet: []byte{0xa0, 0, 8, 0, 1, 2, 0, 0, 0, 0, 0, 100}, socket: "GRE checksum"},
	{packet: []byte{0x20, 0, 8, 0, 0, 0, 0, 99, 0x45}, socket: "no tunnel"},
	{packet: []byte{0, 0, 8, 0, 0x45}, socket: "no tunnel"},
	{packet: keyed(0x88be, 1, 2, 3), tunnel: "unknown GRE protocol"},
	{packet: keyed(ipv4), tunnel: "not IPv4"},
	{packet: keyed(ipv4, 0x60, 0, 0, 0), tunnel: "not IPv4"},
	{packet: keyed(ipv4, 0x45, 0, 0, 20), tunnel: "truncated"},
	{packet: keyed(ipv4, innerIPv4("10.0.0.77", hubTunnel, 1000)[:900]...), tunnel: "truncated"},
	{packet: keyed(ipv4, innerIPv4(hubTunnel, "172.16.0.10", 100)...), tunnel: "own source address"},
	{packet: keyed(ipv4, innerIPv4("10.0.0.77", "172.16.0.10", 60000)...)}, // as large as it gets, and good
	{packet: keyed(nhrpType), nhr: "packet truncated"},
	{packet: keyed(nhrpType, registration()[:30]...), nhr: "bad packet size"},
	{packet: keyed(nhrpType, slices.Concat(registration(), make([]byte, 60000))...), nhr: "authentication failure"}, // padded
	{packet: keyed(nhrpType, with(registration(), 13, registration()[13]^1)...), nhr: "bad checksum"},
	{packet: keyed(nhrpType, with(registration(), 16, 2)...), nhr: "bad version"},
	{packet: keyed(nhrpType, with(registration(), 17, 99)...), nhr: "unknown packet type"},
	{packet: keyed(nhrpType, registration()...), nhr: "authentication failure"},
}

// randomRubbish is noise behind less and less noisy headers.
func randomRubbish() (packets [][]byte) {
	random := rand.New(rand.NewChaCha8([32]byte{3}))
	good := registration()
	for range 500 {
		noise := make([]byte, random.IntN(1400))
		for i := range noise {
			noise[i] = byte(random.Uint32())
		}
		at := random.IntN(len(good))
		packets = append(packets, noise, keyed(uint16(random.Uint32()), noise...), keyed(ipv4, noise...), keyed(nhrpType, noise...),
			keyed(nhrpType, with(good, at, byte(random.Uint32()))...), keyed(nhrpType, good[:at]...))
	}
	return packets
}

func TestRubbishInGREIsCountedAndDoesNoHarm(t *testing.T) {
	dir := up(t, phase1)
	shows(t, 12*time.Second, dir, "hub", bothUp...)
	before := processes(t, dir)
	send := func(what string) {
		t.Helper()
		must(t, "exec", dir, "isp", fmt.Sprintf("%s %s %s %s", os.Args[0], sendArgument, hubNBMA, what))
	}
	send("counted")

	socket, tunnel, control := map[string]int{}, map[string]int{}, map[string]int{}
	var malformed, foreign int
	for _, r := range countedRubbish {
		socket[r.socket]++
		tunnel[r.tunnel]++
		control[r.nhr]++
		switch r.tunnel {
		case "truncated":
			malformed++
		case "not IPv4", "unknown GRE protocol":
			foreign++
		}
	}
	counts := func(command, title string, want map[string]int) {
		t.Helper()
		eventually(t, 5*time.Second, fmt.Sprintf("%s counts %v", title, want), func() (bool, string) {
			text := must(t, "exec", dir, "hub", command)
			_, section, _ := strings.Cut(text, title)
			if next := strings.Index(section, "statistics:"); next >= 0 {
				section = section[:next]
			}
			for name, n := range want {
				if name != "" && !strings.Contains(section, fmt.Sprintf("         %d %s\n", n, name)) {
					return false, text
				}
			}
			return true, text
		})
	}
	counts("show ip traffic", "\nGRE statistics:\n", socket)
	counts("show ip traffic", "\nTunnel0 drops:\n", tunnel)
	counts("show ip nhrp traffic", "Tunnel0:", control)
	text := must(t, "exec", dir, "hub", "show interfaces Tunnel0")
	for _, want := range []string{
		fmt.Sprintf("     %d input errors,", malformed),
		fmt.Sprintf("     %d unknown protocol drops\n", foreign),
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}

	send("random")
	// Who claims an address of the tunnel's network and was refused is listed for a while, and
	// nothing else has changed.
	eventually(t, 12*time.Second, "hub has its clients, and others only as unknown", func() (bool, string) {
		known, text := peers(t, dir, "hub")
		known = slices.DeleteFunc(known, func(p peer) bool {
			return p.nbma == "UNKNOWN" && strings.HasPrefix(p.tunnel, "10.0.0.") && p.state == "NHRP" && p.attributes == "IX"
		})
		return slices.Equal(known, bothUp), text
	})
	if got := must(t, "exec", dir, "pc1", "ping -c 1 -W 2 "+pc2Address); !strings.Contains(got, " 0% packet loss") {
		t.Errorf("pc1 to pc2:\n%s", got)
	}
	if after := processes(t, dir); after["hub"] != before["hub"] {
		t.Errorf("the hub was process %s and is %s", before["hub"], after["hub"])
	}
}
