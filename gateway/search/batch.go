package search

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/searchindex"
)

// take indexes what is new of a few conversations, and returns those that have
// more. Those of which only statuses changed are not marked, unless all are wanted, as
// in a walk: a mark for every tick would cost more than reading their few events again.
func (x *indexer) take(ctx context.Context, tx pgx.Tx, keys []wa.ConversationKey, all bool) (again []wa.ConversationKey, err error) {
	index := searchindex.In(tx)
	subjects, err := index.Subjects(ctx, keys)
	if err != nil || len(subjects) == 0 {
		return nil, err
	}
	events, err := index.Events(ctx, subjects, indexedTypes(), batchEvents)
	if err != nil {
		return nil, err
	}
	batch := newBatch()
	for i := range subjects {
		s, list := &subjects[i], events[subjects[i].Key]
		for _, e := range list {
			if err := batch.take(s, e); err != nil {
				x.log.Error("event not searchable", "conversation", s.Key.String(), "error", err)
			}
		}
		mark := searchindex.Mark{Key: s.Key, Version: s.Version, Words: contactWords(s)}
		if len(list) == batchEvents {
			mark.Version = list[len(list)-1].Version
			again = append(again, s.Key)
		}
		if len(list) > 0 || all {
			batch.change.Marks = append(batch.change.Marks, mark)
		}
	}
	if err := batch.resolveTargets(ctx, index); err != nil {
		return nil, err
	}
	if err := batch.resolve(ctx, index); err != nil {
		return nil, err
	}
	if err := index.Write(ctx, &batch.change); err != nil {
		return nil, err
	}
	x.metrics.indexed(len(batch.change.Put))
	return again, nil
}

// batch collects what the events of a few conversations do to the index: first by
// name, then with the texts and the earlier messages that are named.
type batch struct {
	steps  []lotStep
	change searchindex.Change
}

type lotStep struct {
	step
	subject *searchindex.Subject
}

func newBatch() *batch { return &batch{} }

func (o *batch) take(subject *searchindex.Subject, e *actorpb.StoredEvent) error {
	s, err := stepOf(e)
	if err != nil || s.message == "" || s.kind == wa.KindReaction || s.revoked {
		return err
	}
	o.steps = append(o.steps, lotStep{s, subject})
	return nil
}

func (s *lotStep) ref(id wa.MessageID) searchindex.MessageRef {
	return searchindex.MessageRef{Number: s.subject.Key.PhoneNumberID, ID: id}
}

// resolve turns the steps, in their order, into documents. A message that is no
// longer kept gives none; an edit or revoke of one that is not indexed neither.
func (o *batch) resolve(ctx context.Context, index searchindex.Writer) error {
	var wanted, targets []searchindex.MessageRef
	for i := range o.steps {
		s := &o.steps[i]
		wanted = append(wanted, s.ref(s.message))
		if s.edit != "" {
			wanted = append(wanted, s.ref(s.edit))
		}
		switch {
		case s.late:
			targets = append(targets, s.ref(s.message))
		case s.kind == wa.KindEdit:
			targets = append(targets, s.ref(s.target))
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	texts, err := index.Texts(ctx, wanted)
	if err != nil {
		return err
	}
	known, err := index.Documents(ctx, targets)
	if err != nil {
		return err
	}
	put := make(map[searchindex.MessageRef]searchindex.Document)
	for i := range o.steps {
		s := &o.steps[i]
		m, kept := texts[s.ref(s.message)]
		switch {
		case s.late:
			if d, ok := o.document(put, known, s.ref(s.message)); ok && kept && d.TextID == "" {
				d.At, d.Words = m.SentAt(), messageWords(s.subject.TenantID, m.SentAt(), textOf(m.Content))
				put[d.MessageRef] = d
			}
		case s.kind == wa.KindRevoke:
			delete(put, s.ref(s.target))
			delete(known, s.ref(s.target))
			o.change.Remove = append(o.change.Remove, s.ref(s.target))
		case !kept:
		case s.kind == wa.KindEdit:
			if d, ok := o.document(put, known, s.ref(s.target)); ok && !m.SentAt().Before(d.TextAt) { // the newest wording, not the last to arrive
				put[d.MessageRef] = s.says(d, m)
			}
		default:
			d := searchindex.Document{
				MessageRef: s.ref(s.message), ContactID: s.subject.Key.ContactID, Version: s.version, At: m.SentAt(),
				Words: messageWords(s.subject.TenantID, m.SentAt(), textOf(m.Content)),
			}
			if edit, kept := texts[s.ref(s.edit)]; s.edit != "" && kept {
				d = s.says(d, edit)
			}
			put[d.MessageRef] = d
		}
	}
	for _, d := range put {
		o.change.Put = append(o.change.Put, d)
	}
	return nil
}

// document is what the index says of a message, this batch included.
func (o *batch) document(put, known map[searchindex.MessageRef]searchindex.Document, ref searchindex.MessageRef) (searchindex.Document, bool) {
	d, ok := put[ref]
	if !ok {
		d, ok = known[ref]
	}
	return d, ok
}

// says gives a document the words of an edit.
func (s *lotStep) says(d searchindex.Document, edit *actorpb.StoredMessage) searchindex.Document {
	d.TextID, d.TextAt, d.Words = edit.MessageID(), edit.SentAt(), messageWords(s.subject.TenantID, d.At, textOf(edit.Content))
	return d
}
