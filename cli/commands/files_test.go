package commands

import (
	"strings"
	"testing"
)

// withFiles is a box with a few files.
func withFiles() *fakeRouter {
	r := configured()
	r.files["flash:old.cfg"] = "hostname OLD\nend\n"
	r.files["flash:notes"] = "nothing much"
	r.files["nvram:private"] = "x"
	return r
}

func TestFilesAreListedAsParsersExpect(t *testing.T) {
	golden(t, "dir.txt", withFiles(), "dir", "dir flash:", "dir bootflash:/old.cfg", "dir /all nvram:", "dir flash:/none", "dir null:",
		"show flash:", "show flash", "more flash:old.cfg", "more flash:/notes", "more nvram:none",
		"verify /md5 flash0:notes", "verify /md5 flash:notes 3C0ad3f5ab61bb9c8bfc2a8a1a5ab4e6", "verify /md5 flash:none", "pwd")
	golden(t, "dir_empty.txt", newFakeRouter(), "dir", "show flash:")
}

func TestMoreShowsTheConfigurations(t *testing.T) {
	r := configured()
	r.startup = "hostname SAVED\nend\n"
	if got := output(t, r, "more system:running-config"); !strings.HasPrefix(got, "!\n! Last configuration change") || !strings.HasSuffix(got, "end\n") {
		t.Errorf("%q", got)
	}
	if got := output(t, r, "more nvram:startup-config"); got != r.startup {
		t.Errorf("%q", got)
	}
}

func TestNamesOfFilesLeadNowhereElse(t *testing.T) {
	for _, bad := range []string{"flash:../x", "flash:a/b", "flash:.x", "flash:/../x", "null:x", "tftp://1.2.3.4/x", "flash", ":x", "flash:a$b",
		"flash:" + strings.Repeat("x", 121), "nvram:..", "flash:a\x00b"} {
		if u, _, ok := ParseURL(bad); ok {
			t.Errorf("%q is taken as %q", bad, u)
		}
	}
	for text, want := range map[string]URL{"flash:/x": {"flash", "x"}, "FLASH:x": {"flash", "x"}, "bootflash:": {"flash", ""}, "null:": {"null", ""},
		"system:/running-config": runningURL, "nvram:startup-config": startupURL} {
		if u, _, ok := ParseURL(text); !ok || u != want {
			t.Errorf("%q is %q, %v", text, u, ok)
		}
	}
}

func TestRedirectReplacesAndAppendAdds(t *testing.T) {
	r := withFiles()
	s := newFakeSession(r)
	for _, step := range []struct {
		text string
		add  bool
		want string
	}{{"one\n", false, "one\n"}, {"two\n", true, "one\ntwo\n"}, {"three\n", false, "three\n"}} {
		if err := Redirect(s, URL{"flash", "out"}, step.text, step.add); err != nil || r.files["flash:out"] != step.want {
			t.Errorf("%v, %q", err, r.files["flash:out"])
		}
	}
	if err := Redirect(s, URL{"flash", "new"}, "x", true); err != nil || r.files["flash:new"] != "x" {
		t.Errorf("append to no file: %v", err)
	}
	if err := Redirect(s, runningURL, "x", false); err == nil || !strings.HasPrefix(err.Error(), "%Error opening system:running-config (") {
		t.Errorf("%v", err)
	}
}

func TestCopiesOfFiles(t *testing.T) {
	const dest, bytes = "Destination filename [", "17 bytes copied in 0.000 secs\n"
	const over = "%Warning:There is a file already existing with this name \nDo you want to over write? [confirm]\n"
	for _, row := range []struct {
		line    string
		answers []string
		out     string
		file    string // that holds the text of old.cfg afterwards
	}{
		{"copy flash:old.cfg flash:new.cfg", []string{""}, dest + "new.cfg]? \nCopy in progress...C\n" + bytes, "flash:new.cfg"},
		{"copy flash:old.cfg flash:", []string{"third"}, dest + "old.cfg]? third\nCopy in progress...C\n" + bytes, "flash:third"},
		{"copy flash:old.cfg flash:new.cfg", []string{"nvram:/x"}, dest + "new.cfg]? nvram:/x\nCopy in progress...C\n" + bytes, "nvram:x"},
		{"copy flash: nvram:", []string{"old.cfg", ""}, "Source filename []? old.cfg\n" + dest + "old.cfg]? \nCopy in progress...C\n" + bytes, "nvram:old.cfg"},
		{"copy flash:old.cfg flash:notes", []string{"", ""}, dest + "notes]? \n" + over + "Copy in progress...C\n" + bytes, "flash:notes"},
		{"copy flash:old.cfg flash:notes", []string{"", "n"}, dest + "notes]? \n" + over, ""},
		{"copy flash:old.cfg null:", nil, bytes, ""},
		{"copy flash:none flash:x", []string{""}, dest + "x]? \n%Error opening flash:none (File not found)\n", ""},
		{"copy flash:old.cfg flash:x", []string{"../y"}, dest + "x]? ../y\n%Error parsing filename (Invalid file name)\n", ""},
		{"copy flash:old.cfg flash:x", []string{"tftp://y"}, dest + "x]? tftp://y\n%Error opening tftp://y (No such device)\n", ""},
		{"copy flash:old.cfg system:other", nil, "%Error opening system:other (Permission denied)\n", ""},
	} {
		r := withFiles()
		before := len(r.files)
		if got := output(t, r, row.line, row.answers...); got != row.out {
			t.Errorf("%s: prints %q\nwant %q", row.line, got, row.out)
		}
		if row.file != "" && r.files[row.file] != r.files["flash:old.cfg"] || row.file == "" && (len(r.files) != before || r.files["flash:notes"] != "nothing much") {
			t.Errorf("%s leaves %q", row.line, r.files)
		}
	}
}

