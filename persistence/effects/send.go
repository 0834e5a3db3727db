package effects

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/phone"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// SendLease is how long a claim of a send lasts at most: longer than the HTTP
// time-out. See Queue.
const SendLease = 90 * time.Second

// Sends are the messages for Meta, and the pace of each number by which they leave.
type Sends struct{ *Queue }

// NewSends reads and writes through the pool.
func NewSends(pool *pgxpool.Pool) *Sends { return &Sends{NewQueue(pool, ledger.EffectSend)} }

// ClaimedSend is what a sender needs for one attempt. Its ID is the message's.
type ClaimedSend struct {
	Claimed
	Class   int16
	Content []byte     // wa.Content as JSON; nil when the message is gone
	To      []wa.Alias // addresses of the contact, the best one first; may be empty
}

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
}

// Claim takes sends of a number that may leave within a second, up to limit, for
// this member. In one transaction: the number's budget by the database's clock,
// the lanes, the window of each. Claims at the same time share one budget and never
// a send. A claim lasts as long as its member's lease: a member without one gets
// nothing.
func (s *Sends) Claim(ctx context.Context, number wa.PhoneNumberID, member string, limit int) (Claim, error) {
	var claim Claim
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) (err error) {
		claim, err = claimSends(ctx, tx, number, member, limit)
		return err
	})
	if err != nil {
		return Claim{}, fmt.Errorf("claim sends of %s: %w", number, err)
	}
	return claim, nil
}

func claimSends(ctx context.Context, tx pgx.Tx, number wa.PhoneNumberID, member string, limit int) (Claim, error) {
	budget, err := lockBudget(ctx, tx, number, limit)
	if err != nil {
		return Claim{}, err
	}
	if pause := budget.Paused(budget.now); pause > 0 {
		return Claim{Wait: pause}, nil
	}
	budget.Refill(budget.now)
	grants := budget.Grant(limit, &budget.waiting)
	claim := Claim{Troubled: budget.troubled, More: budget.waiting.Sum() > grants.Sum()}
	if grants.Sum() > 0 {
		if err := take(ctx, tx, number, member, grants, &claim); err != nil {
			return Claim{}, err
		}
		budget.Spend(len(claim.Sends))
	}
	claim.Wait = budget.Wait(budget.now)
	_, err = tx.Exec(ctx, `UPDATE pace SET tokens = $2, refilled_at = $3, served = $4 WHERE phone_number_id = $1`,
		number, budget.Tokens, budget.RefilledAt, budget.Served[:])
	return claim, err
}

// take claims the granted number of sends in each lane. A free-form send whose
// window closes within wa.ClaimMargin expires instead.
func take(ctx context.Context, tx pgx.Tx, number wa.PhoneNumberID, member string, grants phone.Lanes, claim *Claim) error {
	// Joined by place (ctid) and with OFFSET 0: with a long queue the planner would
	// otherwise hash the whole table for a few rows.
	rows, err := tx.Query(ctx, `
		WITH claimed AS (
			UPDATE effect_send u SET claimed_by = $3, changed_at = now(),
				state = CASE WHEN u.window_closes_at <= now() + $4::interval THEN 5 ELSE 1 END
			WHERE u.ctid = ANY (ARRAY(
				SELECT o.ctid FROM (SELECT FROM member WHERE id = $3 AND lease_until > now() LIMIT 1) AS living,
					unnest($2::int[]) WITH ORDINALITY AS q (n, lane),
					LATERAL (SELECT ctid FROM effect_send
						WHERE scope = $1 AND state = 0 AND class = q.lane AND not_before <= now()
						ORDER BY not_before LIMIT q.n FOR UPDATE SKIP LOCKED) AS o))
			RETURNING u.id, u.attempt, u.grain, u.class, u.state, u.not_before, u.body
		)
		SELECT c.id, c.attempt, c.grain, c.class, c.state, c.body, m.content::text,
			(SELECT array_agg(kind || ' ' || value ORDER BY kind DESC, created_at DESC) FROM alias
				WHERE portfolio_id = (SELECT a.portfolio_id FROM phone_number n JOIN account a ON a.id = n.account_id WHERE n.id = $1)
					AND contact_id = c.grain AND NOT variant)
		FROM claimed c LEFT JOIN LATERAL (SELECT content FROM message WHERE phone_number_id = $1 AND id = c.id OFFSET 0) AS m ON true
		ORDER BY c.class, c.not_before`,
		number, grants[1:], member, wa.ClaimMargin)
	if err != nil {
		return err
	}
	var send ClaimedSend
	var state ledger.EffectState
	var content *string
	var addresses []string
	send.Kind, send.Scope = ledger.EffectSend, string(number)
	into := []any{&send.ID, &send.Attempt, &send.Grain, &send.Class, &state, &send.Body, &content, &addresses}
	_, err = pgx.ForEachRow(rows, into, func() error {
		if state == ledger.EffectExpired {
			claim.Expired = append(claim.Expired, Untold{EffectRef: send.EffectRef, Grain: send.Grain, State: state})
			return nil
		}
		one := send
		if content != nil {
			one.Content = []byte(*content)
		}
		one.To = readAddresses(addresses)
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

// NumbersWithWork names numbers that have a send that may leave now.
func (s *Sends) NumbersWithWork(ctx context.Context) ([]wa.PhoneNumberID, error) {
	return persistence.Collect(ctx, s.pool, "find numbers with work", pgx.RowTo[wa.PhoneNumberID], `
		SELECT n.id FROM phone_number n
		WHERE (SELECT true FROM effect_send e WHERE e.scope = n.id AND e.state = 0 AND e.not_before <= now()
				ORDER BY e.class, e.not_before LIMIT 1)
			AND NOT EXISTS (SELECT FROM pace p WHERE p.phone_number_id = n.id AND p.paused_until > now())`)
}

// GiveBack queues a claimed send again that was surely not handed to the network,
// as the same attempt, and returns its budget. One that a takeover meant to withdraw
// while it was claimed is withdrawn now.
func (s *Sends) GiveBack(ctx context.Context, member string, ref ledger.EffectRef) error {
	_, err := s.pool.Exec(ctx, `
		WITH back AS (
			UPDATE effect_send u SET state = CASE u.not_before WHEN 'infinity' THEN 4 ELSE 0 END,
				claimed_by = NULL, changed_at = now()
			WHERE u.kind = $2 AND u.scope = $3 AND u.id = $4 AND u.attempt = $5 AND u.claimed_by = $1 AND u.state = 1
			RETURNING u.scope
		)
		UPDATE pace p SET tokens = tokens + 1 FROM back b WHERE p.phone_number_id = b.scope`,
		member, ref.Kind, ref.Scope, ref.ID, ref.Attempt)
	if err != nil {
		return fmt.Errorf("give send back: %w", persistence.Classed(err))
	}
	return nil
}

func sortedCounts(counts map[wa.PhoneNumberID]int) (numbers []string, amounts []float64) {
	for number := range counts {
		numbers = append(numbers, string(number))
	}
	slices.Sort(numbers)
	for _, number := range numbers {
		amounts = append(amounts, float64(counts[wa.PhoneNumberID(number)]))
	}
	return numbers, amounts
}
