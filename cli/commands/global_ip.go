package commands

import (
	"net/netip"

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
