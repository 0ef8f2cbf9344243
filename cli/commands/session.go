package commands

import (
	"context"
	"io"
	"net/netip"
	"time"

	"weft/cli/config"
	"weft/dataplane"
	"weft/dataplane/fib"
	"weft/dhcp"
	"weft/nhrp"
	"weft/routing/rib"
)

// Session is the user's side of a command: what an exec command may print, ask
// and change. cli/shell implements it.
type Session interface {
	io.Writer // "\n" ends a line; the pager and filters are behind it
	Printf(format string, args ...any)

	// Context is cancelled by Ctrl-C and Ctrl-^ while the command runs.
	Context() context.Context
	// Ask prints prompt and reads one line (without echo if secret).
	Ask(prompt string, secret bool) (string, error)
	// Confirm prints prompt, which ends in "[confirm]", and reads one key:
	// Enter and y are yes.
	Confirm(prompt string) (bool, error)

	Router() Router
	User() string
	// Origin is "console", or "vty0 (192.0.2.50)": who did it, for the log.
	Origin() string
	Privilege() int
	SetPrivilege(level int)
	// Console reports whether the line is the console, where enable needs no
	// password if none is set.
	Console() bool

	// Configure enters configuration mode; Logout ends the session.
	Configure()
	Logout()

	Terminal() *Terminal
	History() []string
}

// Terminal is what "terminal ..." sets for one session.
type Terminal struct {
	Length, Width int // 0: no paging, no wrapping
	Monitor       bool
	HistorySize   int
	Timestamp     bool   // above every answer, the load and the time
	Watched       bool   // a change is undone if nothing is typed: see Router.StillThere
	Device        string // that "cd" has chosen; "" is flash
}

// Router is the box as exec commands see it. All results are copies. The
// methods may be called from any goroutine.
type Router interface {
	Now() time.Time
	Booted() time.Time
	// Clock is the time of day as the box has it; SetClock says what it is now.
	Clock() Clock
	SetClock(to time.Time, origin, user string) error
	System() System

	// Config runs f with the running-config on the router's own goroutine; f
	// must not keep the tree. The router compiles and applies what f changed
	// before Config returns.
	Config(f func(t *config.Tree, env config.Env))
	// ConfigChanged is when and by whom running-config was last changed, and
	// when NVRAM was last written; zero times mean never.
	ConfigChanged() (changed time.Time, by string, written time.Time)
	// NoteConfigured says that a user left configuration mode (%SYS-5-CONFIG_I).
	NoteConfigured(origin, user string)

	// Lint is what cannot work in the running-config as it stands.
	Lint() []Finding

	Interfaces(keep func(name string) bool) []InterfaceState // in IOS order
	NHRP(f nhrp.Filter) nhrp.State
	// Why climbs the ladder of each peer; about chooses one by its NBMA or tunnel
	// address, and is zero for all.
	Why(about netip.Addr) []Diagnosis
	EventTrace() nhrp.Traces
	SetEventTrace(t nhrp.Tracing)
	Routes(vrf string, keep func(*rib.Route) bool) []rib.Route
	Names(host string) Names
	ARP() []Neighbor
	FIB() fib.Table           // what packets are forwarded by
	Adjacencies() []Adjacency // by interface
	Drops() []dataplane.Drop  // of the box, not of one tunnel
	Underlay() Underlay       // the socket of outer packets
	Logging() Log
	Sessions() []LineUser     // by line number
	ConfigLog() []ConfigEntry // oldest first
	CommandLog() []TypedLine  // of all users, oldest first
	LineUses() map[int]uint64 // how often each line has been used, by number
	Processes() Processes     // by number
	Inventory() []Part        // the box first

	DHCP() dhcp.State
	DHCPCommand(in dhcp.In)

	ClearNHRP(c nhrp.Clear)
	ClearNHRPStats(tunnel string)
	ClearNHRPCounters(tunnel string)
	ClearCounters(iface string)
	// ClearARP forgets neighbours: of one interface if it is named, one address
	// if that is valid, and else all.
	ClearARP(iface string, address netip.Addr) error
	ClearLogging()
	SetDebug(topic DebugTopic, on bool)
	Debugs() []DebugTopic // those switched on
	DebugConditions() []DebugCondition
	SetDebugConditions(all []DebugCondition)

	// Note puts an event in the log: one of the event types of this package.
	Note(event any)
	Schedule
	Captures
	CryptoView
	EIGRPView

	Access() Access
	Storage() Storage
	Network() Network
	// Reload restarts the router and says in the log who asked for it; it
	// returns only on error.
	Reload(origin, user, reason string) error
}

// System is what "show version" tells.
type System struct {
	Hostname         string
	Version          string
	BuildTime        time.Time
	BootReason       string    // "Reload Command", "power-on"
	WentDown         time.Time // before this start; zero: not known
	Bootstrap        string    // what loaded the system, "GRUB"; "" if it was started as a process
	Synchronized     bool      // the time of day is to be trusted
	Serial           string
	MemoryBytes      uint64 // of the machine
	MemoryUsed       uint64
	Image            string
	NVRAMBytes       int64
	GigabitEthernets int
}

