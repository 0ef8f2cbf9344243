package labs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// nobody is Debian's user and group without rights.
const nobody = "65534"

// ordinary runs "weft lab" as an ordinary user, in a mount namespace whose
// /dev/net/tun has the given mode. The device is looked at only by "up".
func ordinary(t *testing.T, tunMode string, args ...string) result {
	t.Helper()
	const script = `set -e
mount -t tmpfs tmpfs /mnt
mknod /mnt/tun c 10 200
chmod $1 /mnt/tun
mount --bind /mnt/tun /dev/net/tun
shift
exec setpriv --reuid ` + nobody + ` --regid ` + nobody + ` --clear-groups env -u XDG_RUNTIME_DIR "$@"`
	return run(t, "unshare", append([]string{"--mount", "sh", "-c", script, "sh", tunMode, weftBinary, "lab"}, args...)...)
}

// ordinaryCopy is copyOf for an ordinary user, who owns the copy.
func ordinaryCopy(t *testing.T, folder string) string {
	t.Helper()
	needsRoot(t)
	dir := copyOf(t, folder)
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, path := range append([]string{dir}, filesIn(t, dir)...) {
		if err := os.Chown(path, 65534, 65534); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { ordinary(t, "0666", "down", dir) })
	return dir
}

func filesIn(t *testing.T, dir string) []string {
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestOrdinaryUserRunsALab(t *testing.T) {
	dir := ordinaryCopy(t, pair)
	mustOrdinary := func(args ...string) string {
		t.Helper()
		r := ordinary(t, "0666", args...)
		if r.status != 0 {
			t.Fatalf("weft lab %q: status %d\n%s%s", args, r.status, r.stdout, r.stderr)
		}
		return r.stdout
	}
	mustOrdinary("up", dir)
	if got := mustOrdinary("exec", dir, "a", "id -u; ping -c 1 -W 2 10.0.0.2"); !strings.HasPrefix(got, "0\n") || !strings.Contains(got, " 0% packet loss") {
		t.Error(got)
	}
	spaces := map[string]bool{}
	for name := range strings.FieldsSeq(mustOrdinary("exec", dir, "a", "readlink /proc/self/ns/net /proc/self/ns/pid /proc/self/ns/user; setsid sleep 3600 < /dev/null > /dev/null 2>&1 &")) {
		spaces[name] = true
	}
	if len(spaces) != 3 || len(traces(t, spaces)) == 0 {
		t.Fatalf("namespaces %v have no process", spaces)
	}
	if own, err := os.Readlink("/proc/self/ns/user"); err != nil || spaces[own] {
		t.Errorf("the lab runs in the user namespace of the host (%v)", err)
	}
	mustOrdinary("down", dir)
	if left := traces(t, spaces); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}

func TestOrdinaryUserIsToldWhoMayOpenTun(t *testing.T) {
	dir := ordinaryCopy(t, "testdata/router")
	r := ordinary(t, "0600", "up", dir)
	if r.status != 1 || !strings.Contains(r.stderr, "/dev/net/tun: permission denied: let root run") {
		t.Errorf("status %d: %s", r.status, r.stderr)
	}
	if got := ordinary(t, "0600", "down", dir); !strings.Contains(got.stdout, "is not up") {
		t.Errorf("after that, down says %q", got.stdout)
	}
}

func TestLabFolderThatCannotBeWrittenIsRefused(t *testing.T) {
	dir := ordinaryCopy(t, pair)
	if err := os.Chown(dir, 0, 0); err != nil {
		t.Fatal(err)
	}
	r := ordinary(t, "0666", "up", dir)
	if r.status != 1 || !strings.Contains(r.stderr, "a lab keeps its NVRAM in its folder") {
		t.Errorf("status %d: %s", r.status, r.stderr)
	}
}
