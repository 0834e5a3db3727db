package staff

import (
	_ "embed"
	"strings"
	"unicode"
)

// commonPasswords are some 50,000 words that everybody tries first, one a line, of
// four bytes or more: the list of the npm package @zxcvbn-ts/language-common 4.1.3
// (MIT; Dan Wheeler and Dropbox, the authors of zxcvbn-ts). deploy/tools/passwords
// writes it.
//
//go:embed common_passwords.txt
var commonPasswords string

// ourCommonPasswords are what that list lacks of the languages spoken here, and of
// ourselves.
//
//go:embed our_common_passwords.txt
var ourCommonPasswords string

// acceptable refuses passwords that are too short, too long or guessable.
func acceptable(password string, p *Person) error {
	switch {
	case len(password) < MinPassword || len(password) > maxPassword:
		return ErrWeakPassword
	case guessable(password, p.Email, p.Name):
		return ErrGuessablePassword
	}
	return nil
}

// guessable says whether a password is one that everybody tries: a common word,
// the name or the address of its owner, alone or with digits and signs behind it,
// or one character again and again.
func guessable(password, email, name string) bool {
	word := strings.ToLower(strings.TrimSpace(password))
	if word == "" || strings.Trim(word, word[:1]) == "" {
		return true
	}
	stem := strings.TrimRightFunc(word, func(r rune) bool { return !unicode.IsLetter(r) })
	local, domain, _ := strings.Cut(strings.ToLower(email), "@")
	host, _, _ := strings.Cut(domain, ".")
	for _, w := range []string{word, stem} {
		switch {
		case w == "":
		case isLine(commonPasswords, w), isLine(ourCommonPasswords, w),
			w == strings.ToLower(email), w == local, w == host, w == strings.ToLower(strings.ReplaceAll(name, " ", "")):
			return true
		}
	}
	return false
}

func isLine(list, word string) bool {
	return !strings.Contains(word, "\n") && (strings.Contains(list, "\n"+word+"\n") || strings.HasPrefix(list, word+"\n"))
}
