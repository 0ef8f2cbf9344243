package commands

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"weft/cli/config"
)

// Key pairs are made and removed in configuration mode, and yet no line of the
// configuration: these commands act (config.Command.Acts).

const (
	leastModulus   = 1024 // what the library will make
	mostModulus    = 4096
	defaultModulus = 2048
)

var keyPairWords = help{
	"crypto": "Encryption module", "key": "Long term key operations", "generate": "Generate new keys", "zeroize": "Remove keys", "rsa": "RSA keys", "ec": "EC keys",
	"general-keys": "Generate a general purpose RSA key pair for signing and encryption", "usage-keys": "Generate separate RSA key pairs for signing and encryption",
	"modulus": "Provide number of modulus bits on the command line", "bits": "Size of the key modulus", "label": "Provide a label", "name": "Label",
	"exportable": "Allow the key to be exported", "keysize": "Provide the size of the key", "256": "256 bits", "384": "384 bits", "521": "521 bits",
	"show": "Show running system information", "mypubkey": "Show public keys associated with this router", "all": "All keys",
}

var generateRSA = &command{Syntax: "crypto key generate rsa [general-keys & modulus bits:<360-4096> & label name:WORD & exportable]", Acts: true}
var generateEC = &command{Syntax: "crypto key generate ec [keysize (256 | 384 | 521) & label name:WORD & exportable]", Acts: true}
var zeroizeKeys = &command{Syntax: "crypto key zeroize (rsa | ec) [name:WORD]", Acts: true}

var keyPairLines = table(keyPairWords, generateRSA, generateEC, zeroizeKeys)

var keyPairExecs = execs(keyPairWords,
	&Exec{Syntax: "show crypto key mypubkey (rsa | ec | all) [name:WORD]", Privilege: privileged, Run: showKeyPairs},
)

// Action is what a command that acts does; nil if it does not act.
func Action(c *config.Command) func(s Session, a args, negative bool) error { return actions[c] }

var actions = map[*command]func(s Session, a args, negative bool) error{}

func init() {
	actions[generateRSA] = positive(func(s Session, a args) error {
		spec := KeySpec{Kind: RSAKeys, Label: a.Word("name"), Bits: a.Int("bits"), Exportable: a.Has("exportable")}
		return generateKeys(s, spec)
	})
	actions[generateEC] = positive(func(s Session, a args) error {
		spec := KeySpec{Kind: ECKeys, Label: a.Word("name"), Bits: 256, Exportable: a.Has("exportable")}
		for bits, word := range map[int]string{384: "384", 521: "521"} {
			if a.Has(word) {
				spec.Bits = bits
			}
		}
		return generateKeys(s, spec)
	})
	actions[zeroizeKeys] = positive(zeroize)
}

// positive is an action that means nothing behind "no", as on IOS.
func positive(act func(s Session, a args) error) func(Session, args, bool) error {
	return func(s Session, a args, negative bool) error {
		if negative {
			return errors.New("% This command has no \"no\" form")
		}
		return act(s, a)
	}
}

// generateKeys is the dialogue of "crypto key generate".
func generateKeys(s Session, spec KeySpec) error {
	if spec.Label == "" {
		g := runningGlobal(s.Router())
		switch {
		case g.Hostname == "Router":
			return errors.New("% Please define a hostname other than Router.")
		case g.DomainName == "":
			return errors.New("% Please define a domain-name first.")
		}
		spec.Label = g.Hostname + "." + g.DomainName
	}
	pairs, err := s.Router().Access().KeyPairs()
	if err != nil {
		return fmt.Errorf("%% The keys cannot be read: %v", err)
	}
	for _, p := range pairs {
		if p.Kind != spec.Kind || p.Label != spec.Label {
			continue
		}
		s.Printf("%% You already have %s keys defined named %s.\n", spec.Kind, spec.Label)
		if yes, err := askYes(s, "% Do you really want to replace them? [yes/no]: "); err != nil || !yes {
			return err
		}
	}
	s.Printf("The name for the keys will be: %s\n", spec.Label)
	if spec.Kind == RSAKeys {
		if spec.Bits, err = askModulus(s, spec.Bits); err != nil {
			return err
		}
	}
	exportable := "non-exportable"
	if spec.Exportable {
		exportable = "exportable"
	}
	s.Printf("%% Generating %d bit %s keys, keys will be %s...\n", spec.Bits, spec.Kind, exportable)
	start := s.Router().Now()
	if err := s.Router().Access().MakeKeyPair(spec); err != nil {
		return fmt.Errorf("%% The keys could not be made: %v", err)
	}
	s.Printf("[OK] (elapsed time was %d seconds)\n\n", int(s.Router().Now().Sub(start).Round(time.Second).Seconds()))
	return nil
}

