// Package shell is one session of the command line: which mode it is in, what
// privilege it has, and what a line typed there does. It knows the tables and
// the router, and neither keys nor sockets.
package shell
