package commands

import (
	"errors"
	"fmt"
)

// Names and folders. The file systems of the box are flat: there is the root
// folder of each, and no other can be made.
var folderExecs = execs(help{
	"cd":     "Change current directory",
	"pwd":    "Display current working directory",
	"mkdir":  "Create new directory",
	"rmdir":  "Remove existing directory",
	"rename": "Rename a file",
	"url":    "File system, or folder",
	"from":   "File",
	"to":     "Name that it shall have",
	"/force": "Without questions",
},
	&Exec{Syntax: "cd [url:URL]", Privilege: privileged, Run: changeFolder},
	&Exec{Syntax: "pwd", Privilege: privileged, Run: func(s Session, _ args) error {
		s.Printf("%s\n", folderOf(s).rooted())
		return nil
	}},
	&Exec{Syntax: "mkdir url:URL", Privilege: privileged, Run: makeFolder},
	&Exec{Syntax: "rmdir [/force] url:URL", Privilege: privileged, Run: removeFolder},
	&Exec{Syntax: "rename [/force] from:URL to:URL", Privilege: privileged, Run: rename},
)

var errUnsupported = errors.New("Function not implemented")

// folderOf is where a user is: the root of a file system.
func folderOf(s Session) URL {
	if device := s.Terminal().Device; device != "" {
		return URL{Device: device}
	}
	return URL{Device: "flash"}
}

func changeFolder(s Session, a args) error {
	u := URL{Device: "flash"}
	if a.Has("url") {
		u = urlOf(a, "url")
	}
	switch {
	case u.Device == "null":
		return fileError("changing dir to", rootedURL(u), errNoFolder)
	case u.Name != "" && (u == runningURL || exists(s, u)):
		return fileError("changing dir to", rootedURL(u), errNoFolder)
	case u.Name != "":
		return fileError("changing dir to", rootedURL(u), errGone)
	}
	s.Terminal().Device = u.Device
	return nil
}

// asks reports whether a command about a file asks before it acts.
func asks(s Session, a args) bool { return !a.Has("/force") && filePrompt(s) != "quiet" }

func makeFolder(s Session, a args) (err error) {
	u := urlOf(a, "url")
	if filePrompt(s) != "quiet" || u.Name == "" {
		if u.Name, err = askName(s, "Create directory filename", u.Name); err != nil {
			return err
		}
	}
	if exists(s, u) {
		return fileError("Creating dir", rootedURL(u), errors.New("Can't create a file that exists"))
	}
	return fileError("Creating dir", rootedURL(u), errUnsupported)
}

func removeFolder(s Session, a args) (err error) {
	u := urlOf(a, "url")
	if asks(s, a) || u.Name == "" {
		if u.Name, err = askName(s, "Remove directory filename", u.Name); err != nil {
			return err
		}
	}
	if asks(s, a) {
		if yes, err := s.Confirm(fmt.Sprintf("Delete %s? [confirm]", u.rooted())); err != nil || !yes {
			return err
		}
	}
	if exists(s, u) {
		return fileError("Removing dir", rootedURL(u), errNoFolder)
	}
	return fileError("Removing dir", rootedURL(u), errGone)
}

// rename gives a file of flash: or nvram: another name, on the same file
// system. The new one is whole before the old one goes.
func rename(s Session, a args) (err error) {
	from, to := urlOf(a, "from"), urlOf(a, "to")
	if asks(s, a) || to.Name == "" {
		if to.Name, err = askName(s, "Destination filename", to.Name); err != nil {
			return err
		}
	}
	failed := func(err error) error {
		if errors.Is(err, ErrNoFile) {
			err = errGone
		}
		return fileError("renaming", rootedURL(from), err)
	}
	switch {
	case from.Device != "flash" && from.Device != "nvram" || from == startupURL || to == startupURL:
		return failed(errDenied)
	case to.Device != from.Device:
		return failed(errors.New("Cannot rename across file systems"))
	case !exists(s, from):
		return failed(errGone)
	case exists(s, to):
		return failed(errors.New("File exists"))
	}
	files := s.Router().Storage()
	text, err := files.ReadFile(from.Device, from.Name)
	if err == nil {
		err = files.WriteFile(to.Device, to.Name, text)
	}
	if err == nil {
		err = files.RemoveFile(from.Device, from.Name)
	}
	if err != nil {
		return failed(err)
	}
	return nil
}
