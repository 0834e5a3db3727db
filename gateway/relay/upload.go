package relay

import (
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/cloudapi/mediaupload"
	"github.com/prosa-chat/prosa/gateway/relay/upload"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/numbers"
)

const (
	uploadLease = upload.Limit + time.Minute
	// pausedLook is how often a number that is paused is looked at again.
	pausedLook = time.Minute
)

// kindUploads names the files of ours on their way to Meta.
const kindUploads = "upload"

// uploadExecutor brings files of ours to Meta, before their messages are sent. It has
// slots of its own, so that no file delays a text, and a number has half of them at most.
func uploadExecutor(r *Relay) executor {
	return executor{
		kind: ledger.EffectUpload, name: kindUploads, slots: r.cfg.Limits.Uploads, share: max(1, r.cfg.Limits.Uploads/2),
		lease: uploadLease, run: r.uploadFile,
	}
}

// uploadFile makes one attempt. What fails at Meta the conversation hears at once: texts
// wait for the first attempt, and it decides what follows. What fails here is tried again,
// and a file that an attempt of before has brought there is not brought twice.
func (r *Relay) uploadFile(ctx context.Context, c *effects.Claimed) (proto.Message, error) {
	order, err := ledger.ReadUpload(c.Body)
	if err != nil {
		return nil, err
	}
	told := &actorpb.RecordUploaded{MessageId: c.ID, Attempt: c.Attempt, Failure: actorpb.SendFailure_SEND_FAILURE_PERMANENT}
	n := sender{r, wa.PhoneNumberID(c.Scope)}
	number, err := r.store.Numbers.Get(ctx, n.number)
	switch {
	case errors.Is(err, persistence.ErrNotFound):
		told.Text = "the number is not registered any more"
		return told, nil
	case err != nil:
		return nil, err
	case number.Token == "":
		n.stopped(actorpb.RecordNumberHealth_CAUSE_TOKEN_MISSING, 0, "the number has no access token")
		told.Text, told.Failure = "the number has no access token", actorpb.SendFailure_SEND_FAILURE_NUMBER
		return told, nil
	}
	file, err := r.store.Uploads.Get(ctx, number.TenantID, order.File)
	if errors.Is(err, persistence.ErrNotFound) {
		told.Text = "the file is not kept any more"
		return told, nil
	}
	if err != nil {
		return nil, err
	}
	if pause, err := r.store.Sends.PausedFor(ctx, n.number); err != nil || pause > 0 {
		return nil, &later{min(pause, pausedLook), fmt.Errorf("the number is paused: %w", errors.Join(err, errPaused))}
	}
	told.MediaId, err = r.carrier.Bring(r.by(ctx, &number), &number, &file, order.InsteadOf)
	if err != nil && ctx.Err() != nil { // we stop; another member may begin at once
		return nil, &later{0, err}
	}
	if err != nil {
		return n.notUploaded(&number, told, err)
	}
	return told, nil
}

// errPaused says that a number waits.
var errPaused = errors.New("its uploads wait as its sends do")

// notUploaded says what a failure means. One that is not Meta's is ours: the store's. Two
// files at Meta do no harm, so that what is uncertain is simply tried again.
func (n sender) notUploaded(number *numbers.Number, told *actorpb.RecordUploaded, err error) (proto.Message, error) {
	failure, fromMeta := errors.AsType[*cloudapi.SendError](err)
	switch {
	case errors.Is(err, mediaupload.ErrNoID):
		told.Failure, told.Text = actorpb.SendFailure_SEND_FAILURE_PASSING, err.Error()
		return told, nil
	case errors.Is(err, persistence.ErrNotFound):
		told.Text = "the file is not kept any more"
		return told, nil
	case !fromMeta:
		return nil, err
	}
	told.Code, told.Text, told.RetryAfterMs = int32(failure.Code), wa.CleanText(failure.Detail), failure.RetryAfter.Milliseconds()
	if failure.Outcome == cloudapi.Ambiguous || failure.Class == cloudapi.ClassAuthStop && n.tokenIsNew(number.Token) {
		told.Failure = actorpb.SendFailure_SEND_FAILURE_PASSING
		return told, nil
	}
	told.Failure = failureOf(failure)
	n.heed(failure)
	return told, nil
}
