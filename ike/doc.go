// Package ike is the Internet Key Exchange, versions 1 (RFC 2408, 2409) and 2
// (RFC 7296), as the protection of tunnels needs it: it agrees on keys with a
// peer, hands pairs of associations to the data plane, and replaces them before
// they wear out.
//
// The package is a machine: Step takes what happens (input.go) and returns what
// to do about it (output.go), Tick does what has come due, and nothing else goes
// in or out. What is wanted is one value (config.go), what show commands see is
// another (state.go). Diffie-Hellman is handed out (compute.go).
package ike
