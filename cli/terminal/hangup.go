package terminal

// HangUp ends the session in progress, as if its user had been idle for too
// long. It may be called from any goroutine.
func (t *Terminal) HangUp() {
	select {
	case t.hung <- struct{}{}:
	default: // it has been said already
	}
	if stop := t.in.running.Load(); stop != nil {
		(*stop)()
	}
}
