package shell

import "weft/cli/commands"

// Local is where a login at the console comes from, as the log has it.
const Local = "LOCAL"

// LoggedIn tells the log of a user who has logged in, if "login on-success"
// says so. Port is the box's own; 0 at the console.
func (b *Box) LoggedIn(g *commands.Global, user, source string, port int) {
	if b.Happened != nil && g.LogLogins {
		b.Happened(commands.LoginSucceeded{User: user, Source: source, Port: port, At: b.Router.Now()})
	}
}

// LoginFailed tells the log of a wrong name or password, if "login on-failure"
// says so.
func (b *Box) LoginFailed(g *commands.Global, user, source string, port int) {
	if b.Happened != nil && g.LogLoginFailures {
		b.Happened(commands.LoginFailed{User: user, Source: source, Port: port, Reason: "Login Authentication Failed", At: b.Router.Now()})
	}
}
