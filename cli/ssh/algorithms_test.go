package ssh

import (
	"slices"
	"testing"

	"golang.org/x/crypto/ssh"

	"weft/cli/commands"
)

func TestEveryAlgorithmThatMayBeConfiguredExists(t *testing.T) {
	safe, unsafe := ssh.SupportedAlgorithms(), ssh.InsecureAlgorithms()
	for _, c := range []struct{ wanted, safe, unsafe []string }{
		{commands.SSHCiphers, safe.Ciphers, unsafe.Ciphers},
		{commands.SSHMACs, safe.MACs, unsafe.MACs},
		{commands.SSHKeyExchanges, safe.KeyExchanges, append(unsafe.KeyExchanges, "curve25519-sha256@libssh.org")}, // its first name
		{commands.SSHHostKeys, safe.HostKeys, unsafe.HostKeys},
		{commands.SSHPublicKeys, safe.PublicKeyAuths, unsafe.PublicKeyAuths},
	} {
		for _, name := range c.wanted {
			if !slices.Contains(c.safe, name) && !slices.Contains(c.unsafe, name) {
				t.Errorf("%s may be configured and does not exist", name)
			}
		}
	}
}
