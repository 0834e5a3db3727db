package wa

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// TemplateApproved is the only status that Meta sends a template in.
const TemplateApproved = "APPROVED"

// TemplateDefinition is a template as the business account has it, with its
// variables not filled (Meta, templates, components).
type TemplateDefinition struct {
	Name     string
	Language string
	Category string // MARKETING, UTILITY, AUTHENTICATION
	Header   TemplateHeader
	Body     string
	Footer   string
	Buttons  []TemplateButton
	// Unsupported names the parts that cannot be filled here: a carousel, a flow's
	// button, … Such a template can only be sent with components of one's own.
	Unsupported string
}

// TemplateHeader stands above the text. Format is "" when there is none.
type TemplateHeader struct {
	Format string `json:"format,omitempty"` // TEXT, IMAGE, VIDEO, DOCUMENT, LOCATION
	Text   string `json:"text,omitempty"`
	Link   string `json:"link,omitempty"` // the file, once filled
}

// TemplateButton is one button under the text.
type TemplateButton struct {
	Type  string `json:"type"` // QUICK_REPLY, URL, PHONE_NUMBER, COPY_CODE, …
	Text  string `json:"text,omitempty"`
	URL   string `json:"url,omitempty"`
	Phone string `json:"phone,omitempty"`
}

// TemplateVariable is something that whoever sends a template must fill in. Key
// names it among the values.
type TemplateVariable struct {
	Key     string `json:"key"`  // body.1, body.name, header.1, header.link, button.0
	Part    string `json:"part"` // header, body, button
	Name    string `json:"name,omitempty"`
	Kind    string `json:"kind"` // text, link (to a file), url (the end of an address), code
	Example string `json:"example,omitempty"`
}

// Kinds of variables.
const (
	variableText = "text"
	variableLink = "link"
	variableURL  = "url"
	variableCode = "code"
)

// headerLink is the key of a header's file.
const headerLink = "header.link"

// templateComponent is an entry of Meta's list of components.
type templateComponent struct {
	Type    string `json:"type"`
	Format  string `json:"format"`
	Text    string `json:"text"`
	Buttons []struct {
		Type  string `json:"type"`
		Text  string `json:"text"`
		URL   string `json:"url"`
		Phone string `json:"phone_number"`
	} `json:"buttons"`
}

// errComponents says that components are not what Meta documents.
var errComponents = errors.New("components of a template cannot be read")

// ParseTemplate reads the components of a template as Meta lists them. Parts that
// Meta adds later end in Unsupported.
func ParseTemplate(name, language, category string, components json.RawMessage) (TemplateDefinition, error) {
	d := TemplateDefinition{Name: name, Language: language, Category: category}
	var list []templateComponent
	if err := json.Unmarshal(components, &list); err != nil {
		return d, fmt.Errorf("parse template %s: %w", name, errComponents)
	}
	var odd []string
	for _, c := range list {
		switch strings.ToUpper(c.Type) {
		case "HEADER":
			d.Header = TemplateHeader{Format: strings.ToUpper(c.Format), Text: c.Text}
			if !slices.Contains([]string{"TEXT", "IMAGE", "VIDEO", "DOCUMENT"}, d.Header.Format) {
				odd = append(odd, "header "+d.Header.Format)
			}
		case "BODY":
			d.Body = c.Text
		case "FOOTER":
			d.Footer = c.Text
		case "BUTTONS":
			for _, b := range c.Buttons {
				button := TemplateButton{Type: strings.ToUpper(b.Type), Text: b.Text, URL: b.URL, Phone: b.Phone}
				d.Buttons = append(d.Buttons, button)
				if !slices.Contains([]string{"QUICK_REPLY", "URL", "PHONE_NUMBER", "COPY_CODE"}, button.Type) {
					odd = append(odd, "button "+button.Type)
				}
			}
		default:
			odd = append(odd, strings.ToLower(c.Type))
		}
	}
	d.Unsupported = strings.Join(slices.Compact(odd), ", ")
	return d, nil
}

// Variables lists what must be filled in, in the order in which people read it.
// Positions are sorted, names stand as they come first.
func (d *TemplateDefinition) Variables() []TemplateVariable {
	var list []TemplateVariable
	switch d.Header.Format {
	case "TEXT":
		list = append(list, textVariables("header", d.Header.Text)...)
	case "IMAGE", "VIDEO", "DOCUMENT":
		list = append(list, TemplateVariable{Key: headerLink, Part: "header", Kind: variableLink})
	}
	list = append(list, textVariables("body", d.Body)...)
	for i, b := range d.Buttons {
		v := TemplateVariable{Key: buttonKey(i), Part: "button", Name: b.Text}
		switch {
		case b.Type == "URL" && len(placeholders(b.URL)) > 0:
			v.Kind = variableURL
		case b.Type == "COPY_CODE":
			v.Kind = variableCode
		default:
			continue
		}
		list = append(list, v)
	}
	return list
}

func buttonKey(index int) string { return "button." + strconv.Itoa(index) }

func textVariables(part, text string) []TemplateVariable {
	names := placeholders(text)
	slices.SortStableFunc(names, func(a, b string) int {
		m, errA := strconv.Atoi(a)
		n, errB := strconv.Atoi(b)
		if errA != nil || errB != nil {
			return 0
		}
		return m - n
	})
	list := make([]TemplateVariable, 0, len(names))
	for _, name := range names {
		list = append(list, TemplateVariable{Key: part + "." + name, Part: part, Name: name, Kind: variableText})
	}
	return list
}

// placeholders lists the distinct names between double braces.
func placeholders(text string) []string {
	var names []string
	replacePlaceholders(text, func(name string) string {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		return ""
	})
	return names
}

// replacePlaceholders puts what with says where text has {{name}}. Names are
// letters, digits and underscores; anything else in braces is text.
func replacePlaceholders(text string, with func(name string) string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{{")
		inside, after, closed := strings.Cut(rest, "}}")
		if !found || !closed {
			out.WriteString(text)
			return out.String()
		}
		name := strings.TrimSpace(inside)
		if !isPlaceholder(name) {
			out.WriteString(before + "{{")
			text = rest
			continue
		}
		out.WriteString(before + with(name))
		text = after
	}
}

func isPlaceholder(name string) bool {
	for _, c := range name {
		if c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return name != ""
}
