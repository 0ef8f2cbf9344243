package commands

import (
	"net/netip"
	"time"

	"weft/cli/config"
)

var globalIPWords = help{
	"ip":               "Global IP configuration",
	"domain":           "Domain name service",
	"ssh":              "Settings of the SSH server",
	"name":             "Default domain, or domain name",
	"http":             "Settings of the HTTP server",
	"lookup":           "Ask a domain server for names",
	"ifname":           "Interface name and number",
	"nat":              "Address translation",
	"multicast":        "Multicast",
	"server":           "IP address of the server",
	"vrf":              "Of a VRF",
	"vrf-name":         "VRF name",
	"source-interface": "Interface whose address is used",
}

var domainLines = table(globalIPWords,
	&command{
		Syntax:  "ip domain lookup",
		Bang:    true,
		On:      true,
		Default: "ip domain lookup",
		Apply:   toSigned(func(s *Global, a args, on bool) { s.DomainLookup = on }),
	},
	&command{
		Syntax: "ip domain name zone:WORD",
		Help:   help{"zone": "Domain name"},
		Apply:  to(func(s *Global, a args) { s.DomainName = a.Word("zone") }),
	},
	&command{ // the older spelling
		Syntax: "ip domain-lookup",
		Help:   help{"domain-lookup": "Ask a domain server for names"},
		Hidden: true,
		Enter:  func(e *config.Edit, _ args) error { return e.Rewrite("ip domain lookup") },
		Leave:  func(e *config.Edit, _ args) error { return e.Rewrite(negation(e) + "ip domain lookup") },
	},
	&command{
		Syntax: "ip domain-name zone:WORD",
		Help:   help{"domain-name": "Default domain", "zone": "Domain name"},
		Hidden: true,
		Enter:  func(e *config.Edit, a args) error { return e.Rewrite("ip domain name " + a.Word("zone")) },
		Leave:  func(e *config.Edit, _ args) error { return e.Rewrite(negation(e) + "ip domain name") },
	},
	&command{
		Syntax: "ip domain list zone:WORD",
		Help:   help{"list": "Domains to complete names with", "zone": "Domain name"},
		Key:    "zone",
		Kept:   "names are completed with the domain name alone",
	},
	&command{
		Syntax: "ip name-server {server:A.B.C.D}",
		Help:   help{"name-server": "Domain servers to ask"},
		Key:    "server",
		Apply: to(func(s *Global, a args) {
			for _, server := range a.Words("server") {
				s.NameServers = append(s.NameServers, netip.MustParseAddr(server))
			}
		}),
	},
	&command{
		Syntax: "ip host name:WORD {server:A.B.C.D}",
		Help:   help{"host": "Add a name to the host table", "name": "Name of the host", "server": "Its address"},
		Key:    "name",
		Apply: to(func(s *Global, a args) {
			h := Host{Name: a.Word("name")}
			for _, address := range a.Words("server") {
				h.Addresses = append(h.Addresses, netip.MustParseAddr(address))
			}
			s.Hosts = append(s.Hosts, h)
		}),
	},
)

// negation is the word that a Leave hook is called for.
func negation(e *config.Edit) string {
	if e.Defaulting() {
		return "default "
	}
	return "no "
}

const defaultSSHTimeout = 2 * time.Minute

var sshLines = table(globalIPWords,
	&command{
		Syntax:  "ip ssh time-out seconds:<1-120>",
		Help:    help{"time-out": "Time to log in", "seconds": "Seconds"},
		Apply:   to(func(s *Global, a args) { s.SSH.Timeout = time.Duration(a.Int("seconds")) * time.Second }),
		Default: "ip ssh time-out 120",
	},
	&command{
		Syntax:  "ip ssh authentication-retries tries:<0-5>",
		Help:    help{"authentication-retries": "Passwords that may be tried", "tries": "Number of tries"},
		Apply:   to(func(s *Global, a args) { s.SSH.Retries = a.Int("tries") }),
		Default: "ip ssh authentication-retries 3",
	},
	&command{
		Syntax: "ip ssh version number:<1-2>",
		Help:   help{"version": "Version of the protocol", "number": "Version"},
		Apply:  to(func(s *Global, a args) { s.SSH.Version = a.Int("number") }),
	},
	&command{
		Syntax: "ip ssh source-interface ifname:IFNAME",
		Kept:   "the box calls nobody",
	},
	&command{
		Syntax: "ip ssh (server | client) algorithm (encryption | mac | kex | hostkey | authentication | publickey) {name:WORD}",
		Help: help{"ssh server": "Settings of the server", "client": "Settings of the client", "algorithm": "Choose algorithms",
			"encryption": "Ciphers", "mac": "Message authentication", "kex": "Key exchange", "hostkey": "Keys of hosts",
			"authentication": "Authentication of users", "publickey": "Keys of users", "name": "Name of an algorithm"},
		Key:  "server client encryption mac kex hostkey authentication publickey",
		Kept: "the server's own choice of algorithms is in use",
	},
	&command{ // typed to switch SSH on; it stores nothing
		Syntax: "crypto key (generate rsa [general-keys] [label label-name:WORD] [modulus bits:<360-4096>] [exportable] | zeroize rsa)",
		Help: help{"crypto": "Encryption", "key": "Keys of the router", "generate": "Make keys", "rsa": "RSA keys", "general-keys": "For all uses",
			"label": "Name the keys", "label-name": "Name", "modulus": "Size of the keys", "bits": "Bits", "exportable": "May be copied",
			"zeroize": "Delete keys"},
		Enter: func(e *config.Edit, _ args) error {
			e.Notice("% The SSH server makes its key when it is first needed and keeps it")
			return e.Rewrite("default crypto key")
		},
	},
	&command{
		Syntax: "ip scp server enable",
		Help:   help{"scp": "Copying over SSH", "scp server": "The server", "enable": "Switch it on"},
		Signed: true,
		Kept:   "there is no copying over SSH yet",
	},
)

var httpLines = table(globalIPWords,
	&command{
		Syntax: "ip forward-protocol nd",
		Help:   help{"forward-protocol": "Broadcasts to send on", "nd": "Those of diskless stations"},
		Bang:   true,
		Signed: true,
		Kept:   "no broadcasts are sent on", Silent: true,
	},
	&command{
		Syntax: "ip forward-protocol udp [port:<1-65535>]",
		Help:   help{"forward-protocol": "Broadcasts to send on", "udp": "UDP datagrams", "port": "Port number"},
		Key:    "port",
		Signed: true,
		Kept:   "no broadcasts are sent on", Silent: true,
	},
	&command{
		Syntax: "ip http server",
		Help:   help{"http server": "Switch the server on"},
		Bang:   true,
		Signed: true,
		Kept:   "there is no HTTP server", SilentNo: true,
	},
	&command{
		Syntax: "ip http authentication (local | enable | aaa)",
		Help: help{"authentication": "How users are asked", "local": "User name and password", "enable": "Enable password",
			"aaa": "Method lists"},
		Kept: "there is no HTTP server", Silent: true,
	},
	&command{
		Syntax: "ip http secure-server",
		Help:   help{"secure-server": "Switch the HTTPS server on"},
		Signed: true,
		Kept:   "there is no HTTP server", SilentNo: true,
	},
	&command{
		Syntax: "ip http client source-interface ifname:IFNAME",
		Help:   help{"client": "The client"},
		Kept:   "there is no HTTP client", Silent: true,
	},
)
