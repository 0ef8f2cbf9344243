package commands

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"
)

// What we hash OpenSSL hashes to the same, and what it has hashed we verify.
func TestType5IsWhatOpenSSLMakes(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("SKIPPED: no openssl, which make test installs")
	}
	for i, password := range []string{"cisco", "a", "Weft lab!", "0123456789abcdef", "0123456789abcdefg", strings.Repeat("long ", 12), "p$1$x", "ümlaut"} {
		salt := []string{"abcd", "Q7zR", "./9z", "mERr"}[i%4]
		out, err := exec.Command(openssl, "passwd", "-1", "-salt", salt, password).Output()
		if err != nil {
			t.Fatal(err)
		}
		theirs := strings.TrimSpace(string(out))
		if ours := fmt.Sprintf("$1$%s$%s", salt, md5Crypt(password, salt)); ours != theirs {
			t.Errorf("%q is hashed to %s, by OpenSSL to %s", password, ours, theirs)
		}
		if !Verify("5 "+theirs, password) || Verify("5 "+theirs, password+"x") {
			t.Errorf("%s is not verified as %q", theirs, password)
		}
	}
}
