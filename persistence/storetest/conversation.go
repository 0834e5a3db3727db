package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/journal"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// Journal returns a journal on a database of its own.
func Journal(t testing.TB) (*journal.Journal, *pgxpool.Pool) {
	t.Helper()
	pool := pgtest.Pool(t)
	j := journal.New(pool, journal.Config{})
	t.Cleanup(j.Close)
	return j, pool
}

// Key is the key of the n-th conversation.
func Key(n int) wa.ConversationKey {
	return wa.ConversationKey{PhoneNumberID: "100", ContactID: wa.ContactID(fmt.Sprintf("c%04d", n))}
}

// Inbound is an append of one message and its event.
func Inbound(k wa.ConversationKey, decidedOn uint64, ids ...string) *ledger.Append {
	now := time.Now().UTC().Truncate(time.Millisecond)
	a := &ledger.Append{
		Key: k, DecidedOn: decidedOn, Snapshot: []byte{1, 2, 3},
		Row: ledger.Row{TenantID: "t", TeamID: "sales", Phase: 1, LastAt: now, StartedAt: now, LastPreview: "hello"},
	}
	for _, id := range ids {
		a.Events = append(a.Events, ledger.Event{Type: "InboundReceived", At: now, Body: []byte(id)})
		a.Messages = append(a.Messages, &actorpb.StoredMessage{
			Id: id, Direction: actorpb.DirectionIn, Kind: "text", SentAtMs: now.UnixMilli(), Content: []byte(`{"kind":"text"}`),
		})
	}
	return a
}

// Conversation writes a row as the journal would. at counts minutes.
func Conversation(t testing.TB, pool *pgxpool.Pool, tenant, team, contact, owner string, phase, at int) wa.ConversationKey {
	t.Helper()
	const insert = `
INSERT INTO conversation (phone_number_id, contact_id, version, decided_on, snapshot, tenant_id, team_id, owner_id,
    phase, contact_name, contact_address, last_at, last_outbound, last_preview, unread, started_at)
VALUES ('100', $1, 3, 2, '', $2, $3, nullif($4, ''), $5, 'Name of ' || $1, '55' || $1,
    '2026-01-01T00:00:00Z'::timestamptz + make_interval(mins => $6), false, 'hello', 1, now())`
	pgtest.Exec(t, pool, insert, contact, tenant, team, owner, phase, at)
	return wa.ConversationKey{PhoneNumberID: "100", ContactID: wa.ContactID(contact)}
}
