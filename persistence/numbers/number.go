package numbers

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/fleet"
)

// How long Numbers trusts what it read: other processes register numbers too.
const (
	numberTrust  = 30 * time.Second
	absenceTrust = 2 * time.Second
)

// Number is one of our business numbers.
type Number struct {
	ID          wa.PhoneNumberID
	TenantID    wa.TenantID
	AccountID   wa.AccountID
	PortfolioID wa.PortfolioID
	TeamID      wa.TeamID
	Display     string // as people write it; never a key
	Name        string
	Language    string // that it speaks by default, as pt-BR; "" none was chosen
	Token       string // access token; "" when there is none. Never to be logged
	App         string // Meta app by which it is connected; "": that of the configuration
}

// String keeps the token out of whatever prints a number.
func (n Number) String() string { return "number " + string(n.ID) }

// Registration is what Register stores. Names that are "" keep what is there.
type Registration struct {
	Number
	TenantName  string
	AccountName string
	TeamName    string
	Through     *string // Meta app of the tenant; nil keeps what is there, "": the configuration's
}

// Numbers is the registry of our business numbers. It remembers what it read for
// some seconds and is safe for concurrent use.
type Numbers struct {
	pool   *pgxpool.Pool
	sealer *persistence.Sealer

	mu    sync.Mutex
	known map[wa.PhoneNumberID]knownNumber
}

type knownNumber struct {
	number Number
	found  bool
	until  time.Time
}

// New reads from the pool; the sealer opens access tokens.
func New(pool *pgxpool.Pool, sealer *persistence.Sealer) *Numbers {
	return &Numbers{pool: pool, sealer: sealer, known: make(map[wa.PhoneNumberID]knownNumber)}
}

const selectNumber = `
	SELECT n.id, n.tenant_id, n.account_id, a.portfolio_id, n.team_id, n.display, n.name, n.language, n.sealed_token, coalesce(n.app_id, '')
	FROM phone_number n JOIN account a ON a.id = n.account_id `

// Get finds a number. ErrNotFound: it is not ours, as far as was known seconds ago.
func (n *Numbers) Get(ctx context.Context, id wa.PhoneNumberID) (Number, error) {
	n.mu.Lock()
	known, ok := n.known[id]
	n.mu.Unlock()
	if !ok || time.Now().After(known.until) {
		var err error
		if known, err = n.read(ctx, id); err != nil {
			return Number{}, fmt.Errorf("get number %s: %w", id, persistence.Classed(err))
		}
	}
	if !known.found {
		return Number{}, fmt.Errorf("get number %s: %w", id, persistence.ErrNotFound)
	}
	return known.number, nil
}

func (n *Numbers) read(ctx context.Context, id wa.PhoneNumberID) (knownNumber, error) {
	rows, err := n.pool.Query(ctx, selectNumber+`WHERE n.id = $1`, id)
	if err != nil {
		return knownNumber{}, err
	}
	number, err := pgx.CollectExactlyOneRow(rows, n.scan)
	known := knownNumber{number: number, found: true, until: time.Now().Add(numberTrust)}
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		known = knownNumber{until: time.Now().Add(absenceTrust)}
	case err != nil:
		return knownNumber{}, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.known) > 10_000 { // ids of strangers: whoever signs may name any
		clear(n.known)
	}
	n.known[id] = known
	return known, nil
}

// scan reads a row of selectNumber. A token that does not open is an absent one:
// receiving must go on when the secret key was changed.
func (n *Numbers) scan(row pgx.CollectableRow) (Number, error) {
	var number Number
	var sealed []byte
	err := row.Scan(&number.ID, &number.TenantID, &number.AccountID, &number.PortfolioID, &number.TeamID,
		&number.Display, &number.Name, &number.Language, &sealed, &number.App)
	if err != nil || sealed == nil {
		return number, err
	}
	token, err := n.sealer.Open(persistence.TokenLabel(number.ID), sealed)
	if err == nil {
		number.Token = token
	}
	return number, nil
}

// Forget makes the next Get read again.
func (n *Numbers) Forget(id wa.PhoneNumberID) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.known, id)
}

// Shown finds the number of an account that people see as this one, however it is
// spaced and punctuated. ErrNotFound: there is none, or more than one.
func (n *Numbers) Shown(ctx context.Context, account wa.AccountID, display string) (Number, error) {
	numbers, err := persistence.Collect(ctx, n.pool, "find shown number", n.scan, selectNumber+`
		WHERE n.account_id = $1 AND regexp_replace(n.display, '\D', '', 'g') = regexp_replace($2, '\D', '', 'g')
			AND $2 ~ '\d' LIMIT 2`, account, display)
	if err != nil {
		return Number{}, err
	}
	if len(numbers) != 1 {
		return Number{}, fmt.Errorf("find shown number of account %s: %w", account, persistence.ErrNotFound)
	}
	return numbers[0], nil
}

