package commands

import "strings"

// redact cuts a line of configuration where a secret begins: what goes to the
// log is read by more people than the configuration is.
func redact(line string) string {
	words := strings.Fields(line)
	for i, word := range words[:max(len(words)-1, 0)] {
		if announcesSecret(words, i, strings.ToLower(word)) {
			return strings.Join(words[:i+1], " ") + " ***"
		}
	}
	return line
}

func announcesSecret(words []string, i int, word string) bool {
	switch word {
	case "key":
		return words[i+1] != "chain" && words[i+1] != "generate" && words[i+1] != "zeroize"
	case "key-string", "pre-shared-key", "community", "authentication-key", "message-digest-key", "hmac-sha-256":
		return true
	case "authentication":
		return i > 0 && strings.EqualFold(words[i-1], "nhrp")
	}
	// A line that was refused may be abbreviated.
	return len(word) >= 3 && (strings.HasPrefix("password", word) || strings.HasPrefix("secret", word))
}

// redactReason is why a line was refused, without the part of the line that it
// quotes if that may be a secret.
func redactReason(line, reason string) string {
	if redact(line) == line {
		return reason
	}
	before, _, _ := strings.Cut(reason, `: "`)
	return before
}
