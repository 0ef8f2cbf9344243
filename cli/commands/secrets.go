package commands

import (
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/crypto/scrypt"
)

// How passwords are stored: type 0 as typed, 7 obscured, 5 md5-crypt, 8
// PBKDF2-SHA256 with 20,000 rounds, 9 scrypt with N=16384, r=1, p=1. Types 8
// and 9 write salt and digest in base64 with crypt's alphabet, and use the
// salt's letters themselves as salt.
var secretEncoding = base64.NewEncoding(secretAlphabet).WithPadding(base64.NoPadding)

const secretAlphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

const (
	secretSaltLength = 14
	pbkdf2Rounds     = 20000
	scryptN          = 16384
)

// HashSecret makes the stored form, type in front, of a password. Its type is
// 5, 8 or 9. The salt is read from entropy.
func HashSecret(kind int, password string, entropy io.Reader) (string, error) {
	length := secretSaltLength
	if kind == 5 {
		length = 4
	}
	random := make([]byte, length)
	if entropy == nil {
		return "", errors.New("commands: no entropy for a password's salt")
	}
	if _, err := io.ReadFull(entropy, random); err != nil {
		return "", fmt.Errorf("commands: salt of a password: %w", err)
	}
	for i, b := range random {
		random[i] = secretAlphabet[b&63]
	}
	digest, err := secretDigest(kind, password, string(random))
	return fmt.Sprintf("%d $%d$%s$%s", kind, secretNumber(kind), random, digest), err
}

// secretDigest is the last part of a stored secret.
func secretDigest(kind int, password, salt string) (string, error) {
	switch kind {
	case 5:
		return md5Crypt(password, salt), nil
	case 8:
		key, err := pbkdf2.Key(sha256.New, password, []byte(salt), pbkdf2Rounds, 32)
		return secretEncoding.EncodeToString(key), err
	case 9:
		key, err := scrypt.Key([]byte(password), []byte(salt), scryptN, 1, 1, 32)
		return secretEncoding.EncodeToString(key), err
	}
	return "", fmt.Errorf("commands: secrets of type %d cannot be made", kind)
}

// Verify reports whether password is the one that stored ("9 $9$...", "0 plain",
// "7 0822...") was made from. The time it takes does not tell how much of the
// password is right.
func Verify(stored, password string) bool {
	kind, value, ok := strings.Cut(stored, " ")
	if !ok {
		return false
	}
	var want, got string
	switch kind {
	case "0":
		want, got = value, password
	case "7":
		plain, err := Reveal(value)
		if err != nil {
			return false
		}
		want, got = plain, password
	case "5", "8", "9":
		n, _ := strconv.Atoi(kind)
		salt, ok := secretSalt(n, value)
		if !ok {
			return false
		}
		digest, err := secretDigest(n, password, salt)
		if err != nil {
			return false
		}
		want, got = value, fmt.Sprintf("$%d$%s$%s", secretNumber(n), salt, digest)
	default:
		return false
	}
	return subtle.ConstantTimeCompare([]byte(want), []byte(got)) == 1
}

// secretNumber is what stands between the first two "$": md5-crypt is $1$.
func secretNumber(kind int) int {
	if kind == 5 {
		return 1
	}
	return kind
}

// secretSalt takes the salt out of "$9$salt$digest".
func secretSalt(kind int, value string) (salt string, ok bool) {
	rest, ok := strings.CutPrefix(value, fmt.Sprintf("$%d$", secretNumber(kind)))
	if !ok {
		return "", false
	}
	salt, digest, ok := strings.Cut(rest, "$")
	return salt, ok && salt != "" && digest != ""
}

// obscureKey is the stream that type 7 passwords are combined with. It is
// published everywhere and hides a password from a glance only.
const obscureKey = "dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87"

// Obscure is the type 7 form of a password, without the type. The offset into
// the stream (0-15) stands in front in decimal.
func Obscure(password string, entropy io.Reader) (string, error) {
	var b [1]byte
	if entropy == nil {
		return "", errors.New("commands: no entropy for a password's offset")
	}
	if _, err := io.ReadFull(entropy, b[:]); err != nil {
		return "", fmt.Errorf("commands: offset of a password: %w", err)
	}
	offset := int(b[0] & 15)
	return fmt.Sprintf("%02d", offset) + strings.ToUpper(hex.EncodeToString(obscure(password, offset))), nil
}

// Reveal undoes Obscure.
func Reveal(value string) (string, error) {
	if len(value) < 2 {
		return "", fmt.Errorf("commands: type 7 password of %d characters", len(value))
	}
	offset, err := strconv.Atoi(value[:2])
	if err != nil || offset < 0 || offset >= len(obscureKey) {
		return "", fmt.Errorf("commands: type 7 password begins with %q", value[:2])
	}
	raw, err := hex.DecodeString(value[2:])
	if err != nil {
		return "", fmt.Errorf("commands: type 7 password: %w", err)
	}
	return string(obscure(string(raw), offset)), nil
}

func obscure(text string, offset int) []byte {
	out := []byte(text)
	for i := range out {
		out[i] ^= obscureKey[(offset+i)%len(obscureKey)]
	}
	return out
}

// md5Crypt is the $1$ scheme of Unix: a thousand rounds of MD5 whose input
// order depends on the round's number.
func md5Crypt(password, salt string) string {
	inner := md5.Sum([]byte(password + salt + password))
	outer := md5.New()
	io.WriteString(outer, password+"$1$"+salt)
	for n := len(password); n > 0; n -= md5.Size {
		outer.Write(inner[:min(n, md5.Size)])
	}
	for n := len(password); n > 0; n >>= 1 {
		if n&1 == 1 {
			outer.Write([]byte{0})
		} else {
			io.WriteString(outer, password[:1])
		}
	}
	sum := outer.Sum(nil)
	for round := range 1000 {
		h := md5.New()
		first, last := password, string(sum)
		if round&1 == 0 {
			first, last = last, first
		}
		io.WriteString(h, first)
		if round%3 != 0 {
			io.WriteString(h, salt)
		}
		if round%7 != 0 {
			io.WriteString(h, password)
		}
		io.WriteString(h, last)
		sum = h.Sum(nil)
	}
	var b strings.Builder
	for _, t := range [][3]int{{0, 6, 12}, {1, 7, 13}, {2, 8, 14}, {3, 9, 15}, {4, 10, 5}} {
		md5Letters(&b, uint(sum[t[0]])<<16|uint(sum[t[1]])<<8|uint(sum[t[2]]), 4)
	}
	md5Letters(&b, uint(sum[11]), 2)
	return b.String()
}

func md5Letters(b *strings.Builder, v uint, n int) {
	for range n {
		b.WriteByte(secretAlphabet[v&63])
		v >>= 6
	}
}
