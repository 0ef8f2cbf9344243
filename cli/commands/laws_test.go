package commands

import (
	"testing"

	"weft/cli/config/configtest"
)

// saltLetters is entropy that never ends and is always the same.
type saltLetters struct{}

func (saltLetters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(i*37 + 11)
	}
	return len(p), nil
}

func TestLawsOfConfiguration(t *testing.T) {
	configtest.Laws(t, GlobalMode, configtest.Options{Random: 8, Salt: saltLetters{}})
}
