package socket_test

import (
	"io"
	"net"
	"net/netip"
	"testing"

	"weft/dataplane"
	"weft/dataplane/packet"
	"weft/dataplane/socket"
)

// stream measures one TCP connection between two namespaces.
func stream(b *testing.B, server, client *space, at netip.Addr) {
	var listener net.Listener
	server.do(func() {
		var err error
		listener, err = net.Listen("tcp4", netip.AddrPortFrom(at, 5001).String())
		server.must(err)
	})
	if b.Failed() {
		b.FailNow()
	}
	defer listener.Close()
	received := make(chan int64, 1)
	go func() {
		c, err := listener.Accept()
		if err != nil {
			received <- 0
			return
		}
		defer c.Close()
		n, _ := io.Copy(io.Discard, c)
		received <- n
	}()
	var c net.Conn
	client.do(func() {
		var err error
		c, err = net.Dial("tcp4", listener.Addr().String())
		client.must(err)
	})
	if b.Failed() {
		b.FailNow()
	}
	block := make([]byte, 1<<20)
	b.SetBytes(int64(len(block)))
	b.ResetTimer()
	for range b.N {
		if _, err := c.Write(block); err != nil {
			b.Fatal(err)
		}
	}
	c.Close()
	if n := <-received; n != int64(b.N)<<20 {
		b.Errorf("%d octets arrived", n)
	}
}

func BenchmarkTCPThroughTunnel(b *testing.B) {
	hub, spoke := newTunnel(b, 1400)
	stream(b, hub.space, spoke.space, hubIn)
}

// BenchmarkTCPWithoutTunnel is the same path, for the ratio.
func BenchmarkTCPWithoutTunnel(b *testing.B) {
	hub, spoke := newWire(b)
	stream(b, hub, spoke, hubNBMA)
}

func BenchmarkSend(b *testing.B) {
	_, spoke := newWire(b)
	var s *socket.Socket
	spoke.do(func() {
		var err error
		s, err = socket.Open(0, func([]byte) {})
		spoke.must(err)
	})
	if b.Failed() {
		b.FailNow()
	}
	defer s.Close()
	var batch []dataplane.Datagram
	for range 64 {
		batch = append(batch, datagram(spokeNBMA, hubNBMA, make([]byte, 1400-packet.IPv4HeaderLen)))
	}
	b.SetBytes(1400)
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i += len(batch) {
		if _, err := s.Send(batch); err != nil {
			b.Fatal(err)
		}
	}
}
