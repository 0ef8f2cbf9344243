package ike

// receive takes a message from the network.
func (e *Engine) receive(in Receive) {
	h, ok := decodeHeader(in.Packet)
	if !ok {
		e.drop(dropTruncated)
		return
	}
	in.Packet = in.Packet[:h.length]
	switch h.major {
	case 1:
		e.receive1(h, in)
	case 2:
		e.receive2(h, in)
	default:
		e.drop(dropVersion)
	}
}

// send sends a message of an association to its peer.
func (a *association) send(packet []byte) {
	a.e.do(Send{VRF: a.VRF, Local: a.Local, To: a.Remote, Packet: packet})
}
