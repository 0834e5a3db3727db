package metaapp

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
)

// Grace is how long a secret or token that was replaced is good beside the new one.
const Grace = 24 * time.Hour

// MaxApps is how many apps a tenant may have.
const MaxApps = 50

// Why a change is refused.
var (
	ErrTooMany    = errors.New("too many Meta apps")
	ErrSameSecret = errors.New("it is the secret that the app has now")
	ErrInUse      = errors.New("numbers are connected through the app")
)

// App is a Meta app as its administrators see it: without its secrets.
type App struct {
	ID               string // stands in the callback address
	TenantID         wa.TenantID
	Name             string
	CreatedAt        time.Time
	SecretChangedAt  time.Time
	SecretUntil      *time.Time // until then the secret before is good too; nil: there is none
	TokenChangedAt   time.Time
	TokenUntil       *time.Time // likewise of the verify token
	ReceivedAt       *time.Time // the last webhook, some seconds late; nil: none yet
	Refused          int64      // webhooks with a wrong signature
	RefusedAt        *time.Time
	ConnectedNumbers int64
}

// Installation stands in the place of a tenant where an app of the whole installation is
// meant: every tenant may connect numbers by it.
const Installation wa.TenantID = ""

// Apps changes Meta apps. Every method is about apps of one tenant, or of the
// Installation, only: of others' apps it says ErrNotFound.
type Apps struct {
	pool   *pgxpool.Pool
	sealer *persistence.Sealer
}

// New works on the database of pool, which the caller closes; the sealer seals and
// opens secrets.
func New(pool *pgxpool.Pool, sealer *persistence.Sealer) *Apps { return &Apps{pool, sealer} }

const appColumns = ` a.id, coalesce(a.tenant_id, ''), a.name, a.created_at,
a.secret_changed_at, CASE WHEN a.secret_previous_until > now() THEN a.secret_previous_until END,
a.verify_token_changed_at, CASE WHEN a.verify_token_previous_until > now() THEN a.verify_token_previous_until END,
a.received_at, a.refused, a.refused_at, (SELECT count(*) FROM phone_number n WHERE n.app_id = a.id)`

// List returns the apps of a tenant, by name.
func (a *Apps) List(ctx context.Context, tenant wa.TenantID) ([]App, error) {
	return persistence.Collect(ctx, a.pool, "list Meta apps", pgx.RowToStructByPos[App],
		`SELECT`+appColumns+` FROM meta_app a WHERE a.tenant_id IS NOT DISTINCT FROM nullif($1, '') ORDER BY a.name, a.id`, tenant)
}

// Get finds an app of a tenant. Error: ErrNotFound.
func (a *Apps) Get(ctx context.Context, tenant wa.TenantID, id string) (App, error) {
	list, err := persistence.Collect(ctx, a.pool, "get Meta app", pgx.RowToStructByPos[App],
		`SELECT`+appColumns+` FROM meta_app a WHERE a.tenant_id IS NOT DISTINCT FROM nullif($1, '') AND a.id = $2`, tenant, id)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("get Meta app: %w", persistence.ErrNotFound)
	}
	if err != nil {
		return App{}, err
	}
	return list[0], nil
}

// Make adds an app of a tenant. The verify token is made here and returned this once.
// Error: ErrTooMany.
func (a *Apps) Make(ctx context.Context, tenant wa.TenantID, name, secret string) (app App, token string, err error) {
	id, token := random(5), random(20)
	err = pgx.BeginFunc(ctx, a.pool, func(tx pgx.Tx) error {
		have, err := count(ctx, tx, tenant)
		if err != nil {
			return err
		}
		if have >= MaxApps {
			return ErrTooMany
		}
		_, err = tx.Exec(ctx, `INSERT INTO meta_app (id, tenant_id, name, sealed_secret, sealed_verify_token) VALUES ($1, nullif($2, ''), $3, $4, $5)`,
			id, tenant, name, a.sealer.Seal(persistence.AppSecretLabel(id), secret), a.sealer.Seal(persistence.AppVerifyTokenLabel(id), token))
		if err != nil {
			return err
		}
		return tell(ctx, tx, tenant, audit.AppMade, id, name, nil, audit.Values{"name": name, "secret": audit.Hidden, "verify_token": audit.Hidden})
	})
	if err != nil {
		return App{}, "", fmt.Errorf("make Meta app: %w", err)
	}
	app, err = a.Get(ctx, tenant, id)
	return app, token, err
}

// count says how many apps there are. One at a time, so that nobody passes the limit
// beside another.
func count(ctx context.Context, tx pgx.Tx, tenant wa.TenantID) (have int, err error) {
	if tenant == Installation {
		if _, err := tx.Exec(ctx, `LOCK TABLE meta_app IN SHARE ROW EXCLUSIVE MODE`); err != nil {
			return 0, err
		}
		err = tx.QueryRow(ctx, `SELECT count(*) FROM meta_app WHERE tenant_id IS NULL`).Scan(&have)
		return have, err
	}
	// Counted by a statement of its own: one that waits for the lock sees what stood there
	// before it waited.
	if _, err := tx.Exec(ctx, `SELECT FROM tenant WHERE id = $1 FOR NO KEY UPDATE`, tenant); err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, `SELECT count(*) FROM meta_app WHERE tenant_id = $1`, tenant).Scan(&have)
	return have, err
}

// random is a word that stands in addresses and is read out without doubt. Its bytes
// are five or a multiple of them.
func random(size int) string {
	b := make([]byte, size)
	_, _ = rand.Read(b) // never fails
	return strings.ToLower(base32.StdEncoding.EncodeToString(b))
}

func tell(ctx context.Context, tx pgx.Tx, tenant wa.TenantID, action audit.Action, id, name string, before, after audit.Values) error {
	return audit.Write(ctx, tx, audit.Entry{
		TenantID: tenant, Action: action, Object: audit.Object{Kind: "app", ID: id, Name: name}, Before: before, After: after,
	})
}
