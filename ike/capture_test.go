package ike

import (
	"bufio"
	"encoding/binary"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gopacket/gopacket/pcapgo"
)

// datagrams reads the IKE messages of a capture.
func datagrams(t testing.TB, name string) []Receive {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := pcapgo.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var all []Receive
	for {
		b, _, err := r.ReadPacketData()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(b) < 14+20+8 || binary.BigEndian.Uint16(b[12:]) != 0x0800 || b[14+9] != 17 {
			continue
		}
		ip := b[14:]
		ip = ip[:binary.BigEndian.Uint16(ip[2:])]
		udp := ip[int(ip[0]&15)*4:]
		source, _ := netip.AddrFromSlice(ip[12:16])
		destination, _ := netip.AddrFromSlice(ip[16:20])
		m := Receive{
			From:  netip.AddrPortFrom(source, binary.BigEndian.Uint16(udp)),
			Local: netip.AddrPortFrom(destination, binary.BigEndian.Uint16(udp[2:])), Packet: udp[8:],
		}
		if m.Local.Port() == natPort || m.From.Port() == natPort {
			if len(m.Packet) < 4 || binary.BigEndian.Uint32(m.Packet) != 0 {
				continue // ESP, or a keepalive
			}
			m.Packet = m.Packet[4:]
		} else if m.Local.Port() != port {
			continue
		}
		all = append(all, m)
	}
}

// secrets reads what the peer logged of its secrets: every value of each label.
func secrets(t testing.TB, name string) map[string][][]byte {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all := map[string][][]byte{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if parts := strings.Split(lines.Text(), "\t"); len(parts) == 3 {
			all[parts[0]] = append(all[parts[0]], unhex(parts[2]))
		}
	}
	return all
}
