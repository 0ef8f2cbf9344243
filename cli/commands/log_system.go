package commands

import (
	"fmt"
	"strings"
	"time"

	"weft/dhcp"
	"weft/ike"
	"weft/nhrp"
)

// Events of the box itself. Those of a protocol are declared where the protocol is.
type (
	// LinkUpDown is an interface whose carrier came or went.
	LinkUpDown struct {
		Interface string
		Up        bool
	}
	// AdminDown is an interface that was shut down.
	AdminDown struct{ Interface string }
	// LineProtocolUpDown is an interface that packets can now be sent out of, or no longer.
	LineProtocolUpDown struct {
		Interface string
		Up        bool
	}
	// RecurDown is a tunnel whose outer packets would be routed into itself.
	RecurDown struct{ Interface string }
	// PortMissing is a configured interface that the box has no port for.
	PortMissing struct{ Interface string }

	// ConfigI is a user who has left configuration mode. Origin is Session.Origin.
	ConfigI struct{ Origin, User string }
	// ClockSet is the time of day that somebody has set, on the clock's own face.
	ClockSet struct {
		From, To     time.Time
		Origin, User string
	}
	// Restart is the start of the system.
	Restart struct{ Version string }
	// Reload is a restart that somebody asked for.
	Reload struct{ Origin, User, Reason string }
	// StartupRefused is a line of startup-config that was not taken.
	StartupRefused struct {
		Number int // of the line, from 1
		Line   string
		Reason string
	}
	// StartupKept is a line of startup-config that nothing acts on.
	StartupKept struct {
		Number int
		Line   string
		Reason string
	}
	// PrivilegeAsked is a user who has asked for a privilege level, and got it or not.
	PrivilegeAsked struct {
		User, Origin string
		Level        int
		Passed       bool
	}
	// RefusedKept is a startup-config that was put aside before it was written
	// over, since some of its lines had been refused.
	RefusedKept struct {
		Lines int
		File  string
	}
	// LineKept is a line that somebody entered and that nothing acts on. It is
	// for the console and the buffer alone; Seen says that the console has it already.
	LineKept struct {
		Line, Reason string
		Seen         bool
	}
	// NVRAMFailed is a startup-config that could not be read or written.
	NVRAMFailed struct{ Reason string }
	// HostFault is something that the box could not make its host do.
	HostFault struct{ What, Reason string }
	// DayZeroDone is a first configuration that was found, applied and saved.
	DayZeroDone struct{ Source string }
	// NVRAMErased is an empty NVRAM.
	NVRAMErased struct{}
	// SSHEnabled is the SSH server beginning or ceasing to listen.
	SSHEnabled struct {
		Version string // "2.0"
		On      bool
	}
	// LoginFailed and LoginSucceeded are attempts to log in: from an address to
	// a port of the box, or from "LOCAL" to port 0.
	LoginFailed struct {
		User, Source string
		Port         int
		Reason       string
		At           time.Time
	}
	LoginSucceeded struct {
		User, Source string
		Port         int
		At           time.Time
	}
)

