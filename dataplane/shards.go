package dataplane

import (
	"maps"
	"sync/atomic"
)

// shards are a table in pieces, each behind a pointer, so that a change copies
// only its own. Control methods change it, packets read it.
type shards[K comparable, V any] [256]atomic.Pointer[map[K]V]

func (s *shards[K, V]) shard(hash uint32) map[K]V {
	if m := s[hash%256].Load(); m != nil {
		return *m
	}
	return nil
}

func (s *shards[K, V]) get(hash uint32, k K) (v V, ok bool) {
	v, ok = s.shard(hash)[k]
	return v, ok
}

// put makes v what k leads to.
func (s *shards[K, V]) put(hash uint32, k K, v V) {
	m := maps.Clone(s.shard(hash))
	if m == nil {
		m = map[K]V{}
	}
	m[k] = v
	s[hash%256].Store(&m)
}

// remove ends what k led to.
func (s *shards[K, V]) remove(hash uint32, k K) {
	m := maps.Clone(s.shard(hash))
	delete(m, k)
	s[hash%256].Store(&m)
}
