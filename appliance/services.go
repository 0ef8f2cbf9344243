package main

import (
	"context"
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
	stopSSH context.CancelFunc
	ssh     sync.WaitGroup
}

// serve makes the services what the configuration asks for.
func (b *box) serve(want compile.Box) {
	switch listens := shell.Listens(want.Lines); {
	case listens && b.services.stopSSH == nil:
		ctx, cancel := context.WithCancel(context.Background())
		b.services.stopSSH = cancel
		b.services.ssh.Go(func() { b.serveSSH(ctx) })
	case !listens && b.services.stopSSH != nil:
		b.services.stopSSH()
		b.services.stopSSH = nil
	}
}

// serveSSH listens for SSH until ctx ends, with a host key that is made when
// it is first needed.
func (b *box) serveSSH(ctx context.Context) {
	fault := func(err error) { b.tell(router.Happened{Event: commands.HostFault{What: "SSH", Reason: err.Error()}}) }
	key, err := b.nvram.HostKey()
	if err != nil {
		fault(err)
		return
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", ":22")
	if err != nil {
		fault(fmt.Errorf("cannot listen: %w", err))
		return
	}
	b.tell(router.Happened{Event: commands.SSHEnabled{Version: "2.0", On: true}})
	server := ssh.Server{Box: b.shell, HostKey: key}
	if err := server.Serve(ctx, listener); err != nil {
		fault(err)
	}
	b.tell(router.Happened{Event: commands.SSHEnabled{Version: "2.0", On: false}})
}

// close ends the services. The router has stopped: nobody is told.
func (s *services) close() {
	if s.stopSSH != nil {
		s.stopSSH()
	}
	s.ssh.Wait()
	s.syslog.close()
}
