package grammar

import "strings"

// A Sample is a line that a rule must take.
type Sample struct {
	Line  string
	Words []SampleWord
}

// A SampleWord is one word or argument of a Sample.
type SampleWord struct {
	Text    string
	Column  int  // where it begins in the line
	Keyword bool // not an argument
}

// Samples writes lines of one rule of the automaton: some that together have
// every token of the syntax and every pair of tokens that may stand side by
// side, and then as many random ones. The same seed gives the same lines.
func (a *Automaton) Samples(rule, random int, seed uint64) []Sample {
	r := a.rules[rule]
	s := &sampler{random: seed}
	reached := map[*token]route{r.start: {}}
	queue := []*token{r.start}
	var samples []Sample
	for len(queue) > 0 {
		t := queue[0]
		queue = queue[1:]
		for _, e := range t.follow {
			from := reached[t]
			if from.used&e.enters != 0 {
				continue
			}
			to := from.over(e)
			if _, seen := reached[e.to]; !seen {
				reached[e.to] = to
				queue = append(queue, e.to)
			}
			samples = append(samples, s.write(to.finish()))
		}
	}
	for range random {
		samples = append(samples, s.write(s.wander(r.start)))
	}
	return samples
}

// A route is a way through the tokens of a rule.
type route struct {
	tokens []*token
	used   uint64
}

func (r route) over(e edge) route {
	return route{append(r.tokens[:len(r.tokens):len(r.tokens)], e.to), r.used | e.enters}
}

// finish goes on to the nearest place where the line may end.
func (r route) finish() []*token {
	queue := []route{r}
	seen := map[*token]bool{}
	for {
		r := queue[0]
		queue = queue[1:]
		at := r.tokens[len(r.tokens)-1]
		if at.last {
			return r.tokens
		}
		for _, e := range at.follow {
			if r.used&e.enters == 0 && !seen[e.to] {
				seen[e.to] = true
				queue = append(queue, r.over(e))
			}
		}
	}
}

// sampler draws numbers (splitmix64, so that a failure comes back).
type sampler struct {
	random uint64
	turn   int
}

func (s *sampler) draw(n int) int {
	s.random += 0x9e3779b97f4a7c15
	z := s.random
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return int((z ^ z>>31) >> 1 % uint64(n))
}

// wander takes a random way; loops end by and by.
func (s *sampler) wander(at *token) []*token {
	var r route
	for {
		var open []edge
		for _, e := range at.follow {
			if r.used&e.enters == 0 {
				open = append(open, e)
			}
		}
		if at.last && (len(open) == 0 || s.draw(3) == 0 || len(r.tokens) > 30) {
			return r.tokens
		}
		e := open[s.draw(len(open))]
		r, at = r.over(e), e.to
	}
}

// write gives every argument one of its type's samples in turn.
func (s *sampler) write(tokens []*token) Sample {
	var out Sample
	var line strings.Builder
	for i, t := range tokens {
		if i > 0 {
			line.WriteByte(' ')
		}
		text := t.word
		if t.typ != nil {
			text = t.typ.Sample[s.turn%len(t.typ.Sample)]
			s.turn++
		}
		out.Words = append(out.Words, SampleWord{Text: text, Column: line.Len(), Keyword: t.typ == nil})
		line.WriteString(text)
	}
	out.Line = line.String()
	return out
}
