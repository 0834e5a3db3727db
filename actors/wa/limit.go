package wa

import (
	"fmt"
	"strconv"
	"unicode/utf8"
)

// Limits of what Meta takes (Meta, Cloud API messages, 2026); characters, unless it
// says otherwise.
const (
	MaxTextLength = 4096 // of a text, and of the body of a list
	MaxCaption    = 1024
	maxFileName   = 240

	maxPromptBody   = 1024 // of all but lists
	maxPromptShort  = 60   // header, footer
	maxButtons      = 3
	maxButtonTitle  = 20 // also the label of what opens a list, link or flow
	maxButtonID     = 256
	maxSections     = 10
	maxRows         = 10 // of all sections together
	maxRowTitle     = 24 // also of a section
	maxRowID        = 200
	maxRowText      = 72
	maxProducts     = 30
	maxLinkLength   = 2000
	maxFlowLabel    = 30
	maxCards        = 257
	maxCardEntries  = 20
	maxPlace        = 1000 // name or address of a location
	maxPromptBytes  = 16 << 10
	maxContactBytes = 64 << 10
)

// Rules that a content can break beside those of texts and templates. Names are stable.
const (
	RuleMissing   = "field_missing"
	RuleTooLong   = "field_long"
	RuleTooMany   = "field_many"
	RuleTwice     = "field_twice"
	RuleBadValue  = "field_value"
	RuleNotNeeded = "field_surplus"
)

// LimitError says that a field of a content breaks a limit of Meta's. Field is its
// place in the content, as in interactive.buttons[1].title; Limit is 0 where the rule
// has none.
type LimitError struct {
	Rule   string
	Field  string
	Limit  int
	Remedy string
}

func (e *LimitError) Error() string { return e.Field + ": " + e.Remedy }

func missing(field, remedy string) error {
	return &LimitError{Rule: RuleMissing, Field: field, Remedy: remedy}
}

func badValue(field, remedy string) error {
	return &LimitError{Rule: RuleBadValue, Field: field, Remedy: remedy}
}

func tooMany(field string, limit int, of string) error {
	return &LimitError{Rule: RuleTooMany, Field: field, Limit: limit, Remedy: fmt.Sprintf("at most %d %s", limit, of)}
}

// wording bounds what people read. Needed: it may not be empty to the eye.
func wording(field, text string, limit int, needed bool) error {
	switch {
	case needed && !Visible(text):
		return missing(field, "it is empty: there is nothing in it to see")
	case utf8.RuneCountInString(text) > limit:
		return &LimitError{
			Rule: RuleTooLong, Field: field, Limit: limit,
			Remedy: fmt.Sprintf("%d characters; shorten it to %d", utf8.RuneCountInString(text), limit),
		}
	}
	return nil
}

// nth is the field of the nth of several.
func nth(field string, n int) string { return field + "[" + strconv.Itoa(n) + "]" }

// firstOf is the first error, or nil.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
