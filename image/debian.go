package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// An archive is a folder with packages of Debian, fetched when first asked for:
//
//	debs/NAME_VERSION_ARCH.deb   as apt has verified them
//	tree/NAME_VERSION_ARCH/      the same, unpacked
//	lists/                       package lists of our own, if the machine's are empty
type archive struct{ dir string }

// unpack returns a folder with the files of a package.
func (a archive) unpack(name string) (string, error) {
	deb, err := a.fetch(name)
	if err != nil {
		return "", fmt.Errorf("package %s: %w", name, err)
	}
	tree := filepath.Join(a.dir, "tree", strings.TrimSuffix(filepath.Base(deb), ".deb"))
	if _, err := os.Stat(tree); err == nil {
		return tree, nil
	}
	// Unpacked beside and renamed, so that a folder that exists is whole.
	if err := os.MkdirAll(filepath.Dir(tree), 0o755); err != nil {
		return "", err
	}
	fresh, err := os.MkdirTemp(filepath.Dir(tree), ".new-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(fresh)
	if _, err := output("", "dpkg-deb", "-x", deb, fresh); err != nil {
		return "", err
	}
	if err := os.Rename(fresh, tree); err != nil {
		if _, there := os.Stat(tree); there != nil {
			return "", err
		} // somebody else has unpacked it meanwhile
	}
	return tree, nil
}

// fetch returns the file of a package.
func (a archive) fetch(name string) (string, error) {
	debs := filepath.Join(a.dir, "debs")
	have := func() string {
		found, _ := filepath.Glob(filepath.Join(debs, name+"_*.deb"))
		if len(found) == 0 {
			return ""
		}
		return found[0]
	}
	if deb := have(); deb != "" {
		return deb, nil
	}
	if err := os.MkdirAll(debs, 0o755); err != nil {
		return "", err
	}
	// In a folder of its own first: apt writes the file bit by bit.
	partial, err := os.MkdirTemp(debs, ".new-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(partial)
	if err := a.apt(partial, "apt-get", "download", "-qq", name); err != nil {
		return "", err
	}
	found, _ := filepath.Glob(filepath.Join(partial, "*.deb"))
	if len(found) != 1 {
		return "", fmt.Errorf("apt-get download left %d files", len(found))
	}
	// apt writes the colon of an epoch as %3a; the name is all that we look at.
	if err := os.Rename(found[0], filepath.Join(debs, filepath.Base(found[0]))); err != nil {
		return "", err
	}
	return have(), nil
}

// apt runs an apt command in a folder. On a machine whose package lists are
// empty it fetches lists into the archive, which needs no privilege.
func (a archive) apt(dir, command string, args ...string) error {
	args = append([]string{"-o", "APT::Sandbox::User="}, args...)
	if _, err := output(dir, command, args...); err == nil {
		return nil
	}
	own := a.ownLists()
	if _, err := output("", "apt-get", append(own, "-qq", "update")...); err != nil {
		return err
	}
	_, err := output(dir, command, append(own, args...)...)
	return err
}

// ownLists are the options that make apt keep its lists in the archive.
func (a archive) ownLists() []string {
	lists := filepath.Join(a.dir, "lists")
	os.MkdirAll(filepath.Join(lists, "partial"), 0o755)
	os.MkdirAll(filepath.Join(lists, "cache", "archives", "partial"), 0o755)
	return []string{"-o", "Dir::State::Lists=" + lists, "-o", "Dir::Cache=" + filepath.Join(lists, "cache"), "-o", "APT::Sandbox::User="}
}

// dependency returns the first package that a package depends on: of
// linux-image-cloud-amd64 the kernel that it stands for today.
func (a archive) dependency(name string) (string, error) {
	meta, err := a.fetch(name)
	if err != nil {
		return "", err
	}
	text, err := output("", "dpkg-deb", "-f", meta, "Depends")
	if err != nil {
		return "", err
	}
	first, _, _ := strings.Cut(string(text), ",")
	first, _, _ = strings.Cut(strings.TrimSpace(first), " ")
	if first == "" {
		return "", fmt.Errorf("%s depends on nothing", name)
	}
	return first, nil
}

// output runs a command in a folder ("" for this one) and returns what it
// prints; its complaints become the error.
func output(dir, name string, args ...string) ([]byte, error) {
	return outputWith(nil, dir, name, args...)
}

// outputWith is output with variables added to the environment.
func outputWith(env []string, dir, name string, args ...string) ([]byte, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = dir, append(append(os.Environ(), "LC_ALL=C"), env...)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %s", filepath.Base(name), err, bytes.TrimSpace(complaints.Bytes()))
	}
	return out, nil
}
