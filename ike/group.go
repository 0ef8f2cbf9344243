package ike

import (
	"crypto/ecdh"
	"crypto/elliptic"
	"fmt"
	"math/big"
)

// field is a group of numbers modulo a prime (MODP).
type field struct {
	p, g    *big.Int
	q       *big.Int // order of the subgroup, if it is not (p-1)/2
	private int      // octets of a private value: at least twice the strength (RFC 3526 section 8)
}

// fields are the MODP groups by number.
var fields = map[Group]*field{
	1:  fromPi(768, 149686, 32),   // RFC 2409 section 6.1
	2:  fromPi(1024, 129093, 32),  // RFC 2409 section 6.2
	5:  fromPi(1536, 741804, 32),  // RFC 3526 section 2
	14: fromPi(2048, 124476, 40),  // section 3
	15: fromPi(3072, 1690314, 48), // section 4
	16: fromPi(4096, 240904, 56),  // section 5
	24: withSubgroup,              // RFC 5114 section 2.3
}

// curves are the ECP groups by number, RFC 5903.
var curves = map[Group]ecdh.Curve{19: ecdh.P256(), 20: ecdh.P384(), 21: ecdh.P521()}

// orders are the numbers of points of the curves.
var orders = map[Group]*big.Int{
	19: elliptic.P256().Params().N, 20: elliptic.P384().Params().N, 21: elliptic.P521().Params().N,
}

// fromPi makes a group from the rule by which all of these were chosen
// (RFC 3526): p = 2^n - 2^(n-64) - 1 + 2^64 * ([2^(n-130) pi] + k).
func fromPi(n uint, k int64, private int) *field {
	one := big.NewInt(1)
	middle := new(big.Int).Rsh(pi, piBits-(n-130))
	middle.Add(middle, big.NewInt(k)).Lsh(middle, 64)
	p := new(big.Int).Lsh(one, n)
	p.Sub(p, new(big.Int).Lsh(one, n-64)).Sub(p, one).Add(p, middle)
	return &field{p: p, g: big.NewInt(2), private: private}
}

const piBits = 4096

// pi has piBits bits behind the point. That these are its digits, a test knows.
var pi = number("3243F6A8885A308D313198A2E03707344A4093822299F31D0082EFA98EC4E6C89452821E638D01377BE5466CF34E90C6" +
	"CC0AC29B7C97C50DD3F84D5B5B54709179216D5D98979FB1BD1310BA698DFB5AC2FFD72DBD01ADFB7B8E1AFED6A267E9" +
	"6BA7C9045F12C7F9924A19947B3916CF70801F2E2858EFC16636920D871574E69A458FEA3F4933D7E0D95748F728EB65" +
	"8718BCD5882154AEE7B54A41DC25A59B59C30D5392AF26013C5D1B023286085F0CA417918B8DB38EF8E79DCB0603A180" +
	"E6C9E0E8BB01E8A3ED71577C1BD314B2778AF2FDA55605C60E65525F3AA55AB945748986263E8144055CA396A2AAB10B" +
	"6B4CC5C341141E8CEA15486AF7C72E993B3EE1411636FBC2A2BA9C55D741831F6CE5C3E169B87931EAFD6BA336C24CF5" +
	"C7A325381289586773B8F48986B4BB9AFC4BFE81B6628219361D809CCFB21A991487CAC605DEC8032EF845D5DE98575B" +
	"1DC262302EB651B8823893E81D396ACC50F6D6FF383F442392E0B4482A484200469C8F04A9E1F9B5E21C66842F6E96C9" +
	"A670C9C61ABD388F06A51A0D2D8542F68960FA728AB5133A36EEF0B6C137A3BE4BA3BF0507EFB2A98A1F1651D39AF017" +
	"666CA593E82430E888CEE8619456F9FB47D84A5C33B8B5EBEE06F75D885C12073401A449F56C16AA64ED3AA62363F770" +
	"61BFEDF72429B023D37D0D724D00A1248DB0FEAD349F1C09B075372C980991B7B")

var withSubgroup = &field{
	p: number("87A8E61DB4B6663CFFBBD19C651959998CEEF608660DD0F25D2CEED4435E3B00E00DF8F1D61957D4FAF7DF4561B2AA30" +
		"16C3D91134096FAA3BF4296D830E9A7C209E0C6497517ABD5A8A9D306BCF67ED91F9E6725B4758C022E0B1EF4275BF7B" +
		"6C5BFC11D45F9088B941F54EB1E59BB8BC39A0BF12307F5C4FDB70C581B23F76B63ACAE1CAA6B7902D52526735488A0E" +
		"F13C6D9A51BFA4AB3AD8347796524D8EF6A167B5A41825D967E144E5140564251CCACB83E6B486F6B3CA3F7971506026" +
		"C0B857F689962856DED4010ABD0BE621C3A3960A54E710C375F26375D7014103A4B54330C198AF126116D2276E11715F" +
		"693877FAD7EF09CADB094AE91E1A1597"),
	g: number("3FB32C9B73134D0B2E77506660EDBD484CA7B18F21EF205407F4793A1A0BA12510DBC15077BE463FFF4FED4AAC0BB555" +
		"BE3A6C1B0C6B47B1BC3773BF7E8C6F62901228F8C28CBB18A55AE31341000A650196F931C77A57F2DDF463E5E9EC144B" +
		"777DE62AAAB8A8628AC376D282D6ED3864E67982428EBC831D14348F6F2F9193B5045AF2767164E1DFC967C1FB3F2E55" +
		"A4BD1BFFE83B9C80D052B985D182EA0ADB2A3B7313D3FE14C8484B1E052588B9B7D2BBD2DF016199ECD06E1557CD0915" +
		"B3353BBB64E0EC377FD028370DF92B52C7891428CDC67EB6184B523D1DB246C32F63078490F00EF8D647D148D4795451" +
		"5E2327CFEF98C582664B4C0F6CC41659"),
	q:       number("8CF83642A709A097B447997640129DA299B1A47D1EB3750BA308B0FE64F5FBD3"),
	private: 32,
}

