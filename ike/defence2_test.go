package ike

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"weft/dataplane/esp"
)

// firstMessage is what a spoke sends first, as somebody else at from could.
func firstMessage(t *testing.T, from string, seed byte) Receive {
	w := newWorld(t)
	n := w.add("x", from, config2(from, "secret"))
	w.boot(n, seed)
	n.step(Protect{pair(hubAddr)})
	return Receive{Local: at(hubAddr + ":500"), From: at(from + ":500"), Packet: w.flying[0].packet}
}

// A flood from spoofed sources: cookies are asked for, what is kept is bounded,
// and who is there is not harmed, nor who comes.
func TestFloodOfFirstMessagesIsBounded(t *testing.T) {
	w, hub, spoke := two(t)
	late := w.add("late", spoke2, config2(spoke2, "secret"))
	hub.config.Cookies = 20
	hub.step(Configure{hub.config})
	w.up(hub, spoke)
	m := firstMessage(t, "198.51.100.1", 1)
	for i := range 5000 {
		m.From = netip.AddrPortFrom(netip.AddrFrom4([4]byte{198, 51, byte(i >> 8), byte(i)}), 500)
		binary.BigEndian.PutUint64(m.Packet, uint64(i+1))
		hub.step(Receive{Local: m.Local, From: m.From, Packet: bytes.Clone(m.Packet)})
	}
	stats := hub.engine.State().Stats
	if stats.InNegotiating != 20 || stats.CookieChallenges < 4900 || len(hub.engine.offers) != 21 {
		t.Errorf("%+v", stats)
	}
	late.step(Protect{pair(hubAddr)})
	w.run(time.Second)
	w.joined(hub, late)
	w.joined(hub, spoke)
	if hub.engine.stats.CookiePassed != 1 {
		t.Errorf("%+v", hub.engine.stats)
	}
	w.run(halfOpen)
	if hub.engine.stats.InNegotiating != 0 || len(hub.engine.sources) != 0 || len(hub.engine.offers) != 2 {
		t.Errorf("after a while %+v", hub.engine.stats)
	}
}

func TestOneSourceCannotFillEverything(t *testing.T) {
	_, hub, _ := two(t)
	m := firstMessage(t, "198.51.100.1", 1)
	for i := range 500 {
		binary.BigEndian.PutUint64(m.Packet, uint64(i+1))
		hub.step(Receive{Local: m.Local, From: m.From, Packet: bytes.Clone(m.Packet)})
	}
	if s := hub.engine.State().Stats; s.InNegotiating != fromOneSource || hub.dropped(dropFromSource) != 500-fromOneSource {
		t.Errorf("%+v", s)
	}
}

// RFC 7296 section 2.6.1: both another group and a cookie are asked for.
func TestOtherGroupAndCookie(t *testing.T) {
	for _, cookies := range []int{0, 1} {
		w, hub, spoke := two(t)
		hub.config.Proposals[0].Groups = []Group{14}
		hub.config.Cookies = cookies
		hub.step(Configure{hub.config})
		if cookies > 0 {
			hub.step(firstMessageOfGroup14(t))
		}
		spoke.step(Protect{pair(hubAddr)})
		w.run(time.Second)
		w.joined(hub, spoke)
		if s := spoke.engine.State(); s.SAs[0].Group != 14 || hub.dropped(dropGroup) != 1 || hub.engine.stats.CookiePassed != uint64(2*cookies) {
			t.Errorf("cookies %d: %+v %v", cookies, s.SAs, hub.engine.drops)
		}
	}
}

func firstMessageOfGroup14(t *testing.T) Receive {
	w := newWorld(t)
	c := config2("198.51.100.1", "secret")
	c.Proposals[0].Groups = []Group{14}
	w.add("x", "198.51.100.1", c).step(Protect{pair(hubAddr)})
	return Receive{Local: at(hubAddr + ":500"), From: at("198.51.100.1:500"), Packet: w.flying[0].packet}
}

