//go:build race

package esp

// The race detector has sync.Pool forget things at random, so that nothing can
// be said about allocations under it.
func init() { underRaceDetector = true }
