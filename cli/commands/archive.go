package commands

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"weft/cli/config"
)

// Archive is what the "archive" section asks for. Without a Path nothing is archived.
type Archive struct {
	Path        string // of the files, as far as they have it in common; with $h and $t as typed
	Maximum     int    // files
	WriteMemory bool
	Period      time.Duration // 0: none
}

const defaultArchives = 10

var archiveWords = help{
	"archive": "Archive the configuration", "path": "Path for backups", "text": "URL that the names of the files begin with; $h is the hostname, $t the time",
	"maximum": "Maximum number of backup copies", "number": "Number", "minutes": "Minutes",
	"write-memory": "Enable automatic backup generation during write memory", "time-period": "Period of time in minutes to automatically archive the running-config",
	"log": "Logging commands", "config": "Of the configuration",
	"logging": "The log", "enable": "Switch it on", "size": "Entries", "notify": "Tell of changes", "syslog": "In the log", "hidekeys": "Without keys",
}

var archiveHead = &command{Syntax: "archive", Opens: opens(archiveMode), Bang: true}

var archiveLines = table(archiveWords, archiveHead)

var (
	archiveMode = &config.Mode{Name: "archive", Tag: "config-archive", Title: "Archive configuration commands:",
		Commands: func() []*command { return archiveSectionLines }, Types: configTypes, New: func() any { return &Archive{Maximum: defaultArchives} }}
)

var archiveSectionLines = table(archiveWords,
	archiveLogHead,
	&command{
		Syntax: "path text:WORD",
		Enter: func(e *config.Edit, a args) error {
			if u, ok := archiveURL(a.Word("text"), "x", time.Time{}); !ok || u.Device != "flash" && u.Device != "nvram" {
				e.Notice(fmt.Sprintf("path %s: configurations are archived in flash: and nvram: only, so this one is kept and none is archived", a.Word("text")))
			}
			return nil
		},
		Apply: to(func(s *Archive, a args) { s.Path = a.Word("text") }),
	},
	&command{Syntax: "maximum number:<1-14>", Apply: to(func(s *Archive, a args) { s.Maximum = a.Int("number") })},
	&command{Syntax: "write-memory", Apply: to(func(s *Archive, a args) { s.WriteMemory = true })},
	&command{Syntax: "time-period minutes:<1-525600>", Apply: to(func(s *Archive, a args) { s.Period = time.Duration(a.Int("minutes")) * time.Minute })},
)

// ArchiveOf is what a running-config says of its archive; on is false if
// nothing is archived.
func ArchiveOf(t *config.Tree) (a Archive, on bool) {
	line := t.Root().Find(archiveHead)
	if line == nil {
		return Archive{}, false
	}
	a = *line.Section.Compile().(*Archive)
	u, ok := archiveURL(a.Path, "x", time.Time{})
	return a, ok && (u.Device == "flash" || u.Device == "nvram")
}

// archiveURL is the path of an archive with the hostname and the time in it.
func archiveURL(path, host string, now time.Time) (URL, bool) {
	stamp := strings.ReplaceAll(now.UTC().Format("Jan _2 15 04 05.000"), " ", "-")
	u, _, ok := ParseURL(strings.NewReplacer("$h", host, "$H", host, "$t", stamp, "$T", stamp).Replace(path))
	return u, ok
}

// An archived file is one that the archive has made.
type archived struct {
	number int
	url    URL
}

// archive is the state of the archive: its settings, its files by number, and
// the name of the next one.
func archive(r Router) (a Archive, files []archived, next URL, on bool, err error) {
	var host string
	r.Config(func(t *config.Tree, _ config.Env) { a, on = ArchiveOf(t) })
	if !on {
		return a, nil, URL{}, false, nil
	}
	host = r.System().Hostname
	base, _ := archiveURL(a.Path, host, r.Now())
	all, err := r.Storage().Files(base.Device)
	if err != nil {
		return a, nil, URL{}, true, fileError("opening", base, err)
	}
	names := archiveNames(a.Path, host)
	for _, f := range all {
		if m := names.FindStringSubmatch(f.Name); m != nil {
			if n, err := strconv.Atoi(m[1]); err == nil {
				files = append(files, archived{n, URL{base.Device, f.Name}})
			}
		}
	}
	slices.SortFunc(files, func(a, b archived) int { return a.number - b.number })
	number := 0
	if len(files) > 0 {
		number = files[len(files)-1].number + 1
	}
	next = URL{base.Device, fmt.Sprintf("%s-%d", base.Name, number)}
	return a, files, next, true, nil
}

// archiveNames matches the files that an archive of this path has made, at any time.
func archiveNames(path, host string) *regexp.Regexp {
	_, name, _ := strings.Cut(path, ":")
	quoted := regexp.QuoteMeta(strings.TrimPrefix(name, "/"))
	quoted = strings.NewReplacer(`\$h`, regexp.QuoteMeta(host), `\$H`, regexp.QuoteMeta(host), `\$t`, ".+", `\$T`, ".+").Replace(quoted)
	return regexp.MustCompile("^" + quoted + `-(\d{1,9})$`)
}

// ArchiveConfig puts a copy of running-config into the archive, and takes the
// oldest ones out of it that are too many. on is false if there is no archive.
func ArchiveConfig(r Router) (file URL, on bool, err error) {
	a, files, next, on, err := archive(r)
	if err != nil || !on {
		return URL{}, on, err
	}
	if err := r.Storage().WriteFile(next.Device, next.Name, ConfigText(r, configNow)); err != nil {
		return URL{}, true, fileError("writing", next, err)
	}
	for len(files) >= a.Maximum {
		if err := r.Storage().RemoveFile(files[0].url.Device, files[0].url.Name); err != nil {
			return next, true, fileError("deleting", files[0].url, err)
		}
		files = files[1:]
	}
	return next, true, nil
}

// archiveSaved keeps a copy of what "write memory" has saved, if that is asked for.
func archiveSaved(r Router) error {
	var wanted bool
	r.Config(func(t *config.Tree, _ config.Env) {
		a, on := ArchiveOf(t)
		wanted = on && a.WriteMemory
	})
	if !wanted {
		return nil
	}
	_, _, err := ArchiveConfig(r)
	return err
}
