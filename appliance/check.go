package main

import (
	"fmt"
	"io"
	"os"

	"weft/cli/commands"
	"weft/cli/compile"
)

// check reads configurations without running anything and tells of each line
// that would not be acted on. It returns 1 if any is refused.
func check(files []string, out, errs io.Writer) int {
	if len(files) == 0 {
		fmt.Fprintln(errs, "usage: weft check FILE...")
		return 2
	}
	status := 0
	var lines, acted, kept, refused int
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			fmt.Fprintln(errs, err)
			return 2
		}
		reports, l, a, k, r := compile.Check(name, f)
		f.Close()
		for _, report := range reports {
			switch {
			case report.Refused != "":
				fmt.Fprintf(out, "%s:%d: refused: %s\n", name, report.Number, commands.OneLine(report.Refused))
				status = 1
			case report.Kept != "":
				fmt.Fprintf(out, "%s:%d: kept: %s\n", name, report.Number, report.Kept)
			}
			for _, notice := range report.Notices {
				fmt.Fprintf(out, "%s: %s\n", name, notice)
			}
		}
		lines, acted, kept, refused = lines+l, acted+a, kept+k, refused+r
	}
	fmt.Fprintf(out, "%d lines, %d acted on, %d kept, %d refused\n", lines, acted, kept, refused)
	return status
}
