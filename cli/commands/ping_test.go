package commands

import (
	"context"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func answering(replies ...Reply) *fakeRouter {
	r := branch()
	r.replies = replies
	return r
}

func echo(rtt time.Duration) Reply { return Reply{From: addr("10.0.0.1"), RTT: rtt, Kind: Echoed} }

func TestPing(t *testing.T) {
	const head = "Type escape sequence to abort.\nSending 5, 100-byte ICMP Echos to 10.0.0.1, timeout is 2 seconds:\n"
	ms := time.Millisecond
	for _, row := range []struct {
		name, line string
		replies    []Reply
		want       string
	}{
		{"all answered", "ping 10.0.0.1", []Reply{echo(ms), echo(4 * ms), echo(2 * ms), echo(ms), echo(2 * ms)}, head + "!!!!!\nSuccess rate is 100 percent (5/5), round-trip min/avg/max = 1/2/4 ms\n"},
		{"first lost", "ping ip 10.0.0.1", []Reply{{}, echo(100 * time.Microsecond)}, head + ".!!!!\nSuccess rate is 80 percent (4/5), round-trip min/avg/max = 1/1/1 ms\n"},
		{"nothing", "ping 10.0.0.1", []Reply{{}}, head + ".....\nSuccess rate is 0 percent (0/5)\n"},
		{"errors", "ping 10.0.0.1", []Reply{{Kind: Unreachable}, {Kind: TimeExceeded}, {Kind: FragNeeded}, {Kind: LocalFailure}, {Kind: Prohibited}}, head + "U&M.U\nSuccess rate is 0 percent (0/5)\n"},
		{"options", "ping 10.0.0.1 source tunnel0 df-bit repeat 2 size 1400 timeout 1", []Reply{echo(ms)},
			"Type escape sequence to abort.\nSending 2, 1400-byte ICMP Echos to 10.0.0.1, timeout is 1 seconds:\nPacket sent with a source address of 10.99.0.1 \nPacket sent with the DF bit set\n!!\nSuccess rate is 100 percent (2/2), round-trip min/avg/max = 1/1/1 ms\n"},
		{"a long one", "ping 10.0.0.1 repeat 75", []Reply{echo(ms)},
			strings.Replace(head, "5,", "75,", 1) + strings.Repeat("!", 70) + "\n!!!!!\nSuccess rate is 100 percent (75/75), round-trip min/avg/max = 1/1/1 ms\n"},
		{"source not ours", "ping 10.0.0.1 source 203.0.113.7", nil, "% Invalid source address- IP address not on any of our up interfaces\n"},
		{"source down", "ping 10.0.0.1 source gi0/9", nil, "% Invalid source interface - IP not enabled or interface is down\n"},
		{"a name", "ping www.example.com", nil, "% Unrecognized host or address, or protocol not running.\n"},
		{"a name of the table", "ping router2", []Reply{echo(ms)}, head + "!!!!!\nSuccess rate is 100 percent (5/5), round-trip min/avg/max = 1/1/1 ms\n"},
		{"a name that the server knows", "ping www", []Reply{{}}, "Translating \"www\"...domain server (10.0.0.53) [OK]\n\n" + head + ".....\nSuccess rate is 0 percent (0/5)\n"},
		{"a name that nobody knows", "ping wwww", nil, "Translating \"wwww\"...domain server (10.0.0.53)\n% Unrecognized host or address, or protocol not running.\n"},
	} {
		r := answering(row.replies...)
		r.names = map[string]Names{
			"router2": {Addresses: []netip.Addr{addr("10.0.0.1")}},
			"www":     {Full: []string{"www.example.com"}, Servers: []netip.Addr{addr("10.0.0.53")}},
			"wwww":    {Full: []string{"wwww"}, Servers: []netip.Addr{addr("10.0.0.53")}},
		}
		if got := output(t, r, row.line); got != row.want {
			t.Errorf("%s: prints\n%swant\n%s", row.name, got, row.want)
		}
	}
}

func TestPingSendsWhatItWasAskedTo(t *testing.T) {
	r := answering(echo(time.Millisecond))
	output(t, r, "ping 10.0.0.1 source 192.0.2.1 repeat 2 size 1400 timeout 7 df-bit")
	want := []Probe{
		{Target: addr("10.0.0.1"), Source: addr("192.0.2.1"), Size: 1400, DF: true, Timeout: 7 * time.Second},
		{Target: addr("10.0.0.1"), Source: addr("192.0.2.1"), Size: 1400, DF: true, Timeout: 7 * time.Second, Seq: 1},
	}
	if len(r.probes) != 2 || r.probes[0] != want[0] || r.probes[1] != want[1] {
		t.Errorf("%+v", r.probes)
	}
}

func TestPingStopsWhenInterrupted(t *testing.T) {
	r := answering(echo(time.Millisecond))
	s := newFakeSession(r)
	ctx, cancel := context.WithCancel(context.Background())
	s.ctx = ctx
	r.onProbe = func() {
		if len(r.probes) == 3 {
			cancel()
		}
	}
	if err := s.run(t, "ping 10.0.0.1 repeat 1000"); err != nil {
		t.Fatal(err)
	}
	if got := s.out.String(); !strings.HasSuffix(got, "seconds:\n!!\nSuccess rate is 100 percent (2/2), round-trip min/avg/max = 1/1/1 ms\n") {
		t.Errorf("it prints %q", got)
	}
}

func TestPingDialogue(t *testing.T) {
	r := answering(echo(time.Millisecond))
	got := output(t, r, "ping", "", "10.0.0.1", "2", "", "1", "y", "Tunnel0", "yes", "n")
	want := `Protocol [ip]: 
Target IP address: 10.0.0.1
Repeat count [5]: 2
Datagram size [100]: 
Timeout in seconds [2]: 1
Extended commands [n]: y
Source address or interface: Tunnel0
Set DF bit in IP header? [no]: yes
Sweep range of sizes [n]: n
Type escape sequence to abort.
Sending 2, 100-byte ICMP Echos to 10.0.0.1, timeout is 1 seconds:
Packet sent with a source address of 10.99.0.1 
Packet sent with the DF bit set
!!
Success rate is 100 percent (2/2), round-trip min/avg/max = 1/1/1 ms
`
	if got != want {
		t.Errorf("it prints\n%s", got)
	}
	r = answering(echo(time.Millisecond))
	got = output(t, r, "ping", "ip", "10.0.0.1", "1", "", "", "", "y", "1400", "1402", "")
	if !strings.Contains(got, "Sending 3, [1400..1402]-byte ICMP Echos to 10.0.0.1") || len(r.probes) != 3 || r.probes[2].Size != 1402 {
		t.Errorf("a sweep prints\n%s", got)
	}
}

func TestPingDialogueRefusesNonsense(t *testing.T) {
	for _, row := range []struct {
		answers []string
		want    string
	}{
		{[]string{"appletalk"}, "% Unknown protocol - \"appletalk\", type \"ping ?\" for help\n"},
		{[]string{"", ""}, "% Bad IP address or host name\n"},
		{[]string{"", "2001:db8::1"}, "% Bad IP address or host name\n"},
		{[]string{"", "10.0.0.1", "0"}, "% A decimal number between 1 and 2147483647.\n"},
		{[]string{"", "10.0.0.1", "", "99999999999999999999"}, "% A decimal number between 36 and 18024.\n"},
		{[]string{"", "10.0.0.1", "", "", "", "y", "8.8.8.8"}, "% Invalid source address- IP address not on any of our up interfaces\n"},
		{[]string{"", "10.0.0.1", "", "", "", "y", "moon1"}, "% Invalid source. Must use IP address or interface name\n"},
	} {
		if got := output(t, answering(), "ping", row.answers...); !strings.HasSuffix(got, row.want) {
			t.Errorf("%q: prints %q", row.answers, got)
		}
	}
}

func TestTraceroute(t *testing.T) {
	hop := func(from string, ms int) Reply {
		return Reply{From: addr(from), RTT: time.Duration(ms) * time.Millisecond, Kind: TimeExceeded}
	}
	r := answering(hop("10.0.0.1", 8), hop("10.0.0.1", 15), hop("10.0.0.1", 8), Reply{}, Reply{}, Reply{},
		hop("10.0.3.1", 1), Reply{}, hop("10.0.3.2", 2), echo(3*time.Millisecond))
	const head = "Type escape sequence to abort.\nTracing the route to 172.16.0.1\nVRF info: (vrf in name/id, vrf out name/id)\n"
	want := head + "  1 10.0.0.1 8 msec 15 msec 8 msec\n  2  *  *  * \n  3 10.0.3.1 1 msec  * 10.0.3.2 2 msec\n  4 10.0.0.1 3 msec 3 msec 3 msec\n"
	if got := output(t, r, "traceroute 172.16.0.1"); got != want {
		t.Errorf("it prints\n%swant\n%s", got, want)
	}
	for i, p := range r.probes {
		if p.TTL != i/3+1 || p.Seq != i {
			t.Errorf("probe %d: %+v", i, p)
		}
	}
	r = answering(Reply{From: addr("10.0.0.1"), Kind: Unreachable})
	if got := output(t, r, "traceroute 172.16.0.1 probe 1 ttl 2 5 source Tunnel0"); got != head+"  2 10.0.0.1 !H\n" || r.probes[0].Source != addr("10.99.0.1") {
		t.Errorf("unreachable: %q", got)
	}
	r = answering(Reply{})
	if got := output(t, r, "traceroute 172.16.0.1"); strings.Count(got, "\n") != 33 {
		t.Errorf("nobody there: %d lines", strings.Count(got, "\n"))
	}
}
