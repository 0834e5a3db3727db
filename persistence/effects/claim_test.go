package effects_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

const second = wa.PhoneNumberID("200300400")

// queueOf puts n sends of another number into a lane.
func queueOf(t *testing.T, pool *pgxpool.Pool, number wa.PhoneNumberID, lane, n int, closesIn string) {
	t.Helper()
	pgtest.Exec(t, pool, `INSERT INTO effect (kind, scope, id, attempt, grain, class, owner_epoch, turn_epoch, not_before, window_closes_at, body)
		SELECT 1, $1, format('m%s-%s', $2::int, i), 1, format('c%s', i), $2, 1, 0, now() - interval '1 s', now() + nullif($4, '')::interval, ''
		FROM generate_series(1, $3::int) i`, number, lane, n, closesIn)
}

func together(t *testing.T, sends *effects.Sends, wanted ...effects.Wanted) []effects.Claim {
	t.Helper()
	claims, err := sends.ClaimTogether(t.Context(), "member-1", wanted)
	if err != nil {
		t.Fatal(err)
	}
	return claims
}

// Each number gets its own, by its own budget, lanes and pause.
func TestClaimTogether(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	storetest.Registered(t, pool)
	sends := effects.NewSends(pool, nil)
	pgtest.Exec(t, pool, `INSERT INTO pace (phone_number_id) VALUES ($1), ($2), ('paused'), ('empty')`, storetest.Number, second)
	if err := sends.Pause(t.Context(), "paused", time.Hour); err != nil {
		t.Fatal(err)
	}
	pgtest.Exec(t, pool, `UPDATE pace SET tokens = 3, refilled_at = now() + interval '1 h' WHERE phone_number_id = $1`, second)
	queueOf(t, pool, storetest.Number, 2, 2, "1 hour")
	queueOf(t, pool, storetest.Number, 3, 2, "59 s")
	queueOf(t, pool, second, 4, 5, "")
	queueOf(t, pool, "paused", 2, 1, "")
	claims := together(t, sends,
		effects.Wanted{Number: second, Limit: 50}, effects.Wanted{Number: "paused", Limit: 50}, effects.Wanted{Number: storetest.Number, Limit: 3},
		effects.Wanted{Number: "empty", Limit: 50}, effects.Wanted{Number: "unheard of", Limit: 50})
	type answer struct {
		sends, expired   int
		more, busy, wait bool
	}
	got := make([]answer, len(claims))
	for n, c := range claims {
		got[n] = answer{len(c.Sends), len(c.Expired), c.More, c.Busy, c.Wait > 0}
		for _, send := range c.Sends {
			if want := []wa.PhoneNumberID{second, "", storetest.Number}[n]; send.Scope != string(want) {
				t.Errorf("claim %d has a send of %s", n, send.Scope)
			}
		}
	}
	want := []answer{{sends: 3, more: true, wait: true}, {wait: true}, {sends: 2, expired: 1, more: true}, {}, {busy: true}}
	if !slices.Equal(got, want) {
		t.Errorf("claims %+v\nwant   %+v", got, want)
	}
	// What expired costs nothing, and what is paused has one to begin with.
	left := pgtest.Count(t, pool, `SELECT count(*) FROM pace WHERE (phone_number_id, round(tokens)::int) IN (($1, 78), ($2, 0), ('paused', 1), ('empty', 80))`,
		storetest.Number, second)
	if left != 4 {
		t.Error("the budgets are not what the claims left of them")
	}
	if alone := claimed(t, sends, 50); len(alone.Expired) != 1 || len(alone.Sends) != 0 {
		t.Errorf("then alone %+v", alone)
	}
}

// Whose budget somebody holds is passed over, and holds up no other number.
func TestClaimTogetherWaitsForNobody(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	storetest.Registered(t, pool)
	sends := effects.NewSends(pool, nil)
	pgtest.Exec(t, pool, `INSERT INTO pace (phone_number_id) VALUES ($1), ($2)`, storetest.Number, second)
	queueOf(t, pool, storetest.Number, 2, 1, "")
	queueOf(t, pool, second, 2, 1, "")
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.Background()) }()
	if _, err := tx.Exec(t.Context(), `SELECT FROM pace WHERE phone_number_id = $1 FOR UPDATE`, second); err != nil {
		t.Fatal(err)
	}
	claims := together(t, sends, effects.Wanted{Number: second, Limit: 10}, effects.Wanted{Number: storetest.Number, Limit: 10})
	if !claims[0].Busy || len(claims[0].Sends) != 0 || claims[1].Busy || len(claims[1].Sends) != 1 {
		t.Errorf("claims %+v, want the first busy and one send of the other", claims)
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if claims := together(t, sends, effects.Wanted{Number: second, Limit: 10}); len(claims[0].Sends) != 1 {
		t.Errorf("then %+v", claims)
	}
}

