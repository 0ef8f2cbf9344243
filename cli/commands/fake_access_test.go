package commands

import (
	"fmt"
	"maps"
	"slices"

	"weft/cli/vault"
)

// fakeAccess answers from its fields.
type fakeAccess struct {
	matches  map[string]map[string]uint64
	logins   LoginState
	sessions []SSHSession
	pairs    []KeyPair
	host     *HostKey
	did      []string
	hungUp   bool
	master   string
	router   *fakeRouter
}

func (f *fakeAccess) Matches(list string) map[string]uint64 { return maps.Clone(f.matches[list]) }
func (f *fakeAccess) ClearMatches(list string)              { delete(f.matches, list) }
func (f *fakeAccess) Logins() LoginState                    { return f.logins }
func (f *fakeAccess) SSH() []SSHSession                     { return f.sessions }
func (f *fakeAccess) KeyPairs() ([]KeyPair, error)          { return f.pairs, nil }

func (f *fakeAccess) HostKey() (HostKey, bool) {
	if f.host == nil {
		return HostKey{}, false
	}
	return *f.host, true
}

func (f *fakeAccess) HasMasterKey() bool          { return f.master != "" }
func (f *fakeAccess) IsMasterKey(key string) bool { return f.master == key }
func (f *fakeAccess) SetMasterKey(key string) error {
	former := f.master
	if f.master = key; key == "" {
		f.router.tree.SetVault(nil)
		return nil
	}
	m, err := vault.New(key, former, zeros{})
	f.router.tree.SetVault(m)
	return err
}

func (f *fakeAccess) HangUp(kind string, number int) bool {
	f.did = append(f.did, fmt.Sprintf("hang up %s %d", kind, number))
	return f.hungUp
}

func (f *fakeAccess) MakeKeyPair(spec KeySpec) error {
	f.did = append(f.did, fmt.Sprintf("make %+v", spec))
	f.pairs = slices.DeleteFunc(f.pairs, func(p KeyPair) bool { return p.Kind == spec.Kind && p.Label == spec.Label })
	f.pairs = append(f.pairs, KeyPair{KeySpec: spec, Made: noon, Public: []byte("0123456789abcdef0123456789abcdefXYZ")})
	return nil
}

func (f *fakeAccess) ZeroizeKeys(kind KeyKind, label string) (int, error) {
	f.did = append(f.did, fmt.Sprintf("zeroize %s %q", kind, label))
	before := len(f.pairs)
	f.pairs = slices.DeleteFunc(f.pairs, func(p KeyPair) bool { return p.Kind == kind && (label == "" || p.Label == label) })
	return before - len(f.pairs), nil
}
