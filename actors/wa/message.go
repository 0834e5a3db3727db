package wa

import (
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// ContentKind says what a message is made of. The set is closed; what Meta
// adds later arrives as KindUnsupported with its raw form kept.
type ContentKind string

// Kinds of content.
const (
	KindText        ContentKind = "text"
	KindMedia       ContentKind = "media" // image, video, audio, document, sticker
	KindLocation    ContentKind = "location"
	KindContacts    ContentKind = "contacts"
	KindInteractive ContentKind = "interactive" // ours: a Prompt; theirs: the reply to it
	KindOrder       ContentKind = "order"
	KindReaction    ContentKind = "reaction"
	KindTemplate    ContentKind = "template" // ours only
	KindCall        ContentKind = "call"     // of the customer, which ended or was missed
	KindEdit        ContentKind = "edit"
	KindRevoke      ContentKind = "revoke"
	KindSystem      ContentKind = "system"
	KindNote        ContentKind = "note" // among colleagues, never sent
	KindUnsupported ContentKind = "unsupported"
)

// Content is what a message says, as stored in message.content. Exactly the
// part named by Kind is set.
type Content struct {
	Kind        ContentKind  `json:"kind"`
	Text        *Text        `json:"text,omitempty"`
	Media       *Media       `json:"media,omitempty"`
	Location    *Location    `json:"location,omitempty"`
	Interactive *Interactive `json:"interactive,omitempty"` // the person's answer
	Prompt      *Prompt      `json:"prompt,omitempty"`      // of the kind interactive, ours
	Reaction    *Reaction    `json:"reaction,omitempty"`
	Template    *Template    `json:"template,omitempty"`
	Edit        *Edit        `json:"edit,omitempty"`
	Revoke      *Revoke      `json:"revoke,omitempty"`
	System      *System      `json:"system,omitempty"`
	Call        *Call        `json:"call,omitempty"`
	Contacts    []Card       `json:"contacts,omitempty"`
	Order       *Order       `json:"order,omitempty"`
	// Raw keeps Meta's own object for contacts, order and unsupported, and for
	// what else a later rendering may want (referral, referred product).
	Raw json.RawMessage `json:"raw,omitempty"`
	// Unsupported says why a message cannot be shown, in Meta's words, and Code in
	// Meta's number: 131060 is a placeholder until the message itself comes.
	Unsupported string `json:"unsupported,omitempty"`
	Code        int    `json:"code,omitempty"`
	// Referral and Product are what the person saw before writing.
	Referral *Referral `json:"referral,omitempty"`
	Product  *Product  `json:"product,omitempty"`
	// Quoted is the id of the message that this one answers, as Meta names it.
	// It may name a message that we never saw.
	Quoted MessageID `json:"quoted,omitempty"`
	// Forwarded tells that the sender forwarded it.
	Forwarded bool `json:"forwarded,omitempty"`
}

// Text is plain text with WhatsApp's own light markup.
type Text struct {
	Body       string `json:"body"`
	PreviewURL bool   `json:"preview_url,omitempty"`
}

// Media points at a file. ID is Meta's, usable for 7 days after a webhook (media
// reference); File names one that was uploaded to us, which a message of ours sends.
// FileName is user input and never a path.
type Media struct {
	Type     string `json:"type"` // image, video, audio, document, sticker
	File     string `json:"file,omitempty"`
	ID       string `json:"id,omitempty"`
	Link     string `json:"link,omitempty"`
	MIME     string `json:"mime,omitempty"`
	SHA256   string `json:"sha256,omitempty"`
	Caption  string `json:"caption,omitempty"`
	FileName string `json:"file_name,omitempty"`
	Voice    bool   `json:"voice,omitempty"`
	Animated bool   `json:"animated,omitempty"`
}

// Location is a point, perhaps a named place.
type Location struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Name      string  `json:"name,omitempty"`
	Address   string  `json:"address,omitempty"`
	URL       string  `json:"url,omitempty"`
}

// Interactive is an answer to buttons, a list, a flow or a template's quick reply.
type Interactive struct {
	Type        string          `json:"type"` // button_reply, list_reply, nfm_reply, call_permission_reply, button, …
	ID          string          `json:"id,omitempty"`
	Title       string          `json:"title,omitempty"`
	Description string          `json:"description,omitempty"`
	Response    json.RawMessage `json:"response,omitempty"` // a flow's answer
	Fields      []FormField     `json:"fields,omitempty"`   // of Response, as people read it
}

// Reaction marks another message. An empty Emoji takes the mark away.
type Reaction struct {
	Target MessageID `json:"target"`
	Emoji  string    `json:"emoji,omitempty"`
}

