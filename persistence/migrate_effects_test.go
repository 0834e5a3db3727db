package persistence_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// migratedTo is an empty database at a migration of before.
func migratedTo(t *testing.T, version int64) *pgxpool.Pool {
	t.Helper()
	pool := emptyPool(t)
	db := stdlib.OpenDBFromPool(pool)
	provider, err := goose.NewProvider(goose.DialectPostgres, db, os.DirFS("migrations"))
	if err != nil {
		t.Fatal(err)
	}
	defer provider.Close()
	if _, err := provider.UpTo(t.Context(), version); err != nil {
		t.Fatal(err)
	}
	return pool
}

// movedEffect is what of a row of effect says how it goes on.
type movedEffect struct {
	State   int
	Attempt int
	Due     bool
	Told    proto.Message
}

// What waited to be sent waits on, and what was sent is told to its conversation: as
// the answer that Meta gave, or as unconfirmed where nobody knows.
func TestMigrationKeepsWhatWasUnderWay(t *testing.T) {
	t.Parallel()
	pool := migratedTo(t, 13)
	const text = `não é um número do WhatsApp, e isto é mais longo que cento e vinte e sete bytes: ` +
		`por isso o seu comprimento precisa de dois bytes na codificação`
	pgtest.Exec(t, pool, `INSERT INTO outbox (phone_number_id, message_id, attempt, contact_id, state, lane, owner_epoch, turn_epoch,
			not_before, window_closes_at, claimed_by, wamid, error_code, error_text, retry, retry_after, reason)
		SELECT '100', state || reason, n, 'c1', state, 2, 7, 3, now() - interval '1 s', now() + interval '1 hour', claimed_by,
			wamid, code, text, retry, after, reason
		FROM (VALUES ('queued', 1, NULL, NULL, 0, '', false, NULL::interval, ''),
			('claimed', 2, 'm', NULL, 0, '', false, NULL, ''),
			('accepted', 300, 'm', 'wamid.A', 0, '', false, NULL, ''),
			('rejected', 1, 'm', NULL, 131026, $1, true, interval '1500 ms', ''),
			('ambiguous', 1, 'm', NULL, 0, '', false, NULL, ''),
			('withdrawn', 1, NULL, NULL, 0, '', false, NULL, 'superseded'),
			('withdrawn', 1, 'm', NULL, 0, '', false, NULL, 'window_closed'))
			AS o (state, n, claimed_by, wamid, code, text, retry, after, reason)`, text)
	pgtest.Exec(t, pool, `INSERT INTO media (phone_number_id, message_id, contact_id, media_id, mime, sha256, file_name,
			state, tries, next_try, claimed_by, reason, told, attempt, size, wanted_at)
		SELECT '100', id, 'c1', '42', 'image/png', 'sum', 'a.png', state, tries, now() + pause, claimed_by, reason, told,
			CASE state WHEN 'kept' THEN tries ELSE 0 END, size, '2026-11-20 10:00:00.5Z'
		FROM (VALUES ('new', 'wanted', 0, interval '0', NULL, '', false, 0),
			('pausing', 'wanted', 3, interval '1 hour', NULL, '', false, 0),
			('fetching', 'wanted', 4, interval '10 min', 'm', '', false, 0),
			('kept', 'kept', 2, interval '2 s', NULL, '', false, 70000),
			('failed', 'failed', 12, interval '2 s', NULL, 'unavailable', false, 0),
			('told', 'kept', 1, interval '0', NULL, '', true, 7),
			('dropped', 'dropped', 1, interval '0', NULL, '', true, 7))
			AS m (id, state, tries, pause, claimed_by, reason, told, size)`)
	if err := persistence.Migrate(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	accepted := &actorpb.RecordAccepted{MessageId: "accepted", Wamid: "wamid.A"}
	// The attempt that an acceptance named at the time; this binary passes over it.
	accepted.ProtoReflect().SetUnknown(protowire.AppendVarint(protowire.AppendTag(nil, 2, protowire.VarintType), 300))
	want := map[string]movedEffect{
		"1 queued":    {State: 0, Attempt: 1, Due: true},
		"1 claimed":   {State: 3, Attempt: 2, Due: true},
		"1 accepted":  {State: 2, Attempt: 300, Due: true, Told: accepted},
		"1 ambiguous": {State: 3, Attempt: 1, Due: true},
		"1 rejected": {State: 2, Attempt: 1, Due: true, Told: &actorpb.RecordRejected{
			MessageId: "rejected", Attempt: 1, Code: 131026, Text: text, Retry: true, RetryAfterMs: 1500,
		}},
		"1 withdrawnsuperseded":    {State: 4, Attempt: 1, Due: true},
		"1 withdrawnwindow_closed": {State: 5, Attempt: 1, Due: true},
		"2 new":                    {State: 0, Attempt: 1, Due: true},
		"2 pausing":                {State: 0, Attempt: 4},
		"2 fetching":               {State: 0, Attempt: 5, Due: true},
		"2 kept":                   {State: 2, Attempt: 2, Due: true, Told: &actorpb.RecordMedia{MessageId: "kept", Attempt: 2, Kept: true, Size: 70000}},
		"2 failed": {State: 2, Attempt: 12, Due: true, Told: &actorpb.RecordMedia{
			MessageId: "failed", Attempt: 12, Reason: "unavailable",
		}},
	}
	if diff := cmp.Diff(want, movedEffects(t, pool), protocmp.Transform()); diff != "" {
		t.Errorf("effects (-want +got):\n%s", diff)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM effect WHERE (scope, grain, class, owner_epoch, turn_epoch) = ('100', 'c1', 2, 7, 3)
		AND window_closes_at > now()`); n != 7 {
		t.Errorf("%d of 7 sends kept what their claim needs", n)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM media WHERE (message_id, state, attempt) IN
		(('kept', 'kept', 2), ('failed', 'failed', 12), ('told', 'kept', 1), ('dropped', 'dropped', 0)) AND media_id = '42'`); n != 4 {
		t.Errorf("%d of 4 files are what they were", n)
	}
	var body []byte
	if err := pool.QueryRow(t.Context(), `SELECT body FROM effect WHERE id = 'new'`).Scan(&body); err != nil {
		t.Fatal(err)
	}
	file := ledger.File{MediaID: "42", MIME: "image/png", SHA256: "sum", Name: "a.png", WantedAt: time.Date(2026, 11, 20, 10, 0, 0, 5e8, time.UTC)}
	if got, err := ledger.ReadFile(body); err != nil || !cmp.Equal(got, file) {
		t.Errorf("the file is %+v, %v; want %+v", got, err, file)
	}
}

func movedEffects(t *testing.T, pool *pgxpool.Pool) map[string]movedEffect {
	t.Helper()
	rows, err := pool.Query(t.Context(), `SELECT kind, id, state, attempt, outcome,
		CASE WHEN state = 0 THEN not_before ELSE changed_at + interval '2 s' END <= now() FROM effect`)
	if err != nil {
		t.Fatal(err)
	}
	moved := make(map[string]movedEffect)
	var kind int
	var id string
	var e movedEffect
	var outcome []byte
	if _, err := pgx.ForEachRow(rows, []any{&kind, &id, &e.State, &e.Attempt, &outcome, &e.Due}, func() (err error) {
		e.Told = nil
		if outcome != nil {
			e.Told, err = actorpb.DecodeCommand(outcome)
		}
		moved[fmt.Sprint(kind, " ", id)] = e
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return moved
}
