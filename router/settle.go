package router

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"weft/cli/compile"
	"weft/dataplane"
	"weft/nhrp"
)

// settle brings everything that follows from the configuration, the ports and
// the routes to rest, and sends out the levels that changed.
func (r *Router) settle(now time.Time) {
	r.lookUp(now)
	for n := 0; (r.reconfigured || r.stirred) && n < maxRounds; n++ {
		r.settleOnce(now)
		r.lookUp(now)
	}
}

// maxRounds bounds how often one input is followed up at once. What NHRP does in
// the first round (routes, a server that is gone) the second settles.
const maxRounds = 8

func (r *Router) settleOnce(now time.Time) {
	if r.reconfigured {
		r.followConfiguration(now)
	}
	r.reconfigured, r.stirred = false, false
	for {
		moved := r.evaluateInterfaces(now)
		if r.settleRoutes(now) {
			moved = true
		}
		if !moved {
			break
		}
	}
	r.leaveEIGRP(now)
	r.takeLeave(now)
	r.settleProtection()
	r.sendTunnels()
	r.followLeases(now) // before an address goes, for it may have to be given back
	r.sendHost()
	r.sendServices()
	r.configureIKE(now)
	r.beginNHRP(now)
	r.followEIGRP(now) // behind NHRP, which has the list of those who hear multicast
}

// followConfiguration makes the set of interfaces, and the routes that the
// router offers itself, what the compiled configuration says.
func (r *Router) followConfiguration(now time.Time) {
	want := map[string]bool{}
	r.order = r.order[:0]
	for _, c := range r.box.Interfaces {
		want[c.Name] = true
		r.order = append(r.order, c.Name)
		i := r.interfaces[c.Name]
		if i == nil {
			i = &iface{since: now}
			r.interfaces[c.Name] = i
		}
		if i.written != c {
			if i.written != nil && !reflect.DeepEqual(i.written.Tunnel, c.Tunnel) {
				i.heldUntil = time.Time{} // a changed tunnel gets its chance at once
			}
			i.written = c
		}
		i.config = r.leased(c)
	}
	for name := range r.interfaces {
		if !want[name] {
			r.rib.SetInterface(name, false)
			delete(r.interfaces, name)
		}
	}
	r.schedule.follow(now, r.tree)
	r.followNames(now)
	r.offerRoutes()
}

// sendTunnels gives the pipeline its level.
func (r *Router) sendTunnels() {
	var want []dataplane.Tunnel
	for _, name := range r.order {
		if isTunnel(name) {
			want = append(want, r.tunnel(r.interfaces[name]))
		}
	}
	if !reflect.DeepEqual(want, r.sent.tunnels) {
		r.sent.tunnels = want
		r.do(Tunnels{slices.Clone(want)})
	}
}

// sendHost gives the kernel its level.
func (r *Router) sendHost() {
	want := dataplane.Host{Forwarding: r.box.Global != nil && r.box.Global.Routing, Hostname: r.Hostname()}
	for _, name := range r.order {
		if link, ok := r.link(r.interfaces[name]); ok {
			want.Links = append(want.Links, link)
		}
	}
	slices.SortFunc(want.Links, func(a, b dataplane.Link) int { return strings.Compare(a.Interface, b.Interface) })
	if !reflect.DeepEqual(want, r.sent.host) {
		r.sent.host = want
		r.do(Host{want})
	}
}

// sendServices tells the sessions what lines and users there are.
func (r *Router) sendServices() {
	want := compile.Box{Global: r.box.Global, Lines: r.box.Lines}
	if want.Global != nil && !reflect.DeepEqual(want, r.sent.services) {
		r.sent.services = want
		r.do(Services{r.box})
	}
}

// takeLeave lets NHRP speak through what is about to go down, and gives it its
// new configuration while the old tunnels still stand.
func (r *Router) takeLeave(now time.Time) {
	for _, t := range r.sent.nhrp.Tunnels {
		was := r.sent.nhrpIf[t.Name]
		if is := r.nhrpInterface(t.Name); was.Up && !is.Up {
			r.sent.nhrpIf[t.Name] = is
			r.carryNHRP(now, r.nhrp.Step(now, is))
		}
	}
	want := r.box.NHRP
	if !reflect.DeepEqual(want, r.sent.nhrp) {
		r.sent.nhrp = want
		r.carryNHRP(now, r.nhrp.Step(now, nhrp.Configure{Want: want}))
	}
}

// beginNHRP tells NHRP which tunnels are up now.
func (r *Router) beginNHRP(now time.Time) {
	known := map[string]bool{}
	for _, t := range r.sent.nhrp.Tunnels {
		known[t.Name] = true
		is := r.nhrpInterface(t.Name)
		if is != r.sent.nhrpIf[t.Name] {
			r.sent.nhrpIf[t.Name] = is
			r.carryNHRP(now, r.nhrp.Step(now, is))
		}
	}
	for name := range r.sent.nhrpIf {
		if !known[name] {
			delete(r.sent.nhrpIf, name)
		}
	}
}
