package effects

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
)

// ClaimedSend is what a sender needs for one attempt. Its ID is the message's.
type ClaimedSend struct {
	Claimed
	Class   int16
	Content []byte     // wa.Content as JSON; nil when the message is gone
	To      []wa.Alias // addresses of the contact, the best one first; may be empty
	// Barred is the status of a template that may not be sent, as Meta writes it, such as
	// PAUSED; Gone: the account has it no more. OptedOut and Blocked are of the person, and
	// asked of marketing alone. "": it may, or the send is no template.
	Barred string
}

// Gone is what bars a template that its account has no more.
const Gone = "GONE"

// What bars marketing to a person, see package consent.
const (
	OptedOut = "OPTED_OUT" // the person stopped it
	Blocked  = "BLOCKED"   // the number blocks the person
)

// Claim is the answer of Sends.Claim.
type Claim struct {
	Sends []ClaimedSend
	// Expired are those whose window closes; the conversation is to be told.
	Expired []Untold
	// Wait is how long until more may be claimed; 0: now, if there is more.
	Wait time.Duration
	// Troubled says that the number was stopped or paused when it was claimed.
	Troubled bool
	// More says that sends were left that could go once the budget allows.
	More bool
	// Busy says that nothing was looked at: see ClaimTogether.
	Busy bool
}

// Wanted asks for sends of a number.
type Wanted struct {
	Number wa.PhoneNumberID
	Limit  int // of sends
}

// Claim takes sends of a number that may leave within a second, up to limit, for
// this member. In one transaction: the number's budget by the database's clock, the
// lanes, the window of each by business time. Claims at the same time share one budget
// and never a send. A claim lasts as long as its member's lease: a member without one
// gets nothing.
func (s *Sends) Claim(ctx context.Context, number wa.PhoneNumberID, member string, limit int) (Claim, error) {
	claims, err := s.claim(ctx, member, []Wanted{{number, limit}}, true)
	if err != nil {
		return Claim{}, fmt.Errorf("claim sends of %s: %w", number, err)
	}
	return claims[0], nil
}

// ClaimTogether is Claim for several numbers in one transaction, each named once. It
// waits for nobody, so that what holds up one number holds up no other: one of which
// somebody else holds the budget, and one that has none yet, is Busy.
func (s *Sends) ClaimTogether(ctx context.Context, member string, wanted []Wanted) ([]Claim, error) {
	claims, err := s.claim(ctx, member, wanted, false)
	if err != nil {
		return nil, fmt.Errorf("claim sends of %d numbers: %w", len(wanted), err)
	}
	return claims, nil
}

// claim is two messages to the database and back: one that begins the transaction and
// reads under the lock, one that writes and commits. After an error in between the
// pool closes the connection, which ends the transaction.
func (s *Sends) claim(ctx context.Context, member string, wanted []Wanted, alone bool) ([]Claim, error) {
	claims, ahead := make([]Claim, len(wanted)), s.clock.Ahead()
	err := s.pool.AcquireFunc(ctx, func(conn *pgxpool.Conn) error {
		budgets, err := lockBudgets(ctx, conn, wanted, alone, ahead)
		if err != nil {
			return err
		}
		t := taking{places: make(map[string]int, len(wanted)), claims: claims}
		for n := range budgets {
			t.grant(n, wanted[n], &budgets[n])
		}
		batch := &pgx.Batch{}
		if len(t.numbers) > 0 {
			batch.Queue(takeSQL, t.args(member, ahead)...).Query(t.read)
		}
		batch.Queue(`COMMIT`)
		if err := conn.SendBatch(ctx, batch).Close(); err != nil {
			return err
		}
		for n := range budgets {
			b := &budgets[n]
			if b.held && claims[n].Wait == 0 {
				b.Spend(len(claims[n].Sends))
				claims[n].Wait = b.Wait(b.now)
			}
		}
		return nil
	})
	return claims, err
}

// taking is what a transaction of claims takes: of each lane so many, and what is
// left of each budget.
type taking struct {
	places map[string]int // of a number in claims
	claims []Claim

	scopes  []string // one for each lane that has a grant
	lanes   []int16
	grants  []int32
	numbers []string // one for each number that has a grant
	tokens  []float64
	filled  []time.Time
	served  [3][]int32
}

// grant divides what a number may send. A budget without a grant is not written: the
// next claim fills it from the same reading.
func (t *taking) grant(n int, w Wanted, b *locked) {
	claim := &t.claims[n]
	if !b.held {
		claim.Busy = true
		return
	}
	if claim.Wait = b.Paused(b.now); claim.Wait > 0 {
		return
	}
	b.Withhold(b.now, &b.waiting)
	b.Refill(b.now)
	grants := b.Grant(w.Limit, &b.waiting)
	claim.Troubled, claim.More = b.troubled, b.waiting.Sum() > grants.Sum()
	if grants.Sum() == 0 {
		return
	}
	t.places[string(w.Number)] = n
	for lane, grant := range grants {
		if grant > 0 {
			t.scopes, t.lanes, t.grants = append(t.scopes, string(w.Number)), append(t.lanes, int16(lane)), append(t.grants, int32(grant))
		}
	}
	t.numbers, t.tokens, t.filled = append(t.numbers, string(w.Number)), append(t.tokens, b.Tokens), append(t.filled, b.RefilledAt)
	for s := range t.served {
		t.served[s] = append(t.served[s], b.Served[s])
	}
}

