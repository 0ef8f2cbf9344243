package nhrp

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
