package conversation

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
)

// Outside of the window approved templates alone may be sent (I5), and Meta charges
// for each and lowers a number's quality for those that it refuses. So a send never
// brings the words of a template: it names one and its values, and the conversation
// fills in what the account had approved when it was last read. Whoever writes the
// words himself would send free text under a template's name.

// spoken is what a send says: the content to store, the line for lists, the lane.
type spoken struct {
	content  []byte
	preview  string
	class    actorpb.MessageClass
	file     *ledger.UploadedFile // that it sends; nil: none
	fileType string               // of media, as of inbound ones
}

// Reasons for which a template is refused whatever it is filled with.
const (
	ReasonUnknown     = "unknown"
	ReasonNeverRead   = "never_read"
	ReasonUnreadable  = "unreadable"   // Meta does not give the list
	ReasonPaused      = "paused"       // it comes back by itself
	ReasonNotApproved = "not_approved" // pending, rejected, disabled
)

// templateName names the template of a send; zero for what no account can have.
func templateName(c *actorpb.SendMessage) TemplateName {
	t := c.GetTemplate()
	if t == nil || t.Name == "" || t.Language == "" || !isID(t.Name) || !isID(t.Language) {
		return TemplateName{}
	}
	return TemplateName{t.Name, t.Language}
}

// wordsOf judges what a send says.
func (s *State) wordsOf(c *actorpb.SendMessage, facts Facts, now time.Time) (spoken, error) {
	if c.Template != nil {
		return s.fill(c, facts.Template)
	}
	var content wa.Content
	err := json.Unmarshal(c.Content, &content)
	switch {
	case err != nil || string(content.Kind) != c.Kind:
		return spoken{}, refuse(BadContent, "content does not match its kind")
	case content.Kind == wa.KindTemplate:
		return spoken{}, &Refusal{Code: BadContent, Detail: "a template is named, not written: see template", Field: "template"}
	}
	file, err := attach(c, &content, facts.File)
	if err != nil {
		return spoken{}, err
	}
	if err := content.Sendable(); err != nil {
		return spoken{}, badContent("text", err)
	}
	if err := checkAbout(c, &content, facts.Message, now); err != nil {
		return spoken{}, err
	}
	say := spoken{content: c.Content, preview: c.Preview, class: actorpb.MessageClass_MESSAGE_CLASS_AGENT, file: file}
	if content.Media != nil {
		say.fileType = fileType(content.Media)
	}
	if file != nil { // the content says now what the file is
		say.preview = content.PreviewText()
		say.content, err = json.Marshal(&content)
	}
	return say, err
}

// fill makes the message of the template that a send names.
func (s *State) fill(c *actorpb.SendMessage, known *ledger.Template) (spoken, error) {
	order := c.Template
	switch {
	case c.Kind != string(wa.KindTemplate) || len(c.Content) > 0:
		return spoken{}, &Refusal{Code: BadContent, Detail: "a template has no other content", Field: "template"}
	case order.Name == "" || order.Language == "":
		return spoken{}, badContent("template", wa.ErrTemplate)
	case len(order.Values) > 0 && len(order.Components) > 0:
		return spoken{}, &Refusal{
			Code: BadContent, Detail: "give values or components, not both",
			Field: "template.values", Reason: string(wa.RuleTemplateUnread),
		}
	case len(order.Components) > 0 && !isContent(order.Components):
		return spoken{}, badField("template.components", "not valid JSON")
	}
	if err := s.approved(order, known); err != nil {
		return spoken{}, err
	}
	template, err := filled(order, known)
	if err != nil {
		return spoken{}, err
	}
	content := wa.Content{Kind: wa.KindTemplate, Template: template}
	if err := content.Sendable(); err != nil {
		return spoken{}, badContent("template", err)
	}
	encoded, err := json.Marshal(content)
	if err != nil {
		return spoken{}, badField("template.components", "not valid JSON")
	}
	return spoken{content: encoded, preview: content.PreviewText(), class: classOf(template)}, nil
}

// approved refuses a template that Meta would not send. Of a list that was never
// read nothing is known, so nothing of it is sent.
func (s *State) approved(order *actorpb.TemplateOrder, known *ledger.Template) error {
	name := wa.Preview(order.Name) + " in " + wa.Preview(order.Language)
	switch {
	case known == nil, known.Read && known.Status == "":
		return noTemplate(ReasonUnknown, "the number has no template "+name)
	case !known.Read:
		detail := fmt.Sprintf("%s: the templates of number %s were never read from Meta", name, s.Key.PhoneNumberID)
		if known.Failure != "" {
			return noTemplate(ReasonUnreadable, detail+"; at the last try: "+known.Failure)
		}
		return noTemplate(ReasonNeverRead, detail)
	case strings.EqualFold(known.Status, "PAUSED"):
		return noTemplate(ReasonPaused, "its status is "+strings.ToLower(known.Status))
	case known.Status != wa.TemplateApproved:
		return noTemplate(ReasonNotApproved, "its status is "+strings.ToLower(known.Status))
	}
	return nil
}

// filled puts the values of an order into what was approved.
func filled(order *actorpb.TemplateOrder, known *ledger.Template) (t *wa.Template, err error) {
	d, err := wa.ParseTemplate(known.Name, known.Language, known.Category, known.Components)
	switch {
	case err != nil:
		return nil, &Refusal{Code: BadContent, Detail: err.Error(), Field: "template", Reason: string(wa.RuleTemplateParts)}
	case len(order.Components) > 0:
		t, err = d.FillComponents(order.Components)
	default:
		t, err = d.Fill(order.Values)
	}
	if err == nil {
		return t, nil
	}
	field := "template"
	if wrong, ok := errors.AsType[*wa.TemplateValueError](err); ok && wrong.Key != "" {
		field = "template.values." + wrong.Key
	}
	return nil, badContent(field, err)
}

// classOf decides the lane of a template: by its category, which is the account's
// and not the sender's to say.
func classOf(t *wa.Template) actorpb.MessageClass {
	switch t.Category {
	case "AUTHENTICATION":
		return actorpb.MessageClass_MESSAGE_CLASS_CODE
	case "MARKETING":
		return actorpb.MessageClass_MESSAGE_CLASS_MARKETING
	}
	return actorpb.MessageClass_MESSAGE_CLASS_AGENT // a person chose it, one at a time
}

func noTemplate(reason, detail string) *Refusal {
	return &Refusal{Code: NoTemplate, Detail: detail, Field: "template", Reason: reason}
}

// lane is the class of what somebody says: the assistant's words have one of their
// own, by which a takeover silences them alone.
func lane(by *actorpb.Actor, class actorpb.MessageClass) actorpb.MessageClass {
	if kindOf(by) == actorpb.Party_KIND_ASSISTANT {
		return actorpb.MessageClass_MESSAGE_CLASS_ASSISTANT
	}
	return class
}
