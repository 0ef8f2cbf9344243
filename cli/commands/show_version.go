package commands

import (
	"fmt"
	"strings"
	"time"
)

// Product names the system in show version and in the log.
const Product = "WEFT (IOS compatible) Virtual Router Software (WEFT-X86_64)"

// showVersion prints what inventory programs read: each line is true, names
// what the syntax is compatible with, and claims nobody else's product.
func showVersion(s Session, _ args) error {
	sys, now, booted := s.Router().System(), s.Router().Now(), s.Router().Booted()
	s.Printf("%s, Version %s, RELEASE SOFTWARE (fc1)\n", Product, sys.Version)
	s.Printf("Command syntax compatible with Cisco IOS Software, Version 15.6(3)M and Cisco IOS XE Software, Version 17.15.1\n")
	if !sys.BuildTime.IsZero() {
		s.Printf("Compiled %s by builder\n", sys.BuildTime.UTC().Format("Mon 02-Jan-06 15:04"))
	}
	s.Printf("\nROM: %s\n\n", bootstrap(sys))
	s.Printf("%s uptime is %s\n", sys.Hostname, uptimeSentence(now.Sub(booted)))
	s.Printf("System returned to ROM by %s%s\n", returnedBy(sys.BootReason), at(s.Router(), sys.WentDown))
	s.Printf("System restarted%s\n", at(s.Router(), now.Add(-now.Sub(booted)))) // by the clock as it is now
	s.Printf("System image file is \"%s\"\n", sys.Image)
	s.Printf("Last reload reason: %s\n\n", sys.BootReason)
	free := sys.MemoryBytes - min(sys.MemoryUsed, sys.MemoryBytes)
	s.Printf("Cisco IOS compatible Weft (revision 1.0) with %dK/%dK bytes of memory.\n", free/1024, sys.MemoryUsed/1024)
	s.Printf("Processor board ID %s\n", sys.Serial)
	if n := sys.GigabitEthernets; n > 0 {
		s.Printf("%s\n", plural(uint64(n), "Gigabit Ethernet interface"))
	}
	s.Printf("%dK bytes of non-volatile configuration memory.\n\nConfiguration register is 0x0\n\n", sys.NVRAMBytes/1024)
	return nil
}

func bootstrap(sys System) string {
	if sys.Bootstrap == "" {
		return "no bootstrap program, started as a process"
	}
	return "Bootstrap program is " + sys.Bootstrap
}

// returnedBy is the short form of a reason: "Reload Command" is a reload.
func returnedBy(reason string) string {
	if strings.HasPrefix(strings.ToLower(reason), "reload") {
		return "reload"
	}
	return reason
}

func at(r Router, when time.Time) string {
	if when.IsZero() {
		return ""
	}
	return fmt.Sprintf(" at %s", dateTime(r.Clock().Local(when)))
}
