package commands

import (
	"cmp"
	"slices"
	"time"
)

// Load of the processor and of each process, as Linux counts them.
type (
	// Processes is what runs on the box.
	Processes struct {
		Busy      Shares  // of all processors
		Interrupt float64 // percent of the last five seconds spent in interrupts
		List      []Process
		Memory    Memory
	}
	// Shares are percentages of the last five seconds, minute and five minutes,
	// or as much of that as the box has been up.
	Shares [3]float64
	// Process is one process of the box: of the machine, if that is the box's
	// own, and else of the box's network namespace.
	Process struct {
		PID, TTY       int
		Name           string
		Runtime        time.Duration
		Invoked        uint64 // how often one of its threads was given a processor
		Busy           Shares
		Resident, Peak uint64 // bytes it holds in memory, and the most it has held
	}
	// Memory is the machine's, in bytes.
	Memory struct {
		Head    uint64 // address where it begins; 0: not told
		Total   uint64
		Free    uint64 // what a process could have now
		Lowest  uint64 // the least that was free since the start
		Largest uint64 // the largest piece that is free in one
	}
)

var showProcessExecs = execs(help{
	"show":       "Show running system information",
	"processes":  "Active process statistics",
	"cpu":        "Show CPU use per process",
	"memory":     "Memory statistics",
	"sorted":     "In descending order",
	"5sec":       "By the last five seconds",
	"1min":       "By the last minute",
	"5min":       "By the last five minutes",
	"statistics": "Internal memory statistics",

	"processes memory": "Show memory use per process",
},
	&Exec{Syntax: "show processes cpu [sorted [5sec | 1min | 5min]]", Run: showProcessesCPU},
	&Exec{Syntax: "show processes memory [sorted]", Run: showProcessesMemory},
	&Exec{Syntax: "show memory statistics", Privilege: privileged, Run: showMemory},
)

func showProcessesCPU(s Session, a args) error {
	p := s.Router().Processes()
	s.Printf("CPU utilization for five seconds: %.0f%%/%.0f%%; one minute: %.0f%%; five minutes: %.0f%%\n",
		p.Busy[0], p.Interrupt, p.Busy[1], p.Busy[2])
	if a.Has("sorted") {
		by := 0
		switch {
		case a.Has("1min"):
			by = 1
		case a.Has("5min"):
			by = 2
		}
		slices.SortStableFunc(p.List, func(a, b Process) int { return cmp.Compare(b.Busy[by], a.Busy[by]) })
	}
	s.Printf(" PID Runtime(ms)     Invoked      uSecs   5Sec   1Min   5Min TTY Process \n")
	for _, one := range p.List {
		each := int64(0)
		if one.Invoked > 0 {
			each = one.Runtime.Microseconds() / int64(one.Invoked)
		}
		s.Printf("%4d %11d %11d %10d %5.2f%% %5.2f%% %5.2f%% %3d %s\n", one.PID, one.Runtime.Milliseconds(), one.Invoked, each,
			one.Busy[0], one.Busy[1], one.Busy[2], one.TTY, one.Name)
	}
	return nil
}

// showProcessesMemory prints as allocated the most that a process has held, and
// as freed what it has given back of that: Linux counts no allocations.
func showProcessesMemory(s Session, a args) error {
	p := s.Router().Processes()
	s.Printf("Processor Pool Total: %10d Used: %10d Free: %10d\n\n", p.Memory.Total, p.Memory.Total-p.Memory.Free, p.Memory.Free)
	if a.Has("sorted") {
		slices.SortStableFunc(p.List, func(a, b Process) int { return cmp.Compare(b.Resident, a.Resident) })
	}
	s.Printf(" PID TTY  Allocated      Freed    Holding    Getbufs    Retbufs Process\n")
	var total uint64
	for _, one := range p.List {
		peak := max(one.Peak, one.Resident)
		s.Printf("%4d %3d %10d %10d %10d %10d %10d %s\n", one.PID, one.TTY, peak, peak-one.Resident, one.Resident, 0, 0, one.Name)
		total += one.Resident
	}
	s.Printf("%30d Total\n", total)
	return nil
}

func showMemory(s Session, _ args) error {
	m := s.Router().Processes().Memory
	s.Printf("                Head    Total(b)     Used(b)     Free(b)   Lowest(b)  Largest(b)\n")
	s.Printf("Processor  %9X %11d %11d %11d %11d %11d\n", m.Head, m.Total, m.Total-m.Free, m.Free, m.Lowest, m.Largest)
	return nil
}
