package compile

import (
	"maps"
	"slices"

	"weft/cli/commands"
	"weft/cli/config"
	"weft/routing/eigrp"
)

// eigrpProcesses are the EIGRP processes that a tree asks for, by autonomous
// system, with what the interfaces say of them. Of two with the same number the
// first counts.
func eigrpProcesses(t *config.Tree, interfaces []*commands.Interface) (all []commands.EIGRP) {
	chains := commands.KeyChains(t.Root())
	seen := map[uint16]bool{}
	for _, s := range commands.EIGRPSections(t.Root()) {
		if seen[s.AS] {
			continue
		}
		seen[s.AS] = true
		if !s.Stopped {
			all = append(all, eigrpProcess(s, interfaces, chains))
		}
	}
	slices.SortFunc(all, func(a, b commands.EIGRP) int { return int(a.AS) - int(b.AS) })
	return all
}

// eigrpProcess joins a section with what is said of the process on interfaces.
func eigrpProcess(s commands.EIGRPSection, interfaces []*commands.Interface, chains map[string][]eigrp.Key) commands.EIGRP {
	p := *s.EIGRP
	p.Interfaces, p.NotPassive = maps.Clone(p.Interfaces), maps.Clone(p.NotPassive)
	for _, i := range interfaces {
		said, ok := s.Interface(i)
		section := p.Interfaces[i.Name]
		if !ok && len(section.Neighbors) == 0 && !section.Passive {
			continue
		}
		merged := said.Interface
		merged.Neighbors = section.Neighbors
		if merged.Passive = section.Passive; said.Passive != nil {
			merged.Passive = *said.Passive
		}
		if said.KeyChain != "" && merged.Authentication.Mode == eigrp.MD5 {
			merged.Authentication.Keys = chains[said.KeyChain]
		}
		p.Interfaces[i.Name] = merged
	}
	return p
}
