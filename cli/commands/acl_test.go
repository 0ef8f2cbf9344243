package commands

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"weft/cli/config"
	"weft/routing/policy"
)

// Entries are numbered by ten, stand where their number says, and are written
// in one way.
func TestAccessListsAreEditedAsOnIOS(t *testing.T) {
	for _, c := range []struct{ typed, stored string }{
		{"access-list 10 permit 10.0.0.5 0.0.0.255\naccess-list 10 deny any log\naccess-list 10 permit 10.0.0.9 0.0.0.0",
			"ip access-list standard 10\n 10 permit 10.0.0.0 0.0.0.255\n 20 deny any log\n 30 permit 10.0.0.9\n"},
		{"access-list 1300 permit host 192.0.2.1\naccess-list 1300 permit 0.0.0.0 255.255.255.255",
			"ip access-list standard 1300\n 10 permit 192.0.2.1\n 20 permit any\n"},
		{"ip access-list extended GUARD\npermit tcp any host 192.0.2.1 eq 80\npermit udp any range 67 68 any eq 500 4500\n15 deny 88 any any\n" +
			"permit tcp 10.9.9.9 0.255.255.255 gt 1023 any established log-input",
			"ip access-list extended GUARD\n 10 permit tcp any host 192.0.2.1 eq www\n 15 deny eigrp any any\n" +
				" 20 permit udp any range bootps bootpc any eq isakmp non500-isakmp\n 30 permit tcp 10.0.0.0 0.255.255.255 gt 1023 any established log-input\n"},
		{"ip access-list ext 100\npermit icmp any any echo-r\npermit icmp any any 3 4\ndeny ip any any dscp 46\ndeny ip any any prec 5 fragments",
			"ip access-list extended 100\n 10 permit icmp any any echo-reply\n 20 permit icmp any any 3 4\n 30 deny ip any any dscp ef\n 40 deny ip any any precedence critical fragments\n"},
		{"ip access-list standard X\nremark the first\npermit 10.0.0.1\nremark the next\nremark and again\ndeny any",
			"ip access-list standard X\n 10 remark the first\n 10 permit 10.0.0.1\n 20 remark the next\n 20 remark and again\n 20 deny any\n"},
		// What is there already is not said twice, and what is removed is found by either name.
		{"ip access-list standard X\npermit host 10.0.0.1\npermit 10.0.0.1\n10 permit 10.0.0.1 0.0.0.0\npermit 10.0.0.2\npermit 10.0.0.3\nno 20\nno permit 10.0.0.3 0.0.0.0",
			"ip access-list standard X\n 10 permit 10.0.0.1\n"},
		{"access-list 5 permit any\nno access-list 5 permit any", ""},
		{"access-list 105 permit ip any any\nno access-list 105", ""},
		{"ip access-list standard X\n1 permit 10.0.0.1\n2 permit 10.0.0.2\nremark last\nip access-list resequence X",
			"ip access-list standard X\n 10 permit 10.0.0.1\n 20 permit 10.0.0.2\n 30 remark last\n"},
		{"ip access-list standard X\npermit 10.0.0.1\npermit 10.0.0.2\nip access-list reseq X 100 5",
			"ip access-list standard X\n 100 permit 10.0.0.1\n 105 permit 10.0.0.2\n"},
	} {
		s := configures(t, c.typed)
		if got := strings.ReplaceAll(s.text(), "!\n", ""); got != c.stored {
			t.Errorf("%s\nis stored as\n%s\nnot as\n%s", c.typed, got, c.stored)
		}
	}
}

