// Package ssh lets users of the box in by SSH (RFC 4251-4254): it says who they
// are, finds them a free virtual terminal, and puts the session's terminal or
// its batch of commands behind the channel.
//
//	server.go      listening, and the life of a connection
//	strangers.go   how much those may take who have not logged in
//	auth.go        passwords, asked in either of the two ways that clients know, and keys
//	algorithms.go  what is offered in the handshake
//	session.go     a channel: its terminal, its size, or the command it was opened for
//
// The life of a connection: whoever is not admitted (package access) is
// disconnected before a byte is read or written; a stranger takes one of a
// limited number of places for the handshake and the login, which must be done
// within the time that "ip ssh time-out" gives; a user who has logged in gives
// the place back and opens channels, each on a virtual terminal of its own
// while its shell or command runs. A connection without a channel is closed
// after a minute.
//
// Left out: port forwarding, which would let users past the box's own filters;
// SCP; and version 1 of the protocol, which "ip ssh version 1" does not bring back.
package ssh

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"

	"weft/cli/access"
	"weft/cli/commands"
	"weft/cli/compile"
	"weft/cli/shell"
	"weft/routing/policy"
)

const (
	// How long a connection may be without a channel.
	lingering = time.Minute
	// How many users may be connected beyond those who have a line: they are
	// told that there is none.
	spare = 8
	// Software that looks at the identification looks for other vendors'.
	identification = "SSH-2.0-Weft"
)

// Server answers SSH.
type Server struct {
	Box *shell.Box
	// HostKeys are the keys to show to a client that comes now: Ed25519, ECDSA or RSA.
	HostKeys func() []crypto.Signer

	strangers strangers
	mu        sync.Mutex // guards users
	users     int        // connected
}

// Serve lets users in until ctx ends (nil) or the listener fails. It returns
// when all connections are closed.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	var connections sync.WaitGroup
	defer connections.Wait()
	defer cancel()
	context.AfterFunc(ctx, func() { listener.Close() })
	for {
		conn, err := listener.Accept()
		if ctx.Err() != nil {
			if err == nil {
				conn.Close()
			}
			return nil
		}
		if err != nil {
			return fmt.Errorf("ssh: %w", err)
		}
		peer := packet(conn)
		if !s.strangers.take(peer.Source) {
			hangUp(conn)
			continue
		}
		connections.Go(func() { s.serve(ctx, conn, peer) })
	}
}

// serve is one connection.
func (s *Server) serve(ctx context.Context, raw net.Conn, peer policy.Packet) {
	known := sync.OnceFunc(func() { s.strangers.give(peer.Source) })
	defer known()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	context.AfterFunc(ctx, func() { raw.Close() })
	settings := s.Box.Settings()
	s.strangers.limit(settings.Global.SSH.MaxStartups)
	if !s.Box.Guard.Admit(settings, "ssh", peer) {
		hangUp(raw)
		return
	}
	raw.SetDeadline(time.Now().Add(timeout(settings)))
	login := &login{box: s.Box, settings: settings, peer: peer, ctx: ctx, raw: raw}
	conn, channels, requests, err := ssh.NewServerConn(raw, login.config(s.HostKeys()))
	if err != nil {
		return // a stranger, a mistyped password or garbage
	}
	raw.SetDeadline(time.Time{})
	known()
	if !s.connected(shell.VTYs(settings.Lines) + spare) {
		return
	}
	defer s.disconnected()
	s.Box.LoggedIn(settings.Global, login.user.Name, peer.Source.String(), int(peer.Port))
	c := &connection{server: s, settings: settings, user: login.user, peer: peer, hangUp: cancel, algorithms: negotiated(conn)}
	c.linger = time.AfterFunc(lingering, cancel)
	defer c.linger.Stop()
	// Keep-alives are answered by refusing them, as RFC 4254 section 4 has it.
	go ssh.DiscardRequests(requests)
	c.channels(ctx, channels)
}

// channels serves the channels of a connection until it ends.
func (c *connection) channels(ctx context.Context, channels <-chan ssh.NewChannel) {
	ctx, cancel := context.WithCancel(ctx)
	var sessions sync.WaitGroup
	defer sessions.Wait()
	defer cancel()
	for offered := range channels {
		if offered.ChannelType() != "session" {
			offered.Reject(ssh.UnknownChannelType, "only sessions are served")
			continue
		}
		if !c.opened() {
			offered.Reject(ssh.ResourceShortage, "too many sessions on one connection")
			continue
		}
		channel, requests, err := offered.Accept()
		if err != nil {
			c.closed()
			return
		}
		sessions.Go(func() {
			defer c.closed()
			c.session(ctx, channel, requests)
		})
	}
}

// connected counts a user in, if there is room.
func (s *Server) connected(limit int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users >= limit {
		return false
	}
	s.users++
	return true
}

func (s *Server) disconnected() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users--
}

// A connection is a user who has logged in.
type connection struct {
	server     *Server
	settings   compile.Box
	user       user
	peer       policy.Packet
	hangUp     func()
	algorithms commands.SSHSession // of both directions

	mu     sync.Mutex // guards open, which decides about linger
	open   int
	linger *time.Timer
}

// maxChannels is what one connection may have open at once. OpenSSH's servers
// stop at ten.
const maxChannels = 16

// opened counts a channel in; false if there are too many.
func (c *connection) opened() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open == maxChannels {
		return false
	}
	c.open++
	c.linger.Stop()
	return true
}

func (c *connection) closed() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open--; c.open == 0 {
		c.linger.Reset(lingering)
	}
}

func timeout(settings compile.Box) time.Duration {
	return settings.Global.SSH.WithDefaults().Timeout
}

// packet is a connection as access lists see it.
func packet(conn net.Conn) policy.Packet {
	from, _ := netip.ParseAddrPort(conn.RemoteAddr().String())
	to, _ := netip.ParseAddrPort(conn.LocalAddr().String())
	return access.TCP(from, to)
}

// hangUp closes a connection without a farewell: TCP's reset, as the connection
// to a port that nobody listens on gets.
func hangUp(conn net.Conn) {
	if c, ok := conn.(*net.TCPConn); ok {
		c.SetLinger(0)
	}
	conn.Close()
}

var errDenied = errors.New("ssh: no such user or wrong password")
