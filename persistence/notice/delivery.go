package notice

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// Channel is a way out.
type Channel string

// Channels.
const (
	Mail    Channel = "mail"    // to an e-mail address
	Webhook Channel = "webhook" // to a URL of the tenant's, signed with its secret
)

// Letter is what leaves: a mail, or the body of a webhook, which has no subject.
type Letter struct {
	Channel Channel
	Address string
	Subject string
	Text    string
}

// Receivers are whom the notices of a tenant may be told to.
type Receivers struct {
	Mails []string // addresses of its administrators
	URL   string   // of its webhook; "": none
}

func (s *Store) receivers(ctx context.Context, tx pgx.Tx, tenant wa.TenantID) (to Receivers, err error) {
	const find = `
SELECT ARRAY(SELECT email FROM staff WHERE tenant_id = $1 AND role = 'admin' AND disabled_at IS NULL ORDER BY email),
    coalesce((SELECT url FROM notice_webhook WHERE tenant_id = $1), '')`
	err = tx.QueryRow(ctx, find, tenant).Scan(&to.Mails, &to.URL)
	return to, err
}

// Post sends letters of a tenant on their way.
func (s *Store) Post(ctx context.Context, tenant wa.TenantID, letters ...Letter) error {
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error { return s.post(ctx, tx, tenant, letters) })
	if err != nil {
		return fmt.Errorf("post letters: %w", persistence.Classed(err))
	}
	return nil
}

// sealedLetter is what of a letter nobody reads in the database.
type sealedLetter struct{ Subject, Text string }

func letterLabel(id string) string          { return "delivery:" + id }
func secretLabel(tenant wa.TenantID) string { return "notice_webhook:" + string(tenant) }

func (s *Store) post(ctx context.Context, tx pgx.Tx, tenant wa.TenantID, letters []Letter) error {
	const insert = `INSERT INTO delivery (id, tenant_id, channel, address, sealed) VALUES ($1, $2, $3, $4, $5)`
	for _, l := range letters {
		text, err := json.Marshal(sealedLetter{l.Subject, l.Text})
		if err != nil {
			return err
		}
		id := uuid.Must(uuid.NewV7()).String()
		if _, err := tx.Exec(ctx, insert, id, tenant, l.Channel, l.Address, s.sealer.Seal(letterLabel(id), string(text))); err != nil {
			return err
		}
	}
	return nil
}

// Delivery is a letter that a member has claimed. ID stays the same from try to try.
type Delivery struct {
	Letter
	ID       string
	TenantID wa.TenantID
	Tries    int // this one among them
	Secret   string
}

// claimFor is how long a claimed letter is left to its member.
const claimFor = 2 * time.Minute

// Claim takes up to limit letters that are due. One whose member dies is due again
// later. A letter that cannot be opened ends, with the reason.
func (s *Store) Claim(ctx context.Context, limit int) ([]Delivery, error) {
	const claim = `
UPDATE delivery d SET tries = tries + 1, next_try = now() + $2::interval
FROM (SELECT id FROM delivery WHERE ended_at IS NULL AND next_try <= now() ORDER BY next_try LIMIT $1 FOR UPDATE SKIP LOCKED) due
WHERE d.id = due.id
RETURNING d.id, d.tenant_id, d.channel, d.address, d.tries, d.sealed,
    (SELECT w.sealed_secret FROM notice_webhook w WHERE d.channel = 'webhook' AND w.tenant_id = d.tenant_id AND w.url = d.address)`
	type row struct {
		Delivery
		sealed, secret []byte
	}
	rows, err := persistence.Collect(ctx, s.pool, "claim letters", func(r pgx.CollectableRow) (d row, err error) {
		err = r.Scan(&d.ID, &d.TenantID, &d.Channel, &d.Address, &d.Tries, &d.sealed, &d.secret)
		return d, err
	}, claim, limit, claimFor)
	if err != nil {
		return nil, err
	}
	claimed := make([]Delivery, 0, len(rows))
	for i := range rows {
		d := &rows[i]
		if err := s.open(&d.Delivery, d.sealed, d.secret); err != nil {
			if err := s.End(ctx, d.ID, err.Error()); err != nil {
				return nil, err
			}
			continue
		}
		claimed = append(claimed, d.Delivery)
	}
	return claimed, nil
}

// ErrNoReceiver says that the webhook of a letter is there no more.
var ErrNoReceiver = errors.New("the webhook was taken away or changed")

func (s *Store) open(d *Delivery, sealed, secret []byte) error {
	text, err := s.sealer.Open(letterLabel(d.ID), sealed)
	if err != nil {
		return err
	}
	var letter sealedLetter
	if err := json.Unmarshal([]byte(text), &letter); err != nil {
		return err
	}
	d.Subject, d.Text = letter.Subject, letter.Text
	if d.Channel != Webhook {
		return nil
	}
	if secret == nil {
		return ErrNoReceiver
	}
	d.Secret, err = s.sealer.Open(secretLabel(d.TenantID), secret)
	return err
}

// End says that a letter has arrived, or with a reason that it was given up.
func (s *Store) End(ctx context.Context, id, reason string) error {
	_, err := s.pool.Exec(ctx, `UPDATE delivery SET ended_at = clock_timestamp(), error = $2 WHERE id = $1`, id, reason)
	if err != nil {
		return fmt.Errorf("end letter: %w", persistence.Classed(err))
	}
	return nil
}

// Later has a letter tried again after a pause, with the reason why.
func (s *Store) Later(ctx context.Context, id string, pause time.Duration, reason string) error {
	_, err := s.pool.Exec(ctx, `UPDATE delivery SET next_try = now() + $2::interval, error = $3 WHERE id = $1`, id, pause, reason)
	if err != nil {
		return fmt.Errorf("put a letter off: %w", persistence.Classed(err))
	}
	return nil
}

// Failure is the newest letter of a channel that has not arrived, and why.
type Failure struct {
	Channel Channel
	Address string
	At      time.Time
	GivenUp bool
	Error   string
}

// Failures lists what has not arrived in the last day, the newest first.
func (s *Store) Failures(ctx context.Context, tenant wa.TenantID) ([]Failure, error) {
	const list = `
SELECT channel, address, created_at, ended_at IS NOT NULL, error FROM delivery
WHERE tenant_id = $1 AND error <> '' AND created_at > now() - interval '1 day' ORDER BY created_at DESC LIMIT 20`
	return persistence.Collect(ctx, s.pool, "list letters", pgx.RowToStructByPos[Failure], list, tenant)
}

// Mailed counts the mails of a tenant that its receivers' server took in the last hour.
func (s *Store) Mailed(ctx context.Context, tenant wa.TenantID) (n int, err error) {
	const count = `
SELECT count(*) FROM delivery WHERE tenant_id = $1 AND channel = 'mail' AND ended_at > now() - interval '1 hour' AND error = ''
    AND created_at > now() - interval '2 days'` // for the index: none is tried for longer
	if err = s.pool.QueryRow(ctx, count, tenant).Scan(&n); err != nil {
		return 0, fmt.Errorf("count mails: %w", persistence.Classed(err))
	}
	return n, nil
}

// Waiting counts the letters of a tenant that are on their way.
func (s *Store) Waiting(ctx context.Context, tenant wa.TenantID) (n int, err error) {
	err = s.pool.QueryRow(ctx, `SELECT count(*) FROM delivery WHERE tenant_id = $1 AND ended_at IS NULL`, tenant).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count letters: %w", persistence.Classed(err))
	}
	return n, nil
}
