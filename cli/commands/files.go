package commands

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"weft/cli/config"
	"weft/cli/grammar"
)

// A URL names a file of the box. Files have no folders: "flash:/x" is "flash:x".
type URL struct {
	Device string // "flash", "nvram", "system" or "null"
	Name   string // "" is the device itself
}

// Files are the files of the box: those of the volumes "flash" and "nvram".
type Files interface {
	// Files lists a volume by name.
	Files(volume string) ([]File, error)
	// Space is how big a volume is, and how much of it is free, in bytes.
	Space(volume string) (total, free int64, err error)
	// ReadFile fails with ErrNoFile if there is none of the name.
	ReadFile(volume, name string) (string, error)
	// WriteFile makes or replaces a file: whatever happens, either the old or
	// the new one is there afterwards.
	WriteFile(volume, name, text string) error
	RemoveFile(volume, name string) error
}

// File is one of them.
type File struct {
	Name     string
	Size     int64 // in bytes
	Modified time.Time
}

// ErrNoFile is the error of a file that is not there.
var ErrNoFile = errors.New("commands: no such file")

// What else IOS says of files.
var (
	errDenied   = errors.New("Permission denied")
	errFolder   = errors.New("Is a directory")
	errNoFolder = errors.New("Not a directory")
	errGone     = errors.New("No such file or directory")
	errFileName = errors.New("%Error parsing filename (Invalid file name)")
)

var errNoStartup = errors.New("%% Non-volatile configuration memory is not present")

// The two configurations, as files.
var (
	runningURL = URL{"system", "running-config"}
	startupURL = URL{"nvram", "startup-config"}
)

func (u URL) String() string { return u.Device + ":" + u.Name }

// rooted is the URL with the root folder, as listings print it.
func (u URL) rooted() string { return u.Device + ":/" + u.Name }

// devices are the words in front of the colon. The first name of a device is
// what it is called; IOS has others, after the hardware.
var devices = []struct{ word, device, help string }{
	{"flash", "flash", "File of flash memory"},
	{"null", "null", "Nothing, or nowhere"},
	{"nvram", "nvram", "File of non-volatile memory"},
	{"system", "system", "What is in memory: system:running-config"},
	{"bootflash", "flash", ""},
	{"flash0", "flash", ""},
}

// fileURL is the argument type URL.
var fileURL = grammar.Type{
	Name:   "URL",
	Glyph:  "URL",
	Sample: []string{"flash:backup.cfg", "nvram:notes", "flash:", "system:running-config", "null:"},
	Parse: func(text string) (string, int, int) {
		u, taken, good := parseURL(text)
		if taken == 0 {
			return "", 0, good
		}
		return u.String(), taken, good
	},
	Choices: DeviceChoices,
}

// DeviceChoices is what "?" says where a URL may stand.
func DeviceChoices(typed string) (choices []grammar.Choice) {
	for _, d := range devices {
		if d.help != "" && strings.HasPrefix(d.word+":", strings.ToLower(typed)) {
			choices = append(choices, grammar.Choice{Token: d.word + ":", Help: d.help})
		}
	}
	if strings.Contains(typed, ":") && len(choices) == 0 {
		choices = []grammar.Choice{{Token: "URL", Help: "Name of the file"}}
	}
	return choices
}

// ParseURL reads a URL that stands alone. good is how many of its bytes could
// have begun one.
func ParseURL(text string) (u URL, good int, ok bool) {
	u, taken, good := parseURL(text)
	return u, good, taken > 0 && taken == len(text)
}

func parseURL(text string) (u URL, taken, good int) {
	end := strings.IndexAny(text, " \t")
	if end < 0 {
		end = len(text)
	}
	word, name, colon := strings.Cut(text[:end], ":")
	lower := strings.ToLower(word)
	for _, d := range devices {
		if colon && d.word == lower {
			u.Device = d.device
		}
		n := 0
		for n < len(lower) && n < len(d.word) && lower[n] == d.word[n] {
			n++
		}
		good = max(good, n)
	}
	if u.Device == "" {
		return URL{}, 0, good
	}
	u.Name = strings.TrimPrefix(name, "/")
	bad := badInName(u.Name)
	if u.Device == "null" && u.Name != "" {
		bad = 0
	}
	if bad >= 0 {
		return URL{}, 0, end - len(u.Name) + bad
	}
	return u, end, end
}

const longestName = 120

// badInName is where a character stands that a file's name cannot have; -1 if
// the name is good. Names that begin with a dot are nobody's: the box writes
// its temporary files there.
func badInName(name string) int {
	if len(name) > longestName {
		return longestName
	}
	if strings.HasPrefix(name, ".") {
		return 0
	}
	return strings.IndexFunc(name, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-+=@~#,", r))
	})
}

// urlOf is the URL that an argument of type URL names.
func urlOf(a args, name string) URL {
	u, _, _ := ParseURL(a.Word(name))
	return u
}

// fileError says what could not be done to a file.
func fileError(doing string, url fmt.Stringer, err error) error {
	reason := err.Error()
	if errors.Is(err, ErrNoFile) {
		reason = "File not found"
	}
	return fmt.Errorf("%%Error %s %s (%s)", doing, url, reason)
}

// readURL reads a file.
func readURL(s Session, u URL) (string, error) {
	r := s.Router()
	switch {
	case u == runningURL:
		return ConfigText(r, config.TextOptions{}), nil
	case u.Device == "null":
		return "", nil
	case u == startupURL:
		text, ok, err := r.Storage().StartupConfig()
		switch {
		case err != nil:
			return "", fileError("opening", u, err)
		case !ok:
			return "", errNoStartup
		}
		return text, nil
	case u.Device == "system" || u.Name == "":
		return "", fileError("opening", u, ErrNoFile)
	}
	text, err := r.Storage().ReadFile(u.Device, u.Name)
	if err != nil {
		return "", fileError("opening", u, err)
	}
	return text, nil
}

// writeURL replaces a file, or makes it.
func writeURL(s Session, u URL, text string) error {
	switch {
	case u.Device == "null":
		return nil
	case u == startupURL:
		return saveText(s, text)
	case u.Device == "system":
		return fileError("opening", u, errDenied)
	case u.Name == "":
		return fileError("opening", u, errFolder)
	}
	if err := s.Router().Storage().WriteFile(u.Device, u.Name, text); err != nil {
		return fileError("writing", u, err)
	}
	return nil
}

// Redirect writes the output of a command to a file, or adds it to one. Files
// are the business of privileged users.
func Redirect(s Session, u URL, text string, add bool) error {
	if s.Privilege() < privileged {
		return fileError("opening", u, errDenied)
	}
	if add && u.Device != "null" {
		before, err := s.Router().Storage().ReadFile(u.Device, u.Name)
		if err != nil && !errors.Is(err, ErrNoFile) {
			return fileError("opening", u, err)
		}
		text = before + text
	}
	return writeURL(s, u, text)
}

// exists reports whether there is such a file.
func exists(s Session, u URL) bool {
	if u.Device != "flash" && u.Device != "nvram" {
		return false
	}
	files, err := s.Router().Storage().Files(u.Device)
	return err == nil && slices.ContainsFunc(files, func(f File) bool { return f.Name == u.Name })
}
