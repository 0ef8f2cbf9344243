package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"

	"golang.org/x/net/icmp"
	"golang.org/x/net/ipv4"
	"golang.org/x/sys/unix"

	"weft/cli/commands"
)

const (
	ipHeader   = 20
	icmpHeader = 8
)

// network sends real ICMP from the namespace the router runs in.
type network struct{}

// Probe sends one echo request and waits for the answer, or for the ICMP error
// that quotes it.
func (network) Probe(ctx context.Context, p commands.Probe) commands.Reply {
	listen := "0.0.0.0"
	if p.Source.IsValid() {
		listen = p.Source.String()
	}
	config := net.ListenConfig{Control: dontFragment(p.DF)}
	conn, err := config.ListenPacket(ctx, "ip4:icmp", listen)
	if err != nil {
		return commands.Reply{Kind: commands.LocalFailure, Err: err}
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()

	id := rand.IntN(1 << 16)
	if err := send(conn, p, id); err != nil {
		kind := commands.LocalFailure
		if errors.Is(err, unix.EMSGSIZE) {
			kind = commands.FragNeeded
		}
		if kind == commands.LocalFailure { // the way may be there for the next one
			select {
			case <-ctx.Done():
			case <-time.After(p.Timeout):
			}
		}
		return commands.Reply{Kind: kind, Err: err}
	}
	sent := time.Now()
	conn.SetReadDeadline(sent.Add(p.Timeout))
	if ctx.Err() != nil {
		return commands.Reply{Kind: commands.LocalFailure, Err: ctx.Err()}
	}
	buf := make([]byte, 1<<16)
	for {
		n, from, err := conn.ReadFrom(buf)
		if err != nil {
			if errors.Is(err, os.ErrDeadlineExceeded) && ctx.Err() == nil {
				return commands.Reply{Kind: commands.TimedOut}
			}
			return commands.Reply{Kind: commands.LocalFailure, Err: err}
		}
		kind, ours := understand(buf[:n], p.Target, id, p.Seq)
		if !ours {
			continue
		}
		addr, _ := netip.ParseAddr(from.String())
		return commands.Reply{From: addr.Unmap(), RTT: time.Since(sent), Kind: kind}
	}
}

func send(conn net.PacketConn, p commands.Probe, id int) error {
	if p.TTL > 0 {
		if err := ipv4.NewPacketConn(conn).SetTTL(p.TTL); err != nil {
			return err
		}
	}
	data := make([]byte, max(0, p.Size-ipHeader-icmpHeader))
	for i := range data {
		data[i] = 0xAB
		if i%2 == 1 {
			data[i] = 0xCD
		}
	}
	m := icmp.Message{Type: ipv4.ICMPTypeEcho, Body: &icmp.Echo{ID: id, Seq: p.Seq & 0xffff, Data: data}}
	wire, err := m.Marshal(nil)
	if err != nil {
		return err
	}
	_, err = conn.WriteTo(wire, &net.IPAddr{IP: p.Target.AsSlice()})
	return err
}

// dontFragment sets or clears the don't-fragment bit of what a socket sends.
func dontFragment(on bool) func(network, address string, c syscall.RawConn) error {
	discover := unix.IP_PMTUDISC_DONT
	if on {
		discover = unix.IP_PMTUDISC_DO
	}
	return func(_, _ string, c syscall.RawConn) (err error) {
		if e := c.Control(func(fd uintptr) {
			err = unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_MTU_DISCOVER, discover)
		}); e != nil {
			return e
		}
		return err
	}
}

// understand reports whether a received ICMP message answers our request, and how.
func understand(b []byte, target netip.Addr, id, seq int) (commands.ReplyKind, bool) {
	m, err := icmp.ParseMessage(1, b)
	if err != nil {
		return 0, false
	}
	switch body := m.Body.(type) {
	case *icmp.Echo:
		return commands.Echoed, m.Type == ipv4.ICMPTypeEchoReply && body.ID == id && body.Seq == seq&0xffff
	case *icmp.DstUnreach:
		if !quotes(body.Data, target, id, seq) {
			return 0, false
		}
		switch m.Code {
		case 3:
			return commands.PortUnreachable, true
		case 4:
			return commands.FragNeeded, true
		case 9, 10, 13:
			return commands.Prohibited, true
		}
		return commands.Unreachable, true
	case *icmp.TimeExceeded:
		return commands.TimeExceeded, quotes(body.Data, target, id, seq)
	}
	return 0, false
}

// quotes reports whether an ICMP error carries the start of our request.
func quotes(b []byte, target netip.Addr, id, seq int) bool {
	if len(b) < ipHeader || b[0]>>4 != 4 {
		return false
	}
	header := int(b[0]&15) * 4
	if header < ipHeader || len(b) < header+icmpHeader || b[9] != 1 {
		return false
	}
	dst, _ := netip.AddrFromSlice(b[16:20])
	echo := b[header:]
	return dst == target && echo[0] == 8 &&
		int(echo[4])<<8|int(echo[5]) == id && int(echo[6])<<8|int(echo[7]) == seq&0xffff
}
