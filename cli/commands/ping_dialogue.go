package commands

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// dialogue asks one question after another; after the first failure it asks no
// more. An empty answer takes the default.
type dialogue struct {
	s   Session
	err error
}

func (d *dialogue) ask(prompt string) string {
	if d.err != nil {
		return ""
	}
	var answer string
	answer, d.err = d.s.Ask(prompt, false)
	return strings.TrimSpace(answer)
}

func (d *dialogue) number(what string, value *int, low, high int) {
	answer := d.ask(fmt.Sprintf("%s [%d]: ", what, *value))
	if d.err != nil || answer == "" {
		return
	}
	n, err := strconv.Atoi(answer)
	if err != nil || n < low || n > high {
		d.err = fmt.Errorf("%% A decimal number between %d and %d.", low, high)
		return
	}
	*value = n
}

func (d *dialogue) yes(what, usual string) bool {
	answer := strings.ToLower(d.ask(fmt.Sprintf("%s [%s]: ", what, usual)))
	return d.err == nil && answer != "" && strings.HasPrefix("yes", answer)
}

// pingDialogue is "ping" alone.
func pingDialogue(s Session, _ args) error {
	d, p := dialogue{s: s}, newPing()
	if protocol := d.ask("Protocol [ip]: "); protocol != "" && !strings.EqualFold(protocol, "ip") {
		return fmt.Errorf("%% Unknown protocol - %q, type \"ping ?\" for help", protocol)
	}
	target, err := netip.ParseAddr(d.ask("Target IP address: "))
	switch {
	case d.err != nil:
		return d.err
	case err != nil || !target.Is4():
		return errors.New("% Bad IP address or host name")
	}
	p.target = target
	seconds := int(p.timeout / time.Second)
	d.number("Repeat count", &p.repeat, 1, 2147483647)
	d.number("Datagram size", &p.low, 36, 18024)
	p.high = p.low
	d.number("Timeout in seconds", &seconds, 0, 3600)
	p.timeout = time.Duration(seconds) * time.Second
	if d.yes("Extended commands", "n") {
		if source := d.ask("Source address or interface: "); source != "" && d.err == nil {
			p.source, d.err = namedSource(s.Router(), source)
		}
		p.df = d.yes("Set DF bit in IP header?", "no")
	}
	if d.yes("Sweep range of sizes", "n") {
		p.low, p.high = 36, 18024
		d.number("Sweep min size", &p.low, 36, 18024)
		d.number("Sweep max size", &p.high, p.low, 18024)
		d.number("Sweep interval", &p.step, 1, 18024)
	}
	if d.err != nil {
		return d.err
	}
	return p.run(s)
}

// namedSource understands an address or the name of an interface.
func namedSource(r Router, text string) (netip.Addr, error) {
	if address, err := netip.ParseAddr(text); err == nil {
		return ownAddress(r, address)
	}
	name, ok := CanonicalInterface(text)
	if !ok {
		return netip.Addr{}, errors.New("% Invalid source. Must use IP address or interface name")
	}
	return addressOf(r, name)
}
