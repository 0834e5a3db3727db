package fleet

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// How often Meta is asked about a number, by the database's clock.
const (
	readEvery = 10 * time.Minute // and up to a fifth more, so that numbers do not march in step
	readLease = time.Minute
	readGap   = 15 * time.Second // between two readings, whatever tells of news
	tokenAge  = time.Hour        // after which a token is asked about again
)

// Token is how the access token of a number fares.
type Token string

// How tokens fare; "": nobody has asked yet.
const (
	TokenIsGood    Token = "good"
	TokenIsDead    Token = "dead"
	TokenIsMissing Token = "missing"
)

// Reading is what Meta tells of a number, in its words. "" was not told.
type Reading struct {
	Quality    string // GREEN, YELLOW, RED, UNKNOWN
	Tier       string // how many may be written to in a day: TIER_250, …, TIER_UNLIMITED
	Throughput string // STANDARD, HIGH, NOT_APPLICABLE
	Status     string // CONNECTED, FLAGGED, BANNED, …
	CanSend    string // AVAILABLE, LIMITED, BLOCKED
	NameStatus string // APPROVED, DECLINED, PENDING_REVIEW, …
}

// Standing is how a number fares. Zero times: never, or not known.
type Standing struct {
	Number wa.PhoneNumberID
	Reading
	Restriction     string // what Meta restricts, in its words
	RestrictedUntil time.Time
	Token           Token
	TokenSince      time.Time
	TokenExpiresAt  time.Time
	ReadAt          time.Time
	Failure         string // why Meta could not be asked last
	ReceivedAt      time.Time
	SentAt          time.Time
	Troubles        []Trouble // as they were judged last
	TroubleSince    time.Time
}

// Change is that the troubles of a number are others than before.
type Change struct {
	Number        wa.PhoneNumberID
	Before, After []Trouble
}

// Fleet keeps the standings. It is safe for concurrent use.
type Fleet struct {
	pool  *pgxpool.Pool
	pulse pulse
}

// New reads and writes through the pool, which the caller closes.
func New(pool *pgxpool.Pool) *Fleet { return &Fleet{pool: pool} }

// Adopt begins to keep how numbers fare that other releases have registered.
func (f *Fleet) Adopt(ctx context.Context) error {
	_, err := f.pool.Exec(ctx, `
		INSERT INTO standing (phone_number_id) SELECT id FROM phone_number n
		WHERE NOT EXISTS (SELECT FROM standing s WHERE s.phone_number_id = n.id) ON CONFLICT DO NOTHING`)
	if err != nil {
		return fmt.Errorf("adopt numbers: %w", err)
	}
	return nil
}

// Claim is the right to read a number, until another member has it.
type Claim struct {
	Number   wa.PhoneNumberID
	AskToken bool // nobody has asked about its token for an hour
	at       time.Time
}

// Claim takes the number that is the longest due, for a minute, and sets when it is due
// next. False: none is due.
func (f *Fleet) Claim(ctx context.Context) (c Claim, ok bool, err error) {
	err = f.pool.QueryRow(ctx, `
		UPDATE standing SET claimed_at = now(), lease_until = now() + $1::interval,
			due_at = now() + $2::interval * (1 + random() / 5)
		WHERE phone_number_id = (SELECT phone_number_id FROM standing
			WHERE due_at <= now() AND (lease_until IS NULL OR lease_until < now())
			ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
		RETURNING phone_number_id, claimed_at, token_asked_at IS NULL OR token_asked_at < now() - $3::interval OR token <> 'good'`,
		readLease, readEvery, tokenAge).Scan(&c.Number, &c.at, &c.AskToken)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return c, false, nil
	case err != nil:
		return c, false, fmt.Errorf("claim a number to read: %w", err)
	}
	return c, true, nil
}

// TokenTold is what was learned of a token; "" State: nothing.
type TokenTold struct {
	State     Token
	ExpiresAt time.Time // zero: never
	Asked     bool      // ExpiresAt counts
}

// Told stores what a reading showed, and says what it changed. Errors: ErrConflict when
// another member has the number by now.
func (f *Fleet) Told(ctx context.Context, c Claim, r Reading, token TokenTold) (Change, error) {
	changes, err := f.change(ctx, `s.phone_number_id = $1 AND s.claimed_at = $2`, []any{c.Number, c.at}, func(s *row, now time.Time) {
		s.Reading, s.ReadAt, s.Failure, s.LeaseUntil = r, now, "", nil
		s.token(token, now)
	})
	return one(changes, err, c.Number)
}