// InterfaceState is one interface, configured and actual.
type InterfaceState struct {
	*Interface      // what the configuration asks for
	Exists     bool // the port is there
	AdminUp    bool
	LineUp     bool   // carrier: "Tunnel0 is up"
	ProtocolUp bool   // "line protocol is up"
	MAC        string // "5254.0012.3456"; "" if none
	Speed      int    // Mbit/s; 0 unknown
	Method     string // NVRAM, manual, DHCP, unset
	// Source is the tunnel's outer source in use, zero if there is none.
	Source    netip.Addr
	DownCause string // why the line protocol of a tunnel is down, for people
	Since     time.Time
	Counters  dataplane.Counters
	Cleared   time.Time // when the counters were cleared; zero: never
	// What only some interfaces can tell; nil is not printed.
	Load   *Load       // averages over LoadInterval
	Errors *LinkErrors // of a port's hardware
}

// Load is the traffic of an interface, averaged.
type Load struct {
	BitsIn, PacketsIn, BitsOut, PacketsOut uint64 // per second
}

// LinkErrors are a port's error counters, as Linux keeps them.
type LinkErrors struct {
	InputErrors, CRC, Frame, Overrun, InputDrops uint64
	OutputErrors, Collisions, OutputDrops        uint64
}

// Underlay counts what the socket of outer packets has carried and lost.
type Underlay struct {
	Received, Sent uint64
	Overflows      uint64         // packets lost because nobody read them in time
	Failures       []nhrp.Counter // of sending, by the reason the kernel gave
	ReadErrors     uint64         // of tunnel devices; the packets of each are lost
}

// LineUser is one session, for "show users".
type LineUser struct {
	Number   int    // 0 is the console, 2 the first vty
	Line     string // "con 0", "vty 0"
	User     string
	Idle     time.Duration
	Location string // address of the client; "" on the console
	Origin   string // as Session.Origin says it
}

// Neighbor is one ARP entry.
type Neighbor struct {
	Address    netip.Addr
	MAC        string // "5254.0012.3456"; "" is incomplete
	Age        time.Duration
	Own        bool // our own address: age is "-"
	Interface  string
	Incomplete bool
}

// Storage is what outlives the router: startup-config, and files.
type Storage interface {
	Files

	// StartupConfig returns the saved text; ok is false if there is none.
	StartupConfig() (text string, ok bool, err error)
	// Save writes startup-config atomically.
	Save(text string) error
	Erase() error
}

// Network does real ICMP from the box.
type Network interface {
	// Lookup asks name servers for the first of the names that they know.
	Lookup(ctx context.Context, n Names) ([]netip.Addr, error)
	// Probe sends one ICMP echo (or, for traceroute, a probe with a small TTL)
	// and waits for what comes back.
	Probe(ctx context.Context, p Probe) Reply
}

// Names are what is known of a host by its name: its addresses, or whom to ask
// for which names.
type Names struct {
	Addresses []netip.Addr
	Full      []string
	Servers   []netip.Addr
}

// Probe is one ICMP echo request.
type Probe struct {
	Target  netip.Addr
	Source  netip.Addr // zero: the route decides
	Size    int        // of the IP packet
	TTL     int
	DF      bool
	Timeout time.Duration
	Seq     int
}

// Reply is what came back: exactly one of the cases.
type Reply struct {
	From netip.Addr
	RTT  time.Duration
	Kind ReplyKind
	Err  error // NoRoute or a local failure
}

// ReplyKind is the character ping prints.
type ReplyKind int

const (
	TimedOut        ReplyKind = iota // .
	Echoed                           // !
	Unreachable                      // U (host or network)
	TimeExceeded                     // a traceroute hop, & in ping
	FragNeeded                       // M
	Prohibited                       // A in traceroute
	PortUnreachable                  // P
	LocalFailure                     // . : could not be sent
)

// DebugTopic names what debug switches.
type DebugTopic string

const (
	DebugNHRPPacket DebugTopic = "NHRP activity"
	DebugNHRPCache  DebugTopic = "NHRP cache"
	DebugNHRPError  DebugTopic = "NHRP errors"

	DebugNHRPExtension DebugTopic = "NHRP extension processing"
	DebugNHRPRate      DebugTopic = "NHRP rate limiting"
	DebugNHRPRouting   DebugTopic = "NHRP routing"
	DebugNHRPGroup     DebugTopic = "NHRP group"     // nothing is said of it:
	DebugNHRPAttribute DebugTopic = "NHRP attribute" // neither is exchanged
	DebugTunnel        DebugTopic = "Tunnel Interface"
	DebugISAKMP        DebugTopic = "Crypto ISAKMP"
	DebugIKEv2         DebugTopic = "IKEv2 default"
	DebugIPsec         DebugTopic = "Crypto IPSEC"
	DebugEIGRPPackets  DebugTopic = "EIGRP Packet"
	DebugEIGRPFSM      DebugTopic = "EIGRP FSM Events/Actions"
)

// Log is the logging buffer and its settings, for "show logging".
type Log struct {
	Off                                                    bool     // all but the console
	Lines                                                  []string // as printed, oldest first
	BufferSize                                             int
	ConsoleLogged, MonitorLogged, BufferLogged, TrapLogged uint64
	Dropped                                                uint64 // that no log server was told of
	RateLimited                                            uint64
	ConsoleLevel, MonitorLevel, BufferLevel, TrapLevel     int // -1: disabled
	Hosts                                                  []LogHostState
	Source                                                 string
	Sequence                                               bool
	Counting                                               bool // "logging count"
	Counts                                                 []LogCount
}

// LogHostState is a log server and what it has been told.
type LogHostState struct {
	LogHost
	Sent, Dropped uint64
	Reachable     bool // the last message could be sent
}
