package commands

import (
	"fmt"
	"net/netip"
	"strconv"
	"time"

	"weft/dataplane/packet"
)

// A Capture is what "monitor capture NAME" has been told, and how it stands.
type Capture struct {
	Name      string
	Interface string // "" none yet
	In, Out   bool
	Filter    CaptureFilter
	Megabytes int // of the buffer
	Circular  bool
	Packets   int // at most; 0: no limit
	Duration  time.Duration
	PerSecond int
	Length    int // of each packet; 0: all of it

	Active bool
	Held   int // packets in the buffer
	Bytes  int
	Lost   int // that did not fit, or were not read in time
}

// CaptureFilter chooses packets; the zero value is none at all.
type CaptureFilter struct {
	Any      bool // every frame
	IPv4     bool // of IPv4, those between From and To; zero prefixes are any
	Protocol int  // -1: any
	From, To netip.Prefix
}

// Takes tells whether an IPv4 packet, or nil for something else, is chosen.
func (f *CaptureFilter) Takes(p packet.IPv4) bool {
	if f.Any || p == nil {
		return f.Any
	}
	return f.IPv4 && (f.Protocol < 0 || int(p.Protocol()) == f.Protocol) &&
		(!f.From.IsValid() || f.From.Contains(p.Source())) && (!f.To.IsValid() || f.To.Contains(p.Destination()))
}

// Captured is one packet of a capture.
type Captured struct {
	At   time.Time
	Size int    // on the wire
	Data []byte // as much as is kept; from the Ethernet header on, or on a tunnel from the IP header
	IP   int    // where the IP header begins; -1: it is no IPv4
}

// Captures are the captures of the box.
type Captures interface {
	Captures() []Capture // by name
	SetCapture(c Capture)
	RemoveCapture(name string)
	StartCapture(name string) error
	StopCapture(name string)
	ClearCapture(name string)
	CapturedPackets(name string) []Captured
	// ExportCapture is the buffer as a file of the pcap format.
	ExportCapture(name string) (string, error)
}

var captureWords = help{
	"monitor": "Monitoring different system events", "capture": "Packet capture", "name": "Name of the capture", "no": "Remove",
	"interface": "Interface to capture on", "iface": "Interface", "in": "Packets that come in", "out": "Packets that go out", "both": "Both",
	"match": "Which packets", "any": "Any", "ipv4": "IPv4 packets", "protocol": "Of one protocol", "number": "Protocol number", "host": "One address",
	"tcp": "TCP", "udp": "UDP", "icmp": "ICMP", "gre": "GRE", "esp": "ESP", "eigrp": "EIGRP", "ospf": "OSPF",
	"source": "Source address", "destination": "Destination address", "from": "Source network", "to": "Destination network",
	"buffer": "The buffer", "size": "How big it is", "megabytes": "Megabytes", "circular": "New packets take the place of the oldest",
	"limit": "When to stop", "packets": "After so many packets", "count": "Packets", "duration": "After so long", "seconds": "Seconds",
	"pps": "At most so many packets a second", "rate": "Packets a second", "packet-len": "Keep so much of each packet", "octets": "Octets",
	"start": "Begin", "stop": "End", "clear": "Empty the buffer", "export": "Write the buffer to a file", "url": "File",
}

var captureExecs = execs(captureWords,
	&Exec{Syntax: "monitor capture name:WORD interface iface:IFNAME (in | out | both)", Privilege: privileged, Run: changeCapture(func(c *Capture, a args) {
		c.Interface, c.In, c.Out = a.Word("iface"), !a.Has("out"), !a.Has("in")
	})},
	&Exec{Syntax: "monitor capture name:WORD match any", Privilege: privileged, Run: changeCapture(func(c *Capture, _ args) {
		c.Filter = CaptureFilter{Any: true}
	})},
	&Exec{Syntax: "monitor capture name:WORD match ipv4 [protocol (tcp | udp | icmp | gre | esp | eigrp | ospf | number:<0-255>)] (any | host source:A.B.C.D | from:A.B.C.D/nn) (any | host destination:A.B.C.D | to:A.B.C.D/nn)",
		Privilege: privileged, Run: changeCapture(func(c *Capture, a args) { c.Filter = captureFilter(a) })},
	&Exec{Syntax: "monitor capture name:WORD buffer [size megabytes:<1-100>] [circular]", Privilege: privileged, Run: changeCapture(func(c *Capture, a args) {
		if a.Has("megabytes") {
			c.Megabytes = a.Int("megabytes")
		}
		c.Circular = a.Has("circular")
	})},
	&Exec{Syntax: "monitor capture name:WORD limit (packets count:<1-100000> & duration seconds:<1-1000000> & pps rate:<1-1000000> & packet-len octets:<64-9500>)",
		Privilege: privileged, Run: changeCapture(func(c *Capture, a args) {
			set := func(to *int, name string) {
				if a.Has(name) {
					*to = a.Int(name)
				}
			}
			set(&c.Packets, "count")
			set(&c.PerSecond, "rate")
			set(&c.Length, "octets")
			if a.Has("seconds") {
				c.Duration = time.Duration(a.Int("seconds")) * time.Second
			}
		})},
	&Exec{Syntax: "monitor capture name:WORD start", Privilege: privileged, Run: startCapture},
	&Exec{Syntax: "monitor capture name:WORD stop", Privilege: privileged, Run: stopCapture},
	&Exec{Syntax: "monitor capture name:WORD clear", Privilege: privileged, Run: clearCapture},
	&Exec{Syntax: "monitor capture name:WORD export url:URL", Privilege: privileged, Run: exportCapture},
	&Exec{Syntax: "no monitor capture name:WORD", Privilege: privileged, Run: func(s Session, a args) error {
		if _, err := captureNamed(s, a); err != nil {
			return err
		}
		s.Router().RemoveCapture(a.Word("name"))
		return nil
	}},
)

