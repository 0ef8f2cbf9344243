package commands

// Services that are not there yet: network management, and DHCP for IPv6.

var snmpWords = help{
	"snmp-server": "Network management", "community": "Who may ask", "text": "Text", "RO": "To read", "RW": "To read and write", "acl": "Access list",
	"location": "Where the box is", "contact": "Whom to ask about it", "chassis-id": "Serial number to tell", "enable": "Switch on", "traps": "Messages sent unasked",
	"kind": "Kind of message", "host": "Who gets messages", "addr": "IP address", "name": "Name", "version": "Version spoken", "1": "Version 1", "2c": "Version 2c",
	"3": "Version 3", "ifindex": "Numbers of interfaces", "persist": "The same after a restart", "trap-source": "Interface whose address is used",
	"source-interface": "Interface whose address is used", "interface": "Interface name and number", "view": "What may be asked for", "tree": "Subtree",
	"included": "With it", "excluded": "Without it", "group": "Users", "user": "A user", "noauth": "Without authentication", "auth": "With authentication", "priv": "Encrypted",
	"read": "View to read", "write": "View to write", "read-view": "View name", "write-view": "View name", "informs": "Messages that are answered", "packetsize": "Largest packet",
	"bytes": "Bytes", "system-shutdown": "Allow a restart", "manager": "Be a manager", "md5": "HMAC-MD5", "sha": "HMAC-SHA", "aes": "AES", "128": "128 bits", "password": "Password",
	"key": "Encryption password",
}

var snmpLines = keptTable(keptSNMP, snmpWords,
	&command{Syntax: "snmp-server community name:WORD [view read-view:WORD] [RO | RW] [acl:WORD]", Key: "name", Bang: true},
	&command{Syntax: "snmp-server location text:LINE"},
	&command{Syntax: "snmp-server contact text:LINE"},
	&command{Syntax: "snmp-server chassis-id text:LINE"},
	&command{Syntax: "snmp-server view name:WORD tree:WORD (included | excluded)", Key: "name tree"},
	&command{Syntax: "snmp-server group name:WORD (1 | 2c | 3 (noauth | auth | priv)) [read read-view:WORD] [write write-view:WORD]", Key: "name",
		Help: help{"1": "Version 1", "3": "Version 3"}},
	&command{Syntax: "snmp-server user who:WORD name:WORD 3 [auth (md5 | sha) password:WORD [priv aes 128 key:WORD]]", Key: "who name",
		Help: help{"who": "User name", "name": "Group"}},
	&command{Syntax: "snmp-server enable traps [{kind:WORD}]", Key: "kind"},
	&command{Syntax: "snmp-server host addr:A.B.C.D [traps | informs] [version (1 | 2c | 3 (noauth | auth | priv))] name:WORD", Key: "addr name"},
	&command{Syntax: "snmp-server ifindex persist"},
	&command{Syntax: "snmp-server trap-source interface:IFNAME"},
	&command{Syntax: "snmp-server source-interface (traps | informs) interface:IFNAME", Key: "traps informs"},
	&command{Syntax: "snmp-server packetsize bytes:<484-17940>"},
	&command{Syntax: "snmp-server system-shutdown"},
)

var dhcp6Words = help{
	"ipv6": "Global IPv6 configuration", "dhcp": "DHCP for IPv6", "pool": "What clients are told", "name": "Pool name", "address": "Addresses to give out",
	"prefix": "Out of a network", "network": "Network with prefix length", "lifetime": "How long", "valid": "Seconds", "preferred": "Seconds", "infinite": "For ever",
	"dns-server": "Domain server of the clients", "addr": "IPv6 address", "domain-name": "Domain of the clients", "text": "Domain",
}

var dhcp6Lines = keptTable(keptDHCP, dhcp6Words,
	&command{Syntax: "ipv6 dhcp pool name:WORD", Key: "name", Opens: opens(dhcp6PoolMode), Bang: true})

var dhcp6PoolMode = keptMode("dhcpv6 pool", "config-dhcpv6", "IPv6 DHCP configuration commands:", func() []*command { return dhcp6PoolLines })

var dhcp6PoolLines = keptTable(keptDHCP, dhcp6Words,
	&command{Syntax: "address prefix network:X:X:X:X::X/<0-128> [lifetime (valid:<60-4294967295> preferred:<60-4294967295> | infinite)]", Key: "network"},
	&command{Syntax: "dns-server addr:X:X:X:X::X", Key: "addr"},
	&command{Syntax: "domain-name text:WORD", Key: "text"},
)
