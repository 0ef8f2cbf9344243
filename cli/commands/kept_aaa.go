package commands

// Servers that know who may come in, and accounting: there is no AAA yet.

var aaaServerWords = help{
	"aaa": "Authentication, authorization and accounting", "accounting": "What is told to servers", "exec": "Of sessions", "commands": "Of commands", "number": "Privilege level",
	"network": "Of the network", "connection": "Of outgoing connections", "system": "Of the box itself", "default": "The default list", "list": "Name of a list",
	"start-stop": "At the beginning and at the end", "stop-only": "At the end", "none": "Nothing", "group": "Group of servers", "name": "Name", "server": "Server",
	"tacacs+": "Group of TACACS+ servers", "radius": "Group of RADIUS servers", "tacacs": "TACACS+", "address": "Address of the server", "ipv4": "IPv4", "addr": "IP address",
	"key": "Shared secret", "plain-0": "A key in the clear", "hidden": "A hidden key", "value": "The key", "0": "Specifies an UNENCRYPTED key will follow",
	"6": "Specifies an ENCRYPTED key will follow", "7": "Specifies a HIDDEN key will follow", "timeout": "Seconds to wait", "seconds": "Seconds", "single-connection": "One connection for all",
	"port": "TCP port", "tcp-port": "Number", "auth-port": "UDP port of authentication", "acct-port": "UDP port of accounting", "auth": "Number", "acct": "Number", "retransmit": "Repetitions", "retries": "Number",
	"tacacs-server": "TACACS+ servers", "radius-server": "RADIUS servers", "host": "A server", "ip": "IP", "source-interface": "Interface whose address is used", "interface": "Interface name and number",
}

const aaaKey = "key (0 plain-0:WORD | 6 sealed:WORD | 7 hidden:WORD | value:WORD)"

var aaaServerLines = keptTable(keptAAA, aaaServerWords,
	&command{Syntax: "aaa accounting (exec | network | connection | system | commands number:<0-15>) (default | list:WORD) (none | (start-stop | stop-only) {group name:WORD})",
		Key: "exec network connection system commands number default list"},
	&command{Syntax: "aaa group server (tacacs+ | radius) name:WORD", Key: "tacacs+ radius name", Opens: opens(aaaGroupMode), Bang: true},
	&command{Syntax: "tacacs server name:WORD", Key: "name", Opens: opens(aaaServerMode), Bang: true},
	&command{Syntax: "radius server name:WORD", Key: "name", Opens: opens(aaaServerMode), Bang: true},
	&command{Syntax: "tacacs-server host addr:A.B.C.D [" + aaaKey + "]", Key: "addr", Help: help{"sealed": "An encrypted key"}},
	&command{Syntax: "tacacs-server " + aaaKey, Help: help{"sealed": "An encrypted key"}},
	&command{Syntax: "radius-server host addr:A.B.C.D [auth-port auth:<0-65535>] [acct-port acct:<0-65535>] [" + aaaKey + "]", Key: "addr", Help: help{"sealed": "An encrypted key"}},
	&command{Syntax: "radius-server " + aaaKey, Help: help{"sealed": "An encrypted key"}},
)

var (
	aaaGroupMode  = keptMode("aaa group", "config-sg", "Server group commands:", func() []*command { return aaaGroupLines })
	aaaServerMode = keptMode("aaa server", "config-server", "Server configuration commands:", func() []*command { return aaaServerSection })
)

var aaaGroupLines = keptTable(keptAAA, aaaServerWords,
	&command{Syntax: "server name who:WORD", Key: "who", Help: help{"who": "Name of a server", "name": "By its name"}},
	&command{Syntax: "server addr:A.B.C.D [auth-port auth:<0-65535>] [acct-port acct:<0-65535>]", Key: "addr"},
)

var aaaServerSection = keptTable(keptAAA, aaaServerWords,
	&command{Syntax: "address ipv4 addr:A.B.C.D [auth-port auth:<0-65535>] [acct-port acct:<0-65535>]"},
	&command{Syntax: aaaKey, Help: help{"sealed": "An encrypted key"}},
	&command{Syntax: "timeout seconds:<1-1000>"},
	&command{Syntax: "retransmit retries:<0-100>"},
	&command{Syntax: "single-connection"},
	&command{Syntax: "port tcp-port:<1-65535>"},
)

// Clients that the box does not have.
var clientLines = table(aaaServerWords,
	&command{Syntax: "ip telnet source-interface interface:IFNAME", Help: help{"telnet": "The telnet client"}, Kept: "there is no telnet"},
	&command{Syntax: "ip ftp username name:LINE", Help: help{"ftp": "The FTP client", "username": "User name at servers", "name": "User name"}, Kept: "there is no FTP"},
	&command{Syntax: "ip ftp password (7 hidden:WORD | text:LINE)", Help: help{"ftp": "The FTP client", "password": "Password at servers", "text": "The password"}, Kept: "there is no FTP"},
)

var ntpKeyLines = keptTable(keptNTP, help{
	"ntp": "Network time", "authenticate": "Believe only who knows a key", "authentication-key": "A key", "number": "Number of the key", "md5": "MD5", "text": "The key", "kind": "Type of its storage",
	"trusted-key": "A key that is believed", "peer": "A router of the same stratum", "host": "IP address", "access-group": "Who may ask", "acl": "Access list", "serve-only": "For the time",
	"serve": "For the time and more", "query-only": "For the state", "logging": "Log messages of time",
},
	&command{Syntax: "ntp authentication-key number:<1-4294967295> md5 text:WORD [kind:<0-255>]", Key: "number"},
	&command{Syntax: "ntp authenticate"},
	&command{Syntax: "ntp trusted-key number:<1-4294967295>", Key: "number"},
	&command{Syntax: "ntp peer host:A.B.C.D", Key: "host"},
	&command{Syntax: "ntp access-group (peer | query-only | serve | serve-only) acl:WORD", Key: "peer query-only serve serve-only"},
	&command{Syntax: "ntp logging"},
)
