package fleet_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/fleet"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// threeNumbers are two of one account and one of another tenant.
func threeNumbers(t *testing.T) (*pgxpool.Pool, *fleet.Fleet) {
	t.Helper()
	pool := pgtest.Pool(t)
	pgtest.Exec(t, pool, `
		INSERT INTO tenant (id, name) VALUES ('t1', 'One'), ('t2', 'Two');
		INSERT INTO portfolio (id, tenant_id) VALUES ('p1', 't1'), ('p2', 't2');
		INSERT INTO account (id, tenant_id, portfolio_id, name) VALUES ('a1', 't1', 'p1', ''), ('a2', 't2', 'p2', '');
		INSERT INTO team (tenant_id, id, name) VALUES ('t1', 'red', 'Red'), ('t2', 'red', 'Red');
		INSERT INTO phone_number (id, tenant_id, account_id, team_id, display) VALUES
			('1', 't1', 'a1', 'red', '+55 11 1111'), ('2', 't1', 'a1', 'red', '+55 22 2222'), ('3', 't2', 'a2', 'red', '+55 33 3333')`)
	f := fleet.New(pool)
	if err := f.Adopt(t.Context()); err != nil {
		t.Fatal(err)
	}
	return pool, f
}

func listed(t *testing.T, f *fleet.Fleet, tenant wa.TenantID, number wa.PhoneNumberID) fleet.Listed {
	t.Helper()
	list, err := f.List(t.Context(), tenant)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range list {
		if l.Number == number {
			return l
		}
	}
	return fleet.Listed{}
}

func claimed(t *testing.T, f *fleet.Fleet) fleet.Claim {
	t.Helper()
	c, ok, err := f.Claim(t.Context())
	if err != nil || !ok {
		t.Fatalf("claimed %v, %v", ok, err)
	}
	return c
}

// Each number is read by one member; who lost the claim stores nothing; what a reading
// shows is judged, and since when it is trouble is kept.
func TestReadings(t *testing.T) {
	t.Parallel()
	pool, f := threeNumbers(t)
	seen := map[wa.PhoneNumberID]fleet.Claim{}
	for range 3 {
		c := claimed(t, f)
		seen[c.Number] = c
		if !c.AskToken {
			t.Errorf("the token of %s was never asked about", c.Number)
		}
	}
	if _, ok, err := f.Claim(t.Context()); ok || err != nil || len(seen) != 3 {
		t.Fatalf("claimed %v; a fourth: %v, %v", seen, ok, err)
	}
	expires := time.Now().Add(48 * time.Hour).UTC().Truncate(time.Second)
	change, err := f.Told(t.Context(), seen["1"], fleet.Reading{Quality: "RED", Tier: "TIER_1K"}, fleet.TokenTold{State: fleet.TokenIsGood, ExpiresAt: expires, Asked: true})
	if want := []fleet.Trouble{fleet.QualityLow, fleet.TokenExpires}; err != nil || len(change.Before) != 0 || !slices.Equal(change.After, want) {
		t.Fatalf("told: %+v, %v", change, err)
	}
	got := listed(t, f, "t1", "1")
	if got.Quality != "RED" || got.Tier != "TIER_1K" || !got.TokenExpiresAt.Equal(expires) || got.TroubleSince.IsZero() || got.ReadAt.IsZero() {
		t.Errorf("stored %+v", got)
	}
	if other := listed(t, f, "t2", "1"); other.Number != "" {
		t.Errorf("another tenant sees %+v", other)
	}
	if err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error { return fleet.Renew(t.Context(), tx, "1") }); err != nil {
		t.Fatal(err)
	}
	again := claimed(t, f)
	if again.Number != "1" || !again.AskToken {
		t.Errorf("after a new token: %+v", again)
	}
	if _, err := f.Failed(t.Context(), seen["1"], "late", fleet.TokenTold{}, time.Minute); !errors.Is(err, persistence.ErrConflict) {
		t.Errorf("who lost the claim: %v", err)
	}
	change, err = f.Failed(t.Context(), again, "refused", fleet.TokenTold{State: fleet.TokenIsDead}, time.Minute)
	if err != nil || change.After[0] != fleet.TokenDead {
		t.Errorf("dead token: %+v, %v", change, err)
	}
	if got = listed(t, f, "t1", "1"); got.Quality != "RED" || got.Failure != "refused" || got.Token != fleet.TokenIsDead {
		t.Errorf("after a refused reading: %+v", got)
	}
	counts, err := f.Counts(t.Context())
	if err != nil || counts[fleet.TokenDead] != 1 || counts[""] != 2 {
		t.Errorf("counts %v, %v", counts, err)
	}
	pgtest.Exec(t, pool, `UPDATE standing SET received_at = now() - interval '2 days' WHERE phone_number_id = '2'`)
	changes, err := f.Judge(t.Context())
	if err != nil || len(changes) != 1 || changes[0].Number != "2" || !slices.Equal(changes[0].After, []fleet.Trouble{fleet.Silent}) {
		t.Errorf("judged: %+v, %v", changes, err)
	}
}

