package main

import (
	"cmp"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"weft/cli/commands"
)

// The key pairs that users make are one file of PEM blocks, each with what
// there is to say of it in headers, replaced as a whole.
const keyPairs = "key-pairs"

// A keyStore is the keys of the box: pairs that users have made, and the one
// that it has made for SSH because nobody had.
type keyStore struct {
	nvram *nvram

	mu    sync.Mutex // guards the rest: sessions make keys on goroutines of their own
	pairs []pair
	own   crypto.Signer // nil: there is none
	read  bool
}

type pair struct {
	commands.KeyPair
	signer crypto.Signer
}

// load reads the keys when they are first wanted.
func (k *keyStore) load() error {
	if k.read {
		return nil
	}
	text, err := os.ReadFile(filepath.Join(k.nvram.dir, keyPairs))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("nvram: %w", err)
	}
	k.pairs = nil
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		p, err := readPair(block)
		if err != nil {
			return fmt.Errorf("nvram: %s: %w", keyPairs, err)
		}
		k.pairs = append(k.pairs, p)
	}
	if k.own, err = k.nvram.readHostKey(); err != nil {
		return err
	}
	k.read = true
	return nil
}

func readPair(block *pem.Block) (p pair, err error) {
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return p, err
	}
	h := block.Headers
	p.Kind, p.Label, p.Exportable = commands.KeyKind(h["Kind"]), h["Label"], h["Exportable"] == "yes"
	if p.Bits, err = strconv.Atoi(h["Bits"]); err != nil {
		return p, err
	}
	if p.Made, err = time.Parse(time.RFC3339, h["Made"]); err != nil {
		return p, err
	}
	var ok bool
	if p.signer, ok = key.(crypto.Signer); !ok {
		return p, fmt.Errorf("a %T cannot sign", key)
	}
	p.Public, err = x509.MarshalPKIXPublicKey(p.signer.Public())
	return p, err
}

func (k *keyStore) save(pairs []pair) error {
	var text []byte
	for _, p := range pairs {
		der, err := x509.MarshalPKCS8PrivateKey(p.signer)
		if err != nil {
			return err
		}
		exportable := "no"
		if p.Exportable {
			exportable = "yes"
		}
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der, Headers: map[string]string{
			"Kind": string(p.Kind), "Label": p.Label, "Bits": strconv.Itoa(p.Bits), "Exportable": exportable, "Made": p.Made.UTC().Format(time.RFC3339)}})...)
	}
	if err := k.nvram.write(keyPairs, text); err != nil {
		return err
	}
	k.pairs = pairs
	return nil
}

// list is the pairs that users have made, by kind and label.
func (k *keyStore) list() (all []commands.KeyPair, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.load(); err != nil {
		return nil, err
	}
	for _, p := range k.pairs {
		all = append(all, p.KeyPair)
	}
	slices.SortFunc(all, func(a, b commands.KeyPair) int {
		return cmp.Or(-cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Label, b.Label))
	})
	return all, nil
}

// make makes a pair in the place of its like.
func (k *keyStore) make(spec commands.KeySpec, now time.Time) error {
	signer, err := newKey(spec)
	if err != nil {
		return err
	}
	p := pair{commands.KeyPair{KeySpec: spec, Made: now}, signer}
	if p.Public, err = x509.MarshalPKIXPublicKey(signer.Public()); err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.load(); err != nil {
		return err
	}
	others := slices.DeleteFunc(slices.Clone(k.pairs), func(o pair) bool { return o.Kind == spec.Kind && o.Label == spec.Label })
	return k.save(append(others, p))
}

func newKey(spec commands.KeySpec) (crypto.Signer, error) {
	if spec.Kind == commands.RSAKeys {
		return rsa.GenerateKey(rand.Reader, spec.Bits)
	}
	curve := map[int]elliptic.Curve{256: elliptic.P256(), 384: elliptic.P384(), 521: elliptic.P521()}[spec.Bits]
	if curve == nil {
		return nil, fmt.Errorf("no curve has %d bits", spec.Bits)
	}
	return ecdsa.GenerateKey(curve, rand.Reader)
}

// zeroize removes pairs. With the last of them goes the key that the box has
// made for itself: who removes all keys wants to be known by none of them.
func (k *keyStore) zeroize(kind commands.KeyKind, label string) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.load(); err != nil {
		return 0, err
	}
	left := slices.DeleteFunc(slices.Clone(k.pairs), func(p pair) bool { return p.Kind == kind && (label == "" || p.Label == label) })
	removed := len(k.pairs) - len(left)
	if err := k.save(left); err != nil {
		return 0, err
	}
	if removed > 0 && len(left) == 0 {
		k.own = nil
		return removed, k.nvram.write(hostKey, nil)
	}
	return removed, nil
}

// signers are the keys that SSH shows: of each kind the pair with the host's own
// name or else the first, and the box's own key. If label names an RSA pair it
// is that or nothing.
func (k *keyStore) signers(label, own string) (keys []crypto.Signer, labels []string, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.load(); err != nil {
		return nil, nil, err
	}
	for _, kind := range []commands.KeyKind{commands.RSAKeys, commands.ECKeys} {
		var best *pair
		for i := range k.pairs {
			p := &k.pairs[i]
			if p.Kind != kind || kind == commands.RSAKeys && label != "" && p.Label != label {
				continue
			}
			if best == nil || p.Label == own {
				best = p
			}
		}
		if best == nil && kind == commands.RSAKeys && label != "" {
			return nil, nil, nil
		}
		if best != nil {
			keys, labels = append(keys, best.signer), append(labels, best.Label)
		}
	}
	if k.own != nil {
		keys, labels = append(keys, k.own), append(labels, own)
	}
	return keys, labels, nil
}

// ensure makes the box's own key if there is no key at all and nobody has
// removed them.
func (k *keyStore) ensure() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.load(); err != nil || k.own != nil || len(k.pairs) > 0 {
		return err
	}
	key, err := k.nvram.HostKey()
	k.own = key
	return err
}

// made reports whether users have made keys.
func (k *keyStore) made() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.load() == nil && len(k.pairs) > 0
}
