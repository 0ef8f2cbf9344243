package eigrp

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"net/netip"
	"time"
)

// authTLV is the authentication TLV, which is the first.
type authTLV struct {
	mode   AuthenticationMode
	key    uint32
	digest []byte // of the packet's own octets
}

// On the wire: type, length of the digest, key and its sequence number, padding.
const (
	authHead   = 20
	authMD5    = 2
	authSHA256 = 3
)

func decodeAuth(v []byte) (*authTLV, error) {
	if len(v) < authHead {
		return nil, errTLV
	}
	a := &authTLV{key: binary.BigEndian.Uint32(v[4:]), digest: v[authHead:]}
	size := 0
	switch binary.BigEndian.Uint16(v) {
	case authMD5:
		a.mode, size = MD5, md5.Size
	case authSHA256:
		a.mode, size = HMACSHA256, sha256.Size
	default:
		return nil, errAuthType
	}
	if int(binary.BigEndian.Uint16(v[2:])) != size || len(a.digest) != size {
		return nil, errTLV
	}
	return a, nil
}

// authenticate puts the authentication TLV into a packet from an address.
func (a Authentication) authenticate(b []byte, from netip.Addr, now time.Time) []byte {
	key, ok := a.sending(now)
	if a.Mode == NoAuthentication || !ok {
		return b
	}
	kind, size := uint16(authMD5), md5.Size
	if a.Mode == HMACSHA256 {
		kind, size = authSHA256, sha256.Size
	}
	v := binary.BigEndian.AppendUint16(nil, kind)
	v = binary.BigEndian.AppendUint16(v, uint16(size))
	v = binary.BigEndian.AppendUint32(v, key.ID)
	v = append(v, make([]byte, authHead-8+size)...)
	whole := appendTLV(append([]byte{}, b[:headerSize]...), tlvAuth, v)
	whole = append(whole, b[headerSize:]...)
	whole[2], whole[3] = 0, 0
	at := headerSize + tlvHead + authHead
	copy(whole[at:], digestOf(a.Mode, whole, key.Secret, from, true))
	seal(whole)
	return whole
}

// digestOf is the digest of a packet whose checksum is zero. MD5 goes over the
// header and the TLV without the digest, the key padded to 16 octets, and, as
// newer routers do, the rest; HMAC over all, with the digest zero and the
// source address in the key.
func digestOf(mode AuthenticationMode, b []byte, secret Secret, from netip.Addr, whole bool) []byte {
	at := headerSize + tlvHead + authHead
	if mode == HMACSHA256 {
		m := hmac.New(sha256.New, []byte("\n"+string(secret)+from.String()))
		m.Write(b[:at])
		m.Write(make([]byte, sha256.Size))
		m.Write(b[at+sha256.Size:])
		return m.Sum(nil)
	}
	h := md5.New()
	h.Write(b[:at])
	key := []byte(secret)
	for len(key) < 16 {
		key = append(key, 0)
	}
	h.Write(key)
	if whole {
		h.Write(b[at+md5.Size:])
	}
	return h.Sum(nil)
}

// accepts checks a packet from an address.
func (a Authentication) accepts(p *packet, raw []byte, from netip.Addr, now time.Time) error {
	switch {
	case a.Mode == NoAuthentication:
		return nil
	case p.auth == nil:
		return errNoAuth
	case p.auth.mode != a.Mode:
		return errAuthType
	}
	b := append([]byte{}, raw...)
	b[2], b[3] = 0, 0
	for _, k := range a.Keys {
		if k.ID != p.auth.key && a.Mode == MD5 || !within(now, k.AcceptFrom, k.AcceptUntil) {
			continue
		}
		for _, whole := range []bool{true, false} {
			if subtle.ConstantTimeCompare(digestOf(a.Mode, b, k.Secret, from, whole), p.auth.digest) == 1 {
				return nil
			}
		}
	}
	return errAuth
}

// sending is the key to send with: the first whose time it is.
func (a Authentication) sending(now time.Time) (Key, bool) {
	for _, k := range a.Keys {
		if within(now, k.SendFrom, k.SendUntil) {
			return k, true
		}
	}
	return Key{}, false
}

func within(now, from, until time.Time) bool {
	return (from.IsZero() || !now.Before(from)) && (until.IsZero() || now.Before(until))
}
