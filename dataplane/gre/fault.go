package gre

// Fault is why a GRE packet is refused.
type Fault uint8

const (
	None      Fault = iota
	Truncated       // shorter than its flags say
	Version         // not version 0 (RFC 2784 section 2.3.1)
	Routing         // source routing of RFC 1701
	Reserved        // a reserved bit that must be refused is set
	Checksum        // the checksum is wrong
)

func (f Fault) String() string {
	switch f {
	case None:
		return "none"
	case Truncated:
		return "truncated"
	case Version:
		return "version"
	case Routing:
		return "routing"
	case Reserved:
		return "reserved bits"
	case Checksum:
		return "checksum"
	}
	return "unknown"
}
