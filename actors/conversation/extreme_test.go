package conversation_test

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/conversation"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
)

// FuzzExtremes plays commands of which some fields hold what nobody sends. What
// the core accepts nevertheless must be of use to all that comes after it: be
// evolved, kept in a snapshot, stored, listed and encoded.
func FuzzExtremes(f *testing.F) {
	f.Add([]byte{0})
	for seed := range uint64(20) {
		f.Add(chance(5000+seed, 300))
	}
	f.Fuzz(func(t *testing.T, data []byte) { playExtremes(t, data) })
}

func TestExtremeCommands(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		playExtremes(t, chance(7000+seed, 600))
		if t.Failed() {
			t.Fatalf("seed %d", 7000+seed)
		}
	}
}

// Each field of each command, one at a time, with each extreme value.
func TestEveryFieldAtItsExtremes(t *testing.T) {
	t.Parallel()
	accepted := 0
	for _, sample := range samples(extremeWorld()) {
		fields := sample.ProtoReflect().Descriptor().Fields()
		for i := range fields.Len() {
			field := fields.Get(i)
			for n, value := range extremes(field) {
				w := extremeWorld()
				cmd := proto.Clone(sample)
				setExtreme(cmd.ProtoReflect(), field, value)
				if try(t, w, cmd) {
					accepted++
				}
				if t.Failed() {
					t.Fatalf("%s.%s, value %d", sample.ProtoReflect().Descriptor().Name(), field.Name(), n)
				}
			}
		}
	}
	if accepted < 100 {
		t.Errorf("only %d commands were accepted: the samples are no good", accepted)
	}
}

// extremeWorld is a conversation in which every sample means something.
func extremeWorld() *world {
	w := open()
	w.do(w.reply("ana", "unsure", "oi"))
	w.do(&actorpb.RecordAmbiguous{MessageId: string(ours("ana", "unsure")), Attempt: 1})
	w.now = w.now.Add(31 * time.Second)
	w.do(w.reply("ana", "leaving", "oi"))
	w.do(w.attach("ana", "upload", ""))
	w.do(w.picture("wamid.picture"))
	w.fetched("wamid.picture", "")
	return w
}

// samples is one of each command.
func samples(w *world) []proto.Message {
	ana, marta, leaving := seat("ana"), seat("marta"), string(ours("ana", "leaving"))
	snoozed := w.reply("ana", "new", "oi")
	snoozed.Then, snoozed.UntilMs = actorpb.Phase_PHASE_SNOOZED, w.now.Add(time.Hour).UnixMilli()
	edit := w.inbound("wamid.edit", "oi")
	edit.Kind, edit.Target = "edit", "wamid.1"
	return []proto.Message{
		w.inbound("wamid.2", "oi"), w.picture("wamid.3"), edit,
		w.status(wa.MessageID(leaving), wa.StatusFailed, w.now), snoozed,
		w.template("ana", "template", "UTILITY", ""), w.attach("ana", "file", "image"),
		w.uploaded(string(ours("ana", "upload")), "m1"),
		&actorpb.Claim{By: ana},
		&actorpb.Assign{By: marta, To: party("bruno"), ExpectedOwnerEpoch: w.state.OwnerEpoch},
		&actorpb.Transfer{By: ana, To: party("bruno"), TeamId: "billing", Note: "x"},
		&actorpb.Release{By: ana},
		&actorpb.TakeOver{By: marta, Reason: "x"},
		&actorpb.SetPhase{By: ana, To: actorpb.Phase_PHASE_SNOOZED, UntilMs: w.now.Add(time.Hour).UnixMilli()},
		&actorpb.MarkRead{By: ana, Version: w.state.Version},
		&actorpb.AddNote{By: ana, EchoId: "note", Text: "x"},
		&actorpb.RecordAccepted{MessageId: leaving, Wamid: "wamid.out"},
		&actorpb.RecordRejected{MessageId: leaving, Attempt: 1, Code: 131000, Text: "x", Retry: true, RetryAfterMs: 1000},
		&actorpb.RecordAmbiguous{MessageId: leaving, Attempt: 1},
		&actorpb.RecordWithdrawn{MessageId: leaving, Attempt: 1, Reason: "superseded"},
		w.file("wamid.picture"),
		&actorpb.ResolveAmbiguous{By: ana, MessageId: string(ours("ana", "unsure"))},
		w.ring(),
		&actorpb.GetConversation{},
	}
}

