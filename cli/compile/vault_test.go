package compile

import (
	"bytes"
	"strings"
	"testing"

	"weft/cli/config"
	"weft/cli/vault"
)

const keyed = `password encryption aes
crypto isakmp key one address 192.0.2.1
crypto keyring KR
 pre-shared-key address 192.0.2.2 key two
crypto ikev2 keyring KR2
 peer P
  address 192.0.2.3
  pre-shared-key local three
  pre-shared-key remote four
crypto ikev2 profile PROF
 match identity remote address 0.0.0.0
 keyring local KR2
`

// keysOf are the keys that IKE is given.
func keysOf(t *config.Tree) string {
	c := Compile(t).IKE
	var all []string
	for _, ring := range c.Keyrings {
		for _, k := range ring.Keys {
			all = append(all, string([]byte(k.Secret)))
		}
	}
	for _, p := range c.Profiles2 {
		for _, k := range p.Keys {
			all = append(all, string([]byte(k.Local)), string([]byte(k.Remote)))
		}
	}
	return strings.Join(all, " ")
}

func TestSealedKeysReachIKEAsLongAsTheMasterKeyIsThere(t *testing.T) {
	entropy := func() *bytes.Reader { return bytes.NewReader(make([]byte, 4096)) }
	m, err := vault.New("master key", "", entropy())
	if err != nil {
		t.Fatal(err)
	}
	tree, reports, err := Load(strings.NewReader(keyed), config.Env{Salt: entropy(), Vault: m})
	if err != nil || len(reports) > 0 {
		t.Fatal(reports, err)
	}
	text := tree.Text(config.TextOptions{})
	if strings.Count(text, " 6 ") != 4 {
		t.Fatalf("not all keys are sealed:\n%s", text)
	}
	if got := keysOf(tree); got != "one two three four" {
		t.Errorf("%q", got)
	}
	if findings := Lint(tree); len(findings) > 0 {
		t.Errorf("%+v", findings)
	}
	revision := tree.Revision()
	tree.SetVault(nil)
	if tree.Revision() == revision {
		t.Error("nobody would compile again")
	}
	if got := strings.TrimSpace(keysOf(tree)); got != "" {
		t.Errorf("without the master key: %q", got)
	}
	findings := Lint(tree)
	if len(findings) != 4 {
		t.Fatalf("%+v", findings)
	}
	for _, f := range findings {
		if !f.Certain || !strings.Contains(f.Wrong, "there is no master key") || !strings.Contains(f.Line, " 6 ***") {
			t.Errorf("%+v", f)
		}
	}
	// Another box with the same master key, and one with another.
	for key, want := range map[string]string{"master key": "one two three four", "other key": ""} {
		m, err := vault.New(key, "", strings.NewReader("saltsaltsalt"))
		if err != nil {
			t.Fatal(err)
		}
		tree, _, err := Load(strings.NewReader(text), config.Env{Salt: entropy(), Vault: m})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSpace(keysOf(tree)); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
		if got := tree.Text(config.TextOptions{}); got != text {
			t.Errorf("%s: lines are not kept:\n%s", key, got)
		}
	}
}
