// Package socket is the door between the tunnels and the wire: one raw socket
// for IP protocol 47, on which every GRE packet of the network namespace comes
// and goes. A second one would get a copy of every packet; telling tunnels
// apart is the pipeline's work.
//
//   - socket.go    opening, closing, counting
//   - receive.go   batches from the kernel (recvmmsg)
//   - send.go      batches to the kernel (sendmmsg)
//   - fragment.go  outer packets that are too big for their link
//   - protect.go   what is open only while something is protected: raw ESP, and UDP
//     ports 500 and 4500
//   - udp.go       datagrams from the kernel, given their headers back; those that
//     it has joined (UDP_GRO) are split again
//   - segment.go   ESP in UDP, joined for the kernel to split (UDP_SEGMENT)
//
// The kernel has verified the outer header's checksum and put fragments
// together before we see a packet. It also answers GRE that no socket wants
// with an ICMP protocol-unreachable, which takes tunnels of other
// implementations down; so the socket is opened before any tunnel is
// configured, and what comes before Run waits in its buffer.
//
// What we send has its header already (IP_HDRINCL), ESP and UDP too; the kernel
// chooses the way.
// A mark on the socket lets a routing rule send it by the table that has no
// routes through tunnels: otherwise a default route through a tunnel would lead
// the tunnel's own packets into itself.
//
// Two system calls, sendmmsg and recvmmsg, are made here and not through
// golang.org/x/net/ipv4, which makes an address value for every packet it
// receives and costs nearly half as much again.
//
// Left out: AF_PACKET, which sends GRE and ESP at half the cost by leaving routing
// and neighbours to us.
package socket

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"weft/dataplane"
)

var _ dataplane.Underlay = (*Socket)(nil)

// bufferSize is what the kernel may hold for us each way, in octets as the
// kernel counts them (about twice the packets).
const bufferSize = 8 << 20

// Socket is the raw GRE socket of one network namespace. It implements
// dataplane.Underlay. All methods may be called from any goroutine.
type Socket struct {
	file    *os.File
	conn    syscall.RawConn
	receive func(packets [][]byte)
	sizes   linkSizes
	writers sync.Pool // *writer
	joiners sync.Pool // *segmentWriter
	mark    uint32

	protecting sync.Mutex // guards protection
	protection *protection
	segments   atomic.Pointer[udpSocket] // that joined datagrams leave by; nil: none

	sent, received atomic.Uint64
	failures       [256]atomic.Uint64 // by error number
}

// Open opens the socket in the network namespace of the calling thread. mark,
// if not 0, is put on all that is sent. Run hands what arrives to receive, one
// outer packet at a time, in a buffer that receive may overwrite up to its
// capacity but not keep. It needs CAP_NET_RAW, and CAP_NET_ADMIN for a mark.
func Open(mark uint32, receive func(packet []byte)) (*Socket, error) {
	return OpenBatch(mark, func(packets [][]byte) {
		for _, p := range packets {
			receive(p)
		}
	})
}

// OpenBatch is Open for a receive that takes all packets which have arrived at
// once, in a buffer each.
func OpenBatch(mark uint32, receive func(packets [][]byte)) (*Socket, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.IPPROTO_GRE)
	if err != nil {
		return nil, fmt.Errorf("socket: raw GRE: %w", err)
	}
	s := &Socket{file: os.NewFile(uintptr(fd), "raw GRE socket"), receive: receive, mark: mark}
	s.writers.New = func() any { return newWriter() }
	s.joiners.New = func() any { return newSegmentWriter() }
	if err := s.setUp(fd, mark); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Socket) setUp(fd int, mark uint32) (err error) {
	if err := unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_HDRINCL, 1); err != nil {
		return fmt.Errorf("socket: header included: %w", err)
	}
	if err := setMark(fd, mark); err != nil {
		return err
	}
	grow(fd, unix.SO_RCVBUFFORCE, unix.SO_RCVBUF)
	grow(fd, unix.SO_SNDBUFFORCE, unix.SO_SNDBUF)
	if s.sizes.fd, err = openProbe(mark); err != nil {
		return err
	}
	if s.conn, err = s.file.SyscallConn(); err != nil {
		return fmt.Errorf("socket: %w", err)
	}
	return nil
}

func setMark(fd int, mark uint32) error {
	if mark == 0 {
		return nil
	}
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_MARK, int(mark)); err != nil {
		return fmt.Errorf("socket: mark %#x: %w", mark, err)
	}
	return nil
}

// grow asks for a large buffer: beyond the system's limit if we may, else up to it.
func grow(fd, force, option int) {
	if unix.SetsockoptInt(fd, unix.SOL_SOCKET, force, bufferSize) != nil {
		unix.SetsockoptInt(fd, unix.SOL_SOCKET, option, bufferSize)
	}
}

// Close ends Run and makes Send fail.
func (s *Socket) Close() error {
	return errors.Join(s.Protect(false), s.file.Close(), s.sizes.close())
}

// Counters of a socket.
type Counters struct {
	Sent, Received uint64    // packets
	Overflows      uint64    // packets lost because nobody read them in time
	Failures       []Failure // of sending, by error number
}

// Failure is an error of sending with its count.
type Failure struct {
	Error unix.Errno
	Count uint64
}

// Counters are those since Open.
func (s *Socket) Counters() Counters {
	c := Counters{Sent: s.sent.Load(), Received: s.received.Load(), Overflows: s.overflows()}
	for number := range s.failures {
		if n := s.failures[number].Load(); n > 0 {
			c.Failures = append(c.Failures, Failure{unix.Errno(number), n})
		}
	}
	return c
}

// overflows asks the kernel how many packets it had no room for.
func (s *Socket) overflows() uint64 {
	const drops = 8 // SK_MEMINFO_DROPS
	var memory [drops + 1]uint32
	size := uint32(unsafe.Sizeof(memory))
	s.conn.Control(func(fd uintptr) {
		unix.Syscall6(unix.SYS_GETSOCKOPT, fd, unix.SOL_SOCKET, unix.SO_MEMINFO,
			uintptr(unsafe.Pointer(&memory)), uintptr(unsafe.Pointer(&size)), 0)
	})
	return uint64(memory[drops])
}

// failed counts err and returns it.
func (s *Socket) failed(err error) error {
	var number unix.Errno
	if errors.As(err, &number) && int(number) < len(s.failures) {
		s.failures[number].Add(1)
	}
	return err
}
