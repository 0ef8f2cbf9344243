package socket

import (
	"fmt"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"weft/dataplane/packet"
)

// receiveBatch is how many packets are taken from the kernel at once: whatever
// has arrived up to so many, without waiting for more.
const receiveBatch = 64

// hopeless is how many times in a row receiving may fail before it is given up.
const hopeless = 64

// reader holds the buffers of a batch. Each is large enough for any packet, and
// leaves the pipeline capacity behind smaller ones; pages that nothing reaches
// take no memory.
type reader struct {
	messages [receiveBatch]unix.Mmsghdr
	vectors  [receiveBatch]unix.Iovec
	buffers  [receiveBatch][]byte
}

func newReader() *reader {
	r := new(reader)
	slab := make([]byte, receiveBatch*packet.MaxIPv4)
	for i := range r.messages {
		b := slab[i*packet.MaxIPv4 : (i+1)*packet.MaxIPv4 : (i+1)*packet.MaxIPv4]
		r.buffers[i] = b
		r.vectors[i].Base = &b[0]
		r.vectors[i].SetLen(len(b))
		r.messages[i].Hdr.Iov = &r.vectors[i]
		r.messages[i].Hdr.SetIovlen(1)
	}
	return r
}

// Run hands what arrives to the receive given to Open, until the socket is
// closed. It returns nil then.
func (s *Socket) Run() error { return s.read(s.conn) }

// read hands on what arrives on a raw socket until that is closed.
func (s *Socket) read(conn syscall.RawConn) error {
	r := newReader()
	var packets [receiveBatch][]byte
	var n int
	var problem unix.Errno
	take := func(fd uintptr) bool {
		got, _, errno := unix.Syscall6(unix.SYS_RECVMMSG, fd, uintptr(unsafe.Pointer(&r.messages[0])), receiveBatch, unix.MSG_DONTWAIT, 0, 0)
		n, problem = int(got), errno
		return errno != unix.EAGAIN // else wait until there is something
	}
	for failed := 0; failed < hopeless; {
		if err := conn.Read(take); err != nil {
			return nil // closed
		}
		if problem != 0 {
			failed++ // no memory, for instance: the next one may succeed
			continue
		}
		failed = 0
		for i := range n {
			packets[i] = r.buffers[i][:r.messages[i].Len]
		}
		s.received.Add(uint64(n))
		s.receive(packets[:n])
	}
	return fmt.Errorf("socket: receive: %w", problem)
}
