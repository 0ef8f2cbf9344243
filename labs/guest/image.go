package guest

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/u-root/u-root/pkg/cpio"

	"weft/image/debian"
)

// Contents is what a guest is made of.
type Contents struct {
	Packages []string          // of Debian, with programs; the libraries that they need follow
	Modules  []string          // of the kernel; those they need follow
	Files    map[string]string // by path without leading slash, beside those of the packages or instead
}

// Image is what a guest is started from.
type Image struct{ Kernel, Initrd string } // paths

//go:embed init
var initScript string

//go:embed agent
var agentScript string

// Another way of packing makes another image.
//
//go:embed image.go
var source string

// always is what every guest has: a shell, the tools that init uses, its hardware.
var always = Contents{
	Packages: []string{"busybox-static", "dash", "iproute2"},
	Modules:  []string{"virtio_pci", "virtio_net", "virtio_console", "virtio_rng"},
	Files: map[string]string{
		"etc/passwd":        "root:x:0:0:root:/root:/bin/sh\n",
		"etc/group":         "root:x:0:\n",
		"etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
		"etc/hosts":         "127.0.0.1 localhost\n",
		"etc/protocols":     "icmp 1 ICMP\ntcp 6 TCP\nudp 17 UDP\ngre 47 GRE\nesp 50 ESP\n",
		"init":              initScript,
		"usr/bin/agent":     agentScript,
	},
}

// Build returns the image of some contents. What it fetches and makes stays in a
// folder, and a second call with the same contents finds it there.
func Build(dir string, c Contents) (Image, error) {
	files := map[string]string{}
	for _, set := range []map[string]string{always.Files, c.Files} {
		for path, text := range set {
			files[path] = text
		}
	}
	c = Contents{slices.Concat(always.Packages, c.Packages), slices.Concat(always.Modules, c.Modules), files}
	recipe, err := json.Marshal([]any{c, source})
	if err != nil {
		return Image{}, err
	}
	name := filepath.Join(dir, fmt.Sprintf("guest-%x", sha256.Sum256(recipe))[:22])
	image := Image{name + ".vmlinuz", name + ".cpio"}
	if _, err := os.Stat(image.Initrd); err == nil {
		return image, nil
	}
	a := debian.Archive{Dir: dir}
	vmlinuz, modules, err := a.Kernel("linux-image-cloud-amd64", c.Modules)
	if err != nil {
		return Image{}, err
	}
	initrd, err := pack(a, c, modules)
	if err != nil {
		return Image{}, err
	}
	// The initrd last: if it is there, all is.
	for path, content := range map[string][]byte{image.Kernel: vmlinuz, image.Initrd + ".new": initrd} {
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return Image{}, err
		}
	}
	return image, os.Rename(image.Initrd+".new", image.Initrd)
}

// pack makes the root file system, uncompressed: to unpack it would take the
// guest longer than to read it.
func pack(a debian.Archive, c Contents, modules *debian.Modules) ([]byte, error) {
	t := tree{}
	for path, text := range c.Files {
		t[path] = cpio.StaticFile(path, text, 0o755)
	}
	for _, dir := range []string{"proc", "sys", "dev", "run", "tmp", "root", "var/log", "var/tmp"} {
		t[dir] = cpio.Directory(dir, 0o755)
	}
	for _, dir := range []string{"bin", "sbin", "lib", "lib64"} {
		t[dir] = cpio.Symlink(dir, "usr/"+dir)
	}
	t["var/run"] = cpio.Symlink("var/run", "../run")
	var order strings.Builder
	for _, m := range modules.List {
		content, err := m.Content()
		if err != nil {
			return nil, err
		}
		path := "usr/lib/modules/" + m.Name + ".ko"
		t[path] = cpio.StaticFile(path, string(content), 0o644)
		fmt.Fprintln(&order, m.Name)
	}
	t["usr/lib/modules/order"] = cpio.StaticFile("usr/lib/modules/order", order.String(), 0o644)
	names, err := a.Closure(c.Packages...)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		folder, err := a.Unpack(name)
		if err == nil {
			err = t.add(folder)
		}
		if err != nil {
			return nil, fmt.Errorf("package %s: %w", name, err)
		}
	}
	if err := t.applets(a); err != nil {
		return nil, err
	}
	return t.archive()
}

// tree is a file system by path.
type tree map[string]cpio.Record

// needless is what no program of a guest reads.
var needless = []string{"usr/share/doc/", "usr/share/man/", "usr/share/locale/", "usr/share/lintian/", "usr/share/bash-completion/",
	"usr/share/initramfs-tools/", "usr/share/bug/", "usr/share/perl5/", "usr/share/gdb/", "usr/share/info/", "usr/include/",
	"usr/lib/systemd/", "usr/lib/x86_64-linux-gnu/gconv/", "usr/lib/x86_64-linux-gnu/perl", "etc/init.d/", "etc/apparmor.d/"}

// add puts the files of an unpacked package into their places. What is there
// already stays.
func (t tree) add(folder string) error {
	return filepath.WalkDir(folder, func(file string, d fs.DirEntry, err error) error {
		if err != nil || file == folder {
			return err
		}
		path, err := filepath.Rel(folder, file)
		if err != nil {
			return err
		}
		// /bin, /sbin and /lib are those of /usr.
		if first, _, _ := strings.Cut(path, "/"); first == "bin" || first == "sbin" || first == "lib" || first == "lib64" {
			path = "usr/" + path
		}
		if _, there := t[path]; there || slices.ContainsFunc(needless, func(p string) bool { return strings.HasPrefix(path+"/", p) }) {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		switch {
		case d.IsDir():
			t[path] = cpio.Directory(path, uint64(info.Mode().Perm()))
		case info.Mode()&fs.ModeSymlink != 0:
			to, err := os.Readlink(file)
			if err != nil {
				return err
			}
			t[path] = cpio.Symlink(path, to)
		case info.Mode().IsRegular():
			content, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			t[path] = cpio.StaticFile(path, string(content), uint64(info.Mode().Perm()))
		}
		return nil
	})
}

// applets gives every tool of busybox that no package has its name. The shell is
// dash: busybox's would run its own ip.
func (t tree) applets(a debian.Archive) error {
	folder, err := a.Unpack("busybox-static")
	if err != nil {
		return err
	}
	list, err := debian.Output("", filepath.Join(folder, "bin", "busybox"), "--list")
	if err != nil {
		return err
	}
	t["usr/bin/sh"] = cpio.Symlink("usr/bin/sh", "dash")
	for name := range strings.FieldsSeq(string(list)) {
		_, bin := t["usr/bin/"+name]
		_, sbin := t["usr/sbin/"+name]
		if !bin && !sbin {
			t["usr/bin/"+name] = cpio.Symlink("usr/bin/"+name, "busybox")
		}
	}
	return nil
}

func (t tree) archive() ([]byte, error) {
	paths := make([]string, 0, len(t))
	for path := range t {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	records := make([]cpio.Record, 0, len(paths))
	for _, path := range paths {
		records = append(records, t[path])
	}
	var archive bytes.Buffer
	w := cpio.Newc.Writer(&archive)
	cpio.MakeAllReproducible(records)
	if err := cpio.WriteRecordsAndDirs(w, records); err != nil {
		return nil, err
	}
	err := cpio.WriteTrailer(w)
	return archive.Bytes(), err
}
