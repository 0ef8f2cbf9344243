package main

import (
	"net"
	"net/netip"
	"sync"
	"time"

	"weft/cli/commands"
	"weft/router"
)

const (
	syslogQueue = 1024 // datagrams that may wait for the sender
	// A datagram that cannot be sent, because the way there is not up yet, is
	// kept for a while and tried again, so many for each server.
	syslogPatience = 30 * time.Second
	syslogPending  = 256
	syslogRetry    = time.Second
)

// A syslog sends to log servers what the router wants them told. It has a
// goroutine of its own: the router does not wait for the network.
type syslog struct {
	queue chan router.Syslog
	done  chan struct{}

	mu      sync.Mutex // guards servers: sessions ask while the sender counts
	servers map[netip.AddrPort]*logServer

	sockets map[netip.Addr]*net.UDPConn // by source; the sender's
}

// A logServer is what has become of the datagrams for one server.
type logServer struct {
	sent, dropped uint64
	failing       bool // the last attempt did
	pending       []pendingLog
}

type pendingLog struct {
	router.Syslog
	since time.Time
}

func newSyslog() *syslog {
	s := &syslog{queue: make(chan router.Syslog, syslogQueue), done: make(chan struct{}),
		servers: map[netip.AddrPort]*logServer{}, sockets: map[netip.Addr]*net.UDPConn{}}
	go s.run()
	return s
}

// send takes a datagram without waiting.
func (s *syslog) send(d router.Syslog) {
	select {
	case s.queue <- d:
	default:
		s.mu.Lock()
		defer s.mu.Unlock()
		s.server(d.To).dropped++
	}
}

// close sends what has been taken, as far as that goes at once, and ends the sender.
func (s *syslog) close() {
	close(s.queue)
	<-s.done
}

// run is the sender.
func (s *syslog) run() {
	defer close(s.done)
	retry := time.NewTicker(syslogRetry)
	defer retry.Stop()
	for {
		select {
		case d, open := <-s.queue:
			if !open {
				for _, socket := range s.sockets {
					socket.Close()
				}
				return
			}
			s.mu.Lock()
			server := s.server(d.To)
			server.pending = append(server.pending, pendingLog{d, time.Now()})
			s.flush(server)
			s.mu.Unlock()
		case <-retry.C:
			s.mu.Lock()
			for _, server := range s.servers {
				s.flush(server)
			}
			s.mu.Unlock()
		}
	}
}

// server is the record of a server; s.mu is held.
func (s *syslog) server(at netip.AddrPort) *logServer {
	if s.servers[at] == nil {
		s.servers[at] = &logServer{}
	}
	return s.servers[at]
}

// flush sends what waits for a server, in order, until one fails. s.mu is held;
// a UDP socket takes a datagram or refuses it, and never waits for the server.
func (s *syslog) flush(server *logServer) {
	for len(server.pending) > 0 {
		d := server.pending[0]
		if err := s.write(d.Syslog); err != nil {
			server.failing = true
			if len(server.pending) <= syslogPending && time.Since(d.since) < syslogPatience {
				return
			}
			server.dropped++
		} else {
			server.failing = false
			server.sent++
		}
		server.pending = server.pending[1:]
	}
	server.pending = nil
}

// write sends one datagram. The sockets are not connected, so that a server
// that is not listening fails no datagram behind it.
func (s *syslog) write(d router.Syslog) error {
	socket := s.sockets[d.Source]
	if socket == nil {
		local := &net.UDPAddr{}
		if d.Source.IsValid() {
			local.IP = d.Source.AsSlice()
		}
		var err error
		if socket, err = net.ListenUDP("udp4", local); err != nil {
			return err
		}
		s.sockets[d.Source] = socket
	}
	_, err := socket.WriteToUDPAddrPort([]byte(d.Text), d.To)
	if err != nil {
		socket.Close() // its address may have gone
		delete(s.sockets, d.Source)
	}
	return err
}

// count fills in what became of the datagrams for the servers configured now,
// and adds up the losses of all there have been.
func (s *syslog) count(l *commands.Log) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, server := range s.servers {
		l.Dropped += server.dropped
	}
	for i := range l.Hosts {
		h := &l.Hosts[i]
		h.Reachable = true // as long as nothing has failed
		if server := s.servers[netip.AddrPortFrom(h.Address, uint16(h.Port))]; server != nil {
			h.Sent, h.Dropped, h.Reachable = server.sent, server.dropped, !server.failing
		}
	}
}
