package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"weft/cli/commands"
)

// tick is the unit of processor times in /proc: USER_HZ, which Linux fixes at
// 100 for every program that is not the kernel.
const tick = 10 * time.Millisecond

// The times over which load is told, and how many samples that takes.
var loadTimes = [...]time.Duration{5 * time.Second, time.Minute, 5 * time.Minute}

const loadSamples = int(5*time.Minute/sampling) + 1

// A procfs is where Linux tells of its processes: /proc.
type procfs string

// A loadSample is what /proc has counted so far.
type loadSample struct {
	at                     time.Time
	total, idle, interrupt uint64 // ticks of all processors
	processes              map[int]processCount
	memory                 commands.Memory
}

// processCount is a process as it was counted.
type processCount struct {
	commands.Process
	began uint64 // a number is given to another process one day
	ticks uint64
}

// A loadHistory is the samples of the last five minutes.
type loadHistory struct {
	proc procfs

	mu      sync.Mutex // guards the rest: sessions look while the sampler adds
	samples []loadSample
	lowest  uint64 // free memory, since the start
}

// take adds a sample.
func (h *loadHistory) take(now time.Time) error {
	s, err := h.proc.sample(now)
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.lowest == 0 || s.memory.Free < h.lowest {
		h.lowest = s.memory.Free
	}
	h.samples = append(h.samples, s)
	if len(h.samples) > loadSamples {
		h.samples = slices.Delete(h.samples, 0, len(h.samples)-loadSamples)
	}
	return nil
}

