package follow

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// walkPage is how many conversations of a walk are looked at together; keepEvery how
// often the place in the log is noted while nothing changes.
const (
	walkPage  = 500
	keepEvery = 30 * time.Second
)

// leader is the work of one lead.
type leader struct {
	cfg     *Config
	metrics *metrics
	term    int64

	next uint64    // place in the change log
	kept time.Time // when that was noted

	walking bool
	walkAt  wa.ConversationKey // looked at up to it
	behind  []wa.ConversationKey
	ended   bool // the walk has looked at the last one

	noted map[wa.ConversationKey]bool // passed by before
}

// follow reads the tail, and beside it walks when that is due.
func (l *leader) follow(ctx context.Context) error {
	if err := l.begin(ctx); err != nil {
		return err
	}
	for ctx.Err() == nil {
		if err := l.look(ctx); err != nil {
			return err
		}
		if err := l.tail(ctx); err != nil {
			return err
		}
		wait := l.cfg.Every
		if l.walking {
			began := time.Now()
			if err := l.walk(ctx); err != nil {
				return err
			}
			// As long a pause as the work: half of a processor at most.
			wait = min(wait, time.Since(began))
		}
		pause(ctx, wait)
	}
	return nil
}

// begin takes up the work where the leader before left it.
func (l *leader) begin(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stepBudget)
	defer cancel()
	if err := l.readProblems(ctx); err != nil {
		return err
	}
	p, err := l.readPlace(ctx)
	if err != nil {
		return err
	}
	l.next, l.kept, l.walking, l.walkAt = p.next, time.Now(), p.walking, p.walk
	return l.mind(ctx, &p)
}

// look sees whether the lead is ours still, and what has become due.
func (l *leader) look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stepBudget)
	defer cancel()
	p, err := l.readPlace(ctx)
	if err != nil {
		return err
	}
	return l.mind(ctx, &p)
}

// mind begins a walk where one is due.
func (l *leader) mind(ctx context.Context, p *place) error {
	switch {
	case p.rebuild, !p.good: // the tail may have missed something, also of what was walked
		return l.startOver(ctx, p.rebuild)
	case p.due && !l.walking:
		l.walkFrom(wa.ConversationKey{})
	}
	return nil
}

// startOver walks over everything, from a new place in the log.
func (l *leader) startOver(ctx context.Context, rebuild bool) error {
	err := l.fenced(ctx, func(tx pgx.Tx) error {
		if err := l.markLog(ctx, tx); err != nil || !rebuild {
			return err
		}
		if reset := l.cfg.Handler.Reset; reset != nil {
			if err := reset(ctx, tx); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, `UPDATE follower SET rebuild = false WHERE name = $1`, l.cfg.Name)
		return err
	})
	if err != nil {
		return err
	}
	l.cfg.Logger.Info("walks over everything", "follower", l.cfg.Name, "rebuild", rebuild)
	l.kept = time.Now()
	l.walkFrom(wa.ConversationKey{})
	return nil
}

func (l *leader) walkFrom(key wa.ConversationKey) {
	l.walking, l.walkAt, l.behind, l.ended = true, key, nil, false
}

// tail takes what the change log tells.
func (l *leader) tail(ctx context.Context) error {
	looking, cancel := context.WithTimeout(ctx, stepBudget)
	defer cancel()
	found, err := l.readTail(looking)
	if err != nil {
		return err
	}
	l.metrics.caughtUp(found.lag)
	for keys := found.keys; len(keys) > 0; {
		began := time.Now()
		if keys, err = l.take(ctx, keys, false); err != nil {
			return err
		}
		if len(keys) > 0 {
			pause(ctx, burstRest*time.Since(began))
		}
	}
	l.next = found.next
	if len(found.keys) == 0 && time.Since(l.kept) < keepEvery {
		return nil
	}
	l.kept = time.Now()
	keeping, cancel := context.WithTimeout(ctx, stepBudget)
	defer cancel()
	return l.keep(keeping)
}

