package ike

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"weft/dataplane/esp"
)

// Attributes of phase 2 (RFC 2407 section 4.5, RFC 4304) and their values.
const (
	attributeLifeKind2 = 1
	attributeLife2     = 2
	attributeGroup2    = 3
	attributeMode2     = 4
	attributeMAC2      = 5
	attributeBits2     = 6
	attributeESN2      = 11

	modeTunnel1            = 1
	modeTransport1         = 2
	modeTunnelUDP1         = 3 // RFC 3947 section 5.1
	modeTransportUDP1      = 4
	modeTunnelUDPDraft1    = 61443
	modeTransportUDPDraft1 = 61444
)

// Transforms of ESP (RFC 2407 section 4.4.4, RFC 3602, RFC 4106).
var espIDs1 = map[esp.Cipher]uint8{esp.DES: 2, esp.TripleDES: 3, esp.Null: 11, esp.AESCBC: 12, esp.AESGCM: 20}

var macs1 = map[esp.MAC]uint32{esp.MD5: 1, esp.SHA1: 2, esp.SHA256: 5, esp.SHA384: 6, esp.SHA512: 7}

// wrap1 is how packets are wrapped, on the wire.
func wrap1(mode esp.Mode, udp, draft bool) uint32 {
	kind := uint32(modeTunnel1)
	if mode == esp.Transport {
		kind = modeTransport1
	}
	switch {
	case udp && draft:
		return kind + modeTunnelUDPDraft1 - modeTunnel1
	case udp:
		return kind + modeTunnelUDP1 - modeTunnel1
	}
	return kind
}

// offerESP1 writes the transform sets of a profile, each a proposal of its own.
func offerESP1(p IPsec, spi uint32, udp, draft bool) []proposal1 {
	var all []proposal1
	for i, t := range p.Transforms {
		mode := esp.Tunnel
		if t.Transport {
			mode = esp.Transport
		}
		all = append(all, proposal1{number: uint8(i + 1), protocol: protocolESP1, spi: spiBytes1(spi),
			transforms: []transform1{t.transform1(p, mode, udp, draft)}})
	}
	return all
}

func spiBytes1(spi uint32) []byte { return binary.BigEndian.AppendUint32(nil, spi) }

func (t Transform) transform1(p IPsec, mode esp.Mode, udp, draft bool) transform1 {
	w := transform1{number: 1, id: espIDs1[t.Suite.Cipher]}
	a := &w.attributes
	a.add(attributeMode2, wrap1(mode, udp, draft))
	a.add(attributeLifeKind2, lifeSeconds)
	a.add(attributeLife2, uint32(p.Lifetime/time.Second))
	if p.Kilobytes > 0 {
		a.add(attributeLifeKind2, lifeKilobytes)
		a.add(attributeLife2, uint32(min(p.Kilobytes, 0xffffffff)))
	}
	if mac := macs1[t.Suite.MAC]; mac != 0 {
		a.add(attributeMAC2, mac)
	}
	if p.PFS != 0 {
		a.add(attributeGroup2, uint32(p.PFS))
	}
	if t.Suite.Bits != 0 {
		a.add(attributeBits2, uint32(t.Suite.Bits))
	}
	if t.ESN {
		a.add(attributeESN2, 1)
	}
	return w
}

// chosen1 is a transform that both ends take.
type chosen1 struct {
	terms  terms
	answer proposal1
	spi    uint32 // the peer's
}

// chooseESP1 picks the first of our transform sets that the peer offers as well.
// Unlike version 2 the mode must be the same.
func chooseESP1(p IPsec, theirs []proposal1, udp bool) (chosen1, bool) {
	for _, ours := range p.Transforms {
		for _, o := range theirs {
			if o.protocol != protocolESP1 || len(o.spi) != 4 {
				continue
			}
			for _, t := range o.transforms {
				if w, ok := ours.matches1(p, t, udp); ok {
					answer := proposal1{number: o.number, protocol: o.protocol, transforms: []transform1{t}}
					return chosen1{w, answer, binary.BigEndian.Uint32(o.spi)}, true
				}
			}
		}
	}
	return chosen1{}, false
}

