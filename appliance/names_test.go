package main

import (
	"errors"
	"slices"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

func question() dnsmessage.Question {
	return dnsmessage.Question{Name: dnsmessage.MustNewName("hub.example.net."), Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET}
}

// answerOf is what a name server says to the question, by way of an alias.
func answerOf(change func(m *dnsmessage.Message)) []byte {
	alias := dnsmessage.MustNewName("r1.example.net.")
	m := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: 7, Response: true},
		Questions: []dnsmessage.Question{question()},
		Answers: []dnsmessage.Resource{
			{Header: dnsmessage.ResourceHeader{Name: question().Name, Class: dnsmessage.ClassINET}, Body: &dnsmessage.CNAMEResource{CNAME: alias}},
			{Header: dnsmessage.ResourceHeader{Name: alias, Class: dnsmessage.ClassINET}, Body: &dnsmessage.AResource{A: [4]byte{192, 0, 2, 1}}},
			{Header: dnsmessage.ResourceHeader{Name: alias, Class: dnsmessage.ClassINET}, Body: &dnsmessage.AResource{A: [4]byte{192, 0, 2, 2}}},
		},
	}
	change(&m)
	b, err := m.Pack()
	if err != nil {
		panic(err)
	}
	return b
}

func TestAnswersOfNameServers(t *testing.T) {
	for name, test := range map[string]struct {
		change func(m *dnsmessage.Message)
		want   []string
		other  bool // not to our question
		fails  bool
	}{
		"two addresses":    {func(*dnsmessage.Message) {}, []string{"192.0.2.1", "192.0.2.2"}, false, false},
		"no such name":     {func(m *dnsmessage.Message) { m.RCode = dnsmessage.RCodeNameError }, nil, false, false},
		"no such server":   {func(m *dnsmessage.Message) { m.RCode = dnsmessage.RCodeRefused }, nil, false, true},
		"another's":        {func(m *dnsmessage.Message) { m.ID++ }, nil, true, true},
		"a question":       {func(m *dnsmessage.Message) { m.Response = false }, nil, true, true},
		"another question": {func(m *dnsmessage.Message) { m.Questions[0].Type = dnsmessage.TypeMX }, nil, true, true},
	} {
		found, err := readAnswer(answerOf(test.change), 7, question())
		var got []string
		for _, a := range found {
			got = append(got, a.String())
		}
		if !slices.Equal(got, test.want) || (err != nil) != test.fails || errors.Is(err, errAnswer) != test.other {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

func FuzzReadAnswer(f *testing.F) {
	f.Add(answerOf(func(*dnsmessage.Message) {}))
	f.Fuzz(func(_ *testing.T, b []byte) { _, _ = readAnswer(b, 7, question()) })
}
