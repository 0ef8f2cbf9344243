package commands

// What stands in every saved configuration and asks nothing of this box. These
// lines are kept in their place so that a configuration comes back as it went
// in; most are taken without a word.

var noiseWords = help{
	"mmi":       "Management of interfaces",
	"ip":        "Global IP configuration",
	"ipv6":      "Global IPv6 configuration",
	"cdp":       "Discovery protocol",
	"aaa":       "Authentication, authorization and accounting",
	"license":   "Licences",
	"platform":  "What belongs to the platform",
	"ntp":       "Network time",
	"list":      "Name of a list",
	"text":      "Text",
	"number":    "Number",
	"seconds":   "Seconds",
	"server":    "IP address of the server",
	"interface": "Interface name and number",
	"name":      "Name",
	"default":   "The default list",
	"enable":    "Switch it on",
	"login":     "Of logins",
	"exec":      "Of sessions",
	"local":     "User names of this router",
	"none":      "Nothing",
	"line":      "Password of the line",
	"group":     "Servers",
	"security":  "Security of the router",
	"tcp":       "TCP",
}

const (
	keptAAA  = "there are no method lists yet: users are those of this router"
	keptNTP  = "there is no network time yet: the host keeps it"
	keptSNMP = "there is no network management yet"
)

// silent is a line of noise that may be stored in either form.
func silent(syntax, why string, words help) *command {
	return &command{Syntax: syntax, Help: words, Signed: true, Kept: why, Silent: true}
}

// unwanted is a line of noise in its negative form, which asks for nothing; the
// positive form asks for something that is not there, and is told so.
func unwanted(syntax, why string, words help) *command {
	return &command{Syntax: syntax, Help: words, Signed: true, Kept: why, SilentNo: true}
}

// apart is a line with a "!" in front.
func apart(c *command) *command {
	c.Bang = true
	return c
}

var serviceNoise = table(serviceWords,
	silent("service nagle", "TCP is the host's", help{"nagle": "Congestion control of small packets"}),
	unwanted("service pad", "there is no X.25", help{"pad": "X.25 terminals"}),
	silent("service tcp-keepalives-in", "TCP is the host's", help{"tcp-keepalives-in": "On sessions from outside"}),
	silent("service tcp-keepalives-out", "TCP is the host's", help{"tcp-keepalives-out": "On sessions to outside"}),
	unwanted("service config", "there is one place for the configuration", help{"config": "Configuration from a server"}),
	silent("service compress-config", "the configuration is stored as it is", help{"compress-config": "Compress the configuration"}),
	unwanted("service call-home", "the box calls nobody", help{"call-home": "Calls to the maker"}),
	silent("service dhcp", "there is no DHCP yet", help{"dhcp": "DHCP server and relay"}),
	silent("service unsupported-transceiver", "the host knows its ports", help{"unsupported-transceiver": "Transceivers of any make"}),
	silent("service internal", "there are no internal commands", help{"internal": "Internal commands"}),
)

var platformNoise = table(noiseWords,
	silent("platform punt-keepalive disable-kernel-core", "there is no punt path",
		help{"punt-keepalive": "Watch over the punt path", "disable-kernel-core": "Write no core"}),
	silent("platform console (serial | virtual | auto)", "the console is what the host makes it",
		help{"console": "Which console", "serial": "The serial port", "virtual": "The screen", "auto": "Whichever is there"}),
	silent("platform qfp utilization monitor load number:<1-100>", "there is no such processor",
		help{"qfp": "Packet processor", "utilization": "Load", "monitor": "Watch it", "load": "Threshold in percent"}),
	silent("upgrade fpd auto", "there is nothing to upgrade", help{"upgrade": "Upgrades", "fpd": "Field programmable devices", "auto": "At start"}),
)

var aaaLines = table(noiseWords,
	apart(unwanted("aaa new-model", keptAAA, help{"new-model": "Use method lists"})),
	&command{
		Syntax: "aaa authentication login (default | list:WORD) {local | local-case | enable | line | none | group name:WORD}",
		Help: help{"authentication": "Who somebody is", "local-case": "User names of this router, by case", "name": "Group of servers",
			"enable": "The enable password"},
		Key:  "default list",
		Kept: keptAAA,
	},
	&command{
		Syntax: "aaa authentication enable default {enable | line | none | group name:WORD}",
		Help:   help{"authentication": "Who somebody is", "enable": "Of the enable command", "name": "Group of servers"},
		Kept:   keptAAA,
	},
	&command{
		Syntax: "aaa authorization (exec | network | commands number:<0-15>) (default | list:WORD) {local | if-authenticated | none | group name:WORD}",
		Help: help{"authorization": "What somebody may do", "network": "Of the network", "commands": "Of commands", "number": "Privilege level",
			"if-authenticated": "Whoever is known", "name": "Group of servers"},
		Key:  "exec network commands number default list",
		Kept: keptAAA,
	},
	&command{
		Syntax: "aaa authorization console",
		Help:   help{"authorization": "What somebody may do", "console": "On the console as well"},
		Kept:   keptAAA,
	},
	silent("aaa session-id common", keptAAA, help{"session-id": "Identifiers of sessions", "common": "One for all services"}),
)