// extremes are values of a field that nobody sends and everybody can.
func extremes(field protoreflect.FieldDescriptor) (values []protoreflect.Value) {
	if field.IsMap() {
		field = field.MapKey()
	}
	switch field.Kind() {
	case protoreflect.StringKind:
		for _, s := range []string{
			"", "\x00", "\xff\xfe", "\u200b\u2060", " ", "a\nb", strings.Repeat("x", 513), strings.Repeat("é", 5000), strings.Repeat("x", 20_000),
			"wamid.1", "agent", "\u202eabc",
		} {
			values = append(values, protoreflect.ValueOfString(s))
		}
	case protoreflect.BytesKind:
		deep := strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000)
		for _, s := range []string{
			"", "null", "{", "\xff", `{"kind":"text","text":{"body":"` + "\xff" + `"}}`, deep, `{"kind":"media","media":{"type":"` + strings.Repeat("x", 10_000) + `","id":"\u0000"}}`,
			`{"kind":"text","text":{"body":"\u0000"}}`, `{"kind":"text","text":{"body":"` + strings.Repeat("x", 20_000) + `"}}`,
		} {
			values = append(values, protoreflect.ValueOfBytes([]byte(s)))
		}
	case protoreflect.Int64Kind:
		for _, n := range []int64{
			math.MinInt64, math.MaxInt64, -1, 0, 1, 253_402_300_800_000, -62_135_596_800_001, 9_223_372_036_854, time.Hour.Milliseconds(),
		} {
			values = append(values, protoreflect.ValueOfInt64(n))
		}
	case protoreflect.Uint64Kind:
		for _, n := range []uint64{0, 1, math.MaxInt64, math.MaxUint64} {
			values = append(values, protoreflect.ValueOfUint64(n))
		}
	case protoreflect.Int32Kind:
		for _, n := range []int32{math.MinInt32, -1, 0, 1, math.MaxInt32} {
			values = append(values, protoreflect.ValueOfInt32(n))
		}
	case protoreflect.EnumKind:
		for _, n := range []protoreflect.EnumNumber{math.MinInt32, -1, 0, 1, 2, 3, 4, 5, math.MaxInt32} {
			values = append(values, protoreflect.ValueOfEnum(n))
		}
	case protoreflect.BoolKind:
		values = append(values, protoreflect.ValueOfBool(true), protoreflect.ValueOfBool(false))
	case protoreflect.MessageKind:
		values = append(values, extremeSeats(field)...)
	}
	return values
}

// setExtreme gives a field one of its extremes; lists and maps get it as their only entry.
func setExtreme(m protoreflect.Message, field protoreflect.FieldDescriptor, value protoreflect.Value) {
	switch {
	case field.IsMap():
		m.Mutable(field).Map().Set(value.MapKey(), value)
	case field.IsList():
		m.Mutable(field).List().Append(value)
	default:
		m.Set(field, value)
	}
}

// extremeSeats are seats and parties of which one field is extreme.
func extremeSeats(field protoreflect.FieldDescriptor) (values []protoreflect.Value) {
	var base proto.Message
	switch field.Message().Name() {
	case "Actor":
		base = seat("marta")
	case "Party":
		base = party("bruno")
	case "TemplateOrder":
		base = &actorpb.TemplateOrder{Name: "reminder_utility", Language: "pt_BR"}
	case "Start":
		base = &actorpb.Start{TenantId: "acme", TeamId: "sales"}
	default:
		panic("a command has a field that is neither a seat, a party, a template nor a start: " + field.FullName())
	}
	fields := field.Message().Fields()
	for i := range fields.Len() {
		for _, value := range extremes(fields.Get(i)) {
			m := proto.Clone(base).ProtoReflect()
			setExtreme(m, fields.Get(i), value)
			values = append(values, protoreflect.ValueOfMessage(m))
		}
	}
	return values
}

