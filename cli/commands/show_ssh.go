package commands

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"weft/cli/config"
)

var sshExecs = execs(help{
	"show": "Show running system information", "ssh": "Status of SSH server connections", "ip": "IP information", "ip ssh": "Information on SSH",
	"clear": "Reset functions", "line": "Reset a terminal line", "console": "Primary terminal line", "aux": "Auxiliary line", "vty": "Virtual terminal",
	"number": "Line number", "disconnect": "Disconnect an existing network connection", "disconnect ssh": "Disconnect an active SSH connection",
	"session": "SSH session",
},
	&Exec{Syntax: "show ip ssh", Run: showIPSSH},
	&Exec{Syntax: "show ssh", Run: showSSH},
	&Exec{Syntax: "clear line (console number:<0-0> | aux number:<0-0> | vty number:<0-1869> | number:<0-2000>)", Privilege: privileged, Run: clearLine},
	&Exec{Syntax: "disconnect ssh (vty number:<0-1869> | session:<0-1869>)", Privilege: privileged, Run: func(s Session, a args) error {
		n := a.Int("number") + a.Int("session")
		if !s.Router().Access().HangUp("vty", n) {
			return fmt.Errorf("%% No SSH connection on vty %d", n)
		}
		return nil
	}},
)

// sshState says why nobody comes in by SSH; "" if somebody may.
func sshState(s Session) string {
	pairs, _ := s.Router().Access().KeyPairs()
	if key := runningGlobal(s.Router()).SSH.KeyPair; key != "" {
		found := false
		for _, p := range pairs {
			found = found || p.Kind == RSAKeys && p.Label == key
		}
		if !found {
			return "%Please create RSA keys to enable SSH (and of atleast 768 bits for SSH v2)."
		}
	}
	var groups []*LineGroup
	s.Router().Config(func(t *config.Tree, _ config.Env) {
		for _, l := range t.Root().Lines() {
			if IsLine(l) && l.Command == vtyLine {
				groups = append(groups, l.Section.Compile().(*LineGroup))
			}
		}
	})
	for _, g := range groups {
		if g.TakesSSH() {
			return ""
		}
	}
	return "% No virtual terminal has both login local and transport input ssh"
}

// showIPSSH tells whether anybody may come in by SSH, and how.
func showIPSSH(s Session, _ args) error {
	if why := sshState(s); why == "" {
		s.Printf("SSH Enabled - version 2.0\n")
	} else {
		s.Printf("SSH Disabled - version 2.0\n%s\n", why)
	}
	g := runningGlobal(s.Router()).SSH.WithDefaults()
	methods := strings.Replace(strings.Join(g.Methods, ","), "keyboard", "keyboard-interactive", 1)
	s.Printf("Authentication methods:%s\n", methods)
	for _, list := range []struct {
		title string
		names []string
	}{{"Authentication Publickey", g.PublicKeys}, {"Hostkey", g.HostKeys}, {"Encryption", g.Ciphers}, {"MAC", g.MACs}, {"KEX", g.KeyExchanges}} {
		s.Printf("%s Algorithms:%s\n", list.title, strings.Join(list.names, ","))
	}
	s.Printf("Authentication timeout: %d secs; Authentication retries: %d\n", int(g.Timeout.Seconds()), g.Retries)
	s.Printf("Minimum expected Diffie Hellman key size : %d bits\n", g.MinimumDH)
	host, ok := s.Router().Access().HostKey()
	if !ok {
		s.Printf("IOS Keys in SECSH format(ssh-rsa, base64 encoded): NONE\n")
		return nil
	}
	s.Printf("IOS Keys in SECSH format(%s, base64 encoded): %s\n%s %s\n", host.Type, host.Label, host.Type, base64.StdEncoding.EncodeToString(host.Blob))
	return nil
}

// showSSH lists both directions of each connection.
func showSSH(s Session, _ args) error {
	sessions := s.Router().Access().SSH()
	if len(sessions) == 0 {
		s.Printf("%%No SSHv2 server connections running.\n")
	} else {
		const row = "%-10d %-7s %-4s %-11s %-13s %-21s %s\n"
		s.Printf("Connection Version Mode Encryption  Hmac          State                 Username\n")
		for _, c := range sessions {
			s.Printf(row, c.Line, "2.0", "IN", c.In.Cipher, c.In.MAC, c.State, shown(c.User))
			s.Printf(row, c.Line, "2.0", "OUT", c.Out.Cipher, c.Out.MAC, c.State, shown(c.User))
		}
	}
	s.Printf("%%No SSHv1 server connections running.\n")
	return nil
}

func clearLine(s Session, a args) error {
	kind, n := "vty", a.Int("number")
	switch {
	case a.Has("console"), !a.Has("vty") && !a.Has("aux") && n == 0:
		kind, n = "con", 0
	case a.Has("aux"), !a.Has("vty") && n == 1:
		kind, n = "aux", 0
	case !a.Has("vty"):
		n -= firstVTY
	}
	yes, err := s.Confirm("[confirm]")
	if err != nil || !yes {
		return err
	}
	mine := fmt.Sprintf("vty%d (", n)
	if kind == "vty" && strings.HasPrefix(s.Origin(), mine) || kind == "con" && s.Console() {
		return errors.New("% Not allowed to clear current line")
	}
	s.Router().Access().HangUp(kind, n)
	s.Printf(" [OK]\n")
	return nil
}

// firstVTY is the line number of vty 0: 0 is the console, 1 the auxiliary port.
const firstVTY = 2
