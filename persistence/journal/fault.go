package journal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// settle stores the batch, or finds the guilty and stores the rest.
func (w *appendWriter) settle(ctx context.Context, batch []*pendingAppend, tries int) error {
	if len(batch) == 0 {
		return nil
	}
	err := persistence.Guarded(func() error { return w.store(ctx, batch) })
	if err == nil {
		return nil
	}
	if persistence.Panicked(err) { // what committed all the same is found so when it is decided again
		return w.halve(ctx, batch, persistence.Classed(err))
	}
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return answerAll(batch, err)
	}
	switch {
	case isDuplicateMessage(pg):
		return w.settleDuplicates(ctx, batch, err)
	case pg.Code == "22012": // an append to a conversation that is not there, see gateSQL
		return w.halve(ctx, batch, persistence.ErrConflict)
	case strings.HasPrefix(pg.Code, "40") && tries < 3: // deadlock or serialization: surely rolled back
		return w.settle(ctx, batch, tries+1)
	}
	switch persistence.FaultOf(err) {
	case persistence.FaultData:
		return w.halve(ctx, batch, persistence.Classed(err))
	case persistence.FaultBroken:
		return w.settleBroken(ctx, batch, tries, err)
	}
	return answerAll(batch, err)
}

// settleBroken deals with an error that may be the statement's: if nothing passes
// through it, all are told so; else the guilty append is searched, and blamed only
// when it failed three times alone.
func (w *appendWriter) settleBroken(ctx context.Context, batch []*pendingAppend, tries int, cause error) error {
	cause = persistence.Classed(cause)
	if err := w.canary(ctx, batch); err != nil {
		if persistence.FaultOf(err) == persistence.FaultTransient {
			cause = err
		}
		return answerAll(batch, cause)
	}
	if len(batch) > 1 {
		return w.halve(ctx, batch, cause)
	}
	if tries < persistence.AloneTries-1 {
		return w.settle(ctx, batch, tries+1)
	}
	batch[0].answer(fmt.Errorf("%w, alone: %w", persistence.ErrRefused, cause))
	return nil
}

// canary passes an append of nobody through the statement of the batch, with each
// piece that the batch has, and leaves nothing behind.
func (w *appendWriter) canary(ctx context.Context, batch []*pendingAppend) error {
	return persistence.Rehearse(ctx, w.pool, func(tx pgx.Tx) error {
		sql, args := w.cols.statement([]*pendingAppend{{Append: canaryAppend(batch)}})
		rows, err := tx.Query(ctx, sql, args...)
		if err != nil {
			return err
		}
		rows.Close()
		return rows.Err()
	})
}

func canaryAppend(batch []*pendingAppend) *ledger.Append {
	at, id := time.Unix(0, 0).UTC(), persistence.CanaryID()
	message := wa.MessageID(id)
	ref := func(kind ledger.EffectKind) ledger.EffectRef {
		return ledger.EffectRef{Kind: kind, Scope: persistence.CanaryName, ID: id, Attempt: 1}
	}
	a := &ledger.Append{
		Key:      wa.ConversationKey{PhoneNumberID: persistence.CanaryName, ContactID: wa.ContactID(id)},
		Snapshot: []byte{}, Row: ledger.Row{TenantID: persistence.CanaryName, LastAt: at, StartedAt: at},
		Events: []ledger.Event{{Type: persistence.CanaryName, At: at, Body: []byte{}}},
	}
	for _, p := range batch {
		if len(p.Messages) > 0 {
			a.Messages = []*actorpb.StoredMessage{{Id: id, Direction: actorpb.DirectionIn, Kind: persistence.CanaryName, Content: []byte("{}")}}
		}
		if len(p.Statuses) > 0 {
			a.Statuses = []ledger.StatusChange{{MessageID: message, WAMID: message, SentAt: at}}
		}
		if len(p.Effects) > 0 { // any kind will do: one statement stores them all
			a.Effects = []ledger.Effect{{EffectRef: ref(p.Effects[0].Kind), NotBefore: at}}
		}
		for _, done := range p.Done {
			a.Done = append(a.Done, ref(done.Kind))
		}
		if p.Withdraw != nil {
			a.Withdraw = &ledger.Withdrawal{Effects: []ledger.EffectRef{ref(ledger.EffectSend)}}
		}
		if len(p.Timers) > 0 {
			a.Timers = []ledger.TimerChange{{Kind: persistence.CanaryName, DueAt: at}}
		}
		if len(p.Media) > 0 {
			a.Media = []ledger.WantedMedia{{MessageID: message, MediaID: persistence.CanaryName}}
		}
		if len(p.MediaTold) > 0 {
			a.MediaTold = []wa.MessageID{message}
		}
	}
	return a
}

// settleDuplicates answers the appends whose messages are stored already and
// runs the others again.
func (w *appendWriter) settleDuplicates(ctx context.Context, batch []*pendingAppend, cause error) error {
	known, err := w.knownMessages(ctx, batch)
	if err != nil {
		return answerAll(batch, err)
	}
	rest := batch[:0:0]
	for _, p := range batch {
		if p.hasAny(known) {
			p.answer(persistence.ErrDuplicate)
			continue
		}
		rest = append(rest, p)
	}
	if len(rest) == len(batch) { // two of the batch carry the same id
		return w.halve(ctx, batch, fmt.Errorf("%w: %w", persistence.ErrRefused, cause))
	}
	return w.settle(ctx, rest, 0)
}

// halve stores the halves apart, until the guilty append is alone.
func (w *appendWriter) halve(ctx context.Context, batch []*pendingAppend, verdict error) error {
	if len(batch) == 1 {
		batch[0].answer(verdict)
		return nil
	}
	mid := len(batch) / 2
	return errors.Join(w.settle(ctx, batch[:mid], 0), w.settle(ctx, batch[mid:], 0))
}

func answerAll(batch []*pendingAppend, err error) error {
	for _, p := range batch {
		p.answer(err)
	}
	return err
}

// isDuplicateMessage tells the key of the message table, or of the wamid of a
// sent one, from all other unique keys. A known message may show by the row of
// its file just as well: which insert comes first is not said.
func isDuplicateMessage(pg *pgconn.PgError) bool {
	if pg.Code != "23505" {
		return false
	}
	if pg.TableName == "media" {
		return true
	}
	for i := range 8 {
		if pg.TableName == fmt.Sprintf("message_%d", i) {
			return true
		}
	}
	return false
}

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

func (w *appendWriter) knownMessages(ctx context.Context, batch []*pendingAppend) (map[messageKey]struct{}, error) {
	var numbers, ids []string
	for _, p := range batch {
		for _, m := range p.Messages {
			numbers, ids = append(numbers, string(p.Key.PhoneNumberID)), append(ids, m.Id)
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
