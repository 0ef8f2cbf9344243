package main

import (
	"fmt"
	"net/netip"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"weft/cli/commands"
	"weft/dataplane/fib"
)

// Processes tells what runs here, and how busy it is.
func (v view) Processes() commands.Processes {
	p, err := v.load.tell(time.Now())
	if err != nil {
		return commands.Processes{}
	}
	return p
}

// Inventory is the box and its ports, as the machine describes itself.
func (v view) Inventory() []commands.Part {
	parts := []commands.Part{{Name: "Chassis", Description: "Weft router on " + machineName(), Product: "WEFT-X86_64", Version: version, Serial: serial()}}
	for _, i := range v.Interfaces(nil) {
		if i.Exists && i.MAC != "" {
			description := "Ethernet port"
			if i.Speed > 0 {
				description = fmt.Sprintf("Ethernet port, %d Mbit/s", i.Speed)
			}
			parts = append(parts, commands.Part{Name: i.Name, Description: description, Serial: strings.ToUpper(strings.ReplaceAll(i.MAC, ".", ""))})
		}
	}
	return parts
}

// machineName is what the firmware calls the machine; where there is none, the kernel.
func machineName() string {
	var words []string
	for _, file := range []string{"sys_vendor", "product_name"} {
		if text, err := os.ReadFile("/sys/class/dmi/id/" + file); err == nil {
			words = append(words, strings.Fields(string(text))...)
		}
	}
	var kernel unix.Utsname
	if len(words) == 0 && unix.Uname(&kernel) == nil {
		words = []string{unix.ByteSliceToString(kernel.Sysname[:]), unix.ByteSliceToString(kernel.Release[:])}
	}
	return strings.ReplaceAll(strings.Join(words, " "), `"`, "'")
}

// FIB is the table that the pipeline forwards by.
func (v view) FIB() fib.Table { return v.pipe.Table("") }

// Adjacencies are the neighbours of the ports, which the kernel knows, and the
// peers of the tunnels, which the pipeline does.
func (v view) Adjacencies() (all []commands.Adjacency) {
	for _, n := range v.ARP() {
		if !n.Own {
			all = append(all, commands.Adjacency{Interface: n.Interface, Protocol: netip.PrefixFrom(n.Address, n.Address.BitLen()), Incomplete: n.Incomplete})
		}
	}
	for _, a := range v.pipe.Adjacencies() {
		all = append(all, commands.Adjacency{Interface: a.Tunnel, Protocol: a.Protocol})
	}
	return all
}
