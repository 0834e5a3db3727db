package actors

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/inbox"
)

// feedTail is how far a Feed has read the change log.
type feedTail struct {
	started  bool
	at       inbox.TailPosition
	since    time.Time                     // of the last look that succeeded
	missing  map[wa.ConversationKey]uint64 // committed, and not published when last looked
	prunable []datedPosition
	pruned   time.Time
}

type datedPosition struct {
	when time.Time
	at   inbox.TailPosition
}

// tailJob is one piece of work on the database, away from the state: start,
// read the rows of what is missing, or look for more.
type tailJob struct {
	cfg     FeedConfig
	tenant  wa.TenantID
	started bool
	at      inbox.TailPosition
	missing []wa.ConversationKey
	prune   *inbox.TailPosition
}

type tailResult struct {
	at      inbox.TailPosition
	changes []inbox.Change
	rows    []*actorpb.InboxRow
	read    []wa.ConversationKey
	err     error
}

func (s *feedState) nextJob(now time.Time) tailJob {
	t := &s.tail
	job := tailJob{cfg: s.cfg, tenant: s.tenant, started: t.started, at: t.at}
	for key, version := range t.missing {
		if s.published(key) >= version {
			delete(t.missing, key)
			continue
		}
		job.missing = append(job.missing, key)
	}
	if len(t.prunable) > 0 && now.Sub(t.prunable[0].when) > feedLogAge {
		job.prune = &t.prunable[0].at
		t.prunable = t.prunable[1:]
	}
	return job
}

func (s *feedState) published(key wa.ConversationKey) uint64 {
	return s.seen[conversationID{string(key.PhoneNumberID), string(key.ContactID)}]
}

// guarded makes an error of a panic: the feed waits for the result.
func (j tailJob) guarded(ctx context.Context) (result tailResult) {
	defer func() {
		if v := recover(); v != nil {
			result = tailResult{at: j.at, read: j.missing, err: fmt.Errorf("panicked: %v\n%s", v, debug.Stack())}
		}
	}()
	return j.run(ctx)
}

func (j tailJob) run(ctx context.Context) tailResult {
	ctx, cancel := context.WithTimeout(ctx, feedTailBudget)
	defer cancel()
	result := tailResult{at: j.at, read: j.missing}
	switch {
	case !j.started:
		result.at, result.err = j.cfg.Log.Start(ctx, j.tenant)
	case len(j.missing) > 0:
		result.rows, result.err = j.cfg.Log.Rows(ctx, j.tenant, j.missing)
	default:
		result.changes, result.at, result.err = j.cfg.Log.Tail(ctx, j.tenant, j.at)
	}
	if result.err == nil && j.prune != nil {
		if err := j.cfg.Log.Prune(ctx, *j.prune); err != nil {
			j.cfg.Logger.Warn("prune change log", "tenant", j.tenant, "error", err)
		}
	}
	return result
}

// apply takes what a job found and says when the next is due. A log that was
// emptied, or could not be read for as long as updates are kept, may have
// swallowed something: that is a new epoch.
func (s *feedState) apply(r tailResult, now time.Time) time.Duration {
	t := &s.tail
	switch {
	case errors.Is(r.err, persistence.ErrNotFound), r.err != nil && now.Sub(t.since) > feedDepth:
		s.cfg.Logger.Warn("change log lost, new feed epoch", "tenant", s.tenant, "error", r.err)
		s.renew(now)
		return 0
	case r.err != nil:
		s.cfg.Logger.Warn("read change log", "tenant", s.tenant, "error", r.err)
		return s.cfg.Tail
	}
	t.at, t.started, t.since = r.at, true, now
	if now.Sub(t.pruned) > feedPruneEvery {
		t.pruned = now
		t.prunable = append(t.prunable, datedPosition{now, r.at})
	}
	for _, row := range r.rows {
		s.publish(&actorpb.ConversationUpdate{Row: row}, now)
	}
	for _, key := range r.read { // read: what had no row is gone
		delete(t.missing, key)
	}
	for _, c := range r.changes {
		if s.published(c.Key) < c.Version {
			t.missing[c.Key] = c.Version
		}
	}
	if len(t.missing) > 0 {
		return min(feedGrace, s.cfg.Tail)
	}
	return s.cfg.Tail
}

// close takes the mark of this activation out of the log.
func (s *feedState) close() {
	if !s.tail.started {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := s.cfg.Log.Stop(ctx, s.tail.at); err != nil {
		s.cfg.Logger.Debug("unmark change log", "tenant", s.tenant, "error", err)
	}
}
