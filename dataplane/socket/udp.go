package socket

import (
	"encoding/binary"
	"fmt"
	"os"
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"weft/dataplane/packet"
)

const (
	udpHead = packet.IPv4HeaderLen + packet.UDPHeaderLen

	// udpBatch is how many messages are taken from the kernel at once. With GRO
	// each may be up to segmentsMost datagrams.
	udpBatch     = 8
	segmentsMost = 64

	// segmentsOctets bounds what one super-datagram holds.
	segmentsOctets = 65000

	controlLen = 128
)

// udpSocket is one UDP port. The kernel joins datagrams of one flow that arrive
// together (UDP_GRO), and splits what we join (UDP_SEGMENT): both make it see far
// fewer packets.
type udpSocket struct {
	file  *os.File
	conn  syscall.RawConn
	port  uint16
	joins atomic.Bool // UDP_SEGMENT works
}

func openUDP(mark uint32, port uint16) (*udpSocket, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("socket: UDP port %d: %w", port, err)
	}
	u := &udpSocket{file: os.NewFile(uintptr(fd), fmt.Sprintf("UDP port %d", port)), port: port}
	if err := u.setUp(fd, mark); err != nil {
		u.file.Close()
		return nil, fmt.Errorf("socket: UDP port %d: %w", port, err)
	}
	return u, nil
}

func (u *udpSocket) setUp(fd int, mark uint32) (err error) {
	if err := setMark(fd, mark); err != nil {
		return err
	}
	for _, option := range [][2]int{
		{unix.IP_PKTINFO, 1}, // to which of our addresses
		{unix.IP_RECVTOS, 1}, // congestion marks
		{unix.IP_RECVERR, 0}, // an ICMP error is nobody's word
		{unix.IP_MTU_DISCOVER, unix.IP_PMTUDISC_DONT},
	} {
		if err := unix.SetsockoptInt(fd, unix.IPPROTO_IP, option[0], option[1]); err != nil {
			return err
		}
	}
	grow(fd, unix.SO_RCVBUFFORCE, unix.SO_RCVBUF)
	grow(fd, unix.SO_SNDBUFFORCE, unix.SO_SNDBUF)
	if u.port == portNATT { // neither is in all kernels, and it works without
		unix.SetsockoptInt(fd, unix.IPPROTO_UDP, unix.UDP_GRO, 1)
		_, err := unix.GetsockoptInt(fd, unix.IPPROTO_UDP, unix.UDP_SEGMENT)
		u.joins.Store(err == nil)
	}
	if err := unix.Bind(fd, &unix.SockaddrInet4{Port: int(u.port)}); err != nil {
		return err
	}
	u.conn, err = u.file.SyscallConn()
	return err
}

// udpReader holds the buffers of a batch: one for each message, and one for each
// datagram that a message is split into. In front of each is room for the headers
// that the kernel has taken off.
type udpReader struct {
	messages [udpBatch]unix.Mmsghdr
	vectors  [udpBatch]unix.Iovec
	names    [udpBatch]unix.RawSockaddrInet4
	controls [udpBatch][controlLen]byte
	buffers  [udpBatch][]byte
	pieces   [udpBatch * segmentsMost][]byte
	packets  [][]byte
}

func newUDPReader() *udpReader {
	r := new(udpReader)
	const size = udpHead + packet.MaxIPv4
	slab := make([]byte, (len(r.buffers)+len(r.pieces))*size)
	cut := func() (b []byte) {
		b, slab = slab[:size:size], slab[size:]
		return b
	}
	for i := range r.messages {
		r.buffers[i] = cut()
		r.vectors[i].Base = &r.buffers[i][udpHead]
		r.vectors[i].SetLen(packet.MaxIPv4)
		h := &r.messages[i].Hdr
		h.Iov, h.Name, h.Control = &r.vectors[i], (*byte)(unsafe.Pointer(&r.names[i])), &r.controls[i][0]
		h.SetIovlen(1)
	}
	for i := range r.pieces {
		r.pieces[i] = cut()
	}
	return r
}

