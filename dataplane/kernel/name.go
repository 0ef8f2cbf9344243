package kernel

import "strings"

// maxDeviceName is IFNAMSIZ without its terminating zero.
const maxDeviceName = 15

// DeviceName is the Linux device behind a Tunnel interface: its name, or, where
// that is longer than Linux allows, IOS's abbreviation of it ("Tu2147483647").
// Both are unique, since canonical names are never abbreviated. All Loopback
// interfaces share lo.
func DeviceName(iface string) string {
	if isLoopback(iface) {
		return "lo"
	}
	if len(iface) <= maxDeviceName {
		return iface
	}
	number := strings.TrimLeft(iface, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-")
	return iface[:2] + number
}

func isLoopback(iface string) bool { return strings.HasPrefix(iface, "Loopback") }

// device is the Linux device behind any interface.
func (k *Kernel) device(iface string) string {
	if device, port := k.devices[iface]; port {
		return device
	}
	return DeviceName(iface)
}

// iface is the interface in front of a Linux device.
func (k *Kernel) iface(device string) string {
	if name, port := k.options.Ports[device]; port {
		return name
	}
	return device
}
