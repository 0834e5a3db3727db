package wa

import (
	"slices"
	"testing"
)

func TestAddressesOf(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		phone, bsuid, parent string
		want                 Addresses
	}{
		"all":                             {"5511", "BR.a", "BR.ENT.p", Addresses{"BR.a", "BR.ENT.p", "5511"}},
		"none":                            {"", "", "", Addresses{}},
		"a BSUID in the phone's place":    {"BR.a1", "", "", Addresses{BSUID: "BR.a1"}},
		"a parent in the phone's place":   {"BR.ENT.p1", "BR.a", "", Addresses{BSUID: "BR.a", Parent: "BR.ENT.p1"}},
		"the own key wins over the other": {"BR.a1", "BR.b", "", Addresses{BSUID: "BR.b"}},
	} {
		if got := AddressesOf(test.phone, test.bsuid, test.parent); got != test.want {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
}

func TestWhoIsOnePerson(t *testing.T) {
	t.Parallel()
	ana := Addresses{"BR.a", "BR.ENT.a", "5511"}
	for name, test := range map[string]struct {
		other         Addresses
		meets, denies bool
	}{
		"the same":                        {ana, true, false},
		"nobody":                          {Addresses{}, false, false},
		"only the phone":                  {Addresses{Phone: "5511"}, true, false},
		"only the parent":                 {Addresses{Parent: "BR.ENT.a"}, true, false},
		"a new phone":                     {Addresses{BSUID: "BR.a", Phone: "5522"}, true, false},
		"the phone was handed on":         {Addresses{BSUID: "BR.b", Phone: "5511"}, false, true},
		"another BSUID, same parent":      {Addresses{BSUID: "BR.b", Parent: "BR.ENT.a"}, false, true},
		"case tells BSUIDs apart":         {Addresses{BSUID: "BR.A"}, false, true},
		"another phone and nothing else":  {Addresses{Phone: "5522"}, false, false},
		"another parent, the same number": {Addresses{Parent: "BR.ENT.b", Phone: "5511"}, true, false},
	} {
		if got := ana.Meets(test.other); got != test.meets || got != test.other.Meets(ana) {
			t.Errorf("%s: meets %t, want %t both ways", name, got, test.meets)
		}
		if got := ana.Denies(test.other); got != test.denies || got != test.other.Denies(ana) {
			t.Errorf("%s: denies %t, want %t both ways", name, got, test.denies)
		}
	}
}

func TestShown(t *testing.T) {
	t.Parallel()
	for want, a := range map[string]Addresses{
		"5511": {"BR.a", "BR.ENT.a", "5511"}, "@ana": {"BR.a", "BR.ENT.a", ""}, "": {},
	} {
		username := "@ana"
		if want == "" {
			username = ""
		}
		if got := a.Shown(username); got != want {
			t.Errorf("%+v is shown as %q, want %q", a, got, want)
		}
	}
	if got := (Addresses{BSUID: "BR.a", Parent: "BR.ENT.a"}).Shown(""); got != "BR.a" {
		t.Errorf("shown as %q", got)
	}
	if got := (Addresses{"BR.a", "BR.ENT.a", "5511"}).Aliases(); !slices.Equal(got, []Alias{
		{AliasBSUID, "BR.a"}, {AliasParentBSUID, "BR.ENT.a"}, {AliasPhone, "5511"},
	}) {
		t.Errorf("in the order of %v", got)
	}
}

func TestHolding(t *testing.T) {
	t.Parallel()
	bsuid, phone := Alias{AliasBSUID, "BR.a"}, Alias{AliasPhone, "5511"}
	ana := Holder{ID: "ana", Addresses: Addresses{BSUID: "BR.a"}}
	before := Holder{ID: "before", Addresses: Addresses{BSUID: "BR.b", Phone: "5511"}}
	nameless := Holder{ID: "nameless", Addresses: Addresses{Phone: "5511"}}
	for name, test := range map[string]struct {
		aliases []Alias
		linked  bool
		holders map[Alias]Holder
		want    ContactID
	}{
		"nobody":                       {[]Alias{bsuid, phone}, false, nil, ""},
		"the first alias decides":      {[]Alias{bsuid, phone}, false, map[Alias]Holder{bsuid: ana, phone: before}, "ana"},
		"a phone that was handed on":   {[]Alias{bsuid, phone}, false, map[Alias]Holder{phone: before}, ""},
		"… but Meta links them":        {[]Alias{bsuid, phone}, true, map[Alias]Holder{phone: before}, "before"},
		"a contact shows its BSUID":    {[]Alias{bsuid, phone}, false, map[Alias]Holder{phone: nameless}, "nameless"},
		"a phone says who, if alone":   {[]Alias{phone}, false, map[Alias]Holder{phone: before}, "before"},
		"the phone first (a link's)":   {[]Alias{phone, bsuid}, true, map[Alias]Holder{bsuid: ana, phone: before}, "before"},
		"no alias at all, so new ones": {nil, false, nil, ""},
	} {
		got := Holding(test.aliases, test.linked, func(a Alias) (Holder, bool) { h, ok := test.holders[a]; return h, ok })
		if got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestWhoBecomesOne(t *testing.T) {
	t.Parallel()
	stored := Holder{ID: "stored", Addresses: Addresses{Phone: "5511"}, Stored: true}
	other := Holder{ID: "other", Addresses: Addresses{BSUID: "BR.b"}, Stored: true}
	fresh := Holder{ID: "fresh", Addresses: Addresses{BSUID: "BR.a"}}
	young := Holder{ID: "young", Addresses: Addresses{Phone: "5522"}}
	for name, test := range map[string]struct {
		a, b   Holder
		linked bool
		stays  ContactID // "": two, and people are asked
	}{
		"two stored":                      {stored, other, false, ""},
		"two stored, linked by Meta":      {stored, other, true, ""},
		"a new one joins a stored":        {stored, fresh, false, "stored"},
		"a new one named first joins too": {fresh, stored, false, "stored"},
		"two new, the first":              {fresh, young, false, "fresh"},
		"their BSUIDs differ":             {fresh, other, false, ""},
		"… but Meta links them":           {fresh, other, true, "other"},
	} {
		stays, goes, ok := One(test.a, test.b, test.linked)
		switch {
		case ok != (test.stays != ""), ok && stays.ID != test.stays, ok && goes.ID == stays.ID:
			t.Errorf("%s: %s stays, %t, want %q", name, stays.ID, ok, test.stays)
		case ok && stays.Addresses != stays.Fill(goes.Addresses):
			t.Errorf("%s: %+v lacks an address of %+v", name, stays, goes)
		}
	}
	if MergeReason(AliasPhone, true) == MergeReason(AliasPhone, false) {
		t.Error("people do not see who said it")
	}
}