// Between the host name and the first section.
var systemNoise = table(noiseWords,
	silent("ethernet lmi ce", "there is no metro Ethernet", help{"ethernet": "Ethernet", "lmi": "Local management", "ce": "As the customer's side"}),
	apart(silent("mmi polling-interval seconds:<1-65535>", "ports tell by themselves", help{"polling-interval": "How often to look"})),
	silent("mmi auto-configure", "ports tell by themselves", help{"auto-configure": "Configure what is found"}),
	silent("mmi pvc", "there are no virtual circuits", help{"pvc": "Virtual circuits"}),
	silent("mmi snmp-timeout seconds:<1-65535>", "ports tell by themselves", help{"snmp-timeout": "How long to wait"}),
	silent("ip icmp rate-limit unreachable", "the host limits its errors",
		help{"icmp": "ICMP", "rate-limit": "Limit errors", "unreachable": "Unreachables"}),
	silent("ip source-route", "packets with source routes are dropped", help{"source-route": "Follow routes in packets"}),
	silent("ip gratuitous-arps", "the host announces its addresses", help{"gratuitous-arps": "Announce addresses of clients"}),
	unwanted("ip bootp server", "there is no BOOTP", help{"bootp": "BOOTP", "bootp server": "Answer clients"}),
)

// Behind the domain.
var forwardingNoise = table(noiseWords,
	apart(silent("ip cef [distributed]", "there is one way to forward", help{"cef": "Express forwarding", "distributed": "On line cards"})),
	silent("ip classless", "routes are always classless", help{"classless": "Follow less specific routes"}),
	silent("ip subnet-zero", "the first subnet is one like any", help{"subnet-zero": "Use the first subnet"}),
	unwanted("ip finger", "there is no finger", help{"finger": "Finger server"}),
	unwanted("ip identd", "there is no ident", help{"identd": "Ident server"}),
	silent("ip bgp-community new-format", keptBGP, help{"bgp-community": "Communities", "new-format": "Written AA:NN"}),
	silent("ipv6 cef [distributed]", keptIPv6, help{"cef": "Express forwarding", "distributed": "On line cards"}),
	&command{Syntax: "ipv6 unicast-routing", Help: help{"unicast-routing": "Forward IPv6"}, Kept: keptIPv6},
	&command{Syntax: "ip pim (ssm default | rp-address server:A.B.C.D)", Key: "ssm rp-address", Kept: keptMulticast, Help: help{"pim": "Multicast routing",
		"ssm": "Source specific groups", "rp-address": "Rendezvous point", "server": "Its address"}},
	&command{Syntax: "ip multicast-routing [distributed]", Help: help{"multicast-routing": "Forward multicast", "distributed": "On line cards"}, Kept: keptMulticast},
	apart(silent("multilink bundle-name (authenticated | both | endpoint)", "there is no multilink PPP",
		help{"multilink": "Multilink PPP", "bundle-name": "Naming of bundles", "authenticated": "By the authenticated name", "both": "By both", "endpoint": "By the endpoint"})),
	silent("subscriber templating", "there are no subscribers", help{"subscriber": "Subscribers", "templating": "Templates for them"}),
	unwanted("call-home", "the box calls nobody", help{"call-home": "Calls to the maker"}),
	silent("spanning-tree extend system-id", "there is no bridge", help{"spanning-tree": "Spanning tree", "extend": "Extend", "system-id": "The system identifier"}),
	silent("spanning-tree mode (pvst | rapid-pvst | mst)", "there is no bridge",
		help{"spanning-tree": "Spanning tree", "mode": "Which kind", "pvst": "One for each VLAN", "rapid-pvst": "Rapid, one for each VLAN", "mst": "Multiple"}),
	silent("diagnostic bootup level (minimal | complete)", "the host tests itself",
		help{"diagnostic": "Diagnostics", "bootup": "At start", "level": "How much", "minimal": "Little", "complete": "All"}),
	silent("memory free low-watermark processor number:<1-4294967295>", "the host watches its memory",
		help{"memory": "Memory", "free": "Free memory", "low-watermark": "Warn below", "processor": "Kilobytes of the processor"}),
	&command{Syntax: "license udi pid product:WORD sn serial:WORD", Kept: "there is nothing to license", Silent: true,
		Help: help{"udi": "Device identifier", "pid": "Product", "product": "Product identifier", "sn": "Serial number", "serial": "Serial number"}},
	&command{Syntax: "license boot level name:WORD [addon extra:WORD]", Kept: "there is nothing to license", Silent: true,
		Help: help{"boot": "At start", "level": "Level", "addon": "Add-on", "extra": "Add-on name"}},
	&command{Syntax: "license accept end user agreement", Kept: "there is nothing to license", Silent: true,
		Help: help{"accept": "Accept", "end": "Accept the agreement", "user": "Accept the agreement", "agreement": "Accept the agreement"}},
	&command{Syntax: "license smart text:LINE", Kept: "there is nothing to license", Silent: true, Help: help{"smart": "Smart licensing"}},
	&command{Syntax: "security password min-length number:<0-16>", Help: help{"password": "Passwords", "min-length": "Least length"},
		Kept: "passwords may have any length"},
)

