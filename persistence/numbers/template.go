package numbers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// Rhythm of reading the lists of templates, by the database's clock.
const (
	templateEvery = 10 * time.Minute // and up to a fifth more, so that accounts do not march in step
	templateLease = 2 * time.Minute  // for reading one list
	// templateGap is between two readings of one account: a webhook for each of a
	// thousand templates must not use up the calls that Meta grants.
	templateGap = 15 * time.Second
)

// Template is an approved message of a business account as Meta listed it last.
// Components are Meta's own; wa.ParseTemplate reads them.
type Template struct {
	Name       string
	Language   string
	MetaID     string
	Category   string
	Status     string
	Quality    string
	Reason     string
	Components json.RawMessage
}

// Templates keeps the lists of templates. Reads for people are those of Inbox.
type Templates struct {
	pool    *pgxpool.Pool
	changed func(wa.AccountID)
}

// NewTemplates reads and writes through the pool, which the caller closes.
func NewTemplates(pool *pgxpool.Pool) *Templates {
	return &Templates{pool, func(wa.AccountID) {}}
}

// OnChanged has f hear, before the first use, of each account whose list was written
// here: after the commit, or when nobody knows whether it came to that. It must not
// block.
func (t *Templates) OnChanged(f func(wa.AccountID)) { t.changed = f }

// TemplateClaim is the right to store the list of an account, until another
// member has it.
type TemplateClaim struct {
	Account wa.AccountID
	at      time.Time
}

// Claim takes the account whose list is the longest due, for two minutes, and sets
// when it is due next. False: none is due.
func (t *Templates) Claim(ctx context.Context) (claim TemplateClaim, ok bool, err error) {
	err = t.pool.QueryRow(ctx, `
		UPDATE template_sync SET claimed_at = now(), lease_until = now() + $1::interval,
			due_at = now() + $2::interval * (1 + random() / 5)
		WHERE account_id = (SELECT account_id FROM template_sync
			WHERE due_at <= now() AND (lease_until IS NULL OR lease_until < now())
			ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
		RETURNING account_id, claimed_at`, templateLease, templateEvery).Scan(&claim.Account, &claim.at)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return claim, false, nil
	case err != nil:
		return claim, false, fmt.Errorf("claim a list of templates: %w", err)
	}
	return claim, true, nil
}

// Wake makes the list of an account due: at once, or when the last reading is 15 s
// old. An account that is not ours changes nothing, and a wake-up that comes after
// another one writes nothing: each send that fails for its template is one. After a
// failure the pause that Meta asked for is kept.
func (t *Templates) Wake(ctx context.Context, account wa.AccountID) error {
	_, err := t.pool.Exec(ctx, `
		UPDATE template_sync SET due_at = greatest(now(), claimed_at + $2::interval)
		WHERE account_id = $1 AND failures = 0 AND due_at > greatest(now(), claimed_at + $2::interval)`,
		account, templateGap)
	if err != nil {
		return fmt.Errorf("wake templates of %s: %w", account, err)
	}
	return nil
}

// Replace stores the whole list of an account. ErrConflict: the claim has run out
// and another member has it; nothing was stored.
func (t *Templates) Replace(ctx context.Context, claim TemplateClaim, list []Template) error {
	defer t.changed(claim.Account)
	err := pgx.BeginFunc(ctx, t.pool, func(tx pgx.Tx) error {
		done, err := tx.Exec(ctx, `
			UPDATE template_sync SET synced_at = now(), lease_until = NULL, failures = 0, error = ''
			WHERE account_id = $1 AND claimed_at = $2`, claim.Account, claim.at)
		if err != nil {
			return err
		}
		if done.RowsAffected() == 0 {
			return persistence.ErrConflict
		}
		return replaceTemplates(ctx, tx, claim.Account, list)
	})
	if err != nil {
		return fmt.Errorf("store templates of %s: %w", claim.Account, err)
	}
	return nil
}

func replaceTemplates(ctx context.Context, tx pgx.Tx, account wa.AccountID, list []Template) error {
	batch := &pgx.Batch{}
	batch.Queue(`DELETE FROM template WHERE account_id = $1`, account)
	for n := range list {
		l := &list[n]
		batch.Queue(`
			INSERT INTO template (account_id, tenant_id, name, language, meta_id, category, status, quality, reason, components)
			SELECT id, tenant_id, $2, $3, $4, $5, $6, $7, $8, $9 FROM account WHERE id = $1
			ON CONFLICT DO NOTHING`, // two pages may overlap when the list grows meanwhile
			account, l.Name, l.Language, l.MetaID, l.Category, l.Status, l.Quality, l.Reason, l.Components)
	}
	return tx.SendBatch(ctx, batch).Close()
}

// Fail keeps the old list, says why, and when to try again.
func (t *Templates) Fail(ctx context.Context, claim TemplateClaim, reason string, again time.Duration) error {
	_, err := t.pool.Exec(ctx, `
		UPDATE template_sync SET lease_until = NULL, failures = failures + 1, error = $3, due_at = now() + $4::interval
		WHERE account_id = $1 AND claimed_at = $2`, claim.Account, claim.at, wa.CleanText(reason), again)
	if err != nil {
		return fmt.Errorf("note failed templates of %s: %w", claim.Account, err)
	}
	return nil
}

// TemplateChange is what a webhook tells of one template. What is "" stays as it is.
type TemplateChange struct {
	Name     string
	Language string
	Status   string
	Quality  string
	Category string
	Reason   string
}

// Change applies news of one template, if we have it: until the list is read
// again, it is the truth. The language may be written en_US or en-US.
func (t *Templates) Change(ctx context.Context, account wa.AccountID, c TemplateChange) error {
	defer t.changed(account)
	_, err := t.pool.Exec(ctx, `
		UPDATE template SET status = coalesce(nullif($4, ''), status), quality = coalesce(nullif($5, ''), quality),
			category = coalesce(nullif($6, ''), category), reason = coalesce(nullif($7, ''), reason)
		WHERE account_id = $1 AND name = $2 AND replace(language, '-', '_') = replace($3, '-', '_')`,
		account, c.Name, c.Language, c.Status, c.Quality, c.Category, c.Reason)
	if err != nil {
		return fmt.Errorf("change template of %s: %w", account, err)
	}
	return nil
}

// Oldest is how long ago the list was read that is the longest not read. Lists that
// were never read do not count: they have failures.
func (t *Templates) Oldest(ctx context.Context) (time.Duration, error) {
	var seconds float64
	err := t.pool.QueryRow(ctx, `
		SELECT coalesce(extract(epoch FROM now() - min(synced_at)), 0)::float8 FROM template_sync`).Scan(&seconds)
	if err != nil {
		return 0, fmt.Errorf("read age of templates: %w", err)
	}
	return time.Duration(seconds * float64(time.Second)), nil
}

// Readers are numbers of an account with distinct access tokens, any of which may read
// its templates.
func (n *Numbers) Readers(ctx context.Context, account wa.AccountID) ([]Number, error) {
	list, err := persistence.Collect(ctx, n.pool, "list numbers of an account", n.scan, selectNumber+`WHERE n.account_id = $1 ORDER BY n.id`, account)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{"": true}
	return slices.DeleteFunc(list, func(number Number) bool {
		known := seen[number.Token]
		seen[number.Token] = true
		return known
	}), nil
}
