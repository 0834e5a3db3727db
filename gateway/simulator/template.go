package simulator

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi/sendbody"
)

// Template is a template of the simulated accounts. Texts hold {{1}}, {{2}}, … or
// {{name}}; the address of a URL button may end in {{1}}.
type Template struct {
	Name     string
	Language string
	Category string // MARKETING, UTILITY, AUTHENTICATION
	Status   string // "": APPROVED
	Reason   string // of a rejection
	Header   string // text
	Picture  bool   // the header is a picture instead
	Body     string
	Footer   string
	Buttons  []wa.TemplateButton
}

func (t *Template) status() string { return cmp.Or(t.Status, wa.TemplateApproved) }

// components writes the template in Meta's shape.
func (t *Template) components() []object {
	var list []object
	switch {
	case t.Picture:
		list = append(list, object{"type": "HEADER", "format": "IMAGE"})
	case t.Header != "":
		list = append(list, object{"type": "HEADER", "format": "TEXT", "text": t.Header})
	}
	list = append(list, object{"type": "BODY", "text": t.Body})
	if t.Footer != "" {
		list = append(list, object{"type": "FOOTER", "text": t.Footer})
	}
	buttons := []object{}
	for _, b := range t.Buttons {
		button := object{"type": b.Type, "text": b.Text}
		setIf(button, "url", b.URL)
		setIf(button, "phone_number", b.Phone)
		buttons = append(buttons, button)
	}
	if len(buttons) > 0 {
		list = append(list, object{"type": "BUTTONS", "buttons": buttons})
	}
	return list
}

// item is the template as the account's list shows it.
func (t *Template) item(id int) object {
	format := "POSITIONAL"
	if names := variablesOf(t.Header + t.Body); len(names) > 0 && !isPosition(names[0]) {
		format = "NAMED"
	}
	return object{
		"id": strconv.Itoa(templateIDs + id), "name": t.Name, "language": t.Language, "category": t.Category,
		"status": t.status(), "parameter_format": format, "components": t.components(),
		"quality_score": object{"score": "UNKNOWN"}, "rejected_reason": cmp.Or(t.Reason, "NONE"),
	}
}

// templateIDs is where the made-up ids begin.
const templateIDs = 1_600_000_000

// getTemplates is the list of an account, a page at a time.
func (s *Simulator) getTemplates(w http.ResponseWriter, r *http.Request) {
	number := s.numberOfAccount(wa.AccountID(r.PathValue("id")))
	if number == nil {
		writeError(w, newError(33, "Object with this ID does not exist or cannot be loaded."))
		return
	}
	if e := s.authorize(r, number); e != nil {
		writeError(w, e)
		return
	}
	limit, err := strconv.Atoi(cmp.Or(r.URL.Query().Get("limit"), "25"))
	from, err2 := strconv.Atoi(cmp.Or(r.URL.Query().Get("after"), "0"))
	if err != nil || err2 != nil || limit < 1 || from < 0 {
		writeError(w, newError(100, "Param limit or after is not valid."))
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	end := min(from+limit, len(s.templates))
	data := []object{}
	for i := min(from, end); i < end; i++ {
		data = append(data, s.templates[i].item(i))
	}
	paging := object{"cursors": object{"before": itoa(from), "after": itoa(end)}}
	if end < len(s.templates) {
		paging["next"] = "https://graph.facebook.com" + r.URL.Path + "?after=" + itoa(end)
	}
	writeJSON(w, http.StatusOK, object{"data": data, "paging": paging})
}

func (s *Simulator) numberOfAccount(id wa.AccountID) *number {
	for _, n := range s.numbers {
		if n.AccountID == id && id != "" {
			return n
		}
	}
	return nil
}

// PutTemplate adds a template, or changes the one of the same name and language,
// and tells its status by webhook.
func (s *Simulator) PutTemplate(t Template) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.templates, func(known Template) bool { return known.Name == t.Name && known.Language == t.Language })
	if i < 0 {
		i = len(s.templates)
		s.templates = append(s.templates, t)
	} else {
		s.templates[i] = t
	}
	seen := map[wa.AccountID]bool{}
	for _, n := range s.numbers {
		if seen[n.AccountID] {
			continue
		}
		seen[n.AccountID] = true
		s.enqueue(&update{number: n, field: "message_template_status_update", label: "webhook template " + t.status(), account: object{
			"event": t.status(), "message_template_id": templateIDs + i, "message_template_name": t.Name,
			"message_template_language": t.Language, "message_template_category": t.Category, "reason": cmp.Or(t.Reason, "NONE"),
		}})
	}
}

type templateRequest struct {
	Name       string
	Language   string
	Components []templatePart
}

// templateOf reads the parts of a template; those of another shape are none.
func templateOf(t *sendbody.Template) *templateRequest {
	r := &templateRequest{Name: t.Name, Language: t.Language.Code}
	_ = json.Unmarshal(t.Components, &r.Components)
	return r
}

type templatePart struct {
	Type       string              `json:"type"`
	SubType    string              `json:"sub_type"`
	Index      json.RawMessage     `json:"index"` // a number, or a text with one
	Parameters []templateParameter `json:"parameters"`
}

type templateParameter struct {
	Type  string          `json:"type"`
	Name  string          `json:"parameter_name"`
	Text  string          `json:"text"`
	Image *sendbody.Media `json:"image"`
}

