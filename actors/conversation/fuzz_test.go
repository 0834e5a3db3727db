package conversation_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/conversation"
	"github.com/prosa-chat/prosa/actors/wa"
)

// secret stands in every text that the fuzzer writes and may be in no event.
const secret = "segredo"

// FuzzConversation plays what its bytes say and checks after every command what
// must always hold. TestRandomConversations plays many more of the same.
func FuzzConversation(f *testing.F) {
	f.Add([]byte{0})
	for seed := range uint64(20) {
		f.Add(chance(seed, 300))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		play(t, data)
	})
}

func TestRandomConversations(t *testing.T) {
	t.Parallel()
	for seed := range uint64(150) {
		play(t, chance(1000+seed, 600))
		if t.Failed() {
			t.Fatalf("seed %d", 1000+seed)
		}
	}
}

func chance(seed uint64, n int) []byte {
	rng := rand.New(rand.NewPCG(seed, 0))
	data := make([]byte, n)
	for i := range data {
		data[i] = byte(rng.IntN(256))
	}
	return data
}

// dice reads choices from bytes; at their end everything is the first choice.
type dice struct{ data []byte }

func (d *dice) roll(sides int) int {
	if len(d.data) == 0 {
		return 0
	}
	n := int(d.data[0]) % sides
	d.data = d.data[1:]
	return n
}

func pick[T any](d *dice, of ...T) T { return of[d.roll(len(of))] }

func play(t *testing.T, data []byte) {
	t.Helper()
	w := newWorld()
	check := checker{t: t, world: w}
	w.do(w.inbound("wamid.first", secret))
	d := &dice{data}
	for step := 0; len(d.data) > 0; step++ {
		if d.roll(16) == 0 {
			passivate(t, w)
		}
		w.now = w.now.Add(pick(d, 0, 0, time.Millisecond, time.Second, time.Second, 7*time.Second, 31*time.Second, time.Minute))
		if d.roll(30) == 0 {
			w.now = w.now.Add(pick(d, time.Hour, 12*time.Hour, 24*time.Hour))
		}
		if d.roll(3) == 0 {
			claimRow(w, d)
		}
		cmd := command(w, d)
		check.step(step, cmd)
		if t.Failed() {
			return
		}
	}
	if got, want := snapshot(w.replayed()), snapshot(w.state); got != want {
		t.Errorf("the journal of %d events makes another state than the one in memory", len(w.journal))
	}
}

// passivate goes on with what the snapshot brings back.
func passivate(t *testing.T, w *world) {
	t.Helper()
	s, err := conversation.Restore(testKey, w.state.Version, []byte(snapshot(w.state)), w.state.Display)
	if err != nil {
		t.Fatal(err)
	}
	if snapshot(s) != snapshot(w.state) {
		t.Fatal("the snapshot does not come back as it was")
	}
	w.state = s
}

// claimRow is the relay taking a send.
func claimRow(w *world, d *dice) {
	for _, o := range w.state.Sends {
		if row := w.sends[sendRef(o.MessageId, o.Attempt)]; row != nil && !row.withdrawn && d.roll(2) == 0 {
			row.claimed = true
		}
	}
}

