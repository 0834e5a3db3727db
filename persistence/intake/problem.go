package intake

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// ProblemState says why an event stands in the list.
type ProblemState string

// States of an event that was not applied.
const (
	ProblemFailed   ProblemState = "failed"   // could not be applied
	ProblemParked   ProblemState = "parked"   // of a number that we do not know (yet)
	ProblemStored   ProblemState = "stored"   // nothing to do with it; kept as it came
	ProblemReplayed ProblemState = "replayed" // applied later
)

// WholeBody is the event index of a body that could not be cut into events.
const WholeBody = -1

// Problem is an event of a webhook that could not be applied, or is only kept.
// Raw is opaque to the store.
type Problem struct {
	ID           int64
	Day          time.Time
	Source       int64
	Seq          int64
	EventIndex   int32
	TenantID     wa.TenantID      // "" until the number is known, or, of an app of a tenant, that one
	Number       wa.PhoneNumberID // "" for events of an account
	Conversation string           // the lane that stands behind it, or ""
	State        ProblemState
	Kind         string // message, status, the name of a field, body
	Reason       string // never holds content
	Raw          []byte
	ReceivedAt   time.Time
	NotedAt      time.Time
	Tries        int32
	AppTenant    wa.TenantID // of the Meta app by which it came; "": of the whole installation
}

// Problems lists what of the intake was not applied.
type Problems struct{ pool *pgxpool.Pool }

// NewProblems reads and writes through the pool.
func NewProblems(pool *pgxpool.Pool) *Problems { return &Problems{pool} }

// Note stores problems in the given order, all or none. One that is stored
// already takes the new state. ID, NotedAt and Tries are not read. Its errors are
// ErrRefused, ErrBroken, or transient.
func (p *Problems) Note(ctx context.Context, list []Problem) error {
	return persistence.Classed(noteProblems(ctx, p.pool, list))
}

func noteProblems(ctx context.Context, db persistence.Querier, list []Problem) error {
	batch := &pgx.Batch{}
	for n := range list {
		l := &list[n]
		batch.Queue(`
			INSERT INTO intake_problem (day, source, seq, event_index, tenant_id, phone_number_id, conversation,
				state, kind, reason, raw, received_at, app_tenant)
			VALUES ($1, $2, $3, $4, nullif($5, ''), nullif($6, ''), nullif($7, ''), $8, $9, $10, $11, $12, nullif($13, ''))
			ON CONFLICT (day, source, seq, event_index) DO UPDATE SET state = excluded.state, reason = excluded.reason`,
			l.Day, l.Source, l.Seq, l.EventIndex, l.TenantID, l.Number, l.Conversation,
			l.State, l.Kind, wa.CleanText(l.Reason), l.Raw, l.ReceivedAt, l.AppTenant)
	}
	// A batch outside a transaction is one implicit transaction.
	if err := db.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("note intake problems: %w", err)
	}
	return nil
}

const selectProblem = `SELECT id, day, source, seq, event_index, coalesce(tenant_id, ''), coalesce(phone_number_id, ''),
	coalesce(conversation, ''), state, kind, reason, raw, received_at, noted_at, tries, coalesce(app_tenant, '') FROM intake_problem `

// seenBy says which problems a tenant ($1) sees, "" being the operator of the
// installation, who sees all: its own, and those that name no known number only
// while there is nobody else whom they could be of.
const seenBy = `($1 = '' OR tenant_id = $1 OR tenant_id IS NULL AND (SELECT count(*) FROM (SELECT FROM tenant LIMIT 2) AS t) = 1)`

// List returns problems of one state that a tenant sees, or, with "", all. Those
// that name no known number are of nobody: they are listed for a tenant only while
// the installation has no other. The newest first and older than the id before (0:
// from the newest).
func (p *Problems) List(ctx context.Context, tenant wa.TenantID, state ProblemState, before int64, limit int) ([]Problem, error) {
	return p.collect(ctx, selectProblem+`
		WHERE `+seenBy+` AND state = $2 AND ($3::bigint = 0 OR id < $3) ORDER BY id DESC LIMIT $4`,
		tenant, state, before, limit)
}

// Count counts problems of each state that ask for somebody, failed and parked, as
// far as the tenant sees them.
func (p *Problems) Count(ctx context.Context, tenant wa.TenantID) (map[ProblemState]int64, error) {
	rows, err := p.pool.Query(ctx, `SELECT state, count(*) FROM intake_problem
		WHERE `+seenBy+` AND state IN ('failed', 'parked') GROUP BY state`, tenant)
	if err != nil {
		return nil, fmt.Errorf("count intake problems: %w", err)
	}
	counts := make(map[ProblemState]int64)
	var state ProblemState
	var count int64
	_, err = pgx.ForEachRow(rows, []any{&state, &count}, func() error { counts[state] = count; return nil })
	if err != nil {
		return nil, fmt.Errorf("count intake problems: %w", err)
	}
	return counts, nil
}

