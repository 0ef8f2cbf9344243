package esp

// transform is a suite with its keys. It may be used by many goroutines at once.
type transform interface {
	// seal encrypts and authenticates b, which is header, room for the vector,
	// payload with its trailer, and room for the ICV.
	seal(b []byte, sequence uint64)
	// verify tells whether b, a whole packet, is authentic, and decrypts it in
	// place. Of one that is not, b may be overwritten.
	open(b []byte, sequence uint64) bool
}

func newTransform(p *Parameters) (transform, error) {
	if err := p.Suite.check(p.Encryption, p.Integrity); err != nil {
		return nil, err
	}
	if p.Suite.Cipher == AESGCM {
		return newGCM(p)
	}
	return newCBC(p)
}
