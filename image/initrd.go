package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/u-root/u-root/pkg/cpio"

	"weft/image/debian"
)

// makeInitrd packs the root file system:
//
//	/init, /bin/weft    weft
//	/lib/modules        kernel modules, flat, and their table
//	/sbin/e2fsck        checks the data partition
//	/dev/console        for the messages of a kernel that cannot mount /dev
//
// and the empty folders that process 1 mounts things on.
func makeInitrd(a debian.Archive, m *debian.Modules) ([]byte, error) {
	weft, err := buildWeft(a)
	if err != nil {
		return nil, err
	}
	tree, err := a.Unpack("e2fsck-static")
	if err != nil {
		return nil, err
	}
	e2fsck, err := os.ReadFile(filepath.Join(tree, "sbin", "e2fsck.static"))
	if err != nil {
		return nil, err
	}
	records := []cpio.Record{
		cpio.StaticFile("bin/weft", string(weft), 0o755),
		cpio.Symlink("init", "bin/weft"),
		cpio.StaticFile("sbin/e2fsck", string(e2fsck), 0o755),
		cpio.StaticFile("lib/modules/table", string(m.Table()), 0o644),
		cpio.CharDev("dev/console", 0o600, 5, 1),
		cpio.CharDev("dev/null", 0o666, 1, 3),
	}
	for _, mod := range m.List {
		content, err := mod.Content()
		if err != nil {
			return nil, err
		}
		records = append(records, cpio.StaticFile("lib/modules/"+mod.Name+".ko", string(content), 0o644))
	}
	for _, dir := range []string{"proc", "sys", "run", "tmp", "nvram", "etc", "media"} {
		records = append(records, cpio.Directory(dir, 0o755))
	}
	var archive bytes.Buffer
	w := cpio.Newc.Writer(&archive)
	cpio.MakeAllReproducible(records)
	if err := cpio.WriteRecordsAndDirs(w, records); err != nil {
		return nil, err
	}
	if err := cpio.WriteTrailer(w); err != nil {
		return nil, err
	}
	// The kernel unpacks zstd several times faster than xz.
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression))
	if err != nil {
		return nil, err
	}
	return z.EncodeAll(archive.Bytes(), nil), nil
}

// buildWeft returns the static binary of this source tree.
func buildWeft(a debian.Archive) ([]byte, error) {
	root, err := debian.Output("", "go", "list", "-m", "-f", "{{.Dir}}")
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(a.Dir, 0o755); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(a.Dir, ".weft-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, "weft")
	stamp := "-s -w -X main.buildTime=" + time.Now().UTC().Format(time.RFC3339)
	if version := os.Getenv("VERSION"); version != "" {
		stamp += " -X main.version=" + version
	}
	env := []string{"CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64", "GOFLAGS=-buildvcs=false"}
	if _, err := debian.OutputWith(env, string(bytes.TrimSpace(root)), "go", "build", "-trimpath", "-ldflags", stamp, "-o", binary, "./appliance"); err != nil {
		return nil, fmt.Errorf("building weft: %w", err)
	}
	return os.ReadFile(binary)
}
