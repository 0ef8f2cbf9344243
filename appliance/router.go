package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// A reload is why a router stops that is to start again.
type reload struct{ reason string }

func (r reload) Error() string { return "reload: " + r.reason }

// runRouter is "weft router": one router in the network namespace it is
// started in, until SIGTERM. It leaves the namespace as it found it.
func runRouter(args []string, errs io.Writer) int {
	s, err := routerSettings(args, errs)
	if err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(errs, "weft router:", err)
		}
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	defer stop()
	claim, err := claimNamespace()
	if err != nil {
		fmt.Fprintln(errs, "weft router:", err)
		return 1
	}
	defer claim.Close()
	b, err := newBox(s)
	if err != nil {
		fmt.Fprintln(errs, "weft router:", err)
		return 1
	}
	ctx, b.stop = context.WithCancelCause(ctx)
	defer b.stop(nil)
	err = b.run(ctx, s)
	if b.restoreTerminal != nil {
		b.restoreTerminal()
	}
	if err != nil {
		fmt.Fprintln(errs, "weft router:", err)
		return 1
	}
	if again, ok := errors.AsType[reload](context.Cause(ctx)); ok {
		if s.box {
			return exitReload
		}
		err := restart(again.reason)
		fmt.Fprintln(errs, "weft router:", err)
		return 1
	}
	return 0
}

// claimNamespace makes sure that no other router rules this network namespace:
// the two would undo each other's work, and the first to end would forget what
// had been found. The name of an abstract socket belongs to the namespace, and
// it goes with the process, however that ends.
func claimNamespace() (io.Closer, error) {
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: "@weft/router"})
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, errors.New("another router runs in this network namespace")
	}
	return l, err
}

// restart replaces this process by a fresh one with the same arguments.
func restart(reason string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	return syscall.Exec(self, os.Args, append(os.Environ(), bootReasonVariable+"="+reason))
}

func routerSettings(args []string, errs io.Writer) (s settings, err error) {
	flags := flag.NewFlagSet("weft router", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.StringVar(&s.config, "config", "", "`FILE` with the configuration, used while NVRAM holds no startup-config")
	flags.StringVar(&s.nvram, "nvram", "/var/lib/weft", "`DIR` that keeps startup-config and keys")
	flags.StringVar(&s.console, "console", "stdio", "where the console is: stdio, tty:`PATH`, unix:PATH or none")
	flags.StringVar(&s.manage, "manage", "", "unix:`PATH` of a socket that takes commands for a session of privilege 15")
	flags.BoolVar(&s.box, "box", false, "be the system of a whole machine: ask a first user what a new box asks, and leave reload to process 1")
	flags.BoolVar(&s.factory, "factory", false, "leave the saved configuration aside")
	flags.StringVar(&s.notices, "notices", "", "`FILE` of lines to be logged at the start")
	flags.StringVar(&s.dayZero, "day-zero", "", "`NAME` of what -config was found in: it is saved once it runs")
	ports := flags.String("ports", "", "what stands behind the interfaces: eth1=GigabitEthernet0/1,... (default: ethN is GigabitEthernet0/N)")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	if flags.NArg() > 0 {
		return s, fmt.Errorf("%q is not understood; see weft router -h", flags.Arg(0))
	}
	if s.console != "stdio" && s.console != "none" && !strings.HasPrefix(s.console, "unix:") && !strings.HasPrefix(s.console, "tty:") {
		return s, fmt.Errorf("-console %s: it is stdio, tty:PATH, unix:PATH or none", s.console)
	}
	if s.manage != "" && !strings.HasPrefix(s.manage, "unix:") {
		return s, fmt.Errorf("-manage %s: it is unix:PATH", s.manage)
	}
	if s.box && *ports == "" {
		return s, nil // process 1 has looked, and there are none
	}
	s.ports, err = portMap(*ports)
	return s, err
}
