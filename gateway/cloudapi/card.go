package cloudapi

import (
	"strings"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi/walk"
)

// cardItem is one shared contact.
type cardItem struct {
	Name struct {
		Formatted looseString `json:"formatted_name"`
		Prefix    looseString `json:"prefix"`
		First     looseString `json:"first_name"`
		Middle    looseString `json:"middle_name"`
		Last      looseString `json:"last_name"`
		Suffix    looseString `json:"suffix"`
	} `json:"name"`
	Org struct {
		Company    looseString `json:"company"`
		Department looseString `json:"department"`
	} `json:"org"`
	Phones []struct {
		Phone looseString `json:"phone"`
		WaID  looseString `json:"wa_id"`
		Type  looseString `json:"type"`
	} `json:"phones"`
	Emails []struct {
		Email looseString `json:"email"`
		Type  looseString `json:"type"`
	} `json:"emails"`
	VCard looseString `json:"vcard"`
}

// cards reads contacts[] of a message, as far as each card says anything.
func cards(raw []byte) []wa.Card {
	var list []wa.Card
	for element := range walk.Elements(raw) {
		var item cardItem
		if decode(element, &item) != nil {
			continue
		}
		if card := item.card(); card.Name != "" {
			list = append(list, card)
		}
	}
	return list
}

func (item *cardItem) card() wa.Card {
	var c wa.Card
	for _, p := range item.Phones {
		value := p.Phone
		if value == "" && p.WaID != "" {
			value = "+" + p.WaID
		}
		c.Phones = addEntry(c.Phones, string(value), string(p.Type))
	}
	for _, e := range item.Emails {
		c.Emails = addEntry(c.Emails, string(e.Email), string(e.Type))
	}
	n := &item.Name
	name := joined(" ", n.Formatted)
	if name == "" {
		name = joined(" ", n.Prefix, n.First, n.Middle, n.Last, n.Suffix)
	}
	organisation := joined(", ", item.Org.Company, item.Org.Department)
	if v := readVCard(string(item.VCard)); v != nil {
		if name == "" {
			name = v.Name
		}
		if organisation == "" {
			organisation = v.Organisation
		}
		if c.Phones == nil {
			c.Phones = v.Phones
		}
		if c.Emails == nil {
			c.Emails = v.Emails
		}
	}
	c.Name, c.Organisation = name, organisation
	return named(c)
}

// named calls a card without a name by what it has instead.
func named(c wa.Card) wa.Card {
	switch {
	case c.Name != "":
	case c.Organisation != "":
		c.Name, c.Organisation = c.Organisation, ""
	case len(c.Phones) > 0:
		c.Name = c.Phones[0].Value
	case len(c.Emails) > 0:
		c.Name = c.Emails[0].Value
	}
	return c
}

func addEntry(list []wa.CardEntry, value, kind string) []wa.CardEntry {
	if value = strings.TrimSpace(value); value == "" {
		return list
	}
	return append(list, wa.CardEntry{Value: value, Type: strings.TrimSpace(kind)})
}

// joined are the parts that say something, on one line.
func joined(between string, parts ...looseString) string {
	var said []string
	for _, part := range parts {
		if text := strings.Join(strings.Fields(string(part)), " "); wa.Visible(text) {
			said = append(said, text)
		}
	}
	return strings.Join(said, between)
}

// readVCard reads of a vCard (RFC 6350 and its older forms) what a card shows; nil
// without one.
func readVCard(text string) *wa.Card {
	if text == "" {
		return nil
	}
	var c wa.Card
	var family string
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	text = strings.NewReplacer("\n ", "", "\n\t", "").Replace(text) // unfolded
	for line := range strings.Lines(text) {
		head, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		key, parameters, _ := strings.Cut(head, ";")
		key = strings.ToUpper(key[strings.LastIndexByte(key, '.')+1:]) // without its group
		switch key {
		case "FN":
			c.Name = unescaped(value)
		case "N":
			family = unescaped(inOrder(value))
		case "ORG":
			c.Organisation = unescaped(strings.Join(strings.FieldsFunc(value, func(r rune) bool { return r == ';' }), ", "))
		case "TEL":
			c.Phones = addEntry(c.Phones, strings.TrimPrefix(unescaped(value), "tel:"), typeOf(parameters))
		case "EMAIL":
			c.Emails = addEntry(c.Emails, unescaped(value), typeOf(parameters))
		}
	}
	if c.Name == "" {
		c.Name = family
	}
	return &c
}

// inOrder turns family;given;middle;prefix;suffix into a name as people say it.
func inOrder(n string) string {
	parts := append(strings.Split(n, ";"), "", "", "", "", "")
	return joined(" ", looseString(parts[3]), looseString(parts[1]), looseString(parts[2]), looseString(parts[0]), looseString(parts[4]))
}

func unescaped(value string) string {
	return strings.TrimSpace(strings.NewReplacer(`\,`, ",", `\;`, ";", `\n`, " ", `\N`, " ", `\\`, `\`).Replace(value))
}

// typeOf is the first kind among a line's parameters.
func typeOf(parameters string) string {
	for part := range strings.SplitSeq(parameters, ";") {
		key, value, named := strings.Cut(part, "=")
		switch {
		case !named:
			return strings.ToUpper(key)
		case strings.EqualFold(key, "TYPE"):
			first, _, _ := strings.Cut(value, ",")
			return strings.ToUpper(strings.Trim(first, `"`))
		}
	}
	return ""
}