// fillTemplate checks a send against its template and renders it.
func (s *Simulator) fillTemplate(t *templateRequest) (*wa.Template, *graphError) {
	if len(s.templates) == 0 {
		return anyTemplate(t), nil
	}
	i := slices.IndexFunc(s.templates, func(known Template) bool {
		return known.Name == t.Name && known.Language == t.Language
	})
	if i < 0 {
		return nil, newError(132001, "template name ("+t.Name+") does not exist in "+t.Language)
	}
	known := &s.templates[i]
	switch known.status() {
	case wa.TemplateApproved:
	case "PAUSED":
		return nil, newError(132015, "template is paused due to low quality")
	case "DISABLED":
		return nil, newError(132016, "template is disabled")
	default:
		return nil, newError(132001, "template name ("+t.Name+") does not exist in "+t.Language)
	}
	return known.fill(t)
}

// anyTemplate stands for templates where nobody named any.
func anyTemplate(t *templateRequest) *wa.Template {
	words := []string{"[" + t.Name + "]"}
	for _, part := range t.Components {
		for _, p := range part.Parameters {
			if part.Type == "body" {
				words = append(words, p.Text)
			}
		}
	}
	return &wa.Template{Name: t.Name, Language: t.Language, Category: "UTILITY", Rendered: strings.Join(words, " ")}
}

// fill puts the parameters of a send where the template has variables, and refuses
// in Meta's words: 132000 for their number, 132012 for their form.
func (t *Template) fill(r *templateRequest) (*wa.Template, *graphError) {
	out := &wa.Template{Name: t.Name, Language: t.Language, Category: t.Category, Footer: t.Footer}
	given := map[string][]templateParameter{}
	for _, part := range r.Components {
		key := strings.ToLower(part.Type)
		if key == "button" {
			key += strings.Trim(string(part.Index), `"`)
		}
		given[key] = append(given[key], part.Parameters...)
	}
	var e *graphError
	if out.Rendered, e = fillText("body", t.Body, given["body"]); e != nil {
		return nil, e
	}
	switch {
	case t.Picture && (len(given["header"]) != 1 || given["header"][0].Image == nil):
		return nil, newError(132012, "header: Format mismatch, expected IMAGE, received UNKNOWN")
	case t.Picture:
		out.Header = &wa.TemplateHeader{Format: "IMAGE", Link: given["header"][0].Image.Link}
	default:
		header, e := fillText("header", t.Header, given["header"])
		if e != nil {
			return nil, e
		}
		if header != "" {
			out.Header = &wa.TemplateHeader{Format: "TEXT", Text: header}
		}
	}
	for i, b := range t.Buttons {
		parameters := given["button"+itoa(i)]
		if variable := strings.Contains(b.URL, "{{"); variable && (len(parameters) != 1 || parameters[0].Text == "") {
			return nil, newError(131008, fmt.Sprintf("buttons: Button at index %d of type Url requires a parameter", i))
		} else if variable {
			b.URL = strings.ReplaceAll(b.URL, "{{1}}", parameters[0].Text)
		}
		out.Buttons = append(out.Buttons, b)
	}
	return out, nil
}

// fillText fills one text.
func fillText(part, text string, given []templateParameter) (string, *graphError) {
	names := variablesOf(text)
	if len(given) != len(names) {
		return "", newError(132000, fmt.Sprintf(
			"%s: number of localizable_params (%d) does not match the expected number of params (%d)", part, len(given), len(names)))
	}
	for i, p := range given {
		name := itoa(i + 1)
		if !isPosition(names[0]) {
			name = p.Name
		}
		switch {
		case !slices.Contains(names, name):
			return "", newError(132012, part+": Parameter name is missing or unknown")
		case p.Text == "":
			return "", newError(131008, part+": Parameter of type text is missing text value")
		case strings.ContainsAny(p.Text, "\n\t") || strings.Contains(p.Text, "     "):
			return "", newError(132018, part+": Param text cannot have new-line/tab characters or more than 4 consecutive spaces")
		}
		text = strings.ReplaceAll(text, "{{"+name+"}}", p.Text)
	}
	return text, nil
}

// variablesOf lists the distinct names between double braces.
func variablesOf(text string) []string {
	var names []string
	for _, piece := range strings.Split(text, "{{")[1:] {
		if name, _, closed := strings.Cut(piece, "}}"); closed && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func isPosition(name string) bool {
	_, err := strconv.Atoi(name)
	return err == nil
}

// showTemplate puts a filled template into a bubble.
func (b *Bubble) showTemplate(t *wa.Template) {
	b.Template, b.Text, b.Footer = t.Name, t.Rendered, t.Footer
	if t.Header != nil {
		b.Header = t.Header.Text
		if t.Header.Format != "TEXT" {
			b.Media = strings.ToLower(t.Header.Format)
		}
	}
	for _, button := range t.Buttons {
		b.Buttons = append(b.Buttons, Button{button.Type, button.Text})
	}
}

// showPrompt puts what can be tapped into a bubble: rows of a list as buttons, for the
// phone has no drawer to open.
func (b *Bubble) showPrompt(p *wa.Prompt) {
	b.Text, b.Footer = p.Body, p.Footer
	if p.Header != nil {
		b.Header = p.Header.Text
	}
	if p.Media != nil {
		b.Media, b.File = p.Media.Type, p.Media.ID
	}
	for _, choice := range p.Buttons {
		b.Buttons = append(b.Buttons, Button{"QUICK_REPLY", choice.Title})
	}
	for _, section := range p.Sections {
		for _, row := range section.Rows {
			b.Buttons = append(b.Buttons, Button{"QUICK_REPLY", row.Title})
		}
	}
	if p.URL != "" {
		b.Buttons = append(b.Buttons, Button{"URL", p.Label})
	}
}
