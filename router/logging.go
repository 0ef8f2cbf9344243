package router

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"weft/cli/commands"
	"weft/ike"
	"weft/nhrp"
)

// severityDebug is the severity of debug output.
const severityDebug = 7

// logging is the log of the box: the buffer that "show logging" prints, and counts.
type logging struct {
	lines    []string
	bytes    int
	sequence uint64 // of the last message, logged anywhere or not

	buffered, consoled, monitored, trapped uint64
	limit                                  limiter
	counts                                 map[message]commands.LogCount
}

// A message is what messages are counted by.
type message struct {
	facility, mnemonic string
	severity           int
}

// count counts a message, as long as "logging count" says so.
func (l *logging) count(on bool, now time.Time, m commands.Message) {
	if !on {
		l.counts = nil
		return
	}
	if l.counts == nil {
		l.counts = map[message]commands.LogCount{}
	}
	key := message{m.Facility, m.Mnemonic, m.Severity}
	l.counts[key] = commands.LogCount{Facility: m.Facility, Mnemonic: m.Mnemonic, Severity: m.Severity, Count: l.counts[key].Count + 1, Last: now}
}

// A limiter counts the messages of one second.
type limiter struct {
	second  int64
	passed  int
	refused uint64 // in all
}

var topics = map[nhrp.Topic]commands.DebugTopic{
	nhrp.TopicPacket: commands.DebugNHRPPacket,
	nhrp.TopicCache:  commands.DebugNHRPCache,
	nhrp.TopicError:  commands.DebugNHRPError,
}

// event gives an event its words and logs it.
func (r *Router) event(now time.Time, e any) {
	m, ok := commands.EventText(e)
	if !ok {
		return
	}
	if m.Facility != "" {
		r.log.count(r.box.Global.Logging.Count, now, m)
	}
	ts := r.box.Global.Timestamps.Log
	line := commands.FormatLogLine(m, r.face(now, ts), ts, r.clock.trusted(), now.Sub(r.options.Booted))
	to := reach{severity: m.Severity}
	if kept, ok := e.(commands.LineKept); ok {
		to.local, to.seen = true, kept.Seen
	}
	line, shown := r.record(now, to, line)
	r.do(Log{At: now, Message: m, Line: line, Shown: shown})
}

// debug prints an event of a topic that is on.
func (r *Router) debug(now time.Time, topic commands.DebugTopic, e any) {
	if !r.debugs[topic] || !commands.Meets(e, r.conditions) {
		return
	}
	ts := r.box.Global.Timestamps.Debug
	for _, text := range commands.DebugText(e, now) {
		line := commands.FormatDebugLine(text, r.face(now, ts), ts, r.clock.trusted(), now.Sub(r.options.Booted))
		line, shown := r.record(now, reach{severity: severityDebug, debug: true}, line)
		r.do(Debug{At: now, Line: line, Shown: shown})
	}
}

// A reach is whom a line is for, before the configuration has its say.
type reach struct {
	severity int
	debug    bool // output of debug, not an event
	local    bool // for the console and the buffer alone
	seen     bool // the console has it already
}

// record numbers a line, keeps it and tells the log servers, each as far as the
// configuration says, and says where else it is to be seen.
func (r *Router) record(now time.Time, to reach, line string) (string, Shown) {
	c, l := &r.box.Global.Logging, &r.log
	severity := to.severity
	l.sequence++
	if c.Sequence {
		line = fmt.Sprintf("%06d: %s", l.sequence, line)
	}
	within := r.withinLimit(now, severity, to.debug)
	elsewhere := !c.Off && (within || c.Limit.Console)
	shown := Shown{Console: within && !to.seen && severity <= c.Console, Monitor: elsewhere && !to.local && severity <= c.Monitor}
	if shown.Console {
		l.consoled++
	}
	if shown.Monitor {
		l.monitored++
	}
	if elsewhere && severity <= c.Buffer {
		r.buffer(line)
	}
	if elsewhere && !to.local && severity <= c.Trap && len(c.Hosts) > 0 {
		l.trapped++
		r.tellServers(severity, line)
	}
	return line, shown
}

// withinLimit counts a message against "logging rate-limit".
func (r *Router) withinLimit(now time.Time, severity int, debug bool) bool {
	limit, l := r.box.Global.Logging.Limit, &r.log.limit
	if limit.PerSecond == 0 || severity <= limit.Except || debug && !limit.Debug {
		return true
	}
	if second := now.Unix(); second != l.second {
		l.second, l.passed = second, 0
	}
	if l.passed == limit.PerSecond {
		l.refused++
		return false
	}
	l.passed++
	return true
}

// buffer keeps a line in the logging buffer, whose size is in bytes; the oldest go.
func (r *Router) buffer(line string) {
	l := &r.log
	l.buffered++
	l.lines = append(l.lines, line)
	l.bytes += len(line) + 1
	drop := 0
	for l.bytes > r.box.Global.Logging.BufferSize && drop < len(l.lines)-1 {
		l.bytes -= len(l.lines[drop]) + 1
		drop++
	}
	l.lines = slices.Delete(l.lines, 0, drop)
}

// tellServers sends a line to every log server: the priority of RFC 3164
// section 4.1.1, and then, as IOS has it, the number of the message in place of
// the standard's header, and the line as it is shown everywhere.
func (r *Router) tellServers(severity int, line string) {
	c := &r.box.Global.Logging
	source := r.logSource()
	origin := ""
	switch {
	case c.OriginID == "hostname":
		origin = r.Hostname() + ": "
	case c.OriginID == "ip" && source.IsValid():
		origin = source.String() + ": "
	case strings.HasPrefix(c.OriginID, "string "):
		origin = strings.TrimPrefix(c.OriginID, "string ") + ": "
	}
	text := fmt.Sprintf("<%d>%d: %s%s", c.Facility*8+severity, r.log.sequence, origin, line)
	for _, h := range c.Hosts {
		r.do(Syslog{To: netip.AddrPortFrom(h.Address, uint16(h.Port)), Source: source, Text: text})
	}
}

// logSource is the address that log servers are to see; the zero Addr leaves it
// to the route. An interface that is down lends its address to nobody.
func (r *Router) logSource() netip.Addr {
	if i := r.interfaces[r.box.Global.Logging.Source]; i != nil && i.protocolUp {
		return i.config.Address.Addr()
	}
	return netip.Addr{}
}

func (r *Router) clearLogging() { r.log.lines, r.log.bytes = nil, 0 }

// debugging switches a topic, in NHRP too.
func (r *Router) debugging(now time.Time, d Debugging) {
	if d.On {
		r.debugs[d.Topic] = true
	} else {
		delete(r.debugs, d.Topic)
	}
	r.carryNHRP(now, r.nhrp.Step(now, nhrp.Debugging{
		Packet: r.debugs[commands.DebugNHRPPacket] || r.debugs[commands.DebugNHRPExtension],
		Cache:  r.debugs[commands.DebugNHRPCache],
		Error:  r.debugs[commands.DebugNHRPError] || r.debugs[commands.DebugNHRPRate],
	}))
	for _, p := range r.processes() {
		r.debugEIGRP(now, p)
	}
	r.carryIKE(now, r.ike.Step(now, ike.Debugging{
		ISAKMP: r.debugs[commands.DebugISAKMP],
		IKEv2:  r.debugs[commands.DebugIKEv2],
		IPsec:  r.debugs[commands.DebugIPsec],
	}))
}
