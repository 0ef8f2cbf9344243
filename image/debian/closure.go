package debian

import "strings"

// Closure fetches packages and every library that they need, directly or through
// other libraries, and returns all their names. Programs that they depend on are
// not followed: who wants them names them.
func (a Archive) Closure(names ...string) ([]string, error) {
	var all []string
	known := map[string]bool{}
	for len(names) > 0 {
		if err := a.fetchAll(names); err != nil {
			return nil, err
		}
		var more []string
		for _, name := range names {
			known[name] = true
		}
		for _, name := range names {
			all = append(all, name)
			needs, err := a.libraries(name)
			if err != nil {
				return nil, err
			}
			for _, lib := range needs {
				if !known[lib] {
					known[lib] = true
					more = append(more, lib)
				}
			}
		}
		names = more
	}
	return all, nil
}

// libraries are the packages with libraries that a fetched package depends on,
// of alternatives the first.
func (a Archive) libraries(name string) ([]string, error) {
	deb, err := a.fetch(name)
	if err != nil {
		return nil, err
	}
	var libs []string
	for _, field := range []string{"Pre-Depends", "Depends"} {
		text, err := Output("", "dpkg-deb", "-f", deb, field)
		if err != nil {
			return nil, err
		}
		for clause := range strings.SplitSeq(string(text), ",") {
			first := strings.FieldsFunc(clause, func(r rune) bool { return strings.ContainsRune(" :(|\n", r) })
			if len(first) > 0 && (strings.HasPrefix(first[0], "lib") || first[0] == "zlib1g") {
				libs = append(libs, first[0])
			}
		}
	}
	return libs, nil
}
