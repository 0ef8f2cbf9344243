package labs

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// A place is where the processes of one lab find each other: a socket and a
// lock in the folder for such things, named after the lab's own folder. The
// keeper holds the lock for as long as it lives, so a lab is up exactly while
// the lock is taken: a file that a crash left behind says nothing.
type place struct{ socket, lock string }

func placeAt(stem string) place { return place{stem + ".sock", stem + ".lock"} }

func (p place) stem() string { return strings.TrimSuffix(p.lock, ".lock") }

func placeOf(dir string) (place, error) {
	run, err := runFolder()
	if err != nil {
		return place{}, err
	}
	// A socket's path has room for 107 bytes: the lab's own folder may be too deep.
	sum := sha256.Sum256([]byte(dir))
	return placeAt(filepath.Join(run, fmt.Sprintf("lab-%x", sum[:6]))), nil
}

// runFolder returns the folder for sockets, which only this user may write to.
func runFolder() (string, error) {
	uid := os.Getuid()
	run := "/run/weft"
	if uid != 0 {
		run = filepath.Join(os.TempDir(), fmt.Sprintf("weft-%d", uid))
		if session := os.Getenv("XDG_RUNTIME_DIR"); session != "" {
			run = filepath.Join(session, "weft")
		}
	}
	if err := os.MkdirAll(run, 0o700); err != nil {
		return "", err
	}
	// In a folder that everybody writes to, somebody else may have been first.
	var info unix.Stat_t
	if err := unix.Lstat(run, &info); err != nil {
		return "", err
	}
	if int(info.Uid) != uid || info.Mode&unix.S_IFMT != unix.S_IFDIR || info.Mode&0o022 != 0 {
		return "", fmt.Errorf("%s is not a folder of yours alone: remove it or set XDG_RUNTIME_DIR", run)
	}
	return run, nil
}

// errUp says that a keeper holds the lock.
var errUp = errors.New("the lab is up")

// take locks the place. The lock is released when the last process that has
// the file open has closed it.
func (p place) take() (*os.File, error) {
	for {
		f, err := os.OpenFile(p.lock, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, err
		}
		err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if errors.Is(err, unix.EWOULDBLOCK) {
			err = errUp
		}
		if err != nil {
			f.Close()
			return nil, err
		}
		// Whoever had it before may have removed the file meanwhile.
		mine, err1 := f.Stat()
		named, err2 := os.Stat(p.lock)
		if err1 == nil && err2 == nil && os.SameFile(mine, named) {
			return f, nil
		}
		f.Close()
	}
}

// clear removes what a place leaves in the file system; the caller holds its lock.
func (p place) clear() error {
	return errors.Join(removeIfThere(p.socket), removeIfThere(p.lock))
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// An identity is one process among all that have had or will have its number.
type identity struct {
	PID     int
	Started string // clock ticks since boot, as /proc/PID/stat has it
}

func identify(pid int) (identity, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return identity{}, err
	}
	// The command name, in parentheses, may hold anything. The start time is
	// field 22, the 20th after the name: proc_pid_stat(5).
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) < 20 {
		return identity{}, fmt.Errorf("/proc/%d/stat has %d fields", pid, len(fields))
	}
	return identity{pid, fields[19]}, nil
}

// record writes the keeper's identity into its lock.
func record(pid int, lock *os.File) error {
	id, err := identify(pid)
	if err != nil {
		return err
	}
	text, err := json.Marshal(id)
	if err == nil {
		_, err = lock.WriteAt(text, 0)
	}
	return err
}

// keeper returns the identity that the lock file records.
func (p place) keeper() (id identity, err error) {
	text, err := os.ReadFile(p.lock)
	if err == nil {
		err = json.Unmarshal(text, &id)
	}
	return id, err
}

// open returns a descriptor of the process, or an error if it is gone. What is
// signalled through it can be no other process.
func (id identity) open() (*os.File, error) {
	fd, err := unix.PidfdOpen(id.PID, 0)
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), "process")
	if now, err := identify(id.PID); err != nil || now != id {
		f.Close()
		return nil, unix.ESRCH
	}
	return f, nil
}
