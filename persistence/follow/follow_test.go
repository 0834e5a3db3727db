package follow_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/follow"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// report is a throw-away follower: it keeps the newest version of each conversation,
// how often it was taken, and which member took it.
type report struct {
	t     *testing.T
	pool  *pgxpool.Pool
	taken atomic.Int64
	// before is called in each transaction; nil: nothing is.
	before func(ctx context.Context, member string, keys []wa.ConversationKey)
}

func newReport(t *testing.T) *report {
	t.Helper()
	r := &report{t: t, pool: pgtest.Pool(t)}
	r.exec(`CREATE TABLE report (contact text PRIMARY KEY, version bigint CHECK (version <> 13), times int DEFAULT 1, member text)`)
	for _, member := range []string{"a", "b"} {
		pgtest.Member(t, r.pool, member)
	}
	return r
}

func (r *report) exec(sql string, args ...any) {
	r.t.Helper()
	pgtest.Exec(r.t, r.pool, sql, args...)
}

const putReport = `
INSERT INTO report AS r (contact, version, member) SELECT c.contact_id, c.version, $2 FROM conversation c WHERE c.contact_id = ANY ($1)
ON CONFLICT (contact) DO UPDATE SET version = excluded.version, times = r.times + 1, member = $2`

func (r *report) follower(member string) *follow.Follower {
	r.t.Helper()
	const soon = 5 * time.Millisecond
	f, err := follow.New(follow.Config{
		Pool: r.pool, Name: "report", Member: member, Every: soon, Retry: soon, Lot: 7,
		Handler: follow.Handler{
			Take: func(ctx context.Context, tx pgx.Tx, keys []wa.ConversationKey, _ bool) ([]wa.ConversationKey, error) {
				if r.before != nil {
					r.before(ctx, member, keys)
				}
				r.taken.Add(int64(len(keys)))
				contacts := make([]string, len(keys))
				for i, key := range keys {
					if contacts[i] = string(key.ContactID); contacts[i] == "panic" {
						panic("struck")
					}
				}
				_, err := tx.Exec(ctx, putReport, contacts, member)
				return nil, err
			},
			Reset: func(ctx context.Context, tx pgx.Tx) error {
				_, err := tx.Exec(ctx, `TRUNCATE report`)
				return err
			},
			Canary: func(ctx context.Context, tx pgx.Tx) error {
				_, err := tx.Exec(ctx, putReport, []string{persistence.CanaryID()}, member)
				return err
			},
		},
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return f
}

func (r *report) start(member string) *follow.Follower {
	f := r.follower(member)
	f.Start()
	r.t.Cleanup(f.Close)
	return f
}

// commit stores a conversation at a version, as the journal does.
func (r *report) commit(contact string, version int) {
	r.t.Helper()
	r.exec(`
WITH c AS (
INSERT INTO conversation (phone_number_id, contact_id, version, decided_on, snapshot, tenant_id, team_id,
    phase, contact_name, contact_address, last_at, last_outbound, last_preview, unread, started_at)
VALUES ('100', $1, $2, 0, '', 't1', 'red', 1, '', '', now(), false, '', 0, now())
ON CONFLICT (phone_number_id, contact_id) DO UPDATE SET version = excluded.version)
INSERT INTO change_log (tenant_id, phone_number_id, contact_id, version) VALUES ('t1', '100', $1, $2)`, contact, version)
}

func (r *report) said(sql string) (text string) {
	r.t.Helper()
	if err := r.pool.QueryRow(r.t.Context(), `SELECT coalesce(string_agg(x, ' ' ORDER BY x), '') FROM (`+sql+`) q (x)`).Scan(&text); err != nil {
		r.t.Fatal(err)
	}
	return text
}

const versions = `SELECT contact || '@' || version FROM report`

// waitFor waits until something is in the database.
func (r *report) waitFor(want, sql string) {
	r.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for r.said(sql) != want {
		if time.Now().After(deadline) {
			r.t.Fatalf("never came to %q, is %q", want, r.said(sql))
		}
	}
}

// What was there before is walked over, what changes is followed; when the leader's
// member dies another goes on where it was, and takes nothing again that it need not.
func TestFollowerOutlivesItsLeader(t *testing.T) {
	t.Parallel()
	r := newReport(t)
	r.commit("old", 3)
	r.exec(`DELETE FROM change_log`)
	r.start("a")
	r.waitFor("old@3", versions)
	r.waitFor("false", `SELECT walking::text FROM follower`)
	r.commit("new", 1)
	r.waitFor("new@1 old@3", versions)
	r.waitFor("a", `SELECT member FROM follower`)

	r.start("b")
	pgtest.EndMember(t, r.pool, "a")
	r.waitFor("b", `SELECT member FROM follower`)
	r.commit("new", 2)
	r.waitFor("new@2 old@3", versions)
	if got := r.said(`SELECT contact || member || times FROM report WHERE contact = 'old'`); got != "olda1" {
		t.Errorf("what nobody changed was taken again: %s", got)
	}
}

// Who leads no more and does not know it writes nothing: the lot that was under way
// while the lead changed is refused.
func TestFollowerIsFenced(t *testing.T) {
	t.Parallel()
	r := newReport(t)
	r.commit("x", 1)
	first := r.follower("a")
	hangs := make(chan struct{})
	r.before = func(ctx context.Context, member string, _ []wa.ConversationKey) {
		if member != "a" {
			return
		}
		// The lead changes while a hangs in its transaction; the database would end
		// that, here somebody does.
		close(hangs)
		<-ctx.Done()
	}
	ctx, giveUp := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- first.CatchUp(ctx) }()
	<-hangs
	if err := r.follower("b").CatchUp(t.Context()); !errors.Is(err, persistence.ErrConflict) {
		t.Errorf("b beside a living a: %v", err)
	}
	pgtest.EndMember(t, r.pool, "a")
	took := make(chan error, 1)
	go func() { took <- r.follower("b").CatchUp(t.Context()) }()
	giveUp()
	if err := <-ended; err == nil {
		t.Error("a ended well")
	}
	if err := <-took; err != nil {
		t.Fatal(err)
	}
	if got := r.said(`SELECT contact || member || times FROM report`); got != "xb1" {
		t.Errorf("taken: %q, want x by b alone", got)
	}
	// Without a lease nobody leads.
	if err := first.CatchUp(t.Context()); !errors.Is(err, persistence.ErrConflict) {
		t.Errorf("a without a lease: %v", err)
	}
}

// After an absence in which the log may have forgotten something, or was emptied, all
// is walked; after a short one the log is enough.
func TestFollowerCatchesUpAfterAnAbsence(t *testing.T) {
	t.Parallel()
	r := newReport(t)
	r.commit("kept", 1)
	r.start("a").Close()
	f := r.follower("a")
	if err := f.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, absence := range map[string]string{
		"long": `UPDATE follower SET looked_at = now() - interval '6 minutes'`, "emptied": `TRUNCATE change_log`,
	} {
		r.commit(name, 1)
		r.exec(`DELETE FROM change_log WHERE phone_number_id <> ''`) // as if it had forgotten
		r.exec(absence)
		f := r.follower("a")
		f.Start()
		r.waitFor(name+"@1", versions+` WHERE contact = '`+name+`'`)
		r.waitFor("false", `SELECT walking::text FROM follower`)
		f.Close()
	}
	times := r.said(`SELECT times::text FROM report WHERE contact = 'kept'`)
	r.commit("short", 1)
	r.start("b")
	r.waitFor("short@1", versions+` WHERE contact = 'short'`)
	if got := r.said(`SELECT times::text FROM report WHERE contact = 'kept'`); got != times {
		t.Errorf("after a short absence all was walked: taken %s times, before %s", got, times)
	}
}

// A walk that was cut goes on at its place.
func TestWalkGoesOnWhereItWasCut(t *testing.T) {
	t.Parallel()
	r := newReport(t)
	r.exec(`
INSERT INTO conversation (phone_number_id, contact_id, version, decided_on, snapshot, tenant_id, team_id,
    phase, contact_name, contact_address, last_at, last_outbound, last_preview, unread, started_at)
SELECT '100', to_char(n, 'FM0000'), 1, 0, '', 't1', 'red', 1, '', '', now(), false, '', 0, now() FROM generate_series(1, 1200) n`)
	r.before = func(_ context.Context, member string, keys []wa.ConversationKey) {
		if member == "a" && keys[0].ContactID > "0700" {
			panic("the process dies")
		}
	}
	f := r.follower("a")
	f.Start()
	r.waitFor("0500", `SELECT walk_contact FROM follower`)
	pgtest.EndMember(t, r.pool, "a")
	r.start("b")
	r.waitFor("false b", `SELECT walking::text || ' ' || coalesce(member, '') FROM follower`)
	f.Close()
	if got := r.said(`SELECT count(*) || ' ' || count(*) FILTER (WHERE member = 'a' AND times = 1 AND contact <= '0500') FROM report`); got != "1200 500" {
		t.Errorf("taken, and once by a: %s, want 1200 and its first page", got)
	}
}

// What the database does not take, or what a handler panics over, is noted and passed
// by, alone; it is taken when it was mended. A statement that takes nothing blames nobody.
func TestI09FollowerPassesPoisonBy(t *testing.T) {
	t.Parallel()
	r := newReport(t)
	for n := range 10 {
		r.commit(fmt.Sprint("c", n), n+1)
	}
	r.commit("poison", 13)
	r.commit("panic", 1)
	f := r.follower("a")
	if err := f.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := r.said(`SELECT count(*)::text FROM report`); got != "10" {
		t.Errorf("%s were taken, want all but two", got)
	}
	if got := r.said(`SELECT contact_id || '/' || reason || '/' || times FROM follower_problem`); got != "panic/panic/1 poison/23514/1" {
		t.Errorf("noted: %s", got)
	}
	r.exec(`UPDATE conversation SET version = 14 WHERE contact_id = 'poison'`)
	if err := f.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := r.said(`SELECT contact_id || '/' || times FROM follower_problem`); got != "panic/2" {
		t.Errorf("noted after it was mended: %s", got)
	}
	r.exec(`ALTER TABLE report RENAME TO gone`)
	if err := f.CatchUp(t.Context()); persistence.FaultOf(err) != persistence.FaultBroken {
		t.Errorf("broken for everybody: %v", err)
	}
	if got := r.said(`SELECT contact_id || '/' || times FROM follower_problem`); got != "panic/2" {
		t.Errorf("noted while nothing passes: %s", got)
	}
}

// A rebuild, asked for as the runbook says, removes what was derived and derives it
// again, by whoever leads.
func TestFollowerRebuilds(t *testing.T) {
	t.Parallel()
	r := newReport(t)
	r.commit("one", 1)
	r.commit("two", 2)
	r.start("a")
	r.waitFor("one@1 two@2", versions)
	r.exec(`INSERT INTO report VALUES ('wrong', 1)`)
	r.exec(`UPDATE follower SET rebuild = true WHERE name = 'report'`)
	r.waitFor("one@1 two@2", versions)
	r.waitFor("false", `SELECT (walking OR rebuild)::text FROM follower`)
	if diff := cmp.Diff("one1 two1", r.said(`SELECT contact || times FROM report`)); diff != "" {
		t.Errorf("taken since (-want +got):\n%s", diff)
	}
}
