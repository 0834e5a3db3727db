package relay

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
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

// files fetches what messages brought, beside everything else: its own slots, of
// which one number has a quarter at most, so that neither slow files delay texts
// nor one number's trouble the others'.
type files struct {
	relay *Relay

	mu   sync.Mutex
	busy map[wa.PhoneNumberID]int
}

// fetch is one attempt to fetch a file.
type fetch struct {
	media.Claimed
	ended bool // it was the last one: the conversation is to be told
}

func fileKind(r *Relay) kind[fetch] {
	f := &files{relay: r, busy: make(map[wa.PhoneNumberID]int)}
	return kind[fetch]{
		name: kindFiles, slots: r.cfg.Limits.Media, pause: r.cfg.Pauses.Poll,
		claim: f.claim, run: f.run, outcome: f.outcome, untold: f.untold,
	}
}

func (f *files) claim(ctx context.Context, _ string, free int) (lot[fetch], error) {
	f.mu.Lock()
	busy := maps.Clone(f.busy)
	f.mu.Unlock()
	list, err := f.relay.store.Media.Claim(ctx, f.relay.cfg.Member, free, max(1, f.relay.cfg.Limits.Media/4), mediaLease, busy)
	taken := lot[fetch]{work: make([]fetch, len(list)), more: len(list) == free}
	for n := range list {
		taken.work[n].Claimed = list[n]
		f.occupy(list[n].Key.PhoneNumberID, 1)
	}
	return taken, err
}

func (f *files) occupy(number wa.PhoneNumberID, by int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.busy[number] += by; f.busy[number] == 0 {
		delete(f.busy, number)
	}
}

func (f *files) run(_ context.Context, c *fetch) (err error) {
	defer f.occupy(c.Key.PhoneNumberID, -1)
	c.ended, err = f.relay.fetchMedia(&c.Claimed)
	return err
}

// outcome tells the conversation if this attempt was the last one. Its number may
// fetch another file now.
func (f *files) outcome(_ context.Context, c *fetch) *telling {
	f.relay.wake(kindFiles, "")
	if !c.ended {
		return nil
	}
	told := f.told(c.Ref)
	return &told
}

// untold also has files fetched that members were at when they died.
func (f *files) untold(ctx context.Context, limit int) ([]telling, error) {
	released, err := f.relay.store.Media.Release(ctx, f.relay.cfg.Lost(), limit)
	if err != nil {
		return nil, err
	}
	if released > 0 {
		f.relay.wake(kindFiles, "")
	}
	refs, err := f.relay.store.Media.Untold(ctx, limit)
	list := make([]telling, len(refs))
	for n, ref := range refs {
		list[n] = f.told(ref)
	}
	return list, err
}

// told tells a conversation that the fetching of a file has ended.
func (f *files) told(ref media.Ref) telling {
	return telling{
		kind: wa.ConversationKind, key: ref.Key.String(), command: &actorpb.RecordMedia{MessageId: string(ref.MessageID)},
		forget: func(ctx context.Context) error { return f.relay.store.Media.Forget(ctx, ref) },
	}
}

// fetchMedia makes one attempt and writes how it went: whether it was the last.
func (r *Relay) fetchMedia(c *media.Claimed) (ended bool, err error) {
	began := time.Now()
	size, err := r.download(c)
	if err != nil && r.work.Context().Err() != nil { // we stop; another member may begin at once
		_ = r.endMedia(func(ctx context.Context) error { return r.store.Media.Later(ctx, c, 0) }) // or else when the lease ends
		return false, err
	}
	outcome := "kept"
	end := func(ctx context.Context) (err error) { ended, err = r.store.Media.Keep(ctx, c, size); return err }
	switch reason, pause := r.judgeMedia(c, err); {
	case err == nil:
	case reason != "":
		outcome = "failed"
		r.cfg.Logger.Warn("file of a message will not be kept", "phone_number_id", c.Key.PhoneNumberID, "wamid", c.MessageID,
			"reason", reason, "tries", c.Attempt, "error", err)
		end = func(ctx context.Context) (err error) { ended, err = r.store.Media.Fail(ctx, c, reason); return err }
	default:
		outcome = "later"
		r.cfg.Logger.Debug("file of a message not fetched yet", "phone_number_id", c.Key.PhoneNumberID, "wamid", c.MessageID,
			"tries", c.Attempt, "error", err)
		end = func(ctx context.Context) error { return r.store.Media.Later(ctx, c, pause) }
	}
	if err := r.endMedia(end); err != nil {
		return false, fmt.Errorf("write how the fetch of the file of %s ended: %w", c.MessageID, err)
	}
	r.metrics.media.tried(outcome)
	if outcome == "kept" {
		r.metrics.media.kept(size, time.Since(began))
	}
	return ended, nil
}

