package relay

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/media"
)

const (
	mediaTime  = 10 * time.Minute // for one attempt, whatever it brings
	mediaLease = mediaTime + time.Minute
	mediaTries = 12 // some two hours of growing pauses
	// mediaProofs is how often Meta must say the same before it is believed: that
	// a file is gone, or damaged.
	mediaProofs   = 3
	mediaPauseMax = time.Hour
	mediaDropLot  = 200
	mediaMeasure  = 15 * time.Second
)

// kindFiles names the files of messages.
const kindFiles = "file"

// fileExecutor fetches what messages brought, beside everything else: its own slots,
// of which one number has a quarter at most, so that neither slow files delay texts
// nor one number's trouble the others'.
func fileExecutor(r *Relay) executor {
	return executor{
		kind: ledger.EffectFile, name: kindFiles, slots: r.cfg.Limits.Media, share: max(1, r.cfg.Limits.Media/4),
		lease: mediaLease, run: r.fetchFile,
	}
}

// fetchFile makes one attempt. A file that an attempt of before has kept, and could
// not say so, is not fetched again.
func (r *Relay) fetchFile(ctx context.Context, c *effects.Claimed) (proto.Message, error) {
	a, err := fileAttempt(c)
	if err != nil {
		return nil, err
	}
	if a.Attempt > 1 {
		size, kept, err := r.store.Media.Size(ctx, a.Ref)
		if kept || err != nil {
			return recordFile(c, "", size), err
		}
	}
	began := time.Now()
	size, err := r.download(a)
	if err != nil && ctx.Err() != nil { // we stop; another member may begin at once
		return nil, &later{0, err}
	}
	return r.fetched(a, c, size, time.Since(began), err)
}

// fetched writes what an attempt brought and says what is told of it.
func (r *Relay) fetched(a *media.Attempt, c *effects.Claimed, size int64, took time.Duration, err error) (proto.Message, error) {
	reason, pause := r.judgeMedia(a, err)
	log := r.cfg.Logger.With("phone_number_id", a.Key.PhoneNumberID, "wamid", a.MessageID, "tries", a.Attempt)
	if err != nil && reason == "" {
		log.Debug("file of a message not fetched yet", "error", err)
		r.metrics.media.tried("later")
		_ = r.endMedia(func(ctx context.Context) (bool, error) { return true, r.store.Media.Discard(ctx, a) })
		return nil, &later{pause, err}
	}
	end := func(ctx context.Context) (bool, error) { return r.store.Media.Keep(ctx, a, size) }
	outcome := "kept"
	if err != nil {
		outcome = "failed"
		log.Warn("file of a message will not be kept", "reason", reason, "error", err)
		end = func(ctx context.Context) (bool, error) { return r.store.Media.Fail(ctx, a, reason) }
	}
	if err := r.endMedia(end); err != nil {
		return nil, err
	}
	r.metrics.media.tried(outcome)
	if outcome == "kept" {
		r.metrics.media.kept(size, took)
	}
	return recordFile(c, reason, size), nil
}

func fileAttempt(c *effects.Claimed) (*media.Attempt, error) {
	file, err := ledger.ReadFile(c.Body)
	key := wa.ConversationKey{PhoneNumberID: wa.PhoneNumberID(c.Scope), ContactID: wa.ContactID(c.Grain)}
	return &media.Attempt{Ref: media.Ref{Key: key, MessageID: wa.MessageID(c.ID)}, File: file, Attempt: c.Attempt}, err
}

// recordFile tells of the end of an attempt: kept without a reason.
func recordFile(c *effects.Claimed, reason wa.MediaReason, size int64) proto.Message {
	return &actorpb.RecordMedia{MessageId: c.ID, Attempt: c.Attempt, Kept: reason == "", Reason: string(reason), Size: size}
}

// errOvertaken says that another attempt has been claimed since.
var errOvertaken = errors.New("another attempt has begun since")

// endMedia writes how an attempt ended, when the store is back: else the file
// would wait for the end of its lease. Each try has a grace in which the relay
// may stop.
func (r *Relay) endMedia(end func(context.Context) (bool, error)) error {
	return r.work.Persist("end of a fetch", func(context.Context) error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.work.Context()), stopGrace)
		defer cancel()
		ended, err := end(ctx)
		if err == nil && !ended {
			return fmt.Errorf("%w: %w", persistence.ErrRefused, errOvertaken)
		}
		return err
	})
}

