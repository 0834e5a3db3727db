package follow

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// errLost ends a lead: another member has it, or our lease has ended.
var errLost = errors.New("the lead is lost")

// tooOld is for how long a place in the change log is good: the log forgets after 15
// minutes.
const tooOld = "interval '5 minutes'"

// takeLead takes the lead; ok is false while another living member has it.
func (l *leader) takeLead(ctx context.Context) (ok bool, err error) {
	take := `
UPDATE follower f SET member = $2, term = term + 1
WHERE name = $1 AND (f.member IS NULL OR f.member = $2 OR NOT ` + persistence.MemberLives("f.member", "$3") + `)
    AND EXISTS (SELECT FROM member WHERE id = $2 AND lease_until > now())
RETURNING term`
	ctx, cancel := context.WithTimeout(ctx, stepBudget)
	defer cancel()
	c := l.cfg
	if _, err = c.Pool.Exec(ctx, `INSERT INTO follower (name) VALUES ($1) ON CONFLICT DO NOTHING`, c.Name); err == nil {
		err = c.Pool.QueryRow(ctx, take, c.Name, c.Member, c.Lost()).Scan(&l.term)
	}
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("lead %s: %w", c.Name, err)
	}
	return true, nil
}

// release gives the lead back. What cannot be told ends with the member's lease.
func (l *leader) release() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_, _ = l.cfg.Pool.Exec(ctx, `UPDATE follower SET member = NULL WHERE name = $1 AND term = $2`, l.cfg.Name, l.term)
}

// fenced does something in a transaction that commits only while the lead is ours.
// The row is locked: who takes the lead waits for the transaction, which the
// database ends if this process hangs in it.
func (l *leader) fenced(ctx context.Context, do func(tx pgx.Tx) error) error {
	const hold = `SELECT FROM follower WHERE name = $1 AND term = $2
    AND EXISTS (SELECT FROM member WHERE id = $3 AND lease_until > now()) FOR NO KEY UPDATE OF follower`
	return pgx.BeginFunc(ctx, l.cfg.Pool, func(tx pgx.Tx) error {
		var tag pgconn.CommandTag
		batch := &pgx.Batch{}
		batch.Queue(`SET LOCAL idle_in_transaction_session_timeout = '10s'`)
		batch.Queue(hold, l.cfg.Name, l.term, l.cfg.Member).Exec(func(t pgconn.CommandTag) error { tag = t; return nil })
		if err := tx.SendBatch(ctx, batch).Close(); err != nil {
			return fmt.Errorf("hold the lead: %w", err)
		}
		if tag.RowsAffected() == 0 {
			return errLost
		}
		return do(tx)
	})
}

// place is how far the follower is, as its row says.
type place struct {
	next    uint64 // in the change log
	good    bool   // nothing has been forgotten since
	rebuild bool
	walking bool
	walk    wa.ConversationKey // done up to it
	due     bool               // the last walk is too long ago
}

func (l *leader) readPlace(ctx context.Context) (p place, err error) {
	const read = `
SELECT f.next, f.looked_at > now() - ` + tooOld + ` AND EXISTS (SELECT FROM change_log c
        WHERE c.xid = f.mark::text::xid8 AND c.tenant_id = '' AND c.phone_number_id = '' AND c.contact_id = f.name),
    f.rebuild, f.walking, f.walk_number, f.walk_contact, f.walked_at < now() - $4::interval
FROM follower f
WHERE f.name = $1 AND f.term = $2 AND EXISTS (SELECT FROM member WHERE id = $3 AND lease_until > now())`
	err = l.cfg.Pool.QueryRow(ctx, read, l.cfg.Name, l.term, l.cfg.Member, l.cfg.Walk).
		Scan(&p.next, &p.good, &p.rebuild, &p.walking, &p.walk.PhoneNumberID, &p.walk.ContactID, &p.due)
	if errors.Is(err, pgx.ErrNoRows) {
		err = errLost
	}
	if err != nil {
		return p, fmt.Errorf("read how far %s is: %w", l.cfg.Name, err)
	}
	return p, nil
}

