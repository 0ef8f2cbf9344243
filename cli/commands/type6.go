package commands

import (
	"errors"
)

// Type 6, a key encrypted by a master key, is not there yet: its format is
// published nowhere. Keys stay as they were typed, those of type 6 are kept and
// say so, and a master key that somebody types is told to be of no use and
// forgotten: it may stand in no configuration.

var masterKeyLine = &command{Syntax: "key config-key password-encrypt [key-text:LINE]", Acts: true}

var typeSixLines = table(help{
	"key": "Key management", "config-key": "Set a private configuration key", "password-encrypt": "Set a private key for password encryption",
	"key-text": "The config-key, minimum 8 characters not beginning with IOS special character(!/#/;)",
	"password": "Configure encryption password (key)", "encryption": "Encrypt system passwords", "aes": "Encrypt stored passwords using AES",
},
	masterKeyLine,
	&command{Syntax: "password encryption aes", Kept: "there are no keys of type 6 yet: they are stored as they are typed"},
)

func init() {
	actions[masterKeyLine] = func(Session, args, bool) error {
		return errors.New("% There are no keys of type 6 yet: no master key is stored, and keys stay as they are typed")
	}
}
