// Package replaytest proves, when a test has ended, that what it wrote makes sense:
// every journal in its database is replayed from nothing.
//
//	func TestMain(m *testing.M) { os.Exit(pgtest.Run(m, replaytest.Journals())) }
//
// Of a conversation and of a number
//
//   - the journal has every version from 1 to that of the row, once,
//   - the state that its events make is the stored snapshot,
//
// and at every version of a conversation
//
//   - who is not resolved has an owner or stands in the queue (I12),
//   - the owner's epoch rises with each change of owner and only then (I3, I4),
//
// and the columns that lists filter by say what the state says (I11), and whatever the
// state waits for, its alarm rings then or before.
//
// A conversation that a test wrote by hand, without a snapshot, is passed over. A test
// that breaks a journal on purpose says so by [pgtest.Broken].
package replaytest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/conversation"
	"github.com/prosa-chat/prosa/actors/phone"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// Journals has each database of the test binary replayed before it is dropped.
func Journals() pgtest.Option { return pgtest.Finally(Check) }

// Check replays all journals of a database and says which of them do not hold.
func Check(ctx context.Context, db *pgx.Conn) error {
	return pgx.BeginTxFunc(ctx, db, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		return errors.Join(conversations(ctx, tx), numbers(ctx, tx))
	})
}

// event is a row of a journal.
type event struct {
	version uint64
	kind    string
	at      time.Time
	body    []byte
}

// columns are what lists filter conversations by.
type columns struct {
	tenant, team, owner string
	phase               int16
	unread              int32
}

// stored is what the database holds of a conversation beside its journal.
type stored struct {
	version  uint64
	snapshot []byte
	columns
	alarm *time.Time // nil: it has none
}

func conversations(ctx context.Context, tx pgx.Tx) error {
	journals, err := read(ctx, tx, `SELECT phone_number_id || ':' || contact_id, version, type, at, body FROM event ORDER BY 1, 2`)
	if err != nil {
		return err
	}
	rows, err := tx.Query(ctx, `SELECT phone_number_id, contact_id, c.version, snapshot, tenant_id, team_id, coalesce(owner_id, ''),
		phase, unread, a.due_at FROM conversation c LEFT JOIN alarm a ON a.grain = 'Conversation:' || phone_number_id || ':' || contact_id
		WHERE snapshot <> ''`)
	if err != nil {
		return err
	}
	var (
		faults []error
		key    wa.ConversationKey
		row    stored
	)
	into := []any{
		&key.PhoneNumberID, &key.ContactID, &row.version, &row.snapshot,
		&row.tenant, &row.team, &row.owner, &row.phase, &row.unread, &row.alarm,
	}
	_, err = pgx.ForEachRow(rows, into, func() error {
		if err := replayConversation(key, journals[key.String()], row); err != nil {
			faults = append(faults, fmt.Errorf("conversation %s: %w", key, err))
		}
		return nil
	})
	return errors.Join(append(faults, err)...)
}

func replayConversation(key wa.ConversationKey, journal []event, row stored) error {
	state := &conversation.State{Key: key}
	for i, e := range journal {
		if want := uint64(i) + 1; e.version != want {
			return fmt.Errorf("its journal goes on with version %d after %d", e.version, i)
		}
		ev, err := actorpb.DecodeEvent(e.kind, e.body)
		if err != nil {
			return err
		}
		epoch := state.OwnerEpoch
		state.Evolve(ev, e.at)
		if err := sound(state, ev, epoch); err != nil {
			return fmt.Errorf("version %d, %s: %w", e.version, e.kind, err)
		}
	}
	if state.Version != row.version {
		return fmt.Errorf("its row has version %d, its journal %d", row.version, state.Version)
	}
	known, err := conversation.Restore(key, row.version, row.snapshot, conversation.Display{})
	if err != nil {
		return err
	}
	if known.AlarmMs == 0 {
		state.AlarmMs = 0 // written before a state knew of its alarm, or none is armed
	}
	if !proto.Equal(&state.ConversationSnapshot, &known.ConversationSnapshot) {
		return fmt.Errorf("its journal makes\n\t%v\nand its snapshot is\n\t%v", &state.ConversationSnapshot, &known.ConversationSnapshot)
	}
	if want := columnsOf(state); row.columns != want {
		return fmt.Errorf("its row shows %+v, its state is %+v", row.columns, want)
	}
	return armed(known, row.alarm)
}

