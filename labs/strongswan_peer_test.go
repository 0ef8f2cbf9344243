package labs

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// strongswanPeers joins r1 and r2 of a lab of Linux nodes by two strongSwans with
// their own ESP, which is tunnel mode in UDP, and AES-256-CBC with SHA-256.
func strongswanPeers(b *testing.B, l *speedLab) {
	b.Helper()
	for _, tool := range []string{"charon-systemd", "swanctl"} {
		if _, err := exec.LookPath(tool); err != nil {
			b.Skipf("SKIPPED: %s is missing (apt-get install charon-systemd strongswan-swanctl libcharon-extra-plugins)", tool)
		}
	}
	if _, err := os.Stat("/usr/lib/ipsec/plugins/libstrongswan-kernel-libipsec.so"); err != nil {
		b.Skip("SKIPPED: strongSwan's own ESP is missing (apt-get install libcharon-extra-plugins)")
	}
	uris := map[string]string{}
	for i, node := range []string{"r1", "r2"} {
		uris[node] = l.strongswan(node, i+1, 2-i)
	}
	if said, err := exec.Command("swanctl", "--initiate", "--child", "lan", "--uri", uris["r1"]).CombinedOutput(); err != nil {
		b.Fatalf("swanctl --initiate: %v\n%s", err, said)
	}
}

// strongswan starts one, router number own, and returns the address it is managed by.
func (l *speedLab) strongswan(node string, own, other int) (uri string) {
	b := l.b
	b.Helper()
	dir := b.TempDir()
	socket := filepath.Join(dir, "vici")
	uri = "unix://" + socket
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
		return path
	}
	daemon := l.command(node, "charon-systemd")
	daemon.Env = append(os.Environ(), "STRONGSWAN_CONF="+write("strongswan.conf", fmt.Sprintf(`
charon-systemd {
	load = random nonce aes sha1 sha2 hmac kdf openssl socket-default kernel-libipsec kernel-netlink vici
	plugins {
		vici { socket = %s }
	}
	filelog { log { path = %s/log
		flush_line = yes } }
}
`, uri, dir)))
	if err := daemon.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = daemon.Process.Kill()
		_ = daemon.Wait()
		if log, err := os.ReadFile(filepath.Join(dir, "log")); b.Failed() && err == nil {
			b.Logf("strongSwan at %s ends:\n%s", node, log[max(0, len(log)-4000):])
		}
	})
	l.routers = append(l.routers, daemon.Process.Pid)
	eventually(b, time.Minute, "strongSwan listens", func() (bool, string) {
		c, err := net.Dial("unix", socket)
		if err != nil {
			return false, err.Error()
		}
		return c.Close() == nil, ""
	})
	config := write("swanctl.conf", strings.NewReplacer("OWN", fmt.Sprint(own), "OTHER", fmt.Sprint(other)).Replace(`
connections {
	speed {
		version = 2
		proposals = aes128-sha256-ecp256
		local_addrs = 192.0.2.OWN
		remote_addrs = 192.0.2.OTHER
		encap = yes
		local { auth = psk }
		remote { auth = psk }
		children {
			lan {
				esp_proposals = aes256-sha256
				local_ts = 172.16.OWN.0/24
				remote_ts = 172.16.OTHER.0/24
			}
		}
	}
}
secrets { ike-speed { secret = weft-speed-key } }
`))
	if said, err := exec.Command("swanctl", "--load-all", "--noprompt", "--file", config, "--uri", uri).CombinedOutput(); err != nil {
		b.Fatalf("swanctl --load-all: %v\n%s", err, said)
	}
	return uri
}
