package commands

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// Programs read these screens by patterns. The screens are the golden files, so
// that a layout that is changed there is looked at with their eyes, too.

// screen is what a command prints in a golden file.
func screen(t *testing.T, file, command string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	_, behind, found := strings.Cut("\n"+string(text), "\nRouter#"+command+"\n")
	if !found {
		t.Fatalf("%s has no %q", file, command)
	}
	answer, _, _ := strings.Cut(behind, "\nRouter#")
	return answer
}

// What clients look for, whatever else there is. A name in the pattern says what
// must be found.
func TestClientsFindWhatTheyLookFor(t *testing.T) {
	for _, c := range []struct{ file, command, pattern, want string }{
		// Which system it is, by two words anywhere.
		{"show_system.txt", "show version", `(Cisco IOS Software)`, "Cisco IOS Software"},
		{"show_system.txt", "show version", `(Cisco IOS XE Software)`, "Cisco IOS XE Software"},
		// Version: the first one, without the comma behind it.
		{"show_system.txt", "show version", `Version (\S+?),?\s`, "0.1.0"},
		{"show_system.txt", "show version", `(?m)^(.+) uptime`, "HUB1"},
		{"show_system.txt", "show version", `uptime is ((?:\d+ (?:year|week|day|hour|minute)s?(?:, )?)+)\n`, "1 week, 2 days, 3 hours, 4 minutes"},
		{"show_system.txt", "show version", `image file is "(.+)"`, "flash0:/weft-0.1.0"},
		{"show_system.txt", "show version", `(?m)^[Cc]isco (.+) \(revision`, "IOS compatible Weft"},
		{"show_system.txt", "show version", `with (\d+K/\d+K) bytes of memory`, "460017K/62464K"},
		{"show_system.txt", "show version", `Processor board ID (\S+)`, "9ABCDEF0123"},
		{"show_system.txt", "show version", `(?m)^(\d+)K bytes of non-volatile configuration memory`, "256"},
		{"show_system.txt", "show version", `(?m)^Configuration register is (0x[0-9A-Fa-f]+)`, "0x0"},
		{"show_system.txt", "show version", `(?m)^ROM: +(.+)$`, "Bootstrap program is GRUB"},
		{"show_system.txt", "show version", `(?m)^Compiled (\S+ \S+ \S+) by \S+$`, "Sun 22-Nov-26 10:11"},
		{"show_system.txt", "show version", `(?m)^Last reload reason: (.+)$`, "Reload Command"},
		{"show_system.txt", "show privilege", `Current privilege level is (\d+)$`, "15"},
		{"show_interfaces.txt", "show interfaces", `(?m)^Tunnel0 is (\S+), line protocol is up `, "up"},
		{"show_interfaces.txt", "show interfaces", `(?m)^  Hardware is Ethernet, address is (\S+) \(bia \S+\)$`, "5254.0012.3456"},
		{"show_interfaces.txt", "show interfaces", `(?m)^  MTU (\d+) bytes, BW \d+ Kbit/sec, DLY \d+ usec, $`, "65536"},
		{"show_interfaces.txt", "show interfaces", `(?m)^  (\w+) Duplex, 1000Mbps, link type is auto, media type is \S+$`, "Full"},
		{"show_interfaces.txt", "show interfaces", `(?m)^  Tunnel source (\S+) \(GigabitEthernet0/0\)$`, "192.0.2.1"},
		{"show_interfaces.txt", "show interfaces", `(?m)^  Tunnel transport MTU (\d+) bytes$`, "1472"},
		{"show_interfaces.txt", "show interfaces", `(?m)^ {5}(\d+) packets input, \d+ bytes, 0 no buffer$`, "0"},
		{"show_interfaces.txt", "show interfaces", `(?m)^  5 minute input rate (\d+) bits/sec, \d+ packets/sec$`, "0"},
		{"dir.txt", "dir", `^Directory of (.*)/`, "flash:"},
		{"dir.txt", "dir", `\((\d+) \w+ free\)`, "200000"},
		{"show_box.txt", "show processes cpu", `^CPU utilization for five seconds: (\d+)%/\d+%; one minute: \d+%; five minutes: \d+%\n`, "12"},
		{"show_box.txt", "show memory statistics", `(?m)^Processor +\S+ +(\d+) +\d+ +\d+`, ""},
	} {
		m := regexp.MustCompile(c.pattern).FindStringSubmatch(screen(t, c.file, c.command))
		if m == nil || c.want != "" && m[1] != c.want {
			t.Errorf("%s: %s finds %q, want %q", c.command, c.pattern, m, c.want)
		}
	}
}