// command makes a command that is likely to mean something now.
func command(w *world, d *dice) conversation.Command {
	who := pick(d, "ana", "ana", "bruno", "marta", "zoe")
	by := seat(who)
	switch d.roll(27) {
	case 22:
		c := w.reply(who, fmt.Sprintf("e%d", d.roll(100)), secret)
		c.Claim, c.DespiteStale, c.CancelIfAnswered = true, true, d.roll(2) == 0
		c.AtMs = w.now.Add(time.Duration(d.roll(4)) * 31 * time.Second).UnixMilli()
		return c
	case 23:
		return &actorpb.MarkUnread{By: by}
	case 24:
		return scheduledCommand(w, d, by)
	case 25, 26:
		c := w.attach(who, fmt.Sprintf("f%d", d.roll(60)), pick(d, "", "", "image", "document"))
		if f := w.uploads[wa.UploadID(c.File)]; d.roll(4) == 0 {
			f.MediaID, f.Until = "m1", w.now.Add(720*time.Hour)
		}
		c.Claim, c.DespiteStale = d.roll(2) == 0, d.roll(2) == 0
		return c
	case 20:
		return w.picture(fmt.Sprintf("wamid.%d", d.roll(200)))
	case 21:
		id := wa.MessageID(fmt.Sprintf("wamid.%d", d.roll(200)))
		if d.roll(2) == 0 {
			w.fetched(id, pick(d, wa.MediaGone, "", wa.MediaDamaged))
		}
		return w.file(id)
	case 0, 1:
		c := w.inbound(fmt.Sprintf("wamid.%d", d.roll(200)), secret)
		c.Kind = pick(d, "text", "text", "media", "reaction", "edit", "revoke", "system")
		c.Target = w.state.LastMessageId
		c.SentAtMs -= int64(d.roll(3)) * 3_600_000
		return c
	case 2, 3, 4:
		c := w.reply(who, fmt.Sprintf("e%d", d.roll(100)), secret)
		c.SeenVersion -= min(uint64(d.roll(3)), c.SeenVersion)
		c.Claim, c.DespiteStale = d.roll(2) == 0, d.roll(2) == 0
		return c
	case 5:
		return w.template(who, fmt.Sprintf("t%d", d.roll(100)), pick(d, "UTILITY", "MARKETING", "AUTHENTICATION"), "")
	case 6:
		return &actorpb.Claim{By: by}
	case 7:
		return &actorpb.Assign{By: by, To: party(pick(d, "ana", "bruno")), ExpectedOwnerEpoch: pick(d, 0, w.state.OwnerEpoch)}
	case 8:
		c := &actorpb.Transfer{By: by, TeamId: pick(d, "", "billing", "sales"), Note: secret}
		if d.roll(2) == 0 {
			c.To = party(pick(d, "ana", "bruno"))
		}
		return c
	case 9:
		return &actorpb.Release{By: by}
	case 10:
		return &actorpb.TakeOver{By: by, Reason: secret}
	case 11:
		c := &actorpb.SetPhase{By: by, To: actorpb.Phase(d.roll(6))}
		c.UntilMs = w.now.Add(time.Duration(d.roll(5)) * time.Hour).UnixMilli()
		return c
	case 12:
		return &actorpb.MarkRead{By: by, Version: w.state.Version}
	case 13:
		ring := w.ring() // now and then by a clock that is ahead of the grain's
		ring.NowMs += int64(pick(d, 0, 0, 1, 900, 2000))
		return ring
	case 14:
		return &actorpb.AddNote{By: by, EchoId: fmt.Sprintf("n%d", d.roll(50)), Text: secret}
	}
	return outcomeCommand(w, d, by)
}

// scheduledCommand moves or cancels a send that is scheduled, if there is one.
func scheduledCommand(w *world, d *dice, by *actorpb.Actor) conversation.Command {
	id := "none"
	if some := actorpb.Scheduled(w.state.Sends); len(some) > 0 {
		id = some[d.roll(len(some))].MessageId
	}
	if d.roll(2) == 0 {
		return &actorpb.CancelScheduled{By: by, MessageId: id}
	}
	return &actorpb.Reschedule{By: by, MessageId: id, AtMs: w.now.Add(time.Duration(d.roll(3)) * time.Minute).UnixMilli()}
}

// outcomeCommand is about one of our sends: mostly an open one, now and then one
// that is long gone.
func outcomeCommand(w *world, d *dice, by *actorpb.Actor) conversation.Command {
	id, attempt := string(ours("ana", fmt.Sprintf("e%d", d.roll(100)))), int32(1)
	if n := len(w.state.Sends); n > 0 && d.roll(8) > 0 {
		o := w.state.Sends[d.roll(n)]
		id, attempt = o.MessageId, o.Attempt
		attempt -= min(attempt, int32(d.roll(10)/9))
	}
	switch d.roll(11) {
	case 8:
		return &actorpb.RecordRejected{MessageId: id, Attempt: attempt, Failure: actorpb.SendFailure_SEND_FAILURE_MEDIA}
	case 9:
		return w.uploaded(id, "m2")
	case 10:
		return w.notUploaded(id, pick(d, actorpb.SendFailure_SEND_FAILURE_PASSING, actorpb.SendFailure_SEND_FAILURE_PERMANENT, actorpb.SendFailure_SEND_FAILURE_NUMBER))
	case 0, 1:
		return &actorpb.RecordAccepted{MessageId: id, Wamid: "wamid.out." + id}
	case 2:
		return &actorpb.RecordRejected{MessageId: id, Attempt: attempt, Code: 131000, Retry: d.roll(3) > 0}
	case 3:
		return &actorpb.RecordAmbiguous{MessageId: id, Attempt: attempt}
	case 4:
		return &actorpb.RecordWithdrawn{MessageId: id, Attempt: attempt, Reason: "window_closed"}
	case 5:
		return &actorpb.ResolveAmbiguous{By: by, MessageId: id, Resend: d.roll(2) == 0}
	}
	return w.status(wa.MessageID(id), pick(d, everyStatus...), w.now)
}

