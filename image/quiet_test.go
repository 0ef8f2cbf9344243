package main

import (
	"fmt"
	"net"
	"net/netip"
	"path/filepath"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

const quietConfig = `hostname quiet
interface GigabitEthernet0/0
 ip address 10.7.0.1 255.255.0.0
 no shutdown
line vty 0 4
 login
 transport input none
end
`

// services are the UDP ports of all that a router may offer one day: DNS, DHCP,
// TFTP, NTP, SNMP, IKE, syslog, RIP, LDP, L2TP, HSRP, GLBP, BFD, NAT-T, BGP and
// some that were chosen by nobody.
var services = []uint16{7, 53, 67, 68, 69, 123, 161, 162, 179, 500, 514, 520, 521, 646, 1645, 1701, 1812, 1985, 2055, 3222, 3784, 4500, 4784, 5353, 40000}

// TestNothingListensUntilConfigured has the test as the neighbour on a port that
// has an address and nothing else: it is answered as the pings and refusals of
// the kernel answer. Then SSH is configured, and one port listens.
func TestNothingListensUntilConfigured(t *testing.T) {
	needImage(t)
	t.Parallel()
	n := newNeighbour(t)
	m := boot(t, append(firmwareConfig(t, quietConfig), n.cable...)...)
	m.logged("Line protocol on Interface GigabitEthernet0/0, changed state to up") // before that it hears nothing
	m.started("quiet")
	n.ping()
	if open := n.openTCP(1, 65535); len(open) > 0 {
		t.Errorf("TCP ports %d listen", open)
	}
	for i, port := range services {
		n.refusesUDP(port, i)
	}
	m.types("configure terminal\rusername me secret you\rip domain name example.net\rcrypto key generate rsa modulus 2048\rline vty 0 4\rlogin local\rtransport input ssh\rend\r")
	m.logged("%SYS-5-CONFIG_I") // the keys alone do not make it listen
	open := n.openTCP(20, 25)
	for end := time.Now().Add(time.Minute); len(open) == 0 && time.Now().Before(end); {
		open = n.openTCP(20, 25)
	}
	if len(open) != 1 || open[0] != 22 {
		t.Errorf("with SSH, TCP ports %d listen", open)
	}
}

// A neighbour is the other end of a box's cable.
type neighbour struct {
	t     *testing.T
	cable []string
	conn  *net.UnixConn
	to    *net.UnixAddr
}

var (
	boxMAC, boxIP   = net.HardwareAddr{0x52, 0x54, 0, 0, 7, 1}, netip.MustParseAddr("10.7.0.1")
	ownMAC, ownIP   = net.HardwareAddr{0x52, 0x54, 0, 0, 7, 2}, netip.MustParseAddr("10.7.1.0")
	serializeFields = gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}
)

func newNeighbour(t *testing.T) *neighbour {
	t.Helper()
	dir := t.TempDir()
	own, box := filepath.Join(dir, "own"), filepath.Join(dir, "box")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: own, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &neighbour{t: t, conn: conn, to: &net.UnixAddr{Name: box, Net: "unixgram"}, cable: []string{
		"-device", "virtio-net-pci,netdev=wire,mac=" + boxMAC.String(),
		"-netdev", fmt.Sprintf("dgram,id=wire,local.type=unix,local.path=%s,remote.type=unix,remote.path=%s", box, own)}}
}

func (n *neighbour) send(what ...gopacket.SerializableLayer) {
	n.t.Helper()
	frame := gopacket.NewSerializeBuffer()
	if err := gopacket.SerializeLayers(frame, serializeFields, what...); err != nil {
		n.t.Fatal(err)
	}
	n.conn.SetWriteDeadline(time.Now().Add(patience))
	if _, err := n.conn.WriteToUnix(frame.Bytes(), n.to); err != nil {
		n.t.Fatal(err)
	}
}

// ip is the beginning of a packet to the box.
func (n *neighbour) ip(from netip.Addr, protocol layers.IPProtocol) (*layers.Ethernet, *layers.IPv4) {
	return &layers.Ethernet{SrcMAC: ownMAC, DstMAC: boxMAC, EthernetType: layers.EthernetTypeIPv4},
		&layers.IPv4{Version: 4, TTL: 64, Protocol: protocol, SrcIP: from.AsSlice(), DstIP: boxIP.AsSlice()}
}