// takeSQL claims the granted number of sends in each lane, and writes what that
// leaves of the budgets. A free-form send whose window closes within wa.ClaimMargin
// expires instead, and costs none of the budget. A template was judged by what a member
// knew, which may be three seconds old, and may have waited since: its status is read
// again here, by its key. A free-form send, which alone has a window, is not asked. Nor is
// any lane but that of marketing asked what the person allows, by one key more.
// Joined by place (ctid) and with OFFSET 0: with a long queue the planner would
// otherwise hash the whole table for a few rows.
const takeSQL = `
	WITH claimed AS (
		UPDATE effect_send u SET claimed_by = $1, changed_at = now(),
			state = CASE WHEN u.window_closes_at <= now() + $12 + $2::interval THEN 5 ELSE 1 END
		WHERE u.ctid = ANY (ARRAY(
			SELECT o.ctid FROM (SELECT FROM member WHERE id = $1 AND lease_until > now() LIMIT 1) AS living,
				unnest($3::text[], $4::smallint[], $5::int[]) AS q (number, lane, n),
				LATERAL (SELECT ctid FROM effect_send
					WHERE scope = q.number AND state = 0 AND class = q.lane AND not_before <= now() + $12
					ORDER BY not_before LIMIT q.n FOR UPDATE SKIP LOCKED) AS o))
		RETURNING u.scope, u.id, u.attempt, u.grain, u.class, u.state, u.not_before, u.window_closes_at, u.body
	), paid AS (
		UPDATE pace p SET refilled_at = b.filled, served = ARRAY[b.third, b.fourth, b.fifth],
			tokens = b.tokens - (SELECT count(*) FROM claimed c WHERE c.scope = b.number AND c.state = 1),
			sent_month = date_trunc('month', (now() + $12) AT TIME ZONE 'UTC')::date,
			sent = (SELECT count(*) FROM claimed c WHERE c.scope = b.number AND c.state = 1 AND c.attempt = 1)
				+ CASE WHEN p.sent_month = date_trunc('month', (now() + $12) AT TIME ZONE 'UTC')::date THEN p.sent ELSE 0 END
		FROM unnest($6::text[], $7::float8[], $8::timestamptz[],
			$9::int[], $10::int[], $11::int[]) AS b (number, tokens, filled, third, fourth, fifth)
		WHERE p.phone_number_id = b.number
	)
	SELECT c.scope, c.id, c.attempt, c.grain, c.class, c.state, c.body, m.content::text,
		coalesce(CASE WHEN c.class = 5 THEN (
			SELECT CASE s.scope WHEN '' THEN '` + OptedOut + `' ELSE '` + Blocked + `' END FROM consent s
			WHERE s.portfolio_id = (SELECT a.portfolio_id FROM phone_number n JOIN account a ON a.id = n.account_id WHERE n.id = c.scope)
				AND s.contact_id = c.grain AND s.scope IN ('', c.scope) AND s.stopped ORDER BY s.scope LIMIT 1) END,
		CASE WHEN c.window_closes_at IS NULL AND m.content->>'kind' = 'template' THEN coalesce((
			SELECT t.status FROM phone_number n JOIN template t ON t.account_id = n.account_id
			WHERE n.id = c.scope AND t.name = m.content->'template'->>'name' AND t.language = m.content->'template'->>'language'), '` + Gone + `') END),
		(SELECT array_agg(kind || ' ' || value ORDER BY kind DESC, created_at DESC) FROM alias
			WHERE portfolio_id = (SELECT a.portfolio_id FROM phone_number n JOIN account a ON a.id = n.account_id WHERE n.id = c.scope)
				AND contact_id = c.grain AND NOT variant)
	FROM claimed c LEFT JOIN LATERAL (SELECT content FROM message WHERE phone_number_id = c.scope AND id = c.id OFFSET 0) AS m ON true
	ORDER BY c.class, c.not_before`

func (t *taking) args(member string, ahead time.Duration) []any {
	return []any{
		member, wa.ClaimMargin, t.scopes, t.lanes, t.grants,
		t.numbers, t.tokens, t.filled, t.served[0], t.served[1], t.served[2], ahead,
	}
}

// read gives each number what was claimed of it.
func (t *taking) read(rows pgx.Rows) error {
	var send ClaimedSend
	var state ledger.EffectState
	var content, template *string
	var addresses []string
	send.Kind = ledger.EffectSend
	into := []any{&send.Scope, &send.ID, &send.Attempt, &send.Grain, &send.Class, &state, &send.Body, &content, &template, &addresses}
	_, err := pgx.ForEachRow(rows, into, func() error {
		claim := &t.claims[t.places[send.Scope]]
		if state == ledger.EffectExpired {
			claim.Expired = append(claim.Expired, Untold{EffectRef: send.EffectRef, Grain: send.Grain, State: state})
			return nil
		}
		one := send
		if content != nil {
			one.Content = []byte(*content)
		}
		one.To = readAddresses(addresses)
		if template != nil && *template != wa.TemplateApproved {
			one.Barred = *template
		}
		claim.Sends = append(claim.Sends, one)
		return nil
	})
	return err
}

// readAddresses sorts the kinds that can be sent to: phone, BSUID, parent BSUID.
func readAddresses(list []string) []wa.Alias {
	var aliases []wa.Alias
	for _, kind := range []wa.AliasKind{wa.AliasPhone, wa.AliasBSUID, wa.AliasParentBSUID, wa.AliasGroup} {
		for _, text := range list {
			if k, value, _ := strings.Cut(text, " "); k == string(kind) {
				aliases = append(aliases, wa.Alias{Kind: kind, Value: value})
			}
		}
	}
	return aliases
}
