package main

import (
	"bytes"
	"crypto/x509"
	"testing"
	"time"

	"weft/cli/commands"
)

func openKeys(t *testing.T, dir string) *keyStore {
	t.Helper()
	n, err := openNVRAM(dir)
	if err != nil {
		t.Fatal(err)
	}
	return &keyStore{nvram: n}
}

func TestKeyPairsOutliveTheRouter(t *testing.T) {
	dir := t.TempDir()
	k := openKeys(t, dir)
	at := time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC)
	for _, spec := range []commands.KeySpec{{Kind: commands.RSAKeys, Label: "R1.example.com", Bits: 1024}, {Kind: commands.ECKeys, Label: "CURVE", Bits: 384, Exportable: true}} {
		if err := k.make(spec, at); err != nil {
			t.Fatal(err)
		}
	}
	before, err := k.list()
	if err != nil || len(before) != 2 || before[0].Kind != commands.RSAKeys || !before[1].Exportable || before[1].Bits != 384 || !before[0].Made.Equal(at) {
		t.Fatalf("%+v, %v", before, err)
	}
	if _, err := x509.ParsePKIXPublicKey(before[0].Public); err != nil {
		t.Error(err)
	}
	k = openKeys(t, dir)
	after, err := k.list()
	if err != nil || len(after) != 2 || !bytes.Equal(before[0].Public, after[0].Public) || after[1].Label != "CURVE" {
		t.Errorf("%+v, %v", after, err)
	}
	if keys, _, err := k.signers("NONE", "R1"); err != nil || len(keys) != 0 {
		t.Errorf("a pair that is not there gives %d keys, %v", len(keys), err)
	}
	if keys, labels, err := k.signers("", "R1.example.com"); err != nil || len(keys) != 2 || labels[0] != "R1.example.com" {
		t.Errorf("%q, %v", labels, err)
	}
}

// Who removes the last pair is known by no key at all, also after a restart,
// until new ones are made.
func TestZeroizedKeysDoNotComeBack(t *testing.T) {
	dir := t.TempDir()
	k := openKeys(t, dir)
	if err := k.ensure(); err != nil || k.own == nil || k.made() {
		t.Fatalf("no key of its own: %v", err)
	}
	if err := k.make(commands.KeySpec{Kind: commands.ECKeys, Label: "A", Bits: 256}, time.Now()); err != nil {
		t.Fatal(err)
	}
	if n, err := k.zeroize(commands.RSAKeys, ""); n != 0 || err != nil || k.own == nil {
		t.Errorf("%d pairs of another kind are removed, %v", n, err)
	}
	if n, err := k.zeroize(commands.ECKeys, "A"); n != 1 || err != nil {
		t.Errorf("%d pairs are removed, %v", n, err)
	}
	for _, store := range []*keyStore{k, openKeys(t, dir)} {
		if err := store.ensure(); err != nil {
			t.Error(err)
		}
		if keys, _, err := store.signers("", "R1"); len(keys) != 0 || err != nil {
			t.Errorf("%d keys are left, %v", len(keys), err)
		}
	}
}
