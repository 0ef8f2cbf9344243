// Package labs runs a lab: a folder with a topology and one IOS configuration
// per router becomes a small network of processes on this machine.
//
// # What a lab is made of
//
// topology.go reads topology.clab.yml, a file in containerlab's format. For
// "up" a keeper is started: one process per lab (keeper.go), detached from the
// terminal, first process of its own PID namespace. The keeper gives every node
// a namespace (namespace.go): network, mounts and host name, held by one locked
// thread that lives as long as the lab. It lays the links between them
// (links.go), runs the commands that a plain Linux node asks for, and starts
// one `weft router` per router node (process.go).
//
// Nothing has a name in the file system but the keeper's socket and lock
// (place.go): when the keeper ends, however it ends, the kernel ends every
// process in its PID namespace, and with them the namespaces and links. So
// "down" has one thing to stop and nothing to tidy up, also after a crash.
// As an ordinary user the keeper gets a user namespace first and is root in it.
//
// All other commands talk to the keeper over its socket, because a Go process,
// having several threads from the start, cannot enter a user namespace later.
// request.go has the messages. The keeper is a broker of file descriptors: an
// exec hands over the caller's own standard streams, a console gets the
// connected socket of the router's console, and the keeper does not copy one
// byte of either. lab.go is the caller's side, console.go the terminal's.
//
// # What is left out
//
// Of containerlab: images, binds, management networks and the kinds that are
// neither Linux nor IOS. Links are ideal: no delay, no loss.
package labs
