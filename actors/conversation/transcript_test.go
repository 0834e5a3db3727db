package conversation_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/conversation"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
)

// TestTranscripts plays the scripts of testdata. Each file is one conversation;
// times are distances from its start. After a change of the rules run
//
//	go test ./actors/conversation -run Transcripts -rewrite
//
// and read the difference. The verbs stand in script_test.go; beyond them "tick
// 6s" moves the clock, "leave e1" is the relay's claim of a row, "passivate"
// goes through the snapshot, "erase e1" takes the words of a message away, "alarm" tells the alarm's row, "fetched wamid.1" is the
// relay ending the fetch of a file and "again wamid.1" a person wanting it once
// more; "seat ana teams=sales" is an account as the store has it, "works ana
// teams=sales" what her session carries, "account ready status=APPROVED" a template
// of the number's account; "held file-e1 media=m1 until=720h" is what Meta holds of an
// upload. What stands under "quiet" is played without being told.
func TestTranscripts(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			t.Parallel()
			s := newScript()
			datadriven.RunTest(t, path, s.directive)
			if got, want := snapshot(s.replayed()), snapshot(s.state); got != want {
				t.Error("the journal makes another state than the one in memory")
			}
		})
	}
}

func (s *script) directive(t *testing.T, d *datadriven.TestData) string {
	t.Helper()
	if d.Cmd != "play" && d.Cmd != "quiet" {
		t.Fatalf("%s: unknown directive %s", d.Pos, d.Cmd)
	}
	var out strings.Builder
	for l := range strings.Lines(d.Input) {
		fmt.Fprintf(&out, "> %s\n", strings.TrimSpace(l))
		if err := s.play(&out, l); err != nil {
			t.Fatalf("%s: %s: %v", d.Pos, strings.TrimSpace(l), err)
		}
	}
	if d.Cmd == "quiet" {
		return "played\n"
	}
	return out.String()
}

func (s *script) play(out *strings.Builder, text string) error {
	l, err := parseLine(text)
	if err != nil {
		return err
	}
	switch l.verb {
	case "tick":
		d, err := time.ParseDuration(l.word(0))
		if err != nil {
			return fmt.Errorf("parse tick: %w", err)
		}
		s.now = s.now.Add(d)
		return nil
	case "seat": // an account: its teams, and whether it is disabled, or nobody's
		if l.has("nobody") {
			s.seats[l.word(0)] = nil
			return nil
		}
		s.seats[l.word(0)] = &ledger.Seat{Name: l.pairs["name"], Disabled: l.has("disabled"), Teams: teamIDs(l.pairs["teams"])}
		return nil
	case "works": // the teams that somebody's session carries
		s.works[l.word(0)] = strings.Split(l.pairs["teams"], ",")
		return nil
	case "account": // what the number's account knows of a template
		s.approve(l.word(0), l.pairs["category"], l.text)
		known := s.templates[l.word(0)]
		known.Status, known.Read, known.Failure = l.pairs["status"], !l.has("unread"), l.pairs["failure"]
		return nil
	case "leave":
		row := s.sends[sendRef(s.id(l.word(0)), s.attempts[wa.MessageID(s.id(l.word(0)))])]
		if row == nil {
			return fmt.Errorf("%s has no row", l.word(0))
		}
		row.claimed = true
		return nil
	case "held":
		s.uploads[wa.UploadID(l.word(0))] = &ledger.UploadedFile{
			File: wa.File{MIME: "image/png", Size: 1000, Width: 20, Height: 10}, By: l.pairs["by"], Shared: l.pairs["by"] == "", Name: "a.png", SHA256: "5u",
			MediaID: l.pairs["media"], Until: time.UnixMilli(l.moment("until", s.now)),
		}
		return nil
	case "fetched":
		s.fetched(wa.MessageID(l.word(0)), wa.MediaReason(l.pairs["reason"]))
		return nil
	case "again":
		s.again(wa.MessageID(l.word(0)))
		return nil
	case "erase": // the words of a message
		s.erased[wa.MessageID(s.id(l.word(0)))] = true
		return nil
	case "alarm":
		s.printAlarm(out)
		return nil
	case "passivate":
		s.state, err = conversation.Restore(testKey, s.state.Version, []byte(snapshot(s.state)), s.state.Display)
		return err
	}
	cmd, err := s.command(l)
	if err != nil {
		return err
	}
	s.print(out, s.do(cmd))
	if l.verb == "ring" {
		s.printAlarm(out)
	}
	return nil
}