// readUDP hands on what arrives until the socket is closed.
func (s *Socket) readUDP(u *udpSocket) {
	r := newUDPReader()
	var n int
	var problem unix.Errno
	take := func(fd uintptr) bool {
		for i := range r.messages {
			r.messages[i].Hdr.Namelen = unix.SizeofSockaddrInet4
			r.messages[i].Hdr.SetControllen(controlLen)
		}
		got, _, errno := unix.Syscall6(unix.SYS_RECVMMSG, fd, uintptr(unsafe.Pointer(&r.messages[0])), udpBatch, unix.MSG_DONTWAIT, 0, 0)
		n, problem = int(got), errno
		return errno != unix.EAGAIN
	}
	for failed := 0; failed < hopeless; {
		if err := u.conn.Read(take); err != nil {
			return // closed
		}
		if problem != 0 {
			failed++
			continue
		}
		failed = 0
		r.packets = r.packets[:0]
		for i := range n {
			r.split(i, u.port)
		}
		s.received.Add(uint64(len(r.packets)))
		s.receive(r.packets)
	}
}

// split makes packets of a message. The first one stays where it is.
func (r *udpReader) split(i int, port uint16) {
	m := &r.messages[i]
	if m.Hdr.Flags&unix.MSG_TRUNC != 0 {
		return
	}
	about := readControl(r.controls[i][:m.Hdr.Controllen])
	size, length := about.segment, int(m.Len)
	if size <= 0 {
		size = length
	}
	for at := 0; at == 0 || at < length; at += size {
		n := min(size, length-at)
		b := r.buffers[i]
		if at > 0 {
			k := len(r.packets)
			if k >= len(r.pieces) {
				return
			}
			b = r.pieces[k]
			copy(b[udpHead:], r.buffers[i][udpHead+at:udpHead+at+n])
		}
		b = b[:udpHead+n]
		putHeaders(b, about, &r.names[i], port)
		r.packets = append(r.packets, b)
	}
}

// putHeaders writes the headers that a packet had, but for checksums, which the
// kernel has verified.
func putHeaders(b []byte, about controls, from *unix.RawSockaddrInet4, port uint16) {
	clear(b[:udpHead])
	b[0], b[1], b[8], b[9] = 0x45, about.tos, 64, packet.ProtocolUDP
	binary.BigEndian.PutUint16(b[2:], uint16(len(b)))
	copy(b[12:], from.Addr[:])
	copy(b[16:], about.local[:])
	fromPort := (*[2]byte)(unsafe.Pointer(&from.Port)) // in network order
	packet.PutUDP(b[packet.IPv4HeaderLen:], binary.BigEndian.Uint16(fromPort[:]), port)
}

// controls is what the kernel says about a message.
type controls struct {
	local   [4]byte
	tos     uint8
	segment int // octets of each datagram that was joined; 0: it is one
}

func readControl(b []byte) (c controls) {
	for len(b) >= unix.SizeofCmsghdr {
		h := (*unix.Cmsghdr)(unsafe.Pointer(&b[0]))
		if h.Len < unix.SizeofCmsghdr || int(h.Len) > len(b) {
			return c
		}
		data := b[unix.SizeofCmsghdr:h.Len]
		switch {
		case h.Level == unix.IPPROTO_IP && h.Type == unix.IP_PKTINFO && len(data) >= unix.SizeofInet4Pktinfo:
			c.local = [4]byte(data[8:12])
		case h.Level == unix.IPPROTO_IP && h.Type == unix.IP_TOS && len(data) >= 1:
			c.tos = data[0]
		case h.Level == unix.IPPROTO_UDP && h.Type == unix.UDP_GRO && len(data) >= 4:
			c.segment = int(binary.NativeEndian.Uint32(data))
		}
		b = b[min(unix.CmsgSpace(len(data)), len(b)):]
	}
	return c
}
