package commands

import (
	"strings"
	"testing"
)

// Made by ssh-keygen, hashed by "ssh-keygen -E md5 -l".
const (
	rsaKey      = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCT4SxDyBztfIG4sxXA9KXDm4Ho46Pb6kKxbYhrhqhe/kZlAtbaTQsQzcoDePBonh9/D8lRaiepHhazSnTR4Z5eqWNAInlB/MXMTRi0pLTBKAVOg29p0srU7RhOyOYNBkFE5BB341sl3Xzmw95kziFbD/n86xTetUdh39SCHqa0xbB8Iot5EYUBcKPJUGnvNbGylUky6jpFYg4Wmo7ryyFI3IKf78pZHcNv3t6+hIK7k3LWdmkh+2q0SDObYq0e4WcS7ZRoea7i2agHBYrY1Gsbw8fMtXcSv8UFP4i6UjC7FCzQZ4teXO25PlXG6DAwqVglefGZNT5XY1OaY1zPCxod alice@desk"
	rsaHash     = "D141C75BD9DB28562A5469A6512903A2"
	ed25519Key  = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAe0TY5zxT2IX5J/sAtnfW8JUaHJkiloqmosiq3j3/ni bob@desk"
	ed25519Hash = "46FA3799558A4A01D712520FFB600306"
)

// pieces cuts a key as terminals of 72 columns make people do.
func pieces(key string) string {
	var b strings.Builder
	for len(key) > 72 {
		b.WriteString(key[:72] + "\n")
		key = key[72:]
	}
	return b.String() + key
}

func TestAKeyTypedInPiecesIsStoredAsItsHash(t *testing.T) {
	for _, c := range []struct{ typed, stored string }{
		{pieces(rsaKey), "key-hash ssh-rsa " + rsaHash + " alice@desk"},
		{pieces(strings.Fields(rsaKey)[1]), "key-hash ssh-rsa " + rsaHash},
		{strings.Join(strings.Fields(rsaKey)[:2], " "), "key-hash ssh-rsa " + rsaHash},
		{ed25519Key, "key-hash ssh-ed25519 " + ed25519Hash + " bob@desk"},
	} {
		s := configures(t, "ip ssh pubkey-chain\nusername alice\nkey-string\n"+c.typed+"\nexit")
		if at := s.tree.At(s.at).Mode(); at != pubkeyUserMode {
			t.Errorf("exit leads to %s", at.Name)
		}
		s.types("exit\nexit\nhostname R1")
		s.has("ip ssh pubkey-chain\n username alice\n  "+c.stored, true)
		s.has("  key-string", false)
		kind, _, _ := strings.Cut(strings.TrimPrefix(c.stored, "key-hash "), " ")
		if keys := UserKeys(s.tree.Root())["alice"]; len(keys) != 1 || keys[0].Type != kind {
			t.Errorf("the keys are %+v", keys)
		}
	}
}

func TestWhatIsNoKeyIsNotStored(t *testing.T) {
	for _, bad := range []string{"nonsense", strings.Fields(rsaKey)[1][:300], "AAAA", "ssh-rsa " + strings.Fields(ed25519Key)[1] + "x"} {
		s := configures(t, "ip ssh pubkey-chain\nusername alice\nkey-string\n"+pieces(bad))
		if answer := s.enter("exit"); answer != "%SSH: Failed to decode the Key Value" {
			t.Errorf("%q is answered %q", bad, answer)
		}
		s.types("exit\nexit")
		if strings.Contains(s.text(), " key-") {
			t.Errorf("%q is stored as\n%s", bad, s.text())
		}
	}
	s := configures(t, "ip ssh pubkey-chain\nusername alice")
	if answer := s.enter("key-hash ssh-rsa ABCX"); answer != "key-hash ssh-rsa ABCX\n                    ^" {
		t.Errorf("a hash that is none is answered %q", answer)
	}
}

func FuzzKeyString(f *testing.F) {
	f.Add(rsaKey)
	f.Add(ed25519Key)
	f.Add("AAAAB3NzaC1yc2EAAAA")
	f.Fuzz(func(t *testing.T, text string) {
		if kind, _, _, err := keyHash(text); err == nil && kind == "" {
			t.Errorf("%q is a key of no type", text)
		}
	})
}
