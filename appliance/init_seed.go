package main

import (
	"os"
	"path/filepath"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The kernel needs about a second to gather randomness on a machine without a
// source of it, and nothing that deals with keys starts before. So each start
// leaves some for the next one.
const (
	seedFile  = "random-seed"
	seedBytes = 32
)

// spendSeed gives the kernel what the last start has left. It is removed first:
// the same seed twice would be no randomness at all.
func (m *machine) spendSeed() {
	file := filepath.Join(m.nvram, seedFile)
	if left, err := filepath.Glob(filepath.Join(m.nvram, "."+seedFile+".*")); err == nil {
		for _, unfinished := range left {
			os.Remove(unfinished)
		}
	}
	seed, err := os.ReadFile(file)
	if err != nil || len(seed) != seedBytes {
		return
	}
	if os.Remove(file) != nil || syncFolder(m.nvram) != nil {
		return
	}
	// struct rand_pool_info (linux/random.h): bits, bytes, the bytes.
	info := struct {
		bits, size int32
		bytes      [seedBytes]byte
	}{8 * seedBytes, seedBytes, [seedBytes]byte(seed)}
	random, err := os.OpenFile("/dev/urandom", os.O_WRONLY, 0)
	if err != nil {
		return
	}
	defer random.Close()
	unix.Syscall(unix.SYS_IOCTL, random.Fd(), unix.RNDADDENTROPY, uintptr(unsafe.Pointer(&info)))
}

// leaveSeed writes a seed for the next start, once the kernel has randomness.
func (m *machine) leaveSeed() {
	seed := make([]byte, seedBytes)
	if n, err := unix.Getrandom(seed, 0); err != nil || n != len(seed) {
		return
	}
	if err := (&nvram{dir: m.nvram}).write(seedFile, seed); err != nil {
		console(err.Error())
	}
}
