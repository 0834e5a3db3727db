package actors

import (
	"context"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
)

// What the tail tells is published by a Feed as rows without events, if the fast
// path has not brought it after a pause.

// repairJob reads the rows of what is missing, away from the state: while it reads,
// newer versions may be told missing.
type repairJob struct {
	log     ChangeLog
	tenant  wa.TenantID
	missing map[wa.ConversationKey]uint64
}

type repaired struct {
	rows []*actorpb.InboxRow
	read map[wa.ConversationKey]uint64 // at these versions at least, or they are gone
	err  error
}

// hear takes what the tail tells. A log that lost something is a new epoch.
func (s *feedState) hear(changes map[wa.ConversationKey]uint64, lost bool, now time.Time) {
	if lost {
		s.cfg.Logger.Warn("change log lost, new feed epoch", "tenant", s.tenant)
		s.renew(now)
	}
	if len(changes) > 0 && s.unheard(now) {
		s.skip() // what nobody published is news too
		return
	}
	for key, version := range changes {
		if s.published(key) < version {
			s.missing[key] = version
		}
	}
}

// grace is how long what the log tells may still be on its way by the fast path.
func (s *feedState) grace() time.Duration { return min(feedGrace, s.cfg.Tail.every) }

// nextRepair is what is still missing.
func (s *feedState) nextRepair() repairJob {
	job := repairJob{log: s.cfg.Tail.log, tenant: s.tenant, missing: make(map[wa.ConversationKey]uint64, len(s.missing))}
	for key, version := range s.missing {
		if s.published(key) >= version {
			delete(s.missing, key)
			continue
		}
		job.missing[key] = version
	}
	return job
}

func (s *feedState) published(key wa.ConversationKey) uint64 {
	return s.seen[conversationID{string(key.PhoneNumberID), string(key.ContactID)}]
}

// run makes an error of a panic: the feed waits for the result.
func (j repairJob) run(ctx context.Context) (result repaired) {
	defer func() {
		if v := recover(); v != nil {
			result = repaired{read: j.missing, err: fmt.Errorf("panicked: %v\n%s", v, debug.Stack())}
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, feedTailBudget)
	defer cancel()
	rows, err := j.log.Rows(ctx, j.tenant, slices.SortedFunc(maps.Keys(j.missing), wa.ConversationKey.Compare))
	return repaired{rows, j.missing, err}
}

// apply publishes what a repair found. Rows that could not be read for as long as
// updates are kept are a new epoch.
func (s *feedState) apply(r repaired, now time.Time) {
	if r.err != nil {
		s.cfg.Logger.Warn("read changed rows", "tenant", s.tenant, "error", r.err)
		switch {
		case s.failing.IsZero():
			s.failing = now
		case now.Sub(s.failing) > feedDepth:
			s.renew(now)
		}
		return
	}
	s.failing = time.Time{}
	for _, row := range r.rows {
		s.publish(&actorpb.ConversationUpdate{Row: row}, now)
	}
	for key, version := range r.read { // what had no row is gone
		if s.missing[key] <= version { // else the rows were read before the newer version
			delete(s.missing, key)
		}
	}
}
