package labs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"time"
)

const (
	// answerTime is how long a router may take from its start to its first answer.
	answerTime = 30 * time.Second
	// stopTime is how long one may take to end when asked.
	stopTime = 10 * time.Second
)

func (k *keeper) serve(l *net.UnixListener) {
	for {
		c, err := l.AcceptUnix()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			var q request
			files, err := receive(c, &q)
			if err != nil {
				return
			}
			defer closeAll(files)
			answer, passed, err := k.handle(c, q, files)
			if err != nil {
				answer.Error = err.Error()
			}
			send(c, answer, passed...)
			closeAll(passed)
		}()
	}
}

// handle does what a request asks; passed are descriptors that go with the answer.
func (k *keeper) handle(c *net.UnixConn, q request, files []*os.File) (answer reply, passed []*os.File, err error) {
	switch q.Op {
	case opStatus:
		answer.Nodes, err = k.status()
		return answer, nil, err
	case opReady:
		return answer, nil, k.allAnswer()
	case opDown:
		k.leave()
	}
	n := k.node(q.Node)
	switch {
	case n == nil:
		return answer, nil, fmt.Errorf("there is no node %s in this lab", q.Node)
	case q.Op == opExec:
		answer.Exit, err = k.exec(c, n, q.Command, files)
		return answer, nil, err
	case q.Op == opManage && !n.Router():
		return reply{Linux: true}, nil, nil
	case !n.Router():
		return answer, nil, fmt.Errorf("%s is a Linux node: it has no console and nothing to start or stop; use exec", n.Name)
	}
	switch q.Op {
	case opConsole:
		passed, err = k.dial(n, consoleSocket)
	case opManage:
		passed, err = k.dial(n, manageSocket)
	case opStart:
		err = k.startNode(n)
	case opStop:
		err = k.end(n, syscall.SIGTERM)
	case opKill:
		err = k.end(n, syscall.SIGKILL)
	default:
		err = fmt.Errorf("the keeper does not know %q: is the lab older than this weft?", q.Op)
	}
	return answer, passed, err
}

// exec runs a shell command in a Linux node. If the caller goes away, so does
// the command's session.
func (k *keeper) exec(c *net.UnixConn, n *node, command string, files []*os.File) (int, error) {
	if len(files) != 3 {
		return 0, fmt.Errorf("exec got %d descriptors, not 3", len(files))
	}
	p, err := k.shell(n, command, [3]*os.File(files))
	if err != nil {
		return 0, err
	}
	closeAll(files) // the command alone says when its output ends
	go func() {
		for {
			q := request{Op: opSignal}
			_, err := receive(c, &q)
			if err != nil {
				q.Signal = int(syscall.SIGKILL)
			}
			k.do(func() {
				if k.processes[p.pid] == p {
					syscall.Kill(-p.pid, syscall.Signal(q.Signal))
				}
			})
			if err != nil {
				return
			}
		}
	}()
	<-p.done
	if p.status.Signaled() {
		return 128 + int(p.status.Signal()), nil // as shells have it
	}
	return p.status.ExitStatus(), nil
}

// dial connects to a socket in a node's own /run.
func (k *keeper) dial(n *node, path string) ([]*os.File, error) {
	c, err := n.dial(path)
	if err != nil {
		return nil, fmt.Errorf("%s does not answer (%s)", n.Name, k.condition(n))
	}
	defer c.Close()
	f, err := c.File()
	return []*os.File{f}, err
}

func (n *node) dial(path string) (c *net.UnixConn, err error) {
	err = n.do(func() error {
		c, err = net.DialUnix("unix", nil, &net.UnixAddr{Name: path, Net: "unix"})
		return err
	})
	return c, err
}

// condition says in what state a router is.
func (k *keeper) condition(n *node) (state string) {
	k.do(func() {
		switch {
		case n.process == nil:
			state = "never started"
		case n.running():
			state = "running"
		default:
			state = "stopped, " + ending(n.process.status)
		}
	})
	return state
}

func (k *keeper) startNode(n *node) (err error) {
	k.do(func() {
		if n.running() {
			err = fmt.Errorf("%s is running already", n.Name)
			return
		}
		err = k.startRouter(n)
	})
	if err != nil {
		return err
	}
	return k.answers(n)
}

// end sends a router a signal and waits for its end.
func (k *keeper) end(n *node, s syscall.Signal) error {
	var p *process
	k.do(func() {
		if n.running() {
			p = n.process
			syscall.Kill(p.pid, s)
		}
	})
	if p == nil {
		return fmt.Errorf("%s is not running", n.Name)
	}
	select {
	case <-p.done:
		return nil
	case <-time.After(stopTime):
	}
	k.do(func() {
		if k.processes[p.pid] == p {
			syscall.Kill(p.pid, syscall.SIGKILL)
		}
	})
	<-p.done
	return fmt.Errorf("%s did not end within %v of the signal and was killed", n.Name, stopTime)
}

// allAnswer waits until every router answers; its error names those that do not.
func (k *keeper) allAnswer() error {
	routers := k.routers()
	failures := make([]error, len(routers))
	done := make(chan struct{})
	for i, n := range routers {
		go func() {
			failures[i] = k.answers(n)
			done <- struct{}{}
		}()
	}
	for range routers {
		<-done
	}
	return errors.Join(failures...)
}

// answers waits until a router takes commands: an empty session that ends well.
func (k *keeper) answers(n *node) error {
	deadline := time.Now().Add(answerTime)
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for range again.C {
		if n.ping(deadline) {
			return nil
		}
		state := k.condition(n)
		if strings.HasPrefix(state, "stopped") || time.Now().After(deadline) {
			return fmt.Errorf("%s does not answer (%s); the end of %s:\n%s", n.Name, state, k.log(n.Name), k.lastWords(n.Name))
		}
	}
	return nil
}

func (n *node) ping(deadline time.Time) bool {
	c, err := n.dial(manageSocket)
	if err != nil {
		return false
	}
	defer c.Close()
	c.SetDeadline(deadline)
	c.CloseWrite()
	said, err := io.ReadAll(c)
	return err == nil && bytes.HasSuffix(said, []byte("\x00exit 0\n"))
}

// NodeStatus is one row of "weft lab status".
type NodeStatus struct {
	Name  string
	Kind  string
	PID   int    // as the host has it; 0 if nothing runs
	State string // "running", "stopped, exit status 1"; a Linux node is "ready"
	RSS   int64  // bytes
	Since time.Time
}

func (k *keeper) status() ([]NodeStatus, error) {
	seen, err := sightings()
	if err != nil {
		return nil, err
	}
	var all []NodeStatus
	for _, n := range k.nodes {
		s := NodeStatus{Name: n.Name, Kind: n.Kind, State: "ready"}
		if n.Router() {
			s.State = k.condition(n)
			k.do(func() {
				s.Since = n.started
				if n.running() {
					s.PID, s.RSS = seen[n.process.pid].PID, seen[n.process.pid].RSS
				}
			})
		}
		all = append(all, s)
	}
	return all, nil
}
