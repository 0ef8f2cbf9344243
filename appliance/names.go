package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"weft/cli/commands"
	"weft/nhrp"
	"weft/router"
)

// A name server is given so long to answer, and asked so often.
const (
	nameTimeout = 3 * time.Second
	nameTries   = 2
)

// lookUp asks the name servers for a host and tells the router what they say.
func (b *box) lookUp(ask router.Lookup) {
	addresses, _ := askServers(context.Background(), ask.Names, ask.Servers) // an error is as good as no address
	b.tell(router.Found{Found: nhrp.Found{Host: ask.Host, Addresses: addresses}})
}

// Lookup asks for a host of a session's.
func (network) Lookup(ctx context.Context, n commands.Names) ([]netip.Addr, error) {
	return askServers(ctx, n.Full, n.Servers)
}

// askServers tries the names of a host with each server in turn. No address and
// no error is a host that does not exist.
func askServers(ctx context.Context, names []string, servers []netip.Addr) (addresses []netip.Addr, err error) {
	for range nameTries {
		for _, server := range servers {
			if addresses, err = askFor(ctx, names, server); err == nil || ctx.Err() != nil {
				return addresses, err
			}
		}
	}
	return nil, err
}

// askFor finds the first of the names that a server knows.
func askFor(ctx context.Context, names []string, server netip.Addr) (addresses []netip.Addr, err error) {
	for _, name := range names {
		if addresses, err = askServer(ctx, server, name); err != nil || len(addresses) > 0 {
			return addresses, err
		}
	}
	return nil, nil
}

var errAnswer = errors.New("no answer to the question")

// askServer asks one server for the IPv4 addresses of one name, RFC 1035 section 4.
func askServer(ctx context.Context, server netip.Addr, host string) ([]netip.Addr, error) {
	name, err := dnsmessage.NewName(host + ".")
	if err != nil {
		return nil, fmt.Errorf("name %q: %w", host, err)
	}
	question := dnsmessage.Question{Name: name, Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET}
	query := dnsmessage.Message{Header: dnsmessage.Header{ID: uint16(rand.Uint32()), RecursionDesired: true}, Questions: []dnsmessage.Question{question}}
	packed, err := query.Pack()
	if err != nil {
		return nil, fmt.Errorf("name %q: %w", host, err)
	}
	conn, err := new(net.Dialer).DialContext(ctx, "udp4", netip.AddrPortFrom(server, 53).String())
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	conn.SetDeadline(time.Now().Add(nameTimeout))
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if _, err := conn.Write(packed); err != nil {
		return nil, err
	}
	buf := make([]byte, 4096)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return nil, err
		}
		if addresses, err := readAnswer(buf[:n], query.ID, question); !errors.Is(err, errAnswer) {
			return addresses, err
		}
	}
}

// readAnswer takes the addresses out of an answer; errAnswer if it is to another
// question, or none.
func readAnswer(b []byte, id uint16, question dnsmessage.Question) (addresses []netip.Addr, err error) {
	var m dnsmessage.Message
	if m.Unpack(b) != nil || !m.Response || m.ID != id || len(m.Questions) != 1 || m.Questions[0] != question {
		return nil, errAnswer
	}
	switch m.RCode {
	case dnsmessage.RCodeSuccess:
	case dnsmessage.RCodeNameError:
		return nil, nil
	default:
		return nil, fmt.Errorf("the name server answers %v", m.RCode)
	}
	for _, r := range m.Answers { // those of aliases too: the server has followed them
		if a, ok := r.Body.(*dnsmessage.AResource); ok {
			addresses = append(addresses, netip.AddrFrom4(a.A))
		}
	}
	return addresses, nil
}