// Template is an approved message with its variables. Header, Rendered (the
// body), Footer and Buttons are as the customer reads them, fixed when sent:
// later edits do not rewrite history.
type Template struct {
	Name       string           `json:"name"`
	Language   string           `json:"language"`
	Category   string           `json:"category,omitempty"` // MARKETING, UTILITY, AUTHENTICATION
	Components json.RawMessage  `json:"components,omitempty"`
	Header     *TemplateHeader  `json:"header,omitempty"`
	Rendered   string           `json:"rendered,omitempty"`
	Footer     string           `json:"footer,omitempty"`
	Buttons    []TemplateButton `json:"buttons,omitempty"`
}

// sendable refuses a template that would reach the customer with its braces.
func (t *Template) sendable() error {
	if t == nil || t.Name == "" || t.Language == "" {
		return ErrTemplate
	}
	header := ""
	if t.Header != nil {
		header = t.Header.Text
	}
	if open := append(placeholders(header), placeholders(t.Rendered)...); len(open) > 0 {
		return fmt.Errorf("{{%s}}: %w", open[0], ErrTemplateUnfilled)
	}
	return sendableParts(t.Components)
}

// Edit replaces the text or caption of an earlier message of the same person.
type Edit struct {
	Target MessageID `json:"target"`
	Text   string    `json:"text,omitempty"`
}

// Call is a customer's call to a number. Seconds is how long both spoke.
type Call struct {
	Missed  bool `json:"missed,omitempty"`
	Seconds int  `json:"seconds,omitempty"`
}

// Revoke takes an earlier message back.
type Revoke struct {
	Target MessageID `json:"target"`
}

// System tells of what happened around the conversation, in Meta's words. Nobody
// has to answer it.
type System struct {
	Type string `json:"type"` // user_changed_number, user_changed_user_id, customer_identity_changed, request_welcome, …
	Body string `json:"body,omitempty"`
}

// SystemWelcome is the type of a System that says that somebody opened the chat and
// has not written yet.
const SystemWelcome = "request_welcome"

// Types of a System that hold what a person says of marketing messages.
const (
	SystemMarketingStop   = "marketing_stop"
	SystemMarketingResume = "marketing_resume"
)

// Types of a System of what happens beside messages.
const (
	SystemCallMade     = "call_made"      // to the person, by another program
	SystemHandedToMeta = "handed_to_meta" // Meta's own agent answers
	SystemHandedToUs   = "handed_to_us"
)

// Errors of Sendable.
var (
	ErrEmptyText   = errors.New("text is empty: there is nothing in it to see")
	ErrTextTooLong = errors.New("text is longer than 4096 characters")
	ErrNotSendable = errors.New("this kind of message cannot be sent")
	ErrTemplate    = errors.New("a template needs a name and a language")
	// ErrTemplateUnfilled: the text still holds a variable.
	ErrTemplateUnfilled = errors.New("a variable of the template has no value")
	// ErrTemplateValue: a value is empty to the eye, too long, or given twice.
	ErrTemplateValue = errors.New("the values of the template cannot be sent")
)

// OpensWindow says whether a user message of this kind opens the service
// window. Reactions, edits, revokes and system messages do not.
func (k ContentKind) OpensWindow() bool {
	switch k {
	case KindReaction, KindEdit, KindRevoke, KindSystem:
		return false
	}
	return true
}

// Encoded says whether a content can be stored and shown. Its strings are checked apart:
// JSON's own check lets invalid UTF-8 pass.
func Encoded(content []byte) bool { return json.Valid(content) && utf8.Valid(content) }

// ChangesEarlier says of a kind that it is about an earlier message rather than one of
// its own in the thread.
func (k ContentKind) ChangesEarlier() bool {
	return k == KindEdit || k == KindRevoke || k == KindReaction
}

// PreviewText is the one line that lists show for this content. Kinds without
// words of their own give "", and the screen names the kind instead.
func (c *Content) PreviewText() string {
	switch {
	case c.Text != nil:
		return Preview(c.Text.Body)
	case c.Media != nil && c.Media.Caption != "":
		return Preview(c.Media.Caption)
	case c.Media != nil:
		return Preview(c.Media.FileName)
	case c.Interactive != nil:
		return Preview(c.Interactive.answer())
	case c.Prompt != nil:
		return Preview(c.Prompt.Body)
	case c.Location != nil:
		return Preview(c.Location.Name)
	case c.Reaction != nil:
		return c.Reaction.Emoji
	case c.Template != nil:
		return Preview(c.Template.Rendered)
	case c.Edit != nil:
		return Preview(c.Edit.Text)
	case c.System != nil:
		return Preview(c.System.Body)
	case c.Order != nil:
		return Preview(c.Order.line())
	}
	return Preview(cardNames(c.Contacts))
}
