package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// findPorts numbers the ports in the order in which they are plugged in. Drivers
// probe side by side, so that the kernel's own numbers say nothing.
func (m *machine) findPorts() {
	devices, _ := filepath.Glob("/sys/class/net/*/device")
	place := map[string]string{}
	for _, device := range devices {
		if path, err := filepath.EvalSymlinks(device); err == nil {
			place[filepath.Base(filepath.Dir(device))] = path
		}
	}
	// A device that stands behind another (the slave of a failover pair) shares
	// its place; the first name has it.
	names := inOrder(place)
	var pairs []string
	for i, name := range names {
		pairs = append(pairs, fmt.Sprintf("%s=GigabitEthernet0/%d", name, i))
	}
	m.ports = strings.Join(pairs, ",")
	switch len(names) {
	case 0:
		m.note("ports", "no network adapter was found that this system has a driver for")
	default:
		os.WriteFile("/run/weft/ports", []byte(m.ports+"\n"), 0o644)
	}
}

// inOrder sorts device names by the numbers in their paths under /sys: PCI
// domain, bus, slot, function, bridge by bridge, as numbers and not as text.
func inOrder(place map[string]string) []string {
	var names []string
	numbers := map[string][]uint64{}
	for name, path := range place {
		names = append(names, name)
		numbers[name] = pathNumbers(path)
	}
	slices.SortFunc(names, func(a, b string) int {
		if c := slices.Compare(numbers[a], numbers[b]); c != 0 {
			return c
		}
		return strings.Compare(place[a]+" "+a, place[b]+" "+b)
	})
	return names
}

// pathNumbers are the hexadecimal numbers of "0000:00:1c.0/0000:03:01.0/virtio2"
// below the root of its bus; of a part that has none, those in its digits.
func pathNumbers(path string) (numbers []uint64) {
	for part := range strings.SplitSeq(path, "/") {
		fields := strings.FieldsFunc(part, func(r rune) bool { return r == ':' || r == '.' })
		if len(fields) != 4 { // no PCI function
			continue
		}
		for _, f := range fields {
			n, err := strconv.ParseUint(f, 16, 64)
			if err != nil {
				break
			}
			numbers = append(numbers, n)
		}
	}
	return numbers
}
