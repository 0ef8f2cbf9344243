package main

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"io"
	"os"
)

// Constants of the qcow2 format, version 3 (docs/interop/qcow2.txt of QEMU).
const (
	clusterBits = 16
	clusterSize = 1 << clusterBits
	l2Entries   = clusterSize / 8
	refEntries  = clusterSize / 2 // of 16 bits

	copied     = 1 << 63 // this entry alone refers to the cluster
	compressed = 1 << 62
)

// writeQCOW2 writes a raw disk as qcow2, with compressed clusters where that
// saves anything and without those that hold nothing.
func writeQCOW2(path, raw string) error {
	in, err := os.Open(raw)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	q := newQCOW2(out, info.Size())
	if err := q.write(in); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}

// A qcow2 is a disk being written: header, L1 table, then L2 tables and data as
// they come, the reference counts last.
type qcow2 struct {
	out  *os.File
	size int64
	l1   []uint64
	l2   []uint64 // all L2 tables, one after the other
	end  int64    // where the next thing goes
	refs map[int64]uint16
}

func newQCOW2(out *os.File, size int64) *qcow2 {
	clusters := (size + clusterSize - 1) / clusterSize
	tables := (clusters + l2Entries - 1) / l2Entries
	q := &qcow2{out: out, size: size, l1: make([]uint64, tables), l2: make([]uint64, tables*l2Entries), refs: map[int64]uint16{}}
	q.claim(clusterSize)                   // the header
	q.claim(int64(8 * len(q.l1)))          // the L1 table
	first := q.claim(int64(8 * len(q.l2))) // the L2 tables
	for i := range q.l1 {
		q.l1[i] = uint64(first+int64(i)*clusterSize) | copied
	}
	return q
}

// claim takes whole clusters at the end and returns where they are.
func (q *qcow2) claim(size int64) int64 {
	q.align()
	at := q.end
	q.end += (size + clusterSize - 1) / clusterSize * clusterSize
	q.refer(at, q.end-at)
	return at
}

func (q *qcow2) align() { q.end = (q.end + clusterSize - 1) / clusterSize * clusterSize }

// refer counts a reference to every cluster that an extent touches.
func (q *qcow2) refer(at, size int64) {
	for c := at / clusterSize; c <= (at+size-1)/clusterSize; c++ {
		q.refs[c]++
	}
}

func (q *qcow2) write(in io.Reader) error {
	data := make([]byte, clusterSize)
	zero := make([]byte, clusterSize)
	for i := range q.l2 {
		n, err := io.ReadFull(in, data)
		if err == io.EOF {
			break
		}
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return err
		}
		clear(data[n:])
		if bytes.Equal(data, zero) {
			continue
		}
		if q.l2[i], err = q.cluster(data); err != nil {
			return err
		}
	}
	return q.finish()
}

// cluster writes one cluster of data and returns its L2 entry. A compressed one
// begins anywhere and its length counts in sectors beyond that of its first byte.
func (q *qcow2) cluster(data []byte) (uint64, error) {
	var small bytes.Buffer
	z, err := flate.NewWriter(&small, flate.DefaultCompression)
	if err != nil {
		return 0, err
	}
	z.Write(data)
	if err := z.Close(); err != nil {
		return 0, err
	}
	if small.Len() > clusterSize*7/8 {
		at := q.claim(clusterSize)
		_, err := q.out.WriteAt(data, at)
		return uint64(at) | copied, err
	}
	at, size := q.end, int64(small.Len())
	q.end += size
	q.refer(at, size)
	if _, err := q.out.WriteAt(small.Bytes(), at); err != nil {
		return 0, err
	}
	more := (at+size-1)/sector - at/sector
	return compressed | uint64(more)<<(62-(clusterBits-8)) | uint64(at), nil
}

// finish writes the tables and the header.
func (q *qcow2) finish() error {
	// Each block of reference counts speaks of refEntries clusters, its own among them.
	var blocks []int64
	table := q.claim(clusterSize)
	for int64(len(blocks))*refEntries < q.end/clusterSize {
		blocks = append(blocks, q.claim(clusterSize))
	}
	pointers := make([]uint64, len(blocks))
	for i, at := range blocks {
		pointers[i] = uint64(at)
		counts := make([]uint16, refEntries)
		for k := range counts {
			counts[k] = q.refs[int64(i)*refEntries+int64(k)]
		}
		if err := q.put(at, counts); err != nil {
			return err
		}
	}
	l1 := int64(clusterSize)
	for _, err := range []error{q.put(table, pointers), q.put(l1, q.l1), q.put(int64(q.l1[0]&^copied), q.l2)} {
		if err != nil {
			return err
		}
	}
	header := struct {
		Magic, Version                  uint32
		BackingOffset                   uint64
		BackingSize, ClusterBits        uint32
		Size                            uint64
		Crypt, L1Size                   uint32
		L1, RefTable                    uint64
		RefClusters, Snapshots          uint32
		SnapshotsAt                     uint64
		Incompatible, Compatible, Clear uint64
		RefOrder, HeaderLength          uint32
	}{
		Magic: 0x514649fb, Version: 3, ClusterBits: clusterBits, Size: uint64(q.size),
		L1Size: uint32(len(q.l1)), L1: uint64(l1), RefTable: uint64(table), RefClusters: 1,
		RefOrder: 4, HeaderLength: 104,
	}
	if err := q.put(0, header); err != nil {
		return err
	}
	return q.out.Truncate((q.end + clusterSize - 1) / clusterSize * clusterSize)
}

// put writes a value big endian.
func (q *qcow2) put(at int64, v any) error {
	var b bytes.Buffer
	if err := binary.Write(&b, binary.BigEndian, v); err != nil {
		return err
	}
	_, err := q.out.WriteAt(b.Bytes(), at)
	return err
}
