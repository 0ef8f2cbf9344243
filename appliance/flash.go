package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"weft/cli/commands"
)

// flash: and nvram: are folders beside startup-config, made when the first file
// is written. startup-config itself is a file of nvram: and stands where it
// always has; keys are in neither.
const (
	flashFolder = "flash"
	nvramFolder = "nvram"
)

var errBadName = errors.New("invalid file name")

// place is the folder and the name that a file of a volume has.
func (n *nvram) place(volume, name string) (dir string, err error) {
	if name == "" || strings.HasPrefix(name, ".") || strings.ContainsAny(name, "/\x00") || len(name) > 200 {
		return "", errBadName // nothing outside the folder, and no temporary file
	}
	return n.folder(volume)
}

func (n *nvram) folder(volume string) (string, error) {
	switch volume {
	case "flash":
		return filepath.Join(n.dir, flashFolder), nil
	case "nvram":
		return filepath.Join(n.dir, nvramFolder), nil
	}
	return "", fmt.Errorf("no such device as %s:", volume)
}

// Files lists a volume, by name.
func (n *nvram) Files(volume string) (files []commands.File, err error) {
	dir, err := n.folder(volume)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, plainError(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && info.Mode().IsRegular() && !strings.HasPrefix(e.Name(), ".") {
			files = append(files, commands.File{Name: e.Name(), Size: info.Size(), Modified: info.ModTime()})
		}
	}
	if info, err := os.Stat(filepath.Join(n.dir, startupConfig)); volume == "nvram" && err == nil {
		files = append(files, commands.File{Name: startupConfig, Size: info.Size(), Modified: info.ModTime()})
	}
	return files, nil
}

// Space is that of the file system, which both volumes share.
func (n *nvram) Space(string) (total, free int64, err error) {
	var s unix.Statfs_t
	if err := unix.Statfs(n.dir, &s); err != nil {
		return 0, 0, plainError(err)
	}
	return int64(s.Blocks) * s.Bsize, int64(s.Bavail) * s.Bsize, nil
}

// ReadFile reads a file of a volume.
func (n *nvram) ReadFile(volume, name string) (string, error) {
	if volume == "nvram" && name == startupConfig {
		text, ok, err := n.StartupConfig()
		if err == nil && !ok {
			err = commands.ErrNoFile
		}
		return text, err
	}
	dir, err := n.place(volume, name)
	if err != nil {
		return "", err
	}
	info, err := os.Lstat(filepath.Join(dir, name))
	if err == nil && !info.Mode().IsRegular() {
		return "", errBadName // a link could lead anywhere
	}
	text, err := os.ReadFile(filepath.Join(dir, name))
	return string(text), plainError(err)
}

// WriteFile makes or replaces a file of a volume.
func (n *nvram) WriteFile(volume, name, text string) error {
	if volume == "nvram" && name == startupConfig {
		return n.Save(text)
	}
	dir, err := n.place(volume, name)
	if err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return plainError(err)
	}
	return plainError(replaceFile(dir, name, []byte(text)))
}

// RemoveFile deletes a file of a volume.
func (n *nvram) RemoveFile(volume, name string) error {
	dir, err := n.place(volume, name)
	if err != nil {
		return err
	}
	if volume == "nvram" && name == startupConfig {
		dir = n.dir
	}
	if err := os.Remove(filepath.Join(dir, name)); err != nil {
		return plainError(err)
	}
	return syncFolder(dir)
}

// plainError is what went wrong without the paths of the host, which mean
// nothing to a user of the box.
func plainError(err error) error {
	var errno unix.Errno
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return commands.ErrNoFile
	case errors.As(err, &errno):
		return errors.New(errno.Error())
	}
	return err
}

// sweep removes what a crash has left of files that were being written. Those of
// the seed are process 1's, which may be writing one at this moment.
func (n *nvram) sweep() {
	for _, dir := range []string{n.dir, filepath.Join(n.dir, flashFolder), filepath.Join(n.dir, nvramFolder)} {
		left, _ := filepath.Glob(filepath.Join(dir, ".*.*"))
		for _, file := range left {
			if strings.HasPrefix(filepath.Base(file), "."+seedFile+".") {
				continue
			}
			if info, err := os.Lstat(file); err == nil && info.Mode().IsRegular() {
				os.Remove(file)
			}
		}
	}
}
