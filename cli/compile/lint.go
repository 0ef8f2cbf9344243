package compile

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"weft/cli/commands"
	"weft/cli/config"
	"weft/nhrp"
)

// Lint says what in a configuration cannot work as it stands, though every line
// of it was taken: in the order of the running-config, and of one tunnel in the
// order of the checks.
func Lint(t *config.Tree) []commands.Finding {
	l := &linter{tree: t, box: Compile(t), heads: map[string]*config.Line{}, profiles: map[string]bool{}, sections: map[string]string{}, seen: map[string]bool{}}
	for _, line := range t.Root().Lines() {
		if name, ok := commands.InterfaceHead(line); ok {
			l.heads[name] = line
			l.dynamic = l.dynamic || lineOf(line, "ip address dhcp") != "" || lineOf(line, "ip address negotiated") != ""
		}
		if name, ok := strings.CutPrefix(line.Text, "crypto ipsec profile "); ok {
			l.profiles[name] = true
		}
		if strings.HasPrefix(line.Text, "crypto ") && line.Section != nil && !line.Negative {
			l.order = append(l.order, line.Text)
			if words := strings.Fields(line.Text); len(words) > 3 {
				l.sections[strings.Join(words[:4], " ")] = line.Text
			}
		}
		// Other routes may come from these.
		l.dynamic = l.dynamic || line.Section != nil && strings.HasPrefix(line.Text, "router ")
	}
	l.keys(t)
	for _, i := range l.box.Interfaces {
		if i.Kind != commands.TunnelInterface {
			continue
		}
		l.at = i
		l.protection()
		l.networkID()
		l.twins()
		l.unmappedServers()
		l.redirects()
		l.outerPath()
	}
	return l.findings
}

// keys finds keys that nobody can decrypt.
func (l *linter) keys(t *config.Tree) {
	t.Root().Each(func(n *config.Node, line *config.Line) {
		text, why := commands.Unreadable(t, line)
		if why == "" {
			return
		}
		f := commands.Finding{Line: text, Wrong: why, Certain: true, Mend: []string{"key config-key password-encrypt"}}
		if n.Head() != nil {
			f.Section = n.Head().Text
		}
		l.findings = append(l.findings, f)
	})
}

// A linter looks at one box, one tunnel after the other.
type linter struct {
	box      Box
	heads    map[string]*config.Line // of the interface sections, by name
	profiles map[string]bool
	tree     *config.Tree
	order    []string          // heads of the sections of IKE and IPsec
	sections map[string]string // the same by kind and name: their first four words
	seen     map[string]bool   // those that were looked at for an earlier tunnel
	dynamic  bool              // a routing protocol or DHCP may bring routes

	at       *commands.Interface // the tunnel under the lens
	findings []commands.Finding
}

// find notes a finding about a line of the tunnel; mend are lines of the same
// section.
func (l *linter) find(line, wrong string, certain bool, mend ...string) {
	l.findGlobal(line, wrong, certain, append([]string{l.head()}, mend...)...)
}

// findGlobal is find with a mend outside the section.
func (l *linter) findGlobal(line, wrong string, certain bool, mend ...string) {
	l.findings = append(l.findings, commands.Finding{Section: l.head(), Line: line, Wrong: wrong, Mend: mend, Certain: certain})
}

func (l *linter) head() string { return l.heads[l.at.Name].Text }

// line is the first line of the tunnel's section that begins with words, "" if
// there is none.
func (l *linter) line(words string) string { return lineOf(l.heads[l.at.Name], words) }

func lineOf(head *config.Line, words string) string {
	for _, line := range head.Section.Lines() {
		if line.Text == words || strings.HasPrefix(line.Text, words+" ") {
			return line.Text
		}
	}
	return ""
}

func (l *linter) networkID() {
	if l.at.Tunnel.Multipoint && l.at.NHRP.NetworkID == 0 && l.at.VRF == "" {
		l.find(l.line("tunnel mode"), "a multipoint tunnel without NHRP has no way to find a peer", true,
			fmt.Sprintf("ip nhrp network-id %d", l.freeNetwork()))
	}
}

// twins finds two multipoint tunnels that nothing in an arriving packet tells
// apart (RFC 2890: only the key could).
func (l *linter) twins() {
	if !l.at.Tunnel.Multipoint || !l.source(l.at).IsValid() {
		return
	}
	for _, other := range l.box.Interfaces {
		if other == l.at {
			return // the later one of a pair is told
		}
		a, b := other.Tunnel, l.at.Tunnel
		if a.Multipoint && l.source(other) == l.source(l.at) && a.HasKey == b.HasKey && a.Key == b.Key {
			line := l.line("tunnel key")
			if line == "" {
				line = l.line("tunnel source")
			}
			l.find(line, fmt.Sprintf("%s is multipoint on the same source with the same key, or none: what arrives could be for either", other.Name),
				true, fmt.Sprintf("tunnel key %d", l.freeKey()))
			return
		}
	}
}

// freeKey is a key that no tunnel has; the network-id is what people use.
func (l *linter) freeKey() uint32 {
	key := max(l.at.NHRP.NetworkID, 1)
	for slices.ContainsFunc(l.box.Interfaces, func(i *commands.Interface) bool { return i.Tunnel.HasKey && i.Tunnel.Key == key }) {
		key++
	}
	return key
}

// freeNetwork is a network-id that no tunnel has: two with the same would be
// one NHRP network.
func (l *linter) freeNetwork() (id uint32) {
	for id = 1; slices.ContainsFunc(l.box.Interfaces, func(i *commands.Interface) bool { return i.NHRP.NetworkID == id }); id++ {
	}
	return id
}

// source is the address that a tunnel's outer packets come from, as far as the
// configuration says.
func (l *linter) source(i *commands.Interface) netip.Addr {
	if i.Tunnel.SourceInterface == "" {
		return i.Tunnel.Source
	}
	for _, other := range l.box.Interfaces {
		if other.Name == i.Tunnel.SourceInterface {
			return other.Address.Addr()
		}
	}
	return netip.Addr{}
}

func (l *linter) unmappedServers() {
	for _, s := range l.at.NHRP.NHS {
		if s.NBMA.IsValid() || s.Host != "" || slices.ContainsFunc(l.at.NHRP.Maps, func(m nhrp.Map) bool { return m.Protocol.Contains(s.Protocol) }) {
			continue
		}
		line := l.line("ip nhrp nhs " + s.Protocol.String())
		l.find(line, "nothing says behind which NBMA address the next hop server is", l.at.Tunnel.Multipoint,
			fmt.Sprintf("ip nhrp map %s NBMA-ADDRESS", s.Protocol))
	}
}

// redirects finds redirects that nobody follows: those of a client, which
// resolves nothing itself, and a hub's if the clients are not told either.
func (l *linter) redirects() {
	line := l.line("ip nhrp redirect")
	if line == "" || slices.ContainsFunc(l.box.Interfaces, func(i *commands.Interface) bool {
		return i.Kind == commands.TunnelInterface && lineOf(l.heads[i.Name], "ip nhrp shortcut") != ""
	}) {
		return
	}
	if len(l.at.NHRP.NHS) > 0 {
		l.find(line, "a client of a next hop server that sends redirects and follows none", true, "ip nhrp shortcut")
		return
	}
	l.find(line, "redirects are sent, and no tunnel here follows any: every spoke needs a shortcut of its own", false, "ip nhrp shortcut")
}
