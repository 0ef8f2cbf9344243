package commands

import (
	"net/netip"
	"slices"

	"github.com/gaissmai/bart"

	"weft/cli/config"
)

// addressIndex knows which interfaces have an address in which network, so that
// an address that overlaps is found at the same cost among ten interfaces and
// ten thousand.
type addressIndex struct{ networks bart.Table[[]*config.Node] }

var addresses = &config.IndexKind{New: func() config.Index { return new(addressIndex) }}

func (x *addressIndex) Add(section *config.Node, l *config.Line) {
	if l.Negative {
		return
	}
	if p, err := interfacePrefix(l.Args); err == nil {
		owners, _ := x.networks.Get(p.Masked())
		x.networks.Insert(p.Masked(), append(slices.Clip(owners), section))
	}
}

func (x *addressIndex) Remove(section *config.Node, l *config.Line) {
	if l.Negative {
		return
	}
	p, err := interfacePrefix(l.Args)
	if err != nil {
		return
	}
	owners, _ := x.networks.Get(p.Masked())
	if i := slices.Index(owners, section); i >= 0 {
		owners = slices.Delete(slices.Clone(owners), i, i+1)
	}
	if len(owners) == 0 {
		x.networks.Delete(p.Masked())
		return
	}
	x.networks.Insert(p.Masked(), owners)
}

// overlap finds another interface of the same VRF that has an address in a
// network, or in a wider or narrower one.
func (x *addressIndex) overlap(p netip.Prefix, section *config.Node) *config.Node {
	if !x.networks.OverlapsPrefix(p.Masked()) {
		return nil
	}
	vrf := section.Compile().(*Interface).VRF
	other := func(owners []*config.Node) *config.Node {
		for _, n := range owners {
			if n != section && n.Compile().(*Interface).VRF == vrf {
				return n
			}
		}
		return nil
	}
	for _, owners := range x.networks.Supernets(p.Masked()) {
		if n := other(owners); n != nil {
			return n
		}
	}
	for _, owners := range x.networks.Subnets(p.Masked()) {
		if n := other(owners); n != nil {
			return n
		}
	}
	return nil
}

// checkAddress refuses what no interface can have, and what another one has.
func checkAddress(e *config.Edit, a args) error {
	p, err := interfacePrefix(a)
	if err != nil {
		return err
	}
	index := e.Tree().Index(addresses).(*addressIndex)
	if other := index.overlap(p, e.Node()); other != nil {
		return refuse("%% %s overlaps with %s", p.Masked().Addr(), other.Head().Args.Word("name"))
	}
	return nil
}