func TestCopiesOfConfigurations(t *testing.T) {
	r := withFiles()
	running := ConfigText(r, configNow)
	if got := output(t, r, "copy running-config flash:", ""); !strings.HasPrefix(got, "Destination filename [running-config]? \n") || r.files["flash:running-config"] != running {
		t.Errorf("%q", got)
	}
	if got := output(t, r, "copy flash:old.cfg startup-config", ""); got != "Destination filename [startup-config]? \n[OK]\n17 bytes copied in 0.000 secs\n" || r.startup != r.files["flash:old.cfg"] {
		t.Errorf("%q", got)
	}
	if output(t, r, "copy startup-config nvram:kept", ""); r.files["nvram:kept"] != r.startup {
		t.Errorf("%q", r.files)
	}
	if got := output(t, r, "copy flash:old.cfg running-config", ""); got != "Destination filename [running-config]? \n17 bytes copied in 0.000 secs\n" || runningGlobal(r).Hostname != "OLD" {
		t.Errorf("%q", got)
	}
}

// What tools do that have said "file prompt quiet".
func TestFilePromptQuietAsksNothing(t *testing.T) {
	r := withFiles()
	s := newFakeSession(r)
	configureLines(t, r, "file prompt quiet")
	for _, line := range []string{"copy null: flash:old.cfg", "copy running-config flash:saved", "copy running-config startup-config", "delete flash:notes"} {
		if err := s.run(t, line); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
	if strings.Contains(s.out.String(), "?") || r.files["flash:old.cfg"] != "" || r.startup == "" || len(r.files) != 3 {
		t.Errorf("%q %q", s.out.String(), r.files)
	}
	configureLines(t, r, "file prompt alert")
	if got := runningGlobal(r).FilePrompt; got != "" {
		t.Error(got)
	}
}

func TestDeleteAsksTwice(t *testing.T) {
	r := withFiles()
	const asked = "Delete filename [notes]? \nDelete flash:/notes? [confirm]\n"
	if got := output(t, r, "delete flash:notes", "", "n"); got != asked || len(r.files) != 3 {
		t.Errorf("%q", got)
	}
	if got := output(t, r, "delete flash:notes", "", ""); got != asked || len(r.files) != 2 {
		t.Errorf("%q", got)
	}
	if got := output(t, r, "delete /force flash:old.cfg"); got != "" || len(r.files) != 1 {
		t.Errorf("%q", got)
	}
	if got := output(t, r, "delete /force flash:old.cfg"); got != "%Error deleting flash:/old.cfg (No such file or directory)\n" {
		t.Errorf("%q", got)
	}
}

// FuzzParseURL: a URL that is taken names one file of a device, and is taken again as it is printed.
func FuzzParseURL(f *testing.F) {
	for _, seed := range []string{"flash:x", "nvram:/startup-config", "null:", "system:running-config", "flash:../x", "flash0:a b", "bootflash:/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		u, good, ok := ParseURL(text)
		if good < 0 || good > len(text) {
			t.Fatalf("%q: the mistake is at %d", text, good)
		}
		if !ok {
			return
		}
		if strings.ContainsAny(u.Name, "/\\: \x00") || strings.HasPrefix(u.Name, ".") {
			t.Errorf("%q names %q", text, u.Name)
		}
		if again, _, ok := ParseURL(u.String()); !ok || again != u {
			t.Errorf("%q is %q, then %q", text, u, again)
		}
	})
}

// FuzzContextualDiff: a text differs from itself in nothing, and whatever is
// said to be in one of two texts is.
func FuzzContextualDiff(f *testing.F) {
	f.Add("hostname a\ninterface Tunnel0\n ip mtu 1400\n", "hostname b\ninterface Tunnel0\n no ip mtu\n")
	f.Add("ip access-list extended X\n permit ip any any\n deny ip any any\n", "ip access-list extended X\n deny ip any any\n permit ip any any\n")
	f.Fuzz(func(t *testing.T, a, b string) {
		if lines := contextualDiff(a, a, false); len(lines) != 0 {
			t.Errorf("%q differs from itself: %q", a, lines)
		}
		for _, line := range contextualDiff(a, b, false) {
			text := strings.TrimLeft(line, " ")
			switch {
			case strings.HasPrefix(text, "+") && !strings.Contains(b, text[1:]), strings.HasPrefix(text, "-") && !strings.Contains(a, text[1:]) && !strings.Contains(b, text):
				t.Errorf("%q and %q: %q is in neither", a, b, line)
			}
		}
	})
}
