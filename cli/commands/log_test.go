package commands

import (
	"testing"
	"time"

	"weft/nhrp"
)

func TestEventsHaveTheWordsOfIOS(t *testing.T) {
	spoke, nbma, server, hub := addr("10.0.0.11"), addr("198.51.100.11"), addr("10.0.0.1"), addr("192.0.2.1")
	us, them := nhrp.Endpoint{Protocol: server, NBMA: hub}, nhrp.Endpoint{Protocol: spoke, NBMA: nbma}
	for _, row := range []struct {
		event any
		want  string
	}{
		{LinkUpDown{"GigabitEthernet0/1", false}, "%LINK-3-UPDOWN: Interface GigabitEthernet0/1, changed state to down"},
		{AdminDown{"Tunnel0"}, "%LINK-5-CHANGED: Interface Tunnel0, changed state to administratively down"},
		{LineProtocolUpDown{"Tunnel0", true}, "%LINEPROTO-5-UPDOWN: Line protocol on Interface Tunnel0, changed state to up"},
		{RecurDown{"Tunnel0"}, "%TUN-5-RECURDOWN: Tunnel0 temporarily disabled due to recursive routing"},
		{PortMissing{"Ethernet0/0"}, "%LINK-4-NOPORT: Interface Ethernet0/0 has no port on this system"},
		{ConfigI{"console", ""}, "%SYS-5-CONFIG_I: Configured from console by console"},
		{ConfigI{"console", "admin"}, "%SYS-5-CONFIG_I: Configured from console by admin on console"},
		{ConfigI{"vty0 (192.0.2.50)", "admin"}, "%SYS-5-CONFIG_I: Configured from console by admin on vty0 (192.0.2.50)"},
		{Restart{}, "%SYS-5-RESTART: System restarted"},
		{Reload{"console", "", "Reload Command"}, "%SYS-5-RELOAD: Reload requested by console. Reload Reason: Reload Command."},
		{SSHEnabled{"2.0", true}, "%SSH-5-ENABLED: SSH 2.0 has been enabled"},
		{SSHEnabled{"2.0", false}, "%SSH-5-DISABLED: SSH 2.0 has been disabled"},
		{NVRAMErased{}, "%SYS-7-NV_BLOCK_INIT: Initialized the geometry of nvram"},
		{NVRAMFailed{"disk full"}, "%SYS-4-NV_BLOCK_INITFAIL: nvram: disk full"},
		{StartupRefused{12, " ip nhrp network-id 0", "                   ^\n% Invalid input detected at '^' marker.\n"},
			"%PARSER-4-BADCFG: startup-config: line 12 refused: \"ip nhrp network-id 0\": % Invalid input detected at '^' marker."},
		{StartupKept{13, "cdp run", "no neighbour discovery"}, "%PARSER-6-KEPT: startup-config: line 13 kept: \"cdp run\": no neighbour discovery"},
		{LoginFailed{"eve", "192.0.2.66", 22, "Login Authentication Failed", noon},
			"%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: eve] [Source: 192.0.2.66] [localport: 22] [Reason: Login Authentication Failed] at 12:00:00 UTC Mon Jan 5 2026"},
		{LoginSucceeded{"ann", "LOCAL", 0, noon}, "%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: ann] [Source: LOCAL] [localport: 0] at 12:00:00 UTC Mon Jan 5 2026"},
		{nhrp.PeerUp{Tunnel: "Tunnel0", Protocol: spoke, NBMA: nbma, Local: us},
			"%DMVPN-5-NHRP_NHC_UP: Tunnel0: Next Hop Client : (Tunnel: 10.0.0.11 NBMA: 198.51.100.11) for (Tunnel: 10.0.0.1 NBMA: 192.0.2.1) is UP"},
		{nhrp.PeerUp{Tunnel: "Tunnel0", Protocol: server, NBMA: hub, NHS: true, Local: them},
			"%DMVPN-5-NHRP_NHS_UP: Tunnel0: Next Hop Server : (Tunnel: 10.0.0.1 NBMA: 192.0.2.1) for (Tunnel: 10.0.0.11 NBMA: 198.51.100.11) is  UP"},
		{nhrp.PeerDown{Tunnel: "Tunnel0", Protocol: spoke, NBMA: nbma, Local: us, Reason: "holding time expired"},
			"%DMVPN-5-NHRP_NHC_DOWN: Tunnel0: Next Hop Client : (Tunnel: 10.0.0.11 NBMA: 198.51.100.11 ) for (Tunnel: 10.0.0.1 NBMA: 192.0.2.1) is DOWN, Reason: holding time expired(NHRP: no error)"},
		{nhrp.PeerDown{Tunnel: "Tunnel0", Protocol: server, NBMA: hub, NHS: true, Local: them, Reason: "no reply"},
			"%DMVPN-5-NHRP_NHS_DOWN: Tunnel0: Next Hop Server : (Tunnel: 10.0.0.1 NBMA: 192.0.2.1 ) for (Tunnel: 10.0.0.11 NBMA: 198.51.100.11) is DOWN, Reason: NHRP Registration Failure(NHRP: no error)"},
		{nhrp.PeerDown{Tunnel: "Tunnel0", NHS: true, Local: them},
			"%DMVPN-5-NHRP_NHS_DOWN: Tunnel0: Next Hop Server : (Tunnel: UNKNOWN NBMA: UNKNOWN ) for (Tunnel: 10.0.0.11 NBMA: 198.51.100.11) is DOWN, Reason: External(NHRP: no error)"},
		{nhrp.PeerDown{Tunnel: "Tunnel0", Protocol: server, NBMA: hub, NHS: true, Local: them, Reason: "no longer configured"},
			"%DMVPN-5-NHRP_NHS_DOWN: Tunnel0: Next Hop Server : (Tunnel: 10.0.0.1 NBMA: 192.0.2.1 ) for (Tunnel: 10.0.0.11 NBMA: 198.51.100.11) is DOWN, Reason: External(NHRP: no error)"},
		{nhrp.PeerDown{Tunnel: "Tunnel0", Protocol: spoke, NBMA: nbma, Local: us, Reason: "no longer configured"},
			"%DMVPN-5-NHRP_NHC_DOWN: Tunnel0: Next Hop Client : (Tunnel: 10.0.0.11 NBMA: 198.51.100.11 ) for (Tunnel: 10.0.0.1 NBMA: 192.0.2.1) is DOWN, Reason: administratively prohibited(NHRP: no error)"},
		{nhrp.Unconfigured{Tunnel: "Tunnel0", NetworkID: 100, Local: us}, "%DMVPN-5-NHRP_NETID_UNCONFIGURED:  Tunnel0: NETID : 100 Unconfigured (Tunnel: 10.0.0.1 NBMA:  192.0.2.1)"},
		{nhrp.Refused{Tunnel: "Tunnel0", Packet: nhrp.RegistrationRequest, Protocol: spoke, NBMA: nbma, Local: us, Reason: nhrp.AuthenticationFailure},
			"%DMVPN-3-DMVPN_NHRP_ERROR:  Tunnel0: Recieved wrong authentication string for  Registration Request , Reason:  authentication failure (11) on (Tunnel: 10.0.0.11 NBMA: 192.0.2.1)"},
		{nhrp.Refused{Tunnel: "Tunnel0", Packet: nhrp.RegistrationRequest, Protocol: spoke, NBMA: nbma, Local: us, Reason: nhrp.ProtocolError},
			"%DMVPN-3-DMVPN_NHRP_ERROR:  Tunnel0: NHRP Encap Error for  Registration Request , Reason:  protocol generic error (7) on (Tunnel: 10.0.0.1 NBMA: 192.0.2.1)"},
		{nhrp.Rejected{Tunnel: "Tunnel0", NHS: server, NBMA: hub, Local: them, Code: nhrp.UniqueRegistered},
			"%NHRP-3-PAKREPLY: Receive Registration Reply packet with error - unique address registered already(14)"},
		{nhrp.Rejected{Tunnel: "Tunnel0", NHS: server, NBMA: hub, Local: them, FromErrorText: "protocol error", Error: nhrp.ProtocolError, Offset: 84, Quoted: []byte{0, 1, 8, 0, 0xfd}},
			"%NHRP-3-PAKERROR: Received Error Indication from 10.0.0.1, code: protocol generic error(7), (trigger src: 10.0.0.11 (nbma: 198.51.100.11) dst: 10.0.0.1), offset: 84, data: 00 01 08 00 FD"},
		{nhrp.QuotaExceeded{Tunnel: "Tunnel0", MaxSend: nhrp.MaxSend{Packets: 10000, Every: 10 * time.Second}},
			"%NHRP-4-QUOTA: Max-send quota of 10000pkts/10Sec. exceeded on Tunnel0"},
	} {
		m, ok := EventText(row.event)
		if !ok || m.String() != row.want {
			t.Errorf("%T: %v %q\nwant %q", row.event, ok, m, row.want)
		}
	}
	for _, event := range []any{nil, "text", nhrp.PacketEvent{}, nhrp.CacheEvent{}, nhrp.Dropped{}} {
		if m, ok := EventText(event); ok {
			t.Errorf("%T is logged as %q", event, m)
		}
	}
}