// checker knows what must hold after every command.
type checker struct {
	t      *testing.T
	world  *world
	number int
	cmd    conversation.Command
	waited []*actorpb.OpenSend // what was scheduled before it
}

func (c *checker) fail(format string, args ...any) {
	c.t.Helper()
	c.t.Errorf("step %d, %s: %s", c.number, describeCommand(c.cmd), fmt.Sprintf(format, args...))
}

func (c *checker) step(n int, cmd conversation.Command) {
	c.number, c.cmd = n, cmd
	w := c.world
	before, snap := rowOf(w.state), snapshot(w.state)
	c.waited = actorpb.Scheduled(w.state.Sends)
	superseded := map[string]bool{}
	for _, o := range w.state.Sends {
		superseded[o.MessageId] = o.Superseded
	}
	if _, err := w.state.Decide(cmd, w.facts(cmd), w.now); err == nil && snapshot(w.state) != snap {
		c.fail("Decide changed the state")
	}
	r := w.do(cmd)
	if resolve, ok := cmd.(*actorpb.ResolveAmbiguous); ok && resolve.Resend && len(r.decision.Events) > 0 {
		superseded[resolve.MessageId] = false // a person wants it said after all
	}
	if (r.refusal != nil || r.duplicate) && snapshot(w.state) != snap {
		c.fail("refused, and yet the state changed")
	}
	for _, ev := range r.decision.Events {
		c.event(ev, before, superseded)
	}
	c.state(before, r)
	c.again(cmd, r)
}

func (c *checker) event(ev conversation.Event, before actorpb.Row, superseded map[string]bool) {
	w := c.world
	if b, err := proto.Marshal(ev); err != nil || bytes.Contains(b, []byte(secret)) {
		c.fail("%T holds text (or does not encode: %v)", ev, err)
	}
	inWindow := w.now.Before(time.UnixMilli(before.WindowClosesAtMs).Add(-120 * time.Second))
	switch e := ev.(type) {
	case *actorpb.SendRequested:
		if e.Kind == "text" && !inWindow {
			c.fail("free-form send requested outside the window")
		}
		if !e.Scheduled && (w.state.Owner.GetId() != e.Author.Id || w.state.OwnerEpoch != e.OwnerEpoch) {
			c.fail("%s sends at epoch %d, the owner is %v at %d", e.Author.Id, e.OwnerEpoch, w.state.Owner, w.state.OwnerEpoch)
		}
	case *actorpb.SendQueued:
		o := sendOf(w.state, e.MessageId)
		if o.GetKind() == "text" && !inWindow {
			c.fail("free-form send queued outside the window")
		}
		if superseded[e.MessageId] {
			c.fail("queued after a takeover: %s", e.MessageId)
		}
	}
}

func sendOf(s *conversation.State, id string) *actorpb.OpenSend {
	for _, o := range s.Sends {
		if o.MessageId == id {
			return o
		}
	}
	return nil
}

