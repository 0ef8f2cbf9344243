package labs

import "fmt"

// How the FRR guests protect their tunnels. FRR's own tunnel protection wants a
// strongSwan with patches; one of Debian's does as well if it is told of no peer:
// a trap for GRE to anybody makes the kernel ask for keys when nhrpd speaks, and
// the request names whom to.

const frrSecret = "weft-lab-key"

const strongswanConf = `charon {
	load_modular = no
	load = random nonce aes sha1 sha2 hmac kdf gcm gmp openssl kernel-netlink socket-default vici
	retransmit_timeout = 2
	retransmit_tries = 4
	filelog {
		log {
			path = /var/log/charon.log
			time_format = %T
			flush_line = yes
			default = 1
			cfg = 2
		}
	}
}
swanctl {
	load = random
}
`

// The proposals of the two versions, as charon spells them: IKE's, ESP's.
var frrProposals = map[int][2]string{
	1: {"aes256-sha1-modp2048", "aes256-sha1"},
	2: {"aes128gcm16-prfsha256-ecp256", "aes128gcm16"},
}

// protection has the guest send and take no GRE but in ESP. The filter tells
// what it would send while strongSwan, and with it the trap, is away.
func (r frrRole) protection() string {
	if r.ike == 0 {
		return ""
	}
	return fmt.Sprintf(`
nft 'add chain ip nhrp out { type filter hook output priority 0; }'
nft add rule ip nhrp out ip protocol gre rt ipsec missing drop
cat >/etc/swanctl/swanctl.conf <<'END'
connections {
	dmvpn {
		version = %[1]d
		local_addrs = %[2]s
		remote_addrs = %%any
		proposals = %[3]s
		dpd_delay = 5s
		dpd_timeout = 20s
		mobike = no
		unique = no
		local {
			auth = psk
			id = %[2]s
		}
		remote {
			auth = psk
			id = %%any
		}
		children {
			gre {
				mode = transport
				local_ts = %[2]s/32[gre]
				remote_ts = 192.0.2.0/24[gre]
				esp_proposals = %[4]s
				start_action = trap
				close_action = trap
				dpd_action = clear
			}
		}
	}
}
secrets {
	ike {
		secret = %[5]s
	}
}
END
`, r.ike, r.nbma(), frrProposals[r.ike][0], frrProposals[r.ike][1], frrSecret) + strongswanStart
}

const (
	// Told to end, it says goodbye to its peers and clears what it gave the kernel.
	strongswanStop = `
[ -s /run/charon.pid ] && pid=$(cat /run/charon.pid) && kill $pid && while kill -0 $pid; do usleep 50000; done 2>/dev/null
rm -f /run/charon.pid; ip xfrm state flush; ip xfrm policy flush
`
	// As if the power had failed: nobody is told.
	strongswanCrash = `
kill -9 $(cat /run/charon.pid); rm -f /run/charon.pid /run/charon.vici; ip xfrm state flush; ip xfrm policy flush
`
	strongswanStart = `
rm -f /run/charon.vici
/usr/lib/ipsec/charon >/dev/null 2>&1 &
while [ ! -S /run/charon.vici ] && kill -0 $!; do usleep 50000; done
swanctl --load-all
`
)
