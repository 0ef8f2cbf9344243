package nhrp

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
)

// saidByAll is what stations say in the lives of clouds of all kinds: each type of
// packet, either protocol inside and outside, behind translators, and errors.
func saidByAll(t *testing.T) (all [][]byte) {
	all = ownPackets(t)
	for _, p := range []plan{overlay4.over(underlay4), overlay6.over(underlay4), overlay4.over(underlay6), overlay6.over(underlay6)} {
		if addr(p.hub).Is6() {
			p.secret = "" // the dissector wants a source address before it, as the RFC has and nobody sends
		}
		w, hub, one, two := p.cloud()
		w.step(hub, Hairpin{"Tunnel0", anyPort(one.nbma), p.packet})
		w.run(time.Second)
		w.step(two, Interface{Tunnel: "Tunnel0"})
		w.step(one, Unresolved{"Tunnel0", addr(p.hub).Next()}) // nobody has it
		if c := one.config; p.secret != "" {
			c.Authentication = "ANOTHER" // and both errors and what they quote are seen
			w.configure(one, c)
		}
		w.step(one, Clear{Sessions: true})
		w.run(time.Second)
		all = append(all, w.sent...)
	}
	for _, private := range []string{"192.168.1.11", "192.168.2.12"} {
		w := newWorld()
		w.add("hub", "192.0.2.1", 100, hubConfig())
		spoke := w.add("spoke", private, 200, spokeConfig("10.0.0.11/24"))
		spoke.outside = addr("198.51.100.30")
		w.run(time.Minute)
		all = append(all, w.sent...)
	}
	return all
}

// A dissector that knows nothing of us finds nothing malformed, and no checksum wrong.
func TestIndependentDissectorReadsAllThatIsSent(t *testing.T) {
	if _, err := exec.LookPath("tshark"); err != nil {
		t.Skip("SKIPPED: tshark is not installed")
	}
	folder := t.TempDir()
	file, err := os.Create(filepath.Join(folder, "sent.pcap"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w := pcapgo.NewWriter(file)
	if err := w.WriteFileHeader(65535, layers.LinkTypeRaw); err != nil {
		t.Fatal(err)
	}
	packets := saidByAll(t)
	for _, b := range packets {
		buffer := gopacket.NewSerializeBuffer()
		err := gopacket.SerializeLayers(buffer, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true},
			&layers.IPv4{Version: 4, TTL: 255, Protocol: layers.IPProtocolGRE, SrcIP: []byte{192, 0, 2, 1}, DstIP: []byte{192, 0, 2, 2}},
			gopacket.Payload(append([]byte{0, 0, 0x20, 0x01}, b...)))
		if err != nil {
			t.Fatal(err)
		}
		if err := w.WritePacket(gopacket.CaptureInfo{Timestamp: time.Unix(1, 0), CaptureLength: len(buffer.Bytes()), Length: len(buffer.Bytes())}, buffer.Bytes()); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.Command("tshark", "-r", file.Name(), "-T", "fields", "-e", "nhrp.hdr.op.type", "-e", "nhrp.hdr.chksum.status",
		"-e", "_ws.malformed")
	command.Env = append(os.Environ(), "HOME="+folder)
	var problems bytes.Buffer
	command.Stderr = &problems
	output, err := command.Output()
	if err != nil {
		t.Fatalf("tshark: %v: %s", err, &problems)
	}
	lines, types := strings.Split(strings.TrimSuffix(string(output), "\n"), "\n"), map[PacketType]int{}
	if len(lines) != len(packets) {
		t.Fatalf("of %d packets it sees %d", len(packets), len(lines))
	}
	for i, line := range lines {
		f := strings.Split(line, "\t")
		kind := PacketType(packets[i][17])
		types[kind]++
		outer, _, _ := strings.Cut(f[0], ",") // an error quotes another one
		if outer != strconv.Itoa(int(kind)) || strings.Trim(f[1], "1,") != "" || f[1] == "" || f[2] != "" {
			t.Errorf("%s\nreads %q", describe(packets[i]), f)
		}
	}
	if len(types) != int(TrafficIndication) {
		t.Errorf("not all types were there: %v", types)
	}
}
