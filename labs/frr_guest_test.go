package labs

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"weft/labs/guest"
)

// The FRR guests: nhrpd and the GRE of a Linux kernel, strongSwan and the kernel's
// ESP. Of AES, SHA and HMAC the kernel has what is not named here built in.
var frrContents = guest.Contents{
	Packages: []string{"frr", "libpam-modules", "nftables", "iputils-ping",
		"strongswan-charon", "strongswan-libcharon", "strongswan-swanctl", "libstrongswan-standard-plugins"},
	Modules: []string{"gre", "ip_gre", "dummy", "nf_tables", "nfnetlink", "nfnetlink_log", "nft_log", "nft_limit",
		"xfrm_user", "esp4", "authenc", "echainiv", "seqiv", "gcm", "ghash_generic", "ctr", "sha512_generic", "drbg"}, // the last two make IVs
	Files: map[string]string{
		"etc/passwd":          "root:x:0:0:root:/root:/bin/sh\nfrr:x:102:102::/:/bin/false\n",
		"etc/group":           "root:x:0:\nfrr:x:102:\nfrrvty:x:103:frr,root\n",
		"etc/pam.d/frr":       "auth sufficient pam_permit.so\naccount sufficient pam_permit.so\n",
		"etc/frr/vtysh.conf":  "",
		"etc/strongswan.conf": strongswanConf,
	},
}

// slow is how long a guest may take for anything: it is emulated, on a machine
// that has other things to do.
const slow = 3 * time.Minute

// frr is a guest on tap frrN of the lab's wire.
type frr struct {
	*guest.Guest
	tap, dir string
}

// frrGuests starts so many guests on the wire of a lab. They live as long as it.
func frrGuests(t *testing.T, dir string, n int) []*frr {
	t.Helper()
	if !guest.Installed() {
		t.Skipf("SKIPPED: FRR runs in guests of %s, which is not installed", guest.Emulator)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Skip("SKIPPED: no folder to keep packages in: ", err)
	}
	image, err := guest.Build(filepath.Join(cache, "weft", "guest"), frrContents)
	if err != nil {
		t.Skip("SKIPPED: packages for the FRR guests cannot be had: ", err)
	}
	sockets := t.TempDir()
	var all []*frr
	for i := 1; i <= n; i++ {
		tap := fmt.Sprintf("frr%d", i)
		m := guest.Machine{Tap: tap, MAC: fmt.Sprintf("52:54:00:00:02:%02x", i), Memory: "320",
			Socket: filepath.Join(sockets, tap), Console: filepath.Join(sockets, tap+".console")}
		emulator := exec.Command(weftBinary, "lab", "exec", dir, "wire", "exec '"+strings.Join(image.Command(m), "' '")+"'")
		var complaints bytes.Buffer
		emulator.Stdout, emulator.Stderr = &complaints, &complaints
		if err := emulator.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			emulator.Process.Kill()
			emulator.Wait()
			if console, _ := os.ReadFile(m.Console); t.Failed() {
				t.Logf("console of %s:\n%s%s", tap, console, complaints.Bytes())
			}
		})
		all = append(all, &frr{tap: tap, dir: dir})
	}
	for _, g := range all {
		eventually(t, slow, "the emulator of "+g.tap+" listens", func() (bool, string) {
			var err error
			g.Guest, err = guest.Dial(filepath.Join(sockets, g.tap))
			return err == nil, fmt.Sprint(err)
		})
		t.Cleanup(func() { g.Close() })
	}
	return all
}

// does runs a command in the guest, which has to succeed.
func (g *frr) does(t testing.TB, command string) string {
	t.Helper()
	output, err := g.Run(slow, command)
	if err != nil {
		t.Fatalf("%s: %v", g.tap, err)
	}
	return output
}

// says waits until what FRR shows matches.
func (g *frr) says(t testing.TB, command, pattern string) {
	t.Helper()
	matches := regexp.MustCompile(pattern)
	eventually(t, 30*time.Second, fmt.Sprintf("%s: %q matches %s", g.tap, command, pattern), func() (bool, string) {
		got := g.does(t, "vtysh -c '"+command+"'")
		return matches.MatchString(got), got
	})
}

