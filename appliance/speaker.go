package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"slices"

	"golang.org/x/sys/unix"

	"weft/cli/commands"
	"weft/dataplane/packet"
	"weft/router"
)

// A speaker is one routing protocol with an IP protocol number of its own on one
// port: a raw socket that is bound to the device.
type speaker struct {
	fd      int // of raw, which has it for as long as it is open
	raw     *os.File
	stopped chan struct{}
}

// openSpeakers makes the sockets those that are wanted.
func (b *box) openSpeakers(want []router.Speaking) {
	for s, open := range b.spoken {
		if !slices.Contains(want, s) {
			open.close()
			delete(b.spoken, s)
		}
	}
	for _, s := range want {
		device, ok := b.devices[s.Interface]
		if b.spoken[s] != nil || !ok {
			continue
		}
		open, err := openSpeaker(device, s, func(in router.RoutingPacket) {
			select { // a flood of a neighbour's must not hold up everything else
			case b.in <- in:
			default:
				b.overflow.Add(1)
			}
		})
		if err != nil {
			go b.tell(router.Happened{Event: commands.HostFault{What: fmt.Sprintf("protocol %d on %s", s.Protocol, s.Interface), Reason: err.Error()}})
			continue
		}
		b.spoken[s] = open
	}
}

// speak sends a packet. One that cannot be sent is as good as lost.
func (b *box) speak(o router.SendRouting) {
	for s, open := range b.spoken {
		if s.Interface == o.Interface && s.Protocol == o.Protocol {
			_ = unix.Sendto(open.fd, o.Packet, 0, &unix.SockaddrInet4{Addr: o.To.As4()})
			return
		}
	}
}

// What routing protocols send: internetwork control, for the next router.
const (
	speakerTOS = 0xc0
	speakerTTL = 2
)

func openSpeaker(device string, s router.Speaking, receive func(router.RoutingPacket)) (*speaker, error) {
	link, err := net.InterfaceByName(device)
	if err != nil {
		return nil, err
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, int(s.Protocol))
	if err != nil {
		return nil, err
	}
	group := &unix.IPMreqn{Multiaddr: s.Group.As4(), Ifindex: int32(link.Index)}
	err = errors.Join(
		unix.BindToDevice(fd, device),
		unix.SetsockoptIPMreqn(fd, unix.IPPROTO_IP, unix.IP_ADD_MEMBERSHIP, group),
		unix.SetsockoptIPMreqn(fd, unix.IPPROTO_IP, unix.IP_MULTICAST_IF, &unix.IPMreqn{Ifindex: int32(link.Index)}),
		unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_MULTICAST_LOOP, 0),
		unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_MULTICAST_ALL, 0),
		unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_MULTICAST_TTL, speakerTTL),
		unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_TTL, speakerTTL),
		unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_TOS, speakerTOS))
	if err != nil {
		unix.Close(fd)
		return nil, err
	}
	open := &speaker{fd: fd, raw: os.NewFile(uintptr(fd), fmt.Sprintf("protocol %d on %s", s.Protocol, device)), stopped: make(chan struct{})}
	go open.run(s, receive)
	return open, nil
}

// run reads until the socket is closed.
func (s *speaker) run(on router.Speaking, receive func(router.RoutingPacket)) {
	defer close(s.stopped)
	buf := make([]byte, 1<<16)
	for {
		n, err := s.raw.Read(buf)
		if errors.Is(err, unix.ENETDOWN) {
			continue // the port is down, and will be heard of when it is up again
		}
		if err != nil {
			return
		}
		ip, ok := packet.ParseIPv4(buf[:n])
		if !ok {
			continue
		}
		receive(router.RoutingPacket{Interface: on.Interface, From: ip.Source(), To: ip.Destination(), Protocol: on.Protocol,
			Packet: append([]byte(nil), ip.Payload()...)})
	}
}

func (s *speaker) close() {
	s.raw.Close()
	<-s.stopped
}
