package commands

import (
	"strings"
	"testing"
)

// FuzzArguments feeds anything to the argument types of the tables: what they
// take is canonical, and the caret stays inside the text.
func FuzzArguments(f *testing.F) {
	for _, seed := range []string{"tu0", "gi 0/1.10", "GigabitEthernet0/0/0", "loopback 4294967296", "10.0.0.1", "255.255.255.0 x", "e\x00", "t/", "1.2.3.04"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.TrimLeft(text, " \t")
		for _, typ := range configTypes() {
			canonical, taken, good := typ.Parse(text)
			if taken < 0 || taken > len(text) || good < 0 || good > len(text) {
				t.Fatalf("%s: %q: taken %d, good %d", typ.Name, text, taken, good)
			}
			if taken == 0 {
				continue
			}
			again, all, _ := typ.Parse(canonical)
			if again != canonical || all != len(canonical) {
				t.Errorf("%s: %q is %q, and that is %q", typ.Name, text[:taken], canonical, again)
			}
		}
		interfaceChoices(text)
	})
}

func TestInterfaceNamesCompareAsNumbers(t *testing.T) {
	for _, pair := range [][2]string{{"Loopback9", "Tunnel0"}, {"Tunnel2", "Tunnel10"}, {"GigabitEthernet0/9", "GigabitEthernet0/10"},
		{"GigabitEthernet0/1", "GigabitEthernet0/1.1"}, {"Ethernet1/0", "GigabitEthernet0/0"}} {
		if CompareInterfaces(pair[0], pair[1]) >= 0 || CompareInterfaces(pair[1], pair[0]) <= 0 || CompareInterfaces(pair[0], pair[0]) != 0 {
			t.Errorf("%s does not come before %s", pair[0], pair[1])
		}
	}
}
