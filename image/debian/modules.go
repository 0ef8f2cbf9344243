package debian

import (
	"bytes"
	"debug/elf"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Modules are the kernel modules that a machine loads, each after those it needs.
type Modules struct{ List []Module }

// A Module is what its .modinfo section says of it. The package of a kernel
// carries no modules.dep: that is made where it is installed.
type Module struct {
	Name    string
	file    string   // as unpacked
	needs   []string // by name
	aliases []string // patterns of the hardware that it drives
}

// readModules finds the wanted modules under a folder, and what they need.
func readModules(dir string, wanted []string) (*Modules, error) {
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if name, ok := strings.CutSuffix(filepath.Base(path), ".ko"); ok && err == nil {
			files[underscored(name)] = path
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	m := &Modules{}
	for _, name := range wanted {
		if err := m.add(files, name, nil); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// add appends a module after all that it needs; path is how it came to be needed.
func (m *Modules) add(files map[string]string, name string, path []string) error {
	if slices.ContainsFunc(m.List, func(have Module) bool { return have.Name == name }) {
		return nil
	}
	if slices.Contains(path, name) {
		return fmt.Errorf("modules need each other in a circle: %v", append(path, name))
	}
	file, ok := files[name]
	if !ok {
		return fmt.Errorf("there is no module %s (wanted by %v)", name, path)
	}
	mod, soft, err := readModule(name, file)
	if err != nil {
		return err
	}
	// A soft dependency is met by a module or is built into the kernel. One on
	// "crypto-…" may name a module by alias; the kernels in use have those built in.
	for _, s := range soft {
		if files[s] != "" {
			mod.needs = append(mod.needs, s)
		}
	}
	for _, need := range mod.needs {
		if err := m.add(files, need, append(path, name)); err != nil {
			return err
		}
	}
	m.List = append(m.List, mod)
	return nil
}

// readModule reads the .modinfo section: NUL-terminated "key=value".
func readModule(name, file string) (mod Module, soft []string, err error) {
	mod = Module{Name: name, file: file}
	f, err := elf.Open(file)
	if err != nil {
		return mod, nil, fmt.Errorf("module %s: %w", name, err)
	}
	defer f.Close()
	section := f.Section(".modinfo")
	if section == nil {
		return mod, nil, fmt.Errorf("module %s has no .modinfo", name)
	}
	text, err := section.Data()
	if err != nil {
		return mod, nil, fmt.Errorf("module %s: %w", name, err)
	}
	for line := range bytes.SplitSeq(text, []byte{0}) {
		key, value, _ := strings.Cut(string(line), "=")
		switch key {
		case "depends":
			for need := range strings.SplitSeq(value, ",") {
				if need != "" {
					mod.needs = append(mod.needs, underscored(need))
				}
			}
		case "softdep":
			if before, ok := strings.CutPrefix(value, "pre:"); ok {
				for _, need := range strings.Fields(before) {
					soft = append(soft, underscored(need))
				}
			}
		case "alias":
			// Without a colon it is another name, not hardware.
			if strings.Contains(value, ":") {
				mod.aliases = append(mod.aliases, value)
			}
		}
	}
	return mod, soft, nil
}

// underscored is how the kernel spells the name of a module.
func underscored(name string) string { return strings.ReplaceAll(name, "-", "_") }

// Table is the file that process 1 reads: a line per module with its name, the
// modules it needs ("-" for none, else with commas), and its aliases.
func (m *Modules) Table() []byte {
	var t bytes.Buffer
	for _, mod := range m.List {
		needs := strings.Join(mod.needs, ",")
		if needs == "" {
			needs = "-"
		}
		fmt.Fprintln(&t, strings.Join(append([]string{mod.Name, needs}, mod.aliases...), " "))
	}
	return t.Bytes()
}

// Content reads the module itself.
func (m Module) Content() ([]byte, error) { return os.ReadFile(m.file) }
