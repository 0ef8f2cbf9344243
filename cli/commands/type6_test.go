package commands

import (
	"slices"
	"strings"
	"testing"

	"weft/cli/config"
	"weft/cli/vault"
)

// keyed is a router with keys of all commands that have some.
func keyed(more ...string) *fakeRouter {
	return newFakeRouter(append(more,
		"crypto isakmp key one address 192.0.2.1 no-xauth",
		"crypto isakmp key 0 two hostname hub.example.com",
		"crypto keyring KR",
		"pre-shared-key address 0.0.0.0 0.0.0.0 key three",
		"pre-shared-key hostname spoke key four",
		"crypto ikev2 keyring KR2",
		"peer ANY",
		"pre-shared-key local five",
		"pre-shared-key remote hex 616263")...)
}

// secrets are the keys of a tree in the order of its lines: "clear KEY",
// "sealed KEY", or "lost".
func secrets(t *config.Tree) (all []string) {
	t.Root().Each(func(_ *config.Node, l *config.Line) {
		if sealable[l.Command] == nil {
			return
		}
		secret, sealed := secretOf(l.Args)
		switch opened, ok := []byte(nil), false; {
		case sealed == "":
			all = append(all, "clear "+string([]byte(secret)))
		case t.Vault() == nil:
			all = append(all, "lost")
		default:
			if opened, ok = t.Vault().Open(sealed); !ok {
				all = append(all, "lost")
			} else {
				all = append(all, "sealed "+string(opened))
			}
		}
	})
	slices.Sort(all)
	return all
}

func as(kind string) (all []string) {
	for _, key := range []string{"one", "two", "three", "four", "five", "abc"} {
		all = append(all, strings.TrimSpace(kind+" "+key))
	}
	if kind == "lost" {
		all = slices.Repeat([]string{"lost"}, 6)
	}
	slices.Sort(all)
	return all
}

func typed(t *testing.T, r *fakeRouter, lines ...string) (notices []string) {
	t.Helper()
	var at config.Cursor
	r.Config(func(tree *config.Tree, env config.Env) {
		for _, line := range lines {
			result, err := tree.Enter(at, line, env)
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			at = result.Cursor
			notices = append(notices, result.Notices...)
		}
	})
	return notices
}

func wants(t *testing.T, r *fakeRouter, when string, want []string) {
	t.Helper()
	if got := secrets(r.tree); !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q\n%s", when, got, want, r.tree.Text(config.TextOptions{}))
	}
}

func TestKeysAreSealedOnceThereIsAMasterKeyAndAWishForIt(t *testing.T) {
	r := keyed()
	if got, want := acts(t, r, "key config-key password-encrypt", "master key", "master key"), "New key: \nConfirm key: \n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	wants(t, r, "with a master key alone", as("clear"))
	typed(t, r, "password encryption aes")
	wants(t, r, "with both", as("sealed"))
	typed(t, r, "crypto isakmp key later address 192.0.2.9")
	if got := secrets(r.tree); !slices.Contains(got, "sealed later") {
		t.Errorf("a key that is typed later: %q", got)
	}
	text := r.tree.Text(config.TextOptions{})
	for _, key := range []string{"one", "two", "three", "four", "five", "later", "616263", "master key"} {
		if strings.Contains(text, " "+key) {
			t.Errorf("running-config shows %q:\n%s", key, text)
		}
	}
	again := newFakeRouter()
	again.tree.SetVault(r.tree.Vault())
	if reports, err := again.tree.Load(strings.NewReader(text), config.Env{}); err != nil || len(reports) > 0 {
		t.Errorf("%v %v", reports, err)
	}
	if got := again.tree.Text(config.TextOptions{}); got != text {
		t.Errorf("entered again it is\n%s\nand was\n%s", got, text)
	}
}

