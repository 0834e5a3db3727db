package conversation_test

import (
	"strings"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/conversation"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
)

// Most commands need nothing; the rest names what it needs and no more.
func TestNeeds(t *testing.T) {
	t.Parallel()
	resolved := open()
	resolved.do(&actorpb.SetPhase{By: seat("ana"), To: actorpb.Phase_PHASE_RESOLVED})
	claiming := unowned().reply("ana", "e1", "oi")
	claiming.Claim = true
	for name, test := range map[string]struct {
		world *world
		cmd   conversation.Command
		want  conversation.FactSet
	}{
		"a first message":        {newWorld(), newWorld().inbound("wamid.1", "oi"), conversation.FactSet{}},
		"a message to an open":   {open(), open().inbound("wamid.2", "oi"), conversation.FactSet{}},
		"a message that reopens": {resolved, resolved.inbound("wamid.2", "oi"), conversation.FactSet{Seat: "ana"}},
		"a picture":              {open(), open().picture("wamid.2"), conversation.FactSet{}},
		"the owner's answer":     {open(), open().reply("ana", "e1", "oi"), conversation.FactSet{Month: true}},
		"an answer that claims":  {unowned(), claiming, conversation.FactSet{Seat: "ana", Month: true}},
		"a claim":                {unowned(), &actorpb.Claim{By: seat("ana")}, conversation.FactSet{Seat: "ana"}},
		"a claim of one's own":   {open(), &actorpb.Claim{By: seat("ana")}, conversation.FactSet{}},
		"to a colleague":         {open(), &actorpb.Transfer{By: seat("ana"), To: party("bia")}, conversation.FactSet{Seat: "bia"}},
		"to a team":              {open(), &actorpb.Transfer{By: seat("ana"), TeamId: "billing"}, conversation.FactSet{Team: "billing"}},
		"to no storable team":    {open(), &actorpb.Transfer{By: seat("ana"), TeamId: "\x00"}, conversation.FactSet{}},
		"of nothing":             {newWorld(), &actorpb.Claim{By: seat("ana")}, conversation.FactSet{}},
		"the status of an older": {open(), open().status("m", "read", start), conversation.FactSet{Status: "m"}},
		"a file": {open(), &actorpb.RecordMedia{MessageId: "m", Attempt: 2}, conversation.FactSet{
			Effect: ledger.EffectRef{Kind: ledger.EffectFile, Scope: "1001", ID: "m", Attempt: 2},
		}},
		"a template": {open(), open().template("ana", "e1", "UTILITY", ""), conversation.FactSet{
			Template: conversation.TemplateName{Name: "reminder_utility", Language: "pt_BR"}, Month: true,
		}},
	} {
		if got := test.world.state.Needs(test.cmd); got != test.want {
			t.Errorf("%s needs %+v, want %+v", name, got, test.want)
		}
	}
}

// Whoever is named and may not own it, wherever it is to go: it stays where it was,
// with its owner or in its queue.
func TestI12RefusedHandOversLoseNothing(t *testing.T) {
	t.Parallel()
	for name, account := range map[string]*ledger.Seat{
		"nobody's account": nil, "a disabled account": {Disabled: true, AllTeams: true}, "somebody of another team": {Teams: []wa.TeamID{"billing"}},
	} {
		for _, cmd := range []conversation.Command{
			&actorpb.Assign{By: seat("marta"), To: party("bia")}, &actorpb.Transfer{By: seat("marta"), To: party("bia")},
			&actorpb.Transfer{By: seat("marta"), TeamId: "shipping"},
		} {
			for _, w := range []*world{open(), unowned()} {
				w.seats["bia"] = account
				before := snapshot(w.state)
				if r := w.do(cmd); r.refusal == nil || snapshot(w.state) != before {
					t.Errorf("%s, %s: %v", name, describeCommand(cmd), r.refusal)
				}
			}
		}
	}
}

// What nobody has approved is not decided, in the window or outside of it.
func TestI05UnapprovedTemplates(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*ledger.Template){
		"pending": func(k *ledger.Template) { k.Status = "PENDING" }, "in small letters": func(k *ledger.Template) { k.Status = "approved" },
		"not in the list": func(k *ledger.Template) { *k = ledger.Template{Read: true} }, "never read": func(k *ledger.Template) { k.Read = false },
		"with a variable": func(k *ledger.Template) { k.Components = []byte(`[{"type":"BODY","text":"{{1}}"}]`) },
		"of no shape":     func(k *ledger.Template) { k.Components = []byte(`{}`) },
	} {
		for _, later := range []time.Duration{0, 25 * time.Hour} {
			w := open()
			w.now = w.now.Add(later)
			cmd := w.template("ana", "e1", "UTILITY", "Oi")
			change(w.templates[cmd.Template.Name])
			if r := w.do(cmd); r.refusal == nil || r.refusal.Reason == "" {
				t.Errorf("%s: %+v", name, r.refusal)
			}
		}
	}
	w := open()
	written := w.reply("ana", "e1", "Oi")
	written.Kind = "template"
	written.Content = encoded(wa.Content{Kind: wa.KindTemplate, Template: &wa.Template{Name: "ready", Language: "pt_BR", Rendered: "Oi"}})
	if r := w.do(written); r.refusal == nil || r.refusal.Code != conversation.BadContent {
		t.Errorf("words of one's own under a template's name: %v", r.refusal)
	}
}

// What Meta says of a file is as long as it likes; what the effect carries of it is not.
func TestFileOfAnEffectIsBounded(t *testing.T) {
	t.Parallel()
	w := newWorld()
	long := strings.Repeat("<", 100_000) // escaped in JSON
	content := encoded(wa.Content{Kind: wa.KindMedia, Media: &wa.Media{Type: "image", ID: long, MIME: long, SHA256: long, FileName: long}})
	c := w.inbound("m1", "")
	c.Kind, c.Content = string(wa.KindMedia), content
	d, err := w.state.Decide(c, w.facts(c), w.now)
	if err != nil || len(d.Effects) != 1 || ledger.CheckEffects(d.Effects) != nil || len(d.Messages) != 1 || len(d.Messages[0].Content) != len(content) {
		t.Errorf("%d effects, %d messages, %v, %v", len(d.Effects), len(d.Messages), ledger.CheckEffects(d.Effects), err)
	}
}
