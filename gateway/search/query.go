package search

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/prosa-chat/prosa/actors/wa"
)

// maxWords bounds a query; what is typed beyond is not looked for.
const maxWords = 12

// minPrefix is the least of a last word that stands for what begins with it.
const minPrefix = 2

// lexeme writes a word of a query: words hold letters and digits only, and the
// other lexemes are escaped, so that quotes are all it takes.
func lexeme(word string, prefix bool) string {
	if prefix && utf8.RuneCountInString(word) >= minPrefix {
		return "'" + word + "':*"
	}
	return "'" + word + "'"
}

// asked are the words of what somebody typed. The last one may go on.
func asked(text string) []string {
	found := words(text)
	list := make([]string, 0, min(len(found), maxWords))
	for _, w := range found[:min(len(found), maxWords)] {
		list = append(list, w.text)
	}
	return list
}

// messageQuery wants all words, the last as a beginning; "" when there are none.
func messageQuery(words []string) string {
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = lexeme(w, i == len(words)-1)
	}
	return strings.Join(all, " & ")
}

// ContactQuery is the query for conversations of a tenant whose contact has
// words that begin with each of those typed, or digits in its phone; "" when
// nothing is asked for.
func ContactQuery(tenant wa.TenantID, typed string) string {
	list := asked(typed)
	if run, other := digits(typed); !other && len(run) >= minDigits {
		list = []string{run}
	}
	if len(list) == 0 {
		return ""
	}
	all := make([]string, 0, len(list)+1)
	for _, w := range list {
		all = append(all, lexeme(w, true))
	}
	return strings.Join(append(all, lexeme(tenantLexeme(tenant), false)), " & ")
}

// span is a stretch of time that is searched at once, by its days or months.
type span struct {
	from    time.Time // its beginning; it ends where the one before began
	lexemes []string
}

func (s span) query() string {
	all := make([]string, len(s.lexemes))
	for i, l := range s.lexemes {
		all[i] = lexeme(l, false)
	}
	return "(" + strings.Join(all, " | ") + ")"
}

// spans go back from a day: two days, twelve, what is left of that month, then
// months, more of them at a time. A page that fills early has looked at few of
// the hits of a frequent word; one that does not has found them to be few, and
// may look at more at once. In all they are two years.
func spans(newest time.Time) []span {
	newest = newest.UTC()
	day := time.Date(newest.Year(), newest.Month(), newest.Day(), 0, 0, 0, 0, time.UTC)
	var all []span
	days := func(n int) {
		s := span{}
		for range n {
			s.lexemes, s.from = append(s.lexemes, dayLexeme(day)), day
			day = day.AddDate(0, 0, -1)
		}
		all = append(all, s)
	}
	days(2)
	days(12)
	if day.AddDate(0, 0, 1).Day() != 1 {
		days(day.Day())
	}
	month := time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, time.UTC)
	for _, n := range []int{1, 3, 8, 12} {
		s := span{}
		for range n {
			s.lexemes, s.from = append(s.lexemes, monthLexeme(month)), month
			month = month.AddDate(0, -1, 0)
		}
		all = append(all, s)
	}
	return all
}
