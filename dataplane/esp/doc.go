// Package esp is the Encapsulating Security Payload, RFC 4303: what one
// association (parameters.go) does with packets.
package esp
