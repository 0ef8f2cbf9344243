package commands

import (
	"errors"
	"strings"
)

// What the archive has, and how configurations differ.
var archiveExecs = execs(help{
	"show":              "Show running system information",
	"archive":           "Archive of configurations",
	"config":            "Configuration",
	"differences":       "Compare two configurations",
	"incremental-diffs": "What a file would add to the running configuration",
	"ignorecase":        "Take capital and small letters for the same",
	"rollback":          "Rollback information",
	"timer":             "Rollback timer information",
	"from":              "First configuration",
	"to":                "Second configuration",
	"file":              "File with configuration lines",
},
	&Exec{Syntax: "archive config", Help: help{"archive": "Manage archive files", "config": "Make an archive copy of the running configuration"},
		Privilege: privileged, Run: archiveNow},
	&Exec{Syntax: "show archive", Privilege: privileged, Run: showArchive},
	&Exec{Syntax: "show archive config differences [from:URL [to:URL]] [ignorecase]", Privilege: privileged, Run: showDifferences},
	&Exec{Syntax: "show archive config incremental-diffs file:URL [ignorecase]", Privilege: privileged, Run: showIncremental},
	&Exec{Syntax: "show archive config rollback timer", Privilege: privileged, Run: showRollbackTimer},
)

var errNoArchive = errors.New(" Archive feature not enabled")

func archiveNow(s Session, _ args) error {
	_, on, err := ArchiveConfig(s.Router())
	if err == nil && !on {
		err = errNoArchive
	}
	return err
}

func showArchive(s Session, _ args) error {
	a, files, next, on, err := archive(s.Router())
	switch {
	case err != nil:
		return err
	case !on:
		s.Printf("%v\n", errNoArchive)
		return nil
	}
	files = files[max(0, len(files)-a.Maximum):]
	s.Printf("The maximum archive configurations allowed is %d.\n", a.Maximum)
	if len(files) == 1 {
		s.Printf("There is currently 1 archive configuration saved.\n")
	} else {
		s.Printf("There are currently %d archive configurations saved.\n", len(files))
	}
	s.Printf("The next archive file will be named %s\n Archive #  Name\n", next)
	for i := range a.Maximum {
		switch {
		case i >= len(files):
			s.Printf("   %d\n", i+1)
		case i == len(files)-1:
			s.Printf("   %-9d%s <- Most Recent\n", i+1, files[i].url)
		default:
			s.Printf("   %-9d%s\n", i+1, files[i].url)
		}
	}
	return nil
}

// showDifferences compares two files; with one, running-config and that; with
// none, what was saved and what runs.
func showDifferences(s Session, a args) error {
	from, to := startupURL, runningURL
	switch {
	case a.Has("to"):
		from, to = urlOf(a, "from"), urlOf(a, "to")
	case a.Has("from"):
		from, to = runningURL, urlOf(a, "from")
	}
	texts, err := readBoth(s, from, to)
	if err != nil {
		return err
	}
	lines := contextualDiff(texts[0], texts[1], a.Has("ignorecase"))
	s.Printf("!Contextual Config Diffs:\n")
	if len(lines) == 0 {
		lines = []string{"!No changes were found"}
	}
	s.Printf("%s\n\n", strings.Join(lines, "\n"))
	return nil
}

func readBoth(s Session, urls ...URL) (texts []string, err error) {
	for _, u := range urls {
		text, err := readURL(s, u)
		if err != nil {
			return nil, err
		}
		texts = append(texts, text)
	}
	return texts, nil
}

func showIncremental(s Session, a args) error {
	texts, err := readBoth(s, runningURL, urlOf(a, "file"))
	if err != nil {
		return err
	}
	s.Printf("!List of Commands:\n")
	if lines := incrementalDiff(texts[0], texts[1], a.Has("ignorecase")); len(lines) == 0 {
		s.Printf("!No changes were found\n\n")
	} else {
		s.Printf("%s\nend\n\n", strings.Join(lines, "\n"))
	}
	return nil
}
