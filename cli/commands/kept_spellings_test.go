package commands

import (
	"strings"
	"testing"
)

func TestOtherSpellingsOfKeptLinesAreStoredAsOne(t *testing.T) {
	for _, c := range []struct{ typed, stored string }{
		{"router eigrp LAB\naddress-family ipv4 unicast as 100\nnetwork 10.0.0.0", " address-family ipv4 unicast autonomous-system 100"},
		{"crypto isakmp policy 10\nencr 3des\nencryption aes 256", "crypto isakmp policy 10\n encr aes 256"},
		{"crypto gdoi group G\nidentity number 1\nserver address ipv4 192.0.2.1", " server address ipv4 192.0.2.1"},
		{"ipv6 router eigrp 1\nrouter-id 1.1.1.1", "ipv6 router eigrp 1"},
	} {
		s := configures(t, "hostname R1")
		for line := range strings.SplitSeq(c.typed, "\n") {
			s.enter(line) // kept, and says so
		}
		s.has(c.stored, true)
	}
}
