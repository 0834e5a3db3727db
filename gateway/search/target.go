package search

import (
	"context"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/searchindex"
)

// backTargets is how many messages of a conversation are looked at for one that is
// named by another of its ids: what is changed is some days old at most.
const backTargets = 1000

// resolveTargets calls the messages that are changed by the ids that they are
// stored under: an edit or revoke may name one by the other form of its wamid.
func (o *batch) resolveTargets(ctx context.Context, index searchindex.Writer) error {
	var asked []searchindex.MessageRef
	for i := range o.steps {
		if s := &o.steps[i]; s.changes() && s.target.MessageKey() != string(s.target) {
			asked = append(asked, s.ref(s.target))
		}
	}
	if len(asked) == 0 {
		return nil
	}
	stored, err := index.Texts(ctx, asked)
	if err != nil {
		return err
	}
	for i := range o.steps {
		s := &o.steps[i]
		if _, ok := stored[s.ref(s.target)]; ok || !s.changes() || s.target.MessageKey() == string(s.target) {
			continue
		}
		events, err := index.EventsBefore(ctx, s.subject.Key, s.version, "InboundReceived", backTargets)
		if err != nil {
			return err
		}
		for _, e := range events {
			event, _ := e.Decode() // what cannot be read names nothing
			if m, ok := event.(*actorpb.InboundReceived); ok && s.target.Same(wa.MessageID(m.MessageId)) {
				s.target = wa.MessageID(m.MessageId)
				break
			}
		}
	}
	return nil
}

// changes says whether a step is about an earlier message.
func (s *lotStep) changes() bool {
	return !s.late && (s.kind == wa.KindEdit || s.kind == wa.KindRevoke) && s.target != ""
}
