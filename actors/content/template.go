package content

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/refusal"
	"github.com/prosa-chat/prosa/actors/wa"
)

// Outside of the window approved templates alone may be sent (I5), and Meta charges
// for each and lowers a number's quality for those that it refuses. So a send never
// brings the words of a template: it names one and its values, and they are filled into
// what the account had approved when it was last read. Whoever writes the words himself
// would send free text under a template's name.

// Reasons for which a template is refused whatever it is filled with.
const (
	ReasonUnknown     = "unknown"
	ReasonNeverRead   = "never_read"
	ReasonUnreadable  = "unreadable"   // Meta does not give the list
	ReasonPaused      = "paused"       // it comes back by itself
	ReasonNotApproved = "not_approved" // pending, rejected, disabled
)

// fill makes the message of the template that a send names.
func fill(c *actorpb.SendMessage, number wa.PhoneNumberID, known *ledger.Template) (Said, error) {
	order := c.Template
	switch {
	case c.Kind != string(wa.KindTemplate) || len(c.Content) > 0:
		return Said{}, &refusal.Refusal{Code: code.BadContent, Detail: "a template has no other content", Field: "template"}
	case order.Name == "" || order.Language == "":
		return Said{}, refusal.Content("template", wa.ErrTemplate)
	case len(order.Values) > 0 && len(order.Components) > 0:
		return Said{}, &refusal.Refusal{
			Code: code.BadContent, Detail: "give values or components, not both",
			Field: "template.values", Reason: string(wa.RuleTemplateUnread),
		}
	case len(order.Components) > 0 && !wa.Encoded(order.Components):
		return Said{}, refusal.Field("template.components", "not valid JSON")
	}
	if err := approved(order, number, known); err != nil {
		return Said{}, err
	}
	template, err := filled(order, known)
	if err != nil {
		return Said{}, err
	}
	content := wa.Content{Kind: wa.KindTemplate, Template: template}
	if err := content.Sendable(); err != nil {
		return Said{}, refusal.Content("template", err)
	}
	encoded, err := json.Marshal(content)
	if err != nil {
		return Said{}, refusal.Field("template.components", "not valid JSON")
	}
	return Said{Stored: encoded, Preview: content.PreviewText(), Class: classOf(template)}, nil
}

// approved refuses a template that Meta would not send. Of a list that was never
// read nothing is known, so nothing of it is sent.
func approved(order *actorpb.TemplateOrder, number wa.PhoneNumberID, known *ledger.Template) error {
	name := wa.Preview(order.Name) + " in " + wa.Preview(order.Language)
	switch {
	case known == nil, known.Read && known.Status == "":
		return noTemplate(ReasonUnknown, "the number has no template "+name)
	case !known.Read:
		detail := fmt.Sprintf("%s: the templates of number %s were never read from Meta", name, number)
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
		return nil, &refusal.Refusal{Code: code.BadContent, Detail: err.Error(), Field: "template", Reason: string(wa.RuleTemplateParts)}
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
	return nil, refusal.Content(field, err)
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

func noTemplate(reason, detail string) *refusal.Refusal {
	return &refusal.Refusal{Code: code.NoTemplate, Detail: detail, Field: "template", Reason: reason}
}
