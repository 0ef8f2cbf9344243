// Package main is weft, the one binary.
//
//	main.go      which of the following
//	router.go    "weft router": one router in this network namespace
//	box.go       what a router is made of, and the goroutine that drives it
//	view.go      the box as its sessions see it; system.go what it runs on
//	lines.go     the console and the manage socket; services.go SSH and the log
//	startup.go   which configuration a router starts with; serial.go a serial console
//	nvram.go     startup-config and keys; flash.go files; schedule.go what is done later; ports.go which device is which port
//	icmp.go      ping and traceroute
//	check.go     "weft check": configurations read without running anything
//	lab*.go      "weft lab": topologies of routers on this machine
//	init*.go     process 1 of the image
//
// A router's life: newBox opens the GRE socket and the kernel's netlink before
// anything may talk, and compiles the startup-config; run drives router.Router
// on one goroutine, which alone touches it. The kernel tells of ports, the
// pipeline of control packets, sessions ask questions; what the router wants
// done comes out in order and carryOut does it. At the end the namespace is put
// back as it was found; "reload" then starts the same process afresh.
package main

import (
	"fmt"
	"os"
)

const usage = `usage: weft router [-config FILE] [-nvram DIR] [-console stdio|unix:PATH|none] [-ports eth1=GigabitEthernet0/1,...]
       weft check FILE...     read configurations without running anything
       weft lab ...           run a lab: weft lab help
       weft version
`

func main() {
	if isInit() {
		runInit()
	}
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case "router":
			os.Exit(runRouter(os.Args[2:], os.Stderr))
		case "check":
			os.Exit(check(os.Args[2:], os.Stdout, os.Stderr))
		case "lab":
			os.Exit(labCommand(os.Args[2:]))
		case "version":
			fmt.Printf("weft %s\n", version)
			return
		}
	}
	fmt.Fprint(os.Stderr, usage)
	os.Exit(2)
}
