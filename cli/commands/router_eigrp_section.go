package commands

import (
	"weft/cli/config"
)

// An EIGRPSection is one process as its section has it, and, of a named one, what
// is said of interfaces there.
type EIGRPSection struct {
	*EIGRP
	named    bool
	fallback *config.Node            // af-interface default
	sections map[string]*config.Node // af-interface, by name
}

// EIGRPSections are the processes of a configuration for IPv4, in its order.
func EIGRPSections(root *config.Node) (all []EIGRPSection) {
	for _, l := range root.Lines() {
		switch {
		case l.Section == nil:
		case l.Section.Mode() == eigrpMode:
			p := newEIGRP().(*EIGRP)
			applyLines(l.Section, p)
			p.AS = uint16(l.Args.Int("as"))
			all = append(all, EIGRPSection{EIGRP: p})
		case l.Section.Mode() == namedEIGRPMode:
			for _, family := range l.Section.Lines() {
				if family.Command == eigrpFamily && family.Section != nil {
					all = append(all, eigrpFamilySection(l, family))
				}
			}
		}
	}
	return all
}

func eigrpFamilySection(head, family *config.Line) EIGRPSection {
	p := newEIGRP().(*EIGRP)
	applyLines(head.Section, p)
	applyLines(family.Section, p)
	p.AS, p.Name = uint16(family.Args.Int("as")), head.Args.Word("name")
	s := EIGRPSection{EIGRP: p, named: true, sections: map[string]*config.Node{}}
	for _, l := range family.Section.Lines() {
		switch {
		case l.Section == nil:
		case l.Section.Mode() == eigrpTopologyMode:
			applyLines(l.Section, p)
		case l.Args.Has("interface"):
			s.sections[l.Args.Word("interface")] = l.Section
		default:
			s.fallback = l.Section
		}
	}
	return s
}

// applyLines applies the lines of a section to a state that others may have part in.
func applyLines(section *config.Node, state any) {
	for _, l := range section.Lines() {
		if l.Command.Apply != nil && l.Section == nil {
			l.Command.Apply(state, l.Args, l.Negative)
		}
	}
}

// Interface is what is said of the process on an interface; ok is false if that is
// nothing.
func (s EIGRPSection) Interface(i *Interface) (said EIGRPInterface, ok bool) {
	if !s.named {
		for _, said := range i.EIGRP {
			if said.AS == s.AS {
				return said, true
			}
		}
		return said, false
	}
	own := s.sections[i.Name]
	if s.fallback == nil && own == nil {
		return said, false
	}
	for _, section := range []*config.Node{s.fallback, own} {
		if section != nil {
			applyLines(section, &said)
		}
	}
	return said, true
}
