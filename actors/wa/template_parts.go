package wa

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

const (
	// maxTemplateParts bounds the components of one send in bytes.
	maxTemplateParts = 16 << 10
	// maxTemplateValue is the length of a body in characters, and so of a value in
	// it (Meta, template components).
	maxTemplateValue = 1024
)

// templatePart is what a component fills in; unknown fields are Meta's to judge.
type templatePart struct {
	Type       string          `json:"type"`
	SubType    string          `json:"sub_type"`
	Index      json.RawMessage `json:"index"`
	Parameters []struct {
		Type string  `json:"type"`
		Text *string `json:"text"`
	} `json:"parameters"`
}

// sendableParts refuses values that nobody can see or that no template has room
// for, and a component that is filled in twice.
func sendableParts(components json.RawMessage) error {
	if len(components) == 0 {
		return nil
	}
	var parts []templatePart
	if err := json.Unmarshal(components, &parts); err != nil || len(components) > maxTemplateParts {
		return fmt.Errorf("components: want a list of at most %d bytes in the form of Meta's API: %w", maxTemplateParts, ErrTemplateValue)
	}
	filled := make(map[string]bool, len(parts))
	for _, part := range parts {
		name := part.Type
		if part.SubType != "" || len(part.Index) > 0 {
			name += " " + part.SubType + " " + string(part.Index)
		}
		if filled[name] {
			return fmt.Errorf("%s: filled in twice: %w", name, ErrTemplateValue)
		}
		filled[name] = true
		for n, value := range part.Parameters {
			switch {
			case value.Text == nil:
			case !Visible(*value.Text):
				return fmt.Errorf("%s, value %d: empty: %w", name, n+1, ErrTemplateValue)
			case utf8.RuneCountInString(*value.Text) > maxTemplateValue:
				return fmt.Errorf("%s, value %d: more than %d characters: %w", name, n+1, maxTemplateValue, ErrTemplateValue)
			}
		}
	}
	return nil
}
