// Package esp is the Encapsulating Security Payload, RFC 4303: what one security
// association does with packets.
//
//		 0                   1                   2                   3
//		 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//		+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//		|               security parameters index (SPI)                 |
//		|                     sequence number                           |
//		|             initialization vector, payload ...                |
//		|        ... padding        | pad length    |  next header      |
//		|               integrity check value (ICV)                     |
//
//	  - parameters.go   what an association is made of
//	  - suite.go        what each algorithm needs: octets of key, vector, block and ICV
//	  - transform.go    the algorithms as one thing that seals and opens
//	  - gcm.go cbc.go   the two that there are: combined, and encrypt then authenticate
//	  - outbound.go     sealing: sequence numbers, limits, the outer header
//	  - inbound.go      opening, and what must hold before anything is believed
//	  - window.go       the replay window, also for extended sequence numbers
//	  - limit.go        how much traffic an association may see
//	  - fault.go        what a packet can be refused for, counted
//	  - size.go         how large a payload fits in a path
//
// The life of an association: the key exchange hands out Parameters; NewOutbound
// or NewInbound makes of them the one live association, which every goroutine
// that has packets for it shares. Sealing takes the next sequence number and
// writes header, trailer and ICV around the payload where it lies; opening
// verifies, and only then decrypts, moves the window and counts. Near its limits
// an association says so once (Crossed); beyond them it refuses. When the key
// exchange has removed it nobody points to it any more, and it is collected.
//
// Initialization vectors are explicit. Of AES-GCM it is the sequence number, 64
// bits wide, so that none can come twice under one key (RFC 4106 section 3.1). Of
// the CBC modes it is the sequence number encrypted under another key, derived
// from the association's: nobody else can tell it in advance (RFC 3602 section 3).
//
// Followed: RFC 4303, with its appendix A for extended sequence numbers; 4106
// (AES-GCM), 3602 (AES-CBC), 2451 (3DES), 2405 (DES), 2410 (NULL), 2403 and 2404
// (HMAC-MD5 and -SHA1), 4868 (HMAC-SHA2), 3948 (in UDP), 6479 (the window). Left
// out: AH, traffic flow confidentiality beyond understanding it, multicast
// associations, integrity without a key.
package esp