// armed says whether an alarm rings in time for whatever the state waits for.
func armed(s *conversation.State, alarm *time.Time) error {
	next := s.NextAlarm()
	switch {
	case next.IsZero() || alarm != nil && !alarm.After(next):
		return nil
	case alarm == nil:
		return fmt.Errorf("something is due at %s, and it has no alarm", next)
	}
	return fmt.Errorf("something is due at %s, and its alarm rings at %s", next, alarm.UTC())
}

// sound says whether a state may stand between two events.
func sound(s *conversation.State, ev proto.Message, epochBefore uint64) error {
	_, changes := ev.(*actorpb.OwnerChanged)
	nobody := s.Owner.GetKind() == actorpb.Party_KIND_NOBODY
	switch {
	case changes != (s.OwnerEpoch > epochBefore):
		return fmt.Errorf("owner epoch %d after %d", s.OwnerEpoch, epochBefore)
	case !s.Exists() || s.Phase == actorpb.Phase_PHASE_RESOLVED:
		return nil
	case nobody && s.QueuedSinceMs == 0:
		return errors.New("nobody has it, and it stands in no queue (I12)")
	case !nobody && s.QueuedSinceMs != 0:
		return errors.New("somebody has it, and it stands in a queue")
	case s.TenantId == "" || s.TeamId == "":
		return errors.New("it is of no tenant or team")
	}
	return nil
}

func columnsOf(s *conversation.State) columns {
	return columns{tenant: s.TenantId, team: s.TeamId, owner: s.Owner.GetId(), phase: int16(s.Phase), unread: s.Unread}
}

func numbers(ctx context.Context, tx pgx.Tx) error {
	journals, err := read(ctx, tx, `SELECT kind || ':' || id, version, type, at, body FROM stream_event ORDER BY 1, 2`)
	if err != nil {
		return err
	}
	rows, err := tx.Query(ctx, `SELECT kind, id, version, snapshot FROM stream`)
	if err != nil {
		return err
	}
	var (
		faults   []error
		kind, id string
		version  uint64
		snapshot []byte
	)
	_, err = pgx.ForEachRow(rows, []any{&kind, &id, &version, &snapshot}, func() error {
		if err := replayNumber(kind, wa.PhoneNumberID(id), journals[kind+":"+id], version, snapshot); err != nil {
			faults = append(faults, fmt.Errorf("stream %s %s: %w", kind, id, err))
		}
		return nil
	})
	return errors.Join(append(faults, err)...)
}

func replayNumber(kind string, id wa.PhoneNumberID, journal []event, version uint64, snapshot []byte) error {
	if kind != wa.PhoneNumberKind {
		return errors.New("replaytest knows no machine of its kind")
	}
	state := &phone.State{ID: id}
	for i, e := range journal {
		if want := uint64(i) + 1; e.version != want {
			return fmt.Errorf("its journal goes on with version %d after %d", e.version, i)
		}
		ev, err := actorpb.DecodeEvent(e.kind, e.body)
		if err != nil {
			return err
		}
		state.Evolve(ev)
	}
	stored, err := phone.Restore(id, version, snapshot)
	if err != nil {
		return err
	}
	if state.Version != version || !proto.Equal(&state.NumberSnapshot, &stored.NumberSnapshot) {
		return fmt.Errorf("its journal makes version %d of\n\t%v\nand its snapshot is version %d of\n\t%v",
			state.Version, &state.NumberSnapshot, version, &stored.NumberSnapshot)
	}
	return nil
}

// read returns the journals of a query by key, each by version.
func read(ctx context.Context, tx pgx.Tx, sql string) (map[string][]event, error) {
	rows, err := tx.Query(ctx, sql)
	if err != nil {
		return nil, err
	}
	journals := make(map[string][]event)
	var (
		key string
		e   event
	)
	_, err = pgx.ForEachRow(rows, []any{&key, &e.version, &e.kind, &e.at, &e.body}, func() error {
		e.body = append([]byte(nil), e.body...)
		journals[key] = append(journals[key], e)
		return nil
	})
	return journals, err
}
