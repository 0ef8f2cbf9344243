package main

import (
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"weft/cli/commands"
	"weft/router"
)

// Clock is the time of day as the box tells it.
func (v view) Clock() (c commands.Clock) {
	v.ask(func(now time.Time) { c = v.router.Clock(now) })
	return c
}

// SetClock says what the time is. On the image the machine is the box's own,
// and its clock is set. Elsewhere the clock of the host is not the box's to
// set: other routers, and everything else there, live by it. Then the router
// keeps how far the box's clock is from it, and forgets that with a restart.
func (v view) SetClock(to time.Time, origin, user string) error {
	set := router.SetClock{From: v.Clock(), To: to, Origin: origin, User: user}
	if ownsMachine() {
		if err := setMachineClock(to); err != nil {
			return err
		}
		set.Adopted = true
	}
	v.command(set)
	return nil
}

// ownsMachine reports whether the router was started by the image's process 1,
// which is this same program.
func ownsMachine() bool {
	if os.Getppid() != 1 {
		return false
	}
	line, err := os.ReadFile("/proc/1/cmdline")
	if first, _, _ := strings.Cut(string(line), "\x00"); err != nil || first != initPath {
		return false
	}
	first, err1 := os.Stat("/proc/1/exe")
	self, err2 := os.Stat("/proc/self/exe")
	return err1 == nil && err2 == nil && os.SameFile(first, self)
}

// setMachineClock sets the kernel's clock, and the one that runs on without power.
func setMachineClock(to time.Time) error {
	t := unix.NsecToTimeval(to.UnixNano())
	if err := unix.Settimeofday(&t); err != nil {
		return os.NewSyscallError("settimeofday", err)
	}
	rtc, err := os.Open("/dev/rtc0")
	if err != nil {
		return nil // not every machine has one
	}
	defer rtc.Close()
	to = to.UTC()
	return os.NewSyscallError("RTC_SET_TIME", unix.IoctlSetRTCTime(int(rtc.Fd()), &unix.RTCTime{
		Sec: int32(to.Second()), Min: int32(to.Minute()), Hour: int32(to.Hour()),
		Mday: int32(to.Day()), Mon: int32(to.Month()) - 1, Year: int32(to.Year() - 1900),
	}))
}
