package conversation_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/conversation"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
)

// start is when every test begins; transcripts print times as distances from it.
var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

var testKey = wa.ConversationKey{PhoneNumberID: "1001", ContactID: "c1"}

// world does around one conversation what the shell and the database do: it
// keeps the journal, the message keys, the ledger of statuses, the sends and
// the alarm, so that a test can play what follows from a decision.
type world struct {
	state    *conversation.State
	now      time.Time
	journal  []journaled
	messages map[wa.MessageID]bool
	contents map[wa.MessageID][]byte
	erased   map[wa.MessageID]bool // words that are not kept any more
	ledger   map[wa.MessageID]*ledgerRow
	sends    map[ledger.EffectRef]*sendRow
	attempts map[wa.MessageID]int32 // the newest of each
	alarm    alarmRow
	files    map[wa.MessageID]*fileRow // being fetched, or not yet recorded
	seats    map[string]*ledger.Seat   // nil: nobody has the account
	teams    []string                  // that exist
	// templates are what the account knows of each name; nil: no such number.
	templates map[string]*ledger.Template
	uploads   map[wa.UploadID]*ledger.UploadedFile
}

type journaled struct {
	event conversation.Event
	at    time.Time
}

// ledgerRow is a row of message_status: the first time of each status.
type ledgerRow struct {
	WAMID wa.MessageID
	First map[string]time.Time
	Code  int32
}

// alarmRow is the row of the alarm; the zero time: there is none. It is of the
// version that wrote it.
type alarmRow struct {
	at      time.Time
	version uint64
}

type sendRow struct {
	ledger.Effect
	claimed, withdrawn bool
}

// result is what one command brought about.
type result struct {
	decision  conversation.Decision
	effects   conversation.Effects
	outcome   *actorpb.Outcome
	withdrawn []ledger.EffectRef
	refusal   *conversation.Refusal
	armed     bool // the append wrote the alarm's row
	duplicate bool // a message key was taken: nothing was stored
}

func newWorld() *world {
	return &world{
		state: &conversation.State{Key: testKey}, now: start,
		messages: map[wa.MessageID]bool{}, contents: map[wa.MessageID][]byte{}, erased: map[wa.MessageID]bool{}, ledger: map[wa.MessageID]*ledgerRow{},
		sends: map[ledger.EffectRef]*sendRow{}, attempts: map[wa.MessageID]int32{},
		files: map[wa.MessageID]*fileRow{}, seats: map[string]*ledger.Seat{},
		teams: []string{"sales", "billing"}, templates: map[string]*ledger.Template{},
		uploads: map[wa.UploadID]*ledger.UploadedFile{},
	}
}

// branch is a second future of the same past, as far as the state, the ledger
// and the message keys go.
func (w *world) branch() *world {
	b := newWorld()
	b.now, b.messages, b.ledger = w.now, maps.Clone(w.messages), map[wa.MessageID]*ledgerRow{}
	b.contents = maps.Clone(w.contents)
	for id, row := range w.ledger {
		b.ledger[id] = &ledgerRow{WAMID: row.WAMID, First: maps.Clone(row.First), Code: row.Code}
	}
	s, err := conversation.Restore(testKey, w.state.Version, []byte(snapshot(w.state)), w.state.Display)
	if err != nil {
		panic(err)
	}
	b.state = s
	return b
}

// facts are what the shell would load for the command.
func (w *world) facts(cmd conversation.Command) conversation.Facts {
	set := w.state.Needs(cmd)
	f := conversation.Facts{
		UnderWay: w.underWay(set.Effect), Edit: w.contents[set.Edit], Team: slices.Contains(w.teams, string(set.Team)),
		Template: w.templates[set.Template.Name], Message: w.message(set.Message),
		File: w.uploads[set.File],
	}
	if set.Seat != "" {
		f.Seat = w.seat(string(set.Seat))
	}
	row := w.ledger[set.Status]
	if row == nil {
		return f
	}
	known := &conversation.KnownStatus{WAMID: string(row.WAMID), Came: []wa.Status{}}
	for name := range row.First {
		if status := wa.Status(name); status.Rank() > 0 {
			known.Came = append(known.Came, status)
			if status.Rank() > known.Status.Rank() {
				known.Status = status
			}
		}
	}
	f.Status = known
	return f
}

// seat is an account: open and of all teams unless the test says otherwise.
func (w *world) seat(agent string) *ledger.Seat {
	if seat, told := w.seats[agent]; told {
		return seat
	}
	return &ledger.Seat{AllTeams: true}
}

