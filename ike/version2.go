package ike

type cookies struct{}

func (e *Engine) initiate2(s *session, _ *Endpoint) { s.failed(ReasonInternal) }
func (e *Engine) receive2(_ header, _ Receive)      { e.drop(dropVersion) }
