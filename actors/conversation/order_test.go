package conversation_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/conversation"
	"github.com/prosa-chat/prosa/actors/wa"
)

// lineOf is one message of a thread as a screen shows it.
type lineOf struct {
	ID, Kind, Text string
	Place          int64
	Out            bool
	version        uint64
}

// threadOf folds the journal and the message table as every reader does: lines by
// place and version, the newest wording, nothing of what was taken back.
func threadOf(w *world) []lineOf {
	var lines []lineOf
	edits, revoked := map[string]*actorpb.InboundReceived{}, map[string]bool{}
	for i, j := range w.journal {
		line := lineOf{Place: actorpb.PlaceMs(j.event, j.at.UnixMilli()), version: uint64(i) + 1}
		switch e := j.event.(type) {
		case *actorpb.InboundReceived:
			switch wa.ContentKind(e.Kind) {
			case wa.KindEdit:
				if known := edits[e.Target]; known == nil || known.SentAtMs <= e.SentAtMs {
					edits[e.Target] = e
				}
				continue
			case wa.KindRevoke:
				revoked[e.Target] = true
				continue
			case wa.KindReaction:
				continue
			}
			line.ID, line.Kind = e.MessageId, e.Kind
		case *actorpb.SendRequested:
			line.ID, line.Kind, line.Out = e.MessageId, e.Kind, true
		default:
			continue
		}
		lines = append(lines, line)
	}
	for i := range lines {
		line := &lines[i]
		switch edit := edits[line.ID]; {
		case revoked[line.ID]:
			line.Kind = string(wa.KindRevoke)
		case edit != nil:
			line.Text = textOf(w, edit.MessageId)
		default:
			line.Text = textOf(w, line.ID)
		}
	}
	slices.SortStableFunc(lines, func(a, b lineOf) int { return int(a.Place - b.Place) })
	return lines
}

func textOf(w *world, id string) string {
	var c wa.Content
	if err := json.Unmarshal(w.contents[wa.MessageID(id)], &c); err != nil {
		panic(err)
	}
	return c.PreviewText()
}

// unreadOf counts what came since anybody of ours has answered, read or closed.
func unreadOf(w *world, lines []lineOf) int32 {
	var seen uint64
	for i, j := range w.journal {
		switch e := j.event.(type) {
		case *actorpb.SendRequested, *actorpb.ConversationRead:
			seen = uint64(i) + 1
		case *actorpb.PhaseChanged:
			if e.To == actorpb.Phase_PHASE_RESOLVED {
				seen = uint64(i) + 1
			}
		}
	}
	n := int32(0)
	for _, line := range lines {
		if !line.Out && line.version > seen && line.Kind != string(wa.KindRevoke) {
			n++
		}
	}
	return n
}

// agrees says where the row tells something else than the thread.
func agrees(t *testing.T, w *world) {
	t.Helper()
	row, lines := rowOf(w.state), threadOf(w)
	if len(lines) == 0 {
		if w.state.Exists() || row.TenantId != "" {
			t.Error("a conversation without a message is shown")
		}
		return
	}
	last := lines[len(lines)-1]
	got := lineOf{ID: row.LastMessageId, Kind: row.LastKind, Text: row.LastPreview, Out: row.LastOutbound, Place: w.state.LastPlaceMs}
	last.version = 0
	if diff := cmp.Diff(last, got, cmp.AllowUnexported(lineOf{})); diff != "" {
		t.Errorf("the row and the last line of the thread (-thread +row):\n%s", diff)
	}
	if want := unreadOf(w, lines); row.Unread != want {
		t.Errorf("%d unread, the thread has %d", row.Unread, want)
	}
}

// scenes are what a customer did, second by second. Again is Meta's: it delivers
// a message once more.
func scenes() map[string][]string {
	return map[string][]string{
		"edited and taken back": {"text a", "edit a 1", "edit a 2", "text b", "revoke b", "edit b 1"},
		"reactions":             {"text a", "react a", "text b", "edit b 1", "react b", "revoke a"},
		"the last one changed":  {"text a", "text b", "text c", "edit c 1", "revoke b", "again c"},
		"all taken back":        {"text a", "text b", "revoke a", "edit a 1", "revoke b", "again a"},
	}
}

// inboundOf is a step of a scene as a command.
func inboundOf(w *world, step string) *actorpb.ReceiveInbound {
	words := strings.Fields(step)
	verb, id := words[0], "wamid."+words[1]
	c := w.inbound(id, secret+" "+id)
	switch verb {
	case "edit":
		c = w.inbound(id+".edit."+words[2], "")
		c.Preview = fmt.Sprintf("%s %s, edited %s", secret, id, words[2])
		c.Content = encoded(wa.Content{Kind: wa.KindEdit, Edit: &wa.Edit{Target: wa.MessageID(id), Text: c.Preview}})
	case "revoke":
		c = w.inbound(id+".revoke", "")
		c.Content = encoded(wa.Content{Kind: wa.KindRevoke, Revoke: &wa.Revoke{Target: wa.MessageID(id)}})
	case "react":
		c = w.inbound(id+".react", "")
		c.Content = encoded(wa.Content{Kind: wa.KindReaction, Reaction: &wa.Reaction{Target: wa.MessageID(id), Emoji: "👍"}})
		verb = "reaction"
	}
	if verb != "text" && verb != "again" {
		c.Kind, c.Target = verb, id
	}
	return c
}

