package kernel

import (
	"encoding/binary"
	"net/netip"
	"sync"
	"syscall"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"

	"weft/dataplane"
)

// A watch receives the kernel's notifications. News are the messages of one
// read; nil news say that some were lost.
type watch struct {
	socket *nl.NetlinkSocket
	news   chan []syscall.NetlinkMessage
	ended  chan struct{}
	flags  map[int]uint32 // of each link, as last heard
	losses int            // how often notifications were lost
	once   sync.Once
}

// watchBuffer holds some 30,000 notifications about routes.
const watchBuffer = 8 << 20

func newWatch() (*watch, error) {
	socket, err := nl.Subscribe(unix.NETLINK_ROUTE, unix.RTNLGRP_LINK, unix.RTNLGRP_IPV4_IFADDR, unix.RTNLGRP_IPV4_ROUTE, unix.RTNLGRP_IPV4_RULE, unix.RTNLGRP_IPV4_NETCONF)
	if err != nil {
		return nil, err
	}
	if socket.SetReceiveBufferSize(watchBuffer, true) != nil {
		// Not allowed in a user namespace. A small buffer overflows sooner,
		// which costs a dump.
		_ = socket.SetReceiveBufferSize(watchBuffer, false)
	}
	w := &watch{socket: socket, news: make(chan []syscall.NetlinkMessage, 16), ended: make(chan struct{}), flags: map[int]uint32{}}
	go w.read()
	return w, nil
}

func (w *watch) read() {
	for {
		messages, from, err := w.socket.Receive()
		switch {
		case err == unix.ENOBUFS:
			messages = nil
		case err != nil && w.isClosed():
			return
		case err != nil:
			messages = nil
		case from.Pid != nl.PidKernel:
			continue
		}
		select {
		case w.news <- messages:
		case <-w.ended:
			return
		}
	}
}

func (w *watch) isClosed() bool {
	select {
	case <-w.ended:
		return true
	default:
		return false
	}
}

func (w *watch) close() {
	w.once.Do(func() {
		close(w.ended)
		w.socket.Close()
	})
}

// hear notes what must be compared again. What a notification says is not
// believed, only that something happened: it may be old news.
func (w *worker) hear(messages []syscall.NetlinkMessage) {
	if messages == nil {
		w.watch.losses++
		w.stale = staleness{true, true, true}
		return
	}
	for _, m := range messages {
		switch m.Header.Type {
		case unix.RTM_NEWLINK, unix.RTM_DELLINK:
			w.stale.links = true
			if len(m.Data) < unix.SizeofIfInfomsg {
				continue
			}
			info := nl.DeserializeIfInfomsg(m.Data)
			const moves = unix.IFF_UP | unix.IFF_LOWER_UP
			// A link that goes down takes its routes along without a word.
			if old, known := w.watch.flags[int(info.Index)]; !known || (old^info.Flags)&moves != 0 {
				w.stale.routes = true
			}
			w.watch.flags[int(info.Index)] = info.Flags
			if m.Header.Type == unix.RTM_DELLINK {
				delete(w.watch.flags, int(info.Index))
				w.stale.routes = true
			}
		case unix.RTM_NEWADDR, unix.RTM_NEWNETCONF: // the latter: forwarding or rp_filter was set
			w.stale.links = true
		case unix.RTM_DELADDR:
			// So does the last address of a link.
			w.stale.links, w.stale.routes = true, true
		case unix.RTM_NEWROUTE, unix.RTM_DELROUTE:
			w.hearRoute(m)
		case unix.RTM_NEWRULE, unix.RTM_DELRULE:
			w.stale.rules = true
		}
	}
}

// hearRoute tells the echo of our own doing from that of others, or each route
// that we install would cost a dump of them all.
func (w *worker) hearRoute(m syscall.NetlinkMessage) {
	if len(m.Data) < unix.SizeofRtMsg {
		return
	}
	msg := nl.DeserializeRtMsg(m.Data)
	attributes, err := nl.ParseRouteAttr(m.Data[msg.Len():])
	if err != nil || msg.Family != unix.AF_INET {
		return
	}
	table, address := int(msg.Table), netip.IPv4Unspecified()
	for _, a := range attributes {
		switch {
		case a.Attr.Type == unix.RTA_TABLE && len(a.Value) >= 4:
			table = int(binary.NativeEndian.Uint32(a.Value))
		case a.Attr.Type == unix.RTA_DST && len(a.Value) >= 4:
			address = netip.AddrFrom4([4]byte(a.Value))
		}
	}
	key := routeKey{dataplane.MainTable, netip.PrefixFrom(address, int(msg.Dst_len))}
	switch table {
	case unix.RT_TABLE_MAIN:
	case w.options.UnderlayTableID:
		key.table = dataplane.UnderlayTable
	default:
		return
	}
	_, held := w.held[key]
	ours := msg.Protocol == Protocol
	if added := m.Header.Type == unix.RTM_NEWROUTE; added && !ours || !added && ours && held {
		w.stale.routes = true
	}
}
