package wa

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ErrBadKey says that a text is not a conversation key.
var ErrBadKey = errors.New("not a conversation key")

// ConversationKey names the lasting thread between one of our numbers and one
// person. The same person on two numbers is two conversations.
type ConversationKey struct {
	PhoneNumberID PhoneNumberID
	ContactID     ContactID
}

// String is the identity of the Conversation grain: phone_number_id:contact_id.
func (k ConversationKey) String() string {
	return string(k.PhoneNumberID) + ":" + string(k.ContactID)
}

// ParseConversationKey reads what String wrote. Its error is ErrBadKey.
func ParseConversationKey(s string) (ConversationKey, error) {
	number, contact, ok := strings.Cut(s, ":")
	odd := !utf8.ValidString(s) || strings.ContainsAny(s, "/. ") || strings.ContainsFunc(s, unicode.IsControl) // the database compares with it
	if !ok || odd || number == "" || contact == "" || strings.Contains(contact, ":") {
		return ConversationKey{}, fmt.Errorf("parse %q: %w", s, ErrBadKey)
	}
	return ConversationKey{PhoneNumberID(number), ContactID(contact)}, nil
}

// Compare orders keys by number, then contact. Every batch that locks rows
// sorts by it: two writers that lock in one order cannot deadlock.
func (k ConversationKey) Compare(o ConversationKey) int {
	if c := strings.Compare(string(k.PhoneNumberID), string(o.PhoneNumberID)); c != 0 {
		return c
	}
	return strings.Compare(string(k.ContactID), string(o.ContactID))
}
