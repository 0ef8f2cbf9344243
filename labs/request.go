package labs

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// A request is what a lab command asks the keeper; one connection carries one,
// and for exec further ones with Op signal.
type request struct {
	Op      operation
	Node    string `json:",omitempty"`
	Command string `json:",omitempty"` // for exec in a Linux node
	Signal  int    `json:",omitempty"`
}

type operation string

const (
	opReady   operation = "ready"   // wait until every router answers
	opStatus  operation = "status"  // → Nodes
	opStart   operation = "start"   // and wait until it answers
	opStop    operation = "stop"    // SIGTERM, and SIGKILL if need be
	opKill    operation = "kill"    // SIGKILL
	opConsole operation = "console" // → the connected console, a descriptor
	opManage  operation = "manage"  // → the connected manage socket, a descriptor; Linux if there is none
	opExec    operation = "exec"    // with three descriptors, the streams → Exit
	opSignal  operation = "signal"  // to what exec runs
	opDown    operation = "down"
)

// A reply is the keeper's answer, the last word on its connection.
type reply struct {
	Error string       `json:",omitempty"`
	Linux bool         `json:",omitempty"` // the node is no router
	Exit  int          `json:",omitempty"`
	Nodes []NodeStatus `json:",omitempty"`
}

// maxMessage is the room for one message: a command may be a script.
const maxMessage = 1 << 17

// send writes v as one packet, with descriptors for the receiver.
func send(c *net.UnixConn, v any, files ...*os.File) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if len(text) > maxMessage {
		return fmt.Errorf("command of %d bytes, more than %d", len(text), maxMessage)
	}
	var rights []byte
	if len(files) > 0 {
		var fds []int
		for _, f := range files {
			fds = append(fds, int(f.Fd()))
		}
		rights = unix.UnixRights(fds...)
	}
	_, _, err = c.WriteMsgUnix(text, rights, nil)
	return err
}

// receive reads one packet into v; io.EOF if the other side has closed.
func receive(c *net.UnixConn, v any) (files []*os.File, err error) {
	text, rights := make([]byte, maxMessage), make([]byte, unix.CmsgSpace(8*4))
	n, control, _, _, err := c.ReadMsgUnix(text, rights)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, io.EOF
	}
	messages, err := unix.ParseSocketControlMessage(rights[:control])
	if err != nil {
		return nil, err
	}
	for _, m := range messages {
		fds, err := unix.ParseUnixRights(&m)
		if err != nil {
			return files, err
		}
		for _, fd := range fds {
			unix.CloseOnExec(fd)
			files = append(files, os.NewFile(uintptr(fd), "passed"))
		}
	}
	if err := json.Unmarshal(text[:n], v); err != nil {
		closeAll(files)
		return nil, err
	}
	return files, nil
}

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}
