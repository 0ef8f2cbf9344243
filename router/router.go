// Package router is one box as one value: its machines, the state of its
// interfaces, and the wiring between them.
package router
