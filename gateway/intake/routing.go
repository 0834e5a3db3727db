package intake

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/cloudapi/callback"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/consent"
	"github.com/prosa-chat/prosa/persistence/contacts"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/numbers"
)

// placeholder is Meta's code for a message that cannot be read here yet: the
// real one may come later under the same id, and then takes its place.
const placeholder = 131060

// routing finds out where the events of a segment go. Of each it knows by its place
// in arrivals; it may be run again.
// One goroutine has it: the router's, or that of whoever replays.
type routing struct {
	applier  *Applier
	arrivals []arrival
	items    []*item           // for a lane; nil: not to a lane
	notes    []*intake.Problem // to be noted; nil: nothing to note
	waits    []bool            // done with that: a status that waits for its message, a field that was told beside
	numbers  []numbers.Number

	lookups  []contacts.Lookup
	senders  []int // arrivals of lookups
	queries  []effects.SentQuery
	statuses []int // arrivals of queries
	words    []consent.Word
}

func newRouting(a *Applier, arrivals []arrival) *routing {
	n := len(arrivals)
	return &routing{
		applier: a, arrivals: arrivals, items: make([]*item, n), notes: make([]*intake.Problem, n), waits: make([]bool, n),
		numbers: make([]numbers.Number, n),
	}
}

// sort decides what to ask about one event.
func (p *routing) sort(ctx context.Context, n int) error {
	event := p.arrivals[n].event
	switch event.Kind {
	case cloudapi.KindField, cloudapi.KindBroken:
		if err := p.own(ctx, n, event.PhoneNumberID); err != nil {
			return err
		}
	}
	switch event.Kind {
	case cloudapi.KindField:
		return p.sortField(ctx, n, event)
	case cloudapi.KindMessage, cloudapi.KindStatus, cloudapi.KindNumberError:
	case cloudapi.KindBroken:
		p.note(n, intake.ProblemFailed, cmp.Or(event.Broken.Kind, string(event.Kind)), event.Broken.Reason)
		return nil
	default:
		p.note(n, intake.ProblemFailed, string(event.Kind), "unknown kind of event")
		return nil
	}
	// Whose it is, the number says and never the event (I10).
	number, err := p.applier.store.Numbers.Get(ctx, event.PhoneNumberID)
	if errors.Is(err, persistence.ErrNotFound) || err == nil && p.arrivals[n].mayNot(number.TenantID) {
		p.park(n, string(event.Kind))
		return nil
	}
	if err != nil {
		return err
	}
	p.numbers[n] = number
	arrived(event, p.cameAt(n))
	switch event.Kind {
	case cloudapi.KindMessage:
		p.sortMessage(n, event.Message, number)
	case cloudapi.KindStatus:
		p.sortStatus(n, event.Status)
	default:
		return p.sortNumberError(ctx, n, event.NumberError, number)
	}
	return nil
}

// arrived dates what does not say when it happened by when it came.
func arrived(event *cloudapi.Event, at time.Time) {
	if m := event.Message; m != nil && m.At.IsZero() {
		m.At = at
	}
	if s := event.Status; s != nil && s.At.IsZero() {
		s.At = at
	}
}

// own says whose an event is that goes to no grain, if it names a number of ours.
func (p *routing) own(ctx context.Context, n int, id wa.PhoneNumberID) error {
	if id == "" {
		return nil
	}
	number, err := p.applier.store.Numbers.Get(ctx, id)
	if errors.Is(err, persistence.ErrNotFound) || p.arrivals[n].mayNot(number.TenantID) {
		return nil
	}
	p.numbers[n] = number
	return err
}

// sortNumberError tells a number of an error of its own. One that stops nothing
// is kept, and has the number looked at if it may be more than that.
func (p *routing) sortNumberError(ctx context.Context, n int, e *cloudapi.NumberError, number numbers.Number) error {
	health := HealthOf(e.Code, e.Title, p.cameAt(n))
	if health.Cause != actorpb.RecordNumberHealth_CAUSE_UNSPECIFIED {
		p.items[n] = p.item(n, wa.PhoneNumberKind, string(number.ID), health)
		return nil
	}
	if e.Code == 0 {
		// Only a hint to look at the number: it must not cost the event.
		if err := p.applier.store.Sends.Trouble(ctx, number.ID, 0); err != nil {
			p.applier.work.Complain("have a number looked at", persistence.FaultOf(err), err)
		}
	}
	p.note(n, intake.ProblemStored, string(cloudapi.KindNumberError), "an error of the number that stops nothing by itself")
	return nil
}

