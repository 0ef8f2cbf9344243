package commands

import "time"

// LogCount is how often a message has been logged.
type LogCount struct {
	Facility, Mnemonic string
	Severity           int
	Count              uint64
	Last               time.Time
}

// showLoggingCount prints the messages by facility, with their sums.
func showLoggingCount(s Session, _ args) error {
	l, clock := s.Router().Logging(), s.Router().Clock()
	if !l.Counting {
		s.Printf("Logging of message counts is disabled: \"logging count\" enables it\n")
		return nil
	}
	s.Printf("Facility        Message Name                     Sev Occur     Last Time\n")
	s.Printf("==================================================================================\n")
	var sum uint64
	for i, c := range l.Counts {
		sum += c.Count
		s.Printf("%-15s %-32s %3d %5d     %s\n", c.Facility, c.Mnemonic, c.Severity, c.Count, clock.Local(c.Last).Format("Jan _2 15:04:05.000"))
		if i+1 == len(l.Counts) || l.Counts[i+1].Facility != c.Facility {
			s.Printf("-------------   ------------------------------- -----------------------------------\n")
			s.Printf("%-15s %-32s     %5d\n\n", c.Facility+" TOTAL", "", sum)
			sum = 0
		}
	}
	return nil
}
