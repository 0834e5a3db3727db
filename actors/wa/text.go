package wa

import (
	"strings"
	"unicode/utf8"
)

// CleanText makes a text storable: NUL, invalid UTF-8 and lone surrogates
// (which only survive as invalid UTF-8 in Go) become U+FFFD. One NUL would
// otherwise fail the whole batch that it is stored with.
func CleanText(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// Preview shortens a text to one line of at most 120 characters for lists.
func Preview(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= 120 {
		return s
	}
	r := []rune(s)
	return string(r[:119]) + "…"
}
