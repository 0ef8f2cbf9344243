package esp

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
)

// tsharkNames are the algorithms as tshark calls them.
func tsharkNames(s Suite) (encryption, integrity string) {
	encryption = map[Cipher]string{Null: "NULL", DES: "DES-CBC [RFC2405]", TripleDES: "TripleDES-CBC [RFC2451]",
		AESCBC: "AES-CBC [RFC3602]", AESGCM: "AES-GCM with 16 octet ICV [RFC4106]"}[s.Cipher]
	integrity = map[MAC]string{NoMAC: "NULL", MD5: "HMAC-MD5-96 [RFC2403]", SHA1: "HMAC-SHA-1-96 [RFC2404]", SHA256: "HMAC-SHA-256-128 [RFC4868]",
		SHA384: "HMAC-SHA-384-192 [RFC4868]", SHA512: "HMAC-SHA-512-256 [RFC4868]"}[s.MAC]
	return encryption, integrity
}

// What we seal, a decoder that knows nothing of us opens: every suite, both
// modes, plain and in UDP.
func TestIndependentDecoderOpensWhatWeSeal(t *testing.T) {
	if _, err := exec.LookPath("tshark"); err != nil {
		t.Skip("tshark is not installed")
	}
	folder := t.TempDir()
	file, err := os.Create(filepath.Join(folder, "sealed.pcap"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w := pcapgo.NewWriter(file)
	if err := w.WriteFileHeader(65535, layers.LinkTypeRaw); err != nil {
		t.Fatal(err)
	}
	arguments := []string{"-r", file.Name(), "-o", "esp.enable_encryption_decode:TRUE", "-o", "esp.enable_authentication_check:TRUE"}
	wanted := 0
	for n, s := range suites {
		for _, port := range []uint16{0, 4500} {
			p := parameters(s)
			p.SPI = uint32(0x1000 + 2*n + int(port/4500))
			p.Local, p.Peer = netip.AddrPortFrom(p.Local.Addr(), port), netip.AddrPortFrom(p.Peer.Addr(), port)
			encryption, integrity := tsharkNames(s)
			arguments = append(arguments, "-o", fmt.Sprintf(`uat:esp_sa:"IPv4","*","*","0x%08x","%s","0x%s","%s","%s"`,
				p.SPI, encryption, hex.EncodeToString(p.Encryption), integrity, hexOrNothing(p.Integrity)))
			out, _ := pair(t, p)
			gre := append([]byte{0, 0, 8, 0}, echo(t, n)...)
			for next, payload := range map[uint8][]byte{47: gre, 4: echo(t, n)} {
				b := seal(t, out, payload, next)
				if err := w.WritePacket(gopacket.CaptureInfo{Timestamp: time.Unix(1, 0), CaptureLength: len(b), Length: len(b)}, b); err != nil {
					t.Fatal(err)
				}
				wanted++
			}
		}
	}
	arguments = append(arguments, "-T", "fields", "-e", "esp.spi", "-e", "icmp.seq", "-e", "esp.icv_good", "-e", "esp.icv_bad")
	command := exec.Command("tshark", arguments...)
	command.Env = append(os.Environ(), "HOME="+folder)
	var problems bytes.Buffer
	command.Stderr = &problems
	output, err := command.Output()
	if err != nil {
		t.Fatalf("tshark: %v: %s", err, &problems)
	}
	opened := 0
	for line := range strings.Lines(string(output)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		var spi, sequence int
		fmt.Sscanf(f[0], "0x%x", &spi)
		n := (spi - 0x1000) / 2
		if _, err := fmt.Sscan(f[1], &sequence); err != nil || sequence != n+1 {
			t.Errorf("%v: tshark sees %q", suites[n], f)
			continue
		}
		if good := f[2] == "1"; !good && suites[n].Cipher != AESGCM || f[3] == "1" {
			t.Errorf("%v: the ICV is bad: %q", suites[n], f)
		}
		opened++
	}
	if opened != wanted {
		t.Errorf("%d of %d packets are read", opened, wanted)
	}
}

func hexOrNothing(k Key) string {
	if len(k) == 0 {
		return ""
	}
	return "0x" + hex.EncodeToString(k)
}

// echo is a ping number n+1.
func echo(t testing.TB, n int) []byte {
	t.Helper()
	buffer := gopacket.NewSerializeBuffer()
	err := gopacket.SerializeLayers(buffer, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true},
		&layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolICMPv4, SrcIP: []byte{10, 0, 0, 1}, DstIP: []byte{10, 0, 0, 2}},
		&layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(8, 0), Id: 1, Seq: uint16(n + 1)}, gopacket.Payload(make([]byte, 33)))
	if err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}
