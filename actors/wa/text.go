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

// Visible says whether there is anything to see in a text: a character that is no
// space, no mark that needs another to stand on, and not without a picture. What
// Unicode has not named yet counts as seen: it may be a newer emoji.
func Visible(s string) bool {
	return strings.ContainsFunc(s, func(c rune) bool { return !unseen(c) })
}

func unseen(c rune) bool {
	switch {
	case c > ' ' && c < 0x7f:
		return false
	case c == 0x115f, c == 0x1160, c == 0x3164, c == 0xffa0: // fillers: letters without a picture
		return true
	case c == 0x2800, c == 0x1d159: // braille without dots, a note without a head
		return true
	case c >= 0xfff0 && c <= 0xfff8, c >= 0xe0000 && c <= 0xe0fff: // to be ignored, named or not
		return true
	}
	return unicode.In(c, unicode.Z, unicode.C, unicode.M) && !unicode.Is(unicode.Co, c)
}

// Trimmed is a storable text of at most n characters, for what is only shown: cut
// rather than refused.
func Trimmed(s string, n int) string {
	if s = CleanText(s); len(s) <= n {
		return s
	}
	if r := []rune(s); len(r) > n {
		return string(r[:wholeUpTo(r, n)])
	}
	return s
}

// Storable says whether a text may be a key or part of one: valid, without NUL,
// and not past n bytes. What is not is refused, never cut: it would be another key.
func Storable(s string, n int) bool {
	return len(s) <= n && utf8.ValidString(s) && strings.IndexByte(s, 0) < 0
}

// MaxID is the length of an id in bytes. Meta's longest, of messages, have about
// 100; Postgres takes no key past some 2,700.
const MaxID = 512

// maxName bounds what is shown, stored and sent with every row of a list;
// profile names of WhatsApp have 25 characters.
const maxName = 256

// CleanName makes the name that somebody gave himself fit for lists: one line of
// storable text that does not turn around what stands beside it. A name in which
// there is nothing to see is none.
func CleanName(s string) string {
	if !Visible(s) {
		return ""
	}
	s = strings.Map(func(c rune) rune {
		if c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069 { // embeddings, overrides, isolates
			return -1
		}
		return c
	}, strings.Join(strings.Fields(CleanText(s)), " "))
	if r := []rune(s); len(r) > maxName {
		s = string(r[:wholeUpTo(r, maxName)])
	}
	return s
}
