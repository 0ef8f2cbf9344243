package tun

import (
	"errors"
	"fmt"
	"os"
	"sync/atomic"

	"golang.org/x/sys/unix"
	wireguard "golang.zx2c4.com/wireguard/tun"

	"weft/dataplane"
	"weft/dataplane/packet"
)

// hopeless is how many reads in a row may fail before the device is given up.
const hopeless = 64

// device is one TUN with its reader.
type device struct {
	wireguard.Device
	name     string
	ended    chan struct{} // closed when the reader has ended
	failures atomic.Uint64 // reads
}

func open(name string, mtu int) (*device, error) {
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("/dev/net/tun: %w", err)
	}
	if err := create(fd, name, mtu); err != nil {
		unix.Close(fd)
		return nil, err
	}
	tun, _, err := wireguard.CreateUnmonitoredTUNFromFD(fd)
	if err != nil {
		unix.Close(fd)
		return nil, err
	}
	return &device{Device: tun, name: name, ended: make(chan struct{})}, nil
}

// create attaches fd to a new device.
func create(fd int, name string, mtu int) error {
	request, err := unix.NewIfreq(name)
	if err != nil {
		return err
	}
	// No packet information in front, but a virtio header, which carries offloads.
	request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI | unix.IFF_VNET_HDR)
	if err := unix.IoctlIfreq(fd, unix.TUNSETIFF, request); err != nil {
		return fmt.Errorf("create: %w", err)
	}
	acceptOwn(name)
	if mtu == 0 {
		return nil
	}
	// The MTU is set through any socket of the namespace, not through the TUN.
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(socket)
	request.SetUint32(uint32(mtu))
	if err := unix.IoctlIfreq(socket, unix.SIOCSIFMTU, request); err != nil {
		return fmt.Errorf("MTU %d: %w", mtu, err)
	}
	return nil
}

// acceptOwn has the kernel take what the pipeline says in the box's own name:
// ICMP errors to those behind it come from the tunnel's address, which the
// kernel would not believe from outside. The setting goes with the device. Where
// it may not be changed, such messages are lost and nothing else.
func acceptOwn(name string) {
	os.WriteFile("/proc/sys/net/ipv4/conf/"+name+"/accept_local", []byte("1"), 0o644)
}

// read feeds what the kernel routes into the device until that is gone.
func (d *device) read(feed func(packets [][]byte)) {
	defer close(d.ended)
	// A buffer is large enough for any packet, whatever the MTU becomes. Pages
	// that no packet reaches are never touched and take no memory.
	const size = dataplane.Headroom + packet.MaxIPv4
	n := d.BatchSize()
	slab := make([]byte, n*size)
	buffers, packets, sizes := make([][]byte, n), make([][]byte, 0, n), make([]int, n)
	for i := range buffers {
		buffers[i] = slab[i*size : (i+1)*size : (i+1)*size]
	}
	for failed := 0; failed < hopeless; {
		got, err := d.Read(buffers, sizes, dataplane.Headroom)
		packets = packets[:0]
		for i, buffer := range buffers[:max(got, 0)] {
			packets = append(packets, buffer[:dataplane.Headroom+sizes[i]])
		}
		if len(packets) > 0 {
			feed(packets)
		}
		switch {
		case err == nil:
			failed = 0
		case errors.Is(err, os.ErrClosed):
			return
		default: // a packet that the library cannot make sense of
			failed++
			d.failures.Add(1)
		}
	}
}

// alive tells that the reader has not given up.
func (d *device) alive() bool {
	select {
	case <-d.ended:
		return false
	default:
		return true
	}
}

func (d *device) close() error {
	err := d.Device.Close()
	<-d.ended
	return err
}
