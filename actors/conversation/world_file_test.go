package conversation_test

import (
	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
)

// fileRow is the file of a message while it is an effect.
type fileRow struct {
	ledger.Effect
	ended *actorpb.RecordMedia // nil: it is being fetched
}

// fetched is the relay ending the fetch of a file; reason says why it is not kept.
func (w *world) fetched(id wa.MessageID, reason wa.MediaReason) {
	if row := w.files[id]; row != nil {
		row.ended = &actorpb.RecordMedia{MessageId: string(id), Attempt: row.Attempt, Kept: reason == "", Reason: string(reason)}
		if reason == "" {
			row.ended.Size = 3
		}
	}
}

// file is the relay telling of a file: how its fetch ended, again what was told
// before, or of an attempt that is not the current one.
func (w *world) file(id wa.MessageID) *actorpb.RecordMedia {
	row := w.files[id]
	switch {
	case row == nil:
		return &actorpb.RecordMedia{MessageId: string(id), Attempt: w.attempts[id]}
	case row.ended == nil:
		return &actorpb.RecordMedia{MessageId: string(id), Attempt: row.Attempt - 1}
	}
	return row.ended
}

// again is a person wanting a file once more.
func (w *world) again(id wa.MessageID) {
	w.attempts[id]++
	ref := ledger.EffectRef{Kind: ledger.EffectFile, Scope: string(testKey.PhoneNumberID), ID: string(id), Attempt: w.attempts[id]}
	w.files[id] = &fileRow{Effect: ledger.Effect{EffectRef: ref}}
}

func (w *world) underWay(ref ledger.EffectRef) bool {
	row := w.files[wa.MessageID(ref.ID)]
	return row != nil && row.EffectRef == ref
}
