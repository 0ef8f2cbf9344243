package main

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"weft/cli/commands"
	"weft/router"
)

func TestLogServersGetTheirDatagrams(t *testing.T) {
	server, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	server.SetReadDeadline(time.Now().Add(10 * time.Second))
	at := server.LocalAddr().(*net.UDPAddr).AddrPort()
	nowhere := netip.MustParseAddrPort("127.0.0.1:9") // nobody listens: that is no failure

	s := newSyslog()
	source := netip.MustParseAddr("127.0.0.7")
	for _, text := range []string{"<189>1: one", "<189>2: two"} {
		s.send(router.Syslog{To: nowhere, Source: source, Text: text})
		s.send(router.Syslog{To: at, Source: source, Text: text})
	}
	buf := make([]byte, 2000)
	for _, want := range []string{"<189>1: one", "<189>2: two"} {
		n, from, err := server.ReadFromUDPAddrPort(buf)
		if err != nil || string(buf[:n]) != want || from.Addr() != source {
			t.Errorf("from %s %q, %v", from, buf[:n], err)
		}
	}
	s.close()
	l := commands.Log{Hosts: []commands.LogHostState{{LogHost: commands.LogHost{Address: at.Addr(), Port: int(at.Port())}}}}
	s.count(&l)
	if h := l.Hosts[0]; h.Sent != 2 || h.Dropped != 0 || !h.Reachable || l.Dropped != 0 {
		t.Errorf("counted %+v", l)
	}
}

func TestADatagramWaitsUntilItsSourceIsThere(t *testing.T) {
	s := newSyslog()
	to := netip.MustParseAddrPort("127.0.0.1:9")
	s.send(router.Syslog{To: to, Source: netip.MustParseAddr("192.0.2.77"), Text: "x"}) // an address of nobody here
	s.close()
	server := s.servers[to]
	if server == nil || server.sent != 0 || server.dropped != 0 || len(server.pending) != 1 || !server.failing {
		t.Fatalf("%+v", server)
	}
	server.pending[0].Source = netip.MustParseAddr("127.0.0.7") // now it is
	s.flush(server)
	if server.sent != 1 || len(server.pending) != 0 || server.failing {
		t.Errorf("%+v", server)
	}
}

func TestDatagramsDoNotWaitForever(t *testing.T) {
	s := newSyslog()
	s.close()
	to := netip.MustParseAddrPort("127.0.0.1:9")
	server := s.server(to)
	for range syslogPending + 10 {
		server.pending = append(server.pending, pendingLog{router.Syslog{To: to, Source: netip.MustParseAddr("192.0.2.77")}, time.Now()})
	}
	s.flush(server)
	if server.dropped != 10 || len(server.pending) != syslogPending {
		t.Errorf("%d dropped, %d wait", server.dropped, len(server.pending))
	}
}
