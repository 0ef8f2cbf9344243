package dhcp

import (
	"encoding/binary"
	"math/bits"
	"net/netip"
	"time"

	"github.com/insomniacslk/dhcp/dhcpv4"
	"github.com/insomniacslk/dhcp/iana"
)

var everybody = netip.AddrFrom4([4]byte{255, 255, 255, 255})

const broadcastFlag = 0x8000 // the client cannot take unicast yet, RFC 2131 section 4.1

// message makes what a client sends. The address is the one that it has, and if
// ask is set the one that it would like to have.
func (c *client) message(kind dhcpv4.MessageType, has, ask, server netip.Addr) []byte {
	m := dhcpv4.DHCPv4{
		OpCode:       dhcpv4.OpcodeBootRequest,
		HWType:       iana.HWTypeEthernet,
		ClientHWAddr: c.link.MAC[:],
		ClientIPAddr: octets(has),
		NumSeconds:   uint16(min(c.engine.now.Sub(c.began)/time.Second, 0xffff)),
		Options:      dhcpv4.Options{},
	}
	binary.BigEndian.PutUint32(m.TransactionID[:], c.transaction)
	if !has.IsValid() {
		m.Flags = broadcastFlag
	}
	m.UpdateOption(dhcpv4.OptMessageType(kind))
	m.UpdateOption(dhcpv4.OptClientIdentifier(c.identifier()))
	if ask.IsValid() {
		m.UpdateOption(dhcpv4.OptRequestedIPAddress(octets(ask)))
	}
	if server.IsValid() {
		m.UpdateOption(dhcpv4.OptServerIdentifier(octets(server)))
	}
	if kind != dhcpv4.MessageTypeRelease {
		m.UpdateOption(dhcpv4.OptMaxMessageSize(1500 - 28))
		m.UpdateOption(dhcpv4.OptHostName(c.want.Hostname))
		m.UpdateOption(dhcpv4.OptParameterRequestList(dhcpv4.OptionSubnetMask, dhcpv4.OptionRouter,
			dhcpv4.OptionIPAddressLeaseTime, dhcpv4.OptionServerIdentifier, dhcpv4.OptionRenewTimeValue, dhcpv4.OptionRebindingTimeValue))
	}
	return m.ToBytes()
}

// octets is an address as the codec has it, nil for none.
func octets(a netip.Addr) []byte {
	if !a.IsValid() {
		return nil
	}
	return a.AsSlice()
}

// address is one that the codec has read, zero for none.
func address(b []byte) netip.Addr {
	a, _ := netip.AddrFromSlice(b)
	return a.Unmap()
}

// identifier is option 61: an Ethernet address, or as IOS has it a text that
// names the interface too.
func (c *client) identifier() []byte {
	if c.want.Identifier != "" {
		mac := c.engine.links[c.want.Identifier].MAC
		return append([]byte{byte(iana.HWTypeEthernet)}, mac[:]...)
	}
	return append([]byte{0}, "cisco-"+dotted(c.link.MAC)+"-"+short(c.want.Name)...)
}

// answer is what a server says.
type answer struct {
	kind        dhcpv4.MessageType
	transaction uint32
	lease       Lease
}

// readAnswer reads a server's message; ok is false if it is none, or to another
// client.
func (c *client) readAnswer(b []byte) (a answer, malformed bool) {
	m, err := dhcpv4.FromBytes(b)
	if err != nil {
		return answer{}, true
	}
	if m.OpCode != dhcpv4.OpcodeBootReply || string(m.ClientHWAddr) != string(c.link.MAC[:]) {
		return answer{}, false
	}
	a = answer{kind: m.MessageType(), transaction: binary.BigEndian.Uint32(m.TransactionID[:])}
	l := Lease{Server: address(m.ServerIdentifier()), Time: m.IPAddressLeaseTime(0)}
	yours := address(m.YourIPAddr)
	length := classful(yours)
	if mask := m.SubnetMask(); len(mask) == 4 {
		length = maskLength(binary.BigEndian.Uint32(mask))
	}
	if length > 0 {
		l.Address = netip.PrefixFrom(yours, length)
	}
	if all := m.Router(); len(all) > 0 {
		if r := address(all[0]); r.Is4() && !r.IsUnspecified() && r != yours {
			l.Router = r
		}
	}
	// Section 4.4.5: half of the time, and seven eighths of it.
	l.Renewal, l.Rebind = m.IPAddressRenewalTime(l.Time/2), m.IPAddressRebindingTime(l.Time/8*7)
	if l.Renewal <= 0 || l.Renewal >= l.Rebind || l.Rebind >= l.Time {
		l.Renewal, l.Rebind = l.Time/2, l.Time/8*7
	}
	a.lease = l
	return a, false
}

// shortestLease is the least that is not refused: less would be a flood.
const shortestLease = 10 * time.Second

// useful tells whether an interface can live on a lease.
func (l *Lease) useful() bool {
	a := l.Address.Addr()
	return l.Address.IsValid() && a.Is4() && !a.IsUnspecified() && !a.IsMulticast() && !a.IsLoopback() && a != everybody &&
		l.Server.Is4() && !l.Server.IsUnspecified() && l.Time >= shortestLease
}

// maskLength is the length of the prefix of a mask, 0 if it is no mask.
func maskLength(mask uint32) int {
	if n := bits.LeadingZeros32(^mask); mask<<n == 0 {
		return n
	}
	return 0
}

// classful is the length that an address without a mask has, RFC 950.
func classful(a netip.Addr) int {
	if !a.Is4() {
		return 0
	}
	switch first := a.As4()[0]; {
	case first < 128:
		return 8
	case first < 192:
		return 16
	}
	return 24
}