// askModulus is the size of an RSA key: the one given, or one that is asked for.
func askModulus(s Session, bits int) (int, error) {
	if bits > 0 {
		s.Printf("\n%% The key modulus size is %d bits\n", bits)
		if bits < leastModulus {
			return 0, fmt.Errorf("%% A key modulus of fewer than %d bits is not safe and is not made", leastModulus)
		}
		return bits, nil
	}
	s.Printf("Choose the size of the key modulus in the range of %d to %d for your\n"+
		"  General Purpose Keys. Choosing a key modulus greater than 512 may take\n  a few minutes.\n\n", leastModulus, mostModulus)
	for {
		answer, err := s.Ask(fmt.Sprintf("How many bits in the modulus [%d]: ", defaultModulus), false)
		if err != nil {
			return 0, err
		}
		if answer = strings.TrimSpace(answer); answer == "" {
			return defaultModulus, nil
		}
		n := 0
		if _, err := fmt.Sscanf(answer, "%d", &n); err == nil && leastModulus <= n && n <= mostModulus && fmt.Sprint(n) == answer {
			return n, nil
		}
		s.Printf("%% A decimal number between %d and %d.\n", leastModulus, mostModulus)
	}
}

// askYes asks until the answer is yes or no.
func askYes(s Session, question string) (bool, error) {
	for {
		answer, err := s.Ask(question, false)
		if err != nil {
			return false, err
		}
		switch answer = strings.ToLower(strings.TrimSpace(answer)); {
		case answer != "" && strings.HasPrefix("yes", answer):
			return true, nil
		case answer != "" && strings.HasPrefix("no", answer):
			return false, nil
		}
		s.Printf("%% Please answer 'yes' or 'no'.\n")
	}
}

func zeroize(s Session, a args) error {
	kind := RSAKeys
	if a.Has("ec") {
		kind = ECKeys
	}
	pairs, err := s.Router().Access().KeyPairs()
	if err != nil {
		return fmt.Errorf("%% The keys cannot be read: %v", err)
	}
	found := false
	for _, p := range pairs {
		found = found || p.Kind == kind && (!a.Has("name") || p.Label == a.Word("name"))
	}
	switch {
	case !found && a.Has("name"):
		return fmt.Errorf("%% No %s keys found named '%s'.", kind, a.Word("name"))
	case !found && kind == RSAKeys:
		return errors.New("% No Signature RSA Keys found in configuration.")
	case !found:
		return errors.New("% No EC Keys found in configuration.")
	case a.Has("name"):
		s.Printf("%% Keys to be removed are named '%s'.\n", a.Word("name"))
	default:
		s.Printf("%% All %s keys will be removed.\n", kind)
	}
	s.Printf("%% All router certs issued using these keys will also be removed.\n")
	yes, err := askYes(s, "Do you really want to remove these keys? [yes/no]: ")
	if err != nil || !yes {
		return err
	}
	if _, err := s.Router().Access().ZeroizeKeys(kind, a.Word("name")); err != nil {
		return fmt.Errorf("%% The keys could not be removed: %v", err)
	}
	return nil
}

func showKeyPairs(s Session, a args) error {
	pairs, err := s.Router().Access().KeyPairs()
	if err != nil {
		return fmt.Errorf("%% The keys cannot be read: %v", err)
	}
	clock := s.Router().Clock()
	for _, p := range pairs {
		if a.Has("rsa") && p.Kind != RSAKeys || a.Has("ec") && p.Kind != ECKeys || a.Has("name") && a.Word("name") != p.Label {
			continue
		}
		not := "not "
		if p.Exportable {
			not = ""
		}
		s.Printf("%% Key pair was generated at: %s\nKey name: %s\nKey type: %s KEYS\n Storage Device: private-config\n", dateTime(clock.Local(p.Made)), p.Label, p.Kind)
		if p.Kind == RSAKeys {
			s.Printf(" Usage: General Purpose Key\n")
		} else {
			s.Printf(" Usage: Signature Key\n")
		}
		s.Printf(" Key is %sexportable. Redundancy enabled? No\n Key Data:\n%s\n", not, keyDump(p.Public))
	}
	return nil
}

// keyDump is a key in groups of four bytes, eight of them a line.
func keyDump(der []byte) string {
	var b strings.Builder
	for i := 0; i < len(der); i += 4 {
		switch {
		case i == 0:
			b.WriteString("  ")
		case i%32 == 0:
			b.WriteString("\n  ")
		default:
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%X", der[i:min(i+4, len(der))])
	}
	return b.String()
}
