package ssh

import (
	"regexp"
	"strings"
	"testing"
	"testing/synctest"

	"golang.org/x/crypto/ssh"
)

// What tools send after the login, and that nothing but the echo, the answer
// and a prompt comes back: they compare byte by byte.
var tools = []struct {
	name          string
	user          string
	term          string
	columns, rows int
	steps         [][2]string // keys, answer
}{
	{"netmiko 2", "alice", "vt100", 80, 24, [][2]string{
		{"", "R1#"},
		{"\n", "\r\nR1#"},
		{"terminal length 0\n", "terminal length 0\r\nR1#"},
		{"terminal width 511\n", "terminal width 511\r\nR1#"},
		{"\n", "\r\nR1#"},
		{"config term\n", "config term\r\nEnter configuration commands, one per line.  End with CNTL/Z.\r\nR1(config)#"},
		{"interface Tunnel0\n", "interface Tunnel0\r\nR1(config-if)#"},
		{"end\n", "end\r\nR1#"},
		{"exit\n", "exit\r\n"},
	}},
	{"netmiko 4", "alice", "vt100", 511, 1000, [][2]string{
		{"", "R1#"},
		{"terminal width 511\n", "terminal width 511\r\nR1#"},
		{"terminal length 0\n", "terminal length 0\r\nR1#"},
		{"\n", "\r\nR1#"},
		{"configure terminal\n", "configure terminal\r\nEnter configuration commands, one per line.  End with CNTL/Z.\r\nR1(config)#"},
		{"end\n", "end\r\nR1#"},
		{"exit\n", "exit\r\n"},
	}},
	{"Ansible", "bob", "vt100", 80, 24, [][2]string{
		{"", "R1>"},
		{"enable\r", "enable\r\nPassword: "},
		{"s3cret\r", "\r\nR1#"},
		{"show privilege\r", "show privilege\r\nCurrent privilege level is 15\r\nR1#"},
		{"terminal length 0\r", "terminal length 0\r\nR1#"},
		{"terminal width 512\r", "terminal width 512\r\nR1#"},
		{"terminal width 0\r", "terminal width 0\r\nR1#"},
		{"show vlan\r", "show vlan\r\n         ^\r\n% Invalid input detected at '^' marker.\r\n\r\nR1#"},
		{"configure terminal\r", "configure terminal\r\nEnter configuration commands, one per line.  End with CNTL/Z.\r\nR1(config)#"},
		{"banner motd @\rAuthorized only\r@\r", "banner motd @\r\nEnter TEXT message.  End with the character '@'.\r\nAuthorized only\r\n@\r\nR1(config)#"},
		{"end\r", "end\r\nR1#"},
	}},
	{"rancid", "bob", "xterm", 132, 0, [][2]string{
		{"", "R1>"},
		{"enable\r", "enable\r\nPassword: "},
		{"wrong\r", "\r\nPassword: "},
		{"s3cret\r", "\r\nR1#"},
		{"\r", "\r\nR1#"},
		{"terminal length 0\r", "terminal length 0\r\nR1#"},
		{"terminal width 132\r", "terminal width 132\r\nR1#"},
		{"exit\r", "exit\r\n"},
	}},
	{"scrapligo", "alice", "xterm", 80, 255, [][2]string{
		{"", "R1#"},
		{"\n", "\r\nR1#"},
		{"terminal width 512\n", "terminal width 512\r\nR1#"},
		{"terminal length 0\n", "terminal length 0\r\nR1#"},
		{"configure terminal\n", "configure terminal\r\nEnter configuration commands, one per line.  End with CNTL/Z.\r\nR1(config)#"},
		{"interface Tunnel0\n", "interface Tunnel0\r\nR1(config-if)#"},
		{"end\n", "end\r\nR1#"},
		{"exit\n", "exit\r\n"},
	}},
	{"pyATS", "alice", "vt100", 80, 24, [][2]string{
		{"", "R1#"},
		{"\r", "\r\nR1#"},
		{"\x1e", "^C\r\nR1#"},
		{"\x03", "^C\r\nR1#"},
		{"term length 0\r", "term length 0\r\nR1#"},
		{"term width 0\r", "term width 0\r\nR1#"},
		{"config term\r", "config term\r\nEnter configuration commands, one per line.  End with CNTL/Z.\r\nR1(config)#"},
		{"no logging console\r", "no logging console\r\nR1(config)#"},
		{"line console 0\r", "line console 0\r\nR1(config-line)#"},
		{"exec-timeout 0\r", "exec-timeout 0\r\nR1(config-line)#"},
		{"line vty 0 4\r", "line vty 0 4\r\nR1(config-line)#"},
		{"exec-timeout 0\r", "exec-timeout 0\r\nR1(config-line)#"},
		{"end\r", "end\r\nR1#"},
	}},
	{"NAPALM's keep-alive", "alice", "vt100", 80, 24, [][2]string{
		{"", "R1#"},
		{"\x00", ""},
		{"show privilege\n", "show privilege\r\nCurrent privilege level is 15\r\nR1#"},
	}},
}

func TestToolsGetTheBytesTheyWaitFor(t *testing.T) {
	passwords := map[string]string{"alice": "wonderland", "bob": "builder"}
	for _, tool := range tools {
		t.Run(tool.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, "")
				client, _, err := w.login(tool.user, ssh.Password(passwords[tool.user]))
				if err != nil {
					t.Fatal(err)
				}
				u := openTTY(t, client, tool.term, tool.columns, tool.rows)
				for _, step := range tool.steps {
					u.says(step[0], step[1])
				}
			})
		})
	}
}

// Prompts in every mode must be what tools recognise as one.
func TestPromptsAreWhatToolsLookFor(t *testing.T) {
	exec := regexp.MustCompile(`(?im)^[\w.\-@/:]{1,63}#$`)
	configuration := regexp.MustCompile(`(?im)^[\w.\-@/:]{1,63}\([\w.\-@/:+]{0,32}\)#$`)
	unicon := regexp.MustCompile(`^(.*)\(.*(con|cfg)\S*\)#\s?$`)
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "")
		u := openTTY(t, w.alice(), "vt100", 511, 1000)
		if p := u.screen(); !exec.MatchString(p) {
			t.Errorf("%q", p)
		}
		u.typed("configure terminal\n")
		for _, line := range []string{"", "interface Tunnel0", "line vty 0 4"} {
			u.typed(line + "\n")
			out := u.screen()
			p := out[strings.LastIndexByte(out, '\n')+1:]
			if !configuration.MatchString(p) || !unicon.MatchString(p) {
				t.Errorf("%s: %q", line, p)
			}
		}
	})
}
