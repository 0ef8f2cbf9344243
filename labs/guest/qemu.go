package guest

import "os/exec"

// Emulator is the program that runs guests.
const Emulator = "qemu-system-x86_64"

// Installed tells whether there is an emulator.
func Installed() bool {
	_, err := exec.LookPath(Emulator)
	return err == nil
}

// Machine is what a guest runs on.
type Machine struct {
	Tap     string // that its network interface is the other end of, in the namespace of the emulator
	MAC     string
	Socket  string // path of the socket that is its agent's serial port
	Console string // path of the file that its kernel's messages go to
	Memory  string // in MiB
}

// Command is the command line that runs a guest until it is killed.
func (i Image) Command(m Machine) []string {
	return []string{Emulator, "-accel", "tcg", "-machine", "pc", "-cpu", "qemu64", "-smp", "1", "-m", m.Memory,
		"-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
		"-kernel", i.Kernel, "-initrd", i.Initrd, "-append", "console=ttyS0 quiet panic=-1 mitigations=off",
		"-serial", "file:" + m.Console,
		"-device", "virtio-serial-pci", "-chardev", "socket,id=agent,path=" + m.Socket + ",server=on,wait=off",
		"-device", "virtserialport,chardev=agent,name=agent",
		"-netdev", "tap,id=net,ifname=" + m.Tap + ",script=no,downscript=no",
		"-device", "virtio-net-pci,netdev=net,romfile=,mac=" + m.MAC,
		"-object", "rng-random,id=random,filename=/dev/urandom", "-device", "virtio-rng-pci,rng=random"}
}
