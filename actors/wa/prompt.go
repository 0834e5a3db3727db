package wa

import "encoding/json"

// PromptType is Meta's name of an interactive message that a business sends (Meta,
// messages: interactive).
type PromptType string

// Types of prompts.
const (
	PromptButtons     PromptType = "button"
	PromptList        PromptType = "list"
	PromptLink        PromptType = "cta_url"
	PromptLocation    PromptType = "location_request_message"
	PromptContactInfo PromptType = "request_contact_info"
	PromptProduct     PromptType = "product"
	PromptProducts    PromptType = "product_list"
	PromptCatalog     PromptType = "catalog_message"
	PromptFlow        PromptType = "flow"
)

// Prompt is an interactive message of ours: words, and what the person may tap. What a
// type has no use for stays empty. The person's answer is an Interactive.
type Prompt struct {
	Type     PromptType    `json:"type"`
	Header   *PromptHeader `json:"header,omitempty"` // in words
	Media    *Media        `json:"media,omitempty"`  // a header that is a file
	Body     string        `json:"body,omitempty"`
	Footer   string        `json:"footer,omitempty"`
	Buttons  []Choice      `json:"buttons,omitempty"`  // of PromptButtons
	Label    string        `json:"label,omitempty"`    // of what opens a list, link or flow
	Sections []Section     `json:"sections,omitempty"` // of PromptList and PromptProducts
	URL      string        `json:"url,omitempty"`      // of PromptLink
	Catalog  string        `json:"catalog,omitempty"`  // of products
	Product  string        `json:"product,omitempty"`  // the retailer's own id; of a catalogue, its picture
	Flow     *Flow         `json:"flow,omitempty"`
}

// PromptHeader is a line in bold above the body.
type PromptHeader struct {
	Text string `json:"text"`
}

// Choice is one button, or one row of a list. ID comes back with the person's answer.
type Choice struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"` // rows only
}

// Section is a part of a list: rows, or products of the prompt's catalogue.
type Section struct {
	Title    string   `json:"title,omitempty"`
	Rows     []Choice `json:"rows,omitempty"`
	Products []string `json:"products,omitempty"` // retailer's ids
}

// Flow names the form that a prompt opens: by its id or its name.
type Flow struct {
	ID      string          `json:"id,omitempty"`
	Name    string          `json:"name,omitempty"`
	Token   string          `json:"token,omitempty"`   // comes back with the answer
	Mode    string          `json:"mode,omitempty"`    // draft or published
	Action  string          `json:"action,omitempty"`  // navigate or data_exchange
	Payload json.RawMessage `json:"payload,omitempty"` // {"screen": …, "data": {…}}
}

// words are what the person reads of a prompt.
func (p *Prompt) words() []string {
	var words []string
	if p.Header != nil {
		words = append(words, p.Header.Text)
	}
	words = append(words, p.Body, p.Footer, p.Label)
	for _, b := range p.Buttons {
		words = append(words, b.Title)
	}
	for _, s := range p.Sections {
		words = append(words, s.Title)
		for _, r := range s.Rows {
			words = append(words, r.Title, r.Description)
		}
	}
	return words
}