func TestAccessListsRefuseWhatContradicts(t *testing.T) {
	const before = "ip access-list extended GUARD\n10 permit ip host 10.0.0.1 any\n20 permit ip any any\nexit\nip access-list standard X"
	for _, c := range []struct{ section, line, answer string }{
		{"ip access-list extended GUARD", "10 deny ip any any", "% Duplicate sequence number\n% Failed to add ace"},
		{"ip access-list extended GUARD", "30 permit ip any any", "% Duplicate entry exists at sequence 20"},
		{"ip access-list extended GUARD", "permit 10.0.0.1", "permit 10.0.0.1\n         ^"},
		{"ip access-list standard X", "permit ip any any", "permit ip any any\n       ^"},
		{"", "ip access-list standard GUARD", "% A named Extended IP access list with this name already exists"},
		{"", "ip access-list extended 7up", "% Invalid access list name."},
		{"", "access-list 100 permit 10.0.0.1", "access-list 100 permit 10.0.0.1\n                         ^"},
		{"", "access-list 200 permit any", "access-list 200 permit any\n            ^"},
	} {
		s := configures(t, before)
		s.types("exit")
		if c.section != "" {
			s.types(c.section)
		}
		text := s.text()
		if got := s.enter(c.line); got != c.answer {
			t.Errorf("%q is answered\n%s\nnot\n%s", c.line, got, c.answer)
		}
		if s.text() != text {
			t.Errorf("%q changes\n%s\ninto\n%s", c.line, text, s.text())
		}
	}
}

func TestEntriesAskForWhatTheySay(t *testing.T) {
	s := configures(t, "ip access-list extended G\npermit tcp 10.0.0.0 0.0.0.255 gt 1023 host 192.0.2.1 range 22 23\ndeny tcp any any established log\n"+
		"permit icmp any any unreachable\npermit icmp any any packet-too-big\npermit 99 any any precedence 3")
	list := AccessLists(s.tree.Root())[0]
	any := policy.Any
	want := []policy.Entry{
		{Sequence: 10, Permit: true, Protocol: 7, Source: policy.Hosts{Address: 0x0a000000, Wildcard: 0xff}, SourcePort: policy.Ports{Op: policy.Greater, Set: []uint16{1023}},
			Destination: policy.Hosts{Address: 0xc0000201}, Port: policy.Ports{Op: policy.Range, Set: []uint16{22, 23}}},
		{Sequence: 20, Log: true, Protocol: 7, Source: any, Destination: any, Flags: policy.ACK | policy.RST},
		{Sequence: 30, Permit: true, Protocol: 2, Source: any, Destination: any, ICMP: policy.ICMP{On: true, Type: 3}},
		{Sequence: 40, Permit: true, Protocol: 2, Source: any, Destination: any, ICMP: policy.ICMP{On: true, OnCode: true, Type: 3, Code: 4}},
		{Sequence: 50, Permit: true, Protocol: 100, Source: any, Destination: any, DSCP: policy.Marking{On: true, Mask: 0xe0, Value: 0x60}},
	}
	for i, e := range list.Entries {
		want[i].Text = e.Text
		if fmt.Sprint(e) != fmt.Sprint(want[i]) {
			t.Errorf("%q asks for\n%+v\nnot\n%+v", e.Text, e, want[i])
		}
	}
	if !list.Extended || list.Name != "G" || len(list.Entries) != len(want) {
		t.Errorf("%+v", list)
	}
	packet := policy.Packet{Protocol: 6, Source: netip.MustParseAddr("10.0.0.9"), Destination: netip.MustParseAddr("192.0.2.1"), SourcePort: 2000, Port: 22}
	if i, permit := list.Match(packet); i != 0 || !permit {
		t.Errorf("entry %d, %v", i, permit)
	}
}

// BenchmarkAccessListEntry is one more entry in a list of ten thousand.
func BenchmarkAccessListEntry(b *testing.B) {
	tree := config.New(GlobalMode)
	var text strings.Builder
	text.WriteString("ip access-list extended BIG\n")
	for i := range 10000 {
		fmt.Fprintf(&text, " permit ip host 10.%d.%d.1 any\n", i/256, i%256)
	}
	if reports, err := tree.Load(strings.NewReader(text.String()), config.Env{}); err != nil || len(reports) > 0 {
		b.Fatal(reports, err)
	}
	at := config.Cursor{Path: []string{"ip access-list extended BIG"}}
	for b.Loop() {
		for _, line := range []string{"permit ip host 192.0.2.1 any", "no permit ip host 192.0.2.1 any"} {
			if _, err := tree.Enter(at, line, config.Env{}); err != nil {
				b.Fatal(err)
			}
		}
	}
}
