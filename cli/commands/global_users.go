package commands

import (
	"fmt"

	"weft/cli/config"
)

// storedPassword is the password of a line with its type in front.
func storedPassword(a args) string {
	if a.Has("hidden") {
		return "7 " + a.Word("hidden")
	}
	return "0 " + a.Word("plain") + a.Word("text")
}

var secretWords = help{
	"0":              "A password in the clear follows",
	"5":              "An MD5 hash follows",
	"7":              "A hidden password follows",
	"8":              "A PBKDF2 hash follows",
	"9":              "A scrypt hash follows",
	"plain":          "The password in the clear",
	"text":           "The password in the clear",
	"hidden":         "The hidden password",
	"md5":            "Hash by MD5",
	"md5hash":        "The hash",
	"sha256hash":     "The hash",
	"scrypthash":     "The hash",
	"sha256":         "Hash by PBKDF2",
	"scrypt":         "Hash by scrypt",
	"algorithm":      "How to hash",
	"number":         "Privilege level",
	"level":          "Privilege level that it opens",
	"enable":         "What opens a privilege level",
	"username":       "A user who may log in",
	"name":           "User name",
	"privilege":      "Privilege of the user",
	"nopassword":     "Let the user in without a password",
	"secret":         "A password that is stored hashed",
	"password":       "A password that is stored as it is",
	"algorithm-type": "How to hash the secret",
}

// storeSecret is the stored form of what stands behind "secret": a hash, made
// now if a password was given.
func storeSecret(e *config.Edit, a args) (string, error) {
	if stored := hashOf(a); stored != "" {
		kind, hash := int(stored[0]-'0'), stored[2:]
		if _, ok := secretSalt(kind, hash); !ok {
			return "", refuse("ERROR: The secret you entered is not a valid encrypted secret.\n"+
				"To enter an UNENCRYPTED secret, do not specify type %d encryption.", kind)
		}
		return stored, nil
	}
	kind := 9
	switch {
	case a.Has("md5"):
		kind = 5
	case a.Has("sha256"):
		kind = 8
	}
	return HashSecret(kind, a.Word("plain")+a.Word("text"), e.Salt())
}

const secretSyntax = "(0 plain:LINE | 5 md5hash:WORD | 8 sha256hash:WORD | 9 scrypthash:WORD | text:LINE)"

var enablePasswordLine = &command{
	Syntax: "enable password (0 plain:LINE | 7 hidden:WORD | text:LINE)",
	Enter:  func(e *config.Edit, a args) error { return storePassword(e, "enable password", a) },
	Apply:  to(func(s *Global, a args) { s.EnablePassword = storedPassword(a) }),
}

var enableLines = table(secretWords,
	&command{
		Syntax: "enable [algorithm-type (md5 | sha256 | scrypt)] secret " + secretSyntax,
		Bang:   true,
		Enter: func(e *config.Edit, a args) error {
			stored, err := storeSecret(e, a)
			if err != nil {
				return err
			}
			return e.Rewrite("enable secret " + stored)
		},
		Apply: to(func(s *Global, a args) { s.EnableSecret = hashOf(a) }),
	},
	enablePasswordLine,
	&command{
		Syntax: "enable [algorithm-type (md5 | sha256 | scrypt)] secret level number:<1-14> " + secretSyntax,
		Key:    "number",
		Enter: func(e *config.Edit, a args) error {
			stored, err := storeSecret(e, a)
			if err != nil {
				return err
			}
			return e.Rewrite(fmt.Sprintf("enable secret level %d %s", a.Int("number"), stored))
		},
		Apply: to(func(s *Global, a args) {
			if s.EnableSecrets == nil {
				s.EnableSecrets = map[int]string{}
			}
			s.EnableSecrets[a.Int("number")] = hashOf(a)
		}),
	},
)

// hashOf is the stored secret of a line.
func hashOf(a args) string {
	switch {
	case a.Has("md5hash"):
		return "5 " + a.Word("md5hash")
	case a.Has("sha256hash"):
		return "8 " + a.Word("sha256hash")
	case a.Has("scrypthash"):
		return "9 " + a.Word("scrypthash")
	}
	return ""
}

// usernameLine is one user. What is typed in several lines ("username a
// privilege 15", then "username a secret b") comes together in one.
var usernameLine = table(secretWords, &command{
	Syntax: "username name:WORD [privilege number:<0-15>] [nopassword | password (0 plain:LINE | 7 hidden:WORD | text:LINE)" +
		" | [algorithm-type (md5 | sha256 | scrypt)] secret " + secretSyntax + "]",
	Key:  "name",
	Bang: true,
	// Programs wait for these very words, the missing blank included.
	Confirm: "This operation will remove all username related configurations with same name.Do you want to continue? [confirm]",
	Apply: to(func(s *Global, a args) {
		u := User{Name: a.Word("name"), Privilege: 1, Secret: hashOf(a)}
		if a.Has("number") {
			u.Privilege = a.Int("number")
		}
		if a.Has("password") {
			u.Password = storedPassword(a)
		}
		if a.Has("nopassword") {
			u.Password = "0 "
		}
		s.Users = append(s.Users, u)
	}),
})[0]

func init() { usernameLine.Enter = mergeUser }

func mergeUser(e *config.Edit, a args) error {
	name := a.Word("name")
	var old args
	had := false
	if l := e.Tree().Root().Find(usernameLine, name); l != nil {
		old, had = l.Args, true
	}
	text := "username " + name
	switch {
	case a.Has("number"):
		text += fmt.Sprintf(" privilege %d", a.Int("number"))
	case had && old.Has("number"):
		text += fmt.Sprintf(" privilege %d", old.Int("number"))
	}
	switch {
	case a.Has("secret"):
		if had && old.Has("password") {
			return bothPasswords()
		}
		stored, err := storeSecret(e, a)
		if err != nil {
			return err
		}
		return e.Rewrite(text + " secret " + stored)
	case a.Has("password"):
		if had && old.Has("secret") {
			return bothPasswords()
		}
		return storePassword(e, text+" password", a)
	case a.Has("nopassword"):
		text += " nopassword"
	case had && old.Has("secret"):
		text += " secret " + hashOf(old)
	case had && old.Has("password"):
		text += " password " + storedPassword(old)
	case had && old.Has("nopassword"):
		text += " nopassword"
	}
	return e.Rewrite(text)
}

func bothPasswords() error {
	return refuse("ERROR: Can not have both a user password and a user secret.\nPlease choose one or the other.")
}
