package journal

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// seated is an append that makes the agent an owner, or nobody.
func seated(contact string, version uint64, agent wa.AgentID) *answered {
	now := time.Now()
	a := &ledger.Append{
		Key: wa.ConversationKey{PhoneNumberID: "100", ContactID: wa.ContactID(contact)}, DecidedOn: version, Snapshot: []byte{1},
		Row:    ledger.Row{TenantID: "t", TeamID: "sales", Phase: 1, LastAt: now, StartedAt: now},
		Events: []ledger.Event{{Type: "InboundReceived", At: now, Body: []byte{}}},
	}
	if agent != "" {
		a.Seat = ledger.Seat{Agent: agent, Revision: 1}
	}
	return &answered{Append: a}
}

// answered is an append and its answer.
type answered struct {
	*ledger.Append
	result ledger.Appended
	err    error
}

// commit makes one batch of appends and answers them; its error is the batch's.
func (w *appendWriter) commit(ctx context.Context, appends []*answered) (err error) {
	g := w.group(func(_ int, _ time.Duration, failed error) { err = errors.Join(err, failed) })
	var all sync.WaitGroup
	for n, a := range appends {
		all.Go(func() {
			var p pendingAppend
			p, a.err = g.Do(ctx, pendingAppend{Append: a.Append, key: uint64(n), size: a.Size()})
			a.result = p.result
		})
		for g.Waiting() == n {
			runtime.Gosched()
		}
	}
	go g.Run(context.Background())
	g.Close()
	all.Wait()
	return err
}

// seats makes two accounts, a and b, and the writer of a member.
func seats(t *testing.T) (*pgxpool.Pool, *appendWriter) {
	t.Helper()
	pool := pgtest.Pool(t)
	pgtest.Exec(t, pool, `INSERT INTO tenant (id, name) VALUES ('t', 'T')`)
	for _, agent := range []string{"b", "a"} {
		pgtest.Exec(t, pool, `INSERT INTO staff (id, tenant_id, email, name, role, password_hash) VALUES ($1, 't', $1, $1, 'admin', '')`, agent)
	}
	return pool, &appendWriter{pool: pool}
}

// waiting waits until somebody waits for a lock.
func waiting(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); pgtest.Count(t, pool, `SELECT count(*) FROM pg_locks
		WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())`) == 0; {
		if time.Now().After(deadline) {
			t.Fatal("nobody waits")
		}
	}
}

// While a batch waits for a change of accounts it holds neither a seat that comes
// after the first of the change nor a conversation.
func TestSeatsAreHeldInOrderAndBeforeConversations(t *testing.T) {
	t.Parallel()
	pool, w := seats(t)
	if err := w.commit(t.Context(), []*answered{seated("c1", 0, "")}); err != nil {
		t.Fatal(err)
	}
	change, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = change.Rollback(context.Background()) }()
	lock := func(sql string) {
		t.Helper()
		if _, err := change.Exec(t.Context(), sql); err != nil {
			t.Errorf("%s: %v", sql, err)
		}
	}
	lock(`SELECT FROM staff WHERE id = 'a' FOR UPDATE`)
	batch := []*answered{seated("c1", 1, ""), seated("c2", 0, "b"), seated("c3", 0, "a")}
	committed := make(chan error, 1)
	go func() { committed <- w.commit(t.Context(), batch) }()
	waiting(t, pool)
	lock(`SELECT FROM conversation WHERE contact_id = 'c1' FOR UPDATE NOWAIT`)
	lock(`SELECT FROM staff WHERE id = 'b' FOR UPDATE`)
	if err := change.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-committed; err != nil {
		t.Error(err)
	}
	for _, p := range batch {
		if p.err != nil {
			t.Errorf("%s: %v", p.Key, p.err)
		}
	}
}

// Batches that name the seats in either order, and changes that lock both, never
// wait for each other in a circle.
func TestSeatsAndChangesNeverDeadlock(t *testing.T) {
	t.Parallel()
	pool, one := seats(t)
	const rounds = 200
	var all sync.WaitGroup
	for member, agents := range [][2]wa.AgentID{{"a", "b"}, {"b", "a"}} {
		w := &appendWriter{pool: pool}
		if member == 0 {
			w = one
		}
		all.Go(func() {
			for n := range rounds {
				batch := []*answered{
					seated(fmt.Sprintf("c%d-%d-1", member, n), 0, agents[0]), seated(fmt.Sprintf("c%d-%d-2", member, n), 0, agents[1]),
				}
				if err := w.commit(t.Context(), batch); err != nil {
					t.Error(err)
				}
				for _, p := range batch {
					if p.err != nil {
						t.Errorf("round %d: %v", n, p.err)
					}
				}
			}
		})
	}
	all.Go(func() {
		for range rounds {
			err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
				for _, sql := range []string{
					`SELECT count(*) FROM (SELECT FROM staff ORDER BY id FOR UPDATE) s`, `UPDATE staff SET name = 'new' WHERE id = 'b'`,
				} {
					if _, err := tx.Exec(t.Context(), sql); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
	all.Wait()
}
