package wa

import (
	"errors"
	"math"
	"strings"
	"testing"
)

// Each limit of Meta's, kept and broken by one: the error names rule and field.
func TestLimitsOfWhatIsSent(t *testing.T) {
	t.Parallel()
	long := func(n int) string { return strings.Repeat("ã", n) }
	media := func(m Media) Content { return Content{Kind: KindMedia, Media: &m} }
	prompt := func(p Prompt) Content { return Content{Kind: KindInteractive, Prompt: &p} }
	buttons := func(list ...Choice) Content { return prompt(Prompt{Type: PromptButtons, Body: "b", Buttons: list}) }
	list := func(sections ...Section) Content {
		return prompt(Prompt{Type: PromptList, Body: "b", Label: "Ver", Sections: sections})
	}
	rows := func(from, n int) (rows []Choice) {
		for i := range n {
			rows = append(rows, Choice{ID: string(rune('a' + from + i)), Title: "t"})
		}
		return rows
	}
	choice := Choice{ID: "1", Title: "Sim"}
	react := func(emoji string) Content {
		return Content{Kind: KindReaction, Reaction: &Reaction{Target: "wamid.1", Emoji: emoji}}
	}
	for _, test := range []struct {
		name    string
		content Content
		want    string // rule and field
	}{
		{"a picture", media(Media{Type: "image", File: "f", Caption: long(1024)}), ""},
		{"a caption too long", media(Media{Type: "image", File: "f", Caption: long(1025)}), "field_long media.caption"},
		{"a caption for audio", media(Media{Type: "audio", File: "f", Caption: "x"}), "field_surplus media.caption"},
		{"no file", media(Media{Type: "image"}), "field_missing media.file"},
		{"two files", media(Media{Type: "image", File: "f", ID: "1"}), "field_value media.file"},
		{"a film as a voice message", media(Media{Type: "video", File: "f", Voice: true}), "field_value media.voice"},
		{"a link to a file of the machine", media(Media{Type: "image", Link: "file:///etc/passwd"}), "field_value media.link"},
		{"nothing known", media(Media{Type: "hologram", File: "f"}), "field_value media.type"},
		{"no media", Content{Kind: KindMedia}, "field_missing media"},

		{"a place", Content{Kind: KindLocation, Location: &Location{Latitude: -23.5, Longitude: -46.6}}, ""},
		{"beyond the pole", Content{Kind: KindLocation, Location: &Location{Latitude: 90.1}}, "field_value location.latitude"},
		{"no longitude", Content{Kind: KindLocation, Location: &Location{Longitude: math.NaN()}}, "field_value location.longitude"},

		{"a card", Content{Kind: KindContacts, Contacts: []Card{{Name: "Ana"}}}, ""},
		{"a card without a name", Content{Kind: KindContacts, Contacts: []Card{{}}}, "field_missing contacts[0].name"},
		{"no cards", Content{Kind: KindContacts}, "field_missing contacts"},
		{"too many cards", Content{Kind: KindContacts, Contacts: make([]Card, 258)}, "field_many contacts"},

		{"a mark", react("👍🏽"), ""},
		{"a mark of several signs", react("👩‍👩‍👧‍👦"), ""},
		{"a heart", react("❤️"), ""},
		{"a flag", react("🇧🇷"), ""},
		{"a key", react("1️⃣"), ""},
		{"a mark taken back", react(""), ""},
		{"two marks", react("👍👍"), "field_value reaction.emoji"},
		{"a word", react("ok"), "field_value reaction.emoji"},
		{"a mark on nothing", Content{Kind: KindReaction, Reaction: &Reaction{Emoji: "👍"}}, "field_missing reaction.target"},

		{"three buttons", buttons(choice, Choice{ID: "2", Title: long(20)}, Choice{ID: long(256), Title: "c"}), ""},
		{"four buttons", buttons(choice, choice, choice, choice), "field_many interactive.buttons"},
		{"no button", buttons(), "field_missing interactive.buttons"},
		{"a button too long", buttons(Choice{ID: "1", Title: long(21)}), "field_long interactive.buttons[0].title"},
		{"two alike", buttons(choice, Choice{ID: "2", Title: "Sim"}), "field_twice interactive.buttons[1].title"},
		{"two of one id", buttons(choice, Choice{ID: "1", Title: "Não"}), "field_twice interactive.buttons[1].id"},
		{"a button with a description", buttons(Choice{ID: "1", Title: "a", Description: "d"}), "field_surplus interactive.buttons[0].description"},
		{"no body", prompt(Prompt{Type: PromptButtons, Buttons: []Choice{choice}}), "field_missing interactive.body"},
		{"a body too long", prompt(Prompt{Type: PromptButtons, Body: long(1025), Buttons: []Choice{choice}}), "field_long interactive.body"},
		{"a footer too long", prompt(Prompt{Type: PromptButtons, Body: "b", Footer: long(61), Buttons: []Choice{choice}}), "field_long interactive.footer"},
		{"a header too long", prompt(Prompt{Type: PromptButtons, Header: &PromptHeader{long(61)}, Body: "b", Buttons: []Choice{choice}}), "field_long interactive.header"},
		{"a header that sounds", prompt(Prompt{Type: PromptButtons, Media: &Media{Type: "audio", File: "f"}, Body: "b", Buttons: []Choice{choice}}), "field_value interactive.header"},
		{"sections of buttons", prompt(Prompt{Type: PromptButtons, Body: "b", Buttons: []Choice{choice}, Sections: []Section{{}}}), "field_surplus interactive.sections"},

		{"ten rows", list(Section{Title: "a", Rows: rows(0, 5)}, Section{Title: "b", Rows: rows(5, 5)}), ""},
		{"a long body of a list", prompt(Prompt{Type: PromptList, Body: long(4096), Label: "Ver", Sections: []Section{{Rows: rows(0, 1)}}}), ""},
		{"eleven rows", list(Section{Title: "a", Rows: rows(0, 5)}, Section{Title: "b", Rows: rows(5, 6)}), "field_many interactive.sections"},
		{"eleven sections", list(make([]Section, 11)...), "field_many interactive.sections"},
		{"two sections, one without a title", list(Section{Title: "a", Rows: rows(0, 1)}, Section{Rows: rows(1, 1)}), "field_missing interactive.sections[1].title"},
		{"one id in two sections", list(Section{Title: "a", Rows: rows(0, 1)}, Section{Title: "b", Rows: rows(0, 1)}), "field_twice interactive.sections[1].rows[0].id"},
		{"a row too long", list(Section{Rows: []Choice{{ID: "1", Title: long(25)}}}), "field_long interactive.sections[0].rows[0].title"},
		{"a description too long", list(Section{Rows: []Choice{{ID: "1", Title: "t", Description: long(73)}}}), "field_long interactive.sections[0].rows[0].description"},
		{"an id too long", list(Section{Rows: []Choice{{ID: long(201), Title: "t"}}}), "field_long interactive.sections[0].rows[0].id"},
		{"no label", prompt(Prompt{Type: PromptList, Body: "b", Sections: []Section{{Rows: rows(0, 1)}}}), "field_missing interactive.label"},

		{"a link", prompt(Prompt{Type: PromptLink, Body: "b", Label: "Abrir", URL: "https://marola.test/x"}), ""},
		{"a link that runs", prompt(Prompt{Type: PromptLink, Body: "b", Label: "Abrir", URL: "javascript:alert(1)"}), "field_value interactive.url"},
		{"a link without its address", prompt(Prompt{Type: PromptLink, Body: "b", Label: "Abrir"}), "field_missing interactive.url"},
		{"asking where", prompt(Prompt{Type: PromptLocation, Body: "Onde?"}), ""},
		{"asking where, with a header", prompt(Prompt{Type: PromptLocation, Header: &PromptHeader{"x"}, Body: "Onde?"}), "field_surplus interactive.header"},
		{"a product", prompt(Prompt{Type: PromptProduct, Catalog: "c", Product: "p"}), ""},
		{"a product of no catalogue", prompt(Prompt{Type: PromptProduct, Product: "p"}), "field_missing interactive.catalog"},
		{"products without a header", prompt(Prompt{Type: PromptProducts, Body: "b", Catalog: "c", Sections: []Section{{Products: []string{"p"}}}}), "field_missing interactive.header"},
		{"31 products", prompt(Prompt{
			Type: PromptProducts, Header: &PromptHeader{"h"}, Body: "b", Catalog: "c", Sections: []Section{{Products: strings.Split("abcdefghijklmnopqrstuvwxyzABCDE", "")}},
		}), "field_many interactive.sections"},
		{"a flow", prompt(Prompt{Type: PromptFlow, Body: "b", Label: "Abrir", Flow: &Flow{ID: "1"}}), ""},
		{"a flow of two names", prompt(Prompt{Type: PromptFlow, Body: "b", Label: "Abrir", Flow: &Flow{ID: "1", Name: "n"}}), "field_value interactive.flow"},
		{"a flow that is no JSON", prompt(Prompt{Type: PromptFlow, Body: "b", Label: "Abrir", Flow: &Flow{ID: "1", Payload: []byte("{")}}), "field_value interactive.flow.payload"},
		{"of no type", prompt(Prompt{Type: "poll", Body: "b"}), "field_value interactive.type"},
	} {
		err := test.content.Sendable()
		got := ""
		if limit, ok := errors.AsType[*LimitError](err); ok {
			got = limit.Rule + " " + limit.Field
		} else if err != nil {
			got = err.Error()
		}
		if got != test.want || err != nil && RuleOf(err) == "" {
			t.Errorf("%s: %q, want %q (%v)", test.name, got, test.want, err)
		}
	}
}
