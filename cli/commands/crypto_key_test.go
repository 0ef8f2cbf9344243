package commands

import (
	"strings"
	"testing"

	"weft/cli/config"
)

// acts types a line of configuration mode that asks for something to be done.
func acts(t *testing.T, r *fakeRouter, line string, answers ...string) string {
	t.Helper()
	result, err := r.tree.Enter(config.Cursor{}, line, config.Env{})
	if err != nil || result.Acts == nil || result.Changed {
		t.Fatalf("%q: %+v, %v", line, result, err)
	}
	s := newFakeSession(r, answers...)
	if err := Action(result.Acts)(s, result.Args, result.Negative); err != nil {
		s.Printf("%v\n", err)
	}
	return s.out.String()
}

func TestKeysAreMadeInTheDialogueOfIOS(t *testing.T) {
	r := newFakeRouter()
	if got := acts(t, r, "crypto key generate rsa"); got != "% Please define a hostname other than Router.\n" {
		t.Errorf("%s", got)
	}
	r = newFakeRouter("hostname R1")
	if got := acts(t, r, "crypto key generate rsa modulus 2048"); got != "% Please define a domain-name first.\n" {
		t.Errorf("%s", got)
	}
	r = newFakeRouter("hostname R1", "ip domain name example.com")
	const made = "% Generating 2048 bit RSA keys, keys will be non-exportable...\n[OK] (elapsed time was 0 seconds)\n\n"
	const name = "The name for the keys will be: R1.example.com\n"
	const question = "How many bits in the modulus [2048]: "
	if got, want := acts(t, r, "crypto key generate rsa", "12", "lots", ""), name+"Choose the size of the key modulus in the range of 1024 to 4096 for your\n"+
		"  General Purpose Keys. Choosing a key modulus greater than 512 may take\n  a few minutes.\n\n"+
		question+"12\n% A decimal number between 1024 and 4096.\n"+question+"lots\n% A decimal number between 1024 and 4096.\n"+question+"\n"+made; plainAnswers(got) != plainAnswers(want) {
		t.Errorf("%q\nnot\n%q", got, want)
	}
	const have = "% You already have RSA keys defined named R1.example.com.\n% Do you really want to replace them? [yes/no]: "
	if got := acts(t, r, "crypto key generate rsa modulus 2048", "no"); !strings.HasPrefix(got, have) || strings.Contains(got, "Generating") {
		t.Errorf("%s", got)
	}
	if got, want := acts(t, r, "crypto key generate rsa general-keys modulus 2048", "maybe", "yes"), name+"\n% The key modulus size is 2048 bits\n"+made; !strings.HasPrefix(got, have) || !strings.HasSuffix(got, want) ||
		!strings.Contains(got, "% Please answer 'yes' or 'no'.\n") {
		t.Errorf("%s", got)
	}
	if got := acts(t, r, "crypto key generate rsa modulus 512 label SMALL"); !strings.HasSuffix(got, "% A key modulus of fewer than 1024 bits is not safe and is not made\n") {
		t.Errorf("%s", got)
	}
	if got, want := acts(t, r, "crypto key generate ec keysize 384 label CURVE exportable"), "The name for the keys will be: CURVE\n"+
		"% Generating 384 bit EC keys, keys will be exportable...\n[OK] (elapsed time was 0 seconds)\n\n"; got != want {
		t.Errorf("%s", got)
	}
	if len(r.access.pairs) != 2 {
		t.Errorf("%d pairs: %+v", len(r.access.pairs), r.access.pairs)
	}
}

// plainAnswers drops line ends: whether an answer ends its line is the
// terminal's to say.
func plainAnswers(s string) string { return strings.ReplaceAll(s, "\n", "") }

func TestKeysAreShownAndZeroized(t *testing.T) {
	r := newFakeRouter("hostname R1", "ip domain name example.com")
	if got := acts(t, r, "crypto key zeroize rsa"); got != "% No Signature RSA Keys found in configuration.\n" {
		t.Errorf("%s", got)
	}
	acts(t, r, "crypto key generate rsa modulus 2048")
	acts(t, r, "crypto key generate ec label CURVE")
	const want = "% Key pair was generated at: 12:00:00 UTC Mon Jan 5 2026\nKey name: R1.example.com\nKey type: RSA KEYS\n Storage Device: private-config\n" +
		" Usage: General Purpose Key\n Key is not exportable. Redundancy enabled? No\n Key Data:\n" +
		"  30313233 34353637 38396162 63646566 30313233 34353637 38396162 63646566\n  58595A\n"
	if got := output(t, r, "show crypto key mypubkey rsa"); got != want {
		t.Errorf("%s\nnot\n%s", got, want)
	}
	if got := output(t, r, "show crypto key mypubkey all"); strings.Count(got, "Key name: ") != 2 || !strings.Contains(got, "Key type: EC KEYS\n") {
		t.Errorf("%s", got)
	}
	if got := acts(t, r, "crypto key zeroize rsa R1.example.com", "n"); !strings.Contains(got, "% Keys to be removed are named 'R1.example.com'.\n") || len(r.access.pairs) != 2 {
		t.Errorf("%s", got)
	}
	if got := acts(t, r, "crypto key zeroize rsa", "yes"); !strings.HasPrefix(got, "% All RSA keys will be removed.\n% All router certs issued using these keys will also be removed.\n"+
		"Do you really want to remove these keys? [yes/no]: ") || len(r.access.pairs) != 1 {
		t.Errorf("%s", got)
	}
	if text := r.tree.Text(config.TextOptions{}); strings.Contains(text, "crypto") {
		t.Errorf("keys are in the configuration:\n%s", text)
	}
}

func TestAFileSaysWhichKeysItWantsMade(t *testing.T) {
	tree := config.New(GlobalMode)
	reports, err := tree.Load(strings.NewReader("hostname R1\ncrypto key generate rsa mod 2048\nip domain name example.com\n"), config.Env{})
	if err != nil || len(reports) != 1 || reports[0].Acts != "crypto key generate rsa modulus 2048" || reports[0].Refused != "" || reports[0].Number != 2 {
		t.Errorf("%+v, %v", reports, err)
	}
}
