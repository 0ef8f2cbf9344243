package kernel

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"weft/dataplane"
)

// A setting is a file below /proc/sys and what it must hold. A name with a
// blank %s is one per device.
type setting struct{ name, value string }

// hostSettings hold for the box. ip_forward comes before them, since writing it
// sets many others.
var hostSettings = []setting{
	{"net/ipv4/icmp_errors_use_inbound_ifaddr", "1"}, // traceroute shows the address it came in by
}

// deviceSettings hold for each port and TUN, and for "all" and "default".
var deviceSettings = []setting{
	{"net/ipv4/conf/%s/rp_filter", "0"},        // asymmetric paths are normal
	{"net/ipv4/conf/%s/send_redirects", "0"},   // a router's decision, and NHRP's job on tunnels
	{"net/ipv4/conf/%s/accept_redirects", "0"}, // routes come from our RIB only
	{"net/ipv4/conf/%s/arp_announce", "2"},     // never ask with a loopback's address
	{"net/ipv6/conf/%s/accept_ra", "0"},        // a router takes no default route from another
}

// tunSettings hold for TUNs only: the kernel's own IPv6 chatter does not belong
// into a tunnel that carries IPv4.
var tunSettings = []setting{{"net/ipv6/conf/%s/addr_gen_mode", "1"}}

const forwarding = "net/ipv4/ip_forward"

// savedSettings are all that this package may change for a port, and those that
// change along with forwarding.
func savedSettings(device string) (names []string) {
	for _, s := range deviceSettings {
		names = append(names, fmt.Sprintf(s.name, device))
	}
	return append(names, fmt.Sprintf("net/ipv4/conf/%s/forwarding", device))
}

func (w *worker) applyHostSysctls() {
	want := "0"
	if w.host.Forwarding {
		want = "1"
	}
	w.setSysctl(setting{forwarding, want})
	for _, s := range hostSettings {
		w.setSysctl(s)
	}
	w.applyDeviceSysctls("all", dataplane.Port)
	w.applyDeviceSysctls("default", dataplane.Port)
}

func (w *worker) applyDeviceSysctls(device string, kind dataplane.LinkKind) {
	for _, s := range deviceSettings {
		w.setSysctl(setting{fmt.Sprintf(s.name, device), s.value})
	}
	if kind == dataplane.TUN {
		for _, s := range tunSettings {
			w.setSysctl(setting{fmt.Sprintf(s.name, device), s.value})
		}
	}
}

// setSysctl writes only what differs. What does not exist (no IPv6) is no fault.
func (w *worker) setSysctl(s setting) {
	w.fault("sysctl "+s.name, writeSysctl(s))
}

func writeSysctl(s setting) error {
	have, err := readSysctl(s.name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && have == s.value {
		return nil
	}
	file, err := os.OpenFile("/proc/sys/"+s.name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = file.WriteString(s.value)
	return err
}

func readSysctl(name string) (string, error) {
	text, err := os.ReadFile("/proc/sys/" + name)
	return strings.TrimSpace(string(text)), err
}
