package ike

import (
	"encoding/binary"
	"fmt"
)

// noticeType is what a notification says (RFC 7296 section 3.10.1).
type noticeType uint16

const (
	noticeCritical       noticeType = 1
	noticeInvalidSPI     noticeType = 11
	noticeInvalidSyntax  noticeType = 7
	noticeNoProposal     noticeType = 14
	noticeInvalidKE      noticeType = 17
	noticeAuthentication noticeType = 24
	noticeNoAdditional   noticeType = 35
	noticeSelectors      noticeType = 38
	noticeTemporary      noticeType = 43
	noticeChildNotFound  noticeType = 44

	noticeInitialContact noticeType = 16384 // from here on no errors
	noticeSourceNAT      noticeType = 16388
	noticeDestinationNAT noticeType = 16389
	noticeCookie         noticeType = 16390
	noticeTransport      noticeType = 16391
	noticeRekey          noticeType = 16393
	noticeNoPadding      noticeType = 16394
	noticeFragmentation  noticeType = 16430
)

// String names the notification as the RFC does.
func (n noticeType) String() string {
	switch n {
	case noticeCritical:
		return "UNSUPPORTED_CRITICAL_PAYLOAD"
	case noticeInvalidSPI:
		return "INVALID_SPI"
	case noticeInvalidSyntax:
		return "INVALID_SYNTAX"
	case noticeNoProposal:
		return "NO_PROPOSAL_CHOSEN"
	case noticeInvalidKE:
		return "INVALID_KE_PAYLOAD"
	case noticeAuthentication:
		return "AUTHENTICATION_FAILED"
	case noticeNoAdditional:
		return "NO_ADDITIONAL_SAS"
	case noticeSelectors:
		return "TS_UNACCEPTABLE"
	case noticeTemporary:
		return "TEMPORARY_FAILURE"
	case noticeChildNotFound:
		return "CHILD_SA_NOT_FOUND"
	case noticeInitialContact:
		return "INITIAL_CONTACT"
	case noticeSourceNAT:
		return "NAT_DETECTION_SOURCE_IP"
	case noticeDestinationNAT:
		return "NAT_DETECTION_DESTINATION_IP"
	case noticeCookie:
		return "COOKIE"
	case noticeTransport:
		return "USE_TRANSPORT_MODE"
	case noticeRekey:
		return "REKEY_SA"
	case noticeNoPadding:
		return "ESP_TFC_PADDING_NOT_SUPPORTED"
	case noticeFragmentation:
		return "IKEV2_FRAGMENTATION_SUPPORTED"
	}
	return fmt.Sprintf("notification %d", uint16(n))
}

// reason is an error in the words of the vocabulary.
func (n noticeType) reason() Reason {
	switch n {
	case noticeNoProposal:
		return ReasonProposal
	case noticeInvalidKE:
		return ReasonKeyExchange
	case noticeAuthentication:
		return ReasonAuthenticate
	case noticeSelectors:
		return ReasonSelectors
	case noticeNoAdditional:
		return ReasonAdmission
	}
	return ReasonPayload
}

// notify is a Notify payload (section 3.10).
type notify struct {
	protocol uint8
	kind     noticeType
	spi      []byte
	data     []byte
}

func decodeNotify(b []byte) (notify, bool) {
	if len(b) < 4 || len(b) < 4+int(b[1]) {
		return notify{}, false
	}
	n := 4 + int(b[1])
	return notify{b[0], noticeType(binary.BigEndian.Uint16(b[2:])), b[4:n], b[n:]}, true
}

func (n notify) payload() payload {
	b := []byte{n.protocol, byte(len(n.spi))}
	b = binary.BigEndian.AppendUint16(b, uint16(n.kind))
	b = append(b, n.spi...)
	return payload{kind: payloadNotify, body: append(b, n.data...)}
}

// notice is the payload of a notification about nothing else.
func notice(kind noticeType, data ...byte) payload { return notify{kind: kind, data: data}.payload() }

// Protocols of SPIs (section 3.3.1).
const (
	protocolIKE = 1
	protocolESP = 3
)

// deletion is a Delete payload (section 3.11).
type deletion struct {
	protocol uint8
	spis     []uint32 // of ESP; none for IKE
}

func decodeDelete(b []byte) (deletion, bool) {
	if len(b) < 4 {
		return deletion{}, false
	}
	d := deletion{protocol: b[0]}
	size, count := int(b[1]), int(binary.BigEndian.Uint16(b[2:]))
	b = b[4:]
	if len(b) != size*count || d.protocol == protocolESP && size != 4 || d.protocol == protocolIKE && count != 0 {
		return deletion{}, false
	}
	if d.protocol == protocolESP {
		for ; len(b) > 0; b = b[4:] {
			d.spis = append(d.spis, binary.BigEndian.Uint32(b))
		}
	}
	return d, true
}

func (d deletion) payload() payload {
	size := byte(0)
	if len(d.spis) > 0 {
		size = 4
	}
	b := binary.BigEndian.AppendUint16([]byte{d.protocol, size}, uint16(len(d.spis)))
	for _, spi := range d.spis {
		b = binary.BigEndian.AppendUint32(b, spi)
	}
	return payload{kind: payloadDelete, body: b}
}
