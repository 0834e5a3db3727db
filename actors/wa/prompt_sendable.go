package wa

import (
	"encoding/json"
	"fmt"
)

// sendable checks a prompt by its type.
func (p *Prompt) sendable() error {
	if p == nil {
		return missing("interactive", "give the message")
	}
	body := maxPromptBody
	if p.Type == PromptList {
		body = MaxTextLength
	}
	needsBody := p.Type != PromptProduct
	if err := firstOf(
		wording("interactive.body", p.Body, body, needsBody),
		wording("interactive.footer", p.Footer, maxPromptShort, false),
		p.sendableHeader(),
		p.surplus(),
	); err != nil {
		return err
	}
	switch p.Type {
	case PromptButtons:
		return sendableButtons(p.Buttons)
	case PromptList:
		return firstOf(wording("interactive.label", p.Label, maxButtonTitle, true), sendableSections(p.Sections, false))
	case PromptLink:
		if p.URL == "" {
			return missing("interactive.url", "give the address to open")
		}
		return firstOf(wording("interactive.label", p.Label, maxButtonTitle, true), sendableLink("interactive.url", p.URL))
	case PromptLocation, PromptContactInfo, PromptCatalog:
		return nil
	case PromptProduct:
		return firstOf(named("interactive.catalog", p.Catalog), named("interactive.product", p.Product))
	case PromptProducts:
		return firstOf(named("interactive.catalog", p.Catalog), sendableSections(p.Sections, true))
	case PromptFlow:
		return p.Flow.sendable(p.Label)
	}
	return badValue("interactive.type", "want button, list, cta_url, location_request_message, request_contact_info, product, product_list, catalog_message or flow")
}

// sendableHeader checks a header's text or file. Products need one in words, a location
// and a single product have none.
func (p *Prompt) sendableHeader() error {
	const field = "interactive.header"
	has := p.Header != nil || p.Media != nil
	switch {
	case p.Header != nil && p.Media != nil:
		return badValue(field, "a text or a file, not both")
	case p.Type == PromptProducts && p.Header == nil:
		return missing(field, "a list of products needs a header in words")
	case has && (p.Type == PromptLocation || p.Type == PromptContactInfo || p.Type == PromptProduct || p.Type == PromptCatalog):
		return &LimitError{Rule: RuleNotNeeded, Field: field, Remedy: "this kind of message has none: leave it out"}
	case p.Header != nil:
		return wording(field, p.Header.Text, maxPromptShort, true)
	case p.Media == nil:
		return nil
	case p.Type == PromptList || p.Type == PromptProducts:
		return badValue(field, "the header of a list is a text")
	case p.Media.Type == "audio" || p.Media.Type == "sticker":
		return badValue(field, "want a picture, video or document")
	case p.Media.Caption != "":
		return &LimitError{Rule: RuleNotNeeded, Field: field + ".caption", Remedy: "the body says what is to be said: leave it out"}
	}
	return p.Media.sendable(field)
}

// surplus refuses parts that the type has no use for, which would be lost silently.
func (p *Prompt) surplus() error {
	for _, part := range []struct {
		field string
		given bool
		of    []PromptType
	}{
		{"buttons", len(p.Buttons) > 0, []PromptType{PromptButtons}},
		{"sections", len(p.Sections) > 0, []PromptType{PromptList, PromptProducts}},
		{"label", p.Label != "", []PromptType{PromptList, PromptLink, PromptFlow}},
		{"url", p.URL != "", []PromptType{PromptLink}},
		{"catalog", p.Catalog != "", []PromptType{PromptProduct, PromptProducts}},
		{"product", p.Product != "", []PromptType{PromptProduct, PromptCatalog}},
		{"flow", p.Flow != nil, []PromptType{PromptFlow}},
		{"footer", p.Footer != "", []PromptType{PromptButtons, PromptList, PromptLink, PromptProduct, PromptProducts, PromptCatalog, PromptFlow}},
	} {
		used := !part.given
		for _, t := range part.of {
			used = used || t == p.Type
		}
		if !used {
			return &LimitError{Rule: RuleNotNeeded, Field: "interactive." + part.field, Remedy: "a message of type " + string(p.Type) + " has none: leave it out"}
		}
	}
	return nil
}

