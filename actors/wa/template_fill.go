package wa

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Lengths of what a customer reads, variables filled (Meta, templates, components).
const (
	maxTemplateHeader = 60
	maxTemplateBody   = 1024
)

// TemplateRule is a rule of filling in a template. Its name is stable: screens have
// words of their own for each.
type TemplateRule string

const (
	RuleValueMissing   TemplateRule = "value_missing"
	RuleValueUnknown   TemplateRule = "value_unknown"   // there is no such variable
	RuleValueLines     TemplateRule = "value_lines"     // line breaks, tabs, many spaces
	RuleValueLink      TemplateRule = "value_link"      // no https address of a file
	RuleValueSpaces    TemplateRule = "value_spaces"    // in an address or a code
	RuleTemplateLong   TemplateRule = "template_long"   // the text, filled in
	RuleHeaderLong     TemplateRule = "header_long"     // the header, filled in
	RuleTemplateParts  TemplateRule = "template_parts"  // parts that cannot be filled here
	RuleTemplateUnread TemplateRule = "template_values" // values or components in no form that is known
)

// TemplateValueError says which variable cannot be sent as it is, before Meta is
// asked, and which rule it breaks. Key is that of TemplateVariable, "" when it is
// about the whole.
type TemplateValueError struct {
	Key    string
	Rule   TemplateRule
	Reason string
}

// Error names the variable, never its value.
func (e *TemplateValueError) Error() string {
	if e.Key == "" {
		return e.Reason
	}
	return "variable " + e.Key + " " + e.Reason
}

// Fill checks the values against the variables and makes the message: what Meta
// is sent, and what the customer reads. Its error is a *TemplateValueError.
func (d *TemplateDefinition) Fill(values map[string]string) (*Template, error) {
	if d.Unsupported != "" {
		return nil, &TemplateValueError{Rule: RuleTemplateParts, Reason: "the template has parts that cannot be filled here: " + d.Unsupported}
	}
	variables := d.Variables()
	if err := matches(variables, values); err != nil {
		return nil, err
	}
	for _, v := range variables {
		if rule, reason := unfit(v.Kind, values[v.Key]); reason != "" {
			return nil, &TemplateValueError{v.Key, rule, reason}
		}
	}
	t := d.render(values)
	switch {
	case utf8.RuneCountInString(t.Rendered) > maxTemplateBody:
		return nil, &TemplateValueError{Rule: RuleTemplateLong, Reason: "the text with its variables is longer than 1024 characters"}
	case t.Header != nil && utf8.RuneCountInString(t.Header.Text) > maxTemplateHeader:
		return nil, &TemplateValueError{Rule: RuleHeaderLong, Reason: "the header with its variable is longer than 60 characters"}
	}
	components, err := json.Marshal(d.components(values))
	if err != nil {
		return nil, &TemplateValueError{Rule: RuleTemplateUnread, Reason: "the values cannot be written as JSON"}
	}
	if string(components) != "null" {
		t.Components = components
	}
	return t, nil
}

// matches says that there is a value for each variable and for nothing else.
func matches(variables []TemplateVariable, values map[string]string) error {
	for _, v := range variables {
		if strings.TrimSpace(values[v.Key]) == "" {
			return &TemplateValueError{v.Key, RuleValueMissing, "has no value"}
		}
	}
	for key := range values {
		if !slices.ContainsFunc(variables, func(v TemplateVariable) bool { return v.Key == key }) {
			return &TemplateValueError{key, RuleValueUnknown, "does not exist in the template"}
		}
	}
	return nil
}

// unfit says why Meta would refuse a value of this kind (codes 132012 and 132018).
func unfit(kind, value string) (rule TemplateRule, reason string) {
	switch kind {
	case variableText:
		if strings.ContainsAny(value, "\n\r\t") || strings.Contains(value, "     ") {
			return RuleValueLines, "may not hold line breaks, tabs or more than four spaces in a row"
		}
	case variableLink:
		host, secure := strings.CutPrefix(value, "https://")
		if !secure || !strings.Contains(strings.Trim(host, "./"), ".") || strings.ContainsAny(value, " \n\r\t") {
			return RuleValueLink, "wants the https address of a file"
		}
	case variableURL, variableCode:
		if strings.ContainsAny(value, " \n\r\t") {
			return RuleValueSpaces, "may not hold spaces"
		}
	}
	return "", ""
}

func fits(kind, value string) bool {
	_, reason := unfit(kind, value)
	return reason == ""
}

// render is the message as the customer reads it. A variable without a value
// stays as it is written.
func (d *TemplateDefinition) render(values map[string]string) *Template {
	fill := func(part, text string) string {
		return replacePlaceholders(text, func(name string) string {
			if value, ok := values[part+"."+name]; ok {
				return CleanText(value)
			}
			return "{{" + name + "}}"
		})
	}
	t := &Template{Name: d.Name, Language: d.Language, Category: d.Category, Rendered: fill("body", d.Body), Footer: d.Footer}
	if d.Header.Format != "" {
		t.Header = &TemplateHeader{Format: d.Header.Format, Text: fill("header", d.Header.Text)}
		if link := CleanText(values[headerLink]); fits(variableLink, link) { // else an id of Meta's
			t.Header.Link = link
		}
	}
	for i, b := range d.Buttons {
		value := CleanText(values[buttonKey(i)])
		b.URL = replacePlaceholders(b.URL, func(string) string { return value })
		t.Buttons = append(t.Buttons, b)
	}
	return t
}

