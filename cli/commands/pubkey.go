package commands

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"weft/cli/config"
	"weft/cli/grammar"
)

// The keys that users log in by: "ip ssh pubkey-chain". A key is typed in
// pieces behind "key-string"; what is stored is its MD5 hash, as on IOS.

// UserKey is the hash of one key that lets a user in.
type UserKey struct {
	Type string // "ssh-rsa"
	Hash [md5.Size]byte
}

// MatchesKey reports whether a key in the form of RFC 4253 section 6.6 is the one.
func (k UserKey) MatchesKey(kind string, blob []byte) bool {
	return k.Type == kind && k.Hash == md5.Sum(blob)
}

// keyTypes are those that a user may have.
var keyTypes = []string{"ssh-rsa", "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"}

var (
	pubkeyChainMode = &config.Mode{Name: "pubkey-chain", Tag: "conf-ssh-pubkey", Title: "SSH public key configuration commands:",
		Commands: func() []*command { return pubkeyChainLines }, Types: configTypes, New: func() any { return new(struct{}) }}
	pubkeyUserMode = &config.Mode{Name: "pubkey-chain username", Tag: "conf-ssh-pubkey-user", Title: "SSH public key user configuration commands:",
		Commands: func() []*command { return pubkeyUserLines }, Types: func() []grammar.Type { return []grammar.Type{keyHashType} }, New: func() any { return new([]UserKey) }}
	pubkeyDataMode = &config.Mode{Name: "key-string", Tag: "conf-ssh-pubkey-data", Title: "SSH public key data:", NoFallback: true,
		Commands: func() []*command { return pubkeyDataLines }, Types: configTypes, New: func() any { return new(struct{}) }}
)

var pubkeyUser = &command{Syntax: "username name:WORD", Key: "name", Help: help{"username": "SSH user to be added", "name": "SSH user"}, Opens: opens(pubkeyUserMode)}

var pubkeyChainLines = []*command{pubkeyUser}

var keyString = &command{Syntax: "key-string", Help: help{"key-string": "Enter key data"}, Opens: opens(pubkeyDataMode), Transient: true}

var pubkeyUserLines = table(help{
	"key-hash": "Configure the key-hash", "hash": "Hash of the key, in hexadecimal", "comment": "Comment", "ssh-rsa": "RSA key", "ssh-ed25519": "Ed25519 key",
	"ecdsa-sha2-nistp256": "ECDSA key of 256 bits", "ecdsa-sha2-nistp384": "ECDSA key of 384 bits", "ecdsa-sha2-nistp521": "ECDSA key of 521 bits",
},
	&command{Syntax: "key-hash (" + strings.Join(keyTypes, " | ") + ") hash:KEYHASH [comment:LINE]", Key: strings.Join(keyTypes, " ") + " hash",
		Apply: func(state any, a args, _ bool) {
			if k, err := userKey(a); err == nil {
				keys := state.(*[]UserKey)
				*keys = append(*keys, k)
			}
		}},
	keyString,
)

// keyHashType is an MD5 hash in hexadecimal.
var keyHashType = grammar.Type{Name: "KEYHASH", Glyph: "WORD", Sample: []string{"0123456789ABCDEF0123456789ABCDEF"},
	Parse: func(text string) (string, int, int) {
		word, _, _ := strings.Cut(text, " ")
		good := 0
		for good < len(word) && strings.IndexByte("0123456789abcdefABCDEF", word[good]) >= 0 {
			good++
		}
		if good != len(word) || good != 2*md5.Size {
			return "", 0, min(good, 2*md5.Size)
		}
		return strings.ToUpper(word), len(word), good
	}}

func userKey(a args) (k UserKey, err error) {
	for _, t := range keyTypes {
		if a.Has(t) {
			k.Type = t
		}
	}
	raw, err := hex.DecodeString(a.Word("hash"))
	if err != nil || len(raw) != md5.Size {
		return k, errors.New("commands: no MD5 hash")
	}
	copy(k.Hash[:], raw)
	return k, nil
}

var keyData = &command{Syntax: "data:LINE", Help: help{"data": "Key data"}, Transient: true}

var pubkeyDataLines = []*command{keyData,
	{Syntax: "exit", Help: help{"exit": "Exit from key data configuration mode"}, Move: config.Up, Enter: finishKey}}

func init() {
	keyString.Enter = func(e *config.Edit, _ args) error {
		if l := e.Node().Find(keyString); l != nil {
			return e.Enter("no key-string") // what was left unfinished
		}
		return nil
	}
	keyData.Enter = func(e *config.Edit, a args) error {
		all := a.Word("data")
		if l := e.Node().Find(keyData); l != nil {
			all = l.Args.Word("data") + all
		}
		if len(all) > 16<<10 {
			return refuse("%%SSH: Key data is too long")
		}
		return e.Rewrite(all)
	}
}

// finishKey makes a hash of the data and puts it beside the data.
func finishKey(e *config.Edit, _ args) error {
	l := e.Node().Find(keyData)
	if l == nil {
		return nil
	}
	kind, hash, comment, err := keyHash(l.Args.Word("data"))
	if err != nil {
		e.Notice("%SSH: Failed to decode the Key Value")
		return nil
	}
	return e.EnterAt(e.Node().Parent(), strings.TrimSpace(fmt.Sprintf("key-hash %s %X %s", kind, hash, comment)))
}

// keyHash hashes a key as files of OpenSSH have it: "ssh-rsa AAAA... comment",
// or its middle alone.
func keyHash(text string) (kind string, hash [md5.Size]byte, comment string, err error) {
	for _, t := range keyTypes {
		if rest, ok := strings.CutPrefix(text, t+" "); ok {
			text = rest
		}
	}
	data, comment, _ := strings.Cut(strings.TrimSpace(text), " ")
	blob, err := base64.StdEncoding.DecodeString(data)
	if err != nil {
		return "", hash, "", err
	}
	kind, err = wellFormed(blob)
	return kind, md5.Sum(blob), comment, err
}

// wellFormed is the type of a key that is a sequence of whole strings, as
// RFC 4253 section 6.6 and RFC 5656 section 3.1 have it.
func wellFormed(blob []byte) (kind string, err error) {
	fields := 0
	for rest := blob; len(rest) > 0; fields++ {
		if len(rest) < 4 {
			return "", errors.New("commands: a key ends too early")
		}
		length := binary.BigEndian.Uint32(rest)
		rest = rest[4:]
		if uint64(length) > uint64(len(rest)) {
			return "", errors.New("commands: a key ends too early")
		}
		if fields == 0 {
			kind = string(rest[:length])
		}
		rest = rest[length:]
	}
	wanted := map[string]int{"ssh-rsa": 3, "ssh-ed25519": 2, "ecdsa-sha2-nistp256": 3, "ecdsa-sha2-nistp384": 3, "ecdsa-sha2-nistp521": 3}
	if wanted[kind] != fields || fields == 0 {
		return "", fmt.Errorf("commands: no key: %d fields of %q", fields, kind)
	}
	return kind, nil
}

// UserKeys are the keys of all users of a configuration, by name.
func UserKeys(root *config.Node) map[string][]UserKey {
	var all map[string][]UserKey
	for _, chain := range root.Lines() {
		if chain.Section == nil || chain.Section.Mode() != pubkeyChainMode {
			continue
		}
		for _, user := range chain.Section.Lines() {
			if keys := *user.Section.Compile().(*[]UserKey); len(keys) > 0 {
				if all == nil {
					all = map[string][]UserKey{}
				}
				all[user.Args.Word("name")] = keys
			}
		}
	}
	return all
}