func playExtremes(t *testing.T, data []byte) {
	t.Helper()
	w, d := extremeWorld(), &dice{data}
	for len(d.data) > 0 && !t.Failed() {
		w.now = w.now.Add(pick(d, 0, time.Second, 31*time.Second, time.Hour))
		cmd := proto.Clone(command(w, d))
		if all := samples(w); d.roll(2) == 0 {
			cmd = all[d.roll(len(all))]
		}
		fields := cmd.ProtoReflect().Descriptor().Fields()
		for range d.roll(3) {
			if fields.Len() == 0 {
				break
			}
			field := fields.Get(d.roll(fields.Len()))
			values := extremes(field)
			setExtreme(cmd.ProtoReflect(), field, values[d.roll(len(values))])
		}
		try(t, w, cmd)
	}
}

// try does a command and checks what it brought about.
func try(t *testing.T, w *world, cmd proto.Message) (accepted bool) {
	t.Helper()
	r := w.do(cmd)
	sound(t, r.outcome)
	if len(r.decision.Events) == 0 {
		return false
	}
	for _, ev := range r.decision.Events {
		sound(t, ev)
	}
	for _, m := range r.decision.Messages {
		soundMessage(t, m)
	}
	soundTime(t, "alarm", w.alarm.at)
	for _, e := range r.decision.Effects {
		f, err := ledger.ReadFile(e.Body)
		if err != nil {
			t.Error(err)
		}
		for _, s := range []string{e.ID, f.MediaID, f.MIME, f.SHA256, f.Name} {
			soundText(t, "file", s)
		}
		soundTime(t, "not before", e.NotBefore)
	}
	for _, q := range r.effects.New {
		soundTime(t, "not before", q.NotBefore)
		soundTime(t, "window", q.WindowClosesAt)
	}
	for _, s := range r.effects.Statuses {
		soundTime(t, "status "+s.Status, s.At)
		if s.At.IsZero() {
			t.Errorf("status %s has no time: it would not be stored", s.Status)
		}
	}
	sound(t, w.state.Row(nil))
	sound(t, &w.state.ConversationSnapshot)
	passivate(t, w)
	return true
}

// sound checks that a message can be encoded and that every text and time in it
// can be stored and shown.
func sound(t *testing.T, m proto.Message) {
	t.Helper()
	if m == nil {
		return
	}
	b, err := proto.Marshal(m)
	if err != nil {
		t.Errorf("%T does not encode: %v", m, err)
		return
	}
	if len(b) > 8<<10 {
		t.Errorf("%T has %d bytes", m, len(b))
	}
	soundFields(t, m.ProtoReflect())
}

func soundFields(t *testing.T, m protoreflect.Message) {
	t.Helper()
	m.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		name := string(field.FullName())
		switch {
		case field.IsList():
			if field.Kind() == protoreflect.MessageKind {
				for i := range value.List().Len() {
					soundFields(t, value.List().Get(i).Message())
				}
			}
		case field.Kind() == protoreflect.MessageKind:
			soundFields(t, value.Message())
		case field.Kind() == protoreflect.StringKind:
			soundText(t, name, value.String())
		case strings.HasSuffix(name, "_ms"):
			soundTime(t, name, time.UnixMilli(value.Int()))
		}
		return true
	})
}

func soundText(t *testing.T, name, s string) {
	t.Helper()
	if !utf8.ValidString(s) || strings.Contains(s, "\x00") {
		t.Errorf("%s %q cannot be stored", name, s)
	}
}

// soundTime: a time is none, or one of a calendar that people use.
func soundTime(t *testing.T, name string, at time.Time) {
	t.Helper()
	if !at.IsZero() && !wa.Plausible(at) {
		t.Errorf("%s is %s", name, at)
	}
}

func soundMessage(t *testing.T, m conversation.Message) {
	t.Helper()
	soundTime(t, "message", m.SentAt())
	for _, s := range []string{m.Id, m.Direction, m.Kind, m.Author.GetId(), m.Author.GetName()} {
		soundText(t, "message", s)
	}
	if len(m.Id) > wa.MaxID || m.Id == "" || m.SentAtMs == 0 {
		t.Errorf("message %q of %s", m.Id, m.SentAt())
	}
	if _, err := json.Marshal(json.RawMessage(m.Content)); err != nil || !utf8.Valid(m.Content) || bytes.Contains(m.Content, []byte{0}) {
		t.Errorf("content %.80q of a message cannot be stored or shown: %v", m.Content, err)
	}
}
