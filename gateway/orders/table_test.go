package orders

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/prosa-chat/prosa/actors/actorpb"
)

// What clients call: a name or path that changes here breaks them.
func TestOrdersHaveTheirNamesAndPaths(t *testing.T) {
	t.Parallel()
	var got []string
	for _, o := range All() {
		got = append(got, o.Name+" "+o.Operation.Method+" "+o.Operation.Path)
	}
	const under = " POST /api/v1/conversations/{id}/"
	want := []string{
		"messages" + under + "messages", "resolve_message" + under + "messages/{mid}/resolve", "notes" + under + "notes",
		"claim" + under + "claim", "release" + under + "release", "assign" + under + "assign", "transfer" + under + "transfer",
		"takeover" + under + "takeover", "snooze" + under + "snooze", "resolve" + under + "resolve", "reopen" + under + "reopen",
		"pending" + under + "pending", "read" + under + "read", "unread" + under + "unread",
		"reschedule PATCH /api/v1/conversations/{id}/scheduled/{mid}", "cancel_scheduled DELETE /api/v1/conversations/{id}/scheduled/{mid}",
	}
	for _, o := range want {
		if !slices.Contains(got, o) {
			t.Errorf("no %s among\n%s", o, strings.Join(got, "\n"))
		}
	}
}

// A body belongs to one request: another's must not be seen in it.
func TestEveryOrderMakesBodiesOfItsOwn(t *testing.T) {
	t.Parallel()
	for _, o := range All() {
		if a, b := o.NewBody(), o.NewBody(); a == nil || a == b {
			t.Errorf("%s: %p and %p", o.Name, a, b)
		}
	}
}

func TestAnOrderWithoutBodyIsItsCommand(t *testing.T) {
	t.Parallel()
	by := &actorpb.Actor{AgentId: "ana"}
	want := map[string]proto.Message{
		"claim":   &actorpb.Claim{By: by},
		"release": &actorpb.Release{By: by},
		"unread":  &actorpb.MarkUnread{By: by},
		"resolve": &actorpb.SetPhase{By: by, To: actorpb.Phase_PHASE_RESOLVED},
		"reopen":  &actorpb.SetPhase{By: by, To: actorpb.Phase_PHASE_OPEN},
		"pending": &actorpb.SetPhase{By: by, To: actorpb.Phase_PHASE_PENDING},
	}
	for _, o := range All() {
		if o.Operation.Body != nil || want[o.Name] == nil {
			continue
		}
		got, err := o.NewBody().build(&order{by: by, now: time.UnixMilli(0)})
		if diff := cmp.Diff(want[o.Name], got, protocmp.Transform()); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", o.Name, err, diff)
		}
		delete(want, o.Name)
	}
	if len(want) > 0 {
		t.Errorf("not among the orders without a body: %v", want)
	}
}
