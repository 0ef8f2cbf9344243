package router

import (
	"slices"
	"time"

	"weft/cli/commands"
	"weft/nhrp"
)

// logging is the log of the box: the buffer that "show logging" prints, and counts.
type logging struct {
	lines    []string
	bytes    int
	buffered uint64
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
	line := commands.FormatLogLine(m, now, r.timestamps().Log, r.options.Synchronized, now.Sub(r.options.Booted))
	r.buffer(m.Severity, line)
	r.do(Log{At: now, Message: m, Line: line})
}

// debug prints an event of a topic that is on.
func (r *Router) debug(now time.Time, topic commands.DebugTopic, e any) {
	if !r.debugs[topic] {
		return
	}
	for _, text := range commands.DebugText(e, now) {
		line := commands.FormatDebugLine(text, now, r.timestamps().Debug, r.options.Synchronized, now.Sub(r.options.Booted))
		r.buffer(7, line)
		r.do(Debug{At: now, Line: line})
	}
}

func (r *Router) timestamps() commands.Timestamps {
	if r.box.Global == nil {
		return commands.Timestamps{}
	}
	return r.box.Global.Timestamps
}

// buffer keeps a line in the logging buffer, whose size is in bytes; the oldest go.
func (r *Router) buffer(severity int, line string) {
	if r.box.Global == nil || severity > r.box.Global.Logging.Buffer {
		return
	}
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

func (r *Router) clearLogging() { r.log.lines, r.log.bytes = nil, 0 }

// debugging switches a topic, in NHRP too.
func (r *Router) debugging(now time.Time, d Debugging) {
	if d.On {
		r.debugs[d.Topic] = true
	} else {
		delete(r.debugs, d.Topic)
	}
	r.carryNHRP(now, r.nhrp.Step(now, nhrp.Debugging{
		Packet: r.debugs[commands.DebugNHRPPacket],
		Cache:  r.debugs[commands.DebugNHRPCache],
		Error:  r.debugs[commands.DebugNHRPError],
	}))
}