func TestTimestampsOfLogLines(t *testing.T) {
	m := Message{"SYS", 5, "CONFIG_I", "Configured from console by console"}
	const text = "%SYS-5-CONFIG_I: Configured from console by console"
	at := time.Date(2026, 11, 2, 10, 2, 33, 123e6, time.UTC)
	for _, row := range []struct {
		name          string
		ts            Timestamp
		authoritative bool
		want          string
	}{
		{"none", Timestamp{}, false, ""},
		{"uptime", Timestamp{On: true}, false, "1d02h: "},
		{"date", Timestamp{On: true, Datetime: true}, true, "Nov  2 10:02:33: "},
		{"not to be trusted", Timestamp{On: true, Datetime: true, Msec: true}, false, "*Nov  2 10:02:33.123: "},
		{"all", Timestamp{On: true, Datetime: true, Msec: true, ShowTimezone: true, Year: true, Localtime: true}, true, "Nov  2 2026 10:02:33.123 UTC: "},
	} {
		if got := FormatLogLine(m, at, row.ts, row.authoritative, 26*time.Hour); got != row.want+text {
			t.Errorf("%s: %q", row.name, got)
		}
		if got := FormatDebugLine("NHRP: x", at, row.ts, row.authoritative, 26*time.Hour); got != row.want+"NHRP: x" {
			t.Errorf("%s: %q", row.name, got)
		}
	}
}
