package commands

import (
	"fmt"
	"net/netip"
	"time"
)

// Access is who may come in, who is in, and by which keys the box is known. It
// may be used from any goroutine.
type Access interface {
	// Matches are how often the entries of an access list have matched, by what
	// they say (policy.Entry.Text). ClearMatches forgets them: of one list, or
	// of all if it is "".
	Matches(list string) map[string]uint64
	ClearMatches(list string)
	Logins() LoginState
	// SSH are the sessions by SSH, by line.
	SSH() []SSHSession
	// HostKey is the key that a client is shown that knows no better.
	HostKey() (HostKey, bool)
	// HangUp ends what is on a line, "con" or "vty"; false if nothing is.
	HangUp(kind string, number int) bool
	Keys
}

// HostKey is a public key of the box, as SSH has it.
type HostKey struct {
	Type, Label string
	Blob        []byte // RFC 4253 section 6.6
}

// LoginPolicy is what "login ..." lines ask for.
type LoginPolicy struct {
	Block     time.Duration // how long nobody logs in after too many failures; 0: never mind
	Attempts  int           // so many failures
	Within    time.Duration // in so long
	Delay     time.Duration // that every attempt takes
	QuietList string        // the access list of those who log in all the same
}

// LoginState is how logins have fared.
type LoginState struct {
	QuietLeft  time.Duration // 0: it is not quiet mode
	WindowLeft time.Duration
	Window     int // failures that count
	Total      uint64
	Failures   []LoginFailure // the latest last
}

// LoginFailure is a user and source that failed to log in.
type LoginFailure struct {
	User   string
	Source netip.Addr
	Port   int // of the box
	Count  int
	Last   time.Time
}

// SSHSession is a session by SSH.
type SSHSession struct {
	Line         int           // number of the vty
	In, Out      SSHAlgorithms // to the box, from the box
	User, Source string
	State        string // "Session started"
}

// SSHAlgorithms are those of one direction.
type SSHAlgorithms struct{ Cipher, MAC string }

// Events at the door.
type (
	// AccessListMatch is packets that an entry with "log" has matched.
	AccessListMatch struct {
		List                string
		Extended, Permit    bool
		Protocol            int
		Source, Destination netip.Addr
		SourcePort, Port    uint16
		Packets             uint64
	}
	// QuietModeOn is the failure to log in that was one too many.
	QuietModeOn struct {
		Left   time.Duration // of the time in which failures count together
		User   string
		Source netip.Addr
		Port   int
		List   string
		At     time.Time
	}
	// QuietModeOff is the end of that, by time or because it is not wanted any more.
	QuietModeOff struct {
		TimedOut bool
		At       time.Time
	}
	// SSHSessionEvent is what "ip ssh logging events" tells of.
	SSHSessionEvent struct {
		Kind         SSHEventKind
		Line         int
		User, Source string
		SSHAlgorithms
		Failed bool
	}
)

// SSHEventKind is a step of a connection.
type SSHEventKind int

const (
	SSHSessionRequest SSHEventKind = iota
	SSHUserAuth
	SSHClose
)

// accessText gives events at the door their words.
func accessText(event any) (Message, bool) {
	switch e := event.(type) {
	case AccessListMatch:
		return matchText(e), true
	case QuietModeOn:
		return Message{"SEC_LOGIN", 1, "QUIET_MODE_ON", fmt.Sprintf("Still timeleft for watching failures is %d secs, [user: %s] [Source: %s] [localport: %d] "+
			"[Reason: Login Authentication Failed] [ACL: %s] at %s", int(e.Left.Seconds()), e.User, e.Source, e.Port, e.List, dateTime(e.At))}, true
	case QuietModeOff:
		why := "it is no longer configured"
		if e.TimedOut {
			why = "block period timed out"
		}
		return Message{"SEC_LOGIN", 5, "QUIET_MODE_OFF", "Quiet Mode is OFF, because " + why + " at " + dateTime(e.At)}, true
	case SSHSessionEvent:
		return sshText(e), true
	}
	return Message{}, false
}

var protocolWords = map[int]string{6: "tcp", 17: "udp", 1: "icmp"}

func matchText(e AccessListMatch) Message {
	done, packets := "denied", "1 packet "
	if e.Permit {
		done = "permitted"
	}
	if e.Packets != 1 {
		packets = fmt.Sprintf("%d packets ", e.Packets)
	}
	if !e.Extended {
		return Message{"SEC", 6, "IPACCESSLOGS", fmt.Sprintf("list %s %s %s %s", e.List, done, e.Source, packets)}
	}
	protocol := protocolWords[e.Protocol]
	if protocol == "" {
		protocol = fmt.Sprint(e.Protocol)
	}
	return Message{"SEC", 6, "IPACCESSLOGP", fmt.Sprintf("list %s %s %s %s(%d) -> %s(%d), %s", e.List, done, protocol,
		e.Source, e.SourcePort, e.Destination, e.Port, packets)}
}

func sshText(e SSHSessionEvent) Message {
	with := fmt.Sprintf("using crypto cipher '%s', hmac '%s'", e.Cipher, e.MAC)
	outcome := "Succeeded"
	if e.Failed {
		outcome = "Failed"
	}
	switch e.Kind {
	case SSHSessionRequest:
		return Message{"SSH", 5, "SSH2_SESSION", fmt.Sprintf("SSH2 Session request from %s (tty = %d) %s %s", e.Source, e.Line, with, outcome)}
	case SSHUserAuth:
		return Message{"SSH", 5, "SSH2_USERAUTH", fmt.Sprintf("User '%s' authentication for SSH2 Session from %s (tty = %d) %s %s", e.User, e.Source, e.Line, with, outcome)}
	case SSHClose:
	}
	return Message{"SSH", 5, "SSH2_CLOSE", fmt.Sprintf("SSH2 Session from %s (tty = %d) for user '%s' %s closed", e.Source, e.Line, e.User, with)}
}
