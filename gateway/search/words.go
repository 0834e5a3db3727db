package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxWord bounds a word in characters: what people type is shorter, and a
// lexeme may have 2 kB.
const maxWord = 64

// word is one word of a text, as it is indexed, and where it stands in bytes.
type word struct {
	text     string
	from, to int
}

// words cuts a text.
func words(text string) []word {
	var found []word
	start := -1
	flush := func(end int) {
		if start >= 0 {
			if folded := fold(text[start:end]); folded != "" {
				found = append(found, word{folded, start, end})
			}
		}
		start = -1
	}
	for at, r := range text {
		switch {
		case alone(r):
			flush(at)
			start = at
			flush(at + utf8.RuneLen(r))
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if start < 0 {
				start = at
			}
		case unicode.IsMark(r) && start >= 0: // an accent written apart
		default:
			flush(at)
		}
	}
	flush(len(text))
	return found
}

// alone says whether a character is a word: its script has no spaces.
func alone(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai)
}

// fold makes what people take for the same word the same: without accents, in
// lower case, in the plain form of letters ("ﬁ" is "fi").
func fold(s string) string {
	if ascii(s) {
		return shorten(strings.ToLower(s))
	}
	letters := func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}
	return shorten(strings.Map(letters, norm.NFKD.String(strings.ToLower(norm.NFKD.String(s)))))
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func shorten(s string) string {
	if len(s) <= maxWord || utf8.RuneCountInString(s) <= maxWord {
		return s
	}
	return string([]rune(s)[:maxWord])
}

// distinct are the words of texts, each once.
func distinct(texts ...string) []string {
	var all []string
	for _, text := range texts {
		for _, w := range words(text) {
			all = append(all, w.text)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// digits are those of a text; other is whether it has more than a way to write a phone.
func digits(text string) (run string, other bool) {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case !strings.ContainsRune("+-(). \u00a0", r):
			other = true
		}
	}
	return b.String(), other
}

// minDigits are enough of a phone to look for it.
const minDigits = 4

// ends are the ends of a phone: whatever is typed of its middle begins one of them.
func ends(phone string) []string {
	var all []string
	for i := 0; i+minDigits <= len(phone); i++ {
		all = append(all, phone[i:])
	}
	return all
}