func TestOldCookiesAreWorthNothing(t *testing.T) {
	w, hub, _ := two(t)
	e := hub.engine
	e.now = w.now
	from, nonce := at("198.51.100.1:500"), bytes.Repeat([]byte{1}, 32)
	c := e.cookie(from, 7, nonce)
	for after, good := range map[time.Duration]bool{0: true, secretLife: true, 5 * secretLife: false} {
		e.cookies = cookies{}
		e.now = w.now
		c = e.cookie(from, 7, nonce)
		e.now = w.now.Add(after)
		if e.fromHere(c, from, 7, nonce) != good {
			t.Errorf("after %v", after)
		}
	}
	e.now = w.now
	c = e.cookie(from, 7, nonce)
	if e.fromHere(c, at("198.51.100.1:501"), 7, nonce) || e.fromHere(c, from, 8, nonce) || e.fromHere(nil, from, 7, nonce) {
		t.Error("a cookie is good for somebody else")
	}
}

// RFC 7383: with a small limit everything behind IKE_SA_INIT comes in pieces.
func TestMessagesComeInPieces(t *testing.T) {
	for _, suite := range []Cipher{{esp.AESCBC, 256}, {esp.AESGCM, 128}, {esp.TripleDES, 0}} {
		w, hub, spoke := two(t)
		for _, n := range []*node{hub, spoke} {
			n.config.MTU2 = 200
			n.config.Proposals[0].Ciphers = []Cipher{suite}
			n.step(Configure{n.config})
		}
		w.loss, w.twice, w.spread = 0.1, 0.2, 30*time.Millisecond
		large := 0
		w.lose = func(from, _ netip.AddrPort, packet []byte) bool {
			if h, _ := decodeHeader(packet); h.exchange != exchangeInit && len(packet) > 200-overhead4 {
				large++
			}
			return false
		}
		spoke.step(Protect{pair(hubAddr)})
		w.run(time.Minute)
		w.joined(hub, spoke)
		if large > 0 || !hub.engine.State().SAs[0].Fragmentation || w.sent < 6 {
			t.Errorf("%v: %d messages are too large, of %d", suite, large, w.sent)
		}
	}
}

func TestReassemblyIsBounded(t *testing.T) {
	var r reassembly
	if _, ok := r.add(1, 1, maxPortions+1, 1, []byte("x")); ok || r.parts != nil {
		t.Error("it begins to collect too many")
	}
	for i := uint16(1); i < 4; i++ {
		r.add(1, i, 4, 1, []byte{byte(i)})
	}
	r.add(1, 3, 4, 1, []byte("again"))
	// More and smaller ones replace what has come (section 2.6).
	if r.add(1, 1, 5, 1, []byte("a")); len(r.parts) != 1 {
		t.Error("what came before is kept")
	}
	if r.add(2, 1, 2, 1, []byte("a")); r.id != 2 || len(r.parts) != 1 {
		t.Error("another message does not begin anew")
	}
	if all, ok := r.add(2, 2, 2, 0, []byte("b")); !ok || string(all) != "ab" || r.first != 1 {
		t.Errorf("%q %v", all, ok)
	}
}

func TestUnknownCriticalPayload(t *testing.T) {
	_, hub, _ := two(t)
	m := firstMessage(t, spokeAddr, 1)
	h, _ := decodeHeader(m.Packet)
	payloads, _ := decodePayloads(h.next, m.Packet[headerSize:])
	for _, critical := range []bool{false, true} {
		_, hub, _ = two(t)
		first, b := encodePayloads(append(slices.Clone(payloads), payload{kind: 200, critical: critical, body: []byte("?")}))
		h.next = first
		outs := hub.engine.Step(time.Unix(1, 0), Receive{Local: m.Local, From: m.From, Packet: h.encode(b)})
		refused := hub.dropped(dropCritical) == 1
		if refused != critical {
			t.Errorf("critical %v: refused %v", critical, refused)
		}
		if critical {
			s := outs[0].(Send)
			hh, _ := decodeHeader(s.Packet)
			back, _ := decodePayloads(hh.next, s.Packet[headerSize:])
			if n, ok := decodeNotify(back[0].body); !ok || n.kind != noticeCritical || !bytes.Equal(n.data, []byte{200}) {
				t.Errorf("%+v", n)
			}
		}
	}
}

