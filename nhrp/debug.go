package nhrp

import "net/netip"

// debugPacket shows a packet to who watches.
func (t *tunnel) debugPacket(sent bool, peer netip.Addr, b []byte) {
	if t.engine.debug.Packet {
		t.engine.do(Debug{TopicPacket, PacketEvent{t.config.Name, sent, peer, b}})
	}
}

// debugCache shows a change of the cache to who watches.
func (t *tunnel) debugCache(verb string, b *binding) {
	if t.engine.debug.Cache {
		t.engine.do(Debug{TopicCache, CacheEvent{t.config.Name, verb, b.Entry}})
	}
}
