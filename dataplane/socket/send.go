package socket

import (
	"unsafe"

	"golang.org/x/sys/unix"

	"weft/dataplane"
	"weft/dataplane/packet"
)

// sendBatch is how many packets are given to the kernel at once.
const sendBatch = 128

// writer holds what sendmmsg needs for a batch.
type writer struct {
	messages [sendBatch]unix.Mmsghdr
	vectors  [sendBatch]unix.Iovec
	names    [sendBatch]unix.RawSockaddrInet4

	from, to int                   // the messages still to go
	problem  unix.Errno            // why not all of them went
	put      func(fd uintptr) bool // made once, so that a batch allocates nothing
}

func newWriter() *writer {
	w := new(writer)
	for i := range w.messages {
		h := &w.messages[i].Hdr
		w.names[i].Family = unix.AF_INET
		h.Name = (*byte)(unsafe.Pointer(&w.names[i]))
		h.Namelen = unix.SizeofSockaddrInet4
		h.Iov = &w.vectors[i]
		h.SetIovlen(1)
	}
	w.put = w.sendmmsg
	return w
}

// load prepares the batch, which is no longer than sendBatch.
func (w *writer) load(batch []dataplane.Datagram) {
	for i, d := range batch {
		w.names[i].Addr = d.To.Addr().As4()
		w.vectors[i].Base = unsafe.SliceData(d.Packet)
		w.vectors[i].SetLen(len(d.Packet))
	}
	w.from, w.to = 0, len(batch)
}

// sendmmsg gives the kernel what is left of the batch. It stops at the first
// packet that the kernel refuses; only when that is the first of a call does
// the call say why.
func (w *writer) sendmmsg(fd uintptr) bool {
	for w.from < w.to {
		n, _, errno := unix.Syscall6(unix.SYS_SENDMMSG, fd, uintptr(unsafe.Pointer(&w.messages[w.from])), uintptr(w.to-w.from), unix.MSG_DONTWAIT, 0, 0)
		switch errno {
		case 0:
			w.from += int(n)
		case unix.EINTR:
		case unix.EAGAIN:
			return false // wait until there is room
		default:
			w.problem = errno
			return true
		}
	}
	w.problem = 0
	return true
}

// release lets go of the packets.
func (w *writer) release(n int) {
	for i := range w.vectors[:n] {
		w.vectors[i].Base = nil
	}
}

// Send sends outer packets until one cannot be sent. One that is larger than
// its link and may be fragmented goes out in fragments.
func (s *Socket) Send(batch []dataplane.Datagram) (sent int, err error) {
	for sent < len(batch) && err == nil {
		part := batch[sent:min(len(batch), sent+sendBatch)]
		var n int
		if u := s.segments.Load(); u != nil && u.joins.Load() {
			if n, part = apart(part); n > 1 && s.sendJoined(u, part[:n]) {
				sent += n
				continue
			}
		}
		n, err = s.sendPart(part)
		sent += n
		if err == unix.EMSGSIZE {
			if p, ok := packet.ParseIPv4(part[n].Packet); ok && !p.DontFragment() {
				if err = s.sendFragments(part[n].To, p); err == nil {
					sent++
				}
			}
		}
	}
	s.sent.Add(uint64(sent))
	if err != nil {
		s.failed(err)
	}
	return sent, err
}

// apart cuts a part where datagrams begin that can be joined; if it begins with
// such, n is how many they are.
func apart(part []dataplane.Datagram) (n int, rest []dataplane.Datagram) {
	if n = joinable(part); n > 1 {
		return n, part[:n]
	}
	for i := range part {
		if i > 0 && joinable(part[i:]) > 1 {
			return 0, part[:i]
		}
	}
	return 0, part
}

func (s *Socket) sendPart(part []dataplane.Datagram) (sent int, err error) {
	w := s.writers.Get().(*writer)
	defer s.writers.Put(w)
	w.load(part)
	defer w.release(len(part))
	if err := s.conn.Write(w.put); err != nil {
		return w.from, unix.EBADF // closed
	}
	if w.problem != 0 {
		return w.from, w.problem
	}
	return w.from, nil
}