// Members claim of the same numbers, in whatever order they ask, beside claims of one,
// what comes in and what is given back: none is handed out twice, none waits in a circle.
func TestI07ClaimersOfManyNumbers(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	storetest.Registered(t, pool)
	numbers := []wa.PhoneNumberID{"n1", "n2", "n3", "n4"}
	for _, number := range numbers {
		pgtest.Exec(t, pool, `INSERT INTO pace (phone_number_id, rate, tokens) VALUES ($1, 40, 40)`, number)
		queueOf(t, pool, number, 2, 400, "")
	}
	start := time.Now()
	handed := make([]map[string]bool, 4)
	var group errgroup.Group
	for n := range handed {
		handed[n] = make(map[string]bool)
		group.Go(func() error {
			sends, member := effects.NewSends(pool, nil), fmt.Sprint("member-", n)
			for round := range 15 {
				var wanted []effects.Wanted
				for i := range numbers {
					number := numbers[(i*(2*(n%2)+1)+round)%len(numbers)] // forwards and backwards, from each
					wanted = append(wanted, effects.Wanted{Number: number, Limit: 5})
				}
				claims, err := sends.ClaimTogether(t.Context(), member, wanted)
				if err != nil {
					return err
				}
				one, err := sends.Claim(t.Context(), numbers[round%len(numbers)], member, 5)
				if err != nil {
					return err
				}
				for i, send := range slices.Concat(claims[0].Sends, claims[1].Sends, claims[2].Sends, claims[3].Sends, one.Sends) {
					if i == 0 && round%5 == 0 {
						if err := sends.GiveBack(t.Context(), member, send.EffectRef); err != nil {
							return err
						}
						continue
					}
					handed[n][send.Scope+send.ID] = true
				}
				if err := sends.CountInbound(t.Context(), map[wa.PhoneNumberID]int{"n1": 0, "n4": 0, "n2": 0}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	all := make(map[string]bool)
	for _, some := range handed {
		for id := range some {
			if all[id] {
				t.Errorf("%s was handed out twice", id)
			}
			all[id] = true
		}
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM effect WHERE state = 1`); int(n) != len(all) {
		t.Errorf("%d rows are claimed, %d were handed out", n, len(all))
	}
	if most := 4 * (40 + int(40*time.Since(start).Seconds()) + 1); len(all) < 4*40 || len(all) > most {
		t.Errorf("%d sends claimed, want %d to %d", len(all), 4*40, most)
	}
}

// Since a template was judged its account may have lost it: the claim says so.
func TestI05ClaimReadsTheTemplateAgain(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	storetest.Registered(t, pool)
	sends := effects.NewSends(pool, nil)
	pgtest.Exec(t, pool, `INSERT INTO account (id, tenant_id, portfolio_id) VALUES ('another', 'acme', 'p')`)
	pgtest.Exec(t, pool, `INSERT INTO template (account_id, tenant_id, name, language, meta_id, category, status, components) VALUES
		('waba', 'acme', 'kept', 'pt_BR', '1', 'UTILITY', 'APPROVED', '[]'), ('waba', 'acme', 'paused', 'pt_BR', '2', 'UTILITY', 'PAUSED', '[]'),
		('waba', 'acme', 'paused', 'en', '3', 'UTILITY', 'APPROVED', '[]'), ('another', 'acme', 'gone', 'pt_BR', '4', 'UTILITY', 'APPROVED', '[]')`)
	want := make(map[string]string)
	queue := func(id, content, closesIn, barred string) {
		pgtest.Exec(t, pool, `INSERT INTO message (phone_number_id, id, contact_id, direction, author_kind, author_id, author_name, kind, sent_at, content)
			VALUES ($1, $2, 'c', 1, 1, '', '', '', now(), $3)`, storetest.Number, id, content)
		pgtest.Exec(t, pool, `INSERT INTO effect (kind, scope, id, attempt, grain, class, owner_epoch, turn_epoch, not_before, window_closes_at, body)
			VALUES (1, $1, $2, 1, $2, 2, 1, 0, now(), now() + nullif($3, '')::interval, '')`, storetest.Number, id, closesIn)
		want[id] = barred
	}
	template := func(name, language string) string {
		return fmt.Sprintf(`{"kind":"template","template":{"name":%q,"language":%q,"rendered":"Oi"}}`, name, language)
	}
	queue("approved", template("kept", "pt_BR"), "", "")
	queue("paused", template("paused", "pt_BR"), "", "PAUSED")
	queue("in another language", template("paused", "en"), "", "")
	queue("removed", template("gone", "pt_BR"), "", effects.Gone)
	queue("free-form", `{"kind":"text","text":{"body":"hi"}}`, "1 hour", "")
	got := make(map[string]string)
	for _, send := range claimed(t, sends, 10).Sends {
		got[send.ID] = send.Barred
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what bars each (-want +got):\n%s", diff)
	}
}

// What a person allows is asked of marketing alone, in all numbers of the portfolio, and
// what one number blocks is barred there.
func TestClaimReadsWhatAPersonAllows(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	storetest.Registered(t, pool)
	sends := effects.NewSends(pool, nil)
	pgtest.Exec(t, pool, `INSERT INTO template (account_id, tenant_id, name, language, meta_id, category, status, components) VALUES
		('waba', 'acme', 'sale', 'pt_BR', '1', 'MARKETING', 'APPROVED', '[]')`)
	pgtest.Exec(t, pool, `INSERT INTO consent (portfolio_id, contact_id, scope, stopped, said_at, by_kind)
		SELECT a.portfolio_id, v.* FROM account a, (VALUES ('stopped', '', true, now(), 'customer'), ('resumed', '', false, now(), 'customer'),
			('blocked', $1::text, true, now(), 'agent'), ('blocked elsewhere', 'another', true, now(), 'agent'),
			('both', '', true, now(), 'customer'), ('both', $1::text, true, now(), 'agent')) v WHERE a.id = 'waba'`, storetest.Number)
	want := make(map[string]string)
	queue := func(contact string, class int, barred string) {
		id := fmt.Sprint(contact, " ", class)
		pgtest.Exec(t, pool, `INSERT INTO message (phone_number_id, id, contact_id, direction, author_kind, author_id, author_name, kind, sent_at, content)
			VALUES ($1, $2, $3, 1, 1, '', '', '', now(), '{"kind":"template","template":{"name":"sale","language":"pt_BR"}}')`, storetest.Number, id, contact)
		pgtest.Exec(t, pool, `INSERT INTO effect (kind, scope, id, attempt, grain, class, owner_epoch, turn_epoch, not_before, body)
			VALUES (1, $1, $2, 1, $3, $4, 1, 0, now(), '')`, storetest.Number, id, contact, class)
		want[id] = barred
	}
	queue("stopped", 5, effects.OptedOut)
	queue("both", 5, effects.OptedOut)
	queue("blocked", 5, effects.Blocked)
	for _, contact := range []string{"resumed", "blocked elsewhere", "unheard of"} {
		queue(contact, 5, "")
	}
	queue("stopped", 4, "")
	queue("stopped", 2, "")
	got := make(map[string]string)
	for _, send := range claimed(t, sends, 10).Sends {
		got[send.ID] = send.Barred
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what bars each (-want +got):\n%s", diff)
	}
}

// However long the queue is, claims read its head, also with plans that were made
// when it was empty.
func TestClaimOfManyDoesNotReadTheQueue(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	storetest.Registered(t, pool)
	sends := effects.NewSends(pool, nil)
	pgtest.Exec(t, pool, `INSERT INTO pace (phone_number_id) VALUES ($1), ($2)`, storetest.Number, second)
	both := []effects.Wanted{{Number: storetest.Number, Limit: 1}, {Number: second, Limit: 1}}
	queueOf(t, pool, second, 5, 10, "")
	for range 10 { // by then the plans are made
		together(t, sends, both...)
		claimed(t, sends, 1)
	}
	queueOf(t, pool, storetest.Number, 5, 5000, "")
	before := scansOf(t, pool, "effect_send")
	for range 10 {
		together(t, sends, both...)
		claimed(t, sends, 1)
	}
	if after := scansOf(t, pool, "effect_send"); after != before {
		t.Errorf("twenty claims read the whole queue %d times", after-before)
	}
}
