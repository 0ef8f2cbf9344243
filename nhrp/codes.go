package nhrp

import "strconv"

// PacketType is the packet's type octet, RFC 2332 section 5.2; 8 is Cisco's.
type PacketType uint8

const (
	ResolutionRequest PacketType = iota + 1
	ResolutionReply
	RegistrationRequest
	RegistrationReply
	PurgeRequest
	PurgeReply
	ErrorIndication
	TrafficIndication
)

func (t PacketType) String() string {
	names := [...]string{"", "Resolution Request", "Resolution Reply", "Registration Request", "Registration Reply",
		"Purge Request", "Purge Reply", "Error Indication", "Traffic Indication"}
	if t == 0 || int(t) >= len(names) {
		return "type " + strconv.Itoa(int(t))
	}
	return names[t]
}

// isRequest tells the packets that ask for something from those that answer.
func (t PacketType) isRequest() bool {
	return t == ResolutionRequest || t == RegistrationRequest || t == PurgeRequest
}

// Flags of the mandatory part, RFC 2332 sections 5.2.1, 5.2.3 and 5.2.5. Their
// meaning depends on the packet type.
const (
	FlagRouter            uint16 = 0x8000 // Q: the source of a Resolution is a router
	FlagAuthoritative     uint16 = 0x4000 // A: only from the one the client registered with
	FlagDestinationStable uint16 = 0x2000 // D
	FlagUniqueResolution  uint16 = 0x1000 // U of a Resolution
	FlagSourceStable      uint16 = 0x0800 // S
	FlagNAT               uint16 = 0x0002 // Cisco: the source knows the NAT address extension
	FlagUnique            uint16 = 0x8000 // U of a Registration
	FlagNoReply           uint16 = 0x8000 // N of a Purge
)

// Code is the code of a client information entry, RFC 2332 section 5.2.0.1.
type Code uint8

const (
	Success                    Code = 0
	AdministrativelyProhibited Code = 4
	InsufficientResources      Code = 5
	NoBinding                  Code = 12
	BindingNotUnique           Code = 13
	UniqueRegistered           Code = 14
)

func (c Code) String() string {
	switch c {
	case Success:
		return "success"
	case AdministrativelyProhibited:
		return "administratively prohibited"
	case InsufficientResources:
		return "insufficient resources"
	case NoBinding:
		return "no binding exists"
	case BindingNotUnique:
		return "binding exists but is not unique"
	case UniqueRegistered:
		return "unique address registered already"
	}
	return "code " + strconv.Itoa(int(c))
}

// ErrorCode is the code of an Error Indication, RFC 2332 section 5.2.7.
type ErrorCode uint16

const (
	UnrecognizedExtension      ErrorCode = 1
	LoopDetected               ErrorCode = 3
	ProtocolAddressUnreachable ErrorCode = 6
	ProtocolError              ErrorCode = 7
	SDUSizeExceeded            ErrorCode = 8
	InvalidExtension           ErrorCode = 9
	InvalidResolutionReply     ErrorCode = 10
	AuthenticationFailure      ErrorCode = 11
	HopCountExceeded           ErrorCode = 15
)

func (c ErrorCode) String() string {
	switch c {
	case UnrecognizedExtension:
		return "unrecognized extension"
	case LoopDetected:
		return "loop detected"
	case ProtocolAddressUnreachable:
		return "protocol address unreachable"
	case ProtocolError:
		return "protocol error"
	case SDUSizeExceeded:
		return "packet too big"
	case InvalidExtension:
		return "invalid extension"
	case InvalidResolutionReply:
		return "invalid resolution reply"
	case AuthenticationFailure:
		return "authentication failure"
	case HopCountExceeded:
		return "hop count exceeded"
	}
	return "error " + strconv.Itoa(int(c))
}
