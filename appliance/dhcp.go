package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"

	"weft/cli/commands"
	"weft/dataplane/packet"
	"weft/dhcp"
	"weft/router"
)

const (
	clientPort, serverPort = 68, 67
	udpHeader              = 8
	protocolUDP            = 17
)

// A leaseDoor is how the DHCP client of one port speaks and hears: it must do so
// while the port has no address, so below IP. The datagram socket is there for
// the way to a server that has to be routed, and so that the kernel does not call
// the client's port unreachable.
type leaseDoor struct {
	index   int
	frames  *os.File // AF_PACKET: IPv4 packets without their link header
	routed  int      // UDP socket of the client's port
	stopped chan struct{}
}

// openLeases makes the doors those of the interfaces that have a DHCP client.
func (b *box) openLeases(names []string) {
	for name, d := range b.leases {
		if !slices.Contains(names, name) {
			d.close()
			delete(b.leases, name)
		}
	}
	for _, name := range names {
		device, ok := b.devices[name]
		if b.leases[name] != nil || !ok {
			continue
		}
		d, err := openLeaseDoor(device, func(payload []byte) {
			b.tell(router.Datagram{Receive: dhcp.Receive{Interface: name, Packet: payload}})
		})
		if err != nil {
			go b.tell(router.Happened{Event: commands.HostFault{What: "DHCP on " + name, Reason: err.Error()}})
			continue
		}
		b.leases[name] = d
	}
}

// sendLease sends a datagram of a client. One that cannot be sent is as good as
// lost: the client sends it again.
func (b *box) sendLease(s dhcp.Send) {
	if d := b.leases[s.Interface]; d != nil {
		_ = d.send(s)
	}
}

func openLeaseDoor(device string, receive func(payload []byte)) (*leaseDoor, error) {
	link, err := net.InterfaceByName(device)
	if err != nil {
		return nil, err
	}
	d := &leaseDoor{index: link.Index, stopped: make(chan struct{})}
	if d.routed, err = openClientPort(device); err != nil {
		return nil, err
	}
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err == nil {
		err = errors.Join(attachFilter(fd), unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: networkOrder(unix.ETH_P_IP), Ifindex: d.index}))
	}
	if err != nil {
		unix.Close(d.routed)
		return nil, fmt.Errorf("packet socket on %s: %w", device, err)
	}
	d.frames = os.NewFile(uintptr(fd), "dhcp on "+device)
	go d.run(receive)
	return d, nil
}

// openClientPort opens the UDP socket of the client's port on one device.
func openClientPort(device string) (int, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return 0, err
	}
	err = errors.Join(
		unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1),
		unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_BROADCAST, 1),
		unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_MARK, outerMark),
		unix.BindToDevice(fd, device),
		unix.Bind(fd, &unix.SockaddrInet4{Port: clientPort}))
	if err != nil {
		unix.Close(fd)
		return 0, fmt.Errorf("port %d on %s: %w", clientPort, device, err)
	}
	return fd, nil
}

// attachFilter lets only whole datagrams to the client's port through, so that
// the rest of a port's traffic costs nothing here.
func attachFilter(fd int) error {
	const drop, take = 0, 0xffff
	program, err := bpf.Assemble([]bpf.Instruction{
		bpf.LoadAbsolute{Off: 9, Size: 1},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: protocolUDP, SkipTrue: 5},
		bpf.LoadAbsolute{Off: 6, Size: 2},
		bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: 0x3fff, SkipTrue: 3}, // a fragment
		bpf.LoadMemShift{Off: 0},
		bpf.LoadIndirect{Off: 2, Size: 2},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: clientPort, SkipTrue: 1},
		bpf.RetConstant{Val: drop},
		bpf.RetConstant{Val: take},
	})
	if err != nil {
		return err
	}
	filters := make([]unix.SockFilter, len(program))
	for i, p := range program {
		filters[i] = unix.SockFilter{Code: p.Op, Jt: p.Jt, Jf: p.Jf, K: p.K}
	}
	return unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: uint16(len(filters)), Filter: &filters[0]})
}

// run reads until the door is closed.
func (d *leaseDoor) run(receive func(payload []byte)) {
	defer close(d.stopped)
	buf := make([]byte, 2048)
	for {
		n, err := d.frames.Read(buf)
		if errors.Is(err, unix.ENETDOWN) {
			continue // the port is down, and will be heard of when it is up again
		}
		if err != nil {
			return
		}
		ip, ok := packet.ParseIPv4(buf[:n])
		if !ok || ip.Protocol() != protocolUDP || len(ip.Payload()) < udpHeader {
			continue
		}
		udp := ip.Payload()
		size := int(binary.BigEndian.Uint16(udp[4:]))
		if size >= udpHeader && size <= len(udp) {
			receive(append([]byte(nil), udp[udpHeader:size]...))
		}
	}
}

// send puts a datagram on the wire: to everybody below IP, to one server as the
// routes have it.
func (d *leaseDoor) send(s dhcp.Send) error {
	if s.Destination != netip.AddrFrom4([4]byte{255, 255, 255, 255}) {
		return unix.Sendto(d.routed, s.Packet, 0, &unix.SockaddrInet4{Port: serverPort, Addr: s.Destination.As4()})
	}
	return d.broadcast(s)
}

func (d *leaseDoor) broadcast(s dhcp.Send) error {
	b := make([]byte, packet.IPv4HeaderLen+udpHeader+len(s.Packet))
	packet.IPv4Header{TotalLen: len(b), TTL: 64, Protocol: protocolUDP, Source: s.Source, Destination: s.Destination}.Put(b)
	udp := b[packet.IPv4HeaderLen:]
	binary.BigEndian.PutUint16(udp, clientPort)
	binary.BigEndian.PutUint16(udp[2:], serverPort)
	binary.BigEndian.PutUint16(udp[4:], uint16(len(udp)))
	copy(udp[udpHeader:], s.Packet)
	ip, ok := packet.ParseIPv4(b)
	if !ok {
		return errors.New("datagram too long")
	}
	sum := packet.ChecksumWith(udp, packet.PseudoHeader(ip))
	if sum == 0 {
		sum = 0xffff // RFC 768: zero is none
	}
	binary.BigEndian.PutUint16(udp[6:], sum)
	conn, err := d.frames.SyscallConn()
	if err != nil {
		return err
	}
	to := &unix.SockaddrLinklayer{Protocol: networkOrder(unix.ETH_P_IP), Ifindex: d.index, Halen: 6, Addr: [8]byte{255, 255, 255, 255, 255, 255}}
	failed := conn.Write(func(fd uintptr) bool {
		err = unix.Sendto(int(fd), b, 0, to)
		return !errors.Is(err, unix.EAGAIN)
	})
	return errors.Join(failed, err)
}

func (d *leaseDoor) close() {
	d.frames.Close()
	<-d.stopped
	unix.Close(d.routed)
}

func networkOrder(n uint16) uint16 { return n<<8 | n>>8 }
