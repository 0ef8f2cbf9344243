package commands

import (
	"strings"
	"testing"
	"time"
)

func system() *fakeRouter {
	r := newFakeRouter("hostname HUB1", "ip domain name example.com")
	r.system = System{Hostname: "HUB1", Version: "0.1.0", BuildTime: time.Date(2026, 11, 22, 10, 11, 0, 0, time.UTC), BootReason: "Reload Command",
		WentDown: r.booted.Add(-91 * time.Second), Bootstrap: "GRUB", Serial: "9ABCDEF0123", MemoryBytes: (460017 + 62464) * 1024, MemoryUsed: 62464 * 1024,
		Image: "flash0:/weft-0.1.0", NVRAMBytes: 256 * 1024, GigabitEthernets: 4}
	r.sessions = []LineUser{{Line: "con 0", Origin: "console"}, {Number: 2, Line: "vty 0", User: "admin", Idle: 3 * time.Second, Location: "192.0.2.50", Origin: "vty0 (192.0.2.50)"}}
	r.log = Log{Lines: []string{"*Jan  5 12:00:00.123: %SYS-5-CONFIG_I: Configured from console by console"}, BufferSize: 8192,
		ConsoleLogged: 4, BufferLogged: 1, Dropped: 2, ConsoleLevel: 7, MonitorLevel: -1, BufferLevel: 6, TrapLevel: -1}
	r.debugs = map[DebugTopic]bool{DebugNHRPCache: true, DebugNHRPPacket: true, DebugTunnel: true}
	return r
}

func TestShowSystem(t *testing.T) {
	golden(t, "show_system.txt", system(), "show version", "show clock", "show users", "show privilege", "show terminal", "show logging", "show debugging", "show hosts", "show")
}

func TestShowVersionIsTheSampleThatParsersAccept(t *testing.T) {
	const want = `WEFT (IOS compatible) Virtual Router Software (WEFT-X86_64), Version 0.1.0, RELEASE SOFTWARE (fc1)
Command syntax compatible with Cisco IOS Software, Version 15.6(3)M and Cisco IOS XE Software, Version 17.15.1
Compiled Sun 22-Nov-26 10:11 by builder

ROM: Bootstrap program is GRUB

HUB1 uptime is 1 week, 2 days, 3 hours, 4 minutes
System returned to ROM by reload at 08:54:29 UTC Sat Dec 27 2025
System restarted at 08:56:00 UTC Sat Dec 27 2025
System image file is "flash0:/weft-0.1.0"
Last reload reason: Reload Command

Cisco IOS compatible Weft (revision 1.0) with 460017K/62464K bytes of memory.
Processor board ID 9ABCDEF0123
4 Gigabit Ethernet interfaces
256K bytes of non-volatile configuration memory.

Configuration register is 0x0

`
	if got := output(t, system(), "show version"); got != want {
		t.Errorf("show version prints\n%s", got)
	}
}

func TestShowVersionOfAProcessClaimsNoBootstrap(t *testing.T) {
	r := newFakeRouter()
	r.system = System{Hostname: "R1", Version: "0.1.0", BootReason: "power-on", GigabitEthernets: 1}
	got := output(t, r, "show version")
	for _, want := range []string{"ROM: no bootstrap program, started as a process\n", "System returned to ROM by power-on\n", "1 Gigabit Ethernet interface\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing from\n%s", want, got)
		}
	}
	if strings.Contains(got, "Compiled") {
		t.Error("it names a build date that is not known")
	}
}

func TestDurations(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"00:00:00": -time.Second, "00:00:59": 59*time.Second + 999*time.Millisecond, "23:59:59": day - time.Second,
		"1d00h": day, "1d02h": 26 * time.Hour, "6d23h": week - time.Minute, "1w0d": week, "3w4d": 25 * day, "52w0d": 364 * day, "1y10w": year + 10*week,
	} {
		if got := elapsed(d); got != want {
			t.Errorf("elapsed(%v) is %s, want %s", d, got, want)
		}
	}
	for want, d := range map[string]time.Duration{
		"0 minutes":         0,
		"1 minute":          time.Minute + 59*time.Second,
		"1 hour, 0 minutes": time.Hour,
		"1 day, 2 minutes":  day + 2*time.Minute,
		"2 years, 1 week, 1 day, 1 hour, 1 minute": 2*year + week + day + time.Hour + time.Minute,
	} {
		if got := uptimeSentence(d); got != want {
			t.Errorf("uptime of %v is %q, want %q", d, got, want)
		}
	}
}