func TestTheWishMayComeFirst(t *testing.T) {
	r := keyed()
	if notices := typed(t, r, "password encryption aes"); len(notices) != 1 || !strings.Contains(notices[0], "no master key") {
		t.Errorf("%q", notices)
	}
	wants(t, r, "with the wish alone", as("clear"))
	acts(t, r, "key config-key password-encrypt master key")
	wants(t, r, "with both", as("sealed"))
	typed(t, r, "no password encryption aes", "crypto isakmp key plain address 192.0.2.9")
	if got := secrets(r.tree); !slices.Equal(got, slices.Sorted(slices.Values(append(as("sealed"), "clear plain")))) {
		t.Errorf("what is sealed does not stay so, or what is typed is: %q", got)
	}
}

func TestAnotherMasterKeySealsAnew(t *testing.T) {
	r := keyed()
	acts(t, r, "key config-key password-encrypt master key")
	typed(t, r, "password encryption aes")
	before := r.tree.Text(config.TextOptions{})
	if got, want := acts(t, r, "key config-key password-encrypt", "wrong key", "other key", "other key"), "Old key: \n% The old key is another one\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if r.tree.Text(config.TextOptions{}) != before || r.access.master != "master key" {
		t.Error("a wrong old key changes something")
	}
	if got, want := acts(t, r, "key config-key password-encrypt", "master key", "other key", "other key"), "Old key: \nNew key: \nConfirm key: \n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	alone, err := vault.New("other key", "", zeros{})
	if err != nil {
		t.Fatal(err)
	}
	r.tree.SetVault(alone) // the former key is forgotten
	wants(t, r, "after the change", as("sealed"))
}

func TestWithoutTheMasterKeyKeysAreKeptAndLost(t *testing.T) {
	r := keyed()
	acts(t, r, "key config-key password-encrypt master key")
	typed(t, r, "password encryption aes")
	before := r.tree.Text(config.TextOptions{})
	const warning = "WARNING: All type 6 encrypted keys will become unusable\nContinue with master key deletion ? [yes/no]: "
	if got := acts(t, r, "no key config-key password-encrypt", "no"); plainAnswers(got) != plainAnswers(warning+"no\n") {
		t.Errorf("%q", got)
	}
	wants(t, r, "refused", as("sealed"))
	acts(t, r, "no key config-key password-encrypt", "yes")
	wants(t, r, "removed", as("lost"))
	if got := r.tree.Text(config.TextOptions{}); got != before {
		t.Errorf("lines have changed:\n%s", got)
	}
	if notices := typed(t, r, "crypto isakmp key 6 AAAA address 192.0.2.77"); len(notices) != 1 || !strings.Contains(notices[0], "cannot be decrypted: there is no master key") {
		t.Errorf("%q", notices)
	}
	acts(t, r, "key config-key password-encrypt another one")
	if notices := typed(t, r, "crypto isakmp key 6 AAAA address 192.0.2.78"); len(notices) != 1 || !strings.Contains(notices[0], "the master key is another") {
		t.Errorf("%q", notices)
	}
	if got := acts(t, r, "no key config-key password-encrypt", "yes") + acts(t, r, "no key config-key password-encrypt"); !strings.HasSuffix(got, "% There is no master key\n") {
		t.Errorf("%q", got)
	}
}

func TestBadMasterKeysAreRefused(t *testing.T) {
	for _, c := range []struct {
		line    string
		answers []string
		want    string
	}{
		{"key config-key password-encrypt short", nil, "% The key must have 8 to 127 characters\n"},
		{"key config-key password-encrypt", []string{"1234567"}, "New key: \n% The key must have 8 to 127 characters\n"},
		{"key config-key password-encrypt", []string{"#12345678"}, "New key: \n% The key must not begin with #\n"},
		{"key config-key password-encrypt", []string{"12345678", "12345679"}, "New key: \nConfirm key: \n% The keys are not the same\n"},
	} {
		r := keyed("password encryption aes")
		if got := acts(t, r, c.line, c.answers...); got != c.want || r.access.master != "" {
			t.Errorf("%s %q: %q, want %q", c.line, c.answers, got, c.want)
		}
	}
}
