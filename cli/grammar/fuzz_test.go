package grammar

import "testing"

func FuzzMatch(f *testing.F) {
	a := compile(f)
	for i := range table {
		for _, s := range a.Samples(i, 2, 3) {
			f.Add(s.Line, i%2 == 0)
		}
	}
	f.Add("banner motd #\x03\n^C#", false)
	f.Add("tunnel source tu 0 ", true)
	f.Fuzz(func(t *testing.T, line string, negative bool) {
		sign := Positive
		if negative {
			sign = Negative
		}
		a.Complete(line, sign)
		if _, err := a.Choices(line, sign); err != nil && (err.Column < 0 || err.Column > len(line)) {
			t.Errorf("%q?: %+v", line, err)
		}
		m, err := a.Match(line, sign)
		if err != nil {
			if err.Column < 0 || err.Column > len(line) || err.Line != line {
				t.Errorf("%q: %+v", line, err)
			}
			return
		}
		again, err := a.Match(m.Text, sign)
		same := again.Rule == m.Rule
		for _, also := range again.Also {
			same = same || also.Rule == m.Rule
		}
		if err != nil || again.Text != m.Text || !same {
			t.Errorf("%q is %q, and that is %q of rule %d, not %d (%v)", line, m.Text, again.Text, again.Rule, m.Rule, err)
		}
	})
}

func FuzzSyntax(f *testing.F) {
	for _, r := range table {
		f.Add(r.Syntax, r.Key)
	}
	f.Fuzz(func(t *testing.T, syntax, key string) {
		if len(syntax) > 200 {
			return
		}
		a, err := Compile([]Rule{{Syntax: syntax, Key: key}}, iface)
		if err != nil {
			return
		}
		// A sample need not match where one place has an argument and a keyword
		// that is its value; but none may panic or take for ever.
		for _, s := range a.Samples(0, 3, 1) {
			a.Match(s.Line, Positive)
			a.Choices(s.Line, Negative)
		}
	})
}
