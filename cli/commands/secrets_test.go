package commands

import (
	"bytes"
	"strings"
	"testing"
)

// Hashes published as examples, with the passwords they were made from.
func TestVerifyKnowsPublishedHashes(t *testing.T) {
	for _, v := range []struct{ stored, password string }{
		{"0 cisco", "cisco"},
		{"7 02050D480809", "cisco"},
		{"7 0822455D0A16", "cisco"},
		{"5 $1$abcd$2hDGYdE0UrwK2pqoiF6BB1", "cisco"},
		{"8 $8$TnGX/fE4KGHOVU$pEhnEvxrvaynpi8j4f.EMHr6M.FzU8xnZnBr/tJdFWk", "hashcat"},
		{"9 $9$2MJBozw/9R3UsU$2lFhcKvpghcyw8deP25GOfyZaagyUOGBymkryvOdfo6", "hashcat"},
	} {
		if !Verify(v.stored, v.password) {
			t.Errorf("%s does not accept %q", v.stored, v.password)
		}
		for _, wrong := range []string{"", v.password + "x", strings.ToUpper(v.password)} {
			if Verify(v.stored, wrong) {
				t.Errorf("%s accepts %q", v.stored, wrong)
			}
		}
	}
}

func TestVerifyRefusesWhatIsNoStoredSecret(t *testing.T) {
	for _, stored := range []string{"", "cisco", "4 cisco", "5 cisco", "5 $1$$", "8 $9$a$b", "9 $9$2MJBozw/9R3UsU", "7 99", "7 0Z", "7 02G", "10 x"} {
		for _, password := range []string{"", "cisco", stored} {
			if Verify(stored, password) {
				t.Errorf("%q accepts %q", stored, password)
			}
		}
	}
}

func TestHashedSecretsVerify(t *testing.T) {
	for _, kind := range []int{5, 8, 9} {
		stored, err := HashSecret(kind, "Weft lab", bytes.NewReader([]byte("0123456789abcdef")))
		if err != nil {
			t.Fatal(err)
		}
		if !Verify(stored, "Weft lab") || Verify(stored, "weft lab") {
			t.Errorf("%s does not tell its own password", stored)
		}
	}
	if _, err := HashSecret(9, "x", bytes.NewReader(nil)); err == nil {
		t.Error("a secret was hashed without salt")
	}
}

func TestObscuredPasswordsCanBeRevealed(t *testing.T) {
	for offset := range 16 {
		long := strings.Repeat("pass word ", 8)
		value, err := Obscure(long, bytes.NewReader([]byte{byte(offset)}))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Reveal(value); err != nil || got != long {
			t.Errorf("%s reveals %q, %v", value, got, err)
		}
	}
}
