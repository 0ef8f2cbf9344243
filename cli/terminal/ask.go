package terminal

import "errors"

// ErrInterrupted is returned when a question is answered with Ctrl-C.
var ErrInterrupted = errors.New("terminal: interrupted")

// ReadLine prints prompt and reads one line. Without echo nothing typed is
// shown, and the line end still is.
func (t *Terminal) ReadLine(prompt string, echo bool) (string, error) {
	state := t.state
	defer func() { t.state, t.view = state, view{} }()
	t.state.Prompt = prompt
	t.print(prompt)
	t.view = newView(prompt, t.state.Width)
	t.view.mute = !echo
	t.editor.begin("")
	for {
		k, err := t.key(waiting)
		if err != nil {
			return "", err
		}
		switch {
		case t.editor.literal:
			t.edit(k)
		case k == '\r', k == ctrl('Z'):
			t.print("\r\n")
			if text, fits := t.editor.text(); fits {
				return text, nil
			}
			t.print(tooLong)
			return "", nil
		case k == ctrl('C'), k == ctrl('^'):
			t.print("^C\r\n")
			return "", ErrInterrupted
		default:
			t.edit(k)
		}
	}
}

// ReadKey prints prompt and reads one key, which is not shown. Enter is '\r'.
// Keys that are no ASCII character are 0. Log lines wait, too: they would part
// the question from its answer.
func (t *Terminal) ReadKey(prompt string) (byte, error) {
	t.print(prompt)
	k, err := t.key(paging)
	if k > del {
		k = 0
	}
	return byte(k), err
}
