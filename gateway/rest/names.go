package rest

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
)

// What people call people, teams and numbers stands in every list and in each
// event that names them: it is short, and nothing in it hides or turns round what
// stands beside it.
const (
	maxNameLength  = 100 // characters
	maxEmailLength = 254 // bytes (RFC 5321, a path without its brackets)
	maxMetaID      = 64  // bytes; Meta's ids have some twenty digits
	maxToken       = 4096
)

const wantEmail = "want an address such as ana@example.com"

// CheckName refuses a name that cannot stand in a list.
func CheckName(field, name string) error {
	switch {
	case !wa.Visible(name):
		return problem.Field(field, "missing")
	case utf8.RuneCountInString(name) > maxNameLength:
		return problem.Field(field, "too long: at most 100 characters")
	case strings.ContainsFunc(name, hides):
		return problem.Field(field, "has characters that hide others or turn their order round")
	}
	return nil
}

// hides says of a character that a reader cannot tell that it is there, or that it
// changes the direction of others. The joiner of emoji and of some scripts stays.
func hides(c rune) bool {
	return unicode.IsControl(c) || unicode.Is(unicode.Cf, c) && c != 0x200d && c != 0x200c
}

// CheckEmail refuses what is no plain address, or looks like another one.
func CheckEmail(email string) error {
	address, err := mail.ParseAddress(email)
	if err != nil || address.Address != email || len(email) > maxEmailLength || strings.ContainsFunc(email, hides) {
		return problem.Field("email", wantEmail)
	}
	return nil
}

// CheckMetaID refuses what cannot be an id of Meta's; whose it is Meta says.
func CheckMetaID(field, id string) error {
	if id == "" {
		return problem.Field(field, "missing")
	}
	plain := func(c rune) bool {
		return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '-' || c == '.'
	}
	if len(id) > maxMetaID || strings.ContainsFunc(id, func(c rune) bool { return !plain(c) }) || strings.Trim(id, ".") == "" {
		return problem.Field(field, "want Meta's id: letters, digits and . _ - only, at most 64")
	}
	return nil
}

// CheckToken refuses what cannot be sent as an access token.
func CheckToken(token string) error {
	if len(token) > maxToken || strings.ContainsFunc(token, func(c rune) bool { return c <= ' ' || c > '~' }) {
		return problem.Field("token", "want the token as Meta shows it: no blanks, at most 4096 characters")
	}
	return nil
}

// WantRole names the roles.
const WantRole = "want agent, manager, admin or auditor"

// WantTeam says how the id of a team looks.
const WantTeam = "want a short word of letters, digits and . _ - such as sales"

// Nameable says whether a team may be called so.
func Nameable(id wa.TeamID) bool {
	odd := func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsDigit(c) && c != '.' && c != '_' && c != '-'
	}
	return id != "" && len(id) <= 64 && !strings.ContainsFunc(string(id), odd) && strings.Trim(string(id), ".") != ""
}

// IsLanguage takes a language with or without a country: pt, pt-BR, pt_BR.
func IsLanguage(text string) bool {
	language, country, both := strings.Cut(strings.ReplaceAll(text, "_", "-"), "-")
	letters := func(s, set string) bool { return strings.Trim(s, set) == "" }
	return len(language) >= 2 && len(language) <= 3 && letters(language, "abcdefghijklmnopqrstuvwxyz") &&
		(!both || len(country) == 2 && letters(country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
}