func number(hex string) *big.Int {
	n, ok := new(big.Int).SetString(hex, 16)
	if !ok {
		panic("ike: " + hex + " is no number")
	}
	return n
}

// known tells whether g is a group that we have.
func (g Group) known() bool { return fields[g] != nil || curves[g] != nil }

// String names the group by its number.
func (g Group) String() string { return fmt.Sprintf("%d", uint16(g)) }

// publicSize is the length of a public value on the wire: of the prime, or of
// both coordinates (RFC 5903 section 7).
func (g Group) publicSize() int {
	if f := fields[g]; f != nil {
		return f.size()
	}
	return 2 * coordinate(g)
}

// privateSize is the length of a private value as NewExchange returns it.
func (g Group) privateSize() int {
	if f := fields[g]; f != nil {
		return f.private
	}
	return coordinate(g)
}

// seedSize is how much entropy makes a private value: 64 bits more than its
// length, so that taking a remainder favours none (NIST SP 800-56A 5.6.1.1.1).
func (g Group) seedSize() int { return g.privateSize() + 8 }

func (f *field) size() int { return (f.p.BitLen() + 7) / 8 }

// coordinate is the length of one coordinate of a point.
func coordinate(g Group) int {
	if n := orders[g]; n != nil {
		return (n.BitLen() + 7) / 8
	}
	return 0
}

// private makes a private value from a seed.
func (g Group) private(seed []byte) []byte {
	limit := orders[g]
	if f := fields[g]; f != nil {
		if limit = f.q; limit == nil {
			limit = new(big.Int).Lsh(big.NewInt(1), uint(8*f.private))
		}
	}
	// From 1 to the limit less 1.
	k := new(big.Int).SetBytes(seed)
	k.Mod(k, new(big.Int).Sub(limit, big.NewInt(1))).Add(k, big.NewInt(1))
	return k.FillBytes(make([]byte, g.privateSize()))
}

// public makes the public value of a private one.
func (g Group) public(private []byte) ([]byte, error) {
	if f := fields[g]; f != nil {
		y := new(big.Int).Exp(f.g, new(big.Int).SetBytes(private), f.p)
		return y.FillBytes(make([]byte, f.size())), nil
	}
	curve := curves[g]
	if curve == nil {
		return nil, fmt.Errorf("ike: no group %d", g)
	}
	key, err := curve.NewPrivateKey(private)
	if err != nil {
		return nil, fmt.Errorf("ike: group %d: %w", g, err)
	}
	return key.PublicKey().Bytes()[1:], nil // without the octet that says "uncompressed"
}

// agree makes the shared secret. What is wrong with the peer's value is an error
// (RFC 6989 section 2).
func (g Group) agree(private, public []byte) ([]byte, error) {
	if !g.known() {
		return nil, fmt.Errorf("ike: no group %d", g)
	}
	if len(public) != g.publicSize() {
		return nil, fmt.Errorf("ike: group %d: public value of %d octets", g, len(public))
	}
	if f := fields[g]; f != nil {
		return f.agree(private, public)
	}
	curve := curves[g]
	peer, err := curve.NewPublicKey(append([]byte{4}, public...)) // on the curve, and not at infinity (section 2.3)
	if err != nil {
		return nil, fmt.Errorf("ike: group %d: %w", g, err)
	}
	own, err := curve.NewPrivateKey(private)
	if err != nil {
		return nil, fmt.Errorf("ike: group %d: %w", g, err)
	}
	return own.ECDH(peer) // the first coordinate (RFC 5903 section 7)
}

func (f *field) agree(private, public []byte) ([]byte, error) {
	one := big.NewInt(1)
	y := new(big.Int).SetBytes(public)
	// Section 2.1: 1 < y < p-1.
	if y.Cmp(one) <= 0 || y.Cmp(new(big.Int).Sub(f.p, one)) >= 0 {
		return nil, fmt.Errorf("ike: public value out of range")
	}
	// Section 2.2: in a small subgroup a value of another order tells of our key.
	if f.q != nil && new(big.Int).Exp(y, f.q, f.p).Cmp(one) != 0 {
		return nil, fmt.Errorf("ike: public value outside the subgroup")
	}
	z := y.Exp(y, new(big.Int).SetBytes(private), f.p)
	return z.FillBytes(make([]byte, f.size())), nil // with its leading zeros (RFC 7296 section 2.14)
}
