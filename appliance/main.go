// Package main is weft, the one binary: "weft lab" runs labs on this machine.
package main

import (
	"fmt"
	"os"
)

const usage = `usage: weft lab ...    run a lab: weft lab help
`

func main() {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case "lab":
			os.Exit(labCommand(os.Args[2:]))
		}
	}
	fmt.Fprint(os.Stderr, usage)
	os.Exit(2)
}
