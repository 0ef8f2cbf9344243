package main

// A flavor is a kernel for one kind of machine.
type flavor struct {
	kernel  string   // the package that names the current one
	modules []string // that go into the initrd; those they need follow
}

var flavors = map[string]flavor{
	// The kernel that Debian builds for clouds starts fast, in an emulator too,
	// and has drivers of virtual hardware alone; ext4 and NVMe are built in.
	"vm": {
		kernel: "linux-image-cloud-amd64",
		modules: []string{
			"virtio_pci", "virtio_mmio", "hv_vmbus", // buses
			"virtio_blk", "virtio_scsi", "vmw_pvscsi", "hv_storvsc", "xen_blkfront", "ata_piix", "ata_generic", "sd_mod", "sr_mod", // disks
			"virtio_net", "vmxnet3", "hv_netvsc", "ena", "gve", "xen_netfront", // ports
			"virtio_rng", "qemu_fw_cfg", "button", "evdev",
			"isofs", "vfat", "nls_cp437", "nls_ascii", // where a first configuration may be found
			"tun",
		},
	},
}
