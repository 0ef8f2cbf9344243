package socket

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// Ports of the key exchange, and of ESP in UDP (RFC 3948).
const (
	portIKE  = 500
	portNATT = 4500
)

// protection is what is open only while something is protected: a raw socket for
// ESP and two for UDP. A box without IPsec listens on nothing.
type protection struct {
	esp     *rawESP
	udp     []*udpSocket
	readers sync.WaitGroup
}

type rawESP struct {
	file *os.File
	conn syscall.RawConn
}

// Protect opens or closes what IPsec needs, in the network namespace of the
// calling thread. What arrives goes to the receive given to Open, as complete
// IPv4 packets.
func (s *Socket) Protect(on bool) error {
	s.protecting.Lock()
	defer s.protecting.Unlock()
	if open := s.protection != nil; open == on {
		return nil
	}
	if !on {
		return s.unprotect()
	}
	p := &protection{}
	s.protection = p
	if err := s.protect(p); err != nil {
		return errors.Join(err, s.unprotect())
	}
	return nil
}

func (s *Socket) protect(p *protection) (err error) {
	if p.esp, err = openESP(s.mark); err != nil {
		return err
	}
	for _, port := range []uint16{portIKE, portNATT} {
		u, err := openUDP(s.mark, port)
		if err != nil {
			return err
		}
		p.udp = append(p.udp, u)
	}
	p.readers.Go(func() { s.read(p.esp.conn) })
	for _, u := range p.udp {
		p.readers.Go(func() { s.readUDP(u) })
	}
	s.segments.Store(p.udp[1])
	return nil
}

func (s *Socket) unprotect() (err error) {
	p := s.protection
	s.protection = nil
	s.segments.Store(nil)
	if p.esp != nil {
		err = p.esp.file.Close()
	}
	for _, u := range p.udp {
		err = errors.Join(err, u.file.Close())
	}
	p.readers.Wait()
	return err
}

// openESP opens the raw socket that ESP arrives on. It goes out on the one for
// GRE, which takes whatever has a header.
func openESP(mark uint32) (*rawESP, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.IPPROTO_ESP)
	if err != nil {
		return nil, fmt.Errorf("socket: raw ESP: %w", err)
	}
	r := &rawESP{file: os.NewFile(uintptr(fd), "raw ESP socket")}
	grow(fd, unix.SO_RCVBUFFORCE, unix.SO_RCVBUF)
	if r.conn, err = r.file.SyscallConn(); err == nil {
		err = setMark(fd, mark)
	}
	if err != nil {
		r.file.Close()
		return nil, err
	}
	return r, nil
}
