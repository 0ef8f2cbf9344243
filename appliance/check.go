package main

import (
	"fmt"
	"io"
	"os"

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
			what, why := "kept", report.Kept
			if report.Refused != "" {
				what, why, status = "refused", report.Refused, 1
			}
			fmt.Fprintf(out, "%s:%d: %s: %s\n", name, report.Number, what, why)
		}
		lines, acted, kept, refused = lines+l, acted+a, kept+k, refused+r
	}
	fmt.Fprintf(out, "%d lines, %d acted on, %d kept, %d refused\n", lines, acted, kept, refused)
	return status
}