// List returns the numbers of a tenant, by name; "" means all tenants.
func (n *Numbers) List(ctx context.Context, tenant wa.TenantID) ([]Number, error) {
	return persistence.Collect(ctx, n.pool, "list numbers", n.scan,
		selectNumber+`WHERE $1 = '' OR n.tenant_id = $1 ORDER BY n.name, n.id`, tenant)
}

// Tenants lists the tenants that have a number.
func (n *Numbers) Tenants(ctx context.Context) ([]wa.TenantID, error) {
	return persistence.Collect(ctx, n.pool, "list tenants", pgx.RowTo[wa.TenantID],
		`SELECT DISTINCT tenant_id FROM phone_number ORDER BY tenant_id`)
}

// Contest is an account of one tenant in a portfolio that is another's.
type Contest struct {
	Portfolio string
	Account   wa.AccountID
	Tenant    wa.TenantID // whose account it is
	Owner     wa.TenantID // whose portfolio it is
}

// Contests lists accounts in portfolios of other tenants. Register makes none: they
// are from before portfolios belonged to a tenant, and share its contacts.
func (n *Numbers) Contests(ctx context.Context) ([]Contest, error) {
	return persistence.Collect(ctx, n.pool, "look for shared portfolios", pgx.RowToStructByPos[Contest], `
		SELECT p.id, a.id, a.tenant_id, p.tenant_id FROM account a JOIN portfolio p ON p.id = a.portfolio_id
		WHERE p.tenant_id <> a.tenant_id ORDER BY p.id, a.id`)
}

// Register stores a number with its tenant, account and team, new or again. An
// empty token or language keeps the stored one. ErrNotFound: the number or the account
// belongs to another tenant, or the tenant was erased; ErrPortfolioTaken: the portfolio
// does; an ErasingError: one of them did, and is being erased with it; ErrNoApp: the
// tenant has no such Meta app; a ClosedError or a LimitError: it is not active, or has
// its numbers already. Whether the caller may name them is not asked here.
func (n *Numbers) Register(ctx context.Context, r Registration) error {
	var sealed []byte
	if r.Token != "" {
		sealed = n.sealer.Seal(persistence.TokenLabel(r.ID), r.Token)
	}
	err := pgx.BeginFunc(ctx, n.pool, func(tx pgx.Tx) error {
		if err := registerOwners(ctx, tx, &r); err != nil {
			return err
		}
		if r.Through != nil {
			if err := mayConnect(ctx, tx, r.TenantID, *r.Through); err != nil {
				return err
			}
		}
		before, err := numberValues(ctx, tx, &r)
		if err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `
			INSERT INTO phone_number AS n (id, tenant_id, account_id, team_id, display, name, language, sealed_token, app_id, renewed_at)
			VALUES ($1, $2, $3, $4, $5, $6, $8, $7, nullif($9, ''), clock_timestamp())
			ON CONFLICT (id) DO UPDATE SET account_id = excluded.account_id, team_id = excluded.team_id,
				display = excluded.display, name = excluded.name, language = coalesce(nullif(excluded.language, ''), n.language),
				sealed_token = coalesce(excluded.sealed_token, n.sealed_token), renewed_at = excluded.renewed_at, revision = n.revision + 1,
				app_id = CASE WHEN $9::text IS NULL THEN n.app_id ELSE excluded.app_id END
			WHERE n.tenant_id = excluded.tenant_id`,
			r.ID, r.TenantID, r.AccountID, r.TeamID, r.Display, r.Name, sealed, r.Language, r.Through)
		if err == nil && tag.RowsAffected() == 0 {
			return persistence.ErrNotFound
		}
		if err != nil {
			return err
		}
		if err := admit(ctx, tx, r.TenantID, before == nil); err != nil {
			return err
		}
		if err := unerase(ctx, tx, &r); err != nil {
			return err
		}
		if err := fleet.Renew(ctx, tx, r.ID); err != nil {
			return err
		}
		return tellRegistered(ctx, tx, &r, before)
	})
	if err != nil {
		return fmt.Errorf("register number %s: %w", r.ID, err)
	}
	n.Forget(r.ID)
	return nil
}

// ErrNoApp says that a number is to be connected by a Meta app which its tenant has not.
var ErrNoApp = errors.New("the tenant has no such Meta app")

// MayConnect says whether numbers of a tenant may be connected by a Meta app: it is
// the tenant's or the whole installation's. Error: ErrNoApp.
func (n *Numbers) MayConnect(ctx context.Context, tenant wa.TenantID, app string) error {
	return mayConnect(ctx, n.pool, tenant, app)
}

