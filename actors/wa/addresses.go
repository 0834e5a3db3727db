package wa

import "cmp"

// Addresses are those that one source names for one person: an item of Meta's, or a
// contact as it is stored. What is empty is not known.
//
// The rules of identity stand here. Phones are handed on and are shown or hidden by
// their owner; a BSUID is one person's within a portfolio. So a BSUID decides where
// there is one, and a phone alone proves nothing against two that differ.
type Addresses struct {
	BSUID  string
	Parent string // parent BSUID
	Phone  string
}

// AddressesOf sorts the three keys under which Meta names a person. Some resellers
// put a BSUID where the phone belongs.
func AddressesOf(phone, bsuid, parent string) Addresses {
	a := Addresses{BSUID: bsuid, Parent: parent}
	if alias, ok := ClassifyAddress(phone); ok {
		a = a.Fill(Addresses{}.With(alias))
	}
	return a
}

// With is a with an alias instead of the one of its kind that it had.
func (a Addresses) With(alias Alias) Addresses {
	switch alias.Kind {
	case AliasBSUID:
		a.BSUID = alias.Value
	case AliasParentBSUID:
		a.Parent = alias.Value
	case AliasPhone:
		a.Phone = alias.Value
	}
	return a
}

// Fill adds what a lacks.
func (a Addresses) Fill(b Addresses) Addresses {
	return Addresses{cmp.Or(a.BSUID, b.BSUID), cmp.Or(a.Parent, b.Parent), cmp.Or(a.Phone, b.Phone)}
}

// Aliases lists the addresses in order of precedence: BSUID, parent BSUID, phone.
func (a Addresses) Aliases() []Alias {
	list := make([]Alias, 0, 3)
	for _, alias := range [3]Alias{{AliasBSUID, a.BSUID}, {AliasParentBSUID, a.Parent}, {AliasPhone, a.Phone}} {
		if alias.Value != "" {
			list = append(list, alias)
		}
	}
	return list
}

// Denies says of two who may share a phone that they are two people all the same:
// each has a BSUID of its own.
func (a Addresses) Denies(b Addresses) bool {
	return a.BSUID != "" && b.BSUID != "" && a.BSUID != b.BSUID
}

// Meets says whether two are of one person: some address is equal, absent is not
// equal to absent, and their BSUIDs do not differ.
func (a Addresses) Meets(b Addresses) bool {
	equal := func(x, y string) bool { return x != "" && x == y }
	return !a.Denies(b) && (equal(a.BSUID, b.BSUID) || equal(a.Parent, b.Parent) || equal(a.Phone, b.Phone))
}

// Shown is the address that people read, not one for sending: the phone, else the
// username, else a BSUID.
func (a Addresses) Shown(username string) string { return cmp.Or(a.Phone, username, a.BSUID, a.Parent) }

// Holder is a contact that has some of the aliases in question already.
type Holder struct {
	ID ContactID
	Addresses
	// Stored says that people may have seen the contact: it is never made another one.
	Stored bool
}

// Holding says who holds aliases that stand in order of precedence: the holder of the
// first that anybody holds, "" if it is a new person. A BSUID that nobody holds is
// not joined by the phone alone to a contact that has another. Linked is Meta's word
// that all the aliases are one person's.
func Holding(aliases []Alias, linked bool, holder func(Alias) (Holder, bool)) ContactID {
	var unheld Addresses
	for _, alias := range aliases {
		h, held := holder(alias)
		switch {
		case held && !linked && alias.Kind == AliasPhone && unheld.Denies(h.Addresses):
			return ""
		case held:
			return h.ID
		case alias.Kind == AliasBSUID:
			unheld.BSUID = alias.Value
		}
	}
	return ""
}

// One makes one of two holders whom the aliases of one person name, if they may be
// one: whom nobody has seen becomes the other. Two stored ones stay two, which is a
// suggestion for people to merge; so do two whose BSUIDs differ, unless Meta linked
// them. The first wins where neither is stored.
func One(a, b Holder, linked bool) (stays, goes Holder, ok bool) {
	switch {
	case a.Stored && b.Stored || !linked && a.Denies(b.Addresses):
		return a, b, false
	case b.Stored:
		a, b = b, a
	}
	a.Addresses = a.Fill(b.Addresses)
	return a, b, true
}

// MergeReason says to people why two contacts may be one: the alias that named the other.
func MergeReason(kind AliasKind, linked bool) string {
	if linked {
		return "linked by Meta: " + string(kind)
	}
	return "one message named both: " + string(kind)
}
