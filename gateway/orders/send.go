package orders

import (
	"cmp"
	"encoding/json"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
)

func messages() Order {
	return bodied("messages", func() Body { return &SendBody{} }, rest.Operation{
		Summary: "Send a message",
		Detail:  "Exactly one of text, template, media, location, contacts, reaction and interactive. Each limit of WhatsApp is checked before anything is stored; a 422 names the field and the limit.",
		Params:  []rest.Param{nameHeader()},
		Answers: []rest.Answer{
			{Status: 200, Doc: "Had been stored before under the same echo_id", Of: Result{}},
			{Status: 201, Doc: "Stored; message_id names it", Of: Result{}},
			{Status: 409, Doc: "Refused by the conversation as it is now: not_owner, unclaimed, epoch, stale. An echo_id that is known is never refused: it answers 200, already", Of: problem.Problem{}, Media: problemMedia},
			{Status: 422, Doc: "Cannot be sent: bad_content (a limit of WhatsApp is broken, or nothing in it can be seen; field and reason say which), window_closed, no_template (not approved, not known, or its list was never read from Meta)", Of: problem.Problem{}, Media: problemMedia},
			unavailable(),
		},
	})
}

// SendBody sends one message. EchoID names the send: sent again it is the same message. SeenVersion is what the composer was looking at.
type SendBody struct {
	EchoID       string        `json:"echo_id" doc:"Names the send; sent again it is the same message" required:"false"`
	Text         string        `json:"text" doc:"At most 4096 characters" required:"false"`
	Template     *templateBody `json:"template" doc:"One that the number has and that is approved, with a value for each variable. Until the templates of the number's account have been read from Meta, every template is refused (no_template)." required:"false"`
	Media        *mediaBody    `json:"media" doc:"A file that was uploaded before" required:"false"`
	Location     *wa.Location  `json:"location" required:"false"`
	Contacts     []wa.Card     `json:"contacts" doc:"Up to 257 contacts; a telephone number with its country can be written to from the card" required:"false"`
	Reaction     *reactionBody `json:"reaction" doc:"Marks a message of the conversation" required:"false"`
	Interactive  *wa.Prompt    `json:"interactive" doc:"What the person may tap: buttons, a list, a link, a form, products" required:"false"`
	Quoted       string        `json:"quoted" doc:"Id of the message of the conversation that this one answers" required:"false"`
	SeenVersion  uint64        `json:"seen_version" doc:"Version that the composer was looking at" required:"false"`
	DespiteStale bool          `json:"despite_stale" doc:"Send although something arrived since" required:"false"`
	OwnerEpoch   uint64        `json:"owner_epoch" doc:"If given, refuse under another ownership" required:"false"`
	Claim        bool          `json:"claim" doc:"Claim first if nobody owns it" required:"false"`
	Then         string        `json:"then" doc:"What the conversation becomes with the send, in one step; a refused or repeated send changes nothing. Otherwise it is open" enum:"resolved,snoozed" required:"false"`
	said         *wa.Content   // instead of all parts but Template
	Until        string        `json:"until" doc:"Until when it is snoozed: at most five years from now" required:"false" format:"date-time"`

	At               string `json:"at" doc:"When it is to leave; without it now. Whether the window allows it is judged then; what it surely will not is refused at once. Listed under scheduled until then" required:"false" format:"date-time"`
	CancelIfAnswered *bool  `json:"cancel_if_answered" doc:"With at: not sent, if the customer writes before; default true" required:"false"`
}

// NameFrom takes the name of the order from a header or path.
func (b *SendBody) NameFrom(header, _ string) { b.EchoID = cmp.Or(b.EchoID, wa.CleanText(header)) }

func (b *SendBody) build(o *order) (proto.Message, error) {
	if err := checkEchoID(b.EchoID); err != nil {
		return nil, err
	}
	then, until, err := b.phase(o)
	if err != nil {
		return nil, err
	}
	msg := &actorpb.SendMessage{
		By: o.by, EchoId: b.EchoID,
		SeenVersion: b.SeenVersion, DespiteStale: b.DespiteStale, OwnerEpoch: b.OwnerEpoch, Claim: b.Claim, Then: then, UntilMs: until,
	}
	if err := b.later(msg, o.now); err != nil {
		return nil, err
	}
	if err := b.one(); err != nil {
		return nil, err
	}
	if b.Template != nil {
		msg.Kind, msg.Template = string(wa.KindTemplate), b.Template.order()
		return msg, nil
	}
	content := b.content()
	msg.Kind, msg.Preview, msg.About = string(content.Kind), content.PreviewText(), string(content.Quoted)
	if content.Reaction != nil {
		msg.About = string(content.Reaction.Target)
	}
	if file := content.Attachment(); file != nil {
		msg.File = file.File
	}
	msg.Content, err = json.Marshal(&content)
	return msg, err
}

// later has the message leave at a time.
func (b *SendBody) later(msg *actorpb.SendMessage, now time.Time) (err error) {
	if b.At == "" {
		if b.CancelIfAnswered != nil {
			return problem.Field("cancel_if_answered", "want it with at alone")
		}
		return nil
	}
	msg.AtMs, err = leaveAt(b.At, now)
	msg.CancelIfAnswered = unlessToldOtherwise(b.CancelIfAnswered)
	return err
}

// phase is what the conversation becomes with the send. A time that has passed
// is left to the conversation, which knows whether the send is a repeated one.
func (b *SendBody) phase(o *order) (actorpb.Phase, int64, error) {
	if b.Until != "" && b.Then != "snoozed" {
		return 0, 0, problem.Field("until", "want it with then: snoozed alone")
	}
	switch b.Then {
	case "":
		return actorpb.Phase_PHASE_UNSPECIFIED, 0, nil
	case "resolved":
		return actorpb.Phase_PHASE_RESOLVED, 0, nil
	case "snoozed":
		until, err := time.Parse(time.RFC3339, b.Until)
		if err != nil || until.After(o.now.Add(wa.MaxAhead)) {
			return 0, 0, problem.Field("until", wa.AheadRange(o.now))
		}
		return actorpb.Phase_PHASE_SNOOZED, until.UnixMilli(), nil
	}
	return 0, 0, problem.Field("then", "want resolved or snoozed")
}
