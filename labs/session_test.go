package labs

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// conversation is a connected pair of sockets.
func conversation(t *testing.T) (client, server *net.UnixConn) {
	t.Helper()
	name := &net.UnixAddr{Name: filepath.Join(t.TempDir(), "s"), Net: "unix"}
	l, err := net.ListenUnix("unix", name)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if client, err = net.DialUnix("unix", nil, name); err != nil {
		t.Fatal(err)
	}
	if server, err = l.AcceptUnix(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close(); server.Close() })
	return client, server
}

func TestManagementSessionCarriesLinesOutputAndStatus(t *testing.T) {
	long := strings.Repeat("a long line of output\n", 10_000)
	for _, c := range []struct {
		name, answer, output string
		status               int
		fails                bool
	}{
		{name: "no output", answer: "\x00exit 0\n"},
		{name: "output", answer: "Router uptime is 1 minute\n\x00exit 0\n", output: "Router uptime is 1 minute\n"},
		{name: "refused", answer: "% Incomplete command.\n\x00exit 1\n", output: "% Incomplete command.\n", status: 1},
		{name: "long", answer: long + "\x00exit 0\n", output: long},
		{name: "cut short", answer: "Router upt", output: "Router upt", fails: true},
		{name: "no status", answer: "text\x00", output: "text", fails: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, server := conversation(t)
			heard := make(chan string, 1)
			go func() {
				text, _ := io.ReadAll(server)
				heard <- string(text)
				io.WriteString(server, c.answer)
				server.Close()
			}()
			var output strings.Builder
			status, err := manage(client, []string{"show version", "show clock"}, &output)
			if status != c.status || (err != nil) != c.fails || output.String() != c.output {
				t.Errorf("status %d, error %v, %d bytes of output", status, err, output.Len())
			}
			if text := <-heard; text != "show version\nshow clock\n" {
				t.Errorf("the router heard %q", text)
			}
		})
	}
}

func TestOnlyTheEscapeLeavesTheConsole(t *testing.T) {
	for _, c := range []struct {
		typed, passed string
		left          bool
	}{
		{"show clock\r", "show clock\r", false},
		{"q\x1dq", "q", true},
		{"\x1dQ", "", true},
		{"a\x1d\x1db", "a\x1db", false},
		{"a\x1dxq", "a\x1dxq", false},
		{"\x1d\x1dq", "\x1dq", false},
	} {
		for _, size := range []int{2, 3, 100} {
			e := &escaper{from: strings.NewReader(c.typed)}
			var passed strings.Builder
			var err error
			for err == nil {
				p := make([]byte, size)
				var n int
				n, err = e.Read(p)
				passed.Write(p[:n])
			}
			if passed.String() != c.passed || (err == errLeft) != c.left {
				t.Errorf("%q in pieces of %d: passed %q, ended by %v", c.typed, size-1, passed.String(), err)
			}
		}
	}
}

// A console driven by a script's input and output: the answers to the last
// lines still arrive.
func TestScriptedConsoleHearsAllAnswers(t *testing.T) {
	client, server := conversation(t)
	in, err := os.CreateTemp(t.TempDir(), "in")
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(in, "show clock\n")
	in.Seek(0, io.SeekStart)
	out, err := os.CreateTemp(t.TempDir(), "out")
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		typed, _ := io.ReadAll(server)
		io.WriteString(server, "heard "+string(typed))
		server.Close()
	}()
	if err := Attach(client, "r1", in, out); err != nil {
		t.Error(err)
	}
	text, err := os.ReadFile(out.Name())
	if err != nil || string(text) != "heard show clock\n" {
		t.Errorf("%q, %v", text, err)
	}
}