// markLog marks the change log for a new start and begins a walk. The place is that
// of before the walk: what the walk is too early for comes with the tail.
func (l *leader) markLog(ctx context.Context, tx pgx.Tx) error {
	const unmark = `DELETE FROM change_log WHERE tenant_id = '' AND phone_number_id = '' AND contact_id = $1`
	const mark = `
WITH marked AS (
    INSERT INTO change_log (tenant_id, phone_number_id, contact_id, version, at) VALUES ('', '', $1, 0, 'infinity') RETURNING xid
)
UPDATE follower SET mark = marked.xid::text::bigint, next = pg_snapshot_xmin(pg_current_snapshot())::text::bigint, looked_at = now(),
    walking = true, walk_number = '', walk_contact = ''
FROM marked WHERE name = $1
RETURNING next`
	if _, err := tx.Exec(ctx, unmark, l.cfg.Name); err != nil {
		return err
	}
	return tx.QueryRow(ctx, mark, l.cfg.Name).Scan(&l.next)
}

// tail is what has changed since a place in the change log.
type tail struct {
	keys []wa.ConversationKey
	next uint64        // the place after it
	lag  time.Duration // age of the oldest change, also of one whose time has not come
}

// readTail returns the conversations that have changed. What an open transaction may
// still overtake is left for later.
func (l *leader) readTail(ctx context.Context) (tail, error) {
	const read = `
WITH upto AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xid)
SELECT '', '', (SELECT xid::text::bigint FROM upto), coalesce((
    SELECT extract(epoch FROM clock_timestamp() - min(at)) FROM change_log
    WHERE xid >= $1::text::xid8 AND phone_number_id <> ''), 0)::float8
UNION ALL
SELECT phone_number_id, contact_id, 0, 0 FROM change_log
WHERE xid >= $1::text::xid8 AND xid < (SELECT xid FROM upto) AND phone_number_id <> ''
GROUP BY phone_number_id, contact_id`
	rows, err := l.cfg.Pool.Query(ctx, read, fmt.Sprint(l.next))
	if err != nil {
		return tail{}, fmt.Errorf("tail change log for %s: %w", l.cfg.Name, err)
	}
	found := tail{next: l.next}
	var key wa.ConversationKey
	var next uint64
	var seconds float64
	_, err = pgx.ForEachRow(rows, []any{&key.PhoneNumberID, &key.ContactID, &next, &seconds}, func() error {
		if key.PhoneNumberID == "" {
			found.next, found.lag = max(l.next, next), max(0, time.Duration(seconds*float64(time.Second)))
			return nil
		}
		found.keys = append(found.keys, key)
		return nil
	})
	if err != nil {
		return tail{}, fmt.Errorf("tail change log for %s: %w", l.cfg.Name, err)
	}
	return found, nil
}

// keep notes how far the tail was read.
func (l *leader) keep(ctx context.Context) error {
	return l.fenced(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE follower SET next = $2, looked_at = now() WHERE name = $1`, l.cfg.Name, l.next)
		return err
	})
}

// readPage reads the conversations that follow a key.
func readPage(ctx context.Context, tx pgx.Tx, after wa.ConversationKey, limit int) ([]Conversation, error) {
	const page = `
SELECT phone_number_id, contact_id, version FROM conversation
WHERE (phone_number_id, contact_id) > ($1, $2) ORDER BY phone_number_id, contact_id LIMIT $3`
	rows, err := tx.Query(ctx, page, after.PhoneNumberID, after.ContactID, limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (c Conversation, err error) {
		err = row.Scan(&c.Key.PhoneNumberID, &c.Key.ContactID, &c.Version)
		return c, err
	})
}

// note keeps a conversation that was passed by, for whoever is to mend it. Not why in
// the database's words: those may hold a customer's.
func (l *leader) note(ctx context.Context, key wa.ConversationKey, cause error) error {
	reason := "panic"
	if pg, ok := errors.AsType[*pgconn.PgError](cause); ok {
		reason = pg.Code
	}
	return l.fenced(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
INSERT INTO follower_problem AS p (name, phone_number_id, contact_id, reason) VALUES ($1, $2, $3, $4)
ON CONFLICT (name, phone_number_id, contact_id) DO UPDATE SET reason = excluded.reason, times = p.times + 1, at = now()`,
			l.cfg.Name, key.PhoneNumberID, key.ContactID, reason)
		return err
	})
}

// problems are the conversations that were passed by.
func (l *leader) readProblems(ctx context.Context) error {
	list, err := persistence.Collect(ctx, l.cfg.Pool, "read problems of "+l.cfg.Name, pgx.RowToStructByPos[wa.ConversationKey],
		`SELECT phone_number_id, contact_id FROM follower_problem WHERE name = $1`, l.cfg.Name)
	l.noted = make(map[wa.ConversationKey]bool, len(list))
	for _, key := range list {
		l.noted[key] = true
	}
	return err
}
