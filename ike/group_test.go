package ike

import (
	"bytes"
	"encoding/hex"
	"math/big"
	"testing"
)

// machin computes pi by Machin's formula: 16 arctan(1/5) - 4 arctan(1/239).
func machin() *big.Int {
	const guard = 64
	arctan := func(x int64) *big.Int {
		sum, term := new(big.Int), new(big.Int).Lsh(big.NewInt(1), piBits+guard)
		term.Quo(term, big.NewInt(x))
		square := big.NewInt(x * x)
		for i := int64(1); term.Sign() != 0; i += 2 {
			part := new(big.Int).Quo(term, big.NewInt(i))
			if i%4 == 1 {
				sum.Add(sum, part)
			} else {
				sum.Sub(sum, part)
			}
			term.Quo(term, square)
		}
		return sum
	}
	sixteen := new(big.Int).Lsh(arctan(5), 4)
	four := new(big.Int).Lsh(arctan(239), 2)
	return sixteen.Sub(sixteen, four).Rsh(sixteen, guard)
}

func TestDigitsOfPi(t *testing.T) {
	if machin().Cmp(pi) != 0 {
		t.Error("pi is another number")
	}
}

// TestPrimesArePrimes: what is computed from pi is what the RFCs print: each a
// prime p with (p-1)/2 one as well, and their last digits.
func TestPrimesArePrimes(t *testing.T) {
	ends := map[Group]string{ // the last 64 bits before the ones, as printed
		1: "F44C42E9A63A3620FFFFFFFFFFFFFFFF", 2: "49286651ECE65381FFFFFFFFFFFFFFFF", 5: "670C354E4ABC9804F1746C08CA237327FFFFFFFFFFFFFFFF",
		14: "15728E5A8AACAA68FFFFFFFFFFFFFFFF", 15: "43DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF", 16: "93B4EA988D8FDDC186FFB7DC90A6C08F4DF435C934063199FFFFFFFFFFFFFFFF",
	}
	for g, end := range ends {
		p := fields[g].p
		half := new(big.Int).Rsh(p, 1)
		if !p.ProbablyPrime(4) || !half.ProbablyPrime(4) {
			t.Errorf("group %v is not about a safe prime", g)
		}
		if digits := hex.EncodeToString(p.Bytes()); !bytes.HasSuffix([]byte(digits), bytes.ToLower([]byte(end))) {
			t.Errorf("group %v ends in %s", g, digits[len(digits)-len(end):])
		}
	}
	f := fields[24]
	if !f.p.ProbablyPrime(4) || !f.q.ProbablyPrime(4) || new(big.Int).Exp(f.g, f.q, f.p).Cmp(big.NewInt(1)) != 0 {
		t.Error("group 24 does not have the subgroup")
	}
}

var allGroups = []Group{1, 2, 5, 14, 15, 16, 19, 20, 21, 24}

func TestBothEndsAgreeOnASecret(t *testing.T) {
	for _, g := range allGroups {
		one, err := NewExchange{g, bytes.Repeat([]byte{1}, g.seedSize())}.Do()
		if err != nil {
			t.Fatal(err)
		}
		two, err := NewExchange{g, bytes.Repeat([]byte{0xff}, g.seedSize())}.Do()
		if err != nil {
			t.Fatal(err)
		}
		n := g.privateSize()
		if len(one) != n+g.publicSize() || len(two) != len(one) {
			t.Fatalf("group %v: lengths %d and %d", g, len(one), len(two))
		}
		a, err := Agree{g, one[:n], two[n:]}.Do()
		if err != nil {
			t.Fatal(err)
		}
		b, err := Agree{g, two[:n], one[n:]}.Do()
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) || len(a) == 0 {
			t.Errorf("group %v: the secrets differ", g)
		}
	}
}

// RFC 6989 section 2: a public value that is none gives no secret.
func TestBadPublicValuesAreRefused(t *testing.T) {
	for _, g := range allGroups {
		pair, _ := NewExchange{g, bytes.Repeat([]byte{7}, g.seedSize())}.Do()
		private := pair[:g.privateSize()]
		size := g.publicSize()
		bad := [][]byte{nil, make([]byte, size), make([]byte, size-1), append([]byte{0}, pair[g.privateSize():]...), bytes.Repeat([]byte{0xff}, size)}
		one := make([]byte, size)
		one[size-1] = 1
		bad = append(bad, one)
		if f := fields[g]; f != nil {
			bad = append(bad, new(big.Int).Sub(f.p, big.NewInt(1)).Bytes(), f.p.Bytes())
			if f.q != nil {
				two := make([]byte, size)
				two[size-1] = 2 // no square of the subgroup
				bad = append(bad, two)
			}
		}
		for _, b := range bad {
			if secret, err := (Agree{g, private, b}).Do(); err == nil {
				t.Errorf("group %v: %x gives %x", g, b, secret)
			}
		}
	}
}

// RFC 5903 section 8.1: the 256-bit group.
func TestGroup19AsPublished(t *testing.T) {
	i := unhex("C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433")
	r := unhex("C6EF9C5D78AE012A011164ACB397CE2088685D8F06BF9BE0B283AB46476BEE53")
	gi, _ := Group(19).public(i)
	gr, _ := Group(19).public(r)
	if want := unhex("DAD0B65394221CF9B051E1FECA5787D098DFE637FC90B9EF945D0C37725811805271A0461CDB8252D61F1C456FA3E59AB1F45B33ACCF5F58389E0577B8990BB3"); !bytes.Equal(gi, want) {
		t.Errorf("g^i is %x", gi)
	}
	secret, err := Group(19).agree(i, gr)
	if want := unhex("D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE"); err != nil || !bytes.Equal(secret, want) {
		t.Errorf("%v: g^ir is %x", err, secret)
	}
}

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}
