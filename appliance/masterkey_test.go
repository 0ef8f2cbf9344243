package main

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"

	"weft/cli/config"
)

func openMaster(t *testing.T, dir string) *masterKey {
	t.Helper()
	n, err := openNVRAM(dir)
	if err != nil {
		t.Fatal(err)
	}
	return &masterKey{nvram: n}
}

func vaultOf(t *testing.T, m *masterKey) config.Vault {
	t.Helper()
	v, err := m.vault()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestTheMasterKeyOutlivesTheRouter(t *testing.T) {
	dir := t.TempDir()
	m := openMaster(t, dir)
	if v := vaultOf(t, m); v != nil {
		t.Fatalf("%v before there is a key", v)
	}
	v, err := m.change("master key")
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := v.Seal([]byte("cisco123"), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(dir, masterKeyFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	if secret, ok := vaultOf(t, openMaster(t, dir)).Open(sealed); !ok || string(secret) != "cisco123" {
		t.Errorf("after a reload: %q %v", secret, ok)
	}
	// A configuration that was not saved after a change is still of use.
	if _, err := openMaster(t, dir).change("other key"); err != nil {
		t.Fatal(err)
	}
	if secret, ok := vaultOf(t, openMaster(t, dir)).Open(sealed); !ok || string(secret) != "cisco123" {
		t.Errorf("after a change and a reload: %q %v", secret, ok)
	}
	if _, err := openMaster(t, dir).change(""); err != nil {
		t.Fatal(err)
	}
	if v := vaultOf(t, openMaster(t, dir)); v != nil {
		t.Errorf("%v after it was removed", v)
	}
	if files, err := m.nvram.Files("nvram"); err != nil || len(files) > 0 {
		t.Errorf("files of nvram: %v %v", files, err)
	}
}

func TestADamagedMasterKeySaysSoAndCanBeReplaced(t *testing.T) {
	dir := t.TempDir()
	m := openMaster(t, dir)
	for _, text := range []string{"", "00\n", "xx\nkey\n\n", "0011\nkey\n\n", "00112233445566\n\n\n"} {
		if err := os.WriteFile(filepath.Join(dir, masterKeyFile), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if v, err := m.vault(); err == nil || v != nil {
			t.Errorf("%q: %v, %v", text, v, err)
		}
		if _, err := m.change("master key"); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if v, err := m.vault(); err != nil || v == nil {
			t.Errorf("%q replaced: %v, %v", text, v, err)
		}
	}
}