// Between the sections for redundancy and the interfaces.
var transportNoise = table(noiseWords,
	silent("cdp run", "there is no discovery protocol", help{"run": "Switch it on"}),
	apart(silent("cdp log mismatch duplex", "there is no discovery protocol",
		help{"log": "Log", "mismatch": "What does not fit", "duplex": "Duplex"})),
	unwanted("lldp run", "there is no discovery protocol", help{"lldp": "Discovery protocol", "run": "Switch it on"}),
	silent("ip tcp synwait-time seconds:<5-300>", "TCP is the host's", help{"synwait-time": "Time for a connection to come up"}),
	silent("ip tcp mss number:<68-65535>", "TCP is the host's", help{"mss": "Largest segment in bytes"}),
	silent("ip tcp path-mtu-discovery", "TCP is the host's", help{"path-mtu-discovery": "Learn the largest packet of the path"}),
	silent("ip tftp source-interface interface:IFNAME", "the box calls nobody", help{"tftp": "TFTP client", "source-interface": "Interface whose address is used"}),
	silent("ip ftp source-interface interface:IFNAME", "the box calls nobody", help{"ftp": "FTP client", "source-interface": "Interface whose address is used"}),
	&command{Syntax: "ip default-gateway server:A.B.C.D", Help: help{"default-gateway": "Gateway of a box that does not route", "server": "Its address"},
		Kept: "the routes say where packets go"},
)

// Behind the routes.
var ioamLine = table(noiseWords,
	apart(silent("ipv6 ioam timestamp", keptIPv6, help{"ioam": "Telemetry in packets", "timestamp": "Time stamps"})))

// Behind everything else.
var clockLines = table(noiseWords,
	&command{Syntax: "ntp server [vrf name:WORD] host:A.B.C.D [prefer] [source interface:IFNAME]", Key: "host", Kept: keptNTP,
		Help: help{"server": "Ask a time server", "host": "IP address of the server", "vrf": "In a VRF", "name": "VRF name", "prefer": "Before others", "source": "Interface whose address is used"}},
	&command{Syntax: "ntp source interface:IFNAME", Kept: keptNTP, Help: help{"source": "Interface whose address is used"}},
	&command{Syntax: "ntp master [number:<1-15>]", Kept: keptNTP, Help: help{"master": "Be a time server", "number": "Stratum"}},
	&command{Syntax: "ntp update-calendar", Kept: keptNTP, Help: help{"update-calendar": "Set the hardware clock"}},
	apart(silent("scheduler allocate [number:<400-60000> idle:<100-4000>]", "the host schedules",
		help{"scheduler": "Scheduler", "allocate": "Time for processes", "number": "Microseconds for interrupts", "idle": "Microseconds for processes"})),
	silent("scheduler max-task-time number:<1-4294967295>", "the host schedules",
		help{"scheduler": "Scheduler", "max-task-time": "Longest time of a process", "number": "Milliseconds"}),
	silent("virtual-service csr_mgmt", "there are no containers", help{"virtual-service": "Container", "csr_mgmt": "Management container"}),
	silent("call admission limit number:<0-100000>", "negotiations are not limited", help{"call": "Calls", "admission": "Admission", "limit": "Limit"}),
)
