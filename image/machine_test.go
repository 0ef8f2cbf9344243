package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/diskfs/go-diskfs/partition/gpt"

	"weft/image/debian"
)

const emulator = "qemu-system-x86_64"

// patience is how long a machine may take for anything: the emulator is slow,
// and other tests run beside it.
const patience = 3 * time.Minute

// built is what all tests boot, built once.
var built struct {
	sync.Once
	err                           error
	dir                           string
	kernel, initrd, qcow2, packed string
}

func TestMain(m *testing.M) {
	flag.Parse()
	os.Setenv("PATH", os.Getenv("PATH")+":/usr/sbin:/sbin") // where file systems are checked
	status := m.Run()
	os.RemoveAll(built.dir)
	os.Exit(status)
}

func packages() debian.Archive {
	cache, _ := os.UserCacheDir()
	return debian.Archive{Dir: filepath.Join(cache, "weft", "image")}
}

// needImage builds the image; without an emulator there is nothing to test with.
func needImage(t testing.TB) {
	t.Helper()
	for _, tool := range []string{emulator, "e2fsck", "debugfs"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("SKIPPED: the image is tested with %s, which is not installed", tool)
		}
	}
	built.Do(func() {
		if built.dir, built.err = os.MkdirTemp("", "weft-image-*"); built.err != nil {
			return
		}
		built.kernel = filepath.Join(built.dir, "weft.vmlinuz")
		built.initrd = filepath.Join(built.dir, "weft.cpio.zst")
		built.qcow2 = filepath.Join(built.dir, "weft.qcow2")
		built.err = run([]string{"-kernel", built.kernel, "-initrd", built.initrd, "-o", built.qcow2})
	})
	if built.err != nil {
		t.Fatal("building the image: ", built.err)
	}
}

// dataDisk makes a disk with a data partition alone, for machines whose kernel
// the emulator loads.
func dataDisk(t testing.TB, size int64) (path string, nvram extent) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "data.img")
	nvram = extent{mib, size}
	if err := partitionDisk(path, size+2*mib, nvram, []*gpt.Partition{nvram.partition(1, "weft-data", gpt.LinuxFilesystem)}); err != nil {
		t.Fatal(err)
	}
	return path, nvram
}

func drive(path string) string {
	format := "raw"
	if filepath.Ext(path) == ".qcow2" {
		format = "qcow2"
	}
	return "if=virtio,format=" + format + ",file=" + path
}

// A machine is an emulated one, with a user at its serial line.
type machine struct {
	t     testing.TB
	cmd   *exec.Cmd
	keys  io.WriteCloser
	qmp   string
	ended chan struct{}

	mu   sync.Mutex // guards the rest
	came *sync.Cond
	text []byte // all that the line has said
	seen int    // of it, by expect
	over bool
}

// errGone is a machine that ended while something was expected of it.
var errGone = errors.New("the machine is gone")

// boot starts a machine from the kernel and initrd.
func boot(t testing.TB, args ...string) *machine {
	t.Helper()
	return bootWith(t, built.initrd, kernelArguments, args...)
}

func bootWith(t testing.TB, initrd, arguments string, args ...string) *machine {
	t.Helper()
	return power(t, append([]string{"-machine", "q35", "-m", "128", "-kernel", built.kernel, "-initrd", initrd, "-append", arguments}, args...)...)
}

// power starts a machine from what the arguments say.
func power(t testing.TB, args ...string) *machine {
	t.Helper()
	m := &machine{t: t, ended: make(chan struct{}), qmp: filepath.Join(t.TempDir(), "qmp")}
	m.came = sync.NewCond(&m.mu)
	m.cmd = exec.Command(emulator, append([]string{"-accel", "tcg", "-smp", "1", "-nodefaults", "-display", "none",
		"-serial", "stdio", "-qmp", "unix:" + m.qmp + ",server=on,wait=off"}, args...)...)
	var complaints bytes.Buffer
	m.cmd.Stderr = &complaints
	keys, err := m.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	line, err := m.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	m.keys = keys
	if err := m.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go m.listen(line)
	t.Cleanup(func() {
		m.kill()
		if t.Failed() {
			t.Logf("serial line:\n%s\nemulator: %s", m.everything(), complaints.Bytes())
		}
	})
	return m
}

func (m *machine) listen(line io.Reader) {
	buf := make([]byte, 4096)
	for {
		n, err := line.Read(buf)
		m.mu.Lock()
		m.text = append(m.text, buf[:n]...)
		m.over = m.over || err != nil
		m.came.Broadcast()
		m.mu.Unlock()
		if err != nil {
			break
		}
	}
	m.cmd.Wait()
	close(m.ended)
}

