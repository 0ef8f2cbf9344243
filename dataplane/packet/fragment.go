package packet

import "encoding/binary"

// AppendFragment appends to dst the fragment of p that begins offset octets
// into its payload and fits in mtu. next is the offset of the one to follow, 0
// after the last. A packet whose DF flag is set is cut all the same: that it
// may be is the caller's business.
//
// ok is false, and dst unchanged, if not even eight octets fit.
func AppendFragment(dst []byte, p IPv4, offset, mtu int) (extended []byte, next int, ok bool) {
	start := len(dst)
	header := p[:p.HeaderLen()]
	dst = append(dst, header...)
	if offset > 0 {
		dst = append(dst[:start], header[:IPv4HeaderLen]...)
		dst = appendCopiedOptions(dst, p.Options())
	}
	headerLen := len(dst) - start

	// RFC 791 section 3.2: all but the last carry a multiple of eight octets.
	payload := p.Payload()
	end := offset + (mtu-headerLen)&^7
	if mtu < headerLen+8 || offset < 0 || offset >= len(payload) {
		return dst[:start], 0, false
	}
	last := offset+mtu-headerLen >= len(payload)
	if last {
		end = len(payload)
	}
	dst = append(dst, payload[offset:end]...)

	f := dst[start:]
	f[0] = 0x40 | byte(headerLen/4)
	binary.BigEndian.PutUint16(f[2:], uint16(len(f)))
	// A fragment of a fragment keeps counting from where that one began, and
	// only the last fragment of the last one is the last.
	flags := uint16((p.FragmentOffset()+offset)/8) & offsetMask
	if !last || p.MoreFragments() {
		flags |= flagMF
	}
	binary.BigEndian.PutUint16(f[6:], flags)
	setHeaderChecksum(f[:headerLen])
	if last {
		return dst, 0, true
	}
	return dst, end, true
}

// appendCopiedOptions appends the options that go into every fragment, padded
// to a multiple of four octets (RFC 791 section 3.1: the copied flag).
func appendCopiedOptions(dst, options []byte) []byte {
	start := len(dst)
	for len(options) > 0 && options[0] != 0 { // end of option list
		length := 1
		if options[0] != 1 { // no operation
			if len(options) < 2 || int(options[1]) < 2 || int(options[1]) > len(options) {
				break // the rest cannot be read
			}
			length = int(options[1])
		}
		if options[0]&0x80 != 0 {
			dst = append(dst, options[:length]...)
		}
		options = options[length:]
	}
	for (len(dst)-start)%4 != 0 {
		dst = append(dst, 0)
	}
	return dst
}
