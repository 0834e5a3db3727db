package conversation_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/conversation"
	"github.com/prosa-chat/prosa/actors/wa"
)

var everyStatus = []wa.Status{wa.StatusSent, wa.StatusDelivered, wa.StatusRead, wa.StatusPlayed, wa.StatusFailed}

// sequences yields every sequence of up to n statuses, with repetition.
func sequences(n int, yield func([]wa.Status)) {
	var grow func(seq []wa.Status)
	grow = func(seq []wa.Status) {
		if len(seq) > 0 {
			yield(seq)
		}
		if len(seq) == n {
			return
		}
		for _, status := range everyStatus {
			grow(append(seq[:len(seq):len(seq)], status))
		}
	}
	grow(nil)
}

// final is where a sequence of reports must end, whatever their order: the state
// in memory and the ledger.
type final struct {
	Snapshot   string
	Ledger     ledgerRow
	LastStatus string
}

func (f final) equal(o final) bool {
	return f.Snapshot == o.Snapshot && f.LastStatus == o.LastStatus && f.Ledger.WAMID == o.Ledger.WAMID &&
		f.Ledger.Code == o.Ledger.Code && maps.EqualFunc(f.Ledger.First, o.Ledger.First, time.Time.Equal)
}

// statusTime is Meta's time of a status: the same whenever it is told again.
func statusTime(status wa.Status) time.Time {
	return start.Add(time.Duration(status.Rank()) * time.Second)
}

// report plays statuses with the answer to the send at a place among them; with
// at beyond the end no answer comes.
func report(w *world, seq []wa.Status, at int) final {
	id := ours("ana", "e1")
	for i, status := range seq {
		if i == at {
			w.do(&actorpb.RecordAccepted{MessageId: string(id), Wamid: "wamid.out"})
		}
		w.do(w.status(id, status, statusTime(status)))
	}
	if at == len(seq) {
		w.do(&actorpb.RecordAccepted{MessageId: string(id), Wamid: "wamid.out"})
	}
	return final{snapshot(w.state), *w.ledger[id], rowOf(w.state).LastStatus}
}

func sending() *world {
	w := open()
	w.do(w.reply("ana", "e1", "x"))
	return w
}

// setOf names the statuses of a sequence without order and repetition.
func setOf(seq []wa.Status) string {
	set := map[string]bool{}
	for _, status := range seq {
		set[string(status)] = true
	}
	return strings.Join(slices.Sorted(maps.Keys(set)), "+")
}

// TestI08StatusesOnlyClimb plays every permutation and repetition of up to five
// statuses, with the answer to the send before, among, after or never: what ends
// up in state, row and ledger depends on which statuses came, and on nothing else.
func TestI08StatusesOnlyClimb(t *testing.T) {
	t.Parallel()
	ambiguous := sending()
	ambiguous.do(&actorpb.RecordAmbiguous{MessageId: string(ours("ana", "e1")), Attempt: 1})
	for _, test := range []struct {
		name    string
		base    *world
		longest int
		sets    int
	}{{"queued", sending(), 5, 31}, {"ambiguous", ambiguous, 4, 30}} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			want := map[string]final{}
			sequences(test.longest, func(seq []wa.Status) {
				for _, at := range places(seq) {
					got := report(test.base.branch(), seq, at)
					first, known := want[setOf(seq)]
					if !known {
						want[setOf(seq)] = got
						continue
					}
					if !got.equal(first) {
						t.Fatalf("%v with the answer at %d ends elsewhere:\n%s", seq, at, cmp.Diff(first, got))
					}
				}
			})
			if len(want) != test.sets {
				t.Errorf("played %d sets of statuses, want %d", len(want), test.sets)
			}
			checkHighest(t, want)
		})
	}
}

// places are where the answer comes: everywhere in short sequences, in the many
// long ones at one place each.
func places(seq []wa.Status) []int {
	if len(seq) == 5 {
		return []int{(seq[0].Rank() + 2*seq[1].Rank() + 3*seq[4].Rank()) % 7}
	}
	all := make([]int, len(seq)+2) // the last but one is after them, the last never
	for i := range all {
		all[i] = i
	}
	return all
}

// checkHighest: the list shows the highest status, the ledger all with Meta's times.
func checkHighest(t *testing.T, finals map[string]final) {
	t.Helper()
	for set, got := range finals {
		var highest wa.Status
		for name := range strings.SplitSeq(set, "+") {
			status := wa.Status(name)
			if status.Rank() > highest.Rank() {
				highest = status
			}
			if !got.Ledger.First[name].Equal(statusTime(status)) {
				t.Errorf("%s: the ledger has %s at %v, want %v", set, name, got.Ledger.First[name], statusTime(status))
			}
		}
		if got.LastStatus != string(highest) {
			t.Errorf("%s: the row shows %s, want %s", set, got.LastStatus, highest)
		}
		if got.Ledger.WAMID != "wamid.out" {
			t.Errorf("%s: wamid %q", set, got.Ledger.WAMID)
		}
	}
}

// The newest accepted sends are kept in the state, older ones are decided by
// their row; both end alike.
func TestI08OlderMessagesAreDecidedByTheirRow(t *testing.T) {
	t.Parallel()
	sequences(3, func(seq []wa.Status) {
		w := sending()
		id := string(ours("ana", "e1"))
		w.do(&actorpb.RecordAccepted{MessageId: id, Wamid: "wamid.out"})
		for i := range 8 {
			echo := fmt.Sprintf("later%d", i)
			w.do(w.reply("ana", echo, "x"))
			w.do(&actorpb.RecordAccepted{MessageId: string(ours("ana", echo)), Wamid: "w" + echo})
		}
		if got := w.state.Needs(w.status(wa.MessageID(id), wa.StatusRead, w.now)).Status; string(got) != id {
			t.Fatalf("the state still knows the oldest of nine accepted sends: needs %q", got)
		}
		inState := report(sending(), seq, 0)
		if byRow := report(w, seq, len(seq)+1); !cmp.Equal(inState.Ledger, byRow.Ledger) {
			t.Errorf("%v:\n%s", seq, cmp.Diff(inState.Ledger, byRow.Ledger))
		}
	})
}

func TestStatusNeverMakesAConversation(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for _, status := range everyStatus {
		r := w.do(w.status("m1", status, start))
		if r.refusal == nil || r.refusal.Code != conversation.NotFound || w.state.Exists() {
			t.Errorf("%s: %v, exists %v", status, r.refusal, w.state.Exists())
		}
	}
}
