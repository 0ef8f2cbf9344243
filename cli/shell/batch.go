package shell

import (
	"context"
	"fmt"
	"io"
	"strings"

	"weft/cli/terminal"
)

// RunBatch executes lines in a session of their own and prints what they
// answer: no echo, no prompt, no pages. Questions are answered as Enter would.
// failed reports whether a line was refused or a command answered by an error;
// the lines behind it are executed all the same. err is about out and ctx.
func RunBatch(ctx context.Context, box *Box, o Options, lines []string, out io.Writer) (failed bool, err error) {
	b := &batch{ctx: ctx, lines: lines, out: out}
	o.Group = nil
	s := New(box, b, o)
	defer s.End()
	for !s.done && b.err == nil && ctx.Err() == nil {
		line, ok := b.Next()
		if !ok {
			break
		}
		s.Execute(line)
	}
	if s.conf != nil && s.conf.text != nil {
		s.printError("% The text has no end")
	}
	if b.err == nil {
		b.err = ctx.Err()
	}
	return s.failed, b.err
}

// A batch is a Line without a user.
type batch struct {
	ctx   context.Context
	lines []string
	out   io.Writer
	err   error
	asked map[string]bool // by the command that runs
}

func (b *batch) Write(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	n, err := b.out.Write(p)
	b.err = err
	return n, err
}

func (b *batch) Next() (terminal.Line, bool) {
	if len(b.lines) == 0 || b.ctx.Err() != nil {
		return terminal.Line{}, false
	}
	line := b.lines[0]
	b.lines = b.lines[1:]
	return terminal.Line{Text: line}, true
}

func (b *batch) Begin() terminal.Output {
	b.asked = map[string]bool{}
	return batchOutput{b}
}

// ReadLine answers with an empty line. A question that is asked again does not
// take that for an answer.
func (b *batch) ReadLine(prompt string, _ bool) (string, error) {
	if b.asked[prompt] {
		return "", fmt.Errorf("%% An answer is needed: %s", strings.TrimSpace(prompt))
	}
	if b.asked != nil {
		b.asked[prompt] = true
	}
	return "", nil
}

func (b *batch) ReadKey(string) (byte, error) { return '\r', nil }

func (b *batch) History(bool) []string { return nil }

func (b *batch) Resized() (width, length int, ok bool) { return 0, 0, false }

type batchOutput struct{ *batch }

func (o batchOutput) Context() context.Context { return o.ctx }

func (o batchOutput) Close() error { return nil }
