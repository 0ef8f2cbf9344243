package main

import (
	"context"
	"crypto"
	"fmt"
	"net"
	"sync"

	"weft/cli/commands"
	"weft/cli/compile"
	"weft/cli/shell"
	"weft/cli/ssh"
	"weft/router"
)

// services are what the box offers because its configuration says so.
type services struct {
	syslog *syslog

	// Of SSH; the router's goroutine has them.
	want    compile.Box
	stopSSH context.CancelFunc
	enabled bool // as the log has it
	ssh     sync.WaitGroup
}

// serve makes the services what the configuration asks for.
func (b *box) serve(want compile.Box) {
	b.services.want = want
	go b.shell.Guard.Configured(want.Global.Logins) // it may have something to log
	b.serveSSHAsWanted()
}

// serveSSHAsWanted listens for SSH if a line takes it and there is a key. Where
// nobody has made one, the box makes one for itself when a line first takes SSH.
func (b *box) serveSSHAsWanted() {
	want := &b.services.want
	listens := shell.Listens(want.Lines)
	if listens {
		if err := b.keys.ensure(); err != nil {
			b.fault(err)
		}
	}
	keys, _, err := b.keys.signers(want.Global.SSH.KeyPair, ownLabel(want.Global))
	if err != nil {
		b.fault(err)
	}
	listens = listens && len(keys) > 0
	switch {
	case listens && b.services.stopSSH == nil:
		ctx, cancel := context.WithCancel(context.Background())
		b.services.stopSSH = cancel
		b.services.ssh.Go(func() { b.serveSSH(ctx) })
	case !listens && b.services.stopSSH != nil:
		b.services.stopSSH()
		b.services.stopSSH = nil
	}
	if on := len(keys) > 0 && (listens || b.keys.made()); on != b.services.enabled {
		b.services.enabled = on
		go b.tell(router.Happened{Event: commands.SSHEnabled{Version: "2.0", On: on}})
	}
}

// ownLabel is what a pair is called that nobody has named.
func ownLabel(g *commands.Global) string {
	if g.DomainName == "" {
		return g.Hostname
	}
	return g.Hostname + "." + g.DomainName
}

// fault logs, from the router's goroutine too.
func (b *box) fault(err error) {
	go b.tell(router.Happened{Event: commands.HostFault{What: "SSH", Reason: err.Error()}})
}

// serveSSH listens for SSH until ctx ends. There is no IPv6 on the box yet, and
// so no filter for it: nobody comes in by it.
func (b *box) serveSSH(ctx context.Context) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp4", ":22")
	if err != nil {
		b.fault(fmt.Errorf("cannot listen: %w", err))
		return
	}
	server := ssh.Server{Box: b.shell, HostKeys: b.hostKeys}
	if err := server.Serve(ctx, listener); err != nil {
		b.fault(err)
	}
}

// hostKeys are the keys to show to a client that comes now.
func (b *box) hostKeys() []crypto.Signer {
	g := b.shell.Settings().Global
	keys, _, err := b.keys.signers(g.SSH.KeyPair, ownLabel(g))
	if err != nil {
		b.fault(err)
	}
	return keys
}

// close ends the services. The router has stopped: nobody is told.
func (s *services) close() {
	if s.stopSSH != nil {
		s.stopSSH()
	}
	s.ssh.Wait()
	s.syslog.close()
}
