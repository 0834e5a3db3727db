package cloudapi

import "github.com/prosa-chat/prosa/actors/wa"

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
	if isObject(raw) {
		raw = append(append([]byte{'['}, raw...), ']')
	}
	for item := range elements(raw) {
		var c contact
		if decode(item, &c) == nil {
			people = append(people, c)
		}
	}
	return people
}

// address is the set of addresses that Meta gives for one person in one item.
type address struct {
	bsuid, parent, phone string
}

// newAddress sorts the three keys. Some resellers put a BSUID where the phone
// belongs; an empty text is an absent one.
func newAddress(phone, bsuid, parent looseString) address {
	a := address{bsuid: string(bsuid), parent: string(parent)}
	alias, ok := wa.ClassifyAddress(string(phone))
	switch {
	case !ok:
	case alias.Kind == wa.AliasPhone:
		a.phone = alias.Value
	case alias.Kind == wa.AliasBSUID && a.bsuid == "":
		a.bsuid = alias.Value
	case alias.Kind == wa.AliasParentBSUID && a.parent == "":
		a.parent = alias.Value
	}
	return a
}

// aliases lists the addresses in order of precedence.
func (a address) aliases() []wa.Alias {
	list := make([]wa.Alias, 0, 3)
	if a.bsuid != "" {
		list = append(list, wa.Alias{Kind: wa.AliasBSUID, Value: a.bsuid})
	}
	if a.parent != "" {
		list = append(list, wa.Alias{Kind: wa.AliasParentBSUID, Value: a.parent})
	}
	if a.phone != "" {
		list = append(list, wa.Alias{Kind: wa.AliasPhone, Value: a.phone})
	}
	return list
}

// meets says whether two addresses are of one person: some id is equal, and
// absent is not equal to absent. A BSUID that differs is another person, even
// behind the same phone: phones are handed on.
func (a address) meets(b address) bool {
	if a.bsuid != "" && b.bsuid != "" {
		return a.bsuid == b.bsuid
	}
	return a.parent != "" && a.parent == b.parent || a.phone != "" && a.phone == b.phone
}

// fill adds what a lacks.
func (a address) fill(b address) address {
	if a.bsuid == "" {
		a.bsuid = b.bsuid
	}
	if a.parent == "" {
		a.parent = b.parent
	}
	if a.phone == "" {
		a.phone = b.phone
	}
	return a
}

// onlyPerson is the one person that a value names. A message that does not say who
// wrote it can only be of them.
func onlyPerson(people []contact) address {
	var only address
	for n, c := range people {
		a := newAddress(c.WaID, c.UserID, c.ParentUserID)
		if n > 0 && !a.meets(only) {
			return address{}
		}
		only = a.fill(only)
	}
	return only
}

// findContact matches by id, never by place: one value may hold the messages
// and statuses of several people.
func findContact(people []contact, who address) (contact, address, bool) {
	for _, c := range people {
		if a := newAddress(c.WaID, c.UserID, c.ParentUserID); a.meets(who) {
			return c, a, true
		}
	}
	return contact{}, address{}, false
}
