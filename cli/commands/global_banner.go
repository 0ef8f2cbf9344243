package commands

// A banner is text between two delimiters, over as many lines as it likes.
var bannerLines = []*command{
	banner("exec", "When a session starts"),
	banner("incoming", "When a session comes in from a terminal"),
	banner("login", "Before the user name is asked for"),
	banner("motd", "Message of the day"),
	{Syntax: "banner prompt-timeout text:TEXT", Kept: "a prompt that times out says nothing",
		Help: help{"banner": "Define a banner", "prompt-timeout": "When a prompt times out", "text": "c banner-text c, where 'c' is a delimiting character"}},
	{Syntax: "banner slip-ppp text:TEXT", Kept: "there is no SLIP",
		Help: help{"banner": "Define a banner", "slip-ppp": "When a dialled session starts", "text": "c banner-text c, where 'c' is a delimiting character"}},
}

func banner(kind, when string) *command {
	return &command{
		Syntax: "banner " + kind + " text:TEXT",
		Help:   help{"banner": "Define a banner", kind: when, "text": "c banner-text c, where 'c' is a delimiting character"},
		Apply: to(func(s *Global, a args) {
			if s.Banners == nil {
				s.Banners = map[string]string{}
			}
			s.Banners[kind] = a.Word("text")
		}),
	}
}
