package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"text/tabwriter"
	"time"

	"weft/labs"
)

// A labVerb is one "weft lab" subcommand: what it takes after its flags, what
// it does, and what it does with that.
type labVerb struct {
	name, takes, help string
	arguments         int // at least so many, and no more unless takes ends in …
	run               func(l *labs.Lab, o labOptions, rest []string) (int, error)
}

type labOptions struct{ fresh bool }

var labVerbs = []labVerb{
	{"up", "[-fresh] DIR", "start the lab in DIR; -fresh forgets what its routers saved", 1, labUp},
	{"down", "DIR", "stop it, whatever state it is in", 1, labDown},
	{"status", "DIR", "list its nodes", 1, labStatus},
	{"console", "DIR NODE", "attach to a router's console", 2, labConsole},
	{"exec", "DIR NODE COMMAND…", "run commands in one session of a router, or in a shell of a Linux node", 3, labExec},
	{"start", "DIR NODE", "start a router that was stopped or killed", 2, labNode((*labs.Lab).Start)},
	{"stop", "DIR NODE", "stop a router in good order", 2, labNode((*labs.Lab).Stop)},
	{"kill", "DIR NODE", "end a router as a power cut would", 2, labNode((*labs.Lab).Kill)},
}

// Statuses of "weft lab" itself; exec passes on those of its commands.
const (
	exitFailed = 1
	exitUsage  = 2
)

func labCommand(args []string) int {
	if len(args) == 3 && args[0] == labs.KeepCommand {
		if err := labs.Keep(args[1], args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return exitFailed
		}
		return 0
	}
	for _, v := range labVerbs {
		if len(args) > 0 && args[0] == v.name {
			return v.do(args[1:])
		}
	}
	if len(args) == 1 && args[0] == "help" {
		labUsage(os.Stdout)
		return 0
	}
	labUsage(os.Stderr)
	return exitUsage
}

func labUsage(w io.Writer) {
	fmt.Fprintln(w, "usage:")
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	for _, v := range labVerbs {
		fmt.Fprintf(table, "  weft lab %s %s\t%s\n", v.name, v.takes, v.help)
	}
	table.Flush()
}

func (v labVerb) do(args []string) int {
	var o labOptions
	flags := flag.NewFlagSet("weft lab "+v.name, flag.ContinueOnError)
	flags.Usage = func() { fmt.Fprintf(os.Stderr, "usage: weft lab %s %s\n", v.name, v.takes) }
	if v.name == "up" {
		flags.BoolVar(&o.fresh, "fresh", false, "")
	}
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return exitUsage
	}
	rest := flags.Args()
	if len(rest) < v.arguments || len(rest) > v.arguments && v.name != "exec" {
		flags.Usage()
		return exitUsage
	}
	lab, err := labs.Open(rest[0])
	status := 0
	if err == nil {
		status, err = v.run(lab, o, rest[1:])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "weft lab:", err)
		return exitFailed
	}
	return status
}

func labUp(l *labs.Lab, o labOptions, _ []string) (int, error) {
	if err := l.Up(o.fresh); err != nil {
		return 0, err
	}
	return labStatus(l, o, nil)
}

func labDown(l *labs.Lab, _ labOptions, _ []string) (int, error) {
	was, err := l.Down()
	if err == nil && !was {
		fmt.Printf("lab %s is not up\n", l.Dir)
	}
	return 0, err
}

func labStatus(l *labs.Lab, _ labOptions, _ []string) (int, error) {
	nodes, err := l.Status()
	if err != nil {
		return 0, err
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "NODE\tKIND\tPID\tMEMORY\tUP\tSTATE")
	for _, n := range nodes {
		pid, memory, up := "-", "-", "-"
		if n.PID != 0 {
			pid = fmt.Sprint(n.PID)
			memory = fmt.Sprintf("%.1f MB", float64(n.RSS)/1e6)
			up = time.Since(n.Since).Round(time.Second).String()
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", n.Name, n.Kind, pid, memory, up, n.State)
	}
	return 0, table.Flush()
}

func labConsole(l *labs.Lab, _ labOptions, rest []string) (int, error) {
	c, err := l.Console(rest[0])
	if err != nil {
		return 0, err
	}
	defer c.Close()
	return 0, labs.Attach(c, rest[0], os.Stdin, os.Stdout)
}

func labExec(l *labs.Lab, _ labOptions, rest []string) (int, error) {
	// What runs on the node belongs to another session: it hears of Ctrl-C from us.
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	return l.Exec(rest[0], rest[1:], [3]*os.File{os.Stdin, os.Stdout, os.Stderr}, signals)
}

func labNode(do func(*labs.Lab, string) error) func(*labs.Lab, labOptions, []string) (int, error) {
	return func(l *labs.Lab, _ labOptions, rest []string) (int, error) { return 0, do(l, rest[0]) }
}