func sendableButtons(buttons []Choice) error {
	const field = "interactive.buttons"
	switch {
	case len(buttons) == 0:
		return missing(field, "give one to three buttons")
	case len(buttons) > maxButtons:
		return tooMany(field, maxButtons, "buttons; a list has room for ten")
	}
	ids, titles := make(map[string]bool), make(map[string]bool)
	for n, b := range buttons {
		at := nth(field, n)
		switch {
		case titles[b.Title]:
			return twice(at+".title", "another button says the same")
		case ids[b.ID]:
			return twice(at+".id", "another button has the same id")
		case b.Description != "":
			return &LimitError{Rule: RuleNotNeeded, Field: at + ".description", Remedy: "a button has none: leave it out"}
		}
		ids[b.ID], titles[b.Title] = true, true
		if err := firstOf(wording(at+".title", b.Title, maxButtonTitle, true), wording(at+".id", b.ID, maxButtonID, true)); err != nil {
			return err
		}
	}
	return nil
}

// sendableSections checks the sections of a list, or of products.
func sendableSections(sections []Section, products bool) error {
	const field = "interactive.sections"
	switch {
	case len(sections) == 0:
		return missing(field, "give at least one section")
	case len(sections) > maxSections:
		return tooMany(field, maxSections, "sections")
	}
	ids, all := make(map[string]bool), 0
	for n := range sections {
		s := &sections[n]
		at := nth(field, n)
		if err := wording(at+".title", s.Title, maxRowTitle, len(sections) > 1); err != nil {
			return err
		}
		var err error
		switch {
		case products && len(s.Rows) > 0:
			err = badValue(at+".rows", "a section of products has no rows")
		case !products && len(s.Products) > 0:
			err = badValue(at+".products", "a section of a list has no products")
		case products:
			all += len(s.Products)
			err = sendableProducts(at, s.Products, ids)
		default:
			all += len(s.Rows)
			err = sendableRows(at, s.Rows, ids)
		}
		if err != nil {
			return err
		}
	}
	switch {
	case products && all > maxProducts:
		return tooMany(field, maxProducts, "products in all sections together")
	case !products && all > maxRows:
		return tooMany(field, maxRows, "rows in all sections together")
	}
	return nil
}

func sendableRows(at string, rows []Choice, ids map[string]bool) error {
	if len(rows) == 0 {
		return missing(at+".rows", "give at least one row")
	}
	for n, r := range rows {
		row := nth(at+".rows", n)
		if ids[r.ID] {
			return twice(row+".id", "another row has the same id")
		}
		ids[r.ID] = true
		if err := firstOf(
			wording(row+".title", r.Title, maxRowTitle, true),
			wording(row+".id", r.ID, maxRowID, true),
			wording(row+".description", r.Description, maxRowText, false),
		); err != nil {
			return err
		}
	}
	return nil
}

func sendableProducts(at string, products []string, ids map[string]bool) error {
	if len(products) == 0 {
		return missing(at+".products", "give at least one product")
	}
	for n, p := range products {
		if ids[p] {
			return twice(nth(at+".products", n), "the same product is named before")
		}
		ids[p] = true
		if err := named(nth(at+".products", n), p); err != nil {
			return err
		}
	}
	return nil
}

func (f *Flow) sendable(label string) error {
	const field = "interactive.flow"
	switch {
	case f == nil || f.ID == "" && f.Name == "":
		return missing(field, "name the flow by its id or name")
	case f.ID != "" && f.Name != "":
		return badValue(field, "name the flow once: by id or name")
	case f.Mode != "" && f.Mode != "draft" && f.Mode != "published":
		return badValue(field+".mode", "want draft or published")
	case f.Action != "" && f.Action != "navigate" && f.Action != "data_exchange":
		return badValue(field+".action", "want navigate or data_exchange")
	case f.Action == "data_exchange" && len(f.Payload) > 0:
		return badValue(field+".payload", "only navigate takes one")
	case len(f.Payload) > 0 && !json.Valid(f.Payload):
		return badValue(field+".payload", "not valid JSON")
	case len(f.Payload) > maxPromptBytes:
		return &LimitError{Rule: RuleTooLong, Field: field + ".payload", Limit: maxPromptBytes, Remedy: fmt.Sprintf("at most %d bytes", maxPromptBytes)}
	}
	return firstOf(
		wording("interactive.label", label, maxFlowLabel, true),
		wording(field+".token", f.Token, maxButtonID, false),
		wording(field+".id", f.ID+f.Name, maxButtonID, true),
	)
}

func named(field, value string) error { return wording(field, value, maxButtonID, true) }

func twice(field, remedy string) error {
	return &LimitError{Rule: RuleTwice, Field: field, Remedy: remedy}
}