func (p *routing) sortMessage(n int, m *cloudapi.Message, number numbers.Number) {
	switch {
	case m.GroupID != "":
		p.note(n, intake.ProblemStored, "group", "stored only, because groups have no threads yet")
	default:
		p.senders = append(p.senders, n)
		p.lookups = append(p.lookups, contacts.Lookup{
			Portfolio: number.PortfolioID, Aliases: m.From, Name: m.ProfileName, Username: m.Username,
		})
	}
}

// sortStatus asks by our own data when the status carries it: it names the
// message though the answer to the send may have been lost.
func (p *routing) sortStatus(n int, s *cloudapi.Status) {
	if s.Status.Rank() == 0 {
		p.note(n, intake.ProblemStored, "status", "stored only, because the status is none that Meta documents")
		return
	}
	query := effects.SentQuery{Number: p.numbers[n].ID, WAMID: s.MessageID}
	if opaque, err := callback.Parse(s.Opaque); err == nil {
		query.MessageID = opaque.Message
	}
	p.statuses = append(p.statuses, n)
	p.queries = append(p.queries, query)
}

// findSenders resolves who wrote.
func (p *routing) findSenders(ctx context.Context) error {
	if len(p.lookups) == 0 {
		return nil
	}
	contacts, err := p.applier.store.Directory.Resolve(ctx, p.lookups)
	if err != nil {
		return err
	}
	for i, contact := range contacts {
		n := p.senders[i]
		if err := p.guarded(n, func() error { p.inbound(n, contact); return nil }); err != nil {
			return err
		}
	}
	return nil
}

// inbound makes the command for one message.
func (p *routing) inbound(n int, contact contacts.Contact) {
	m, number := p.arrivals[n].event.Message, p.numbers[n]
	content, err := json.Marshal(&m.Content)
	if err != nil || contact.ID == "" {
		p.note(n, intake.ProblemFailed, "message", "its content or sender cannot be read")
		return
	}
	p.spoke(n, contact.ID)
	key := wa.ConversationKey{PhoneNumberID: number.ID, ContactID: contact.ID}
	p.items[n] = p.item(n, wa.ConversationKind, key.String(), &actorpb.ReceiveInbound{
		MessageId: string(m.ID), SentAtMs: m.At.UnixMilli(), ReceivedAtMs: p.cameAt(n).UnixMilli(),
		Kind: string(m.Content.Kind), Content: content, Preview: m.Content.PreviewText(), Target: target(&m.Content),
		TenantId: string(number.TenantID), TeamId: string(number.TeamID),
		ContactName: contact.Name, ContactAddress: contact.Address,
		Placeholder: m.Content.Kind == wa.KindUnsupported && m.ErrorCode == placeholder,
	})
}

// cameAt is when a webhook came, in the time of the grains.
func (p *routing) cameAt(n int) time.Time { return p.applier.cfg.Clock.Of(p.arrivals[n].at) }

// target is the earlier message that this one is about.
func target(c *wa.Content) string {
	switch {
	case c.Reaction != nil:
		return string(c.Reaction.Target)
	case c.Edit != nil:
		return string(c.Edit.Target)
	case c.Revoke != nil:
		return string(c.Revoke.Target)
	}
	return ""
}

// findSent finds the messages that statuses speak of: by our data, then, for
// those that have none or whose data name nothing of this number, by wamid. What
// is left waits in unmatched. A status never makes a contact or a conversation.
func (p *routing) findSent(ctx context.Context) error {
	if len(p.queries) == 0 {
		return nil
	}
	found, err := p.applier.locate(ctx, p.queries)
	if err != nil {
		return err
	}
	var lost []int // statuses, by their place in queries
	for i, n := range p.statuses {
		opaque, err := callback.Parse(p.arrivals[n].event.Status.Opaque)
		// Other software on the number may send data that look like ours: they count if
		// they name a message of ours and whom that went to.
		foreign := err == nil && found[i].ContactID != opaque.Contact
		if foreign || found[i].ContactID == "" {
			lost = append(lost, i)
			continue
		}
		p.status(n, found[i])
	}
	return p.findLost(ctx, lost)
}