// Get reads one problem. ErrNotFound: there is none with this id that the tenant sees.
func (p *Problems) Get(ctx context.Context, tenant wa.TenantID, id int64) (Problem, error) {
	list, err := p.collect(ctx, selectProblem+`WHERE `+seenBy+` AND id = $2`, tenant, id)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("get intake problem: %w", persistence.ErrNotFound)
	}
	if err != nil {
		return Problem{}, err
	}
	return list[0], nil
}

// foreign says of a parked problem and a number (n) that the event came by a Meta app
// of another tenant, which may not speak of it: it stays parked.
const foreign = `(app_tenant IS NOT NULL AND app_tenant <> n.tenant_id)`

// ParkedFor returns parked events of a number after the id, in their order,
// without those that came by another tenant's app.
func (p *Problems) ParkedFor(ctx context.Context, number wa.PhoneNumberID, after int64, limit int) ([]Problem, error) {
	return p.collect(ctx, selectProblem+`
		WHERE state = 'parked' AND phone_number_id = $1 AND id > $2
			AND NOT EXISTS (SELECT FROM phone_number n WHERE n.id = $1 AND `+foreign+`) ORDER BY id LIMIT $3`, number, after, limit)
}

// ParkedKnown names numbers that have parked events which could be applied, as they
// are registered.
func (p *Problems) ParkedKnown(ctx context.Context) ([]wa.PhoneNumberID, error) {
	return persistence.Collect(ctx, p.pool, "list parked numbers", pgx.RowTo[wa.PhoneNumberID], `
		SELECT DISTINCT p.phone_number_id FROM intake_problem p
		JOIN phone_number n ON n.id = p.phone_number_id WHERE p.state = 'parked' AND NOT `+foreign+` LIMIT 1000`)
}

// Lane returns what failed of one conversation after an id and was tried fewer than
// tries times, in order.
func (p *Problems) Lane(ctx context.Context, conversation string, after int64, tries, limit int) ([]Problem, error) {
	return p.collect(ctx, selectProblem+`
		WHERE state = 'failed' AND conversation = $1 AND id > $2 AND tries < $3 ORDER BY id LIMIT $4`, conversation, after, tries, limit)
}

// OpenLanes returns those of the conversations that have failed events which were
// tried fewer than tries times.
func (p *Problems) OpenLanes(ctx context.Context, conversations []string, tries int) ([]string, error) {
	if len(conversations) == 0 {
		return nil, nil
	}
	return persistence.Collect(ctx, p.pool, "find open lanes", pgx.RowTo[string], `
		SELECT k.c FROM unnest($1::text[]) AS k (c)
		WHERE EXISTS (SELECT FROM intake_problem WHERE state = 'failed' AND conversation = k.c AND tries < $2)`, conversations, tries)
}

// FailedLanes names conversations with failed events that were tried fewer than
// tries times, the longest waiting first.
func (p *Problems) FailedLanes(ctx context.Context, tries, limit int) ([]string, error) {
	return persistence.Collect(ctx, p.pool, "list failed lanes", pgx.RowTo[string], `
		SELECT conversation FROM intake_problem
		WHERE state = 'failed' AND conversation IS NOT NULL AND tries < $1
		GROUP BY conversation ORDER BY min(id) LIMIT $2`, tries, limit)
}

// End ends problems: applied, stored after all, or failed again with a
// reason, which counts as a try. A conversation that became known is kept, and so is
// whose number it is: an event that was parked before anybody had the number, and
// fails now that somebody has it, is that tenant's to see.
func (p *Problems) End(ctx context.Context, id int64, state ProblemState, conversation, reason string) error {
	_, err := p.pool.Exec(ctx, `UPDATE intake_problem SET state = $2, tries = tries + 1,
			conversation = coalesce(nullif($3, ''), conversation), reason = coalesce(nullif($4, ''), reason),
			tenant_id = coalesce(tenant_id, (SELECT n.tenant_id FROM phone_number n WHERE n.id = phone_number_id))
		WHERE id = $1`, id, state, conversation, wa.CleanText(reason))
	if err != nil {
		return fmt.Errorf("end intake problem %d: %w", id, err)
	}
	return nil
}

func (p *Problems) collect(ctx context.Context, query string, args ...any) ([]Problem, error) {
	return persistence.Collect(ctx, p.pool, "read intake problems", pgx.RowToStructByPos[Problem], query, args...)
}

// Canary says whether problems can be noted.
func (p *Problems) Canary(ctx context.Context) error {
	problem := Problem{
		Day: time.Unix(0, 0), Number: persistence.CanaryName, Conversation: persistence.CanaryID(), State: ProblemParked, Kind: persistence.CanaryName,
		Raw: []byte{}, ReceivedAt: time.Unix(0, 0),
	}
	err := persistence.Rehearse(ctx, p.pool, func(tx pgx.Tx) error { return noteProblems(ctx, tx, []Problem{problem}) })
	return persistence.Classed(err)
}
