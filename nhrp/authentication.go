package nhrp

import "crypto/subtle"

// Cisco's form of the authentication extension (RFC 2332 section 5.3.4): a
// reserved field, a security parameter index that says "clear text", and then
// no source address but the string, as long as it is.
var clearText = []byte{0, 0, 0, 1}

// authentication is the extension that proves nothing but knowing the string.
// It is made anew at every hop.
func (t *tunnel) authentication() Extension {
	value := append(append([]byte(nil), clearText...), t.config.Authentication...)
	return Extension{Authentication, true, value}
}

// authentic tells whether a packet has exactly one authentication extension and
// that is ours. Who is not configured to authenticate takes every packet.
func (t *tunnel) authentic(p *Packet) bool {
	if t.config.Authentication == "" {
		return true
	}
	n, good := 0, 0
	want := t.authentication().Value
	for _, e := range p.Extensions {
		if e.Type == Authentication {
			n++
			good += subtle.ConstantTimeCompare(e.Value, want)
		}
	}
	return n == 1 && good == 1
}
