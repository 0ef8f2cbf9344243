package commands

import (
	"fmt"
	"strconv"
	"strings"

	"weft/cli/config"
)

const sequenceStep = 10

// aclIndexKind finds the entries of every list by what they say and by number:
// a list of ten thousand is not searched for each line that is added.
var aclIndexKind = &config.IndexKind{New: func() config.Index { return &aclIndex{lists: map[*config.Node]*aclEntries{}} }}

type aclIndex struct{ lists map[*config.Node]*aclEntries }

// aclEntries are the entries of one list, remarks left out.
type aclEntries struct {
	byText   map[string]int // what an entry says, without its number
	byNumber map[int]string
	last     int // no entry has a higher number; one that has been removed may have had it
}

func (x *aclIndex) of(section *config.Node) *aclEntries {
	s := x.lists[section]
	if s == nil {
		s = &aclEntries{byText: map[string]int{}, byNumber: map[int]string{}}
		x.lists[section] = s
	}
	return s
}

func (x *aclIndex) Add(section *config.Node, l *config.Line) {
	if n, text, entry := numbered(l); entry {
		s := x.of(section)
		s.byText[text], s.byNumber[n] = n, text
		s.last = max(s.last, n)
	}
}

func (x *aclIndex) Remove(section *config.Node, l *config.Line) {
	n, text, entry := numbered(l)
	if !entry {
		return
	}
	s := x.of(section)
	delete(s.byText, text)
	delete(s.byNumber, n)
	if len(s.byNumber) == 0 {
		delete(x.lists, section)
		return
	}
	for s.byNumber[s.last] == "" { // the one below it, however far
		s.last = s.below()
	}
}

// below is the highest number in use.
func (s *aclEntries) below() (highest int) {
	for n := range s.byNumber {
		highest = max(highest, n)
	}
	return highest
}

// numbered is the number and the rest of a stored entry.
func numbered(l *config.Line) (n int, text string, entry bool) {
	if l.Args.Has("remark") {
		return 0, "", false
	}
	number, text, _ := strings.Cut(l.Text, " ")
	n, err := strconv.Atoi(number)
	return n, text, err == nil
}

func entriesOf(e *config.Edit, section *config.Node) *aclEntries {
	return e.Tree().Index(aclIndexKind).(*aclIndex).of(section)
}

// enterEntry numbers an entry. What the list says already it does not say twice.
func enterEntry(e *config.Edit, a args, wording func(args) string) error {
	text, list := wording(a), entriesOf(e, e.Node())
	n := a.Int("sequence")
	if a.Has("remark") {
		if n == 0 {
			n = list.last + sequenceStep // that of the entry it will stand before
		}
		return e.Rewrite(fmt.Sprintf("%d remark %s", n, a.Word("text")))
	}
	at, there := list.byText[text]
	switch {
	case there && (n == 0 || n == at):
		return e.Rewrite(fmt.Sprintf("%d %s", at, text))
	case there:
		return refuse("%% Duplicate entry exists at sequence %d", at)
	case n == 0 && list.last > 1<<31-1-sequenceStep:
		return refuse("%% Sequence numbers have run out: resequence the list")
	case n == 0:
		n = list.last + sequenceStep
	case list.byNumber[n] != "":
		return refuse("%% Duplicate sequence number\n%% Failed to add ace")
	}
	return e.Rewrite(fmt.Sprintf("%d %s", n, text))
}

// leaveEntry removes an entry by what it says.
func leaveEntry(e *config.Edit, a args, wording func(args) string) error {
	if a.Has("remark") {
		return leaveRemark(e, a)
	}
	if at, there := entriesOf(e, e.Node()).byText[wording(a)]; there && (!a.Has("sequence") || a.Int("sequence") == at) {
		return e.Rewrite(fmt.Sprintf("no %d %s", at, wording(a)))
	}
	return nil
}

