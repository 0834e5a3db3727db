package search

import (
	"strings"
	"unicode/utf16"
)

// How much of a message an excerpt shows, in characters: before its first hit, and in all.
const (
	excerptBefore = 40
	excerptLength = 160
)

// Mark is a hit within an excerpt, from and to, in UTF-16 units: what
// JavaScript, Java and C# count in.
type Mark [2]int

// excerpt shows a text around the first of the asked words, on one line, with
// all of them marked. Without a hit it is the beginning.
func excerpt(text string, asked []string) (string, []Mark) {
	text = strings.Join(strings.Fields(text), " ")
	var hits []word
	for _, w := range words(text) {
		if fits(w.text, asked) {
			hits = append(hits, w)
		}
	}
	first := 0
	if len(hits) > 0 {
		first = hits[0].from
	}
	from, to := around(text, first)
	var b strings.Builder
	if from > 0 {
		b.WriteString("…")
	}
	before := units(b.String())
	b.WriteString(text[from:to])
	if to < len(text) {
		b.WriteString("…")
	}
	var marks []Mark
	for _, w := range hits {
		if w.from >= from && w.to <= to {
			start := before + units(text[from:w.from])
			marks = append(marks, Mark{start, start + units(text[w.from:w.to])})
		}
	}
	return b.String(), marks
}

// fits says whether a word is one of those asked for, the last being a beginning.
func fits(word string, asked []string) bool {
	for i, a := range asked {
		if word == a || i == len(asked)-1 && len([]rune(a)) >= minPrefix && strings.HasPrefix(word, a) {
			return true
		}
	}
	return false
}

// around finds where an excerpt begins and ends: at spaces, where there are any near.
func around(text string, hit int) (from, to int) {
	before := []rune(text[:hit])
	from = hit - len(string(before[max(0, len(before)-excerptBefore):]))
	if from > 0 {
		if space := strings.IndexByte(text[from:hit], ' '); space >= 0 {
			from += space + 1
		}
	}
	rest := []rune(text[from:])
	if len(rest) <= excerptLength {
		return from, len(text)
	}
	to = from + len(string(rest[:excerptLength]))
	if space := strings.LastIndexByte(text[hit:to], ' '); space > 0 {
		to = hit + space
	}
	return from, to
}

// units is the length of a text in UTF-16.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}