// What nobody has authenticated changes nothing: flipped bits, replays, pieces of
// others.
func TestForgedMessagesChangeNothing(t *testing.T) {
	w, hub, spoke := two(t)
	w.up(hub, spoke)
	spoke.engine.sortedAssociations()[0].exchanger.probe()
	spoke.carryOut(spoke.engine.Tick(w.now))
	probe := w.flying[len(w.flying)-1]
	w.flying = nil
	before := fmt.Sprint(hub.engine.State().SAs, hub.engine.State().Children)
	for i := range probe.packet {
		forged := bytes.Clone(probe.packet)
		forged[i] ^= 0x40
		for _, o := range hub.engine.Step(w.now, Receive{Local: probe.to, From: at("203.0.113.9:500"), Packet: forged}) {
			if s, ok := o.(Send); ok {
				if h, _ := decodeHeader(s.Packet); h.exchange != exchangeInit {
					t.Errorf("octet %d: it answers %s", i, summary(s.Packet))
				}
			}
		}
	}
	after := hub.engine.State()
	if s := fmt.Sprint(after.SAs[:1], after.Children); s != before {
		t.Errorf("%s\nis now\n%s", before, s)
	}
	if hub.dropped(dropIntegrity) < 60 {
		t.Errorf("%v", hub.engine.drops)
	}
	hub.step(Receive{Local: probe.to, From: probe.from, Packet: probe.packet})
	if hub.engine.State().SAs[0].PeerMessage != 3 {
		t.Error("the right one is not taken")
	}
}

// Two tunnels of one source share a pair.
func TestTunnelsShareOnePair(t *testing.T) {
	w, hub, spoke := two(t)
	for _, n := range []*node{hub, spoke} {
		second := n.config.Endpoints[0]
		second.Tunnel, second.Shared = "Tunnel1", true
		n.config.Endpoints = append(n.config.Endpoints, second)
		n.step(Configure{n.config})
	}
	spoke.step(Protect{Pair{"Tunnel0", at(hubAddr)}})
	w.run(time.Second)
	spoke.step(Protect{Pair{"Tunnel1", at(hubAddr)}})
	w.run(time.Second)
	if w.sent != 4 || len(hub.secured) != 2 || len(spoke.secured) != 2 {
		t.Errorf("%d messages, %v, %v", w.sent, hub.secured, spoke.secured)
	}
	spoke.step(Unprotect{Pair{"Tunnel0", at(hubAddr)}})
	w.run(time.Second)
	if len(spoke.inbound) != 1 {
		t.Error("one tunnel takes the other's pair with it")
	}
	spoke.step(Unprotect{Pair{"Tunnel1", at(hubAddr)}})
	w.run(time.Second)
	if len(spoke.inbound)+len(hub.inbound) != 0 {
		t.Error("the pair stays")
	}
}

func TestIdlePairGoesAway(t *testing.T) {
	w, hub, spoke := two(t)
	hub.config.Endpoints[0].IPsec.IdleTime = time.Minute
	hub.step(Configure{hub.config})
	w.up(hub, spoke)
	if lost := w.traffic(hub, spoke, 20*time.Second, 5*time.Minute); lost > 0 || hub.flaps > 0 {
		t.Errorf("a pair in use goes: %d", lost)
	}
	spoke.engine.wants = map[Pair]*want{} // nobody wants it any more, and nobody says so
	spoke.engine.sortedSessions()[0].wants = nil
	w.run(2 * time.Minute)
	if len(hub.inbound) > 0 || !slices.Contains(hub.reasons, ReasonIdle) {
		t.Errorf("an idle pair stays: %v", hub.reasons)
		w.fail()
	}
}

func TestChangedConfigurationEndsWhatItTouches(t *testing.T) {
	w, hub, spoke := two(t)
	other := w.add("other", spoke2, config2(spoke2, "secret"))
	w.up(hub, spoke)
	w.up(hub, other)
	hub.config.NATKeepalive = time.Minute
	hub.step(Configure{hub.config})
	w.run(time.Second)
	if hub.flaps != 0 {
		t.Error("a change of something else ends it")
	}
	hub.config.Endpoints = nil
	hub.step(Configure{hub.config})
	w.run(time.Second)
	if hub.flaps != 2 || len(hub.inbound)+len(spoke.inbound)+len(other.inbound) != 0 {
		t.Errorf("%d", hub.flaps)
		w.fail()
	}
}