// do decides and, unless refused or a duplicate, stores. An error that is no
// refusal panics: no command of a test may bring it about.
func (w *world) do(cmd conversation.Command) result {
	d, err := w.state.Decide(cmd, w.facts(cmd), w.now)
	if err != nil {
		refusal, ok := err.(*conversation.Refusal) //nolint:errorlint // the contract is the type itself, unwrapped
		if !ok {
			panic(err)
		}
		if w.messages[refusal.Unless] {
			return result{duplicate: true, outcome: w.state.Describe(&actorpb.Outcome{Already: true, MessageId: string(refusal.Unless)})}
		}
		return result{refusal: refusal, outcome: w.state.Describe(&actorpb.Outcome{Refusal: refusal.Code})}
	}
	for _, m := range d.Messages {
		if w.messages[m.MessageID()] && !m.Replaces {
			return result{duplicate: true, outcome: w.state.Describe(nil)}
		}
	}
	r := result{decision: d}
	w.store(&r)
	r.outcome = w.state.Answer(d)
	if d.Withdraw != nil {
		r.outcome.Leaving = slices.DeleteFunc(r.outcome.Leaving, func(id string) bool {
			return slices.ContainsFunc(r.withdrawn, func(ref ledger.EffectRef) bool { return ref.ID == id })
		})
	}
	if _, rang := cmd.(*actorpb.AlarmDue); rang {
		w.rung(r.outcome)
	}
	return r
}

// rung is the sweeper, who writes when to ring next.
func (w *world) rung(o *actorpb.Outcome) {
	switch {
	case w.alarm.version > o.Version:
	case o.NextAlarmMs == 0:
		w.alarm = alarmRow{}
	default:
		w.alarm = alarmRow{time.UnixMilli(o.NextAlarmMs).UTC(), o.Version}
	}
}

func (w *world) store(r *result) {
	d, before := r.decision, w.state.AlarmMs
	for _, ev := range d.Events {
		w.apply(ev)
	}
	if armed := w.state.AlarmMs; armed != before && armed != 0 {
		w.alarm, r.armed = alarmRow{time.UnixMilli(armed).UTC(), w.state.Version}, true
	}
	for _, m := range d.Messages {
		w.messages[m.MessageID()], w.contents[m.MessageID()] = true, m.Content
	}
	if d.Display != nil {
		w.state.Display = *d.Display
	}
	for _, e := range d.Effects {
		w.files[wa.MessageID(e.ID)] = &fileRow{Effect: e}
		w.attempts[wa.MessageID(e.ID)] = e.Attempt
	}
	r.effects = w.state.Effects(d.Events, w.now)
	w.storeEffects(r.effects)
	if d.Withdraw != nil {
		r.withdrawn = w.withdraw(d.Withdraw)
	}
}

// apply is one event into journal and state, for tests that need a past which
// no command makes yet.
func (w *world) apply(ev conversation.Event) {
	w.state.Evolve(ev, w.now)
	w.journal = append(w.journal, journaled{ev, w.now})
}

func (w *world) storeEffects(fx conversation.Effects) {
	for _, ref := range fx.Done {
		delete(w.sends, ref)
		if ref.Kind == ledger.EffectFile {
			delete(w.files, wa.MessageID(ref.ID))
		}
	}
	for _, e := range fx.New {
		w.sends[e.EffectRef] = &sendRow{Effect: e}
		if e.Kind == ledger.EffectSend {
			w.attempts[wa.MessageID(e.ID)] = e.Attempt
		}
	}
	for _, change := range fx.Statuses {
		row := w.ledger[change.MessageID]
		if row == nil {
			row = &ledgerRow{First: map[string]time.Time{}}
			w.ledger[change.MessageID] = row
		}
		if first, ok := row.First[change.Status]; !ok || change.At.Before(first) {
			row.First[change.Status] = change.At
		}
		if row.WAMID == "" {
			row.WAMID = change.WAMID
		}
		if row.Code == 0 {
			row.Code = change.ErrorCode
		}
	}
}

func (w *world) withdraw(order *ledger.Withdrawal) []ledger.EffectRef {
	var caught []ledger.EffectRef
	for _, ref := range order.Effects {
		row := w.sends[ref]
		if row == nil || row.claimed || row.OwnerEpoch >= order.OwnerEpochBelow {
			continue
		}
		row.withdrawn = true
		caught = append(caught, ref)
	}
	return caught
}

// sendRef names an attempt at a send of the conversation.
func sendRef(id string, attempt int32) ledger.EffectRef {
	return ledger.EffectRef{Kind: ledger.EffectSend, Scope: string(testKey.PhoneNumberID), ID: id, Attempt: attempt}
}

// replayed is the state that the journal alone makes.
func (w *world) replayed() *conversation.State {
	s := &conversation.State{Key: testKey}
	for _, j := range w.journal {
		s.Evolve(j.event, j.at)
	}
	return s
}

