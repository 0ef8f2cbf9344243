package commands

import (
	"slices"

	"weft/cli/config"
)

// GlobalMode is the root of the configuration.
var GlobalMode = &config.Mode{
	Name:     "global",
	Tag:      "config",
	Title:    "Configure commands:",
	Commands: func() []*command { return globalLines },
	Types:    globalTypes,
	New:      newGlobal,
}

func newGlobal() any {
	return &Global{
		Hostname:     "Router",
		Routing:      true,
		DomainLookup: true,
		Logging:      Logging{Buffer: 7, Console: 7, Monitor: 7, Trap: trapInformation, BufferSize: defaultLogSize, Facility: facilities["local7"]},
		Crypto:       newCrypto(),
		SSH:          SSH{Version: 2, Timeout: defaultSSHTimeout, Retries: 3},
	}
}

// The order of this list is the order of running-config.
var globalLines = slices.Concat(
	[]*command{versionLine}, serviceLines, []*command{passwordEncryptionLine}, []*command{sequenceLine}, serviceNoise, platformNoise,
	[]*command{hostnameLine}, bootLines, vrfLines, loggingLines, enableLines, aaaLines, aaaServerLines, clockZoneLines, systemNoise, []*command{filePromptLine}, typeSixLines, loginLines, domainLines, []*command{routingLine}, forwardingNoise,
	dhcpLines, switchingLines, dhcp6Lines, nhrpQueueLines, keyChainLines, trackLines, archiveLines, []*command{usernameLine}, redundancyLines, transportNoise, slaLines, qosLines, cryptoLines, ikev2Lines, keyringHeadLines, isakmpPolicyLine, isakmpLines, ipsecLines, keptCryptoLines, remoteAccessLines,
	[]*command{interfaceLine}, routerLines, routerNHRPHead, httpLines, clientLines, natLines, staticRouteLines, sshLines, keyPairLines, ipv6RouteLines, ioamLine, aclLines, accessLines, logServerLines,
	routeMapLines, snmpLines, []*command{controlPlaneLine}, bannerLines, aliasLines, gatekeeperLines, monitorLines, privilegeLines, lineHeadLines, ntpKeyLines, clockLines, []*command{helpLine}, moveLines,
)

// The words that move between modes; every mode has them.
var moveLines = []*command{
	{Syntax: "exit", Help: help{"exit": "Leave this mode"}, Move: config.Up},
	{Syntax: "end", Help: help{"end": "Leave configuration"}, Move: config.Top},
	{Syntax: "do command:LINE", Help: help{"do": "Run an exec command", "command": "Exec command"}, Move: config.Do},
}
