package wa

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestConversationKeyRoundTrip(t *testing.T) {
	t.Parallel()
	key := ConversationKey{PhoneNumberID: "106540352242922", ContactID: "01hzx3k8"}
	got, err := ParseConversationKey(key.String())
	if err != nil || got != key {
		t.Errorf("got %v, %v, want %v", got, err, key)
	}
	for _, bad := range []string{"", ":", "1:", ":c", "1", "1:c:d", "1/2:c", "1.2:c", "1: c"} {
		if got, err := ParseConversationKey(bad); !errors.Is(err, ErrBadKey) {
			t.Errorf("%q: %v, %v, want ErrBadKey", bad, got, err)
		}
	}
}

func FuzzParseConversationKey(f *testing.F) {
	f.Add("106540352242922:01hzx3k8")
	f.Add("1:2:3")
	f.Fuzz(func(t *testing.T, s string) {
		key, err := ParseConversationKey(s)
		if err == nil && key.String() != s {
			t.Errorf("%q parses to %v, which writes %q", s, key, key.String())
		}
	})
}

// Number first, then contact: all batches lock in this order.
func TestConversationKeyCompare(t *testing.T) {
	t.Parallel()
	keys := []ConversationKey{{"2", "a"}, {"1", "b"}, {"10", "a"}, {"1", "a"}}
	slices.SortFunc(keys, ConversationKey.Compare)
	want := []ConversationKey{{"1", "a"}, {"1", "b"}, {"10", "a"}, {"2", "a"}}
	if diff := cmp.Diff(want, keys); diff != "" {
		t.Error(diff)
	}
	if keys[0].Compare(keys[0]) != 0 {
		t.Error("a key differs from itself")
	}
}

func TestClassifyAddress(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]AliasKind{
		"5511987654321":            AliasPhone,
		"16505551234":              AliasPhone,
		"US.13491208655302741918":  AliasBSUID,
		"BR.aBc123":                AliasBSUID,
		"US.ENT.11815799212886844": AliasParentBSUID,
		"US.ENT":                   AliasBSUID, // "ENT" alone is a value
		"us.13491208655302741918":  AliasPhone, // case-sensitive
		"US.":                      AliasPhone,
		"US.ENT.":                  AliasPhone,
		"US.12-34":                 AliasPhone,
		"U1.1234":                  AliasPhone,
	} {
		got, ok := ClassifyAddress(address)
		if !ok || got != (Alias{want, address}) {
			t.Errorf("%q: %v, %v, want %s unchanged", address, got, ok, want)
		}
	}
	if got, ok := ClassifyAddress(""); ok {
		t.Errorf("nothing is %v", got)
	}
}

func TestPhoneVariants(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, phone, want string }{
		{"Brazil, with the ninth digit", "5511987654321", "551187654321"},
		{"Brazil, without", "551187654321", "5511987654321"},
		{"Brazil, mobile beginning with 6", "556196123456", "5561996123456"},
		{"Brazil, landline", "551132654321", ""},
		{"Brazil, landline beginning with 5", "551155654321", ""},
		{"Brazil, nine digits that are no mobile", "5511932654321", ""},
		{"Mexico, with the 1", "5215512345678", "525512345678"},
		{"Mexico, without", "525512345678", "5215512345678"},
		{"Argentina, with the 9", "5491123456789", "541123456789"},
		{"Argentina, without", "541123456789", "5491123456789"},
		{"United States", "16505551234", ""},
		{"Portugal", "351912345678", ""},
		{"short", "55119", ""},
		{"none", "", ""},
	} {
		got := PhoneVariants(test.phone)
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s: %q has %q, want %q", test.name, test.phone, got, test.want)
		}
		for _, variant := range got {
			if back := PhoneVariants(variant); !slices.Equal(back, []string{test.phone}) {
				t.Errorf("%s: the variant %q leads back to %q", test.name, variant, back)
			}
		}
	}
}

