package commands

// Lines of IPsec that no tunnel protection needs. They are kept, so that a
// configuration comes back whole.

var keptCryptoLines = keptTable(keptIPsec, cryptoWords,
	&command{Syntax: "crypto isakmp diagnose error number:<1-1000>", Help: help{"diagnose": "Diagnose", "error": "Errors", "number": "Entries"}},
	&command{Syntax: "crypto gdoi group name:WORD", Key: "name", Opens: opens(gdoiMode), Bang: true, Help: help{"gdoi": "Keys of a group", "group": "A group"}},
	&command{Syntax: "crypto map name:WORD local-address interface:IFNAME", Key: "name", Help: help{"local-address": "Interface whose address is used"}},
	&command{Syntax: "crypto map name:WORD sequence:<1-65535> (ipsec-isakmp | gdoi)", Key: "name sequence", Opens: opens(cryptoMapMode), Bang: true,
		Help: help{"ipsec-isakmp": "Keys by IKE", "gdoi": "Keys of a group"}},
)

var (
	cryptoMapMode = keptMode("crypto map", "config-crypto-map", "Crypto map configuration commands:", func() []*command { return cryptoMapLines })
	gdoiMode      = keptMode("gdoi group", "config-gdoi-group", "Crypto GDOI group commands:", func() []*command { return gdoiLines })
)

var gdoiLines = keptTable(keptIPsec, cryptoWords,
	&command{Syntax: "identity number value:<0-2147483647>", Help: help{"identity": "Which group it is", "number": "By a number", "value": "Number"}},
	&command{Syntax: "server address ipv4 addr:A.B.C.D", Key: "addr", Help: help{"server": "Key server", "ipv4": "IPv4"}},
	&command{Syntax: "client registration interface port:IFNAME", Help: help{"client": "This member", "registration": "How it registers", "interface": "By one interface", "port": "Interface name and number"}},
)

var cryptoMapLines = keptTable(keptIPsec, cryptoWords,
	&command{Syntax: "description text:LINE"},
	&command{Syntax: "set peer addr:A.B.C.D", Key: "addr", Help: help{"peer": "The peer"}},
	&command{Syntax: "set transform-set {name:WORD}"},
	&command{Syntax: "set group name:WORD", Help: help{"group": "Group of keys"}},
	&command{Syntax: "set isakmp-profile name:WORD", Help: help{"isakmp-profile": "ISAKMP profile"}},
	&command{Syntax: "set ikev2-profile name:WORD", Help: help{"ikev2-profile": "IKEv2 profile"}},
	&command{Syntax: "match address name:WORD", Help: help{"address": "Traffic of an access list"}},
)
