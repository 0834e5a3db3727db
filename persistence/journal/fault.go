package journal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// conflictCode is the division by which the gate says that an append was decided on
// a conversation that is not there, see gateSQL.
const conflictCode = "22012"

// rollbackTries is how often a batch that the database surely rolled back, for a
// deadlock or a serialization, is done at once again.
const rollbackTries = 3

// storeBatch stores a batch, apart from those whose messages are stored already, which
// it answers. What else the database does not take is the sieve's to find.
func (w *appendWriter) storeBatch(ctx context.Context, batch []*asked) error {
	for tries := 0; ; tries++ {
		err := w.store(ctx, batch)
		pg, ok := errors.AsType[*pgconn.PgError](err)
		switch {
		case !ok:
			return err
		case isDuplicateMessage(pg):
			// One known message has failed all of the batch, of which nothing is stored. Who
			// carries it gets its answer, and the others are stored without it.
			rest, failed := w.answerKnown(ctx, batch)
			if failed != nil {
				return failed
			}
			if len(rest) == len(batch) { // two of the batch carry the same id
				return err
			}
			// The rest begins anew, also with its tries after a roll-back.
			if batch, tries = rest, -1; len(batch) == 0 {
				return nil
			}
		case !rolledBack(pg, tries):
			return err
		}
	}
}

// rolledBack says whether a batch is to be done at once again. Of class 40 the database
// says itself that nothing of it is stored; of a lost connection nobody knows, and then
// each grain loads and looks.
func rolledBack(pg *pgconn.PgError, tries int) bool {
	return strings.HasPrefix(pg.Code, "40") && tries < rollbackTries
}

// refuse answers an append that the database does not take, alone.
//
// A division by zero is a fault of the data, so the sieve halves the batch until the one
// is alone and comes here with it. It is a conflict and no refusal: its grain loads,
// finds that there is no conversation, and decides on that.
func refuse[T any](_ context.Context, p *persistence.Ask[T], err error) error {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == conflictCode {
		p.Answer(persistence.ErrConflict)
		return nil
	}
	return err
}

// canary passes an append of nobody through the statement of the batch, with each
// piece that the batch has, and leaves nothing behind.
func (w *appendWriter) canary(ctx context.Context, batch []*asked) error {
	return persistence.Rehearse(ctx, w.pool, func(tx pgx.Tx) error {
		sql, args := w.cols.statement([]*asked{{Of: pendingAppend{Append: canaryAppend(batch)}}})
		rows, err := tx.Query(ctx, sql, args...)
		if err != nil {
			return err
		}
		rows.Close()
		return rows.Err()
	})
}

// canaryAppend has no seat, and no message that takes its placeholder's place: where the
// database refuses these two to everybody, whoever carries one is blamed.
func canaryAppend(batch []*asked) *ledger.Append {
	id := persistence.CanaryID()
	message := wa.MessageID(id)
	a := &ledger.Append{
		Key:      wa.ConversationKey{PhoneNumberID: persistence.CanaryName, ContactID: wa.ContactID(id)},
		Snapshot: []byte{}, Row: ledger.Row{TenantID: persistence.CanaryName, LastAt: canaryTime(), StartedAt: canaryTime()},
		Events: canaryEvents(),
	}
	for _, one := range batch {
		p := one.Of.Append
		if len(p.Messages) > 0 {
			a.Messages = []*actorpb.StoredMessage{{Id: id, Direction: actorpb.DirectionIn, Kind: persistence.CanaryName, Content: []byte("{}")}}
		}
		if len(p.Statuses) > 0 {
			a.Statuses = []ledger.StatusChange{{MessageID: message, WAMID: message, SentAt: canaryTime()}}
		}
		if p.Withdraw != nil {
			a.Withdraw = &ledger.Withdrawal{Effects: []ledger.EffectRef{canaryRef(id, ledger.EffectSend)}}
		}
		a.Effects = canaryEffects(a.Effects, id, p.Effects)
		a.Done = canaryDone(a.Done, id, p.Done)
		a.Alarm = canaryAlarm(a.Alarm, p.Alarm)
	}
	return a
}

// answerKnown answers the appends whose messages are stored already and returns the
// others.
func (w *appendWriter) answerKnown(ctx context.Context, batch []*asked) (rest []*asked, err error) {
	known, err := w.knownMessages(ctx, batch)
	if err != nil {
		return nil, err
	}
	for _, p := range batch {
		if p.Of.hasAny(known) {
			p.Answer(persistence.ErrDuplicate)
			continue
		}
		rest = append(rest, p)
	}
	return rest, nil
}

// isDuplicateMessage tells the key of the message table from all other unique keys, that
// of wamids among them. A known message may show by its effect just as well: which insert
// comes first is not said.
func isDuplicateMessage(pg *pgconn.PgError) bool {
	if pg.Code != "23505" {
		return false
	}
	if strings.HasPrefix(pg.TableName, "effect_") {
		return true
	}
	for i := range 8 {
		if pg.TableName == fmt.Sprintf("message_%d", i) {
			return true
		}
	}
	return false
}

// hasAny passes over what takes a placeholder's place: it is meant to be known.
func (p *pendingAppend) hasAny(known map[messageKey]struct{}) bool {
	return slices.ContainsFunc(p.Messages, func(m *actorpb.StoredMessage) bool {
		_, ok := known[messageKey{p.Key.PhoneNumberID, m.MessageID()}]
		return ok && !m.Replaces
	})
}

type messageKey struct {
	number wa.PhoneNumberID
	id     wa.MessageID
}

// knownMessages looks after the failure, outside of its transaction. Postgres waits for
// whoever inserts the same key at the same time, and says 23505 only when that has
// committed: what failed the batch is found here.
func (w *appendWriter) knownMessages(ctx context.Context, batch []*asked) (map[messageKey]struct{}, error) {
	var numbers, ids []string
	for _, p := range batch {
		for _, m := range p.Of.Messages {
			numbers, ids = append(numbers, string(p.Of.Key.PhoneNumberID)), append(ids, m.Id)
		}
	}
	rows, err := w.pool.Query(ctx, `
		SELECT k.p, k.id
		FROM unnest($1::text[], $2::text[]) AS k(p, id)
		JOIN LATERAL (SELECT 1 FROM message m WHERE m.phone_number_id = k.p AND m.id = k.id OFFSET 0) m ON true`,
		numbers, ids)
	if err != nil {
		return nil, fmt.Errorf("find known messages: %w", err)
	}
	known := make(map[messageKey]struct{})
	var k messageKey
	if _, err := pgx.ForEachRow(rows, []any{&k.number, &k.id}, func() error {
		known[k] = struct{}{}
		return nil
	}); err != nil {
		return nil, fmt.Errorf("find known messages: %w", err)
	}
	return known, nil
}
