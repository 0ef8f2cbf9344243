package labs

import (
	"errors"
	"net"
	"testing"
	"time"

	batches "golang.org/x/net/ipv4"
	"golang.org/x/sys/unix"
)

// BenchmarkProtectedPackets is BenchmarkProtectedThroughput with UDP packets of
// 64 octets, as many as h1 can send in three seconds: packet/s of those that
// arrive.
func BenchmarkProtectedPackets(b *testing.B) {
	compare(b, besideWireGuard(b), "packet", 1, (*speedLab).flood)
}

const (
	floodTime   = 3 * time.Second
	floodOctets = 64
)

// flood sends small packets from h1 to h2. A flow's units are packets.
func (l *speedLab) flood() (f flow) {
	b := l.b
	b.Helper()
	server := l.socket("h2", speedServer+":9000")
	defer server.Close()
	client := l.socket("h1", ":0")
	defer client.Close()
	if err := server.SetReadBuffer(4 << 20); err != nil {
		b.Fatal(err)
	}
	arrived := make(chan int)
	go func() { arrived <- sink(server) }()
	routers, own := l.routersTime(), ownTime(b)
	begin := time.Now()
	err := pour(client, server.LocalAddr(), floodTime)
	took := time.Since(begin)
	// What is on its way has a moment to arrive.
	_ = server.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	f.units = float64(<-arrived)
	if err != nil || f.units == 0 {
		b.Fatalf("%v packets arrived, %v", f.units, err)
	}
	f.routers = l.routersTime() - routers
	f.all = f.routers + ownTime(b) - own
	f.rate = f.units / took.Seconds()
	return f
}

// socket is a UDP socket of ours in a node's network.
func (l *speedLab) socket(node, address string) *net.UDPConn {
	l.b.Helper()
	var c net.PacketConn
	var err error
	inNetwork(l.b, l.networks[node], func() { c, err = net.ListenPacket("udp4", address) })
	if err != nil {
		l.b.Fatal(err)
	}
	return c.(*net.UDPConn)
}

// pour sends packets, 64 with a system call, until the time is up.
func pour(from *net.UDPConn, to net.Addr, during time.Duration) error {
	batch := make([]batches.Message, 64)
	for i := range batch {
		batch[i] = batches.Message{Buffers: [][]byte{make([]byte, floodOctets)}, Addr: to}
	}
	c := batches.NewPacketConn(from)
	for end := time.Now().Add(during); time.Now().Before(end); {
		if _, err := c.WriteBatch(batch, 0); err != nil && !errors.Is(err, unix.ENOBUFS) {
			return err
		}
	}
	return nil
}

// sink counts packets until the socket's deadline.
func sink(server *net.UDPConn) (n int) {
	batch := make([]batches.Message, 64)
	for i := range batch {
		batch[i].Buffers = [][]byte{make([]byte, floodOctets)}
	}
	c := batches.NewPacketConn(server)
	for {
		got, err := c.ReadBatch(batch, 0)
		if err != nil {
			return n
		}
		n += got
	}
}

// ownTime is the processor time of this process, which is both ends of a flood.
func ownTime(b *testing.B) time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