func TestClearedSessionComesBack(t *testing.T) {
	for _, clear := range []Clear{{IKE: true, IPsec: true}, {IPsec: true}, {IKE: true, ID: 1}, {IKE: true, Peer: netip.MustParseAddr(hubAddr)}} {
		w, hub, spoke := two(t)
		w.up(hub, spoke)
		spoke.step(clear)
		if spoke.flaps != 1 {
			t.Errorf("%+v clears nothing", clear)
		}
		w.run(10 * time.Second)
		w.joined(hub, spoke)
	}
}

func TestStrangerGetsNoAnswer(t *testing.T) {
	w, hub, _ := two(t)
	hub.config.Endpoints[0].Version = 1
	hub.step(Configure{hub.config})
	hub.step(firstMessage(t, spokeAddr, 1))
	if w.sent != 0 || hub.dropped(dropNoEndpoint) != 1 {
		t.Errorf("%d messages, %v", w.sent, hub.engine.drops)
	}
}

// Keys never print, whatever prints them.
func TestKeysNeverPrint(t *testing.T) {
	w, hub, spoke := two(t)
	for _, n := range []*node{hub, spoke} {
		n.config.Profiles2[0].Keys[0].Local = esp.Key("very-secret-word")
		n.config.Profiles2[0].Keys[0].Remote = esp.Key("very-secret-word")
		n.step(Configure{n.config})
		n.step(Debugging{IKEv2: true, IPsec: true, ISAKMP: true})
	}
	var said strings.Builder
	say := func(v any) { fmt.Fprintf(&said, "%v %+v %#v\n", v, v, v) }
	for _, o := range spoke.engine.Step(w.now, Protect{pair(hubAddr)}) {
		say(o)
		spoke.carryOut([]Out{o})
	}
	w.run(time.Second)
	say(spoke.engine.State())
	say(hub.config)
	said.WriteString(w.log.String())
	keys := spoke.engine.sortedAssociations()[0].exchanger.(*sa2).keys
	secrets := [][]byte{[]byte("very-secret-word"), keys.derive, keys.initiator.encryption, keys.responder.auth}
	for _, l := range spoke.inbound {
		secrets = append(secrets, l.Encryption)
		say(Install{"", l.Parameters})
	}
	for _, s := range secrets {
		for _, form := range []string{string(s), fmt.Sprintf("%x", s), fmt.Sprint([]byte(s)), fmt.Sprintf("%#v", []byte(s))} {
			if strings.Contains(said.String(), form) {
				t.Errorf("%q is printed", form)
			}
		}
	}
}

func TestWideSelectorIsChosenBesideTheKey(t *testing.T) {
	host := netip.MustParseAddr(spokeAddr)
	keyed := hostGRE(host)
	keyed.firstPort, keyed.port = 100, 100
	for name, offered := range map[string][]span{"key first": {keyed, hostGRE(host)}, "key last": {hostGRE(host), keyed}} {
		if s, ok := narrow(offered, host); !ok || s != hostGRE(host) {
			t.Errorf("%s: %+v", name, s)
		}
	}
	if s, ok := narrow([]span{keyed}, host); !ok || s != keyed {
		t.Errorf("alone: %+v", s)
	}
	everything := span{port: 0xffff, firstAddr: netip.MustParseAddr("0.0.0.0"), toAddr: netip.MustParseAddr("255.255.255.255")}
	if s, ok := narrow([]span{everything}, host); !ok || s != hostGRE(host) {
		t.Errorf("everything: %+v", s)
	}
	tcp := hostGRE(host)
	tcp.protocol = 6
	if s, ok := narrow([]span{tcp, hostGRE(netip.MustParseAddr(hubAddr))}, host); ok {
		t.Errorf("something else: %+v", s)
	}
}