func (m *machine) everything() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return strings.ReplaceAll(string(m.text), "\r\n", "\n")
}

// kill is a power cut.
func (m *machine) kill() {
	m.cmd.Process.Kill()
	<-m.ended
}

// off waits until the machine has turned itself off.
func (m *machine) off() {
	m.t.Helper()
	select {
	case <-m.ended:
	case <-time.After(patience):
		m.t.Fatal("the machine does not turn itself off")
	}
}

// await waits until the line says something that it has not said before, and
// returns what came up to it.
func (m *machine) await(what string) (before string, err error) {
	return m.wait(what, &m.seen)
}

// logged waits until the line has said something, before or after what else is
// expected of it: log lines come when they come.
func (m *machine) logged(what string) {
	m.t.Helper()
	from := 0
	if _, err := m.wait(what, &from); err != nil {
		m.t.Fatalf("waiting for %q: %v", what, err)
	}
}

// wait looks for something behind a position, which it moves.
func (m *machine) wait(what string, from *int) (before string, err error) {
	timer := time.AfterFunc(patience, func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.came.Broadcast()
	})
	defer timer.Stop()
	began := time.Now()
	m.mu.Lock()
	defer m.mu.Unlock()
	for {
		if at := bytes.Index(m.text[*from:], []byte(what)); at >= 0 {
			before = string(m.text[*from : *from+at])
			*from += at + len(what)
			return before, nil
		}
		if m.over {
			return "", errGone
		}
		if time.Since(began) >= patience {
			return "", fmt.Errorf("%q did not come", what)
		}
		m.came.Wait()
	}
}

// expect is await, and nothing else will do.
func (m *machine) expect(what ...string) (before string) {
	m.t.Helper()
	for _, w := range what {
		text, err := m.await(w)
		if err != nil {
			m.t.Fatalf("waiting for %q: %v", w, err)
		}
		before += strings.ReplaceAll(text, "\r\n", "\n")
	}
	return before
}

// types types keys; Enter is \r.
func (m *machine) types(keys string) {
	io.WriteString(m.keys, keys) // of a machine that is gone, expect tells
}

// do enters lines and waits for the prompt after each; it returns what they said.
func (m *machine) do(prompt string, lines ...string) (said string) {
	m.t.Helper()
	for _, line := range lines {
		m.types(line + "\r")
		m.expect(line + "\r")
		said += m.expect("\n" + prompt)
	}
	return said
}

// unboxed answers what a new box asks, up to a privileged prompt.
func (m *machine) unboxed() {
	m.t.Helper()
	m.expect("Would you like to enter the initial configuration dialog? [yes/no]: ")
	m.types("no\r")
	m.expect("Would you like to terminate autoinstall? [yes]: ")
	m.types("\r")
	m.started("Router")
}

// started goes from the greeting of a box to a privileged prompt.
func (m *machine) started(name string) {
	m.t.Helper()
	m.expect("Press RETURN to get started!")
	m.types("\r")
	m.expect("\n" + name + ">")
	m.types("enable\r")
	m.expect("\n" + name + "#")
	m.do(name+"#", "terminal length 0")
}

// rename changes the host's name.
func (m *machine) rename(name string) {
	m.t.Helper()
	m.types("configure terminal\rhostname " + name + "\rend\r")
	m.expect("\n" + name + "#")
}

// says asks a privileged command and wants something in the answer.
func (m *machine) says(name, line string, want ...string) {
	m.t.Helper()
	said := m.do(name+"#", line)
	for _, w := range want {
		if !strings.Contains(said, w) {
			m.t.Errorf("%s does not say %q:\n%s", line, w, said)
		}
	}
}

// push pushes a button of the machine, by QMP.
func (m *machine) push(command string) {
	m.t.Helper()
	c, err := net.Dial("unix", m.qmp)
	if err != nil {
		m.t.Fatal(err)
	}
	defer c.Close()
	answers := bufio.NewScanner(c)
	answers.Scan() // its greeting
	for _, what := range []string{"qmp_capabilities", command} {
		json.NewEncoder(c).Encode(map[string]string{"execute": what})
		for { // events come in between
			if !answers.Scan() || strings.Contains(answers.Text(), `"error"`) {
				m.t.Fatalf("%s: %s", what, answers.Text())
			}
			if strings.Contains(answers.Text(), `"return"`) {
				break
			}
		}
	}
}
