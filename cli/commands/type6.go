package commands

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"weft/cli/config"
	"weft/dataplane/esp"
)

// Keys of type 6 are sealed by a master key that stands in no configuration
// (package cli/vault): those that are typed, and those that are there, once
// there is a master key and "password encryption aes" asks for it. What is
// sealed already stays so, also when the one or the other goes. The secrets that
// can be stored so are those of the commands made by storing.

// sealable is how a line is written that has another secret ("KEY", "6 SEALED").
var sealable = map[*command]func(a args, secret string) string{}

// storing makes a command one whose secret can be sealed.
func storing(c *command, text func(a args, secret string) string) *command {
	sealable[c] = text
	c.Enter = func(e *config.Edit, a args) error { return storeKey(e, a, text) }
	return c
}

// storeKey stores a key that was announced as clear without saying so, as IOS
// does, or sealed if it can be.
func storeKey(e *config.Edit, a args, text func(a args, secret string) string) error {
	if inHex(a) {
		if _, err := hexKey(a.Word("digits")); err != nil {
			return refuse("%% Invalid hex string")
		}
	}
	vault := e.Tree().Vault()
	if a.Has("6") {
		if !readable(vault, a.Word("value")) {
			e.Notice("This key of type 6 cannot be decrypted: " + whyUnreadable(vault) + "; it is kept, and no peer is known by it")
		}
		return nil
	}
	if vault != nil && seals(e.Tree()) {
		secret, _ := secretOf(a)
		sealed, err := vault.Seal(secret, e.Salt())
		if err != nil {
			return err
		}
		return e.Rewrite(text(a, "6 "+sealed))
	}
	if a.Has("0") {
		return e.Rewrite(text(a, a.Word("plain-0")))
	}
	return nil
}

// secretOf is the key of a line: in the clear, or as it is sealed.
func secretOf(a args) (secret esp.Key, sealed string) {
	switch {
	case a.Has("0"):
		return esp.Key(a.Word("plain-0")), ""
	case a.Has("6"):
		return nil, a.Word("value")
	case inHex(a):
		secret, _ = hexKey(a.Word("digits")) // checked when it was entered
		return secret, ""
	}
	return esp.Key(a.Word("value")), ""
}

// inHex reports whether a key is given in digits; few commands know the word.
func inHex(a args) bool { return slices.Contains(a.Names(), "hex") }

func readable(vault config.Vault, sealed string) bool {
	if vault == nil {
		return false
	}
	_, ok := vault.Open(sealed)
	return ok
}

func whyUnreadable(vault config.Vault) string {
	if vault == nil {
		return "there is no master key"
	}
	return "the master key is another than the one it was encrypted with"
}

// Unreadable is why the secret of a line cannot be had, and the line without it;
// "" if it can, or if the line has none that is sealed.
func Unreadable(t *config.Tree, l *config.Line) (line, why string) {
	if sealable[l.Command] == nil || l.Negative || !l.Args.Has("6") {
		return "", ""
	}
	value := l.Args.Word("value")
	if readable(t.Vault(), value) {
		return "", ""
	}
	return strings.Replace(l.Text, " 6 "+value, " 6 ***", 1), "this key of type 6 cannot be decrypted: " + whyUnreadable(t.Vault())
}

var sealedKeysLine = &command{Syntax: "password encryption aes"}

func init() {
	sealedKeysLine.Enter = func(e *config.Edit, _ args) error {
		if e.Tree().Vault() == nil && e.Loading() {
			return nil
		}
		if e.Tree().Vault() == nil {
			e.Notice(`There is no master key: keys stay in the clear until "key config-key password-encrypt" has made one`)
			return nil
		}
		return sealAll(e.Tree(), e.Tree().Vault(), e.Salt(), true, e.EnterAt)
	}
}

// seals reports whether keys are to be stored sealed.
func seals(t *config.Tree) bool { return t.Root().Find(sealedKeysLine) != nil }

