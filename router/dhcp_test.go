package router

import (
	"net/netip"
	"testing"
	"time"

	"github.com/insomniacslk/dhcp/dhcpv4"

	"weft/dataplane"
	"weft/dhcp"
)

const leasingText = `
ip routing
hostname spoke1
interface GigabitEthernet0/1
 ip address dhcp
interface Tunnel0
 ip address 10.0.0.11 255.255.255.0
 ip nhrp network-id 1
 ip nhrp nhs 10.0.0.1 nbma 192.0.2.1 multicast
 tunnel source GigabitEthernet0/1
 tunnel mode gre multipoint
`

// A lan answers the DHCP messages of a router, with the address that it has now.
type lan struct {
	t       *testing.T
	r       *Router
	now     time.Time
	address string // "": it is silent
	host    dataplane.Host
	said    []string // to the hub, by the source address of the tunnel then
	source  netip.Addr
}

func (l *lan) step(in In) { l.carryOut(l.r.Step(l.now, in)) }

func (l *lan) carryOut(outs []Out) {
	var asked []dhcp.Send
	for _, o := range outs {
		switch o := o.(type) {
		case Host:
			l.host = o.Want
		case Tunnels:
			l.source = o.Want[0].Source
		case Control:
			l.said = append(l.said, o.To.Addr().String()+" from "+l.source.String())
		case SendDatagram:
			asked = append(asked, o.Send)
		}
	}
	for _, s := range asked { // when all is done that there was to do
		l.answer(s)
	}
}

func (l *lan) answer(s dhcp.Send) {
	m, err := dhcpv4.FromBytes(s.Packet)
	if err != nil {
		l.t.Fatal(err)
	}
	if l.address == "" || m.MessageType() == dhcpv4.MessageTypeRelease {
		return
	}
	kind := dhcpv4.MessageTypeAck
	switch requested := m.RequestedIPAddress(); {
	case m.MessageType() == dhcpv4.MessageTypeDiscover:
		kind = dhcpv4.MessageTypeOffer
	case requested != nil && requested.String() != l.address, m.ClientIPAddr.String() != "0.0.0.0" && m.ClientIPAddr.String() != l.address:
		kind = dhcpv4.MessageTypeNak
	}
	a, err := dhcpv4.NewReplyFromRequest(m, dhcpv4.WithMessageType(kind), dhcpv4.WithYourIP(netip.MustParseAddr(l.address).AsSlice()),
		dhcpv4.WithOption(dhcpv4.OptServerIdentifier([]byte{198, 51, 100, 254})), dhcpv4.WithNetmask([]byte{255, 255, 255, 0}),
		dhcpv4.WithRouter([]byte{198, 51, 100, 254}), dhcpv4.WithLeaseTime(600))
	if err != nil {
		l.t.Fatal(err)
	}
	l.step(Datagram{dhcp.Receive{Interface: s.Interface, Packet: a.ToBytes()}})
}

func (l *lan) run(d time.Duration) {
	end := l.now.Add(d)
	for at := l.r.Deadline(); !at.IsZero() && !at.After(end); at = l.r.Deadline() {
		l.now = at
		l.carryOut(l.r.Tick(at))
	}
	l.now = end
}

// addressed is the address that the kernel has on the port.
func (l *lan) addressed() string {
	for _, link := range l.host.Links {
		if link.Interface == "GigabitEthernet0/1" && len(link.Addresses) == 1 {
			return link.Addresses[0].String()
		}
	}
	return ""
}

func TestTunnelFollowsTheLeaseOfItsSource(t *testing.T) {
	r, outs := boot(t, leasingText)
	l := &lan{t: t, r: r, now: noon, address: "198.51.100.50"}
	l.carryOut(outs)
	l.run(time.Second)
	if l.addressed() != "198.51.100.50/24" || l.source.String() != "198.51.100.50" || len(l.said) == 0 || l.said[0] != "192.0.2.1 from 198.51.100.50" {
		t.Fatalf("the port has %s, the tunnel %v, and said %v", l.addressed(), l.source, l.said)
	}
	route, ok := r.rib.Table("").Lookup(netip.MustParseAddr("192.0.2.1"))
	if !ok || route.Prefix.Bits() != 0 || route.NextHops[0].Gateway != netip.MustParseAddr("198.51.100.254") {
		t.Errorf("the way to the hub is %+v", route)
	}
	if i := r.Interfaces(func(name string) bool { return !isTunnel(name) })[0]; i.Method != "DHCP" {
		t.Errorf("the method is %q", i.Method)
	}

	// At half the time the server wants it to have another.
	l.address, l.said = "198.51.100.60", nil
	l.run(310 * time.Second)
	if l.addressed() != "198.51.100.60/24" || l.source.String() != "198.51.100.60" {
		t.Errorf("the port has %s, the tunnel %v", l.addressed(), l.source)
	}
	if last := l.said[len(l.said)-1]; last != "192.0.2.1 from 198.51.100.60" {
		t.Errorf("it says %v", l.said)
	}

	// The server dies, and with the lease the address and the route go.
	l.address = ""
	l.run(601 * time.Second)
	if _, ok := r.rib.Table("").Lookup(netip.MustParseAddr("192.0.2.1")); l.addressed() != "" || ok || r.interfaces["Tunnel0"].protocolUp {
		t.Errorf("the port still has %s, a route %v", l.addressed(), ok)
	}
	l.address = "198.51.100.70"
	l.run(70 * time.Second)
	if l.source.String() != "198.51.100.70" {
		t.Errorf("the tunnel has %v", l.source)
	}
	// An address by hand takes its place.
	l.carryOut(r.Step(l.now, Configured{}))
	l.carryOut(enter(t, r, "interface GigabitEthernet0/1", "ip address 198.51.100.11 255.255.255.0"))
	if l.addressed() != "198.51.100.11/24" || l.source.String() != "198.51.100.11" || len(r.DHCP().Clients) != 0 {
		t.Errorf("the port has %s, the tunnel %v", l.addressed(), l.source)
	}
}