func (s *script) printAlarm(out *strings.Builder) {
	if s.alarm.at.IsZero() {
		out.WriteString("  alarm off\n")
		return
	}
	fmt.Fprintf(out, "  alarm at %s\n", since(s.alarm.at))
}

func (s *script) print(out *strings.Builder, r result) {
	switch {
	case r.refusal != nil:
		fmt.Fprintf(out, "  refused %s (%s) owner=%s epoch=%d\n", r.refusal.Code, r.refusal.Detail, named(r.outcome.Owner), r.outcome.OwnerEpoch)
		return
	case r.duplicate:
		out.WriteString("  already: the message table knows it\n")
		return
	case r.outcome.Already:
		out.WriteString("  already\n")
		return
	case len(r.decision.Events) == 0:
		out.WriteString("  nothing\n")
		return
	}
	for _, ev := range r.decision.Events {
		fmt.Fprintf(out, "  event %s%s\n", actorpb.EventType(ev), s.fields(ev.ProtoReflect()))
	}
	for _, m := range r.decision.Messages {
		fmt.Fprintf(out, "  message %s %s %s by %s\n", m.Direction, s.name(m.Id), m.Kind, named(m.Author))
	}
	s.printEffects(out, r)
	if r.armed {
		fmt.Fprintf(out, "  alarm + at %s\n", since(s.alarm.at))
	}
	for _, id := range r.outcome.Leaving {
		fmt.Fprintf(out, "  leaving %s\n", s.name(id))
	}
	s.printRow(out)
}

func (s *script) printEffects(out *strings.Builder, r result) {
	for _, e := range r.decision.Effects {
		fmt.Fprintf(out, "  file + %s#%d %s\n", e.ID, e.Attempt, e.Body)
	}
	for _, ref := range r.effects.Done {
		switch ref.Kind {
		case ledger.EffectFile:
			fmt.Fprintf(out, "  file - %s#%d\n", ref.ID, ref.Attempt)
			continue
		case ledger.EffectUpload:
			fmt.Fprintf(out, "  upload - %s#%d\n", s.name(ref.ID), ref.Attempt)
			continue
		}
		fmt.Fprintf(out, "  send - %s#%d\n", s.name(ref.ID), ref.Attempt)
	}
	for _, u := range r.effects.Uses {
		fmt.Fprintf(out, "  use %s of %s\n", u.File, s.name(string(u.MessageID)))
	}
	for _, q := range r.effects.New {
		if q.Kind == ledger.EffectUpload {
			fmt.Fprintf(out, "  upload + %s#%d not_before=%s %s\n", s.name(q.ID), q.Attempt, since(q.NotBefore), q.Body)
			continue
		}
		fmt.Fprintf(out, "  send + %s#%d %s epoch=%d not_before=%s", s.name(q.ID), q.Attempt,
			short(actorpb.MessageClass(q.Class).String()), q.OwnerEpoch, since(q.NotBefore))
		if !q.WindowClosesAt.IsZero() {
			fmt.Fprintf(out, " window=%s", since(q.WindowClosesAt))
		}
		if len(q.Body) > 0 {
			fmt.Fprintf(out, " %s", q.Body)
		}
		out.WriteString("\n")
	}
	for _, ref := range r.withdrawn {
		fmt.Fprintf(out, "  send withdrawn %s#%d\n", s.name(ref.ID), ref.Attempt)
	}
	for _, c := range r.effects.Statuses {
		fmt.Fprintf(out, "  ledger %s %s at %s", s.name(string(c.MessageID)), c.Status, since(c.At))
		if c.WAMID != "" {
			fmt.Fprintf(out, " %s", c.WAMID)
		}
		if c.ErrorCode != 0 {
			fmt.Fprintf(out, " code=%d", c.ErrorCode)
		}
		out.WriteString("\n")
	}
}