var masterKeyLine = &command{Syntax: "key config-key password-encrypt [key-text:LINE]", Acts: true}

var typeSixLines = table(help{
	"key": "Key management", "config-key": "Set a private configuration key", "password-encrypt": "Set a private key for password encryption",
	"key-text": "The config-key, minimum 8 characters not beginning with IOS special character(!/#/;)",
	"password": "Configure encryption password (key)", "encryption": "Encrypt system passwords", "aes": "Encrypt stored passwords using AES",
},
	masterKeyLine, sealedKeysLine)

func init() {
	actions[masterKeyLine] = func(s Session, a args, negative bool) error {
		if negative {
			return removeMasterKey(s)
		}
		return setMasterKey(s, a.Word("key-text"))
	}
}

// setMasterKey is the dialogue of "key config-key password-encrypt".
func setMasterKey(s Session, key string) error {
	keys := s.Router().Access()
	if keys.HasMasterKey() {
		old, err := s.Ask("Old key: ", true)
		if err != nil {
			return err
		}
		if !keys.IsMasterKey(old) {
			return errors.New("% The old key is another one")
		}
	}
	if key == "" {
		var err error
		if key, err = s.Ask("New key: ", true); err != nil {
			return err
		}
		if err := goodMasterKey(key); err != nil {
			return err
		}
		again, err := s.Ask("Confirm key: ", true)
		if err != nil {
			return err
		}
		if again != key {
			return errors.New("% The keys are not the same")
		}
	} else if err := goodMasterKey(key); err != nil {
		return err
	}
	if err := keys.SetMasterKey(key); err != nil {
		return notStored(err)
	}
	var err error
	s.Router().Config(func(t *config.Tree, env config.Env) {
		err = sealAll(t, t.Vault(), env.Salt, seals(t), func(section *config.Node, line string) error {
			_, err := t.Enter(config.CursorOf(section), line, env)
			return err
		})
	})
	return err
}

const leastMasterKey, mostMasterKey = 8, 127

// goodMasterKey refuses what is no master key: too short, or what could not be
// typed on one line.
func goodMasterKey(key string) error {
	if len(key) < leastMasterKey || len(key) > mostMasterKey {
		return refuse("%% The key must have %d to %d characters", leastMasterKey, mostMasterKey)
	}
	switch key[0] {
	case '!', '#', ';':
		return refuse("%% The key must not begin with %c", key[0])
	}
	return nil
}

func removeMasterKey(s Session) error {
	keys := s.Router().Access()
	if !keys.HasMasterKey() {
		return errors.New("% There is no master key")
	}
	s.Printf("WARNING: All type 6 encrypted keys will become unusable\n")
	if yes, err := askYes(s, "Continue with master key deletion ? [yes/no]: "); err != nil || !yes {
		return err
	}
	if err := keys.SetMasterKey(""); err != nil {
		return notStored(err)
	}
	return nil
}

func notStored(err error) error { return fmt.Errorf("%% The master key could not be stored: %w", err) }

// sealAll seals anew what is sealed and can be opened, and if clear, what is in
// the clear too.
func sealAll(t *config.Tree, vault config.Vault, entropy io.Reader, clear bool, enter func(section *config.Node, line string) error) error {
	if vault == nil {
		return nil
	}
	type change struct {
		section *config.Node
		line    string
	}
	var changes []change
	var failed error
	t.Root().Each(func(n *config.Node, l *config.Line) {
		text := sealable[l.Command]
		if text == nil || l.Negative || failed != nil {
			return
		}
		secret, stored := secretOf(l.Args)
		if stored != "" {
			opened, ok := vault.Open(stored)
			if !ok {
				return
			}
			secret = opened
		} else if !clear {
			return
		}
		sealed, err := vault.Seal(secret, entropy)
		failed = err
		changes = append(changes, change{n, text(l.Args, "6 "+sealed)})
	})
	for _, c := range changes {
		if failed == nil {
			failed = enter(c.section, c.line)
		}
	}
	return failed
}
