package cloudapi

import (
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi/walk"
)

// contact is one entry of contacts[]: who the people of a value are.
type contact struct {
	WaID         looseString `json:"wa_id"`
	UserID       looseString `json:"user_id"`
	ParentUserID looseString `json:"parent_user_id"`
	Profile      struct {
		Name     looseString `json:"name"`
		Username looseString `json:"username"`
	} `json:"profile"`
}

// readContacts skips entries that cannot be read: they only decorate.
func readContacts(raw []byte) []contact {
	var people []contact
	if walk.IsObject(raw) {
		raw = append(append([]byte{'['}, raw...), ']')
	}
	for item := range walk.Elements(raw) {
		var c contact
		if c.plain(item) {
			people = append(people, c)
			continue
		}
		c = contact{}
		if decode(item, &c) == nil {
			people = append(people, c)
		}
	}
	return people
}

// plain reads a contact that has only what is read, as messageItem.plain does.
func (c *contact) plain(raw []byte) bool {
	for key, value := range walk.Members(raw) {
		switch key {
		case "wa_id":
			c.WaID = looseString(looseText(value))
		case "user_id":
			c.UserID = looseString(looseText(value))
		case "parent_user_id":
			c.ParentUserID = looseString(looseText(value))
		case "profile":
			if !walk.IsObject(value) {
				return false
			}
			for k, v := range walk.Members(value) {
				switch k {
				case "name":
					c.Profile.Name = looseString(looseText(v))
				case "username":
					c.Profile.Username = looseString(looseText(v))
				default:
					return false
				}
			}
		default:
			return false
		}
	}
	return walk.IsObject(raw)
}

// newAddress sorts the three keys of an item.
func newAddress(phone, bsuid, parent looseString) wa.Addresses {
	return wa.AddressesOf(string(phone), string(bsuid), string(parent))
}

// onlyPerson is the one person that a value names. A message that does not say who
// wrote it can only be of them.
func onlyPerson(people []contact) wa.Addresses {
	var only wa.Addresses
	for n, c := range people {
		a := newAddress(c.WaID, c.UserID, c.ParentUserID)
		if n > 0 && !a.Meets(only) {
			return wa.Addresses{}
		}
		only = a.Fill(only)
	}
	return only
}

// findContact matches by id, never by place: one value may hold the messages
// and statuses of several people.
func findContact(people []contact, who wa.Addresses) (contact, wa.Addresses, bool) {
	for _, c := range people {
		if a := newAddress(c.WaID, c.UserID, c.ParentUserID); a.Meets(who) {
			return c, a, true
		}
	}
	return contact{}, wa.Addresses{}, false
}