// News of a number are its own, those without a number are of the whole account; both
// have Meta asked at once.
func TestNews(t *testing.T) {
	t.Parallel()
	pool, f := threeNumbers(t)
	for range 3 {
		claimed(t, f)
	}
	pgtest.Exec(t, pool, `UPDATE standing SET claimed_at = now() - interval '1 minute', lease_until = NULL`)
	changes, err := f.Heard(t.Context(), "", "a1", fleet.News{Display: "55222222", Quality: "RED"})
	if err != nil || len(changes) != 1 || changes[0].Number != "2" {
		t.Fatalf("news of one number: %+v, %v", changes, err)
	}
	if c := claimed(t, f); c.Number != "2" {
		t.Errorf("read at once: %s", c.Number)
	}
	until := time.Now().Add(time.Hour)
	changes, err = f.Heard(t.Context(), "", "a1", fleet.News{Restriction: "RESTRICTED_BIZ_INITIATED_MESSAGING", RestrictedUntil: until})
	if err != nil || len(changes) != 2 || !slices.Contains(changes[1].After, fleet.Restricted) {
		t.Fatalf("news of the account: %+v, %v", changes, err)
	}
	if got := listed(t, f, "t2", "3"); got.Restriction != "" {
		t.Errorf("another account: %+v", got)
	}
	if _, err := f.Heard(t.Context(), "", "a1", fleet.News{Freed: true}); err != nil || listed(t, f, "t1", "1").Restriction != "" {
		t.Errorf("freed: %v", err)
	}
	if changes, err := f.Heard(t.Context(), "t2", "a1", fleet.News{Quality: "RED"}); err != nil || len(changes) != 0 {
		t.Errorf("by the app of another tenant: %+v, %v", changes, err)
	}
	if changes, err := f.Heard(t.Context(), "", "nobody", fleet.News{Quality: "RED"}); err != nil || len(changes) != 0 {
		t.Errorf("of a stranger: %+v, %v", changes, err)
	}
}

// What was remembered is stored together; an older beat does not go before a newer one,
// and a number of nobody is left out.
func TestPulse(t *testing.T) {
	t.Parallel()
	_, f := threeNumbers(t)
	now := time.Now().UTC().Truncate(time.Millisecond)
	f.Received("1", now)
	f.Received("1", now.Add(-time.Hour))
	f.Sent("1", now.Add(-time.Minute))
	f.Sent("999", now)
	if err := f.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.Received("1", now.Add(-time.Minute))
	if err := errors.Join(f.Flush(t.Context()), f.Flush(t.Context())); err != nil {
		t.Fatal(err)
	}
	if got := listed(t, f, "t1", "1"); !got.ReceivedAt.Equal(now) || !got.SentAt.Equal(now.Add(-time.Minute)) {
		t.Errorf("stored %v and %v, want %v", got.ReceivedAt, got.SentAt, now)
	}
}