// EventText gives an event its words; ok is false if it is not worth a line.
func EventText(event any) (m Message, ok bool) {
	switch e := event.(type) {
	case EIGRPEvent:
		return eigrpText(e)
	case LinkUpDown:
		return Message{"LINK", 3, "UPDOWN", fmt.Sprintf("Interface %s, changed state to %s", e.Interface, upDown(e.Up))}, true
	case AdminDown:
		return Message{"LINK", 5, "CHANGED", fmt.Sprintf("Interface %s, changed state to administratively down", e.Interface)}, true
	case LineProtocolUpDown:
		return Message{"LINEPROTO", 5, "UPDOWN", fmt.Sprintf("Line protocol on Interface %s, changed state to %s", e.Interface, upDown(e.Up))}, true
	case RecurDown:
		return Message{"TUN", 5, "RECURDOWN", e.Interface + " temporarily disabled due to recursive routing"}, true
	case PortMissing:
		return Message{"LINK", 4, "NOPORT", fmt.Sprintf("Interface %s has no port on this system", e.Interface)}, true
	case ConfigI:
		return Message{"SYS", 5, "CONFIG_I", "Configured from console by " + actor(e.User, e.Origin)}, true
	case ClockSet:
		return Message{"SYS", 6, "CLOCKUPDATE", fmt.Sprintf("System clock has been updated from %s to %s, configured from console by %s.",
			dateTime(e.From), dateTime(e.To), actor(e.User, e.Origin))}, true
	case Restart:
		return Message{"SYS", 5, "RESTART", restartText(e)}, true
	case Reload:
		return Message{"SYS", 5, "RELOAD", fmt.Sprintf("Reload requested by %s. Reload Reason: %s.", actor(e.User, e.Origin), e.Reason)}, true
	case StartupRefused:
		return Message{"PARSER", 4, "BADCFG", "startup-config: " + refusal(e.Number, redact(e.Line), redactReason(e.Line, e.Reason))}, true
	case StartupKept:
		return Message{"PARSER", 6, "KEPT", fmt.Sprintf("startup-config: line %d kept: %q: %s", e.Number, redact(e.Line), OneLine(e.Reason))}, true
	case ConfigLogged:
		return Message{"PARSER", 5, "CFGLOG_LOGGEDCMD", fmt.Sprintf("User:%s  logged command:%s", e.User, redact(e.Text))}, true
	case PrivilegeAsked:
		who := e.User
		if who == "" {
			who = "unknown"
		}
		if e.Passed {
			return Message{"SYS", 5, "PRIV_AUTH_PASS", fmt.Sprintf("Privilege level set to %d by %s on %s", e.Level, who, e.Origin)}, true
		}
		return Message{"SYS", 5, "PRIV_AUTH_FAIL", fmt.Sprintf("Authentication to Privilege level %d failed by %s on %s", e.Level, who, e.Origin)}, true
	case RefusedKept:
		return Message{"PARSER", 4, "REFUSED_KEPT", fmt.Sprintf("%s of startup-config had been refused: before it was written over, it was copied to %s", plural(uint64(e.Lines), "line"), e.File)}, true
	case LineKept:
		return Message{Severity: 6, Text: KeptNotice(redact(e.Line), e.Reason)}, true
	case NVRAMFailed:
		return Message{"SYS", 4, "NV_BLOCK_INITFAIL", "nvram: " + e.Reason}, true
	case HostFault:
		return Message{"SYS", 3, "HOSTFAULT", e.What + ": " + e.Reason}, true
	case DayZeroDone:
		return Message{"CVAC", 4, "CONFIG_DONE", "Configuration generated from file " + e.Source + " was applied and saved to NVRAM"}, true
	case NVRAMErased:
		return Message{"SYS", 7, "NV_BLOCK_INIT", "Initialized the geometry of nvram"}, true
	case SSHEnabled:
		if e.On {
			return Message{"SSH", 5, "ENABLED", "SSH " + e.Version + " has been enabled"}, true
		}
		return Message{"SSH", 5, "DISABLED", "SSH " + e.Version + " has been disabled"}, true
	case LoginFailed:
		return Message{"SEC_LOGIN", 4, "LOGIN_FAILED", fmt.Sprintf("Login failed [user: %s] [Source: %s] [localport: %d] [Reason: %s] at %s",
			e.User, e.Source, e.Port, e.Reason, dateTime(e.At))}, true
	case LoginSucceeded:
		return Message{"SEC_LOGIN", 5, "LOGIN_SUCCESS", fmt.Sprintf("Login Success [user: %s] [Source: %s] [localport: %d] at %s",
			e.User, e.Source, e.Port, dateTime(e.At))}, true
	case Finding:
		return lintText(e), true
	case nhrp.Event:
		return nhrpText(e)
	case dhcp.Event:
		return dhcpText(e)
	case ike.Event:
		return cryptoText(e)
	case CryptoSocket:
		return socketText(e), true
	case ISAKMP:
		return isakmpText(e), true
	case NotProtected:
		return notProtectedText(e), true
	}
	if m, ok := accessText(event); ok {
		return m, true
	}
	return scheduleText(event)
}

// KeptNotice tells in a sentence that nothing acts on a line. It is for people:
// programs take a line with a "%" for a refusal.
func KeptNotice(line, reason string) string {
	return fmt.Sprintf("%s is kept in the configuration, but nothing acts on it: %s.", line, OneLine(reason))
}

// actor is who did something: a user and where from, or the line alone.
func actor(user, origin string) string {
	if user == "" {
		return origin
	}
	return user + " on " + origin
}

func restartText(e Restart) string {
	if e.Version == "" {
		return "System restarted"
	}
	return "System restarted -- " + Product + ", Version " + e.Version
}

// refusal says which line was refused and why.
func refusal(number int, line, reason string) string {
	return fmt.Sprintf("line %d refused: %q: %s", number, strings.TrimSpace(line), OneLine(reason))
}

// OneLine drops a caret line and joins the others.
func OneLine(reason string) string {
	var kept []string
	for line := range strings.Lines(reason) {
		if line = strings.TrimSpace(line); line != "" && line != "^" {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, " ")
}
