package terminal

// history is the lines entered before, oldest first.
type history struct {
	lines []string
	size  int
	at    int    // the line recalled; len(lines): none
	fresh string // what was being typed before lines were recalled
}

// begin starts a new line, with room for size old ones.
func (h *history) begin(size int) {
	h.size = size
	if len(h.lines) > size {
		h.lines = h.lines[len(h.lines)-size:]
	}
	h.at, h.fresh = len(h.lines), ""
}

// add remembers a line, unless it is empty or the last one again.
func (h *history) add(line string) {
	if line == "" || len(h.lines) > 0 && h.lines[len(h.lines)-1] == line {
		return
	}
	h.lines = append(h.lines, line)
	h.trim()
}

func (h *history) trim() {
	if len(h.lines) > h.size {
		h.lines = h.lines[len(h.lines)-h.size:]
	}
}

func (h *history) older(current string) (string, bool) {
	if h.at == 0 {
		return "", false
	}
	if h.at == len(h.lines) {
		h.fresh = current
	}
	h.at--
	return h.lines[h.at], true
}

func (h *history) newer(string) (string, bool) {
	if h.at >= len(h.lines) {
		return "", false
	}
	if h.at++; h.at == len(h.lines) {
		return h.fresh, true
	}
	return h.lines[h.at], true
}
