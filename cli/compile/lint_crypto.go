package compile

import (
	"fmt"
	"slices"
	"strings"

	"weft/cli/commands"
	"weft/ike"
)

// protection looks at what a protected tunnel rests on: an IPsec profile, the
// transform sets and the profile of IKE that it names, and the keyring of that
// one. IOS takes a name that nobody has, in silence, and one that differs by case
// is one.
func (l *linter) protection() {
	name := l.at.Tunnel.Profile
	if name == "" {
		return
	}
	if !l.profiles[name] && name != "default" {
		line := l.line("tunnel protection")
		if other := meant(name, l.names("crypto ipsec profile ")); other != "" {
			l.find(line, fmt.Sprintf("there is no IPsec profile %s; %s differs by case", name, other), true, strings.Replace(line, " "+name, " "+other, 1))
			return
		}
		l.findGlobal(line, "there is no IPsec profile "+name, true, "crypto ipsec profile "+name)
		return
	}
	version2 := l.at.Tunnel.IKEv2Profile
	for _, p := range l.box.IKE.IPsec {
		if p.Name != name || l.seen["crypto ipsec profile "+name] {
			continue
		}
		l.transformSets(p)
		if p.ISAKMPProfile != "" && !slices.Contains(l.names("crypto isakmp profile "), p.ISAKMPProfile) {
			l.lacks("crypto ipsec profile "+name, "set isakmp-profile", p.ISAKMPProfile, "crypto isakmp profile ", "keyring KEYRING", "match identity address 0.0.0.0")
		}
		if p.IKEv2Profile != "" && !slices.Contains(l.names("crypto ikev2 profile "), p.IKEv2Profile) {
			l.lacks("crypto ipsec profile "+name, "set ikev2-profile", p.IKEv2Profile, "crypto ikev2 profile ",
				"match identity remote any", "authentication remote pre-share", "authentication local pre-share", "keyring local KEYRING")
		}
		if version2 == "" {
			version2 = p.IKEv2Profile
		}
		l.keyring1(p.ISAKMPProfile)
		l.seen["crypto ipsec profile "+name] = true
	}
	l.keyring2(version2)
}

// transformSets finds those that a profile names and that are not, or cannot be
// used. One of several may be missing.
func (l *linter) transformSets(p ike.IPsec) {
	for _, name := range p.Lacks {
		section := "crypto ipsec profile " + p.Name
		if l.sections["crypto ipsec transform-set "+name] != "" {
			continue // its own line has said what is the matter
		}
		mend := []string{"crypto ipsec transform-set " + name + " esp-aes 256 esp-sha-hmac"}
		wrong := "there is no transform set " + name
		if other := meant(name, l.names("crypto ipsec transform-set ")); other != "" {
			wrong += fmt.Sprintf("; %s differs by case", other)
			mend = []string{section, strings.Replace(l.lineIn(section, "set transform-set"), " "+name, " "+other, 1)}
		}
		l.note(section, l.lineIn(section, "set transform-set"), wrong, len(p.Transforms) == 0, mend...)
	}
}

// lacks notes that the line words of a section names another section that does not exist.
func (l *linter) lacks(section, words, name, head string, inside ...string) {
	wrong := fmt.Sprintf("there is no %q", head+name)
	mend := append([]string{head + name}, inside...)
	if other := meant(name, l.names(head)); other != "" {
		wrong += fmt.Sprintf("; %s differs by case", other)
		mend = []string{section, words + " " + other}
	}
	l.note(section, l.lineIn(section, words), wrong, true, mend...)
}

func (l *linter) keyring1(profile string) {
	for _, p := range l.box.IKE.Profiles {
		if section := "crypto isakmp profile " + p.Name; p.Name == profile && p.Keyring != "" && p.Keyring != "default" && !slices.Contains(l.names("crypto keyring "), p.Keyring) {
			l.lacks(section, "keyring", p.Keyring, "crypto keyring ", "pre-shared-key address 0.0.0.0 0.0.0.0 key KEY")
		}
	}
}

func (l *linter) keyring2(profile string) {
	for _, p := range l.box.IKE.Profiles2 {
		section := "crypto ikev2 profile " + p.Name
		if p.Name != profile || l.seen[section] {
			continue
		}
		l.seen[section] = true
		switch {
		case p.Keyring == "" && p.Local == ike.PreShared:
			l.note(section, section, "no keyring is named: there is no pre-shared key for anybody", true, section, "keyring local KEYRING")
		case p.Keyring != "" && !slices.Contains(l.names("crypto ikev2 keyring "), p.Keyring):
			l.lacks(section, "keyring local", p.Keyring, "crypto ikev2 keyring ", "peer ANY", "address 0.0.0.0 0.0.0.0", "pre-shared-key KEY")
		}
		if len(p.Match) == 0 {
			l.note(section, section, "it matches no identity: no peer is accepted", true, section, "match identity remote any")
		}
	}
}

func (l *linter) note(section, line, wrong string, certain bool, mend ...string) {
	l.findings = append(l.findings, commands.Finding{Section: section, Line: line, Wrong: wrong, Mend: mend, Certain: certain})
}

// names are those of the sections whose heads begin with words, as far as the name
// goes.
func (l *linter) names(words string) (names []string) {
	for _, head := range l.order {
		if rest, ok := strings.CutPrefix(head, words); ok {
			name, _, _ := strings.Cut(rest, " ")
			names = append(names, name)
		}
	}
	return names
}

// lineIn is the first line of a section that begins with words.
func (l *linter) lineIn(section, words string) string {
	for _, line := range l.tree.Root().Lines() {
		if line.Text == section && line.Section != nil {
			return lineOf(line, words)
		}
	}
	return ""
}

// meant is the name that differs from one by case alone; "" if there is none.
func meant(name string, names []string) string {
	for _, other := range names {
		if other != name && strings.EqualFold(other, name) {
			return other
		}
	}
	return ""
}
