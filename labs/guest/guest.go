// Package guest runs other people's software as neighbours of a lab's routers:
// Linux machines in an emulator, made from packages of Debian, because what they
// do needs a kernel of their own (its GRE, its ESP), which the machine that runs
// the tests may not have.
//
// image.go makes one root file system of the packages and kernel modules that it
// is told, kept in a folder until they change; qemu.go says how to start an
// emulator from it. A guest starts with nothing configured: init loads the
// modules, and agent obeys one command at a time that comes over a serial port
// of the guest's, which is a socket here (this file). So what a guest is - a
// server, a client, behind NAT or not - is decided by commands, and many tests
// share the few seconds that one takes to start.
//
// Left out: block devices, more than one network interface, and kernels other
// than Debian's for clouds on amd64.
package guest

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

// Guest is a running guest. One goroutine uses it at a time.
type Guest struct {
	conn    net.Conn
	answers *bufio.Reader
	last    int // command
}

// Dial connects to a guest by the socket that its emulator was told. The guest
// need not have started.
func Dial(socket string) (*Guest, error) {
	conn, err := net.Dial("unix", socket)
	if err != nil {
		return nil, err
	}
	return &Guest{conn: conn, answers: bufio.NewReader(conn)}, nil
}

// Close leaves the guest, which runs on.
func (g *Guest) Close() error { return g.conn.Close() }

// Failed is a command that ended with a status other than zero.
type Failed struct {
	Command, Output string
	Status          int
}

func (f Failed) Error() string {
	return fmt.Sprintf("%s: status %d: %s", f.Command, f.Status, f.Output)
}

// Run has the guest's shell run a command and returns what it prints, on either
// stream. The error is Failed if that ended badly.
func (g *Guest) Run(within time.Duration, command string) (string, error) {
	g.last++
	id := strconv.Itoa(g.last)
	if err := g.conn.SetDeadline(time.Now().Add(within)); err != nil {
		return "", err
	}
	if _, err := fmt.Fprintf(g.conn, "%s %s\n", id, base64.StdEncoding.EncodeToString([]byte(command))); err != nil {
		return "", err
	}
	var body strings.Builder
	begun := false
	for {
		line, err := g.answers.ReadString('\n')
		if err != nil {
			return "", fmt.Errorf("guest, asked to %q: %w", command, err)
		}
		line = strings.TrimSpace(line)
		switch {
		case line == "B "+id:
			begun = true
		case begun && strings.HasPrefix(line, "E "+id+" "):
			output, err := base64.StdEncoding.DecodeString(body.String())
			if err != nil {
				return "", err
			}
			status, err := strconv.Atoi(strings.TrimPrefix(line, "E "+id+" "))
			if err == nil && status != 0 {
				err = Failed{command, string(output), status}
			}
			return string(output), err
		case begun:
			body.WriteString(line)
		}
	}
}
