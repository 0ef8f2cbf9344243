package main

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// nvram is the folder that outlives the router: startup-config and keys. Files
// are replaced atomically: written beside, synced, renamed, and the folder
// synced, so that whatever happens either the old or the new one is there.
type nvram struct {
	dir string

	mu    sync.Mutex // guards saved: sessions save on goroutines of their own
	saved time.Time  // by this process, which knows it finer than the file system
}

const (
	startupConfig = "startup-config"
	hostKey       = "ssh-host-key"
)

func openNVRAM(dir string) (*nvram, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("nvram: %w", err)
	}
	n := &nvram{dir: dir}
	n.sweep()
	return n, nil
}

// StartupConfig returns the saved configuration, if there is one.
func (n *nvram) StartupConfig() (string, bool, error) {
	text, err := os.ReadFile(filepath.Join(n.dir, startupConfig))
	if errors.Is(err, fs.ErrNotExist) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("nvram: %w", err)
	}
	return string(text), true, nil
}

// Save replaces startup-config.
func (n *nvram) Save(text string) error {
	if err := n.write(startupConfig, []byte(text)); err != nil {
		return plainError(err)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.saved = time.Now()
	return nil
}

// Erase removes startup-config and the other files of nvram:. Keys stay.
func (n *nvram) Erase() error {
	if err := os.Remove(filepath.Join(n.dir, startupConfig)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("nvram: %w", err)
	}
	if err := os.RemoveAll(filepath.Join(n.dir, nvramFolder)); err != nil {
		return fmt.Errorf("nvram: %w", err)
	}
	return syncFolder(n.dir)
}

// Written is when startup-config was last saved; zero if there is none.
func (n *nvram) Written() time.Time {
	info, err := os.Stat(filepath.Join(n.dir, startupConfig))
	if err != nil {
		return time.Time{}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.saved.IsZero() {
		return info.ModTime()
	}
	return n.saved
}

func (n *nvram) write(name string, content []byte) error { return replaceFile(n.dir, name, content) }

// replaceFile writes a file beside the old one and lets it take its place. What
// a crash leaves behind begins with a dot.
func replaceFile(dir, name string, content []byte) (err error) {
	f, err := os.CreateTemp(dir, "."+name+".*")
	if err != nil {
		return fmt.Errorf("nvram: %w", err)
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if _, err = f.Write(content); err != nil {
		return fmt.Errorf("nvram: %w", err)
	}
	if err = f.Sync(); err != nil {
		return fmt.Errorf("nvram: %w", err)
	}
	if err = f.Close(); err != nil {
		return fmt.Errorf("nvram: %w", err)
	}
	if err = os.Rename(f.Name(), filepath.Join(dir, name)); err != nil {
		return fmt.Errorf("nvram: %w", err)
	}
	return syncFolder(dir)
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("nvram: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("nvram: %w", err)
	}
	return nil
}

// HostKey is the key that SSH shows to clients, made on first need: nil if it
// has been removed for good.
func (n *nvram) HostKey() (crypto.Signer, error) {
	if _, err := os.Stat(filepath.Join(n.dir, hostKey)); errors.Is(err, fs.ErrNotExist) {
		return n.makeHostKey()
	}
	return n.readHostKey()
}

// readHostKey is that key if there is one. An empty file says that there is to
// be none.
func (n *nvram) readHostKey() (crypto.Signer, error) {
	text, err := os.ReadFile(filepath.Join(n.dir, hostKey))
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(text) == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("nvram: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("nvram: %s holds no PEM block", hostKey)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("nvram: %s: %w", hostKey, err)
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("nvram: %s holds a %T, which cannot sign", hostKey, key)
	}
	return signer, nil
}

func (n *nvram) makeHostKey() (crypto.Signer, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return key, n.write(hostKey, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}
