package kernel

import (
	"encoding/binary"
	"unsafe"

	"golang.org/x/sys/unix"
)

// speed asks the driver of a device for its speed in Mbit/s, through the ioctl
// that ethtool used before netlink: every driver still answers it. 0 is unknown.
func speed(device string) int {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0
	}
	defer unix.Close(fd)
	// struct ethtool_cmd: speed is at 12, speed_hi at 28.
	var command [44]byte
	binary.NativeEndian.PutUint32(command[:], unix.ETHTOOL_GSET)
	// struct ifreq: the name, then a pointer.
	var request struct {
		name [unix.IFNAMSIZ]byte
		data unsafe.Pointer
		rest [16]byte
	}
	if copy(request.name[:unix.IFNAMSIZ-1], device) != len(device) {
		return 0
	}
	request.data = unsafe.Pointer(&command)
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.SIOCETHTOOL, uintptr(unsafe.Pointer(&request))); errno != 0 {
		return 0
	}
	mbit := uint32(binary.NativeEndian.Uint16(command[28:]))<<16 | uint32(binary.NativeEndian.Uint16(command[12:]))
	if mbit == 0xffff || mbit == 0xffffffff {
		return 0
	}
	return int(mbit)
}
