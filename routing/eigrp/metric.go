package eigrp

import "math"

// Infinity is the distance of what cannot be reached, and the delay that says so.
const Infinity = math.MaxUint32

// Vector is a metric on the wire: classic, scaled by 256.
type Vector struct {
	Delay       uint32 // tens of microseconds, times 256; Infinity: unreachable
	Bandwidth   uint32 // 10^7 by kbit/s, times 256: of the slowest link, so the largest
	MTU         uint32 // 24 bits
	Hops        uint8
	Reliability uint8 // 255 is all
	Load        uint8 // 1 is idle
}

// unreachable tells a vector that says so.
func (v Vector) unreachable() bool { return v.Delay == Infinity }

// withdrawn is v, unreachable.
func (v Vector) withdrawn() Vector {
	v.Delay = Infinity
	return v
}

const scale = 256

// bandwidthOf scales kbit/s.
func bandwidthOf(kbit uint32) uint32 {
	if kbit == 0 {
		return Infinity
	}
	return uint32(10_000_000/uint64(kbit)) * scale
}

// delayOf scales tens of microseconds.
func delayOf(tens uint32) uint32 {
	if uint64(tens)*scale >= Infinity {
		return Infinity - 1
	}
	return tens * scale
}

// seed is the vector of a link, or of a redistributed route.
func (s Seed) vector() Vector {
	return Vector{Delay: delayOf(s.Delay), Bandwidth: bandwidthOf(s.Bandwidth), MTU: s.MTU, Reliability: s.Reliability, Load: s.Load}
}

// Seed is what a route with the vector is redistributed with elsewhere.
func (v Vector) Seed() Seed {
	return Seed{Bandwidth: v.Kbit(), Delay: v.Delay / scale, Reliability: v.Reliability, Load: v.Load, MTU: v.MTU}
}

// Kbit is the bandwidth of the slowest link in kbit/s, and Microseconds are the
// delays of all.
func (v Vector) Kbit() uint32 {
	if v.Bandwidth < scale {
		return 10_000_000
	}
	return uint32(10_000_000 * uint64(scale) / uint64(v.Bandwidth))
}

// Microseconds is the sum of delays.
func (v Vector) Microseconds() uint64 { return uint64(v.Delay) * 10 / scale }

// across is a neighbour's vector with the link to it: delays add up,
// the narrowest link counts, and the hops are one more.
func (v Vector) across(link Vector) Vector {
	if v.unreachable() {
		return v
	}
	if v.Delay > Infinity-1-link.Delay {
		v.Delay = Infinity
	} else {
		v.Delay += link.Delay
	}
	v.Bandwidth = max(v.Bandwidth, link.Bandwidth)
	v.MTU = min(v.MTU, link.MTU)
	v.Reliability = min(v.Reliability, link.Reliability)
	v.Load = max(v.Load, link.Load)
	if v.Hops < math.MaxUint8 {
		v.Hops++
	}
	return v
}

// distance is the composite metric.
func (w Weights) distance(v Vector) uint32 {
	if v.unreachable() {
		return Infinity
	}
	k1, k2, k3, k4, k5 := uint64(w[0]), uint64(w[1]), uint64(w[2]), uint64(w[3]), uint64(w[4])
	bandwidth := uint64(v.Bandwidth)
	d := k1*bandwidth + k2*bandwidth/(256-min(uint64(v.Load), 255)) + k3*uint64(v.Delay)
	if k5 != 0 {
		d = d * k5 / max(uint64(v.Reliability)+k4, 1)
	}
	return uint32(min(d, Infinity-1))
}
