package compile

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"

	"weft/cli/config"
)

// Check reads a configuration without running anything. It reports every line
// that was refused or that nothing acts on, and counts: lines that say
// something, and of these those acted on, kept and refused.
func Check(name string, text io.Reader) (reports []config.Report, lines, acted, kept, refused int) {
	raw, err := io.ReadAll(text)
	if err == nil {
		_, reports, err = Load(bytes.NewReader(raw), config.Env{Salt: noSalt{}, Thorough: true})
	}
	if err != nil {
		reports = append(reports, config.Report{Refused: fmt.Sprintf("%s cannot be read: %v", name, err)})
	}
	counter := bufio.NewScanner(bytes.NewReader(raw))
	counter.Buffer(nil, len(raw)+1)
	for counter.Scan() {
		if line := strings.TrimSpace(counter.Text()); line != "" && line[0] != '!' {
			lines++
		}
	}
	for i, r := range reports {
		switch {
		case r.Refused != "":
			reports[i].Refused = strings.ReplaceAll(r.Refused, "\n", " ") // one line each
			refused++
		case r.Kept != "":
			kept++
		}
	}
	return reports, lines, max(0, lines-kept-refused), kept, refused
}

// noSalt is for hashes that nobody will ever compare.
type noSalt struct{}

func (noSalt) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