// leaveRemark removes the first remark of this text.
func leaveRemark(e *config.Edit, a args) error {
	if a.Has("sequence") {
		return nil
	}
	for _, l := range e.Node().Lines() {
		if l.Args.Has("remark") && l.Args.Word("text") == a.Word("text") {
			return e.Rewrite("no " + l.Text)
		}
	}
	return nil
}

// leaveNumber removes an entry by its number.
func leaveNumber(e *config.Edit, a args) error {
	if text := entriesOf(e, e.Node()).byNumber[a.Int("sequence")]; text != "" {
		return e.Enter(fmt.Sprintf("no %d %s", a.Int("sequence"), text))
	}
	return nil
}

// enterNumbered enters an entry that says which list it is of.
func enterNumbered(e *config.Edit, a args, wording func(args) string) error {
	kind := "standard"
	if n := a.Int("number") + a.Int("high"); n >= 100 && n < 1300 || n >= 2000 {
		kind = "extended"
	}
	head := "ip access-list " + kind + " " + a.Word("number") + a.Word("high")
	if err := e.EnterGlobal(head); err != nil {
		return err
	}
	text := wording(a)
	if a.Has("remark") {
		text = "remark " + a.Word("text")
	}
	if err := e.EnterAt(e.Tree().At(config.Cursor{Path: []string{head}}), text); err != nil {
		return err
	}
	return e.Rewrite("default access-list " + a.Word("number") + a.Word("high"))
}

// leaveNumbered removes a whole list, as IOS does, whatever else the line says.
func leaveNumbered(e *config.Edit, a args) error {
	if e.Defaulting() {
		return nil // what enterNumbered stores
	}
	number := a.Word("number") + a.Word("high")
	for _, kind := range []string{"standard ", "extended "} {
		if head := "ip access-list " + kind + number; len(e.Tree().Root().Lines()) > 0 && e.Tree().At(config.Cursor{Path: []string{head}}) != e.Tree().Root() {
			return e.EnterGlobal("no " + head)
		}
	}
	return nil
}

// resequence numbers the entries of a list anew.
func resequence(e *config.Edit, a args) error {
	name := a.Word("number") + a.Word("name")
	next, step := sequenceStep, sequenceStep
	if a.Has("start") {
		next = a.Int("start")
	}
	if a.Has("step") {
		step = a.Int("step")
	}
	var section *config.Node
	for _, kind := range []string{"standard ", "extended "} {
		if at := e.Tree().At(config.Cursor{Path: []string{"ip access-list " + kind + name}}); at != e.Tree().Root() {
			section = at
		}
	}
	if section == nil {
		e.Notice("% Access list " + name + " does not exist")
		return e.Rewrite("default ip access-list resequence")
	}
	lines := section.Lines()
	for _, l := range lines {
		if err := e.EnterAt(section, "no "+l.Text); err != nil {
			return err
		}
	}
	for _, l := range lines {
		if next < 1 || next > 1<<31-1 {
			return refuse("%% Sequence numbers have run out: choose a smaller step")
		}
		_, text, _ := strings.Cut(l.Text, " ")
		if err := e.EnterAt(section, fmt.Sprintf("%d %s", next, text)); err != nil {
			return err
		}
		if !l.Args.Has("remark") {
			next += step
		}
	}
	return e.Rewrite("default ip access-list resequence")
}

func init() {
	standardACLLine.Enter = func(e *config.Edit, a args) error { return nameList(e, a, extendedACLLine, "Extended") }
	extendedACLLine.Enter = func(e *config.Edit, a args) error { return nameList(e, a, standardACLLine, "Standard") }
}

// nameList refuses names that no list may have, and those that a list of the
// other kind has.
func nameList(e *config.Edit, a args, other *command, kind string) error {
	name := a.Word("name")
	if name == "" {
		return nil
	}
	if c := name[0]; c >= '0' && c <= '9' {
		return refuse("%% Invalid access list name.")
	}
	if e.Tree().Root().Find(other, "", "", name) != nil {
		return refuse("%% A named %s IP access list with this name already exists", kind)
	}
	return nil
}
