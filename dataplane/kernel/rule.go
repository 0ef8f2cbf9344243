package kernel

import (
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// rules are the two that keep outer packets out of the tunnels.
func (w *worker) rules() []netlink.Rule {
	look, end := netlink.NewRule(), netlink.NewRule()
	for _, r := range []*netlink.Rule{look, end} {
		r.Family, r.Mark, r.Protocol = unix.AF_INET, w.options.Mark, Protocol
	}
	look.Priority, look.Table = rulePriority, w.options.UnderlayTableID
	end.Priority, end.Type = rulePriority+1, unix.RTN_UNREACHABLE
	return []netlink.Rule{*look, *end}
}

// applyRules makes the rules at our two priorities ours.
func (w *worker) applyRules() {
	w.fault("rules", w.setRules(w.rules()))
}

func (w *worker) setRules(want []netlink.Rule) error {
	have, err := undisturbed(func() ([]netlink.Rule, error) { return w.nl.RuleList(netlink.FAMILY_V4) })
	if err != nil {
		return err
	}
	present := map[int]bool{}
	for _, r := range have {
		if r.Priority != rulePriority && r.Priority != rulePriority+1 {
			continue
		}
		right := false
		for _, x := range want {
			right = right || r.Priority == x.Priority && r.Mark == x.Mark && r.Table == x.Table && r.Protocol == x.Protocol
		}
		if right && !present[r.Priority] {
			present[r.Priority] = true
		} else if err := w.nl.RuleDel(&r); err != nil {
			return err
		}
	}
	for _, x := range want {
		if !present[x.Priority] {
			if err := w.nl.RuleAdd(&x); err != nil {
				return err
			}
		}
	}
	return nil
}
