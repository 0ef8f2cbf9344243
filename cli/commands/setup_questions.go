package commands

import (
	"fmt"
	"net/netip"
	"strings"
)

// globals asks what belongs to the box as a whole.
func (d *setup) globals() {
	if d.err != nil {
		return
	}
	d.s.Printf("Configuring global parameters:\n\n")
	name := runningGlobal(d.s.Router()).Hostname
	for d.err == nil {
		if d.try("hostname " + d.value("  Enter host name ["+name+"]: ", name, "The name of this box: letters, digits and hyphens.")) {
			break
		}
	}
	secret := d.secret()
	d.say("\n  The enable password opens privileged EXEC only where there is\n  no enable secret.\n")
	for d.err == nil {
		password := d.value("  Enter enable password: ", "", "It is stored as it is, and has to differ from the enable secret.")
		if d.err == nil && password == secret {
			d.s.Printf("%% Please choose a password that is different from the enable secret\n")
		} else if d.err == nil && d.try("enable password "+plain(password)) {
			break
		}
	}
	d.say("\n  The virtual terminal password is asked for on lines that say\n" +
		"  \"login\". SSH wants a user as well: see \"username\" and \"login local\".\n")
	for d.err == nil {
		password := d.value("  Enter virtual terminal password: ", "", "The password of lines vty 0 to 4.")
		if d.err == nil && d.try("line vty 0 4", "password "+plain(password)) {
			break
		}
	}
	if d.decide("  Configure SNMP Network Management? [no]: ", "no") {
		community := d.value("    Community string [public]: ", "public", "Who knows it may read what SNMP shows.")
		if d.err == nil {
			d.try("snmp-server community " + community)
		}
	}
}

func (d *setup) say(text string) {
	if d.err == nil {
		d.s.Printf("%s", text)
	}
}

// secret asks for the enable secret, of which the script has the hash.
func (d *setup) secret() (secret string) {
	d.say("\n  The enable secret opens privileged EXEC and configuration modes.\n" +
		"  The configuration holds no more than a hash of it.\n")
	for d.err == nil {
		secret = d.value("  Enter enable secret: ", "", "Up to 25 characters; capital and small letters differ.")
		if d.err == nil && d.try("enable secret 0 "+secret) {
			d.script[len(d.script)-1] = "enable secret " + d.tried.Root().Compile().(*Global).EnableSecret
			break
		}
	}
	return secret
}

// ports are the Ethernet ports of the configuration.
func (d *setup) ports() []InterfaceState {
	if d.err != nil {
		return nil
	}
	return d.s.Router().Interfaces(func(name string) bool {
		kind := KindOf(name)
		return kind != TunnelInterface && kind != LoopbackInterface
	})
}

// summary shows which interfaces there are. One without an address is not yet
// of use.
func (d *setup) summary() {
	if d.err != nil {
		return
	}
	d.s.Printf("\nCurrent interface summary\n\n\n" +
		"Any interface listed with OK? value \"NO\" does not have a valid configuration\n\n")
	printInterfaces(d.s, func(i InterfaceState) bool { return i.Address.IsValid() })
}

// management asks for the one interface that makes the box reachable, and shuts
// those down that have no address.
func (d *setup) management() {
	ports := d.ports()
	if len(ports) == 0 {
		d.say("\n% There is no interface to configure.\n")
		return
	}
	chosen := ""
	for d.err == nil && chosen == "" {
		typed := d.value("\nEnter interface name used to connect to the\n"+
			"management network from the above interface summary: ", "", "A name from the summary; it may be abbreviated, as in gi0/0.")
		name, _ := CanonicalInterface(strings.ReplaceAll(typed, " ", ""))
		for _, i := range ports {
			if i.Name == name {
				chosen = name
			}
		}
		if chosen == "" {
			d.say("Invalid interface\n")
		}
	}
	for _, i := range ports {
		if i.Name == chosen {
			d.script = append(d.script, "!")
			d.port(i)
		}
	}
	for _, i := range ports {
		if i.Name != chosen && !i.Address.IsValid() {
			d.leave(i)
		}
	}
}

// everyPort asks about each port.
func (d *setup) everyPort() {
	for _, i := range d.ports() {
		d.say("\n")
		if d.decide("Do you want to configure "+i.Name+" interface? [no]: ", "no") {
			d.script = append(d.script, "!")
			d.port(i)
		} else if !i.Address.IsValid() {
			d.leave(i)
		}
	}
}

// leave shuts a port down.
func (d *setup) leave(i InterfaceState) {
	if d.err == nil {
		d.script = append(d.script, "!")
		d.try("interface "+i.Name, "shutdown", "no ip address")
	}
}

// port asks for the address of a port.
func (d *setup) port(i InterfaceState) {
	d.say("\nConfiguring interface " + i.Name + ":\n")
	if !d.decide("  Configure IP on this interface? [yes]: ", "yes") {
		if d.err == nil {
			d.try("interface "+i.Name, "no shutdown", "no ip address")
		}
		return
	}
	for d.err == nil {
		usual, shown := "", ""
		if i.Address.IsValid() {
			usual = i.Address.Addr().String()
			shown = " [" + usual + "]"
		}
		address, err := netip.ParseAddr(d.value("    IP address for this interface"+shown+": ", usual, "An address such as 192.0.2.1."))
		class, bits := classOf(address)
		if d.err != nil || err != nil || class == "" {
			d.say("% Invalid address\n")
			continue
		}
		mask := maskOf(bits).String()
		if i.Address.IsValid() && address == i.Address.Addr() {
			mask = maskOf(i.Address.Bits()).String()
		}
		mask = d.value("    Subnet mask for this interface ["+mask+"] : ", mask, "A mask such as 255.255.255.0.")
		if d.err == nil && d.try("interface "+i.Name, "no shutdown", "ip address "+address.String()+" "+mask) {
			parsed, _ := netip.ParseAddr(mask)
			length, _ := maskBits(parsed)
			d.say(fmt.Sprintf("    Class %s network is %s, %d subnet bits; mask is /%d\n",
				class, netip.PrefixFrom(address, bits).Masked().Addr(), length, length))
			return
		}
	}
}

// classOf is the class of an address, and the length of that class's network
// part (RFC 791, section 3.2); "" for an address that no interface can have.
func classOf(a netip.Addr) (class string, bits int) {
	if !a.Is4() {
		return "", 0
	}
	switch first := a.As4()[0]; {
	case first < 128:
		return "A", 8
	case first < 192:
		return "B", 16
	case first < 224:
		return "C", 24
	}
	return "", 0
}
