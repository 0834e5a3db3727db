package conversation

import (
	"encoding/json"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/content"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/refusal"
	"github.com/prosa-chat/prosa/actors/wa"
)

// A send whose file Meta does not hold yet waits while an effect brings it there. While
// the first attempt runs, what comes after it waits as well, so that words stand where
// they were written; once an attempt has failed, or after half a minute whatever happens,
// it is passed over: what is down delays files, never texts.

// mediaMargin is how long Meta must still hold a file that is to be sent: a send may wait
// for a day.
const mediaMargin = 26 * time.Hour

// fileNamed is the upload of a send, if it can be looked for.
func fileNamed(c *actorpb.SendMessage) wa.UploadID {
	if !isID(c.File) {
		return ""
	}
	return wa.UploadID(c.File)
}

// sends notes in a request what it sends, and says whether that is to be brought to Meta
// first.
func (s *State) sends(e *actorpb.SendRequested, c *actorpb.SendMessage, file *ledger.UploadedFile, now time.Time) (uploading bool, err error) {
	if file == nil {
		return false, nil
	}
	if s.openFiles() >= maxOpenFiles {
		return false, refusal.Of(TooManyOpen, "too many files are waiting to leave")
	}
	return s.sendsFile(e, c.File, file, now), nil
}

// sendsFile is sends without a limit: of what was admitted before.
func (s *State) sendsFile(e *actorpb.SendRequested, id string, file *ledger.UploadedFile, now time.Time) (uploading bool) {
	if id == "" || file == nil {
		return false
	}
	e.File = id
	if isID(file.MediaID) && file.Until.After(now.Add(mediaMargin)) {
		e.MediaId = file.MediaID
	}
	return e.MediaId == ""
}

// scheduledFile is the upload of a send that is to leave later, which is kept for it.
func scheduledFile(c *actorpb.SendMessage, say content.Said) string {
	if say.File == nil {
		return ""
	}
	return c.File
}

// fileTypeOf is fileType of a stored content.
func fileTypeOf(content []byte) string {
	var c wa.Content
	if json.Unmarshal(content, &c) != nil || c.Media == nil {
		return ""
	}
	return c.Media.FileType()
}

func (s *State) openFiles() int {
	n := 0
	for _, o := range s.Sends {
		if o.File != "" {
			n++
		}
	}
	return n
}

// uploadHolds says whether those behind a send wait for its file.
func uploadHolds(o *actorpb.OpenSend, now time.Time) bool {
	return o.Uploading && !o.UploadLate && now.Sub(at(o.SinceMs)) < uploadHold
}

// underWay is the attempt to upload that has not ended; 0: none.
func underWay(o *actorpb.OpenSend) int32 {
	if !o.Uploading {
		return 0
	}
	return o.Upload
}

// recordUploaded: the file is at Meta and the send takes its turn, or an attempt to bring
// it there failed.
func (s *State) recordUploaded(c *actorpb.RecordUploaded, facts Facts, now time.Time) (Decision, error) {
	o := s.send(c.MessageId)
	if o == nil || !o.Uploading || !facts.UnderWay {
		return already(c.MessageId), nil
	}
	if isID(c.MediaId) && c.MediaId != "" {
		ev := &actorpb.FileUploaded{MessageId: c.MessageId, Attempt: c.Attempt, MediaId: c.MediaId}
		return Decision{Events: append([]Event{ev}, s.following(becomes{uploaded: c.MessageId}, now)...)}, nil
	}
	ev := &actorpb.UploadRejected{MessageId: c.MessageId, Attempt: c.Attempt, Code: c.Code, Text: wa.Trimmed(c.Text, maxReason)}
	delay, retry := retryOf(&actorpb.RecordRejected{
		MessageId: c.MessageId, Attempt: c.Attempt, Failure: c.Failure, RetryAfterMs: c.RetryAfterMs,
	})
	again := now.Add(delay)
	switch reason := s.retryBarred(o, again); {
	case retry && reason != "":
		gone := &actorpb.SendWithdrawn{MessageId: c.MessageId, Reason: reason}
		return Decision{Events: append([]Event{ev, gone}, s.next(c.MessageId, now)...)}, nil
	case !retry || again.Sub(at(o.SinceMs)) > retryBudget:
		failed := &actorpb.SendRejected{MessageId: c.MessageId, Attempt: o.Attempt, Code: c.Code, Final: true, Text: ev.Text}
		return Decision{Events: append([]Event{ev, failed}, s.next(c.MessageId, now)...)}, nil
	}
	queued := &actorpb.UploadQueued{MessageId: c.MessageId, Attempt: c.Attempt + 1, NotBeforeMs: ms(again)}
	return Decision{Events: append([]Event{ev, queued}, s.following(becomes{late: c.MessageId}, now)...)}, nil
}

// renewed has the file of a send brought to Meta once more: what it held it knows no more.
// The send waits anew, and those behind it for it.
func (s *State) renewed(o *actorpb.OpenSend, rejected *actorpb.SendRejected, now time.Time) []Event {
	queued := &actorpb.UploadQueued{MessageId: o.MessageId, Attempt: o.Upload + 1, NotBeforeMs: ms(now), InsteadOf: o.MediaId}
	events := []Event{rejected, queued}
	if now.Sub(at(o.SinceMs)) < uploadHold {
		return events
	}
	return append(events, s.next(o.MessageId, now)...)
}

func (s *State) evolveUploadQueued(e *actorpb.UploadQueued) {
	o := s.send(e.MessageId)
	if o == nil {
		return
	}
	o.Uploading, o.Upload = true, e.Attempt
	if e.InsteadOf != "" {
		o.State, o.MediaId, o.Renewed = actorpb.OpenSend_STATE_WAITING, "", true
	}
}

func (s *State) evolveUploaded(e *actorpb.FileUploaded) {
	if o := s.send(e.MessageId); o != nil {
		o.Uploading, o.UploadLate, o.MediaId = false, false, e.MediaId
	}
}

func (s *State) evolveUploadRejected(e *actorpb.UploadRejected) {
	if o := s.send(e.MessageId); o != nil {
		o.UploadLate = true
	}
}
