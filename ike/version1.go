package ike

// initiate1 begins main or aggressive mode with the peer of a session.
func (e *Engine) initiate1(s *session, _ *Endpoint) { s.failed(ReasonInternal) }

// receive1 takes a message of version 1.
func (e *Engine) receive1(_ header, _ Receive) { e.drop(dropVersion) }
