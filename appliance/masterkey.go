package main

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"weft/cli/config"
	"weft/cli/vault"
)

// masterKeyFile is three lines: the salt in hexadecimal digits, the key, and the
// one before it or nothing.
const masterKeyFile = "master-key"

// masterKey is what keys of type 6 are sealed with. It is in NVRAM and nowhere
// else.
type masterKey struct {
	nvram *nvram
	mu    sync.Mutex // held while it is changed: sessions do that on goroutines of their own
}

// read is what is stored; key is "" if nothing is.
func (m *masterKey) read() (key, former string, salt []byte, err error) {
	text, err := os.ReadFile(filepath.Join(m.nvram.dir, masterKeyFile))
	if errors.Is(err, fs.ErrNotExist) {
		return "", "", nil, nil
	}
	if err != nil {
		return "", "", nil, plainError(err)
	}
	lines := strings.Split(string(text), "\n")
	if len(lines) != 4 || lines[1] == "" {
		return "", "", nil, fmt.Errorf("nvram: %s is damaged", masterKeyFile)
	}
	if salt, err = hex.DecodeString(lines[0]); err != nil {
		return "", "", nil, fmt.Errorf("nvram: %s is damaged", masterKeyFile)
	}
	return lines[1], lines[2], salt, nil
}

// vault is what the running-config has its keys sealed with; nil if there is no
// master key.
func (m *masterKey) vault() (config.Vault, error) {
	key, former, salt, err := m.read()
	if err != nil || key == "" {
		return nil, err
	}
	made, err := vault.New(key, former, bytes.NewReader(salt))
	if err != nil {
		return nil, err
	}
	return made, nil
}

// change stores another key, or none if it is "".
func (m *masterKey) change(key string) (config.Vault, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if key == "" {
		if err := os.Remove(filepath.Join(m.nvram.dir, masterKeyFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("nvram: %w", err)
		}
		return nil, syncFolder(m.nvram.dir)
	}
	former, _, _, err := m.read()
	if err != nil {
		former = "" // it is of no use any more
	}
	made, err := vault.New(key, former, rand.Reader)
	if err != nil {
		return nil, err
	}
	text := hex.EncodeToString(made.Salt()) + "\n" + key + "\n" + former + "\n"
	if err := m.nvram.write(masterKeyFile, []byte(text)); err != nil {
		return nil, err
	}
	return made, nil
}
