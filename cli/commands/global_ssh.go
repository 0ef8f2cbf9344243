package commands

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

const (
	defaultSSHTimeout  = 2 * time.Minute
	defaultMaxStartups = 128
)

// The algorithms that the server may be told to use, the names it knows them by
// included. Package cli/ssh has a test that it can do all of them.
var (
	SSHCiphers = []string{"aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com", "aes128-ctr", "aes192-ctr", "aes256-ctr",
		"aes128-cbc", "3des-cbc"}
	SSHMACs         = []string{"hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512", "hmac-sha1"}
	SSHKeyExchanges = []string{"mlkem768x25519-sha256", "curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256", "ecdh-sha2-nistp384", "ecdh-sha2-nistp521",
		"diffie-hellman-group14-sha256", "diffie-hellman-group16-sha512", "diffie-hellman-group14-sha1"}
	SSHHostKeys   = []string{"rsa-sha2-512", "rsa-sha2-256", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ssh-ed25519"}
	SSHPublicKeys = []string{"ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"}
	SSHMethods    = []string{"publickey", "keyboard", "password"}
)

// WithDefaults fills in what nothing has been said of. CBC is left to those who
// ask for it.
func (s SSH) WithDefaults() SSH {
	s.Timeout = cmp.Or(s.Timeout, defaultSSHTimeout)
	s.MaxStartups = cmp.Or(s.MaxStartups, defaultMaxStartups)
	s.MinimumDH = cmp.Or(s.MinimumDH, 2048)
	for _, list := range []struct {
		own   *[]string
		usual []string
	}{{&s.Ciphers, SSHCiphers[:6]}, {&s.MACs, SSHMACs}, {&s.KeyExchanges, SSHKeyExchanges}, {&s.HostKeys, SSHHostKeys},
		{&s.PublicKeys, SSHPublicKeys}, {&s.Methods, SSHMethods}} {
		if len(*list.own) == 0 {
			*list.own = list.usual
		}
	}
	return s
}

var sshWords = help{
	"ip": "Global IP configuration", "ssh": "Configure ssh options", "server": "Specify SSH server options", "client": "Configuration for client",
	"algorithm": "Configure algorithms", "encryption": "Encryption algorithms", "mac": "MAC algorithms", "kex": "DH key exchange algorithms",
	"hostkey": "Host key algorithms", "authentication": "User authentication methods", "server algorithm publickey": "Public key algorithms",
	"algorithm publickey": "Public key algorithms",
	"publickey":           "Public key authentication", "keyboard": "Keyboard-interactive authentication", "password": "Password authentication",
	"time-out": "Specify SSH time-out interval", "seconds": "SSH time-out interval (secs)", "authentication-retries": "Specify number of authentication retries",
	"tries": "Number of authentication retries", "version": "Specify protocol version to be supported", "number": "Protocol version",
	"source-interface": "Specify interface for source address in SSH connections", "ifname": "Interface name and number",
	"maxstartups": "Maximum concurrent sessions allowed", "sessions": "Number of sessions that have not logged in", "logging": "Configure logging for SSH",
	"events": "Log SSH events", "dh": "Diffie-Hellman", "min": "Minimum allowed Diffie-Hellman key size", "size": "Key size", "2048": "2048 bits", "4096": "4096 bits",
	"rsa": "Configure RSA keypair name for SSH", "keypair-name": "RSA key pair to be used for SSH", "label": "RSA key pair", "port": "Starting (or only) Port number to listen on",
	"port-number": "Port number", "rotary": "Specify rotary group", "group": "Rotary group", "rekey": "Configure rekey values", "time": "Time in minutes",
	"minutes": "Minutes", "volume": "Volume in kilobytes", "kilobytes": "Kilobytes", "dscp": "IP DSCP value for SSH traffic", "value": "Value",
	"precedence": "IP Precedence value for SSH traffic", "scp": "Copying over SSH", "scp server": "Enable scp server", "enable": "Enable scp server",
	"break-string": "Break string of a reverse session", "string": "String", "stricthostkeycheck": "Enable SSH server authentication",
	"peruser": "Per-user options", "session": "Sessions of a user", "limit": "How many",
}

// algorithms is "ip ssh server algorithm KIND {...}".
func algorithms(kind string, names []string, set func(s *SSH, chosen []string)) *command {
	words := help{}
	for _, n := range names {
		words[n] = cmp.Or(sshWords[n], strings.ToUpper(n[:1])+n[1:])
	}
	return &command{Syntax: "ip ssh server algorithm " + kind + " {" + strings.Join(names, " | ") + "}", Help: words,
		Apply: to(func(s *Global, a args) {
			var chosen []string
			for _, n := range names {
				for range a.Words(n) {
					chosen = append(chosen, n)
				}
			}
			set(&s.SSH, slices.Compact(chosen))
		})}
}

var sshLines = table(sshWords,
	&command{Syntax: "ip ssh time-out seconds:<1-120>", Default: "ip ssh time-out 120",
		Apply: to(func(s *Global, a args) { s.SSH.Timeout = time.Duration(a.Int("seconds")) * time.Second })},
	&command{Syntax: "ip ssh authentication-retries tries:<0-5>", Default: "ip ssh authentication-retries 3",
		Apply: to(func(s *Global, a args) { s.SSH.Retries = a.Int("tries") })},
	&command{Syntax: "ip ssh maxstartups sessions:<2-128>", Default: "ip ssh maxstartups 128",
		Apply: to(func(s *Global, a args) { s.SSH.MaxStartups = a.Int("sessions") })},
	&command{Syntax: "ip ssh rsa keypair-name label:WORD", Apply: to(func(s *Global, a args) { s.SSH.KeyPair = a.Word("label") })},
	&command{Syntax: "ip ssh source-interface ifname:IFNAME", Kept: "the box calls nobody"},
	&command{Syntax: "ip ssh logging events", Apply: to(func(s *Global, a args) { s.SSH.LogEvents = true })},
	&command{Syntax: "ip ssh version number:<1-2>", Apply: to(func(s *Global, a args) { s.SSH.Version = a.Int("number") })},
	&command{Syntax: "ip ssh port port-number:<2000-10000> rotary group:<1-127>", Key: "port-number", Kept: "the server listens on port 22"},
	&command{Syntax: "ip ssh dh min size (2048 | 4096)", Default: "ip ssh dh min size 2048", Apply: to(func(s *Global, a args) {
		if a.Has("4096") {
			s.SSH.MinimumDH = 4096
		}
	})},
	&command{Syntax: "ip ssh rekey volume kilobytes:<100-4194303>", Apply: to(func(s *Global, a args) { s.SSH.RekeyBytes = uint64(a.Int("kilobytes")) << 10 })},
	&command{Syntax: "ip ssh rekey time minutes:<10-1440>", Kept: "keys are renewed by volume"},
	&command{Syntax: "ip ssh dscp value:<0-63>", Kept: "the host marks its own packets"},
	&command{Syntax: "ip ssh precedence value:<0-7>", Kept: "the host marks its own packets"},
	&command{Syntax: "ip ssh break-string string:LINE", Kept: "there are no reverse sessions"},
	&command{Syntax: "ip ssh stricthostkeycheck", Kept: "the box calls nobody"},
	&command{Syntax: "ip ssh server peruser session limit number:<1-16>", Kept: "the number of lines limits sessions", Help: help{"number": "Sessions"}},
	algorithms("mac", SSHMACs, func(s *SSH, chosen []string) { s.MACs = chosen }),
	algorithms("encryption", SSHCiphers, func(s *SSH, chosen []string) { s.Ciphers = chosen }),
	algorithms("kex", SSHKeyExchanges, func(s *SSH, chosen []string) { s.KeyExchanges = chosen }),
	algorithms("hostkey", SSHHostKeys, func(s *SSH, chosen []string) { s.HostKeys = chosen }),
	algorithms("authentication", SSHMethods, func(s *SSH, chosen []string) { s.Methods = chosen }),
	algorithms("publickey", SSHPublicKeys, func(s *SSH, chosen []string) { s.PublicKeys = chosen }),
	&command{Syntax: "ip ssh client algorithm (encryption {name:WORD} | mac {name:WORD} | kex {name:WORD})", Key: "encryption mac kex",
		Help: help{"name": "Name of an algorithm"}, Kept: "the box calls nobody"},
	&command{Syntax: "ip ssh pubkey-chain", Help: help{"pubkey-chain": "pubkey-chain"}, Opens: opens(pubkeyChainMode)},
	&command{Syntax: "ip scp server enable", Signed: true, Kept: "there is no copying over SSH yet", SilentNo: true},
)
