package main

import (
	"net/netip"
	"testing"

	"golang.org/x/net/icmp"
	"golang.org/x/net/ipv4"

	"weft/cli/commands"
)

var target = netip.MustParseAddr("192.0.2.1")

// quoted is the start of our request as an ICMP error carries it.
func quoted(t testing.TB, id, seq int) []byte {
	t.Helper()
	echo, err := (&icmp.Message{Type: ipv4.ICMPTypeEcho, Body: &icmp.Echo{ID: id, Seq: seq}}).Marshal(nil)
	if err != nil {
		t.Fatal(err)
	}
	h := ipv4.Header{Version: 4, Len: 20, TotalLen: 28, TTL: 1, Protocol: 1, Src: netip.MustParseAddr("198.51.100.1").AsSlice(), Dst: target.AsSlice()}
	wire, err := h.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return append(wire, echo...)
}

func message(t testing.TB, kind icmp.Type, code int, body icmp.MessageBody) []byte {
	t.Helper()
	b, err := (&icmp.Message{Type: kind, Code: code, Body: body}).Marshal(nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestICMPAnswersAreToldApart(t *testing.T) {
	const id, seq = 77, 3
	for _, c := range []struct {
		what string
		b    []byte
		want commands.ReplyKind
		ours bool
	}{
		{"an echo reply", message(t, ipv4.ICMPTypeEchoReply, 0, &icmp.Echo{ID: id, Seq: seq}), commands.Echoed, true},
		{"an echo reply to somebody else", message(t, ipv4.ICMPTypeEchoReply, 0, &icmp.Echo{ID: id + 1, Seq: seq}), 0, false},
		{"our own request", message(t, ipv4.ICMPTypeEcho, 0, &icmp.Echo{ID: id, Seq: seq}), 0, false},
		{"time exceeded", message(t, ipv4.ICMPTypeTimeExceeded, 0, &icmp.TimeExceeded{Data: quoted(t, id, seq)}), commands.TimeExceeded, true},
		{"time exceeded for another", message(t, ipv4.ICMPTypeTimeExceeded, 0, &icmp.TimeExceeded{Data: quoted(t, id, seq+1)}), 0, false},
		{"host unreachable", message(t, ipv4.ICMPTypeDestinationUnreachable, 1, &icmp.DstUnreach{Data: quoted(t, id, seq)}), commands.Unreachable, true},
		{"fragmentation needed", message(t, ipv4.ICMPTypeDestinationUnreachable, 4, &icmp.DstUnreach{Data: quoted(t, id, seq)}), commands.FragNeeded, true},
		{"prohibited", message(t, ipv4.ICMPTypeDestinationUnreachable, 13, &icmp.DstUnreach{Data: quoted(t, id, seq)}), commands.Prohibited, true},
		{"nothing", nil, 0, false},
	} {
		got, ours := understand(c.b, target, id, seq)
		if ours != c.ours || ours && got != c.want {
			t.Errorf("%s: %v, %v, want %v, %v", c.what, got, ours, c.want, c.ours)
		}
	}
}

func FuzzUnderstand(f *testing.F) {
	f.Add(message(f, ipv4.ICMPTypeTimeExceeded, 0, &icmp.TimeExceeded{Data: quoted(f, 1, 1)}))
	f.Add([]byte{0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) { understand(b, target, 1, 1) })
}
