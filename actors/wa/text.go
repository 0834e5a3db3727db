package wa

import (
	"strings"
	"unicode"
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
	return string(r[:wholeUpTo(r, 119)]) + "…"
}

// wholeUpTo is where to cut at most n characters so that no sign made of several
// (an emoji of joined ones, a flag, a letter with its accents) is parted. What
// has no end within half of it is cut where it stands.
func wholeUpTo(r []rune, n int) int {
	for at := n; at > n/2; at-- {
		if !joined(r, at) {
			return at
		}
	}
	return n
}

// joined says whether a character belongs to the one before it.
func joined(r []rune, at int) bool {
	const joiner = '\u200d'
	c := r[at]
	if c == joiner || r[at-1] == joiner || unicode.Is(unicode.M, c) || c >= 0x1f3fb && c <= 0x1f3ff || c >= 0xe0020 && c <= 0xe007f {
		return true // accents and variants, skins, tags of flags
	}
	flags := 0
	for flags <= at && isFlagLetter(r[at-flags]) {
		flags++
	}
	return flags > 0 && flags%2 == 0 // flags are pairs of letters
}

func isFlagLetter(c rune) bool { return c >= 0x1f1e6 && c <= 0x1f1ff }

// maxName bounds what is shown, stored and sent with every row of a list;
// profile names of WhatsApp have 25 characters.
const maxName = 256

// CleanName makes the name that somebody gave himself fit for lists: one line of
// storable text that does not turn around what stands beside it. A name in which
// there is nothing to see is none.
func CleanName(s string) string {
	seen := false
	s = strings.Map(func(c rune) rune {
		if c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069 { // embeddings, overrides, isolates
			return -1
		}
		blank := c == 0x115f || c == 0x1160 || c == 0x3164 || c == 0xffa0 // letters without a picture
		seen = seen || !blank && unicode.IsGraphic(c) && !unicode.IsSpace(c)
		return c
	}, strings.Join(strings.Fields(CleanText(s)), " "))
	if !seen {
		return ""
	}
	if r := []rune(s); len(r) > maxName {
		s = string(r[:wholeUpTo(r, maxName)])
	}
	return s
}