// tell is the state now, with shares since the samples that lie nearest to the
// times that are told.
func (h *loadHistory) tell(now time.Time) (commands.Processes, error) {
	s, err := h.proc.sample(now)
	if err != nil {
		return commands.Processes{}, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	p := commands.Processes{Memory: s.memory}
	p.Memory.Lowest = s.memory.Free
	if h.lowest != 0 {
		p.Memory.Lowest = min(h.lowest, s.memory.Free)
	}
	for _, one := range s.processes {
		p.List = append(p.List, one.Process)
	}
	slices.SortFunc(p.List, func(a, b commands.Process) int { return cmp.Compare(a.PID, b.PID) })
	for i, length := range loadTimes {
		then := h.at(now.Add(-length))
		all := s.total - then.total
		p.Busy[i] = percent(all-(s.idle-then.idle), all)
		if i == 0 {
			p.Interrupt = percent(s.interrupt-then.interrupt, all)
		}
		for n := range p.List {
			one := s.processes[p.List[n].PID]
			ticks := one.ticks
			if was := then.processes[one.PID]; was.began == one.began {
				ticks -= was.ticks
			}
			p.List[n].Busy[i] = percent(ticks, all)
		}
	}
	return p, nil
}

// at is the last sample that is not younger than an instant, or else the
// oldest; h.mu is held.
func (h *loadHistory) at(when time.Time) loadSample {
	for _, s := range slices.Backward(h.samples) {
		if !s.at.After(when) {
			return s
		}
	}
	if len(h.samples) > 0 {
		return h.samples[0]
	}
	return loadSample{}
}

// nameProcess makes this process go by the product's name, however it was
// started: the labs start it by a path that ends in "exe".
func nameProcess() {
	os.WriteFile(fmt.Sprintf("/proc/self/task/%d/comm", os.Getpid()), []byte("weft"), 0)
}

func percent(part, all uint64) float64 {
	if all == 0 {
		return 0
	}
	return min(100*float64(part)/float64(all), 100)
}

// sample reads everything once.
func (p procfs) sample(now time.Time) (loadSample, error) {
	s := loadSample{at: now, processes: map[int]processCount{}}
	stat, err := os.ReadFile(p.path("stat"))
	if err != nil {
		return s, err
	}
	line, _, _ := strings.Cut(string(stat), "\n")
	fields := numbers(strings.TrimPrefix(line, "cpu"))
	if len(fields) < 8 {
		return s, fmt.Errorf("%s: no line of all processors", p.path("stat"))
	}
	for _, n := range fields[:8] { // guests' time is in that of their processes
		s.total += n
	}
	s.idle, s.interrupt = fields[3]+fields[4], fields[5]+fields[6]
	s.memory = p.memory()
	namespace, _ := os.Readlink(p.path("self", "ns", "net"))
	folders, err := filepath.Glob(p.path("[0-9]*"))
	for _, folder := range folders {
		if ns, err := os.Readlink(filepath.Join(folder, "ns", "net")); err != nil || ns != namespace {
			continue
		}
		if one, err := readProcess(folder); err == nil { // it may have ended meanwhile
			s.processes[one.PID] = one
		}
	}
	return s, err
}

func (p procfs) path(parts ...string) string {
	return filepath.Join(append([]string{string(p)}, parts...)...)
}

// readProcess reads a process's folder, proc(5).
func readProcess(folder string) (c processCount, err error) {
	text, err := os.ReadFile(filepath.Join(folder, "stat"))
	if err != nil {
		return c, err
	}
	// The name is in parentheses and may hold some itself.
	open, end := strings.IndexByte(string(text), '('), strings.LastIndexByte(string(text), ')')
	if open < 0 || end < open {
		return c, errors.New("stat: no name")
	}
	f := strings.Fields(string(text[end+1:])) // from the third field of proc(5) on
	if len(f) < 22 {
		return c, errors.New("stat: too short")
	}
	c.PID, _ = strconv.Atoi(strings.TrimSpace(string(text[:open])))
	c.Name = string(text[open+1 : end])
	device := number(f[4]) // its minor number is in two pieces
	c.TTY = int(device&0xff | device>>12&0xfff00)
	c.ticks = number(f[11]) + number(f[12])
	c.began = number(f[19])
	c.Runtime = time.Duration(c.ticks) * tick
	c.Resident = number(f[21]) * uint64(os.Getpagesize())
	if status, err := keyed(filepath.Join(folder, "status")); err == nil {
		c.Peak = status["VmHWM"] * 1024
	}
	threads, _ := filepath.Glob(filepath.Join(folder, "task", "*", "status"))
	for _, thread := range threads {
		if status, err := keyed(thread); err == nil {
			c.Invoked += status["voluntary_ctxt_switches"] + status["nonvoluntary_ctxt_switches"]
		}
	}
	return c, nil
}

// memory reads how much there is and how much of it is free.
func (p procfs) memory() (m commands.Memory) {
	if info, err := keyed(p.path("meminfo")); err == nil {
		m.Total, m.Free = info["MemTotal"]*1024, info["MemAvailable"]*1024
	}
	if text, err := os.ReadFile(p.path("buddyinfo")); err == nil {
		for line := range strings.Lines(string(text)) {
			_, counts, ok := strings.Cut(line, "zone")
			fields := strings.Fields(counts)
			for order := 1; ok && order < len(fields); order++ { // free pieces of 2^(order-1) pages
				if number(fields[order]) > 0 {
					m.Largest = max(m.Largest, uint64(os.Getpagesize())<<(order-1))
				}
			}
		}
	}
	if text, err := os.ReadFile(p.path("iomem")); err == nil {
		for line := range strings.Lines(string(text)) {
			if span, what, ok := strings.Cut(line, " : "); ok && strings.TrimSpace(what) == "System RAM" {
				from, _, _ := strings.Cut(strings.TrimSpace(span), "-")
				m.Head, _ = strconv.ParseUint(from, 16, 64)
				break
			}
		}
	}
	return m
}

// keyed reads a file of lines like "VmHWM:    1234 kB".
func keyed(path string) (map[string]uint64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	values := map[string]uint64{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		key, value, _ := strings.Cut(lines.Text(), ":")
		if all := numbers(value); len(all) > 0 {
			values[key] = all[0]
		}
	}
	return values, nil
}

// numbers are the leading numbers of a text.
func numbers(text string) (all []uint64) {
	for _, field := range strings.Fields(text) {
		n, err := strconv.ParseUint(field, 10, 64)
		if err != nil {
			break
		}
		all = append(all, n)
	}
	return all
}

func number(text string) uint64 {
	n, _ := strconv.ParseUint(text, 10, 64)
	return n
}
