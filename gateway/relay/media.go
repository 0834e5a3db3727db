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

// mediaPump fetches wanted files beside everything else: its own slots, of which
// one number has a quarter at most, so that neither slow files delay texts nor
// one number's trouble the others'.
type mediaPump struct {
	relay *Relay
	awake chan struct{}

	mu   sync.Mutex
	busy map[wa.PhoneNumberID]int
	sum  int
}

func newMediaPump(r *Relay) *mediaPump {
	return &mediaPump{relay: r, awake: make(chan struct{}, 1), busy: make(map[wa.PhoneNumberID]int)}
}

// loop claims at every poll, and whenever a slot became free.
func (p *mediaPump) loop() {
	tick := time.NewTicker(p.relay.cfg.Pauses.Poll)
	defer tick.Stop()
	for {
		p.claim()
		select {
		case <-p.relay.quit:
			return
		case <-p.awake:
		case <-tick.C:
		}
	}
}

func (p *mediaPump) claim() {
	r := p.relay
	p.mu.Lock()
	free, busy := r.cfg.Limits.Media-p.sum, maps.Clone(p.busy)
	p.mu.Unlock()
	if free <= 0 || r.senders.hold.Load() {
		return
	}
	claims, err := r.store.Media.Claim(r.ctx, free, max(1, r.cfg.Limits.Media/4), mediaLease, busy)
	if err != nil {
		if r.ctx.Err() == nil {
			r.cfg.Logger.Warn("media not claimed", "error", err)
		}
		return
	}
	for i := range claims {
		c := &claims[i]
		p.occupy(c.Key.PhoneNumberID, 1)
		r.work.Go(func() {
			defer func() {
				p.occupy(c.Key.PhoneNumberID, -1)
				signal(p.awake)
			}()
			r.guarded("file", func() { r.fetchMedia(c) }) // claimed again when its lease ends
		})
	}
}

func (p *mediaPump) occupy(number wa.PhoneNumberID, by int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sum += by
	if p.busy[number] += by; p.busy[number] == 0 {
		delete(p.busy, number)
	}
}

// fetchMedia makes one attempt and ends it, with the conversation told if it was
// the last one.
func (r *Relay) fetchMedia(c *media.Claimed) {
	began := time.Now()
	size, err := r.download(c)
	if err != nil && r.ctx.Err() != nil { // we stop; another member may begin at once
		_ = r.endMedia(func(ctx context.Context) error { return r.store.Media.Later(ctx, c, 0) }) // or else when the lease ends
		return
	}
	outcome, ended := "kept", false
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
		r.cfg.Logger.Warn("outcome of a fetch not written: it will be tried again", "wamid", c.MessageID, "error", err)
		return
	}
	r.metrics.media.tried(outcome)
	if outcome == "kept" {
		r.metrics.media.kept(size, time.Since(began))
	}
	if ended {
		r.tellMedia(r.ctx, c.Ref)
	}
}

// endMedia writes how an attempt ended, when the store is back: else the file
// would wait for the end of its lease. Each try has a grace in which the relay
// may stop. An end that was written unseen is told of by tellUntoldMedia.
func (r *Relay) endMedia(end func(context.Context) error) error {
	return r.persist("end of a fetch", func(context.Context) error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), stopGrace)
		defer cancel()
		return end(ctx)
	})
}

// download brings the file into the store, piece by piece.
func (r *Relay) download(c *media.Claimed) (int64, error) {
	ctx, cancel := context.WithTimeout(r.ctx, mediaTime)
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

// tellMedia tells a conversation that the fetching of a file has ended; what does
// not arrive is told again by tellUntoldMedia.
func (r *Relay) tellMedia(ctx context.Context, ref media.Ref) {
	answer, err := r.ask(&item{
		kind: wa.ConversationKind, key: ref.Key.String(), message: &actorpb.RecordMedia{MessageId: string(ref.MessageID)},
	})
	if err == nil && (answer.GetAlready() || answer.GetRefusal() != "") {
		err = r.store.Media.Forget(ctx, ref)
	}
	if err != nil && ctx.Err() == nil {
		r.cfg.Logger.Warn("conversation not told of a file", "conversation", ref.Key.String(), "error", err)
	}
}

func (r *Relay) tellUntoldMedia(ctx context.Context) {
	refs, err := r.store.Media.Untold(ctx, sweepLot)
	if err != nil {
		if ctx.Err() == nil {
			r.cfg.Logger.Warn("untold media not found", "error", err)
		}
		return
	}
	inParallel(refs, sweepsAtOnce, func(n int) { r.guarded("file", func() { r.tellMedia(ctx, refs[n]) }) })
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
