package commands

import "testing"

func TestRenameMovesAFileOnItsDevice(t *testing.T) {
	r := withFiles()
	const dest = "Destination filename ["
	for _, row := range []struct {
		line, answer, out string
	}{
		{"rename flash:old.cfg flash:new.cfg", "", dest + "new.cfg]? \n"},
		{"rename flash:new.cfg flash:", "third.cfg", dest + "]? third.cfg\n"},
		{"rename flash:none flash:x", "", dest + "x]? \n%Error renaming flash:/none (No such file or directory)\n"},
		{"rename flash:third.cfg flash:notes", "", dest + "notes]? \n%Error renaming flash:/third.cfg (File exists)\n"},
		{"rename flash:notes nvram:notes", "", dest + "notes]? \n%Error renaming flash:/notes (Cannot rename across file systems)\n"},
		{"rename nvram:startup-config nvram:x", "", dest + "x]? \n%Error renaming nvram:/startup-config (Permission denied)\n"},
	} {
		s := newFakeSession(r)
		s.answers = []string{row.answer}
		if err := s.run(t, row.line); err != nil {
			s.Printf("%v\n", err)
		}
		if got := s.out.String(); got != row.out {
			t.Errorf("%s: %q, want %q", row.line, got, row.out)
		}
	}
	if r.files["flash:third.cfg"] != "hostname OLD\nend\n" || len(r.files) != 3 {
		t.Errorf("%q", r.files)
	}
}

func TestAFlatFileSystemHasOneFolder(t *testing.T) {
	s := newFakeSession(withFiles())
	for _, row := range [][2]string{
		{"pwd", "flash:/\n"},
		{"cd nvram:", ""},
		{"pwd", "nvram:/\n"},
		{"dir", "Directory of nvram:/\n\n    1  -rw-           1  Jan  5 2026 12:00:00 +00:00  private\n\n262144 bytes total (200000 bytes free)\n"},
		{"cd flash:notes", "%Error changing dir to flash:/notes (Not a directory)\n"},
		{"cd flash:none", "%Error changing dir to flash:/none (No such file or directory)\n"},
		{"cd", ""},
		{"pwd", "flash:/\n"},
		{"mkdir flash:new", "Create directory filename [new]? \n%Error Creating dir flash:/new (Function not implemented)\n"},
		{"mkdir flash:notes", "Create directory filename [notes]? \n%Error Creating dir flash:/notes (Can't create a file that exists)\n"},
		{"rmdir flash:none", "Remove directory filename [none]? \nDelete flash:/none? [confirm]\n%Error Removing dir flash:/none (No such file or directory)\n"},
		{"rmdir /force flash:notes", "%Error Removing dir flash:/notes (Not a directory)\n"},
	} {
		s.out.Reset()
		s.answers = []string{"", ""}
		if err := s.run(t, row[0]); err != nil {
			s.Printf("%v\n", err)
		}
		if got := s.out.String(); got != row[1] {
			t.Errorf("%s: %q, want %q", row[0], got, row[1])
		}
	}
}
