package main

import (
	"os"

	"github.com/diskfs/go-diskfs/backend/file"
	"github.com/diskfs/go-diskfs/filesystem/ext4"
	"github.com/diskfs/go-diskfs/partition/gpt"

	"weft/image/debian"
)

const (
	sector = 512
	mib    = 1 << 20

	biosSize = 1 * mib
	bootSize = 64 * mib // room for two systems and more
)

// An extent is where a partition is on the disk, in bytes.
type extent struct{ start, size int64 }

func (e extent) partition(index int, name string, kind gpt.Type) *gpt.Partition {
	return &gpt.Partition{
		Index: index, Name: name, Type: kind, Size: uint64(e.size),
		Start: uint64(e.start / sector), End: uint64((e.start+e.size)/sector - 1),
	}
}

// layout places the partitions on whole MiB; the last one leaves room for the
// second copy of the partition table.
func layout(data int64) (bios, boot, nvram extent, size int64) {
	bios = extent{mib, biosSize}
	boot = extent{bios.start + bios.size, bootSize}
	nvram = extent{boot.start + boot.size, data}
	return bios, boot, nvram, nvram.start + nvram.size + mib
}

// writeDisk writes a raw disk, sparse.
func writeDisk(a debian.Archive, path string, vmlinuz, initrd []byte, data int64) error {
	g, err := makeGRUB(a)
	if err != nil {
		return err
	}
	bios, boot, nvram, size := layout(data)
	if err := partitionDisk(path, size, nvram, []*gpt.Partition{
		bios.partition(1, "weft-bios", gpt.BIOSBoot),
		boot.partition(2, "weft-boot", gpt.EFISystemPartition),
		nvram.partition(3, "weft-data", gpt.LinuxFilesystem),
	}); err != nil {
		return err
	}
	disk, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer disk.Close()
	if err := g.install(disk, bios); err != nil {
		return err
	}
	return writeBootPartition(a, path, boot, g, vmlinuz, initrd)
}

// partitionDisk makes an empty disk with a table of partitions, and the file
// system of the data partition on it.
func partitionDisk(path string, size int64, nvram extent, partitions []*gpt.Partition) error {
	os.Remove(path)
	disk, err := file.CreateFromPath(path, size)
	if err != nil {
		return err
	}
	defer disk.Close()
	writable, err := disk.Writable()
	if err != nil {
		return err
	}
	table := gpt.Table{LogicalSectorSize: sector, PhysicalSectorSize: sector, ProtectiveMBR: true, Partitions: partitions}
	if err := table.Write(writable, size); err != nil {
		return err
	}
	fs, err := ext4.Create(disk, nvram.size, nvram.start, sector, &ext4.Params{VolumeName: "weft-data"})
	if err != nil {
		return err
	}
	return fs.Mkdir("lost+found") // or the first check misses it
}
