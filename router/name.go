package router

import (
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"time"

	"weft/cli/commands"
	"weft/nhrp"
)

// names is what the configuration says about looking up hosts.
type names struct {
	hosts   []commands.Host
	servers []netip.Addr
	domain  string
	off     bool
}

func namesOf(g *commands.Global) names {
	if g == nil {
		return names{}
	}
	return names{hosts: g.Hosts, servers: g.NameServers, domain: g.DomainName, off: !g.DomainLookup}
}

// followNames tells NHRP when hosts may be elsewhere.
func (r *Router) followNames(now time.Time) {
	if want := namesOf(r.box.Global); !reflect.DeepEqual(want, r.sent.names) {
		r.sent.names = want
		r.carryNHRP(now, r.nhrp.Step(now, nhrp.Renamed{}))
	}
}

// lookUp answers what NHRP has asked for, from the table of hosts or by the name
// servers.
func (r *Router) lookUp(now time.Time) {
	for len(r.lookups) > 0 {
		host := r.lookups[0]
		r.lookups = r.lookups[1:]
		addresses, ask := r.Resolve(host)
		if len(ask.Servers) > 0 {
			r.do(ask)
			continue
		}
		r.carryNHRP(now, r.nhrp.Step(now, nhrp.Found{Host: host, Addresses: addresses}))
	}
}

// Resolve finds a host in the table of hosts; if it is not there, ask says whom
// to ask, which is nobody if there is no name server.
func (r *Router) Resolve(host string) (addresses []netip.Addr, ask Lookup) {
	n := namesOf(r.box.Global)
	full := []string{host}
	if n.domain != "" && !strings.Contains(host, ".") { // a name of our own domain
		full = []string{host + "." + n.domain, host}
	}
	for _, name := range full {
		i := slices.IndexFunc(n.hosts, func(h commands.Host) bool { return strings.EqualFold(h.Name, name) })
		if i >= 0 {
			return n.hosts[i].Addresses, Lookup{}
		}
	}
	if n.off {
		return nil, Lookup{}
	}
	return nil, Lookup{Host: host, Names: full, Servers: n.servers}
}