// frrRole is what an FRR guest is for a while: of number N, its NBMA address is
// 192.0.2.N or, inside, 198.51.100.N, its tunnel address 172.30.0.N, its LAN
// 10.1.N.0/24.
type frrRole struct {
	number   int
	inside   bool      // of the NAT box
	server   [2]string // protocol and NBMA address of its server; none: it is one
	shortcut bool      // phase 3
	routes   [][2]string
	ike      int // version; 0: everything in clear
}

func (r frrRole) nbma() string {
	if r.inside {
		return fmt.Sprintf("198.51.100.%d", r.number)
	}
	return fmt.Sprintf("192.0.2.%d", r.number)
}

// becomes has a guest forget what it was and be something else.
func (g *frr) becomes(t *testing.T, r frrRole) error {
	bridge, gateway := "outside", ""
	if r.inside {
		bridge, gateway = "inside", "ip route add default via 198.51.100.1"
	}
	if moved := lab(t, "exec", g.dir, "wire", "ip link set "+g.tap+" master "+bridge); moved.status != 0 {
		return errors.New(moved.stderr)
	}
	_, err := g.Run(slow, frrStop+strongswanStop+fmt.Sprintf(`
ip link delete gre1 2>/dev/null; ip link delete dummy0 2>/dev/null; ip address flush dev eth0; nft flush ruleset
set -e
ip link set eth0 up; ip address add %[1]s/24 dev eth0; %[2]s
ip link add dummy0 type dummy; ip link set dummy0 up; ip address add 10.1.%[3]d.1/24 dev dummy0
ip link add gre1 type gre local %[1]s key 100 ttl 64
ip link set gre1 mtu 1400 multicast on; ip address add 172.30.0.%[3]d/32 dev gre1; ip link set gre1 up
nft add table ip nhrp
nft 'add chain ip nhrp through { type filter hook forward priority 0; }'
nft add rule ip nhrp through iifname gre1 oifname gre1 limit rate 30/minute burst 3 packets log group 1 snaplen 128
cat >/etc/frr/frr.conf <<'END'
%[4]sEND
`, r.nbma(), gateway, r.number, r.config())+r.protection()+frrStart)
	return err
}

func (r frrRole) config() string {
	var c strings.Builder
	fmt.Fprintf(&c, "frr defaults traditional\nhostname frr%d\nnhrp nflog-group 1\ninterface gre1\n"+
		" ip nhrp network-id 1\n ip nhrp holdtime 30\n tunnel source eth0\n ip nhrp registration no-unique\n", r.number)
	if r.shortcut {
		c.WriteString(" ip nhrp shortcut\n")
	}
	if r.server[0] == "" {
		c.WriteString(" ip nhrp redirect\n")
	} else {
		fmt.Fprintf(&c, " ip nhrp nhs %s nbma %s\n", r.server[0], r.server[1])
	}
	c.WriteString("exit\n")
	for _, route := range r.routes {
		fmt.Fprintf(&c, "ip route %s %s\n", route[0], route[1])
	}
	return c.String()
}

// In what order FRR's daemons are stopped and started. They clean up after
// themselves when they are told to end.
const (
	frrStop = `
for d in nhrpd staticd zebra; do
	[ -s /run/frr/$d.pid ] && pid=$(cat /run/frr/$d.pid) && kill $pid && while kill -0 $pid; do usleep 50000; done
	rm -f /run/frr/$d.pid
done 2>/dev/null
set +e`
	frrStart = `
mkdir -p /run/frr; chown frr:frr /run/frr /etc/frr/frr.conf
for d in zebra staticd nhrpd; do /usr/lib/frr/$d -d -A 127.0.0.1 -F traditional; done
vtysh -b
`
)

// all has several guests become something at once.
func all(t *testing.T, things ...func() error) {
	t.Helper()
	failed := make([]error, len(things))
	var wait sync.WaitGroup
	for i, do := range things {
		wait.Go(func() { failed[i] = do() })
	}
	wait.Wait()
	if err := errors.Join(failed...); err != nil {
		t.Fatal(err)
	}
}
