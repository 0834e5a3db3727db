package conversation

import (
	"cmp"
	"time"
	"unicode/utf8"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/refusal"
	"github.com/prosa-chat/prosa/actors/wa"
)

// Bounds of what is stored beside ids: in characters, cut. Outside of the core
// they are shorter already; here they keep the state within its own bound.
const (
	maxName    = 256
	maxPreview = 256
	maxReason  = 512
	maxKind    = 64 // of content and files, in bytes
)

// admissible refuses what could be decided but not stored, listed or encoded
// afterwards: ids that are no key, contents that are no JSON, times beyond all
// calendars. Words are not refused but cut where they are taken.
// An inbound is checked by admissibleInbound: it may come before anything else.
func admissible(cmd Command) error {
	if by := orderer(cmd); by != nil && (!isID(by.AgentId) || !isID(by.TenantId)) {
		return refusal.Field("by", "by has an id that cannot be stored")
	}
	switch c := cmd.(type) {
	case *actorpb.SendMessage:
		if c.Template == nil && !wa.Encoded(c.Content) {
			return &Refusal{Code: BadContent, Detail: "content is not valid JSON"}
		}
	case *actorpb.Assign:
		return admissibleParty(c.To)
	case *actorpb.Transfer:
		if !isID(c.TeamId) || !isID(c.OnlyFromTeam) {
			return refusal.Field("team_id", "team_id cannot be stored")
		}
		if err := admissibleWords("note", c.Note); err != nil {
			return err
		}
		return admissibleParty(c.To)
	case *actorpb.TakeOver:
		return admissibleWords("reason", c.Reason)
	}
	return nil
}

func admissibleInbound(c *actorpb.ReceiveInbound) error {
	for _, f := range [...]struct{ name, value string }{
		{"message_id", c.MessageId},
		{"target", c.Target},
		{"tenant_id", c.TenantId},
		{"team_id", c.TeamId},
	} {
		if !isID(f.value) {
			return refusal.Field(f.name, f.name+" cannot be stored: not text, or too long")
		}
	}
	switch {
	case !wa.Storable(c.Kind, maxKind):
		return refusal.Field("kind", "kind is not known")
	case !wa.Encoded(c.Content):
		return &Refusal{Code: BadContent, Detail: "content is not valid JSON", Field: "content"}
	}
	return nil
}

func admissibleParty(p *actorpb.Party) error {
	switch {
	case !isID(p.GetId()):
		return refusal.Field("to", "to has an id that cannot be stored")
	case actorpb.Party_Kind_name[int32(p.GetKind())] == "":
		return refusal.Field("to", "to is of no kind that is known")
	}
	return nil
}

// admissibleWords bounds words that become a note.
func admissibleWords(field, text string) error {
	if utf8.RuneCountInString(text) > wa.MaxTextLength {
		return &Refusal{Code: BadRequest, Detail: wa.ErrTextTooLong.Error(), Field: field, Reason: wa.RuleOf(wa.ErrTextTooLong)}
	}
	return nil
}

func isID(s string) bool { return wa.Storable(s, wa.MaxID) }

// ahead refuses a time that a person may not set.
func ahead(untilMS int64, now time.Time) error {
	if wa.MayBeSet(at(untilMS), now) {
		return nil
	}
	return refusal.Field("until", wa.AheadRange(now))
}

// seated is a party as it is stored. Its name is that of its account, if it has one.
func seated(p *actorpb.Party, seat *ledger.Seat) *actorpb.Party {
	name := p.GetName()
	if seat != nil {
		name = cmp.Or(seat.Name, name)
	}
	return &actorpb.Party{Kind: p.GetKind(), Id: p.GetId(), Name: wa.Trimmed(name, maxName)}
}