// Parsers that know every line there may be fail at any other.
func TestStrictParsersKnowEveryLine(t *testing.T) {
	const (
		address = `\d+\.\d+\.\d+\.\d+`
		updown  = `(?:never|\d\d:\d\d:\d\d|\d+d\d\dh|\d+w\dd|\d+y\d\dw)`
	)
	for _, c := range []struct {
		file, command string
		lines         []string
	}{
		{"show_interfaces.txt", "show ip interface brief", []string{
			`Interface                  IP-Address      OK\? Method Status                Protocol`,
			`\S+ +(?:` + address + `|unassigned) +(?:YES|NO) +(?:NVRAM|manual|unset|DHCP) +(?:up|down|administratively down) +(?:up|down) *`}},
		{"show_interfaces.txt", "show interfaces description", []string{
			`Interface +Status +Protocol +Description`, `\S+ +(?:up|down|admin down) +(?:up|down)(?: .*)?`}},
		{"show_system.txt", "show users", []string{
			` {4}Line       User       Host\(s\)              Idle       Location`,
			`[* ] *\d+ (?:con|aux|vty) \d+ +(?:\S+ +)?idle +\d\d:\d\d:\d\d *\S*`, ``,
			`  Interface    User               Mode         Idle     Peer Address`}},
		{"show_system.txt", "show clock", []string{`[*.]?\d\d:\d\d:\d\d\.\d{3} \S+ \w{3} \w{3} \d+ \d{4}`}},
		{"show_arp.txt", "show arp", []string{
			`Protocol  Address          Age \(min\)  Hardware Addr   Type   Interface`,
			`Internet  ` + address + ` +(?:-|\d+) +(?:[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}|Incomplete) +ARPA *\S*`}},
		{"show_archive.txt", "show archive", []string{
			`The maximum archive configurations allowed is \d+\.`, `There are currently \d+ archive configurations saved\.`,
			`The next archive file will be named \S+ ?`, ` Archive #  Name`, ` {3}\d+ +\S+-\d+ ?(?:<- Most Recent)?`, ` {3}\d+ *`, ``}},
		{"show_line.txt", "show line", []string{
			`   Tty Typ     Tx/Rx    A Modem  Roty AccO AccI   Uses   Noise  Overruns   Int`,
			`[* ] +\d+ [ACV]T?[UT]?[YX] +(?:\d+/\d+ +)?- +- +- +- +\S+ +\d+ +\d+ +\d+/\d+ +-`, ``}},
		{"show_dmvpn_spoke.txt", "show dmvpn", []string{
			`Legend: .*`, ` {8}.* --> .*`, ` {8}.* - .*`, `=+`, ``,
			`Interface: Tunnel\d+, IPv4 NHRP Details ?`, `Type:(?:Hub|Spoke|Hub/Spoke|Unknown), NHRP Peers:\d+, ?`,
			` # Ent  Peer NBMA Addr Peer Tunnel Add State  UpDn Tm Attrb`, ` ----- --------------- --------------- ----- -------- -----`,
			` {5,}\d+ (?:` + address + `|UNKNOWN) +` + address + ` +(?:UP|NHRP|IKE|IPSEC|INTF|DOWN) +` + updown + ` +[SDINLXTC12B]+`,
			` {22,}` + address + ` +\w+ +` + updown + ` +\w+`}},
		{"show_dmvpn_hub.txt", "show dmvpn", []string{
			`Legend: .*`, ` {8}.* --> .*`, ` {8}.* - .*`, `=+`, ``, `Interface: Tunnel\d+, IPv4 NHRP Details `, `Type:Hub, NHRP Peers:\d+, `,
			` # Ent  Peer NBMA Addr Peer Tunnel Add State  UpDn Tm Attrb`, ` ----- --------------- --------------- ----- -------- -----`,
			`[ \d]{5}\d (?:\d[\d. ]{14}) [\d. ]{14}\d [ A-Z]{3}UP {1}[ \dwdhy:]{8} {1}[ A-Z12]{5}`}},
		{"show_dmvpn_hub.txt", "show dmvpn detail", dmvpnDetail},
		{"show_dmvpn_spoke.txt", "show dmvpn detail", dmvpnDetail},
		{"show_ip_route.txt", "show ip route", routeLines},
		{"show_ip_route.txt", "show ip route connected", routeLines},
		{"show_ip_route.txt", "show ip route static", routeLines},
	} {
		onlyKnown(t, c.file, c.command, c.lines)
	}
}

