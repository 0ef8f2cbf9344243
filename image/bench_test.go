package main

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/u-root/u-root/pkg/cpio"
)

// BenchmarkBoot starts a configured box with 128 MB of memory up to its prompt,
// in turn with the same kernel and an init that says one word. The emulator's own
// CPU time is the figure to trust on a machine with other work to do.
func BenchmarkBoot(b *testing.B) {
	needImage(b)
	disk, nvram := dataDisk(b, 16*mib)
	putOne(b, disk, nvram, "startup-config", []byte("hostname BOX\nend\n"))
	first := boot(b, "-drive", drive(disk)) // the first start writes what later ones find
	first.started("BOX")
	first.push("system_powerdown")
	first.off()
	hardware := []string{"-drive", drive(disk) + ",snapshot=on", "-device", "virtio-net-pci"}
	empty := filepath.Join(b.TempDir(), "empty.cpio.zst")
	writeEmptyInitrd(b, empty)
	var boxes, empties []cost
	var used uint64
	for b.Loop() {
		empties = append(empties, until(bootWith(b, empty, kernelArguments, hardware...), func(m *machine) { m.expect("empty") }))
		boxes = append(boxes, until(boot(b, hardware...), func(m *machine) {
			m.expect("Press RETURN to get started!")
			m.types("\r")
			m.expect("\nBOX>")
		}))
		if used == 0 {
			used = idleMemory(boot(b, hardware...))
		}
	}
	box, nothing := median(boxes), median(empties)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(box.wall.Seconds(), "s/boot")
	b.ReportMetric(box.cpu.Seconds(), "cpu-s/boot")
	b.ReportMetric(box.wall.Seconds()/nothing.wall.Seconds(), "wall-ratio")
	b.ReportMetric(box.cpu.Seconds()/nothing.cpu.Seconds(), "cpu-ratio")
	b.ReportMetric(float64(used)/mib, "MB-idle")
	info, err := os.Stat(built.qcow2)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(info.Size())/mib, "MB-image")
}

// A cost is what it took from power-on to somewhere.
type cost struct{ wall, cpu time.Duration }

func until(m *machine, there func(*machine)) cost {
	began := time.Now()
	there(m)
	wall := time.Since(began)
	m.kill()
	return cost{wall, m.cmd.ProcessState.UserTime() + m.cmd.ProcessState.SystemTime()}
}

// median takes the medians of both.
func median(all []cost) cost {
	var wall, cpu []time.Duration
	for _, c := range all {
		wall, cpu = append(wall, c.wall), append(cpu, c.cpu)
	}
	slices.Sort(wall)
	slices.Sort(cpu)
	return cost{wall[len(wall)/2], cpu[len(cpu)/2]}
}

// idleMemory is what a box that does nothing uses, as it says itself: of the
// memory that the kernel has left to everybody, what is not to be had.
func idleMemory(m *machine) uint64 {
	m.started("BOX")
	said := m.do("BOX#", "show version")
	_, said, _ = strings.Cut(said, "K/")
	said, _, _ = strings.Cut(said, "K bytes of memory")
	kib, err := strconv.ParseUint(said, 10, 64)
	if err != nil {
		m.t.Fatal(err)
	}
	m.kill()
	return kib << 10
}

// writeEmptyInitrd makes an initrd with an init of 33 bytes of code: it
// writes a word to the console and pauses for ever.
func writeEmptyInitrd(t testing.TB, path string) {
	t.Helper()
	const word = "empty\n"
	code := []byte{
		0xb8, 1, 0, 0, 0, // mov eax, 1 (write)
		0xbf, 1, 0, 0, 0, // mov edi, 1
		0x48, 0x8d, 0x35, 16, 0, 0, 0, // lea rsi, [the word]
		0xba, byte(len(word)), 0, 0, 0, // mov edx, its length
		0x0f, 0x05, // syscall
		0xb8, 34, 0, 0, 0, // mov eax, 34 (pause)
		0x0f, 0x05, // syscall
		0xeb, 0xf7, // once more
	}
	const header, load = 64 + 56, 0x400000
	size := uint64(header + len(code) + len(word))
	var elf bytes.Buffer
	elf.WriteString("\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 9))
	for _, v := range []any{
		uint16(2), uint16(62), uint32(1), uint64(load + header), uint64(64), uint64(0), // executable, x86-64, entry, program headers
		uint32(0), uint16(64), uint16(56), uint16(1), uint16(0), uint16(0), uint16(0),
		uint32(1), uint32(5), uint64(0), uint64(load), uint64(load), size, size, uint64(0x1000), // one segment, read and run
	} {
		binary.Write(&elf, binary.LittleEndian, v)
	}
	elf.Write(code)
	elf.WriteString(word)
	var archive bytes.Buffer
	w := cpio.Newc.Writer(&archive)
	if err := cpio.WriteRecordsAndDirs(w, []cpio.Record{
		cpio.StaticFile("init", elf.String(), 0o755), cpio.CharDev("dev/console", 0o600, 5, 1),
	}); err != nil {
		t.Fatal(err)
	}
	if err := cpio.WriteTrailer(w); err != nil {
		t.Fatal(err)
	}
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, z.EncodeAll(archive.Bytes(), nil), 0o644); err != nil {
		t.Fatal(err)
	}
}