// mayConnect keeps the app from being removed until the transaction ends, if db is one.
func mayConnect(ctx context.Context, db persistence.Querier, tenant wa.TenantID, app string) error {
	if app == "" {
		return nil
	}
	tag, err := db.Exec(ctx, `SELECT FROM meta_app WHERE id = $1 AND (tenant_id IS NULL OR tenant_id = $2) FOR KEY SHARE`, app, tenant)
	if err == nil && tag.RowsAffected() == 0 {
		err = ErrNoApp
	}
	return err
}

// AccountTenant is whose a business account is. ErrNotFound: it is not registered.
func (n *Numbers) AccountTenant(ctx context.Context, account wa.AccountID) (wa.TenantID, error) {
	owners, err := persistence.Collect(ctx, n.pool, "find tenant of account", pgx.RowTo[wa.TenantID],
		`SELECT tenant_id FROM account WHERE id = $1`, account)
	if err == nil && len(owners) == 0 {
		err = fmt.Errorf("find tenant of account %s: %w", account, persistence.ErrNotFound)
	}
	if err != nil {
		return "", err
	}
	return owners[0], nil
}

func registerOwners(ctx context.Context, tx pgx.Tx, r *Registration) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO tenant AS t (id, name) VALUES ($1, coalesce(nullif($2, ''), $1))
		ON CONFLICT (id) DO UPDATE SET name = coalesce(nullif($2, ''), t.name)`, r.TenantID, r.TenantName)
	if err != nil {
		return fmt.Errorf("store tenant: %w", err)
	}
	// A statement of its own, after the row is locked: it sees an erasure that has just ended.
	var erased bool
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM erased WHERE tenant_hash = sha256(convert_to($1, 'UTF8')))`, r.TenantID).Scan(&erased)
	if err != nil {
		return fmt.Errorf("look for erased tenant: %w", err)
	}
	if erased {
		return persistence.ErrNotFound
	}
	if err := notErasing(ctx, tx, r); err != nil { // before what is left of its owner is met
		return err
	}
	var owner wa.TenantID
	err = tx.QueryRow(ctx, `
		INSERT INTO portfolio AS p (id, tenant_id) VALUES ($1, $2)
		ON CONFLICT (id) DO UPDATE SET tenant_id = p.tenant_id RETURNING tenant_id`, r.PortfolioID, r.TenantID).Scan(&owner)
	if err != nil {
		return fmt.Errorf("store portfolio: %w", err)
	}
	if owner != r.TenantID {
		return persistence.ErrPortfolioTaken
	}
	tag, err := tx.Exec(ctx, `
		INSERT INTO account AS a (id, tenant_id, portfolio_id, name) VALUES ($1, $2, $3, $4)
		ON CONFLICT (id) DO UPDATE SET portfolio_id = excluded.portfolio_id, name = coalesce(nullif($4, ''), a.name)
		WHERE a.tenant_id = excluded.tenant_id`, r.AccountID, r.TenantID, r.PortfolioID, r.AccountName)
	if err != nil {
		return fmt.Errorf("store account: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return persistence.ErrNotFound
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO template_sync (account_id) VALUES ($1) ON CONFLICT (account_id) DO UPDATE SET due_at = now()`, r.AccountID)
	if err != nil {
		return fmt.Errorf("have the templates read: %w", err)
	}
	tag, err = tx.Exec(ctx, `
		INSERT INTO team AS t (tenant_id, id, name) VALUES ($1, $2, coalesce(nullif($3, ''), $2))
		ON CONFLICT (tenant_id, id) DO UPDATE SET name = coalesce(nullif($3, ''), t.name)
		WHERE t.removed_at IS NULL`, r.TenantID, r.TeamID, r.TeamName)
	if err != nil {
		return fmt.Errorf("store team: %w", err)
	}
	if tag.RowsAffected() == 0 { // it is gone
		return persistence.ErrNotFound
	}
	return nil
}

// admit holds a tenant, whose row is locked, to its state and to how many numbers it
// may have.
func admit(ctx context.Context, tx pgx.Tx, tenant wa.TenantID, another bool) error {
	var state, reason string
	var most *int
	var has int
	err := tx.QueryRow(ctx, `
		SELECT t.state, t.reason, t.max_numbers, (SELECT count(*) FROM phone_number n WHERE n.tenant_id = t.id)
		FROM tenant t WHERE t.id = $1`, tenant).Scan(&state, &reason, &most, &has)
	switch {
	case err != nil:
		return fmt.Errorf("read limits of tenant: %w", err)
	case state != "active":
		return &persistence.ClosedError{Reason: reason}
	case another && most != nil && has > *most:
		return &persistence.LimitError{What: "numbers", Most: *most}
	}
	return nil
}

// Canary says whether numbers can be found.
func (n *Numbers) Canary(ctx context.Context) error {
	if _, err := persistence.Collect(ctx, n.pool, "find no number", n.scan, selectNumber+`WHERE n.id = $1`, persistence.CanaryID()); err != nil {
		return persistence.Classed(err)
	}
	return nil
}