// Failed stores that Meta could not be asked, and when to try again.
func (f *Fleet) Failed(ctx context.Context, c Claim, reason string, token TokenTold, again time.Duration) (Change, error) {
	changes, err := f.change(ctx, `s.phone_number_id = $1 AND s.claimed_at = $2`, []any{c.Number, c.at}, func(s *row, now time.Time) {
		s.Failure, s.LeaseUntil, s.DueAt = wa.CleanText(reason), nil, now.Add(again)
		s.token(token, now)
	})
	return one(changes, err, c.Number)
}

func one(changes []Change, err error, number wa.PhoneNumberID) (Change, error) {
	if err == nil && len(changes) == 0 {
		err = persistence.ErrConflict
	}
	if err != nil {
		return Change{}, fmt.Errorf("store how number %s fares: %w", number, err)
	}
	return changes[0], nil
}

func (s *row) token(t TokenTold, now time.Time) {
	if t.State == "" {
		return
	}
	if s.Token != t.State {
		s.Token, s.TokenSince = t.State, now
	}
	if t.Asked {
		s.TokenExpiresAt, s.TokenAskedAt = t.ExpiresAt, now
	}
}

// News is what a webhook tells of a number, or of all of an account. "" says nothing.
type News struct {
	Display         string // as people see the number; "": all of the account
	Quality         string
	Tier            string
	NameStatus      string
	CanSend         string
	Restriction     string
	RestrictedUntil time.Time
	Freed           bool // no restriction holds any more
}

// Heard applies the news of an account's webhook, whose numbers must be of the tenant by
// unless that is "", and has Meta asked at once, or when
// the last reading is 15 s old. News of nobody change nothing.
func (f *Fleet) Heard(ctx context.Context, by wa.TenantID, account wa.AccountID, n News) ([]Change, error) {
	const whose = `s.phone_number_id IN (SELECT id FROM phone_number n WHERE n.account_id = $1 AND ($3 = '' OR n.tenant_id = $3)
		AND ($2 = '' OR regexp_replace(n.display, '\D', '', 'g') = regexp_replace($2, '\D', '', 'g')))`
	changes, err := f.change(ctx, whose, []any{account, n.Display, by}, func(s *row, now time.Time) {
		for into, told := range map[*string]string{&s.Quality: n.Quality, &s.Tier: n.Tier, &s.NameStatus: n.NameStatus, &s.CanSend: n.CanSend} {
			if told != "" {
				*into = told
			}
		}
		if n.Restriction != "" || n.Freed {
			s.Restriction, s.RestrictedUntil = n.Restriction, n.RestrictedUntil
		}
		due := now
		if s.ClaimedAt != nil && s.ClaimedAt.Add(readGap).After(now) {
			due = s.ClaimedAt.Add(readGap)
		}
		if due.Before(s.DueAt) {
			s.DueAt = due
		}
	})
	if err != nil {
		return nil, fmt.Errorf("apply news of account %s: %w", account, err)
	}
	return changes, nil
}

// Due has Meta asked about a number at once, or when the last reading is 15 s old: a send
// has shown that it fares otherwise.
func (f *Fleet) Due(ctx context.Context, number wa.PhoneNumberID) error {
	_, err := f.pool.Exec(ctx, `
		UPDATE standing SET due_at = least(due_at, greatest(now(), claimed_at + $2::interval)) WHERE phone_number_id = $1`, number, readGap)
	if err != nil {
		return fmt.Errorf("have number %s read: %w", number, err)
	}
	return nil
}

