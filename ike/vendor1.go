package ike

import (
	"bytes"
	"encoding/hex"
)

// Vendor identifications, by which version 1 tells what it can do beyond RFC
// 2409.
var (
	vendorNAT        = octets("4a131c81070358455c5728f20e95452f")         // RFC 3947 section 3.1
	vendorNATDraft3  = octets("7d9419a65310ca6f2c179d9215529d56")         // its draft 3
	vendorNATDraft2  = octets("90cb80913ebb696e086381b5ec427b1f")         // its draft 2, as most spell it
	vendorDPD        = octets("afcad71368a1f1c96b8696fc77570100")         // RFC 3706 section 5.1
	vendorFragments  = octets("4048b7d56ebce88525e7de7f00d6c2d3")         // IKE fragmentation
	vendorFragments3 = octets("4048b7d56ebce88525e7de7f00d6c2d380000000") // with what modes it is for
)

func octets(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic("ike: " + s)
	}
	return b
}

// abilities1 is what a peer can do. nat is the identification of the way with
// translators that both have; nil if there is none.
type abilities1 struct {
	nat            []byte
	dpd, fragments bool
}

// draft tells whether that way is one of the drafts', which have other numbers.
func (a abilities1) draft() bool { return a.nat != nil && !bytes.Equal(a.nat, vendorNAT) }

func (a *abilities1) learn(parts parts1) {
	for _, v := range parts.all(vendor1) {
		switch {
		case bytes.Equal(v, vendorNAT):
			a.nat = vendorNAT
		case bytes.Equal(v, vendorNATDraft3), bytes.Equal(v, vendorNATDraft2):
			if a.nat == nil {
				a.nat = bytes.Clone(v)
			}
		case bytes.HasPrefix(v, vendorDPD[:14]):
			a.dpd = true
		case bytes.HasPrefix(v, vendorFragments):
			a.fragments = true
		}
	}
}

// vendors1 are what we tell of ourselves. A responder names of the ways with
// translators the best that both have.
func (x *sa1) vendors1() (list parts1) {
	add := func(v []byte) { list = append(list, part1{vendor1, v}) }
	switch {
	case x.Initiator:
		add(vendorNAT)
		add(vendorNATDraft3)
		add(vendorNATDraft2)
	case x.can.nat != nil:
		add(x.can.nat)
	}
	add(vendorDPD)
	if x.e.config.Fragmentation {
		add(vendorFragments3)
	}
	return list
}
