package dhcp

import (
	"net/netip"
	"time"
)

// Config is the desired state of the clients on the whole router.
type Config struct {
	Interfaces []Interface // sorted by Name; those whose address is leased
}

// Interface is what a client is told about its interface.
type Interface struct {
	Name     string // "GigabitEthernet0/1"
	Hostname string // told to the server
	// Identifier names the interface whose hardware address the client goes by; if
	// it is "", the client has an identifier of its own.
	Identifier string
}

// Lease is what a server has granted.
type Lease struct {
	Address netip.Prefix
	Server  netip.Addr
	Router  netip.Addr // first of them; zero: none
	Time    time.Duration
	Renewal time.Duration // T1
	Rebind  time.Duration // T2
	Since   time.Time     // when what got it was sent
}

// infinite is the lease time that never ends, RFC 2131 section 3.3.
const infinite = 0xffffffff * time.Second

// Expires is when a lease ends, or the zero time.
func (l *Lease) Expires() time.Time {
	if l.Time == infinite {
		return time.Time{}
	}
	return l.Since.Add(l.Time)
}
