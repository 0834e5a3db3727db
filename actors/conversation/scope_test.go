package conversation_test

import (
	"testing"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/conversation"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
)

// ofNumbers is a seat that works with some numbers; ownOnly one that sees its own
// conversations alone.
func ofNumbers(name string, numbers ...string) *actorpb.Actor {
	by := seat(name)
	by.Numbers = numbers
	return by
}

func ownOnly(name string) *actorpb.Actor {
	by := seat(name)
	by.OwnOnly = true
	return by
}

// orders are all that a person can ask of a conversation.
func orders(w *world, by *actorpb.Actor) map[string]conversation.Command {
	reply := w.reply(by.AgentId, "e-"+by.AgentId, "oi")
	reply.By, reply.Claim = by, true
	return map[string]conversation.Command{
		"reply": reply, "claim": &actorpb.Claim{By: by}, "take over": &actorpb.TakeOver{By: by, Reason: "mine"},
		"assign":   &actorpb.Assign{By: by, To: party(by.AgentId)},
		"transfer": &actorpb.Transfer{By: by, To: party("bia"), EchoId: "t-" + by.AgentId, Note: "hers"}, "release": &actorpb.Release{By: by},
		"note": &actorpb.AddNote{By: by, EchoId: "n-" + by.AgentId, Text: "psst"}, "read": &actorpb.MarkRead{By: by, Version: w.state.Version},
		"resolve": &actorpb.SetPhase{By: by, To: actorpb.Phase_PHASE_RESOLVED},
		"resend":  &actorpb.ResolveAmbiguous{By: by, MessageId: "m1"},
	}
}

// I10: to a seat whose numbers are others, or that sees its own alone, the conversation
// does not exist, whatever it asks and whoever owns it.
func TestI10WhatIsOutsideTheScopeDoesNotExist(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		by    *actorpb.Actor
		owner string
	}{
		"another number, unowned":    {ofNumbers("eva", "1002", "1003"), ""},
		"another number, a manager":  {ofNumbers("marta", "1002"), "ana"},
		"another number, the owner":  {ofNumbers("ana", "1002"), "ana"},
		"own alone, unowned":         {ownOnly("eva"), ""},
		"own alone, somebody else's": {ownOnly("eva"), "ana"},
	} {
		w := unowned()
		if test.owner != "" {
			w.do(&actorpb.Claim{By: seat(test.owner)})
		}
		before := snapshot(w.state)
		for what, order := range orders(w, test.by) {
			if r := w.do(order); r.refusal == nil || r.refusal.Code != conversation.NotFound || r.refusal.Unless != "" {
				t.Errorf("%s: %s: %+v, want not found and nothing else", name, what, r.refusal)
			}
		}
		if snapshot(w.state) != before {
			t.Errorf("%s: the conversation is another", name)
		}
	}
}

func TestWhatIsWithinTheScopeIsJudgedAsEver(t *testing.T) {
	t.Parallel()
	for name, by := range map[string]*actorpb.Actor{"its number": ofNumbers("ana", "1002", "1001"), "its own": ownOnly("ana")} {
		w := open()
		if r := w.do(&actorpb.AddNote{By: by, EchoId: "n1", Text: "psst"}); r.refusal != nil {
			t.Errorf("%s: note: %v", name, r.refusal)
		}
		if r := w.do(&actorpb.SetPhase{By: by, To: actorpb.Phase_PHASE_RESOLVED}); r.refusal != nil {
			t.Errorf("%s: resolve: %v", name, r.refusal)
		}
		if r := w.do(&actorpb.SetPhase{By: by, To: actorpb.Phase_PHASE_OPEN}); r.refusal != nil {
			t.Errorf("%s: reopen: %v", name, r.refusal)
		}
		if r := w.do(&actorpb.Transfer{By: by, To: party("bia"), EchoId: "t1", Note: "hers"}); r.refusal != nil {
			t.Errorf("%s: transfer: %v", name, r.refusal)
		}
		// What he gave away a moment ago he does not see any more if he sees his own alone.
		r := w.do(&actorpb.AddNote{By: by, EchoId: "n2", Text: "psst"})
		if gone := r.refusal != nil && r.refusal.Code == conversation.NotFound; gone != by.OwnOnly {
			t.Errorf("%s: after the transfer: %v", name, r.refusal)
		}
	}
}

// Nobody is made the owner of what he would not see: by number he is refused as one of
// another team is; who sees his own alone sees what he is given.
func TestWhoMayOwnByNumber(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		numbers []wa.PhoneNumberID
		want    string
	}{
		"all numbers":      {nil, ""},
		"its number":       {[]wa.PhoneNumberID{"1000", "1001"}, ""},
		"others":           {[]wa.PhoneNumberID{"1000", "1002"}, conversation.NotForNumber},
		"a part of its id": {[]wa.PhoneNumberID{"100"}, conversation.NotForNumber},
	} {
		account := &ledger.Seat{AllTeams: true, Numbers: test.numbers}
		for what, order := range map[string]func(w *world) conversation.Command{
			"transfer": func(*world) conversation.Command {
				return &actorpb.Transfer{By: seat("ana"), To: party("bia"), EchoId: "t1", Note: "hers"}
			},
			"assign":    func(*world) conversation.Command { return &actorpb.Assign{By: manager("marta"), To: party("bia")} },
			"take over": func(*world) conversation.Command { return &actorpb.TakeOver{By: seat("bia"), Reason: "mine"} },
		} {
			w := open()
			w.seats["bia"] = account
			r := w.do(order(w))
			if got := codeOf(r.refusal); got != test.want {
				t.Errorf("%s: %s: %q, want %q", name, what, got, test.want)
			}
			if owns := w.state.Owner.GetId() == "bia"; owns != (test.want == "") {
				t.Errorf("%s: %s: owned by %v", name, what, w.state.Owner)
			}
		}
		w := open()
		w.do(&actorpb.SetPhase{By: seat("ana"), To: actorpb.Phase_PHASE_RESOLVED})
		w.seats["ana"] = account
		w.do(w.inbound("wamid.2", "oi de novo"))
		if kept := w.state.Owner.GetId() == "ana"; kept != (test.want == "") {
			t.Errorf("%s: reopened for %v", name, w.state.Owner)
		}
	}
}

func codeOf(r *conversation.Refusal) string {
	if r == nil {
		return ""
	}
	return r.Code
}

func manager(name string) *actorpb.Actor {
	by := seat(name)
	by.Role = actorpb.Role_ROLE_MANAGER
	return by
}
