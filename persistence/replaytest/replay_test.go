package replaytest

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/conversation"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/phone"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/journal"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m, pgtest.NoFsync(), Journals())) }

var began = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// written is a database with the journals of a conversation and of a number.
func written(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool := pgtest.Pool(t)
	j := journal.New(pool, journal.Config{})
	defer j.Close()
	ana := &actorpb.Party{Kind: actorpb.Party_KIND_AGENT, Id: "ana"}
	s := &conversation.State{Key: wa.ConversationKey{PhoneNumberID: "100", ContactID: "c1"}}
	a := &ledger.Append{Key: s.Key}
	for _, ev := range []proto.Message{
		&actorpb.ConversationStarted{TenantId: "t1", TeamId: "red"},
		&actorpb.InboundReceived{MessageId: "wamid.1", Kind: "text", SentAtMs: began.UnixMilli()},
		&actorpb.OwnerChanged{To: ana, OwnerEpoch: 1, Cause: actorpb.OwnerChanged_CAUSE_CLAIM, By: ana},
		&actorpb.PhaseChanged{From: actorpb.Phase_PHASE_OPEN, To: actorpb.Phase_PHASE_SNOOZED, UntilMs: began.Add(time.Hour).UnixMilli(), By: ana},
	} {
		s.Evolve(ev, began)
		a.Events = append(a.Events, encoded(t, ev))
	}
	a.Row = ledger.Row{
		TenantID: wa.TenantID(s.TenantId), TeamID: wa.TeamID(s.TeamId), OwnerID: s.Owner.Id,
		Phase: int16(s.Phase), Unread: s.Unread, LastAt: began, StartedAt: began,
	}
	a.Alarm = s.NextAlarm()
	var err error
	if a.Snapshot, err = s.Snapshot(); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Append(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	number := &phone.State{ID: "100"}
	configured := &actorpb.NumberConfigured{TenantId: "t1", Rate: 80}
	number.Evolve(configured)
	snapshot, err := number.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	err = j.Streams().Append(t.Context(), &journal.StreamAppend{
		Kind: wa.PhoneNumberKind, ID: "100", Events: []ledger.Event{encoded(t, configured)}, Snapshot: snapshot,
	})
	if err != nil {
		t.Fatal(err)
	}
	return pool
}

func encoded(t *testing.T, ev proto.Message) ledger.Event {
	t.Helper()
	body, err := proto.Marshal(ev)
	if err != nil {
		t.Fatal(err)
	}
	return ledger.Event{Type: actorpb.EventType(ev), At: began, Body: body}
}

func TestCheckCatches(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ damage, want string }{
		"nothing":             {`SELECT 1`, ""},
		"a lost event":        {`DELETE FROM event WHERE version = 2`, "goes on with version 3 after 1"},
		"a lost last event":   {`DELETE FROM event WHERE version = 4`, "its row has version 4, its journal 3"},
		"a lost journal":      {`DELETE FROM event`, "its row has version 4, its journal 0"},
		"an event too many":   {`INSERT INTO event SELECT phone_number_id, contact_id, 5, type, at, body FROM event WHERE version = 2`, "its row has version 4, its journal 5"},
		"an event of another": {`UPDATE event SET body = e.body, type = e.type FROM event e WHERE event.version = 2 AND e.version = 1`, "its journal makes"},
		"an unknown event":    {`UPDATE event SET type = 'Nonsense' WHERE version = 2`, `decode event "Nonsense"`},
		"another time":        {`UPDATE event SET at = at + interval '1 second' WHERE version = 3`, "its journal makes"},
		"an owner twice":      {`UPDATE event SET body = e.body, type = e.type FROM event e WHERE event.version = 2 AND e.version = 3`, "owner epoch 1 after 1"},
		"another snapshot":    {`UPDATE conversation SET snapshot = snapshot || '\x6805'`, "its journal makes"},
		"a row of another":    {`UPDATE conversation SET owner_id = 'rui'`, "its row shows"},
		"a row of a phase":    {`UPDATE conversation SET phase = 4`, "its row shows"},
		"an early alarm":      {`UPDATE alarm SET due_at = due_at - interval '1 h'`, ""},
		"a late alarm":        {`UPDATE alarm SET due_at = due_at + interval '1 ms'`, "its alarm rings at 2026-11-22 13:00:00.001"},
		"no alarm":            {`DELETE FROM alarm`, "it has no alarm"},
		"a number's event":    {`DELETE FROM stream_event`, "makes version 0"},
		"a number's snapshot": {`UPDATE stream SET snapshot = snapshot || '\x1805'`, "and its snapshot is version 1"},
		"a kind unheard of":   {`UPDATE stream SET kind = 'Broadcast'`, "no machine of its kind"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := written(t)
			if c.want != "" {
				pgtest.Broken(t)
			}
			pgtest.Exec(t, pool, c.damage)
			conn, err := pgx.ConnectConfig(t.Context(), pool.Config().ConnConfig)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close(t.Context())
			got := ""
			if err := Check(t.Context(), conn); err != nil {
				got = err.Error()
			}
			if got == "" != (c.want == "") || !strings.Contains(got, c.want) {
				t.Errorf("fault %q, want %q", got, c.want)
			}
		})
	}
}

// I12: the machine keeps it itself, so states that break it are made by hand.
func TestI12IsJudgedAtEveryVersion(t *testing.T) {
	t.Parallel()
	agent := &actorpb.Party{Kind: actorpb.Party_KIND_AGENT, Id: "ana"}
	for name, c := range map[string]struct {
		state *actorpb.ConversationSnapshot
		want  string
	}{
		"not yet begun":       {&actorpb.ConversationSnapshot{}, ""},
		"resolved":            {&actorpb.ConversationSnapshot{Phase: actorpb.Phase_PHASE_RESOLVED}, ""},
		"queued":              {&actorpb.ConversationSnapshot{Phase: actorpb.Phase_PHASE_OPEN, QueuedSinceMs: 1}, ""},
		"owned":               {&actorpb.ConversationSnapshot{Phase: actorpb.Phase_PHASE_OPEN, Owner: agent}, ""},
		"nobody's":            {&actorpb.ConversationSnapshot{Phase: actorpb.Phase_PHASE_OPEN}, "I12"},
		"nobody's and parked": {&actorpb.ConversationSnapshot{Phase: actorpb.Phase_PHASE_PENDING}, "I12"},
		"owned and queued":    {&actorpb.ConversationSnapshot{Phase: actorpb.Phase_PHASE_OPEN, Owner: agent, QueuedSinceMs: 1}, "stands in a queue"},
	} {
		s := &conversation.State{}
		proto.Merge(&s.ConversationSnapshot, c.state)
		if s.Exists() {
			s.TenantId, s.TeamId = "t1", "red"
		}
		err := sound(s, &actorpb.ConversationRead{}, 0)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