func TestWindow(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name           string
		sent, received time.Time
		want           time.Time
	}{
		{"prompt", noon, noon.Add(time.Second), noon.Add(24 * time.Hour)},
		{"late delivery", noon, noon.Add(5 * time.Hour), noon.Add(24 * time.Hour)},
		{"Meta's clock ahead of ours", noon.Add(time.Minute), noon, noon.Add(24 * time.Hour)},
	} {
		if got := WindowClosesAt(test.sent, test.received); !got.Equal(test.want) {
			t.Errorf("%s: closes at %v, want %v", test.name, got, test.want)
		}
	}
	closes := noon.Add(24 * time.Hour)
	for _, test := range []struct {
		now  time.Time
		want bool
	}{
		{noon, true},
		{closes.Add(-120*time.Second - 1), true},
		{closes.Add(-120 * time.Second), false},
		{closes, false},
		{closes.Add(time.Hour), false},
	} {
		if got := FreeFormAllowed(closes, test.now); got != test.want {
			t.Errorf("%v before the close: %v, want %v", closes.Sub(test.now), got, test.want)
		}
	}
	if FreeFormAllowed(time.Time{}, noon) {
		t.Error("a window that never opened is open")
	}
	if ClaimMargin >= DecideMargin {
		t.Error("what was just decided in time could never leave")
	}
}

