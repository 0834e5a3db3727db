package cloudapi

import (
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi/vcard"
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

// Cards reads contacts[] of a message, as far as each card says anything.
func Cards(raw []byte) []wa.Card {
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
		c.Phones = vcard.AddEntry(c.Phones, string(value), string(p.Type))
	}
	for _, e := range item.Emails {
		c.Emails = vcard.AddEntry(c.Emails, string(e.Email), string(e.Type))
	}
	n := &item.Name
	name := vcard.Joined(" ", n.Formatted)
	if name == "" {
		name = vcard.Joined(" ", n.Prefix, n.First, n.Middle, n.Last, n.Suffix)
	}
	organisation := vcard.Joined(", ", item.Org.Company, item.Org.Department)
	if v := vcard.Read(string(item.VCard)); v != nil {
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