// Renew has Meta asked about a number at once: its token or registration is new.
func Renew(ctx context.Context, tx pgx.Tx, number wa.PhoneNumberID) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO standing AS s (phone_number_id) VALUES ($1)
		ON CONFLICT (phone_number_id) DO UPDATE SET due_at = now(), lease_until = NULL, token_asked_at = NULL,
			claimed_at = NULL -- what is being read with the token before is stored no more`, number)
	if err != nil {
		return fmt.Errorf("have number %s read: %w", number, err)
	}
	return nil
}

// Judge judges all numbers anew that were not judged by a reading: trouble comes with
// time, too. It says what changed.
func (f *Fleet) Judge(ctx context.Context) ([]Change, error) {
	changes, err := f.change(ctx, `true`, nil, func(*row, time.Time) {})
	if err != nil {
		return nil, fmt.Errorf("judge numbers: %w", err)
	}
	return slices.DeleteFunc(changes, func(c Change) bool { return slices.Equal(c.Before, c.After) }), nil
}

// row is a standing with what only this package reads.
type row struct {
	Standing
	DueAt        time.Time
	ClaimedAt    *time.Time
	LeaseUntil   *time.Time
	TokenAskedAt time.Time
}

const columns = ` s.phone_number_id, s.quality, s.tier, s.throughput, s.status, s.can_send, s.name_status, s.restriction,
	coalesce(s.restricted_until, '0001-01-01'), s.token, coalesce(s.token_since, '0001-01-01'), coalesce(s.token_expires_at, '0001-01-01'),
	coalesce(s.read_at, '0001-01-01'), s.failure, coalesce(s.received_at, '0001-01-01'), coalesce(s.sent_at, '0001-01-01'),
	s.troubles, coalesce(s.trouble_since, '0001-01-01')`

func (s *Standing) into() []any {
	return []any{
		&s.Number, &s.Quality, &s.Tier, &s.Throughput, &s.Status, &s.CanSend, &s.NameStatus, &s.Restriction,
		&s.RestrictedUntil, &s.Token, &s.TokenSince, &s.TokenExpiresAt, &s.ReadAt, &s.Failure, &s.ReceivedAt, &s.SentAt,
		&s.Troubles, &s.TroubleSince,
	}
}

// change reckons with rows under their locks and judges them. It is for what happens
// seldom.
func (f *Fleet) change(ctx context.Context, which string, args []any, apply func(*row, time.Time)) (changes []Change, err error) {
	err = pgx.BeginFunc(ctx, f.pool, func(tx pgx.Tx) error {
		var now time.Time
		if err := tx.QueryRow(ctx, `SELECT now()`).Scan(&now); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `SELECT`+columns+`, s.due_at, s.claimed_at, s.lease_until, coalesce(s.token_asked_at, '0001-01-01')
			FROM standing s WHERE `+which+` ORDER BY s.phone_number_id FOR UPDATE`, args...)
		if err != nil {
			return err
		}
		list, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (s row, err error) {
			return s, r.Scan(append(s.into(), &s.DueAt, &s.ClaimedAt, &s.LeaseUntil, &s.TokenAskedAt)...)
		})
		if err != nil {
			return err
		}
		batch := &pgx.Batch{}
		for i := range list {
			s := &list[i]
			before, rated := slices.Clone(s.Troubles), s.Reading
			apply(s, now)
			s.judge(now)
			changes = append(changes, Change{s.Number, before, s.Troubles})
			s.write(batch)
			if s.Quality != rated.Quality || s.Tier != rated.Tier {
				s.rate(batch, now)
			}
		}
		return tx.SendBatch(ctx, batch).Close()
	})
	return changes, err
}

func (s *row) judge(now time.Time) {
	found := Judge(&s.Standing, now)
	switch {
	case len(found) == 0:
		s.TroubleSince = time.Time{}
	case len(s.Troubles) == 0:
		s.TroubleSince = now
	}
	s.Troubles = found
}

func (s *row) write(batch *pgx.Batch) {
	troubles := s.Troubles
	if troubles == nil {
		troubles = []Trouble{}
	}
	batch.Queue(`
		UPDATE standing SET quality = $2, tier = $3, throughput = $4, status = $5, can_send = $6, name_status = $7, restriction = $8,
			restricted_until = $9, token = $10, token_since = $11, token_expires_at = $12, read_at = $13, failure = $14,
			troubles = $15, trouble_since = $16, due_at = $17, lease_until = $18, token_asked_at = $19
		WHERE phone_number_id = $1`,
		s.Number, s.Quality, s.Tier, s.Throughput, s.Status, s.CanSend, s.NameStatus, s.Restriction,
		orNull(s.RestrictedUntil), s.Token, orNull(s.TokenSince), orNull(s.TokenExpiresAt), orNull(s.ReadAt), s.Failure,
		troubles, orNull(s.TroubleSince), s.DueAt, s.LeaseUntil, orNull(s.TokenAskedAt))
}

func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