// onlyKnown holds if each line of a screen is one of those that a parser knows.
func onlyKnown(t *testing.T, file, command string, lines []string) {
	t.Helper()
	var known []*regexp.Regexp
	for _, pattern := range lines {
		known = append(known, regexp.MustCompile(`^(?:`+pattern+`)$`))
	}
next:
	for _, line := range strings.Split(strings.TrimSuffix(screen(t, file, command), "\n"), "\n") {
		for _, re := range known {
			if re.MatchString(line) {
				continue next
			}
		}
		t.Errorf("%s: no parser knows %q", command, line)
	}
}

// dmvpnDetail is what parsers know of "show dmvpn detail", but for cryptography.
var dmvpnDetail = []string{
	`Legend: .*`, ` {8}.* --> .*`, ` {8}.* - .*`, `=+`, ``,
	`Interface Tunnel\d+ is (?:up|down|admin down)/(?:up|down), Addr\. is \S+, VRF "\S*" `, `   Tunnel Src\./Dest\. addr: \S+/(?:Multipoint|\d\S+), Tunnel VRF "\S*"`,
	`   Protocol/Transport: "(?:multi-)?GRE/IP", Protect "\S*" `, `   Interface State Control: (?:Disabled|Enabled)`, `   nhrp event-publisher : Disabled`,
	`IPv4 NHS:`, `\d\S+ {1,3}(?:E|R|W|RE|REW) (?:NBMA Address: \S+ )?priority = \d+ cluster = \d+ *`, `Type:(?:Hub|Spoke|Hub/Spoke|Unknown), Total NBMA Peers \(v4/v6\): \d+`,
	`# Ent  Peer NBMA Addr Peer Tunnel Add State  UpDn Tm Attrb    Target Network`, `----- --------------- --------------- ----- -------- ----- -----------------`,
	`(?: {4}\d| {5}) (?:\d[\d.]+|UNKNOWN) +\d\S+ {2,4}(?:UP|NHRP|IKE|IPSEC|INTF|DOWN) +(?:never|\S+) +[SDINLXTC12B]+ +\d\S+/\d+`,
	`Crypto Session Details: `, `-{80}`, `Pending DMVPN Sessions:`,
}

// routeLines is what parsers know of "show ip route".
var routeLines = func() []string {
	const a, code = `\d+\.\d+\.\d+\.\d+`, `[LCSRMBDOHUGgPloani][* ](?:EX|IA|N1|N2|E1|E2|L1|L2|  )? *[+%p&]? *`
	return []string{`Codes: .*`, ` {7}\S+ - .*`, ``, `Gateway of last resort is (?:not set|` + a + ` to network 0\.0\.0\.0)`,
		` {6}` + a + `/\d+ is (?:variably subnetted, \d+ subnets, \d+ masks|subnetted, \d+ subnets)`,
		code + a + `(?:/\d+)? is directly connected, (?:` + `\d\d:\d\d:\d\d, )?\S+`, code + a + `(?:/\d+)? \[\d+/\d+\] via ` + a + `(?:, [\dwdhy:]+)?(?:, \S+)?`,
		` {20,}(?:\[NHO\])?\[\d+/\d+\] via ` + a + `(?:, [\dwdhy:]+)?(?:, \S+)?`}
}()
