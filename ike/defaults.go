package ike

import (
	"time"

	"weft/dataplane/esp"
)

// Defaults of version 2, as they hold without configuration ("smart defaults").

// DefaultProposal is "crypto ikev2 proposal default".
func DefaultProposal() Proposal {
	return Proposal{
		Name: "default", Ciphers: []Cipher{{esp.AESCBC, 256}}, Integrity: []Hash{SHA512, SHA384}, PRF: []Hash{SHA512, SHA384}, Groups: []Group{19, 14, 21},
	}
}

// DefaultPolicy2 is "crypto ikev2 policy default".
func DefaultPolicy2() Policy2 {
	return Policy2{Name: "default", AnyVRF: true, Proposals: []string{"default"}}
}

// DefaultTransform is "crypto ipsec transform-set default".
func DefaultTransform() Transform {
	return Transform{Name: "default", Suite: esp.Suite{Cipher: esp.AESCBC, Bits: 128, MAC: esp.SHA1}, Transport: true}
}

// DefaultIPsec is "crypto ipsec profile default".
func DefaultIPsec() IPsec {
	return IPsec{Name: "default", Transforms: []Transform{DefaultTransform()}, Lifetime: time.Hour, Kilobytes: 4608000, Window: 64}
}
