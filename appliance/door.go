package main

import (
	"context"
	"crypto/subtle"
	"io"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"weft/cli/commands"
	"weft/cli/config"
	"weft/cli/shell"
	"weft/router"
)

// A door is who may come in, who is in, and by which keys the box is known:
// commands.Access. Its methods may be called from any goroutine but the
// router's.
type door struct{ *box }

func (d door) Matches(list string) map[string]uint64 { return d.shell.Guard.Matches(list) }
func (d door) ClearMatches(list string)              { d.shell.Guard.ClearMatches(list) }
func (d door) SSH() []commands.SSHSession            { return d.shell.Lines.SSH() }

func (d door) Logins() commands.LoginState {
	return d.shell.Guard.Logins(d.shell.Settings().Global.Logins)
}

func (d door) HangUp(kind string, number int) bool { return d.shell.Lines.HangUp(kind, number) }

func (d door) KeyPairs() ([]commands.KeyPair, error) { return d.keys.list() }

func (d door) MakeKeyPair(spec commands.KeySpec) error {
	if err := d.keys.make(spec, time.Now()); err != nil {
		return err
	}
	d.keysChanged()
	return nil
}

func (d door) ZeroizeKeys(kind commands.KeyKind, label string) (int, error) {
	n, err := d.keys.zeroize(kind, label)
	d.keysChanged()
	return n, err
}

func (d door) HasMasterKey() bool {
	key, _, _, _ := d.master.read() // what is damaged is to be replaced
	return key != ""
}

func (d door) IsMasterKey(key string) bool {
	have, _, _, err := d.master.read()
	return err == nil && have != "" && subtle.ConstantTimeCompare([]byte(have), []byte(key)) == 1
}

func (d door) SetMasterKey(key string) error {
	vault, err := d.master.change(key)
	if err != nil {
		return plainError(err)
	}
	d.ask(func(now time.Time) {
		d.router.Tree().SetVault(vault)
		d.step(now, router.Configured{})
	})
	return nil
}

// keysChanged lets SSH begin or end.
func (d door) keysChanged() {
	d.ask(func(time.Time) {
		if d.services.want.Global != nil {
			d.serveSSHAsWanted()
		}
	})
}

func (d door) HostKey() (k commands.HostKey, ok bool) {
	g := d.shell.Settings().Global
	keys, labels, err := d.keys.signers(g.SSH.KeyPair, ownLabel(g))
	if err != nil || len(keys) == 0 {
		return k, false
	}
	public, err := gossh.NewPublicKey(keys[0].Public())
	if err != nil {
		return k, false
	}
	return commands.HostKey{Type: public.Type(), Label: labels[0], Blob: public.Marshal()}, true
}

// actOn does what a configuration asked for that is no configuration: to make
// keys. What has been done in an earlier start is not done again, since
// nobody answers the question.
func (b *box) actOn(reports []config.Report) {
	for _, r := range reports {
		if r.Acts == "" {
			continue
		}
		failed, err := shell.RunBatch(context.Background(), b.shell, shell.Options{Origin: "console", Console: true, Privilege: 15},
			[]string{"configure terminal", r.Acts}, io.Discard)
		if failed || err != nil {
			b.tell(router.Happened{Event: commands.StartupKept{Number: r.Number, Line: r.Acts, Reason: "it is not done at this start"}})
		}
	}
}
