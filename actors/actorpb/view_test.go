package actorpb_test

import (
	"testing"

	"github.com/prosa-chat/prosa/actors/actorpb"
)

func TestViewsHold(t *testing.T) {
	t.Parallel()
	const open, pending = actorpb.Phase_PHASE_OPEN, actorpb.Phase_PHASE_PENDING
	const snoozed, resolved = actorpb.Phase_PHASE_SNOOZED, actorpb.Phase_PHASE_RESOLVED
	for name, test := range map[string]struct {
		phase actorpb.Phase
		owner string
		want  string // the views of Ana, in order
	}{
		"mine":           {open, "ana", "mine all "},
		"mine, waiting":  {pending, "ana", "mine all "},
		"a colleague's":  {open, "ben", "all "},
		"nobody's":       {pending, "", "unclaimed all "},
		"mine, snoozed":  {snoozed, "ana", "all snoozed "},
		"nobody's, shut": {resolved, "", "resolved "},
		"not there yet":  {actorpb.Phase_PHASE_UNSPECIFIED, "ana", ""},
	} {
		got := ""
		for _, rule := range actorpb.Views() {
			if rule.Holds(test.phase, test.owner, "ana") {
				got += string(rule.View) + " "
			}
		}
		if got != test.want {
			t.Errorf("%s: in %q, want %q", name, got, test.want)
		}
	}
	if rule, _ := actorpb.ViewMine.Rule(); rule.Holds(open, "", "") {
		t.Error("what nobody owns is mine when nobody looks")
	}
	if actorpb.View("other").Known() || len(actorpb.View("other").Phases()) != 0 {
		t.Error("there is a view of any name")
	}
}