// secondOf is when a step was done: what is delivered again was done the first time.
func secondOf(scene []string, n int) int {
	if name, ok := strings.CutPrefix(scene[n], "again "); ok {
		return slices.Index(scene, "text "+name)
	}
	return n
}

// Whatever the order in which the events of a customer come, thread and row end
// up the same, agree at every moment, and nothing is kept of a text that was
// taken back before it came.
func TestEveryOrderOfArrivalShowsTheSame(t *testing.T) {
	t.Parallel()
	for name, scene := range scenes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := arrive(t, scene, []int{0, 1, 2, 3, 4, 5})
			permute([]int{0, 1, 2, 3, 4, 5}, 0, func(order []int) {
				if got := arrive(t, scene, order); got != want || t.Failed() {
					t.Fatalf("order %v:\n%swant\n%s", order, got, want)
				}
			})
		})
	}
}

// arrive plays a scene in an order and describes what is shown at the end.
func arrive(t *testing.T, scene []string, order []int) string {
	t.Helper()
	w := newWorld()
	gone := map[string]bool{}
	for _, n := range order {
		w.now = start.Add(time.Minute)
		c := inboundOf(w, scene[n])
		c.SentAtMs = start.Add(time.Duration(secondOf(scene, n)) * time.Second).UnixMilli()
		fresh := !w.messages[wa.MessageID(c.MessageId)]
		w.do(c)
		agrees(t, w)
		text := scene[n][:4] == "text" || strings.HasPrefix(scene[n], "again")
		if fresh && (text && gone[c.MessageId] || c.Kind == "edit" && gone[c.Target]) && strings.Contains(string(w.contents[wa.MessageID(c.MessageId)]), secret) {
			t.Errorf("the text of %s is stored, though it was taken back before it came", c.MessageId)
		}
		if c.Kind == "revoke" {
			gone[c.Target] = true
		}
	}
	row, out := rowOf(w.state), strings.Builder{}
	for _, line := range threadOf(w) {
		fmt.Fprintf(&out, "%s %s %q at %d\n", line.ID, line.Kind, line.Text, line.Place)
	}
	fmt.Fprintf(&out, "%s %s %q unread=%d window=%d %s\n", row.LastMessageId, row.LastKind, row.LastPreview, row.Unread, row.WindowClosesAtMs, row.Phase)
	return out.String()
}

func permute(list []int, from int, visit func([]int)) {
	if from == len(list) {
		visit(list)
		return
	}
	for i := from; i < len(list); i++ {
		list[from], list[i] = list[i], list[from]
		permute(list, from+1, visit)
		list[from], list[i] = list[i], list[from]
	}
}

// The same among what we do: answers, notes, reading, closing, statuses, a clock
// that goes back, lateness of seconds and of hours.
func TestRowAgreesWithThreadWhateverHappens(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 7))
		w := newWorld()
		w.now = start.Add(time.Hour)
		for step := range 60 {
			w.now = w.now.Add(time.Duration(rng.IntN(4000)-500) * time.Millisecond)
			w.do(anything(w, rng, step))
			if rng.IntN(10) == 0 {
				passivate(t, w)
			}
			agrees(t, w)
			ordered(t, w)
			if t.Failed() {
				t.Fatalf("seed %d, step %d", seed, step)
			}
		}
		if got, want := snapshot(w.replayed()), snapshot(w.state); got != want {
			t.Fatalf("seed %d: the journal makes another state than the one in memory", seed)
		}
	}
}

func anything(w *world, rng *rand.Rand, step int) conversation.Command {
	name := func() string { return fmt.Sprint(rng.IntN(12)) }
	if rng.IntN(3) > 0 {
		verb := []string{"text " + name(), "text " + name(), "text " + name(), "edit " + name() + " " + fmt.Sprint(step), "revoke " + name(), "react " + name()}
		c := inboundOf(w, verb[rng.IntN(len(verb))])
		late := []time.Duration{0, 0, time.Second, 20 * time.Second, 9 * time.Minute, 3 * time.Hour}
		received := w.now.Add(-time.Duration(rng.IntN(2000)) * time.Millisecond)
		c.ReceivedAtMs = received.UnixMilli()
		c.SentAtMs = received.Add(-late[rng.IntN(len(late))]).Truncate(time.Second).UnixMilli()
		return c
	}
	switch rng.IntN(8) {
	case 0:
		return &actorpb.AddNote{By: seat("ana"), EchoId: fmt.Sprint("n", step), Text: secret}
	case 1:
		return &actorpb.MarkRead{By: seat("ana"), Version: w.state.Version}
	case 2:
		return &actorpb.SetPhase{By: seat("ana"), To: actorpb.Phase_PHASE_RESOLVED}
	case 3:
		return w.status(wa.MessageID(w.state.LastMessageId), wa.StatusDelivered, w.now)
	}
	c := w.reply("ana", fmt.Sprint("e", step), secret+" answer")
	c.Claim, c.DespiteStale = true, true
	return c
}

// ordered: what we do stands behind all that was there when we did it.
func ordered(t *testing.T, w *world) {
	t.Helper()
	var newest int64
	for _, j := range w.journal {
		place := actorpb.PlaceMs(j.event, j.at.UnixMilli())
		if _, theirs := j.event.(*actorpb.InboundReceived); !theirs && place > 0 && place < newest {
			t.Errorf("%T stands %d ms before what was there", j.event, newest-place)
		}
		newest = max(newest, place)
	}
}
