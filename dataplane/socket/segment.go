package socket

import (
	"encoding/binary"
	"unsafe"

	"golang.org/x/sys/unix"

	"weft/dataplane"
	"weft/dataplane/packet"
)

// joinable is how many datagrams of a batch, from its first on, can go as one
// that the kernel splits: ESP in UDP between the same two ends, of one size, but
// for the last, which may be shorter.
func joinable(batch []dataplane.Datagram) int {
	first := batch[0].Packet
	if !isNATT(batch[0]) {
		return 0
	}
	n, octets := 1, len(first)-udpHead
	for n < len(batch) && n < segmentsMost {
		b := batch[n].Packet
		octets += len(b) - udpHead
		if !isNATT(batch[n]) || batch[n].To != batch[0].To || len(b) > len(first) || octets > segmentsOctets ||
			b[1] != first[1] || [4]byte(b[12:16]) != [4]byte(first[12:16]) {
			break
		}
		n++
		if len(b) < len(first) {
			break
		}
	}
	return n
}

// isNATT tells a packet of ESP in UDP that may be fragmented.
func isNATT(d dataplane.Datagram) bool {
	p := d.Packet
	return d.To.Port() != 0 && len(p) > udpHead && p[0] == 0x45 && p[9] == packet.ProtocolUDP && p[6]&0x40 == 0 &&
		binary.BigEndian.Uint16(p[packet.IPv4HeaderLen:]) == portNATT
}

// segmentWriter holds what one sendmsg needs.
type segmentWriter struct {
	header  unix.Msghdr
	name    unix.RawSockaddrInet4
	vectors [segmentsMost]unix.Iovec
	control [controlLen]byte
	problem unix.Errno
	put     func(fd uintptr) bool
}

func newSegmentWriter() *segmentWriter {
	w := new(segmentWriter)
	w.name.Family = unix.AF_INET
	w.header.Name = (*byte)(unsafe.Pointer(&w.name))
	w.header.Namelen = unix.SizeofSockaddrInet4
	w.header.Iov = &w.vectors[0]
	w.header.Control = &w.control[0]
	w.put = w.sendmsg
	return w
}

func (w *segmentWriter) sendmsg(fd uintptr) bool {
	for {
		_, _, errno := unix.Syscall(unix.SYS_SENDMSG, fd, uintptr(unsafe.Pointer(&w.header)), unix.MSG_DONTWAIT)
		switch errno {
		case unix.EINTR:
			continue
		case unix.EAGAIN:
			return false
		}
		w.problem = errno
		return true
	}
}

// sendJoined sends datagrams as one. If it cannot, they go one by one.
func (s *Socket) sendJoined(u *udpSocket, batch []dataplane.Datagram) bool {
	w := s.joiners.Get().(*segmentWriter)
	defer s.joiners.Put(w)
	w.name.Addr = batch[0].To.Addr().As4()
	port := batch[0].To.Port()
	w.name.Port = port<<8 | port>>8
	if binary.NativeEndian.Uint16([]byte{0, 1}) == 1 {
		w.name.Port = port
	}
	for i, d := range batch {
		payload := d.Packet[udpHead:]
		w.vectors[i].Base = unsafe.SliceData(payload)
		w.vectors[i].SetLen(len(payload))
	}
	w.header.SetIovlen(len(batch))
	first := batch[0].Packet
	at := w.attach(0, unix.IPPROTO_IP, unix.IP_PKTINFO, unix.SizeofInet4Pktinfo, func(b []byte) {
		clear(b)
		copy(b[4:8], first[12:16]) // the source to use
	})
	at = w.attach(at, unix.IPPROTO_IP, unix.IP_TOS, 4, func(b []byte) { binary.NativeEndian.PutUint32(b, uint32(first[1])) })
	at = w.attach(at, unix.IPPROTO_UDP, unix.UDP_SEGMENT, 2, func(b []byte) {
		binary.NativeEndian.PutUint16(b, uint16(len(first)-udpHead))
	})
	w.header.SetControllen(at)
	err := u.conn.Write(w.put)
	for i := range batch {
		w.vectors[i].Base = nil
	}
	if err != nil || w.problem != 0 {
		if w.problem == unix.EIO { // the device cannot compute checksums for us
			u.joins.Store(false)
		}
		return false
	}
	return true
}

// attach writes a control message at octet at and returns where the next one goes.
func (w *segmentWriter) attach(at int, level, kind int32, n int, data func([]byte)) int {
	h := (*unix.Cmsghdr)(unsafe.Pointer(&w.control[at]))
	h.Level, h.Type = level, kind
	h.SetLen(unix.CmsgLen(n))
	data(w.control[at+unix.SizeofCmsghdr : at+unix.SizeofCmsghdr+n])
	return at + unix.CmsgSpace(n)
}