// matches1 tells whether a peer's transform is what a transform set wants, and on
// which terms.
func (t Transform) matches1(p IPsec, o transform1, udp bool) (terms, bool) {
	a := o.attributes
	mac, _ := a.get(attributeMAC2)
	if o.id != espIDs1[t.Suite.Cipher] || mac != macs1[t.Suite.MAC] {
		return terms{}, false
	}
	if bits, given := a.get(attributeBits2); int(bits) != t.Suite.Bits && !(t.Suite.Bits == 128 && !given) {
		return terms{}, false
	}
	mode := esp.Tunnel
	if t.Transport {
		mode = esp.Transport
	}
	kind, _ := a.get(attributeMode2)
	if kind != wrap1(mode, udp, false) && !(udp && kind == wrap1(mode, true, true)) {
		return terms{}, false
	}
	if esn, _ := a.get(attributeESN2); (esn == 1) != t.ESN {
		return terms{}, false
	}
	group, _ := a.get(attributeGroup2)
	pfs := Group(group)
	// Who asks for none takes what the peer wants.
	if p.PFS != 0 && pfs != p.PFS || pfs != 0 && !pfs.known() {
		return terms{}, false
	}
	w := terms{transform: t, mode: mode, pfs: pfs, lifetime: p.Lifetime, kilobytes: p.Kilobytes, window: p.Window, df: p.DF,
		idle: p.IdleTime, passive: p.Responder, udp: udp}
	w.limit1(a.list)
	return w, true
}

// limit1 takes limits that are lower than ours.
func (w *terms) limit1(list []attribute1) {
	if seconds, ok := lifeOf(list, attributeLifeKind2, attributeLife2, lifeSeconds); ok && seconds > 0 {
		w.lifetime = min(w.lifetime, time.Duration(seconds)*time.Second)
	}
	if kilobytes, ok := lifeOf(list, attributeLifeKind2, attributeLife2, lifeKilobytes); ok && kilobytes > 0 && (w.kilobytes == 0 || uint64(kilobytes) < w.kilobytes) {
		w.kilobytes = uint64(kilobytes)
	}
}

// describeESP1 puts a peer's proposals of phase 2 into words.
func describeESP1(list []proposal1) (words []string) {
	for _, p := range list {
		for _, t := range p.transforms {
			words = append(words, describeTransformESP1(t))
		}
	}
	return words
}

func describeTransformESP1(t transform1) string {
	o, pfs, known := transformOf1(t)
	words := fmt.Sprintf("transform %d", t.id)
	if known {
		words = o.String()
	}
	if o.Transport {
		words += " transport"
	} else {
		words += " tunnel"
	}
	if pfs != 0 {
		words += fmt.Sprintf(" pfs group%d", pfs)
	}
	return words
}

// transformOf1 is the transform set that a peer's transform of phase 2 would come
// from, and the group for its keys.
func transformOf1(t transform1) (o Transform, pfs Group, known bool) {
	for c, id := range espIDs1 {
		if id == t.id {
			o.Suite.Cipher, known = c, true
		}
	}
	if v, ok := t.attributes.get(attributeMAC2); ok {
		for m, n := range macs1 {
			if n == v {
				o.Suite.MAC = m
			}
		}
	}
	bits, _ := t.attributes.get(attributeBits2)
	if o.Suite.Bits = int(bits); bits == 0 && o.Suite.Cipher == esp.AESCBC {
		o.Suite.Bits = 128
	}
	kind, _ := t.attributes.get(attributeMode2)
	o.Transport = slices.Contains([]uint32{modeTransport1, modeTransportUDP1, modeTransportUDPDraft1}, kind)
	esn, _ := t.attributes.get(attributeESN2)
	o.ESN = esn == 1
	group, _ := t.attributes.get(attributeGroup2)
	return o, Group(group), known
}

// offerOf1 is the first of a peer's proposals of phase 2 that we have names for.
func offerOf1(list []proposal1) (o Offer) {
	for _, p := range list {
		for _, t := range p.transforms {
			if set, pfs, known := transformOf1(t); known {
				return Offer{Transform: &set, PFS: pfs}
			}
		}
	}
	return o
}

// describeOurs1 are our transform sets in the same words.
func describeOurs1(p IPsec) (words []string) {
	for _, o := range offerESP1(p, 0, false, false) {
		words = append(words, describeTransformESP1(o.transforms[0]))
	}
	return words
}