// download brings the file into the store, piece by piece.
func (r *Relay) download(a *media.Attempt) (int64, error) {
	ctx, cancel := context.WithTimeout(r.work.Context(), mediaTime)
	defer cancel()
	number, err := r.store.Numbers.Get(ctx, a.Key.PhoneNumberID)
	if err != nil {
		return 0, fmt.Errorf("read number: %w", err)
	}
	if number.Token == "" {
		return 0, errTokenMissing
	}
	ctx = r.by(ctx, &number)
	info, err := r.cfg.Client.Media(ctx, a.Key.PhoneNumberID, number.Token, a.MediaID)
	if err != nil {
		return 0, err
	}
	limit := r.cfg.Limits.MediaBytes
	if info.Size > limit {
		return 0, cloudapi.ErrMediaTooLarge
	}
	pieces := 0
	size, sum, err := r.cfg.Client.Download(ctx, number.Token, info.URL, limit, make([]byte, media.Piece), func(piece []byte) error {
		pieces++
		return r.store.Media.PutPiece(ctx, a, pieces-1, piece)
	})
	switch {
	case err != nil:
		return 0, err
	case size == 0, !cloudapi.SameSum(sum, a.SHA256), !cloudapi.SameSum(sum, info.SHA256):
		return 0, errDamaged
	}
	return size, nil
}

// Why an attempt failed, beyond what Meta and the network say.
var (
	errDamaged      = errors.New("the file is not what was announced")
	errTokenMissing = errors.New("the number has no access token")
)

// judgeMedia says of a failed attempt why it was the last one, or how long to
// wait for the next.
//
// The order counts: first what no attempt can mend, then that Meta keeps no file for so
// long, then Meta's own word, which is believed only when it was said often enough.
func (r *Relay) judgeMedia(a *media.Attempt, err error) (wa.MediaReason, time.Duration) {
	if err == nil {
		return "", 0
	}
	pause := min(r.cfg.Pauses.Media<<(min(a.Attempt, mediaTries)-1), mediaPauseMax)
	pause = pause/2 + rand.N(pause)
	failure, fromMeta := errors.AsType[*cloudapi.SendError](err)
	switch {
	case errors.Is(err, cloudapi.ErrForeignHost):
		return wa.MediaForeign, 0
	case errors.Is(err, cloudapi.ErrMediaTooLarge):
		return wa.MediaTooLarge, 0
	case r.cfg.Clock.Now().Sub(a.WantedAt) > wa.MediaLife:
		return wa.MediaExpired, 0
	case errors.Is(err, errDamaged) && a.Attempt >= mediaProofs:
		return wa.MediaDamaged, 0
	case fromMeta && failure.NoSuchObject() && a.Attempt >= mediaProofs:
		return wa.MediaGone, 0
	case a.Attempt >= mediaTries:
		return wa.MediaUnavailable, 0
	case fromMeta:
		return "", max(pause, failure.RetryAfter)
	}
	return "", pause
}

// dropMedia removes what each tenant has kept for as long as it wants.
func (r *Relay) dropMedia(ctx context.Context) {
	if r.cfg.MediaAge == nil {
		return
	}
	tenants, err := r.store.Numbers.Tenants(ctx)
	for _, tenant := range tenants {
		if ctx.Err() != nil {
			return
		}
		if failed := r.dropMediaOf(ctx, tenant); failed != nil {
			err = failed // the others go on
		}
	}
	if err != nil && ctx.Err() == nil {
		r.cfg.Logger.Warn("old media not dropped", "error", err)
	}
}

func (r *Relay) dropMediaOf(ctx context.Context, tenant wa.TenantID) error {
	for {
		age, err := r.cfg.MediaAge(tenant) // again for each lot: it may change meanwhile
		if err != nil || age <= 0 {
			return err
		}
		dropped, err := r.store.Media.Drop(ctx, tenant, age, mediaDropLot)
		if err != nil {
			return err
		}
		ours, err := r.store.Uploads.Drop(ctx, tenant, age, mediaDropLot)
		if err != nil || dropped < mediaDropLot && ours < mediaDropLot {
			return err
		}
	}
}

// measureMedia keeps the age of what waits longest for the gauge.
func (r *Relay) measureMedia(ctx context.Context) {
	if age, err := r.store.Media.OldestWanted(ctx); err == nil {
		r.metrics.media.oldest.Store(int64(age))
	}
}
