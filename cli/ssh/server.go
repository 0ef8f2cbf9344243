// Package ssh lets users of the box in by SSH (RFC 4251-4254): it says who they
// are, finds them a free virtual terminal, and puts the session's terminal or
// its batch of commands behind the channel.
//
//	server.go   listening, and how much strangers may take
//	auth.go     passwords, asked in either of the two ways that clients know
//	session.go  a channel: its terminal, its size, or the command it was opened for
//
// The life of a connection: one of a limited number of places; the handshake
// and the login, within the time that "ip ssh time-out" gives; then channels,
// each on a virtual terminal of its own while its shell or command runs. A
// connection without a channel is closed after a minute.
//
// Left out: public keys, until users can have them; port forwarding, which
// would let users past the box's own filters; SCP, until there are files.
package ssh

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"

	"weft/cli/compile"
	"weft/cli/shell"
)

const (
	// Connections beyond these are closed at once: most of them are strangers
	// that have not logged in.
	maxConnections = 32
	// What "ip ssh" says if it says nothing.
	defaultTimeout = 2 * time.Minute
	defaultTries   = 3
	// How long a connection may be without a channel.
	lingering = time.Minute
	// Software that looks at the identification looks for other vendors'.
	identification = "SSH-2.0-Weft"
)

// Server answers SSH.
type Server struct {
	Box     *shell.Box
	HostKey crypto.Signer // Ed25519, ECDSA or RSA
}

// Serve lets users in until ctx ends (nil) or the listener fails. It returns
// when all connections are closed.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	key, err := ssh.NewSignerFromSigner(s.HostKey)
	if err != nil {
		return fmt.Errorf("ssh: host key: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	var connections sync.WaitGroup
	defer connections.Wait()
	defer cancel()
	context.AfterFunc(ctx, func() { listener.Close() })
	places := make(chan struct{}, maxConnections)
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
		select {
		case places <- struct{}{}:
			connections.Go(func() {
				defer func() { <-places }()
				s.serve(ctx, conn, key)
			})
		default:
			conn.Close()
		}
	}
}

// serve is one connection.
func (s *Server) serve(ctx context.Context, raw net.Conn, key ssh.Signer) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	context.AfterFunc(ctx, func() { raw.Close() })
	settings := s.Box.Settings()
	raw.SetDeadline(time.Now().Add(timeout(settings)))
	login := &login{box: s.Box, settings: settings}
	conn, channels, requests, err := ssh.NewServerConn(raw, login.config(key))
	if err != nil {
		return // a stranger, a mistyped password or garbage
	}
	raw.SetDeadline(time.Time{})
	s.Box.LoggedIn(settings.Global, login.user.Name, host(conn.RemoteAddr()), port(conn.LocalAddr()))
	c := &connection{server: s, settings: settings, user: login.user, from: host(conn.RemoteAddr())}
	c.linger = time.AfterFunc(lingering, cancel)
	defer c.linger.Stop()
	// Keep-alives are answered by refusing them, as RFC 4254 section 4 has it.
	go ssh.DiscardRequests(requests)
	var sessions sync.WaitGroup
	defer sessions.Wait()
	defer cancel()
	for offered := range channels {
		if offered.ChannelType() != "session" {
			offered.Reject(ssh.UnknownChannelType, "only sessions are served")
			continue
		}
		channel, requests, err := offered.Accept()
		if err != nil {
			return
		}
		c.opened()
		sessions.Go(func() {
			defer c.closed()
			c.session(ctx, channel, requests)
		})
	}
}

// A connection is a user who has logged in.
type connection struct {
	server   *Server
	settings compile.Box
	user     user
	from     string

	mu     sync.Mutex // guards open, which decides about linger
	open   int
	linger *time.Timer
}

func (c *connection) opened() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open++
	c.linger.Stop()
}

func (c *connection) closed() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open--; c.open == 0 {
		c.linger.Reset(lingering)
	}
}

func timeout(settings compile.Box) time.Duration {
	if t := settings.Global.SSH.Timeout; t > 0 {
		return t
	}
	return defaultTimeout
}

// host is the address of a peer without its port.
func host(a net.Addr) string {
	if h, _, err := net.SplitHostPort(a.String()); err == nil {
		return h
	}
	return a.String()
}

// port is the port of an address; 0 if it has none.
func port(a net.Addr) int {
	_, p, _ := net.SplitHostPort(a.String())
	n, _ := strconv.Atoi(p)
	return n
}

var errDenied = errors.New("ssh: no such user or wrong password")
