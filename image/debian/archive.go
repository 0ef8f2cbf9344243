// Package debian fetches packages of Debian with the machine's own apt, which
// verifies them, and takes kernels and their modules out of them. Nothing is
// installed and no privilege is needed: what is fetched lies in a folder of the
// caller's, and is there the next time.
//
// archive.go is that folder, closure.go the libraries that a set of packages
// needs, kernel.go and modules.go the kernel. Left out: dependencies other than
// libraries, and everything a package does when it is installed.
package debian

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// An Archive is a folder with packages of Debian, fetched when first asked for:
//
//	debs/NAME_VERSION_ARCH.deb   as apt has verified them
//	tree/NAME_VERSION_ARCH/      the same, unpacked
//	lists/                       package lists of our own, if the machine's are empty
type Archive struct{ Dir string }

// Unpack returns a folder with the files of a package.
func (a Archive) Unpack(name string) (string, error) {
	deb, err := a.fetch(name)
	if err != nil {
		return "", fmt.Errorf("package %s: %w", name, err)
	}
	tree := filepath.Join(a.Dir, "tree", strings.TrimSuffix(filepath.Base(deb), ".deb"))
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
	if _, err := Output("", "dpkg-deb", "-x", deb, fresh); err != nil {
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
func (a Archive) fetch(name string) (string, error) {
	if err := a.fetchAll([]string{name}); err != nil {
		return "", err
	}
	found, _ := filepath.Glob(filepath.Join(a.Dir, "debs", name+"_*.deb"))
	if len(found) == 0 {
		return "", fmt.Errorf("apt-get download %s left no file", name)
	}
	return found[0], nil
}

// fetchAll fetches those of the packages that are not there, at one go.
func (a Archive) fetchAll(names []string) error {
	debs := filepath.Join(a.Dir, "debs")
	var missing []string
	for _, name := range names {
		if found, _ := filepath.Glob(filepath.Join(debs, name+"_*.deb")); len(found) == 0 {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if err := os.MkdirAll(debs, 0o755); err != nil {
		return err
	}
	// In a folder of its own first: apt writes a file bit by bit.
	partial, err := os.MkdirTemp(debs, ".new-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(partial)
	if err := a.apt(partial, "apt-get", append([]string{"download", "-qq"}, missing...)...); err != nil {
		return err
	}
	found, _ := filepath.Glob(filepath.Join(partial, "*.deb"))
	if len(found) != len(missing) {
		return fmt.Errorf("apt-get download left %d files of %v", len(found), missing)
	}
	// apt writes the colon of an epoch as %3a; the name is all that we look at.
	for _, deb := range found {
		if err := os.Rename(deb, filepath.Join(debs, filepath.Base(deb))); err != nil {
			return err
		}
	}
	return nil
}

// apt runs an apt command in a folder. On a machine whose package lists are
// empty it fetches lists into the archive, which needs no privilege.
func (a Archive) apt(dir, command string, args ...string) error {
	args = append([]string{"-o", "APT::Sandbox::User="}, args...)
	if _, err := Output(dir, command, args...); err == nil {
		return nil
	}
	own := a.ownLists()
	if _, err := Output("", "apt-get", append(own, "-qq", "update")...); err != nil {
		return err
	}
	_, err := Output(dir, command, append(own, args...)...)
	return err
}

// ownLists are the options that make apt keep its lists in the archive.
func (a Archive) ownLists() []string {
	lists := filepath.Join(a.Dir, "lists")
	os.MkdirAll(filepath.Join(lists, "partial"), 0o755)
	os.MkdirAll(filepath.Join(lists, "cache", "archives", "partial"), 0o755)
	return []string{"-o", "Dir::State::Lists=" + lists, "-o", "Dir::Cache=" + filepath.Join(lists, "cache"), "-o", "APT::Sandbox::User="}
}

// Dependency returns the first package that a package depends on: of
// linux-image-cloud-amd64 the kernel that it stands for today.
func (a Archive) Dependency(name string) (string, error) {
	meta, err := a.fetch(name)
	if err != nil {
		return "", err
	}
	text, err := Output("", "dpkg-deb", "-f", meta, "Depends")
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

// Output runs a command in a folder ("" for this one) and returns what it
// prints; its complaints become the error.
func Output(dir, name string, args ...string) ([]byte, error) {
	return OutputWith(nil, dir, name, args...)
}

// OutputWith is Output with variables added to the environment.
func OutputWith(env []string, dir, name string, args ...string) ([]byte, error) {
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
