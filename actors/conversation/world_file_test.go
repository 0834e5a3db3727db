package conversation_test

import (
	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/conversation"
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
	if ref.Kind == ledger.EffectUpload {
		return w.sends[ref] != nil
	}
	row := w.files[wa.MessageID(ref.ID)]
	return row != nil && row.EffectRef == ref
}

// attach is a send of an upload that its author has made, named like the send.
func (w *world) attach(who, echo, kind string) *actorpb.SendMessage {
	id := wa.UploadID("file-" + echo)
	if w.uploads[id] == nil {
		w.uploads[id] = &ledger.UploadedFile{
			File: wa.File{MIME: "image/png", Size: 1000, Width: 20, Height: 10}, By: who, Name: echo + ".png", SHA256: "5u",
		}
	}
	c := w.reply(who, echo, "")
	c.Kind, c.File = string(wa.KindMedia), string(id)
	c.Content = encoded(wa.Content{Kind: wa.KindMedia, Media: &wa.Media{Type: kind, File: string(id)}})
	return c
}

// uploadRef is the upload of a send that is under way; the zero: none is.
func (w *world) uploadRef(id string) ledger.EffectRef {
	for ref := range w.sends {
		if ref.Kind == ledger.EffectUpload && ref.ID == id {
			return ref
		}
	}
	return ledger.EffectRef{}
}

// uploaded is the relay telling that the file of a send is at Meta, again if it was told
// before.
func (w *world) uploaded(id, media string) *actorpb.RecordUploaded {
	return &actorpb.RecordUploaded{MessageId: id, Attempt: max(1, w.uploadRef(id).Attempt), MediaId: media}
}

// notUploaded is the relay telling of a failure.
func (w *world) notUploaded(id string, failure actorpb.SendFailure) *actorpb.RecordUploaded {
	return &actorpb.RecordUploaded{MessageId: id, Attempt: max(1, w.uploadRef(id).Attempt), Failure: failure, Code: 131053, Text: "no"}
}

// rowOf is what lists show of a state, read as they do.
func rowOf(s *conversation.State) actorpb.Row {
	stored, err := s.Snapshot()
	if err != nil {
		panic(err)
	}
	return actorpb.RowOf(s.Row(stored))
}
