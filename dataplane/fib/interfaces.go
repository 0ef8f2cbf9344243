package fib

import (
	"net/netip"
	"slices"

	"github.com/gaissmai/bart"
)

// views is a persistent map from interface to what leaves by it: one change
// costs the same among ten interfaces and ten thousand, which copying a Go map
// would not. It is a persistent routing table once more, whose host routes are
// hashes of names. The zero views is empty.
type views struct {
	byHash *bart.Table[[]named]
}

// named are the views whose names have one hash.
type named struct {
	name string
	view View
}

func (m views) get(name string) View {
	if m.byHash == nil {
		return View{}
	}
	bucket, _ := m.byHash.Lookup(hash(name))
	for _, n := range bucket {
		if n.name == name {
			return n.view
		}
	}
	return View{}
}

// with returns a map that has v for name, or nothing if v is empty.
func (m views) with(name string, v View) views {
	table, host := persistent(m.byHash), netip.PrefixFrom(hash(name), 32)
	old, _ := table.Get(host)
	bucket := make([]named, 0, len(old)+1)
	for _, n := range old {
		if n.name != name {
			bucket = append(bucket, n)
		}
	}
	if v.hops != nil && v.hops.Size() > 0 {
		bucket = append(bucket, named{name, v})
	}
	if len(bucket) == 0 {
		return views{table.DeletePersist(host)}
	}
	return views{table.InsertPersist(host, slices.Clip(bucket))}
}

// hash is FNV-1a, in the shape of an address.
func hash(name string) netip.Addr {
	h := uint32(2166136261)
	for i := range len(name) {
		h = (h ^ uint32(name[i])) * 16777619
	}
	return netip.AddrFrom4([4]byte{byte(h >> 24), byte(h >> 16), byte(h >> 8), byte(h)})
}
