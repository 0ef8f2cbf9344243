package commands

// Remote access by IKE version 1, as published configurations have it beside
// their tunnels. It is kept.

var remoteWords = help{
	"crypto": "Encryption", "isakmp": "IKE version 1", "dynamic-map": "Crypto map for peers that are not known", "name": "Name", "sequence": "Sequence number",
	"client": "Remote clients", "configuration": "What clients are told", "group": "A group of clients", "map": "Crypto map", "dynamic": "By a dynamic map",
	"template": "Dynamic map name", "ipsec-isakmp": "Keys by IKE", "authentication": "Who clients are", "authorization": "What clients may do", "list": "Method list",
	"list-name": "Method list name", "address": "Addresses of clients", "respond": "When asked", "initiate": "Unasked", "ip": "Global IP configuration",
	"local": "Of this router", "pool": "Addresses to give out", "low": "First address", "high": "Last address", "key": "Shared key of the group", "value": "The key",
	"0": "A key in the clear follows", "6": "An encrypted key follows", "plain-0": "A key in the clear", "dns": "Domain servers", "wins": "Name servers", "addr": "IP address",
	"domain": "Domain name", "acl": "Networks behind the router", "number": "Access list", "netmask": "Mask of the addresses", "save-password": "Clients may store the password",
	"set": "Set a value", "transform-set": "Transform set", "reverse-route": "Route back to the client", "isakmp-profile": "ISAKMP profile", "match": "Match a value",
	"max-users": "Clients at once",
}

var remoteAccessLines = keptTable("there is no remote access", remoteWords,
	&command{Syntax: "crypto dynamic-map name:WORD sequence:<1-65535>", Key: "name sequence", Opens: opens(dynamicMapMode), Bang: true},
	&command{Syntax: "crypto isakmp client configuration group name:WORD", Key: "name", Opens: opens(clientGroupMode), Bang: true},
	&command{Syntax: "crypto map name:WORD client authentication list list-name:WORD", Key: "name"},
	&command{Syntax: "crypto map name:WORD isakmp authorization list list-name:WORD", Key: "name"},
	&command{Syntax: "crypto map name:WORD client configuration address (respond | initiate)", Key: "name respond initiate"},
	&command{Syntax: "crypto map name:WORD sequence:<1-65535> ipsec-isakmp dynamic template:WORD", Key: "name sequence"},
	&command{Syntax: "ip local pool name:WORD low:A.B.C.D [high:A.B.C.D]", Key: "name low"},
)

var (
	dynamicMapMode  = keptMode("dynamic-map", "config-crypto-map", "Crypto map configuration commands:", func() []*command { return dynamicMapLines })
	clientGroupMode = keptMode("client group", "config-isakmp-group", "ISAKMP group policy config commands:", func() []*command { return clientGroupLines })
)

var dynamicMapLines = keptTable("there is no remote access", remoteWords,
	&command{Syntax: "set transform-set {name:WORD}"},
	&command{Syntax: "set isakmp-profile name:WORD"},
	&command{Syntax: "match address name:WORD"},
	&command{Syntax: "reverse-route"},
)

var clientGroupLines = keptTable("there is no remote access", remoteWords,
	&command{Syntax: "key (0 plain-0:WORD | 6 value:WORD | value:WORD)"},
	&command{Syntax: "dns {addr:A.B.C.D}"},
	&command{Syntax: "wins {addr:A.B.C.D}"},
	&command{Syntax: "domain name:WORD"},
	&command{Syntax: "pool name:WORD"},
	&command{Syntax: "acl (number:<100-2699> | name:WORD)"},
	&command{Syntax: "save-password"},
	&command{Syntax: "max-users number:<1-5000>"},
	&command{Syntax: "netmask addr:A.B.C.D"},
)
