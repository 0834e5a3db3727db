package fleet

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// pulse remembers when numbers last received and sent, between two flushes.
type pulse struct {
	mu    sync.Mutex
	beats map[wa.PhoneNumberID]beat
}

type beat struct{ received, sent time.Time }

func (p *pulse) note(number wa.PhoneNumberID, b beat) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.beats == nil {
		p.beats = make(map[wa.PhoneNumberID]beat)
	}
	known := p.beats[number]
	if b.received.After(known.received) {
		known.received = b.received
	}
	if b.sent.After(known.sent) {
		known.sent = b.sent
	}
	p.beats[number] = known
}

// Received remembers that a webhook about a number came. It never blocks on the store.
func (f *Fleet) Received(number wa.PhoneNumberID, at time.Time) {
	f.pulse.note(number, beat{received: at})
}

// Sent remembers that Meta took a message of a number.
func (f *Fleet) Sent(number wa.PhoneNumberID, at time.Time) { f.pulse.note(number, beat{sent: at}) }

// Flush stores what was remembered, in one statement. What a crash loses is told by the
// next message.
func (f *Fleet) Flush(ctx context.Context) error {
	f.pulse.mu.Lock()
	beats := f.pulse.beats
	f.pulse.beats = nil
	f.pulse.mu.Unlock()
	if len(beats) == 0 {
		return nil
	}
	ids, received, sent := make([]string, 0, len(beats)), make([]*time.Time, 0, len(beats)), make([]*time.Time, 0, len(beats))
	for id, b := range beats {
		ids, received, sent = append(ids, string(id)), append(received, orNull(b.received)), append(sent, orNull(b.sent))
	}
	_, err := f.pool.Exec(ctx, `
		INSERT INTO standing AS s (phone_number_id, received_at, sent_at)
		SELECT b.id, b.received, b.sent FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) AS b (id, received, sent)
		JOIN phone_number n ON n.id = b.id ORDER BY b.id
		ON CONFLICT (phone_number_id) DO UPDATE SET
			received_at = greatest(s.received_at, excluded.received_at), sent_at = greatest(s.sent_at, excluded.sent_at)`,
		ids, received, sent)
	if err != nil {
		return fmt.Errorf("store when numbers were heard of: %w", err)
	}
	return nil
}

// waitingMost bounds how many sends of a number are counted.
const waitingMost = 1000

// Listed is a number with how it fares and what waits.
type Listed struct {
	Standing
	Team     wa.TeamID
	Account  wa.AccountID
	Display  string
	Name     string
	Language string // that it speaks by default; "": none was chosen
	Revision int64  // of what administrators set
	Waiting  int    // messages that wait to be sent; no more than 1,000 are counted
}

// List says how the numbers of a tenant fare, by name.
func (f *Fleet) List(ctx context.Context, tenant wa.TenantID) ([]Listed, error) {
	return persistence.Collect(ctx, f.pool, "list how numbers fare", func(r pgx.CollectableRow) (l Listed, err error) {
		return l, r.Scan(append(l.into(), &l.Team, &l.Account, &l.Display, &l.Name, &l.Language, &l.Revision, &l.Waiting)...)
	}, `SELECT`+columns+`, n.team_id, n.account_id, n.display, n.name, n.language, n.revision,
			(SELECT count(*) FROM (SELECT FROM effect_send e WHERE e.scope = n.id AND e.state = 0 LIMIT $2) AS w)
		FROM phone_number n JOIN standing s ON s.phone_number_id = n.id WHERE n.tenant_id = $1 ORDER BY n.name, n.id`,
		tenant, waitingMost)
}

// Touched is what a pause of numbers touches.
type Touched struct {
	Conversations int // open
	People        int // who own some of them
	Unanswered    int // whose customer wrote last
	Waiting       int // messages that wait to be sent; no more than 1,000 of a number are counted
}

// Touched counts what is open with numbers of a tenant; of others it counts nothing.
func (f *Fleet) Touched(ctx context.Context, tenant wa.TenantID, numbers []wa.PhoneNumberID) (t Touched, err error) {
	err = f.pool.QueryRow(ctx, `
		WITH ours AS MATERIALIZED (SELECT id FROM phone_number WHERE tenant_id = $1 AND id = ANY ($2::text[]))
		SELECT count(*), count(DISTINCT c.owner_id), count(*) FILTER (WHERE NOT c.last_outbound),
			(SELECT coalesce(sum(w.n), 0) FROM ours o, LATERAL (SELECT count(*) AS n FROM (
				SELECT FROM effect_send e WHERE e.scope = o.id AND e.state = 0 LIMIT $4) AS q) AS w)
		FROM conversation c WHERE c.tenant_id = $1 AND c.phone_number_id IN (SELECT id FROM ours) AND c.phase = $3`,
		tenant, numbers, phaseOpen, waitingMost).Scan(&t.Conversations, &t.People, &t.Unanswered, &t.Waiting)
	if err != nil {
		return t, fmt.Errorf("count what a pause touches: %w", err)
	}
	return t, nil
}

// phaseOpen is that of a conversation as actorpb.Phase has it.
const phaseOpen = 1

// Counts says how many numbers of all tenants have each trouble as their worst.
func (f *Fleet) Counts(ctx context.Context) (map[Trouble]int, error) {
	type count struct {
		Trouble Trouble
		N       int
	}
	list, err := persistence.Collect(ctx, f.pool, "count numbers in trouble", pgx.RowToStructByPos[count],
		`SELECT coalesce(troubles[1], ''), count(*) FROM standing GROUP BY 1`)
	if err != nil {
		return nil, err
	}
	counts := make(map[Trouble]int, len(list))
	for _, c := range list {
		counts[c.Trouble] = c.N
	}
	return counts, nil
}
