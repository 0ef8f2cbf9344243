package commands

import (
	"net/netip"
	"slices"
	"time"

	"weft/nhrp"
)

// Global is the desired state that global configuration lines ask for.
type Global struct {
	Hostname           string
	Routing            bool // ip routing
	Routes             []StaticRoute
	Users              []User
	EnableSecrets      map[int]string // of levels 1 to 14, as stored
	Privileges         Privileges
	EnableSecret       string // as stored: "9 $9$..."; "" none
	EnablePassword     string
	DomainName         string
	DomainLookup       bool // ask NameServers
	NameServers        []netip.Addr
	Hosts              []Host
	Aliases            []Alias           // in the order of running-config
	Banners            map[string]string // "motd", "login", "exec"
	Logging            Logging
	Timestamps         Timestamps
	Zone               Zone
	SSH                SSH
	Version            string // of the configuration's own "version" line
	PasswordEncryption bool
	LogLogins          bool // those that succeed
	Logins             LoginPolicy
	LogLoginFailures   bool
	Crypto             Crypto
	TraceEvents        int // how many are kept; 0: as many as is usual
	TraceErrors        int
	FilePrompt         string // "quiet" or "noisy": which questions copying asks; "" those that matter
}

// Host is one "ip host" line.
type Host struct {
	Name      string
	Addresses []netip.Addr
}

// StaticRoute is one "ip route" line.
type StaticRoute struct {
	VRF       string
	Prefix    netip.Prefix
	NextHop   netip.Addr
	Interface string // "Null0" discards
	Distance  uint8
	Tag       uint32
	Name      string
	Permanent bool
}

// User is one "username" line. Secret and Password are as stored, with the
// type in front ("9 $9$...", "0 plain", "7 0822...").
type User struct {
	Name      string
	Privilege int
	Secret    string
	Password  string
}

// Logging is where messages go, up to which severity; -1 is nowhere.
type Logging struct {
	Off                            bool // "no logging on": to the console alone
	Buffer, Console, Monitor, Trap int
	BufferSize                     int
	Hosts                          []LogHost
	Facility                       int    // code of RFC 3164
	Source                         string // interface whose address log servers see; "": that of the way there
	OriginID                       string // "hostname", "ip", or "string TEXT": what a log server is told of the sender
	Limit                          LogLimit
	Sequence                       bool // "service sequence-numbers"
	Count                          bool // messages, by name
	Userinfo                       bool // tell of changes of privilege
}

// LogHost is a log server.
type LogHost struct {
	Address netip.Addr
	Port    int
}

// LogLimit is how many messages there may be in a second; PerSecond 0 is no limit.
type LogLimit struct {
	PerSecond int
	Console   bool // on the console alone
	Debug     bool // debug output counts, too
	Except    int  // messages of this severity and worse are not limited; -1: none
}

// Timestamps of log and debug messages.
type Timestamps struct {
	Log, Debug Timestamp
}

// Timestamp is one "service timestamps" line.
type Timestamp struct {
	On, Datetime, Msec, Localtime, ShowTimezone, Year bool // not On: none; not Datetime: uptime
}

// SSH is what "ip ssh ..." sets.
type SSH struct {
	Version     int
	Timeout     time.Duration // to log in
	Retries     int           // passwords that may be wrong
	MaxStartups int           // connections that have not logged in
	MinimumDH   int           // bits of a Diffie-Hellman group
	RekeyBytes  uint64        // 0: the library's own
	LogEvents   bool
	KeyPair     string // label of the RSA pair to use; "" any
	// Names of RFC 4253 and its kin, as the server is to offer them; none: its own choice.
	Ciphers, MACs, KeyExchanges, HostKeys, PublicKeys []string
	Methods                                           []string // "publickey", "keyboard", "password"
}

// LineGroup is one "line" section.
type LineGroup struct {
	Kind        string // "con", "aux", "vty"
	First, Last int
	Password    string
	Login       Login
	Transport   []string      // transport input: "ssh", "telnet"; "none" is empty
	ExecTimeout time.Duration // 0: never
	Length      int
	Width       int
	Privilege   int
	Synchronous bool
	HistorySize int
	AccessClass string // access list of those who may call; "" all
	NoHosts     bool   // a word that is no command is never the name of a host
}

// TakesSSH reports whether a line takes SSH and asks for a user of the box: SSH
// has no other way to say who is there.
func (g *LineGroup) TakesSSH() bool {
	return g.Login == LoginLocal && slices.Contains(g.Transport, "ssh")
}

// Login says how a line asks who is there.
type Login int

const (
	NoLogin Login = iota
	LoginPassword
	LoginLocal
)

// InterfaceKind is the type of an interface.
type InterfaceKind int

const (
	GigabitEthernet InterfaceKind = iota
	Ethernet
	FastEthernet
	LoopbackInterface
	TunnelInterface
	OtherInterface // a name that IOS has and this box never does: Serial, Vlan, Null ...
)

// Interface is the desired state of one interface section.
type Interface struct {
	Name         string // canonical: "Tunnel0", "GigabitEthernet0/1"
	Kind         InterfaceKind
	Description  string
	VRF          string       // "vrf forwarding"; "" is the global table
	Address      netip.Prefix // zero: none
	Secondary    []netip.Prefix
	DHCP         *Leasing // "ip address dhcp": Address is what was leased, zero until then
	Shutdown     bool
	Bandwidth    int // kbit/s; 0: default
	Delay        int // tens of microseconds; 0: default
	MTU          int // of the link, "mtu"; 0: default
	IPMTU        int // "ip mtu"; 0: default
	AdjustMSS    int
	Redirects    bool
	Unreachables bool
	LoadInterval int // seconds

	IfState bool // "if-state nhrp": the line protocol follows the next hop servers

	Tunnel Tunnel
	EIGRP  []EIGRPInterface // of classic processes
	NHRP   nhrp.Tunnel      // Name, Address, Multipoint and Destination are filled in by compile
}

// Leasing is how an interface asks for its address.
type Leasing struct {
	Hostname   string // "": that of the router
	Identifier string // interface whose hardware address names the client; "": a text does
}

// Tunnel is the desired state of the "tunnel ..." lines.
type Tunnel struct {
	Source          netip.Addr
	SourceInterface string
	Destination     netip.Addr
	Multipoint      bool
	Key             uint32
	HasKey          bool
	TTL             int
	PathMTU         bool   // path-mtu-discovery
	Profile         string // "tunnel protection ipsec profile"
	ISAKMPProfile   string
	IKEv2Profile    string
	Shared          bool
}
