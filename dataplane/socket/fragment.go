package socket

import (
	"fmt"
	"net/netip"
	"slices"
	"sync"

	"golang.org/x/sys/unix"

	"weft/dataplane"
	"weft/dataplane/packet"
)

// The kernel does not fragment packets that bring their own header: raw(7).
// So we do, when it says that one is too big: in a tunnel whose MTU is set
// larger than its path allows, which is legal and slow.

// linkSizesMost is how many destinations are remembered.
const linkSizesMost = 4096

// linkSizes remembers how large packets may be, by destination.
type linkSizes struct {
	fd int // of a UDP socket that asks the kernel for its routes

	mu    sync.Mutex // guards known, and fd's destination
	known map[netip.Addr]int
}

// openProbe opens the socket that routes are asked for, in the same namespace
// and with the same mark as the one that sends.
func openProbe(mark uint32) (fd int, err error) {
	fd, err = unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, fmt.Errorf("socket: %w", err)
	}
	if err := setMark(fd, mark); err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

// of is how large packets to destination may be; fresh asks the kernel even if
// that is known. Connecting a UDP socket sends nothing, it only finds a route.
func (l *linkSizes) of(destination netip.Addr, fresh bool) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if mtu := l.known[destination]; mtu > 0 && !fresh {
		return mtu, nil
	}
	if err := unix.Connect(l.fd, &unix.SockaddrInet4{Port: 9, Addr: destination.As4()}); err != nil {
		return 0, err
	}
	mtu, err := unix.GetsockoptInt(l.fd, unix.IPPROTO_IP, unix.IP_MTU)
	if err != nil {
		return 0, err
	}
	if l.known == nil || len(l.known) >= linkSizesMost {
		l.known = map[netip.Addr]int{}
	}
	l.known[destination] = mtu
	return mtu, nil
}

func (l *linkSizes) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fd <= 0 {
		return nil
	}
	err := unix.Close(l.fd)
	l.fd = -1
	return err
}

// sendFragments sends p in fragments that fit; a size that was remembered and
// no longer fits is asked for again.
func (s *Socket) sendFragments(to netip.AddrPort, p packet.IPv4) (err error) {
	for _, fresh := range []bool{false, true} {
		var mtu int
		if mtu, err = s.sizes.of(to.Addr(), fresh); err != nil {
			return err
		}
		var fragments []dataplane.Datagram
		for offset := 0; ; {
			b, next, ok := packet.AppendFragment(nil, p, offset, mtu)
			if !ok {
				return unix.EMSGSIZE
			}
			fragments = append(fragments, dataplane.Datagram{To: to, Packet: b})
			if offset = next; next == 0 {
				break
			}
		}
		for part := range slices.Chunk(fragments, sendBatch) {
			if _, err = s.sendPart(part); err != nil {
				break
			}
		}
		if err != unix.EMSGSIZE {
			return err
		}
	}
	return err
}
