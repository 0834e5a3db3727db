package wa

import "strings"

// AliasKind says what sort of address an Alias is.
type AliasKind string

// The addresses by which WhatsApp names a person.
const (
	// AliasPhone is a phone as Meta writes it (wa_id): digits with country code, no plus.
	AliasPhone AliasKind = "phone"
	// AliasBSUID is a business-scoped user id: case-sensitive, per portfolio.
	AliasBSUID AliasKind = "bsuid"
	// AliasParentBSUID is the form for linked portfolios of managed businesses.
	AliasParentBSUID AliasKind = "parent_bsuid"
	// AliasGroup is a group id.
	AliasGroup AliasKind = "group"
)

// Alias is one address of a person, unique within a portfolio. Values are
// opaque and compared exactly: never lower-cased, stripped or corrected.
type Alias struct {
	Kind  AliasKind
	Value string
}

// ClassifyAddress tells a BSUID from a phone where Meta or a reseller may put
// either ("from", "wa_id"): two capitals, a dot, optionally "ENT.", then letters
// and digits (business-scoped-user-ids, 2026). An empty text is no address.
func ClassifyAddress(s string) (Alias, bool) {
	if s == "" {
		return Alias{}, false
	}
	if len(s) > 3 && s[2] == '.' && isUpper(s[0]) && isUpper(s[1]) && isAlnum(strings.TrimPrefix(s[3:], "ENT.")) {
		if strings.HasPrefix(s[3:], "ENT.") {
			return Alias{AliasParentBSUID, s}, true
		}
		return Alias{AliasBSUID, s}, true
	}
	return Alias{AliasPhone, s}, true
}

// PhoneVariants lists the other ways in which WhatsApp may write the same
// phone: Brazil's ninth digit (mobiles only: landlines begin with 2–5), Mexico's
// 521 and Argentina's 549. They are further aliases, not corrections.
func PhoneVariants(phone string) []string {
	switch {
	case strings.HasPrefix(phone, "55") && len(phone) == 12 && phone[4] >= '6':
		return []string{phone[:4] + "9" + phone[4:]}
	case strings.HasPrefix(phone, "55") && len(phone) == 13 && phone[4] == '9' && phone[5] >= '6':
		return []string{phone[:4] + phone[5:]}
	case strings.HasPrefix(phone, "521") && len(phone) == 13:
		return []string{"52" + phone[3:]}
	case strings.HasPrefix(phone, "52") && len(phone) == 12:
		return []string{"521" + phone[2:]}
	case strings.HasPrefix(phone, "549") && len(phone) == 13:
		return []string{"54" + phone[3:]}
	case strings.HasPrefix(phone, "54") && len(phone) == 12:
		return []string{"549" + phone[2:]}
	}
	return nil
}

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }

func isAlnum(s string) bool {
	if s == "" {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !isUpper(c) && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}