// walk does one step: looks at a page of conversations, or takes some of those that
// are behind.
func (l *leader) walk(ctx context.Context) (err error) {
	if len(l.behind) > 0 {
		l.behind, err = l.take(ctx, l.behind, true)
	} else if !l.ended {
		err = l.page(ctx)
	}
	if err != nil || len(l.behind) > 0 {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, stepBudget)
	defer cancel()
	err = l.fenced(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE follower SET walking = NOT $2, walk_number = $3, walk_contact = $4,
			walked_at = CASE WHEN $2 THEN now() ELSE walked_at END WHERE name = $1`,
			l.cfg.Name, l.ended, l.walkAt.PhoneNumberID, l.walkAt.ContactID)
		return err
	})
	if err == nil && l.ended {
		l.walking = false
		l.metrics.walked()
	}
	return err
}

// page looks at the conversations that come next.
func (l *leader) page(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stepBudget)
	defer cancel()
	return pgx.BeginTxFunc(ctx, l.cfg.Pool, pgx.TxOptions{AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		page, err := readPage(ctx, tx, l.walkAt, walkPage)
		if err != nil {
			return err
		}
		l.ended = len(page) < walkPage
		if len(page) == 0 {
			return nil
		}
		l.walkAt = page[len(page)-1].Key
		if l.cfg.Handler.Behind != nil {
			l.behind, err = l.cfg.Handler.Behind(ctx, tx, page)
			return err
		}
		for _, c := range page {
			l.behind = append(l.behind, c.Key)
		}
		return nil
	})
}

// take has the first of the conversations brought up to date and returns those that
// are left. One that the database does not take is noted and passed by, alone.
func (l *leader) take(ctx context.Context, keys []wa.ConversationKey, walked bool) ([]wa.ConversationKey, error) {
	ctx, cancel := context.WithTimeout(ctx, stepBudget)
	defer cancel()
	n := min(len(keys), l.cfg.Lot)
	var again []wa.ConversationKey
	lot := persistence.Sieve[wa.ConversationKey]{
		Do: func(ctx context.Context, some []wa.ConversationKey) error {
			var more []wa.ConversationKey
			err := l.fenced(ctx, func(tx pgx.Tx) (err error) {
				if more, err = l.cfg.Handler.Take(ctx, tx, some, walked); err != nil {
					return err
				}
				return l.forgive(ctx, tx, some)
			})
			if err != nil {
				return err
			}
			for _, key := range some {
				delete(l.noted, key)
			}
			again = append(again, more...)
			return nil
		},
		Guilty: func(ctx context.Context, key wa.ConversationKey, err error) error {
			l.cfg.Logger.Error("conversation passed by: the database does not take what comes of it",
				"follower", l.cfg.Name, "conversation", key.String(), "error", err)
			l.metrics.leftOut()
			l.noted[key] = true
			return l.note(ctx, key, err)
		},
	}
	if canary := l.cfg.Handler.Canary; canary != nil {
		lot.Canary = func(ctx context.Context) error {
			return persistence.Classed(persistence.Rehearse(ctx, l.cfg.Pool, func(tx pgx.Tx) error { return canary(ctx, tx) }))
		}
	}
	if err := lot.Run(ctx, keys[:n]); err != nil {
		return nil, err
	}
	return slices.Concat(again, keys[n:]), nil
}

// forgive removes the notes of conversations that are taken now.
func (l *leader) forgive(ctx context.Context, tx pgx.Tx, keys []wa.ConversationKey) error {
	for _, key := range keys {
		if !l.noted[key] {
			continue
		}
		if _, err := tx.Exec(ctx, `DELETE FROM follower_problem WHERE name = $1 AND phone_number_id = $2 AND contact_id = $3`,
			l.cfg.Name, key.PhoneNumberID, key.ContactID); err != nil {
			return err
		}
	}
	return nil
}