func TestCleanText(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, in, want string }{
		{"plain", "olá ❤️ 👩‍👩‍👧", "olá ❤️ 👩‍👩‍👧"},
		{"empty", "", ""},
		{"NUL", "a\x00b", "a\uFFFDb"},
		{"invalid", "a\xff\xfeb", "a\uFFFDb"},
		{"lone surrogate", "a\xed\xa0\x80b", "a\uFFFDb"},
		{"line ends stay", "a\r\nb\tc", "a\r\nb\tc"},
	} {
		if got := CleanText(test.in); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestCleanName(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, in, want string }{
		{"plain", "Loja da Vila 👗", "Loja da Vila 👗"},
		{"NUL", "\x00Zé", "\uFFFDZé"},
		{"one line", " Ana\n\tMaria ", "Ana Maria"},
		{"right to left", "سارة", "سارة"},
		{"turns nothing around", "Ana\u202Egpj.exe", "Anagpj.exe"},
		{"emoji alone", "👩‍👩‍👧", "👩‍👩‍👧"},
		{"only spaces", " \u00a0\u3000", ""},
		{"nothing to see", "\u200b\u200d\ufeff\u2060", ""},
		{"looks empty", "\u3164\u115f", ""},
		{"endless", strings.Repeat("é", 5000), strings.Repeat("é", 256)},
	} {
		if got := CleanName(test.in); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func FuzzCleanText(f *testing.F) {
	f.Add("a\x00\xffb")
	f.Fuzz(func(t *testing.T, s string) {
		got := CleanText(s)
		if !utf8.ValidString(got) || strings.ContainsRune(got, 0) || CleanText(got) != got {
			t.Errorf("%q became %q", s, got)
		}
		if p := Preview(got); utf8.RuneCountInString(p) > 120 || strings.ContainsAny(p, "\n\r\t") || Preview(p) != p {
			t.Errorf("%q has the preview %q", got, p)
		}
	})
}

func TestPreview(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ã", 121)
	for _, test := range []struct{ name, in, want string }{
		{"one line", "  oi\n\n tudo\tbem? ", "oi tudo bem?"},
		{"just fits", long[:len(long)-2], long[:len(long)-2]},
		{"too long", long, strings.Repeat("ã", 119) + "…"},
		{"blank", " \n ", ""},
		{"a family is not parted", strings.Repeat("a", 116) + "👩‍👩‍👧" + "bbb", strings.Repeat("a", 116) + "…"},
		{"nor a flag", strings.Repeat("a", 116) + "🇵🇹🇧🇷" + "bbb", strings.Repeat("a", 116) + "🇵🇹…"},
		{"nor a skin", strings.Repeat("a", 118) + "👍🏽" + "bbb", strings.Repeat("a", 118) + "…"},
		{"nor an accent", strings.Repeat("a", 118) + "e\u0301" + "bbb", strings.Repeat("a", 118) + "…"},
		{"what never ends is parted", "a" + strings.Repeat("\u0301", 200), "a" + strings.Repeat("\u0301", 118) + "…"},
	} {
		if got := Preview(test.in); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestPreviewText(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		content Content
		want    string
	}{
		{Content{Kind: KindText, Text: &Text{Body: "oi\n  você"}}, "oi você"},
		{Content{Kind: KindMedia, Media: &Media{Caption: "a nota", FileName: "nota.pdf"}}, "a nota"},
		{Content{Kind: KindMedia, Media: &Media{FileName: "nota.pdf"}}, "nota.pdf"},
		{Content{Kind: KindInteractive, Interactive: &Interactive{Title: "Sim"}}, "Sim"},
		{Content{Kind: KindLocation, Location: &Location{Name: "Loja"}}, "Loja"},
		{Content{Kind: KindReaction, Reaction: &Reaction{Emoji: "👍"}}, "👍"},
		{Content{Kind: KindTemplate, Template: &Template{Rendered: "Olá, Ana"}}, "Olá, Ana"},
		{Content{Kind: KindEdit, Edit: &Edit{Text: "corrigido"}}, "corrigido"},
		{Content{Kind: KindSystem, System: &System{Body: "mudou de número"}}, "mudou de número"},
		{Content{Kind: KindContacts}, ""},
	} {
		if got := test.content.PreviewText(); got != test.want {
			t.Errorf("%s: %q, want %q", test.content.Kind, got, test.want)
		}
	}
}

func TestSendable(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		content Content
		want    error
	}{
		{"text", Content{Kind: KindText, Text: &Text{Body: "oi"}}, nil},
		{"as long as allowed", Content{Kind: KindText, Text: &Text{Body: strings.Repeat("ã", MaxTextLength)}}, nil},
		{"too long", Content{Kind: KindText, Text: &Text{Body: strings.Repeat("a", MaxTextLength+1)}}, ErrTextTooLong},
		{"empty", Content{Kind: KindText, Text: &Text{}}, ErrEmptyText},
		{"only blanks", Content{Kind: KindText, Text: &Text{Body: " \n"}}, ErrEmptyText},
		{"text without text", Content{Kind: KindText}, ErrEmptyText},
		{"template", Content{Kind: KindTemplate, Template: &Template{Name: "t", Language: "pt_BR"}}, nil},
		{"template without a language", Content{Kind: KindTemplate, Template: &Template{Name: "t"}}, ErrTemplate},
		{"template without a template", Content{Kind: KindTemplate}, ErrTemplate},
		{"note", Content{Kind: KindNote, Text: &Text{Body: "x"}}, ErrNotSendable},
		{"nothing", Content{}, ErrNotSendable},
	} {
		if err := test.content.Sendable(); !errors.Is(err, test.want) || (test.want == nil) != (err == nil) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
	}
}

func TestContentRoundTrip(t *testing.T) {
	t.Parallel()
	want := Content{
		Kind: KindUnsupported, Raw: json.RawMessage(`{"type":"poll"}`), Unsupported: "Message type unknown",
		Quoted: "wamid.9", Forwarded: true,
	}
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got Content
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestStatusRank(t *testing.T) {
	t.Parallel()
	order := []Status{"", StatusSent, StatusFailed, StatusDelivered, StatusRead, StatusPlayed}
	for i, status := range order {
		if got := status.Rank(); got != i {
			t.Errorf("%q ranks %d, want %d", status, got, i)
		}
	}
	if Status("deleted").Rank() != 0 {
		t.Error("an unknown status has a rank")
	}
}