// receive returns the next packet from the box that is no ARP request: those it
// answers, for every address but the box's own.
func (n *neighbour) receive(waitingFor string) gopacket.Packet {
	n.t.Helper()
	buf := make([]byte, 2048)
	for {
		n.conn.SetReadDeadline(time.Now().Add(patience))
		size, err := n.conn.Read(buf)
		if err != nil {
			n.t.Fatalf("waiting for %s: %v", waitingFor, err)
		}
		p := gopacket.NewPacket(buf[:size], layers.LayerTypeEthernet, gopacket.Default)
		arp, ok := p.Layer(layers.LayerTypeARP).(*layers.ARP)
		if !ok {
			return p
		}
		if asked, _ := netip.AddrFromSlice(arp.DstProtAddress); arp.Operation == layers.ARPRequest && asked != boxIP {
			n.send(&layers.Ethernet{SrcMAC: ownMAC, DstMAC: boxMAC, EthernetType: layers.EthernetTypeARP},
				&layers.ARP{AddrType: layers.LinkTypeEthernet, Protocol: layers.EthernetTypeIPv4, HwAddressSize: 6, ProtAddressSize: 4, Operation: layers.ARPReply,
					SourceHwAddress: ownMAC, SourceProtAddress: arp.DstProtAddress, DstHwAddress: boxMAC, DstProtAddress: arp.SourceProtAddress})
		}
	}
}

func (n *neighbour) ping() {
	n.t.Helper()
	ethernet, ip := n.ip(ownIP, layers.IPProtocolICMPv4)
	n.send(ethernet, ip, &layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(layers.ICMPv4TypeEchoRequest, 0), Id: 7, Seq: 1}, gopacket.Payload("hello"))
	for {
		icmp, ok := n.receive("an echo reply").Layer(layers.LayerTypeICMPv4).(*layers.ICMPv4)
		if ok && icmp.TypeCode.Type() == layers.ICMPv4TypeEchoReply {
			return
		}
	}
}

// openTCP tries ports, some at a time, until the box has answered for each, and
// returns those that accept a connection.
func (n *neighbour) openTCP(first, last int) (open []int) {
	n.t.Helper()
	const together = 32
	knock := func(port int) {
		ethernet, ip := n.ip(ownIP, layers.IPProtocolTCP)
		tcp := &layers.TCP{SrcPort: 7777, DstPort: layers.TCPPort(port), SYN: true, Seq: 7, Window: 1024}
		tcp.SetNetworkLayerForChecksum(ip)
		n.send(ethernet, ip, tcp)
	}
	next := first
	for ; next <= last && next < first+together; next++ {
		knock(next)
	}
	answered := map[int]bool{}
	for len(answered) < last-first+1 {
		tcp, ok := n.receive(fmt.Sprintf("answers of TCP ports, after %d", len(answered))).Layer(layers.LayerTypeTCP).(*layers.TCP)
		if !ok || answered[int(tcp.SrcPort)] {
			continue
		}
		answered[int(tcp.SrcPort)] = true
		if !tcp.RST {
			open = append(open, int(tcp.SrcPort))
		}
		if next <= last {
			knock(next)
			next++
		}
	}
	return open
}

// refusesUDP wants to hear that a port is unreachable. The kernel says so to
// each neighbour once a second at most: each port is asked by another one.
func (n *neighbour) refusesUDP(port uint16, asker int) {
	n.t.Helper()
	from := ownIP
	for range asker + 1 {
		from = from.Next()
	}
	ethernet, ip := n.ip(from, layers.IPProtocolUDP)
	udp := &layers.UDP{SrcPort: 7777, DstPort: layers.UDPPort(port)}
	udp.SetNetworkLayerForChecksum(ip)
	n.send(ethernet, ip, udp, gopacket.Payload("hello"))
	for {
		p := n.receive(fmt.Sprintf("a refusal of UDP port %d", port))
		icmp, ok := p.Layer(layers.LayerTypeICMPv4).(*layers.ICMPv4)
		if to, is := p.Layer(layers.LayerTypeIPv4).(*layers.IPv4); !ok || !is || !to.DstIP.Equal(from.AsSlice()) {
			continue
		}
		if want := layers.CreateICMPv4TypeCode(layers.ICMPv4TypeDestinationUnreachable, layers.ICMPv4CodePort); icmp.TypeCode != want {
			n.t.Errorf("UDP port %d: %v", port, icmp.TypeCode)
		}
		return
	}
}
