package kernel

import (
	"encoding/binary"
	"fmt"
	"net"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// captureLook is how long a capture waits for a frame before it looks whether
// it is still wanted, in microseconds.
const captureLook = 100_000

// Capture shows the frames of a port to seen, on a goroutine of its own, until
// stop is called; seen must not keep them. A frame that nobody reads in time is
// lost; lost tells how many were.
func (k *Kernel) Capture(iface string, seen func(frame []byte, out bool)) (stop func() (lost int), err error) {
	device, err := net.InterfaceByName(k.device(iface))
	if err != nil {
		return nil, fmt.Errorf("capture %s: %w", iface, err)
	}
	all := binary.BigEndian.Uint16(binary.NativeEndian.AppendUint16(nil, unix.ETH_P_ALL))
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, int(all))
	if err != nil {
		return nil, fmt.Errorf("capture %s: %w", iface, err)
	}
	if err := unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: all, Ifindex: device.Index}); err == nil {
		err = unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Usec: captureLook})
	} else {
		unix.Close(fd)
		return nil, fmt.Errorf("capture %s: %w", iface, err)
	}
	var done atomic.Bool
	ended := make(chan int)
	go func() {
		defer unix.Close(fd)
		buf := make([]byte, 65536)
		for !done.Load() {
			n, from, err := unix.Recvfrom(fd, buf, 0)
			if link, ok := from.(*unix.SockaddrLinklayer); err == nil && ok && link.Ifindex == device.Index {
				seen(buf[:n], link.Pkttype == unix.PACKET_OUTGOING)
			}
		}
		lost := 0
		if stats, err := unix.GetsockoptTpacketStats(fd, unix.SOL_PACKET, unix.PACKET_STATISTICS); err == nil {
			lost = int(stats.Drops)
		}
		ended <- lost
	}()
	return func() int {
		done.Store(true)
		return <-ended
	}, nil
}
