package commands

import (
	"crypto/md5"
	"errors"
	"fmt"
	"strings"
	"time"

	"weft/cli/grammar"
)

// What there is in flash: and nvram:, and looking into it.
var fileExecs = execs(help{
	"show":        "Show running system information",
	"dir":         "List files on a filesystem",
	"/all":        "All files",
	"/recursive":  "With folders",
	"more":        "Display the contents of a file",
	"/ascii":      "As text",
	"delete":      "Delete a file",
	"/force":      "Without questions",
	"verify":      "Verify a file",
	"/md5":        "Compute an MD5 signature",
	"url":         "File",
	"signature":   "The signature that it should have",
	"flash":       "Files of flash memory",
	"volume":      "Files of flash memory",
	"volume all":  "All there is to say",
	"flash all":   "All there is to say",
	"all":         "All there is to say",
	"filesystems": "File systems",
},
	&Exec{Syntax: "dir [/all & /recursive] [url:URL]", Privilege: privileged, Run: dir},
	&Exec{Syntax: "more [/ascii] url:URL", Privilege: privileged, Run: more},
	&Exec{Syntax: "delete [/force & /recursive] url:URL", Privilege: privileged, Run: deleteFile},
	&Exec{Syntax: "verify /md5 url:URL [signature:WORD]", Privilege: privileged, Run: verify},
	&Exec{Syntax: "show (flash | volume:FLASH) [all]", Privilege: privileged, Run: showFlash},
)

// flashVolume is the argument type FLASH: "flash:" and its other names.
var flashVolume = grammar.Type{
	Name:   "FLASH",
	Glyph:  "flash:",
	Sample: []string{"flash:"},
	Parse: func(text string) (string, int, int) {
		u, taken, good := parseURL(text)
		if taken > 0 && u == (URL{Device: "flash"}) {
			return u.String(), taken, good
		}
		good = 0
		for good < min(len(text), len("flash")) && text[good]|0x20 == "flash"[good] {
			good++
		}
		return "", 0, good
	},
	Choices: func(typed string) []grammar.Choice {
		if !strings.HasPrefix("flash:", strings.ToLower(typed)) {
			return nil
		}
		return []grammar.Choice{{Token: "flash:", Help: "Files of flash memory"}}
	},
}

func fileTime(at time.Time) string { return at.UTC().Format("Jan _2 2006 15:04:05 -07:00") }

func dir(s Session, a args) error {
	u := folderOf(s)
	if a.Has("url") {
		u = urlOf(a, "url")
	}
	files, total, free, err := list(s, u)
	if err != nil {
		return err
	}
	s.Printf("Directory of %s\n\n", u.rooted())
	for i, f := range files {
		s.Printf("%5d  -rw-  %10d  %s  %s\n", i+1, f.Size, fileTime(f.Modified), f.Name)
	}
	if len(files) == 0 {
		s.Printf("No files in directory\n")
	}
	s.Printf("\n%d bytes total (%d bytes free)\n", total, free)
	return nil
}

// rootedURL is a URL that is printed with its root folder.
type rootedURL URL

func (u rootedURL) String() string { return URL(u).rooted() }

// list is the files that a URL names, and the size of the device that they are on.
func list(s Session, u URL) (files []File, total, free int64, err error) {
	r := s.Router()
	switch u.Device {
	case "null":
		return nil, 0, 0, fileError("opening", rootedURL(u), errNoFolder)
	case "system":
		text := ConfigText(r, configNow)
		files = []File{{Name: runningURL.Name, Size: int64(len(text)), Modified: r.Now()}}
	default:
		if files, err = r.Storage().Files(u.Device); err == nil {
			total, free, err = r.Storage().Space(u.Device)
		}
		if err != nil {
			return nil, 0, 0, fileError("opening", rootedURL(u), err)
		}
	}
	if u.Name == "" {
		return files, total, free, nil
	}
	for _, f := range files {
		if f.Name == u.Name {
			return []File{f}, total, free, nil
		}
	}
	return nil, 0, 0, fileError("opening", rootedURL(u), ErrNoFile)
}

func showFlash(s Session, _ args) error {
	files, total, free, err := list(s, URL{Device: "flash"})
	if err != nil {
		return err
	}
	s.Printf("-#- --length-- -----date/time------ path\n")
	for i, f := range files {
		s.Printf("%-3d %10d %s %s\n", i+1, f.Size, fileTime(f.Modified), f.Name)
	}
	s.Printf("\n%d bytes available (%d bytes used)\n", free, total-free)
	return nil
}

func more(s Session, a args) error {
	text, err := readURL(s, urlOf(a, "url"))
	if err != nil {
		return err
	}
	s.Printf("%s", text)
	if text != "" && !strings.HasSuffix(text, "\n") {
		s.Printf("\n")
	}
	return nil
}

func deleteFile(s Session, a args) error {
	u := urlOf(a, "url")
	if u.Device != "flash" && u.Device != "nvram" {
		return fileError("deleting", rootedURL(u), errDenied)
	}
	asks := asks(s, a)
	if asks || u.Name == "" {
		name, err := askName(s, "Delete filename", u.Name)
		if err != nil {
			return err
		}
		u.Name = name
	}
	if asks {
		if yes, err := s.Confirm(fmt.Sprintf("Delete %s? [confirm]", u.rooted())); err != nil || !yes {
			return err
		}
	}
	if err := s.Router().Storage().RemoveFile(u.Device, u.Name); err != nil {
		if errors.Is(err, ErrNoFile) {
			err = errGone
		}
		return fileError("deleting", rootedURL(u), err)
	}
	return nil
}

// askName asks for the name of a file on the device that the command names.
func askName(s Session, question, name string) (string, error) {
	answer, err := s.Ask(fmt.Sprintf("%s [%s]? ", question, name), false)
	if err != nil {
		return "", err
	}
	if answer = strings.TrimPrefix(strings.TrimSpace(answer), "/"); answer != "" {
		name = answer
	}
	if name == "" || badInName(name) >= 0 {
		return "", errFileName
	}
	return name, nil
}

func verify(s Session, a args) error {
	u := urlOf(a, "url")
	text, err := readURL(s, u)
	if err != nil {
		return err
	}
	sum := fmt.Sprintf("%x", md5.Sum([]byte(text)))
	s.Printf("%s.Done!\n", strings.Repeat(".", 1+min(len(text)/4096, 60)))
	switch {
	case !a.Has("signature"):
		s.Printf("verify /md5 (%s) = %s\n", u, sum)
	case strings.EqualFold(a.Word("signature"), sum):
		s.Printf("Verified (%s) = %s\n", u, sum)
	default:
		return fmt.Errorf("%%Error verifying %s\nComputed signature  = %s\nSubmitted signature = %s", u, sum, a.Word("signature"))
	}
	return nil
}