// endMedia writes how an attempt ended, when the store is back: else the file
// would wait for the end of its lease. Each try has a grace in which the relay
// may stop. An end that was written unseen is found untold.
func (r *Relay) endMedia(end func(context.Context) error) error {
	return r.work.Persist("end of a fetch", func(context.Context) error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.work.Context()), stopGrace)
		defer cancel()
		return end(ctx)
	})
}

// download brings the file into the store, piece by piece.
func (r *Relay) download(c *media.Claimed) (int64, error) {
	ctx, cancel := context.WithTimeout(r.work.Context(), mediaTime)
	defer cancel()
	number, err := r.store.Numbers.Get(ctx, c.Key.PhoneNumberID)
	if err != nil {
		return 0, fmt.Errorf("read number: %w", err)
	}
	if number.Token == "" {
		return 0, errTokenMissing
	}
	info, err := r.cfg.Client.Media(ctx, c.Key.PhoneNumberID, number.Token, c.MediaID)
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
		return r.store.Media.PutPiece(ctx, c, pieces-1, piece)
	})
	switch {
	case err != nil:
		return 0, err
	case size == 0, !cloudapi.SameSum(sum, c.SHA256), !cloudapi.SameSum(sum, info.SHA256):
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
func (r *Relay) judgeMedia(c *media.Claimed, err error) (wa.MediaReason, time.Duration) {
	if err == nil {
		return "", 0
	}
	pause := min(r.cfg.Pauses.Media<<(min(c.Attempt, mediaTries)-1), mediaPauseMax)
	pause = pause/2 + rand.N(pause)
	failure, fromMeta := errors.AsType[*cloudapi.SendError](err)
	switch {
	case errors.Is(err, cloudapi.ErrForeignHost):
		return wa.MediaForeign, 0
	case errors.Is(err, cloudapi.ErrMediaTooLarge):
		return wa.MediaTooLarge, 0
	case c.Age > wa.MediaLife:
		return wa.MediaExpired, 0
	case errors.Is(err, errDamaged) && c.Attempt >= mediaProofs:
		return wa.MediaDamaged, 0
	case fromMeta && failure.NoSuchObject() && c.Attempt >= mediaProofs:
		return wa.MediaGone, 0
	case c.Attempt >= mediaTries:
		return wa.MediaUnavailable, 0
	case fromMeta:
		return "", max(pause, failure.RetryAfter)
	}
	return "", pause
}

// dropMedia removes files that were kept for as long as they should.
func (r *Relay) dropMedia(ctx context.Context) {
	for r.cfg.MediaAge > 0 && ctx.Err() == nil {
		dropped, err := r.store.Media.Drop(ctx, r.cfg.MediaAge, mediaDropLot)
		if err != nil && ctx.Err() == nil {
			r.cfg.Logger.Warn("old media not dropped", "error", err)
		}
		if err != nil || dropped < mediaDropLot {
			return
		}
	}
}

// measureMedia keeps the age of what waits longest for the gauge.
func (r *Relay) measureMedia(ctx context.Context) {
	if age, err := r.store.Media.OldestWanted(ctx); err == nil {
		r.metrics.media.oldest.Store(int64(age))
	}
}