func snapshot(s *conversation.State) string {
	b, err := s.Snapshot()
	if err != nil {
		panic(err)
	}
	return string(b)
}

// ---- the people and what they say ----------------------------------------

func seat(name string) *actorpb.Actor {
	a := &actorpb.Actor{AgentId: name, Name: strings.ToUpper(name[:1]) + name[1:], TenantId: "acme", Role: actorpb.Role_ROLE_AGENT, AllTeams: true}
	switch name {
	case "marta":
		a.Role = actorpb.Role_ROLE_MANAGER
	case "zoe":
		a.TenantId, a.Role = "other", actorpb.Role_ROLE_ADMIN
	}
	return a
}

func party(name string) *actorpb.Party {
	return &actorpb.Party{Kind: actorpb.Party_KIND_AGENT, Id: name, Name: seat(name).Name}
}

func encoded(c wa.Content) []byte {
	b, err := json.Marshal(c)
	if err != nil {
		panic(err)
	}
	return b
}

func (w *world) inbound(id, text string) *actorpb.ReceiveInbound {
	return &actorpb.ReceiveInbound{
		MessageId: id, Kind: "text", Content: encoded(wa.Content{Kind: wa.KindText, Text: &wa.Text{Body: text}}), Preview: text,
		SentAtMs: w.now.UnixMilli(), ReceivedAtMs: w.now.UnixMilli(),
		TenantId: "acme", TeamId: "sales", ContactName: "João", ContactAddress: "5511987654321",
	}
}

// picture is an inbound with a file; Meta's id of it is in no event.
func (w *world) picture(id string) *actorpb.ReceiveInbound {
	c := w.inbound(id, "")
	c.Kind = string(wa.KindMedia)
	c.Content = encoded(wa.Content{Kind: wa.KindMedia, Media: &wa.Media{Type: "image", ID: "m-" + id, MIME: "image/png"}})
	return c
}

func (w *world) reply(who, echo, text string) *actorpb.SendMessage {
	return &actorpb.SendMessage{
		By: seat(who), EchoId: echo, Kind: "text", SeenVersion: w.state.Version, Preview: text,
		Content: encoded(wa.Content{Kind: wa.KindText, Text: &wa.Text{Body: text}}),
	}
}

func (w *world) template(who, echo, category, rendered string) *actorpb.SendMessage {
	name := strings.ToLower("reminder_" + category)
	if w.templates[name] == nil || rendered != "" {
		w.approve(name, category, cmp.Or(rendered, "Lembrete"))
	}
	return &actorpb.SendMessage{
		By: seat(who), EchoId: echo, Kind: "template", SeenVersion: w.state.Version,
		Template: &actorpb.TemplateOrder{Name: name, Language: "pt_BR"},
	}
}

// approve gives the number's account a template with a body.
func (w *world) approve(name, category, body string) {
	components, err := json.Marshal([]map[string]string{{"type": "BODY", "text": body}})
	if err != nil {
		panic(err)
	}
	w.templates[name] = &ledger.Template{
		Read: true, Name: name, Language: "pt_BR", Category: category, Status: wa.TemplateApproved, Components: components,
	}
}

func (w *world) status(id wa.MessageID, status wa.Status, at time.Time) *actorpb.RecordStatus {
	c := &actorpb.RecordStatus{MessageId: string(id), Wamid: "wamid.out", Status: string(status), AtMs: at.UnixMilli()}
	if status == wa.StatusFailed {
		c.ErrorCode = 131026
	}
	return c
}

// open is a conversation that Ana owns, inside its window.
func open() *world {
	w := newWorld()
	w.do(w.inbound("wamid.1", "oi"))
	w.do(&actorpb.Claim{By: seat("ana")})
	return w
}

// unowned is a conversation that stands in its queue.
func unowned() *world {
	w := newWorld()
	w.do(w.inbound("wamid.1", "oi"))
	return w
}

func ours(who, echo string) wa.MessageID { return conversation.EchoMessageID(testKey, who, echo) }

// ring is one AlarmDue, as the sweeper sends it.
func (w *world) ring() *actorpb.AlarmDue { return &actorpb.AlarmDue{NowMs: w.now.UnixMilli()} }

func eventNames(events []conversation.Event) string {
	names := make([]string, len(events))
	for i, ev := range events {
		names[i] = string(ev.ProtoReflect().Descriptor().Name())
	}
	return strings.Join(names, " ")
}

func describeCommand(cmd proto.Message) string {
	return fmt.Sprintf("%s{%v}", cmd.ProtoReflect().Descriptor().Name(), cmd)
}