func (c *checker) state(before actorpb.Row, r result) {
	w, row := c.world, rowOf(c.world.state)
	owned := row.Owner.GetKind() != actorpb.Party_KIND_NOBODY
	waits := !owned && row.Phase != actorpb.Phase_PHASE_RESOLVED
	if (row.QueuedSinceMs != 0) != waits || (row.OwnedSinceMs != 0) != owned {
		c.fail("owner %v, phase %s: queued since %d, owned since %d", row.Owner, row.Phase, row.QueuedSinceMs, row.OwnedSinceMs)
	}
	if changed := strings.Contains(eventNames(r.decision.Events), "OwnerChanged"); changed != (row.OwnerEpoch == before.OwnerEpoch+1) {
		c.fail("owner changed %v, epoch %d after %d", changed, row.OwnerEpoch, before.OwnerEpoch)
	}
	if row.WindowClosesAtMs < before.WindowClosesAtMs {
		c.fail("the window became shorter")
	}
	was, is := wa.Status(before.LastStatus), wa.Status(row.LastStatus)
	if row.LastMessageId == before.LastMessageId && is.Rank() < was.Rank() {
		c.fail("the last message went from %s to %s", was, is)
	}
	back := row.Phase == actorpb.Phase_PHASE_OPEN && row.SnoozedUntilMs != 0 // by itself, and nobody has seen it
	if back && row.Unread == 0 || !back && (row.SnoozedUntilMs != 0) != (row.Phase == actorpb.Phase_PHASE_SNOOZED) {
		c.fail("phase %s until %d", row.Phase, row.SnoozedUntilMs)
	}
	if snoozed := row.Phase == actorpb.Phase_PHASE_SNOOZED; snoozed && w.state.NextAlarm().After(time.UnixMilli(row.SnoozedUntilMs)) {
		c.fail("snoozed until %d, the earliest deadline is %s", row.SnoozedUntilMs, w.state.NextAlarm())
	}
	c.alarm(r)
	c.sends()
}

// alarm: whatever the state waits for, the row rings then or before, and what is
// due is done by the ring, which answers when the next one is by what it has done.
func (c *checker) alarm(r result) {
	w, next := c.world, c.world.state.NextAlarm()
	if !next.IsZero() && (w.alarm.at.IsZero() || w.alarm.at.After(next)) {
		c.fail("something is due at %s, the alarm rings at %s", next, w.alarm.at)
	}
	_, rang := c.cmd.(*actorpb.AlarmDue)
	if rang && !next.IsZero() && !next.After(w.now) && len(r.decision.Events) == 0 {
		c.fail("it rang, and what was due at %s is not done", next)
	}
	if rang && len(r.decision.Events) > 0 && r.outcome.NextAlarmMs != w.state.AlarmMs {
		c.fail("it answers to ring next at %d, the state's alarm is at %d", r.outcome.NextAlarmMs, w.state.AlarmMs)
	}
}

// sends: at most one queued, the rows agree with the state, and whatever
// waits has something that will wake it.
func (c *checker) sends() {
	w, queued, waiting, holding, uploading := c.world, 0, 0, 0, 0
	for _, o := range w.state.Sends {
		switch o.State {
		case actorpb.OpenSend_STATE_QUEUED:
			queued++
			if w.sends[sendRef(o.MessageId, o.Attempt)] == nil {
				c.fail("%s is queued without a row", o.MessageId)
			}
		case actorpb.OpenSend_STATE_WAITING:
			if o.Uploading {
				uploading++
				if w.uploadRef(o.MessageId).Attempt != o.Upload {
					c.fail("the file of %s is on its way without a row", o.MessageId)
				}
				if !o.UploadLate {
					holding++
				}
				continue
			}
			if o.File != "" && o.MediaId == "" {
				c.fail("the file of %s is nowhere", o.MessageId)
			}
			waiting++
		case actorpb.OpenSend_STATE_AMBIGUOUS:
			holding++
		}
	}
	switch {
	case queued > 1 || len(w.sends) != queued+uploading:
		c.fail("%d sends queued, %d files on their way, %d rows", queued, uploading, len(w.sends))
	case waiting > 0 && queued == 0 && (holding == 0 || w.state.NextAlarm().IsZero()):
		c.fail("%d sends wait and nothing will wake them", waiting)
	}
}

// again: the same command decided twice decides nothing the second time.
func (c *checker) again(cmd conversation.Command, first result) {
	w := c.world
	d, err := w.state.Decide(cmd, w.facts(cmd), w.now)
	if err != nil || len(d.Events) == 0 {
		return
	}
	if _, rang := cmd.(*actorpb.AlarmDue); rang && len(actorpb.Scheduled(w.state.Sends)) < len(c.waited) {
		return // one scheduled send leaves with each ring
	}
	if len(d.Messages) > 0 && w.messages[d.Messages[0].MessageID()] {
		return // the message table stops it
	}
	c.fail("decided twice: first %s, then %s", eventNames(first.decision.Events), eventNames(d.Events))
}
