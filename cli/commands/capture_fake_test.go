package commands

import "slices"

// The captures of a fakeRouter: it keeps what it is told and captures nothing.

func (r *fakeRouter) Captures() []Capture { return slices.Clone(r.captures) }
func (r *fakeRouter) SetCapture(c Capture) {
	r.RemoveCapture(c.Name)
	r.captures = append(r.captures, c)
}
func (r *fakeRouter) RemoveCapture(name string) {
	r.captures = slices.DeleteFunc(r.captures, func(c Capture) bool { return c.Name == name })
}
func (r *fakeRouter) activate(name string, on bool) {
	for i := range r.captures {
		if r.captures[i].Name == name {
			r.captures[i].Active = on
		}
	}
}
func (r *fakeRouter) StartCapture(name string) error            { r.activate(name, true); return nil }
func (r *fakeRouter) StopCapture(name string)                   { r.activate(name, false) }
func (r *fakeRouter) ClearCapture(string)                       { r.captured = nil }
func (r *fakeRouter) CapturedPackets(string) []Captured         { return r.captured }
func (r *fakeRouter) ExportCapture(name string) (string, error) { return "pcap of " + name, nil }
