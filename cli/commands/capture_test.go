package commands

import (
	"testing"
	"time"

	"weft/dataplane/packet"
)

func TestMonitorCapture(t *testing.T) {
	r := hubBox()
	ip := make([]byte, 28)
	packet.IPv4Header{TotalLen: 28, TTL: 255, Protocol: 1, TOS: 0xc0, Source: addr("10.0.0.1"), Destination: addr("10.0.0.11")}.Put(ip)
	frame := append([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 8, 0}, ip...)
	golden(t, "monitor_capture.txt", r, "show monitor capture", "monitor capture CAP start", "monitor capture CAP interface GigabitEthernet0/1 both", "monitor capture CAP start",
		"monitor capture CAP match ipv4 protocol gre host 192.0.2.1 198.51.100.0/24", "monitor capture CAP buffer size 5 circular", "monitor capture CAP limit packets 100 duration 60 pps 50",
		"show monitor capture CAP", "show monitor capture CAP parameter", "monitor capture CAP start", "monitor capture CAP match any", "show monitor capture", "monitor capture CAP stop",
		"monitor capture CAP stop", "monitor capture CAP match any", "show monitor capture CAP parameter", "monitor capture CAP export nvram:x", "monitor capture CAP export flash:x.pcap")
	if r.files["flash:x.pcap"] != "pcap of CAP" {
		t.Errorf("flash: has %v", r.files)
	}
	r.captured = []Captured{{At: noon, Size: 42, Data: frame, IP: 14}, {At: noon.Add(1500 * time.Millisecond), Size: 60, Data: frame[:20], IP: -1}}
	golden(t, "monitor_capture_buffer.txt", r, "show monitor capture CAP buffer", "show monitor capture CAP buffer brief", "show monitor capture CAP buffer detailed",
		"show monitor capture CAP buffer dump", "no monitor capture CAP", "no monitor capture CAP")
}

func TestCaptureFilters(t *testing.T) {
	ip := make(packet.IPv4, 20)
	packet.IPv4Header{TotalLen: 20, TTL: 1, Protocol: 47, Source: addr("192.0.2.1"), Destination: addr("198.51.100.11")}.Put(ip)
	for _, row := range []struct {
		filter CaptureFilter
		takes  bool
	}{
		{CaptureFilter{}, false},
		{CaptureFilter{Any: true}, true},
		{CaptureFilter{IPv4: true, Protocol: -1}, true},
		{CaptureFilter{IPv4: true, Protocol: 47}, true},
		{CaptureFilter{IPv4: true, Protocol: 50}, false},
		{CaptureFilter{IPv4: true, Protocol: -1, From: prefix("192.0.2.0/24")}, true},
		{CaptureFilter{IPv4: true, Protocol: -1, To: prefix("192.0.2.0/24")}, false},
	} {
		if got := row.filter.Takes(ip); got != row.takes {
			t.Errorf("%+v takes it: %v", row.filter, got)
		}
	}
	if f := (CaptureFilter{IPv4: true, Protocol: -1}); f.Takes(nil) {
		t.Error("what is not IPv4 was taken for it")
	}
}