// sendComponent is an entry of the components of a send.
type sendComponent struct {
	Type       string          `json:"type"`
	SubType    string          `json:"sub_type,omitempty"`
	Index      string          `json:"index,omitempty"`
	Parameters []sendParameter `json:"parameters"`
}

type sendParameter struct {
	Type       string     `json:"type"`
	Name       string     `json:"parameter_name,omitempty"`
	Text       string     `json:"text,omitempty"`
	CouponCode string     `json:"coupon_code,omitempty"`
	Image      *mediaLink `json:"image,omitempty"`
	Video      *mediaLink `json:"video,omitempty"`
	Document   *mediaLink `json:"document,omitempty"`
	Currency   *fallback  `json:"currency,omitempty"`
	DateTime   *fallback  `json:"date_time,omitempty"`
}

type mediaLink struct {
	ID   string `json:"id,omitempty"`
	Link string `json:"link,omitempty"`
}

type fallback struct {
	Value string `json:"fallback_value"`
}

// components writes values as Meta wants them (Meta, template messages): one
// component for each part that has variables.
func (d *TemplateDefinition) components(values map[string]string) []sendComponent {
	var list []sendComponent
	for _, v := range d.Variables() {
		c := sendComponent{Type: v.Part}
		if v.Part == "button" {
			c.Index = strings.TrimPrefix(v.Key, "button.")
			c.SubType = "url"
			if v.Kind == variableCode {
				c.SubType = "copy_code"
			}
		}
		p := d.parameter(v, CleanText(values[v.Key]))
		if last := len(list) - 1; last >= 0 && v.Part != "button" && list[last].Type == v.Part {
			list[last].Parameters = append(list[last].Parameters, p)
			continue
		}
		c.Parameters = []sendParameter{p}
		list = append(list, c)
	}
	return list
}

func (d *TemplateDefinition) parameter(v TemplateVariable, value string) sendParameter {
	switch v.Kind {
	case variableCode:
		return sendParameter{Type: "coupon_code", CouponCode: value}
	case variableLink:
		file := &mediaLink{Link: value}
		p := sendParameter{Type: strings.ToLower(d.Header.Format)}
		switch d.Header.Format {
		case "IMAGE":
			p.Image = file
		case "VIDEO":
			p.Video = file
		default:
			p.Document = file
		}
		return p
	}
	p := sendParameter{Type: "text", Text: value}
	if _, err := strconv.Atoi(v.Name); err != nil && v.Part != "button" {
		p.Name = v.Name
	}
	return p
}

// FillComponents is Fill for whoever writes Meta's components himself: they are
// sent as they are given. A template with parts that are unknown here is not
// checked. Its error is a *TemplateValueError.
func (d *TemplateDefinition) FillComponents(components json.RawMessage) (*Template, error) {
	values, err := readComponents(components)
	if err != nil {
		return nil, err
	}
	if d.Unsupported == "" {
		if err := matches(d.Variables(), values); err != nil {
			return nil, err
		}
	}
	t := d.render(values)
	t.Components = components
	return t, nil
}

// readComponents finds the values of variables in the components of a send.
func readComponents(components json.RawMessage) (map[string]string, error) {
	values := map[string]string{}
	if len(components) == 0 {
		return values, nil
	}
	var list []struct {
		sendComponent
		Index json.RawMessage `json:"index"` // text, or a number from those who read old examples
	}
	if err := json.Unmarshal(components, &list); err != nil {
		return nil, &TemplateValueError{Rule: RuleTemplateUnread, Reason: "components are not those of a template message"}
	}
	for _, c := range list {
		part := strings.ToLower(c.Type)
		for i, p := range c.Parameters {
			key, value := part+"."+strconv.Itoa(i+1), p.value()
			switch {
			case part == "button" && (p.Type == "payload" || p.Type == "action"):
				continue // of a quick reply or a flow: nothing that is read
			case part == "button":
				key = fmt.Sprintf("button.%s", strings.Trim(string(c.Index), `"`))
			case p.Name != "":
				key = part + "." + p.Name
			case p.Type == "image" || p.Type == "video" || p.Type == "document":
				key = headerLink
			}
			values[key] = value
		}
	}
	return values, nil
}

// value is what the customer reads of a parameter.
func (p *sendParameter) value() string {
	switch {
	case p.CouponCode != "":
		return p.CouponCode
	case p.Currency != nil:
		return p.Currency.Value
	case p.DateTime != nil:
		return p.DateTime.Value
	}
	for _, file := range []*mediaLink{p.Image, p.Video, p.Document} {
		if file != nil && file.Link != "" {
			return file.Link
		}
		if file != nil {
			return file.ID
		}
	}
	return p.Text
}
