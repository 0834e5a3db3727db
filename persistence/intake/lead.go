package intake

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/persistence"
)

// problemsLock is the key of the advisory lock that makes one process the one that
// tries failed events again.
const problemsLock = 7_318_005

// Lead is the right to try failed events again, held by one member at a time: by a
// session of the database that also names the member. Not safe for concurrent use.
type Lead struct{ conn *pgx.Conn }

// nameMember locks the member's id beside the lead, shared, for others to see who
// leads. Two ids of one hash only make a lead end later.
const nameMember = `SELECT pg_advisory_lock_shared($1, hashtext($2))`

// endDeadLead ends the session of a leader that is no living member: one that hangs,
// or that the network keeps from the others, may keep its session for ever.
func endDeadLead() string {
	return `
SELECT count(pg_terminate_backend(l.pid)) FROM pg_locks l
WHERE l.locktype = 'advisory' AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND l.classid = 0 AND l.objid = $1::oid AND l.objsubid = 1
    AND NOT EXISTS (SELECT FROM pg_locks named JOIN member ON named.objid = (hashtext(member.id)::bigint & 4294967295)::oid
        WHERE named.pid = l.pid AND named.locktype = 'advisory' AND named.classid = $1::oid AND named.objsubid = 2
            AND ` + persistence.MemberLives("member.id", "$2") + `)`
}

// Lead takes the lead for a member; ok is false while another living one has it.
// Lost names members that vanished without leaving. The caller closes what it gets.
func (p *Problems) Lead(ctx context.Context, member string, lost []string) (lead *Lead, ok bool, err error) {
	conn, err := p.pool.Acquire(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("lead problems: %w", err)
	}
	if ok, err = takeLead(ctx, conn.Conn(), member, lost); err == nil && !ok {
		_, err = conn.Exec(ctx, `SELECT pg_advisory_unlock_all()`)
	}
	if err != nil {
		_ = conn.Conn().Close(ctx) // nothing of it stays locked
		err = fmt.Errorf("lead problems: %w", err)
	}
	if !ok || err != nil {
		conn.Release()
		return nil, false, err
	}
	// Out of the pool: closing that must not wait for the lead to end.
	return &Lead{conn.Hijack()}, true, nil
}

// takeLead names the member first: nobody may find a lead without a name.
func takeLead(ctx context.Context, conn *pgx.Conn, member string, lost []string) (ok bool, err error) {
	if _, err := conn.Exec(ctx, nameMember, problemsLock, member); err != nil {
		return false, err
	}
	if _, err := conn.Exec(ctx, endDeadLead(), problemsLock, lost); err != nil {
		return false, err
	}
	err = conn.QueryRow(ctx, `SELECT pg_try_advisory_lock($1)`, int64(problemsLock)).Scan(&ok)
	return ok, err
}

// Holds says whether the lead is still ours: it ends with its session, which ends
// with its member.
func (l *Lead) Holds(ctx context.Context) bool { return l.conn.Ping(ctx) == nil }

// Close gives the lead back, by ending its session. It waits for that a second at most.
func (l *Lead) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = l.conn.Close(ctx) // closed in either case
}