// findLost looks by wamid. What it does not find is stored as unmatched and then
// looked for once more: the answer to the send may have come in between.
// In this order, as an acceptance goes the other way: it is recorded, then it looks in
// unmatched. Whichever of the two is the later one finds what the other wrote.
func (p *routing) findLost(ctx context.Context, lost []int) error {
	for round := range 2 {
		if len(lost) == 0 {
			return nil
		}
		queries := make([]effects.SentQuery, len(lost))
		for j, i := range lost {
			queries[j] = effects.SentQuery{Number: p.queries[i].Number, WAMID: p.queries[i].WAMID}
		}
		found, err := p.applier.store.Sends.Locate(ctx, queries)
		if err != nil {
			return err
		}
		var still []int
		for j, i := range lost {
			if found[j].ContactID == "" {
				still = append(still, i)
				continue
			}
			p.status(p.statuses[i], found[j])
		}
		if lost = still; round == 0 && len(lost) > 0 {
			if err := p.applier.store.Unmatched.Put(ctx, p.unmatched(lost)); err != nil {
				return err
			}
		}
	}
	for _, i := range lost {
		p.waits[p.statuses[i]] = true
	}
	return nil
}

func (p *routing) unmatched(lost []int) []intake.UnmatchedStatus {
	list := make([]intake.UnmatchedStatus, 0, len(lost))
	for _, i := range lost {
		s := p.arrivals[p.statuses[i]].event.Status
		u := intake.UnmatchedStatus{Number: p.queries[i].Number, WAMID: s.MessageID, Status: s.Status, At: s.At}
		if s.Error != nil {
			u.ErrorCode, u.ErrorText = int32(s.Error.Code), errorText(s.Error)
		}
		list = append(list, u)
	}
	return list
}

func errorText(e *cloudapi.ErrorDetail) string {
	if e.Detail != "" {
		return wa.Preview(e.Detail)
	}
	return wa.Preview(e.Title)
}

// status makes the command for one status.
func (p *routing) status(n int, sent effects.SentMessage) {
	s := p.arrivals[n].event.Status
	command := &actorpb.RecordStatus{
		MessageId: string(sent.MessageID), Wamid: string(s.MessageID), Status: string(s.Status), AtMs: s.At.UnixMilli(),
	}
	if s.Error != nil {
		command.ErrorCode, command.ErrorText = int32(s.Error.Code), errorText(s.Error)
		p.shown(n, sent.ContactID)
	}
	key := wa.ConversationKey{PhoneNumberID: p.numbers[n].ID, ContactID: sent.ContactID}
	p.items[n] = p.item(n, wa.ConversationKind, key.String(), command)
}

func (p *routing) item(n int, kind, key string, message proto.Message) *item {
	return &item{
		row: p.arrivals[n].row, event: p.arrivals[n].event, tenant: p.numbers[n].TenantID, number: p.numbers[n].ID,
		kind: kind, key: key, message: message, pause: p.applier.cfg.Pauses.Retry,
	}
}

// note keeps the tenant empty of a number that nobody has: whose problem it is comes to be
// known when it is registered, see Problems.End.
func (p *routing) note(n int, state intake.ProblemState, kind, reason string) {
	problem := problemOf(p.arrivals[n], state, kind, reason)
	problem.TenantID = cmp.Or(p.numbers[n].TenantID, p.arrivals[n].by)
	p.notes[n] = &problem
}

// locate answers from memory where it can: a message gets three or four statuses.
func (a *Applier) locate(ctx context.Context, queries []effects.SentQuery) ([]effects.SentMessage, error) {
	found := make([]effects.SentMessage, len(queries))
	var open []effects.SentQuery
	var places []int
	for n, q := range queries {
		if contact, ok := a.known.get(q.Number, q.MessageID); ok && q.MessageID != "" {
			found[n] = effects.SentMessage{MessageID: q.MessageID, ContactID: contact}
			continue
		}
		open, places = append(open, q), append(places, n)
	}
	if len(open) == 0 {
		return found, nil
	}
	located, err := a.store.Sends.Locate(ctx, open)
	if err != nil {
		return nil, fmt.Errorf("route statuses: %w", err)
	}
	for i, n := range places {
		if found[n] = located[i]; located[i].ContactID != "" {
			a.known.put(open[i].Number, located[i].MessageID, located[i].ContactID)
		}
	}
	return found, nil
}
