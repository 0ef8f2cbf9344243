package commands

import (
	"fmt"
	"time"

	"weft/dataplane/packet"
)

var showCaptureExecs = execs(captureWords,
	&Exec{Syntax: "show monitor capture [name:WORD]", Privilege: privileged, Help: showCaptureWords, Run: showCaptures},
	&Exec{Syntax: "show monitor capture name:WORD parameter", Privilege: privileged, Help: showCaptureWords, Run: showCaptureParameters},
	&Exec{Syntax: "show monitor capture name:WORD buffer [brief | detailed | dump]", Privilege: privileged, Help: showCaptureWords, Run: showCaptureBuffer},
)

var showCaptureWords = help{"show": "Show running system information", "parameter": "The commands that made it", "brief": "A line for each packet",
	"detailed": "Its headers and octets", "dump": "Its octets"}

func showCaptures(s Session, a args) error {
	if a.Has("name") {
		if _, err := captureNamed(s, a); err != nil {
			return err
		}
	}
	for _, c := range s.Router().Captures() {
		if !a.Has("name") || c.Name == a.Word("name") {
			printCapture(s, &c)
		}
	}
	return nil
}

func printCapture(s Session, c *Capture) {
	s.Printf("\nStatus Information for Capture %s\n  Target Type: \n", c.Name)
	if c.Interface == "" {
		s.Printf("   Interface unattached \n")
	} else {
		s.Printf(" Interface: %s, Direction: %s\n", c.Interface, c.direction())
	}
	status := "Inactive"
	if c.Active {
		status = "Active"
	}
	s.Printf("   Status : %s\n  Filter Details: \n", status)
	switch {
	case c.Filter.Any:
		s.Printf("    Capture all packets\n")
	case c.Filter.IPv4:
		s.Printf("   IPv4 \n    Source IP:  %s\n    Destination IP:  %s\n   Protocol: %s\n", captureEnd(c.Filter.From), captureEnd(c.Filter.To), captureProtocol(c.Filter.Protocol))
	default:
		s.Printf("   Filter not attached \n")
	}
	kind := "LINEAR (default)"
	if c.Circular {
		kind = "CIRCULAR"
	}
	s.Printf("  Buffer Details: \n   Buffer Type: %s\n   Buffer Size (in MB): %d\n  Limit Details: \n", kind, c.Megabytes)
	s.Printf("   Number of Packets to capture: %s\n", limitText(c.Packets))
	s.Printf("   Packet Capture duration: %s\n", limitText(int(c.Duration/time.Second)))
	s.Printf("   Packet Size to capture: %s\n", limitText(c.Length))
	if c.PerSecond > 0 {
		s.Printf("   Maximum number of packets to capture per second: %d\n", c.PerSecond)
	}
	s.Printf("   Packet sampling rate: 0 (no sampling)\n")
}

func limitText(n int) string {
	if n == 0 {
		return "0 (no limit)"
	}
	return fmt.Sprint(n)
}

func showCaptureParameters(s Session, a args) error {
	c, err := captureNamed(s, a)
	if err != nil {
		return err
	}
	line := func(format string, values ...any) {
		s.Printf("   monitor capture %s %s\n", c.Name, fmt.Sprintf(format, values...))
	}
	if c.Interface != "" {
		line("interface %s %s", c.Interface, c.direction())
	}
	switch f := c.Filter; {
	case f.Any:
		line("match any")
	case f.IPv4 && f.Protocol >= 0:
		line("match ipv4 protocol %s %s %s", captureProtocol(f.Protocol), captureEnd(f.From), captureEnd(f.To))
	case f.IPv4:
		line("match ipv4 %s %s", captureEnd(f.From), captureEnd(f.To))
	}
	circular := ""
	if c.Circular {
		circular = " circular"
	}
	line("buffer size %d%s", c.Megabytes, circular)
	for _, l := range []struct {
		name  string
		value int
	}{{"packets", c.Packets}, {"duration", int(c.Duration / time.Second)}, {"packet-len", c.Length}, {"pps", c.PerSecond}} {
		if l.value > 0 {
			line("limit %s %d", l.name, l.value)
		}
	}
	return nil
}

func showCaptureBuffer(s Session, a args) error {
	c, err := captureNamed(s, a)
	if err != nil {
		return err
	}
	if !a.Has("brief") && !a.Has("detailed") && !a.Has("dump") {
		s.Printf(" buffer size (KB) : %d\n buffer used (KB) : %d\n packets in buf   : %d\n packets dropped  : %d\n", c.Megabytes*1024, (c.Bytes+1023)/1024, c.Held, c.Lost)
		return nil
	}
	packets := s.Router().CapturedPackets(c.Name)
	if a.Has("brief") || a.Has("detailed") {
		rule := " ----------------------------------------------------------------------------\n"
		s.Printf("%s #   size   timestamp     source             destination      dscp    protocol\n%s", rule, rule)
	}
	for i := range packets {
		if !a.Has("dump") {
			s.Printf("%4d %4d %11.6f   %s\n", i, packets[i].Size, packets[i].At.Sub(packets[0].At).Seconds(), capturedText(&packets[i]))
		} else {
			s.Printf("%d\n", i)
		}
		if !a.Has("brief") {
			dumpOctets(s, packets[i].Data)
		}
	}
	return nil
}

// capturedText is who sends what to whom.
func capturedText(p *Captured) string {
	if p.IP < 0 || p.IP > len(p.Data) {
		return "not IPv4"
	}
	ip, ok := packet.ParseIPv4(p.Data[p.IP:])
	if !ok {
		if len(p.Data)-p.IP < packet.IPv4HeaderLen {
			return "truncated"
		}
		ip = packet.IPv4(p.Data[p.IP:]) // the header is whole, its packet is cut
	}
	return fmt.Sprintf("%-16s ->  %-15s %2d  %-4s %s", ip.Source(), ip.Destination(), ip.TOS()>>2, dscpName(ip.TOS()>>2), capturedProtocol(int(ip.Protocol())))
}

func dscpName(dscp uint8) string {
	if dscp&7 == 0 {
		return map[bool]string{true: "BE", false: fmt.Sprintf("CS%d", dscp>>3)}[dscp == 0]
	}
	if dscp == 46 {
		return "EF"
	}
	return ""
}

func capturedProtocol(number int) string {
	names := map[int]string{6: "TCP", 17: "UDP", 1: "ICMP", 47: "GRE", 50: "ESP", 88: "EIGRP", 89: "OSPF"}
	if name, ok := names[number]; ok {
		return name
	}
	return fmt.Sprint(number)
}

// dumpOctets prints sixteen octets a line, and what is printable of them.
func dumpOctets(s Session, data []byte) {
	for at := 0; at < len(data); at += 16 {
		line, text := data[at:min(at+16, len(data))], ""
		s.Printf("  %04X: ", at)
		for i := range 16 {
			switch {
			case i >= len(line):
				s.Printf("  ")
			default:
				s.Printf("%02X", line[i])
				if c := line[i]; c > ' ' && c <= '~' {
					text += string(c)
				} else {
					text += "."
				}
			}
			if i%4 == 3 {
				s.Printf(" ")
			}
		}
		s.Printf("  %s\n", text)
	}
	s.Printf("\n")
}
