package ssh

import (
	"crypto"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"weft/cli/commands"
)

// config is what is offered to a client: what "ip ssh server algorithm" says, of
// what the library can do.
func (l *login) config(keys []crypto.Signer) *ssh.ServerConfig {
	s := l.settings.Global.SSH.WithDefaults()
	c := &ssh.ServerConfig{ServerVersion: identification}
	c.Ciphers, c.MACs = s.Ciphers, s.MACs
	c.KeyExchanges = slices.DeleteFunc(slices.Clone(s.KeyExchanges), func(name string) bool { return groupBits(name) < s.MinimumDH })
	c.PublicKeyAuthAlgorithms = s.PublicKeys
	c.RekeyThreshold = s.RekeyBytes
	l.callbacks(c)
	offered := 0
	for _, key := range keys {
		if signer := hostSigner(key, s.HostKeys); signer != nil {
			c.AddHostKey(signer)
			offered++
		}
	}
	if offered == 0 { // a key that is not wanted is better than none
		for _, key := range keys {
			if signer, err := ssh.NewSignerFromSigner(key); err == nil {
				c.AddHostKey(signer)
			}
		}
	}
	return c
}

// groupBits is the size of the group of a key exchange; elliptic curves and
// what is stronger still count as any size.
func groupBits(exchange string) int {
	switch {
	case strings.Contains(exchange, "group14"):
		return 2048
	case strings.Contains(exchange, "group16"):
		return 4096
	}
	return 1 << 16
}

// hostSigner is a key as SSH uses it, with those of its algorithms that are
// wanted; nil if none is.
func hostSigner(key crypto.Signer, wanted []string) ssh.Signer {
	signer, err := ssh.NewSignerFromSigner(key)
	if err != nil {
		return nil
	}
	all, ok := signer.(ssh.AlgorithmSigner)
	if !ok {
		return nil
	}
	can := []string{signer.PublicKey().Type()}
	if can[0] == ssh.KeyAlgoRSA {
		can = []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256, ssh.KeyAlgoRSA}
	}
	can = slices.DeleteFunc(can, func(name string) bool { return !slices.Contains(wanted, name) })
	if len(can) == 0 {
		return nil
	}
	chosen, err := ssh.NewSignerWithAlgorithms(all, can)
	if err != nil {
		return nil
	}
	return chosen
}

// negotiated is what both ends have agreed on.
func negotiated(conn *ssh.ServerConn) (s commands.SSHSession) {
	known, ok := conn.Conn.(ssh.AlgorithmsConnMetadata)
	if !ok {
		return s
	}
	a := known.Algorithms()
	s.In, s.Out = direction(a.Read), direction(a.Write)
	return s
}

// direction names the algorithms of one direction; a cipher that authenticates
// as it encrypts has no other.
func direction(a ssh.DirectionAlgorithms) commands.SSHAlgorithms {
	if a.MAC == "" {
		return commands.SSHAlgorithms{Cipher: a.Cipher, MAC: "implicit"}
	}
	return commands.SSHAlgorithms{Cipher: a.Cipher, MAC: a.MAC}
}