func captureNamed(s Session, a args) (Capture, error) {
	for _, c := range s.Router().Captures() {
		if c.Name == a.Word("name") {
			return c, nil
		}
	}
	return Capture{}, refuse("Capture %s does not exist", a.Word("name"))
}

// changeCapture makes one that is not there yet; one that runs must be stopped first.
func changeCapture(change func(*Capture, args)) func(Session, args) error {
	return func(s Session, a args) error {
		c, err := captureNamed(s, a)
		if err != nil {
			c = Capture{Name: a.Word("name"), Megabytes: 10}
		}
		if c.Active {
			return refuse("Capture is active. Cannot modify it. Please stop it first")
		}
		change(&c, a)
		s.Router().SetCapture(c)
		return nil
	}
}

func captureFilter(a args) CaptureFilter {
	f := CaptureFilter{IPv4: true, Protocol: -1}
	for name, number := range map[string]int{"tcp": 6, "udp": 17, "icmp": 1, "gre": 47, "esp": 50, "eigrp": 88, "ospf": 89} {
		if a.Has(name) {
			f.Protocol = number
		}
	}
	if a.Has("number") {
		f.Protocol = a.Int("number")
	}
	end := func(host, network string) netip.Prefix {
		switch {
		case a.Has(host):
			return netip.PrefixFrom(a.Addr(host), 32)
		case a.Has(network):
			return a.Prefix(network).Masked()
		}
		return netip.Prefix{}
	}
	f.From, f.To = end("source", "from"), end("destination", "to")
	return f
}

func startCapture(s Session, a args) error {
	c, err := captureNamed(s, a)
	switch {
	case err != nil:
		return err
	case c.Active:
		return refuse("Capture is already active")
	case c.Interface == "":
		return refuse("Unable to activate Capture. The interface is not attached")
	case !c.Filter.Any && !c.Filter.IPv4:
		return refuse("Unable to activate Capture. A filter is not attached")
	}
	if err := s.Router().StartCapture(c.Name); err != nil {
		return refuse("Unable to activate Capture. %s", err)
	}
	s.Printf("Started capture point : %s\n", c.Name)
	return nil
}

func stopCapture(s Session, a args) error {
	c, err := captureNamed(s, a)
	if err != nil {
		return err
	}
	if !c.Active {
		return refuse("Capture is not active")
	}
	s.Router().StopCapture(c.Name)
	s.Printf("Stopped capture point : %s\n", c.Name)
	return nil
}

func clearCapture(s Session, a args) error {
	c, err := captureNamed(s, a)
	if err != nil {
		return err
	}
	if yes, err := s.Confirm("Captured data will be deleted [clear]?[confirm]"); err != nil || !yes {
		return err
	}
	s.Router().ClearCapture(c.Name)
	s.Printf("cleared buffer : %s\n", c.Name)
	return nil
}

func exportCapture(s Session, a args) error {
	c, err := captureNamed(s, a)
	u := urlOf(a, "url")
	switch {
	case err != nil:
		return err
	case u.Device != "flash" || u.Name == "":
		return refuse("Only files of flash: can be written")
	}
	text, err := s.Router().ExportCapture(c.Name)
	if err == nil {
		err = s.Router().Storage().WriteFile(u.Device, u.Name, text)
	}
	if err != nil {
		return fmt.Errorf("Export failed: %w", err)
	}
	s.Printf("Exported Successfully\n")
	return nil
}

func captureProtocol(number int) string {
	if number < 0 {
		return "any"
	}
	names := map[int]string{6: "tcp", 17: "udp", 1: "icmp", 47: "gre", 50: "esp", 88: "eigrp", 89: "ospf"}
	if name, ok := names[number]; ok {
		return name
	}
	return strconv.Itoa(number)
}

func captureEnd(p netip.Prefix) string {
	switch {
	case !p.IsValid():
		return "any"
	case p.IsSingleIP():
		return "host " + p.Addr().String()
	}
	return p.String()
}

func (c *Capture) direction() string {
	switch {
	case c.In && c.Out:
		return "both"
	case c.Out:
		return "OUT"
	}
	return "IN"
}
