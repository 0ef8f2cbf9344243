package debian

import (
	"fmt"
	"os"
	"path/filepath"
)

// Kernel returns the kernel that a package stands for today, such as
// linux-image-cloud-amd64, and the wanted ones of its modules with those they need.
func (a Archive) Kernel(meta string, wanted []string) ([]byte, *Modules, error) {
	name, err := a.Dependency(meta)
	if err != nil {
		return nil, nil, err
	}
	tree, err := a.Unpack(name)
	if err != nil {
		return nil, nil, err
	}
	found, _ := filepath.Glob(filepath.Join(tree, "boot", "vmlinuz-*"))
	if len(found) != 1 {
		return nil, nil, fmt.Errorf("%s holds %d kernels", name, len(found))
	}
	vmlinuz, err := os.ReadFile(found[0])
	if err != nil {
		return nil, nil, err
	}
	m, err := readModules(filepath.Join(tree, "lib", "modules"), wanted)
	return vmlinuz, m, err
}