func (s *script) printRow(out *strings.Builder) {
	row := rowOf(s.state)
	fmt.Fprintf(out, "  row v%d %s owner=%s#%d team=%s", row.Version, short(row.Phase.String()), named(row.Owner), row.OwnerEpoch, row.TeamId)
	if row.Unread > 0 {
		fmt.Fprintf(out, " unread=%d", row.Unread)
	}
	if row.LastMessageId != "" {
		direction := "in"
		if row.LastOutbound {
			direction = "out"
		}
		fmt.Fprintf(out, " last=%s,%s,%q", direction, row.LastKind, row.LastPreview)
	}
	if row.LastStatus != "" {
		fmt.Fprintf(out, ",%s", row.LastStatus)
	}
	if row.LastOutbound && row.Turn() == actorpb.TurnUs {
		out.WriteString(" unanswered")
	}
	for _, moment := range []struct {
		name string
		at   int64
	}{{"window", row.WindowClosesAtMs}, {"queued", row.QueuedSinceMs}, {"owned", row.OwnedSinceMs}, {"snoozed", row.SnoozedUntilMs}} {
		if moment.at != 0 {
			fmt.Fprintf(out, " %s=%s", moment.name, since(time.UnixMilli(moment.at)))
		}
	}
	out.WriteString("\n")
}

// fields prints what is set, in the order of the proto file.
func (s *script) fields(m protoreflect.Message) string {
	var out strings.Builder
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		if !m.Has(f) {
			continue
		}
		name, value := string(f.Name()), m.Get(f)
		if sent := fields.ByName("sent_at_ms"); name == "place_ms" && sent != nil && m.Get(sent).Int() == value.Int() {
			continue // where it was sent
		}
		switch {
		case f.Kind() == protoreflect.MessageKind:
			p, _ := value.Message().Interface().(*actorpb.Party)
			fmt.Fprintf(&out, " %s=%s", name, named(p))
		case f.Kind() == protoreflect.EnumKind:
			fmt.Fprintf(&out, " %s=%s", name, short(string(f.Enum().Values().ByNumber(value.Enum()).Name())))
		case strings.HasSuffix(name, "_ms"):
			fmt.Fprintf(&out, " %s=%s", strings.TrimSuffix(name, "_ms"), since(time.UnixMilli(value.Int())))
		case name == "message_id" || name == "note_id":
			fmt.Fprintf(&out, " %s", s.name(value.String()))
		default:
			fmt.Fprintf(&out, " %s=%v", name, value)
		}
	}
	return out.String()
}

// name is a message's echo id; notes are numbered as they come.
func (s *script) name(id string) string {
	if name, ok := s.names[id]; ok {
		return name
	}
	if strings.Count(id, "-") != 4 {
		return id
	}
	s.notes++
	s.names[id] = fmt.Sprintf("note-%d", s.notes)
	return s.names[id]
}

func named(p *actorpb.Party) string {
	switch p.GetKind() {
	case actorpb.Party_KIND_NOBODY:
		return "nobody"
	case actorpb.Party_KIND_AGENT:
		return p.Name
	}
	return strings.TrimSuffix(strings.ToLower(strings.TrimPrefix(p.Kind.String(), "KIND_"))+":"+p.Id, ":")
}

// short takes the prefix that protobuf asks for off the name of an enum's value.
func short(name string) string {
	for _, prefix := range []string{"MESSAGE_CLASS_", "PHASE_", "CAUSE_", "KIND_", "STATE_"} {
		name = strings.TrimPrefix(name, prefix)
	}
	return strings.ToLower(name)
}

func since(t time.Time) string {
	d := t.Sub(start).String()
	if strings.HasSuffix(d, "m0s") {
		d = strings.TrimSuffix(d, "0s")
	}
	if strings.HasSuffix(d, "h0m") {
		d = strings.TrimSuffix(d, "0m")
	}
	return d
}
