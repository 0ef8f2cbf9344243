package labs

import (
	"bufio"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// provider runs a DHCP and name server of others on the provider's port to
// spoke1, that gives out one address. The function ends it.
func provider(t *testing.T, dir, address string) (end func()) {
	t.Helper()
	if _, err := exec.LookPath("dnsmasq"); err != nil {
		t.Skip("SKIPPED: dnsmasq is missing")
	}
	server := exec.Command(weftBinary, "lab", "exec", dir, "isp", "exec dnsmasq -k --conf-file=/dev/null --user=root --pid-file= --log-facility=- --log-dhcp --no-resolv --no-hosts "+
		"--interface=eth2 --bind-interfaces --dhcp-leasefile="+filepath.Join(t.TempDir(), "leases")+" --dhcp-range="+address+","+address+",255.255.255.0,2m "+
		"--dhcp-option=3,198.51.100.254 --no-ping --host-record=hub.example.net,"+hubNBMA)
	said, err := server.StderrPipe()
	if err == nil {
		err = server.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	end = func() {
		if server.ProcessState == nil {
			server.Process.Signal(syscall.SIGTERM)
			server.Wait()
		}
	}
	t.Cleanup(end)
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "DHCP, IP range") {
			go func() {
				for lines.Scan() {
				}
			}()
			return end
		}
	}
	t.Fatalf("dnsmasq ended: %v", server.Wait())
	return nil
}

// A spoke with nothing fixed but its overlay address: its NBMA address is leased,
// the default route comes with it, and the hub is known by a name.
func TestSpokeWithALeasedAddress(t *testing.T) {
	dir := up(t, phase2)
	shows(t, 12*time.Second, dir, "hub", bothUp...)
	end := provider(t, dir, "198.51.100.50")
	must(t, "exec", dir, "spoke1", "conf t", "ip domain lookup", "ip name-server 198.51.100.254", "ip domain name example.net",
		"no ip route 0.0.0.0 0.0.0.0 198.51.100.254",
		"interface GigabitEthernet0/1", "ip address dhcp",
		"interface Tunnel0", "no ip nhrp nhs 10.0.0.1", "no ip nhrp map 10.0.0.1 192.0.2.1", "no ip nhrp map multicast 192.0.2.1",
		"ip nhrp nhs dynamic nbma hub.example.net multicast", "if-state nhrp")
	shows(t, 20*time.Second, dir, "hub", peer{"198.51.100.50", spoke1Tunnel, "UP", "D"}, peer{spoke2NBMA, spoke2Tunnel, "UP", "D"})
	for command, want := range map[string]string{
		"show ip interface brief | include Gi":       "GigabitEthernet0/1         198.51.100.50   YES DHCP   up                    up",
		"show ip route static":                       "S*    0.0.0.0/0 [254/0] via 198.51.100.254\n",
		"show dhcp lease":                            "Temp IP addr: 198.51.100.50  for peer on Interface: GigabitEthernet0/1\nTemp  sub net mask: 255.255.255.0\n   DHCP Lease server: 198.51.100.254, state: 5 Bound\n",
		"show logging | include DHCP":                "%DHCP-6-ADDRESS_ASSIGN: Interface GigabitEthernet0/1 assigned DHCP address 198.51.100.50, mask 255.255.255.0, hostname spoke1\n",
		"show ip nhrp nhs":                           "10.0.0.1 RED NBMA Address: 192.0.2.1 priority = 0 cluster = 0\n",
		"show running-config interface Gi0/1":        " ip address dhcp\n",
		"ping hub":                                   "Translating \"hub\"...domain server (198.51.100.254) [OK]\n\nType escape sequence to abort.\nSending 5, 100-byte ICMP Echos to 192.0.2.1, timeout is 2 seconds:\n!!!!!\n",
		"show ip interface brief | include Tunnel":   "up                    up",
		"show dmvpn detail | include State Control":  "Interface State Control: Enabled",
		"show ip nhrp nhs redundancy | include Tunn": "1   Tunnel0          0         10.0.0.1         0         RED     Running",
	} {
		if got := must(t, "exec", dir, "spoke1", command); !strings.Contains(got, want) {
			t.Errorf("%s:\n%s", command, got)
		}
	}
	if got := must(t, "exec", dir, "pc1", "ping -c 3 -i 0.2 -W 2 "+pc2Address); !strings.Contains(got, " 0% packet loss") {
		t.Errorf("pc1 to pc2:\n%s", got)
	}

	// The provider gives another address, and the hub hears of it at once.
	end()
	end = provider(t, dir, "198.51.100.60")
	must(t, "exec", dir, "spoke1", "release dhcp Gi0/1")
	eventually(t, 5*time.Second, "the tunnel is down", func() (bool, string) {
		got := must(t, "exec", dir, "spoke1", "show ip interface brief")
		return strings.Contains(got, "GigabitEthernet0/1         unassigned      YES DHCP") && strings.Contains(got, "10.0.0.11       YES NVRAM  up                    down"), got
	})
	shows(t, 5*time.Second, dir, "hub", peer{spoke2NBMA, spoke2Tunnel, "UP", "D"}) // it took its leave
	must(t, "exec", dir, "spoke1", "renew dhcp Gi0/1")
	shows(t, 20*time.Second, dir, "hub", peer{"198.51.100.60", spoke1Tunnel, "UP", "D"}, peer{spoke2NBMA, spoke2Tunnel, "UP", "D"})
	end()
}
