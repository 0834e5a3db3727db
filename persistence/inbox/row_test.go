package inbox_test

import (
	"encoding/hex"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/journal"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

// oldSnapshot was written by the first release: schema 1, ana's, resolved.
const oldSnapshot = "0801120461636d651a0573616c657320042a0c08011203616e611a03416e61300138d0c49aeeca3340014880ca8f99cb335080" +
	"b59aeeca33680170a0d19beeca33781080010b8a0103616e61920110f065c78a8792f7d7096bc78a8795f7d79a01130a026d3110031802420964656c69" +
	"7665726564a001f0e39aeeca33a80198aa9beeca33ba010474657874c2010777616d69642e32"

// A database of before the row was the snapshot, with data in it, shows the same
// rows after the migration, and takes the next append.
func TestRowsOfBeforeTheMigrationAreShown(t *testing.T) {
	t.Parallel()
	pool := schemaOf(t, 11)
	pgtest.Exec(t, pool, `INSERT INTO tenant VALUES ('acme', 'Acme'); INSERT INTO team VALUES ('acme', 'sales', 'Sales')`)
	snapshot, err := hex.DecodeString(oldSnapshot)
	if err != nil {
		t.Fatal(err)
	}
	var s actorpb.ConversationSnapshot
	if err := actorpb.ReadSnapshot(snapshot, &s); err != nil {
		t.Fatal(err)
	}
	pgtest.Exec(t, pool, `
INSERT INTO conversation (phone_number_id, contact_id, version, decided_on, snapshot, tenant_id, team_id, owner_kind, owner_id,
    owner_name, owner_epoch, owned_since, phase, contact_name, contact_address, last_at, last_outbound, last_kind, last_preview,
    last_status, last_message_id, unread, window_closes_at, started_at)
SELECT '100', 'c' || i, 17, 16, $1, 'acme', 'sales', 1, 'ana', 'Ana', 1, now(), 4, 'Name', '55', to_timestamp($2 / 1000.0), false,
    'text', 'oi', '', 'wamid.2', $3, to_timestamp($4 / 1000.0), to_timestamp($5 / 1000.0) FROM generate_series(1, 2000) i`,
		snapshot, s.LastAtMs, s.Unread, s.WindowClosesAtMs, s.StartedAtMs)
	if err := persistence.Migrate(t.Context(), pool); err != nil {
		t.Fatal(err)
	}

	scope, key := persistence.Scope{TenantID: "acme", AllTeams: true}, wa.ConversationKey{PhoneNumberID: "100", ContactID: "c7"}
	row, err := inbox.New(pool).Get(t.Context(), scope, key)
	if err != nil {
		t.Fatal(err)
	}
	if row.Owner.GetName() != "Ana" || row.LastMessageId != "wamid.2" || row.LastKind != "text" || row.OwnerEpoch != 1 ||
		row.LastPreview != "oi" || row.ContactName != "Name" || row.ContactAddress != "55" || row.Version != 17 || row.Unread != 1 {
		t.Errorf("after the migration: %v, %q of %q at version %d", row, row.LastPreview, row.ContactName, row.Version)
	}
	if diff := cmp.Diff(&s, row.ConversationSnapshot, protocmp.Transform()); diff != "" {
		t.Errorf("the row is not the snapshot (-snapshot +row):\n%s", diff)
	}
	got, _ := readAll(t, inbox.New(pool), scope, inbox.ListQuery{View: actorpb.ViewResolved, Limit: 200}, nil)
	if len(got) != 2000 {
		t.Errorf("%d conversations are listed, want 2000", len(got))
	}

	j := journal.New(pool, journal.Config{})
	defer j.Close()
	next := storetest.Inbound(key, 17, "wamid.next")
	next.Row.TenantID, next.Row.TeamID, next.Row.OwnerID = "acme", "sales", "ana"
	if _, err := j.Append(t.Context(), next); err != nil {
		t.Fatal(err)
	}
	if err := persistence.Migrate(t.Context(), pool); err != nil {
		t.Errorf("again: %v", err)
	}
}

// A snapshot that cannot be read, or is of a newer release, hides neither its
// conversation nor the others; what SQL knows is shown.
func TestUnreadableSnapshotHidesNothing(t *testing.T) {
	t.Parallel()
	pool, box := seedLists(t)
	pgtest.Exec(t, pool, `UPDATE conversation SET snapshot = '\xffff' WHERE contact_id = 'b'`)
	pgtest.Exec(t, pool, `UPDATE conversation SET snapshot = '\x087f' WHERE contact_id = 'd'`) // schema 127
	scope := persistence.Scope{TenantID: "t1", Teams: []wa.TeamID{"red"}}
	got, _ := readAll(t, box, scope, inbox.ListQuery{View: actorpb.ViewAll, Limit: 1}, nil)
	if diff := cmp.Diff([]string{"100:d", "100:b", "100:a"}, got); diff != "" {
		t.Errorf("listed (-want +got):\n%s", diff)
	}
	row, err := box.Get(t.Context(), scope, wa.ConversationKey{PhoneNumberID: "100", ContactID: "d"})
	if err != nil {
		t.Fatal(err)
	}
	if row.TenantId != "t1" || row.TeamId != "red" || row.Phase != actorpb.Phase_PHASE_SNOOZED || row.ContactName != "Name of d" || row.LastAtMs == 0 {
		t.Errorf("row: %v, %q", row, row.ContactName)
	}
}

// What the journal writes is what SQL finds and what the snapshot shows.
func TestRowIsTheSnapshotThatTheJournalWrote(t *testing.T) {
	t.Parallel()
	pool, _ := storetest.Office(t)
	j := journal.New(pool, journal.Config{})
	defer j.Close()
	snapshot, err := hex.DecodeString(oldSnapshot)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	a := storetest.Inbound(storetest.Key(1), 0, "wamid.1")
	a.Snapshot = snapshot
	a.Row = ledger.Row{
		TenantID: "t1", TeamID: "red", OwnerID: "ana", Phase: 1, LastAt: at, Answered: true, Unread: 2,
		WindowClosesAt: at.Add(time.Hour), StartedAt: at, ContactName: "Ana Maria", ContactAddress: "5511", LastPreview: "oi",
	}
	if _, err := j.Append(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	page, err := inbox.New(pool).List(t.Context(), persistence.Scope{TenantID: "t1", AllTeams: true}, inbox.ListQuery{
		View: actorpb.ViewMine, AgentID: "ana", Search: "maria",
		Filter: inbox.Filter{Unread: true, Turn: actorpb.TurnCustomer, Window: wa.WindowClosing, Now: at},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(page.Conversations) != 1 {
		t.Fatalf("found %d, want the one", len(page.Conversations))
	}
	want := actorpb.RowOf(&actorpb.InboxRow{
		PhoneNumberId: string(a.Key.PhoneNumberID), ContactId: string(a.Key.ContactID), Version: 1, Snapshot: snapshot,
	})
	got := page.Conversations[0]
	if diff := cmp.Diff(want.ConversationSnapshot, got.ConversationSnapshot, protocmp.Transform()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got.Key != a.Key || got.Version != 1 || got.ContactName != "Ana Maria" || got.ContactAddress != "5511" || got.LastPreview != "oi" {
		t.Errorf("row %s at %d of %q, %q: %q", got.Key, got.Version, got.ContactName, got.ContactAddress, got.LastPreview)
	}
}

// schemaOf leads to a database whose schema is that of an older migration.
func schemaOf(t *testing.T, version int64) *pgxpool.Pool {
	t.Helper()
	pool := pgtest.Pool(t)
	pgtest.Exec(t, pool, `DROP SCHEMA public CASCADE`)
	pgtest.Exec(t, pool, `CREATE SCHEMA public`)
	db := stdlib.OpenDBFromPool(pool)
	defer func() { _ = db.Close() }()
	p, err := goose.NewProvider(goose.DialectPostgres, db, os.DirFS("../migrations"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), version); err != nil {
		t.Fatal(err)
	}
	return pool
}
