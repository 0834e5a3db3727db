package search

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

func TestWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"":                                     nil,
		"A calça, o VESTIDO e o açaí!":         {"a", "calca", "o", "vestido", "e", "o", "acai"},
		"cal\u0063\u0327a":                     {"calca"}, // the accent written apart
		"R$ 5.316,00 à vista":                  {"r", "5", "316", "00", "a", "vista"},
		"d'água e-mail ana@lume.example":       {"d", "agua", "e", "mail", "ana", "lume", "example"},
		"👗 40 peças\nde viscose":               {"40", "pecas", "de", "viscose"},
		"ﬁm №5 İstanbul Straße":                {"fim", "5", "istanbul", "straße"},
		"مَرحبا שָׁלוֹם":                       {"مرحبا", "שלום"},
		"裙子40件":                                {"裙", "子", "40", "件"},
		`:*|&!'\ () <->`:                       nil,
		"\u0301\u0301 a\u0301":                 {"a"},
		strings.Repeat("a", 5000):              {strings.Repeat("a", maxWord)},
		"x" + strings.Repeat("\u0301", 100_00): {"x"},
	} {
		var got []string
		for _, w := range words(text) {
			got = append(got, w.text)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%.40q (-want +got):\n%s", text, diff)
		}
	}
}

func TestExcerptMarksWhatWasAsked(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("antes ", 40) + "a calça 👗 Preta e " + strings.Repeat("depois ", 40)
	for name, c := range map[string]struct {
		text, asked string
		want        []string
	}{
		"accents":            {"Quero a Calça", "calca", []string{"Calça"}},
		"a beginning":        {"calça e calçado", "calca", []string{"calça", "calçado"}},
		"all but the last":   {"calçado e calça", "calca e", []string{"e", "calça"}},
		"far into the text":  {long, "calca preta", []string{"calça", "Preta"}},
		"behind a surrogate": {"👗👗 vestido", "vestido", []string{"vestido"}},
		"nothing":            {"only a file", "wamid.1", nil},
	} {
		got, marks := excerpt(c.text, asked(c.asked))
		var marked []string
		for _, m := range marks {
			marked = append(marked, string(utf16.Decode(utf16.Encode([]rune(got))[m[0]:m[1]])))
		}
		if diff := cmp.Diff(c.want, marked); diff != "" {
			t.Errorf("%s: %q (-want +got):\n%s", name, got, diff)
		}
		if n := len([]rune(got)); n > excerptLength+2 {
			t.Errorf("%s: %d characters", name, n)
		}
	}
	if got, _ := excerpt(long, asked("preta")); !strings.HasPrefix(got, "…antes") || !strings.HasSuffix(got, "depois…") {
		t.Errorf("not cut at words: %q", got)
	}
	if got, _ := excerpt(strings.Repeat("x", 10_000), asked("x")); len(got) > 4*excerptLength {
		t.Errorf("a text without spaces is shown whole: %d bytes", len(got))
	}
}

// A search looks at every day of the last two years, at each once, and at the
// newest ones first and by themselves.
func TestSpansMeet(t *testing.T) {
	t.Parallel()
	for _, newest := range []time.Time{
		time.Date(2026, 11, 22, 23, 59, 0, 0, time.UTC), time.Date(2028, 3, 15, 0, 0, 0, 0, time.UTC),
		time.Date(2028, 3, 16, 1, 0, 0, 0, time.FixedZone("", 3*3600)), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		all := spans(newest)
		day := newest.UTC().Truncate(24 * time.Hour)
		if diff := cmp.Diff([]string{dayLexeme(day), dayLexeme(day.AddDate(0, 0, -1))}, all[0].lexemes); diff != "" {
			t.Errorf("first span (-want +got):\n%s", diff)
		}
		for _, s := range all {
			for !day.Before(s.from) {
				asDay, asMonth := slices.Contains(s.lexemes, dayLexeme(day)), slices.Contains(s.lexemes, monthLexeme(day))
				if asDay == asMonth {
					t.Fatalf("from %s: %s is in %v by day %v, by month %v", newest, day, s.lexemes, asDay, asMonth)
				}
				day = day.AddDate(0, 0, -1)
			}
		}
		if back := newest.Sub(day); back < 23*30*24*time.Hour {
			t.Errorf("only %s back", back)
		}
	}
}

func TestContactQuery(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"":                  "",
		":*|&!'\\":          "",
		"Inês Car":          "'ines':* & 'car':* & 't=t+1'",
		"+55 34 95550-11":   "'55349555011':* & 't=t+1'",
		"(34) 9":            "'34':* & '9' & 't=t+1'",
		"@boutique.helo":    "'boutique':* & 'helo':* & 't=t+1'",
		"1142 fit":          "'1142':* & 'fit':* & 't=t+1'",
		"o'neill & tsquery": "'o' & 'neill':* & 'tsquery':* & 't=t+1'",
	} {
		if got := ContactQuery("t 1", typed); got != want {
			t.Errorf("%q: %s, want %s", typed, got, want)
		}
	}
}
