package tenants

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// State of a tenant.
type State string

// States.
const (
	Active    State = "active"
	Suspended State = "suspended"
	Closing   State = "closing" // suspended, and erased after its term
)

// DefaultTerm is how long a tenant that is to be deleted can still be had back.
const DefaultTerm = 30 * 24 * time.Hour

// MaxTerm is the longest one.
const MaxTerm = 365 * 24 * time.Hour

// ErrState says that the tenant is in a state in which that cannot be done.
var ErrState = errors.New("the tenant is in another state")

// Limits are what a tenant may have; nil: as much as it likes.
type Limits struct {
	Numbers  *int   // business numbers
	Seats    *int   // people who may log in, and open invitations
	Messages *int64 // handed to Meta in a calendar month, UTC
}

// Use is what a tenant has of what is limited.
type Use struct {
	Numbers  int
	Seats    int
	Messages int64 // of this month
}

// Tenant is a company of the installation.
type Tenant struct {
	ID        wa.TenantID
	Name      string
	State     State
	Reason    string // why it is not active
	StateAt   time.Time
	EraseAt   *time.Time // of one that is closing
	CreatedAt time.Time
	Limits
	Use Use
}

// Tenants keeps the tenants of an installation.
type Tenants struct {
	pool  *pgxpool.Pool
	staff *staff.Staff
}

// New keeps tenants in the database of pool, which the caller closes.
func New(pool *pgxpool.Pool, people *staff.Staff) *Tenants { return &Tenants{pool, people} }

// month is the first day of the month that messages are counted in.
const month = `date_trunc('month', (` + persistence.BusinessNow + `) AT TIME ZONE 'UTC')::date`

const selectTenant = `
SELECT t.id, t.name, t.state, t.reason, t.state_at, t.erase_at, t.created_at, t.max_numbers, t.max_seats, t.monthly_messages,
    (SELECT count(*) FROM phone_number n WHERE n.tenant_id = t.id),
    (SELECT count(*) FROM staff s WHERE s.tenant_id = t.id AND s.disabled_at IS NULL)
        + (SELECT count(*) FROM invitation i WHERE i.tenant_id = t.id AND i.expires_at > now()),
    (SELECT coalesce(sum(p.sent), 0)::bigint FROM phone_number n JOIN pace p ON p.phone_number_id = n.id
        WHERE n.tenant_id = t.id AND p.sent_month = ` + month + `)
FROM tenant t `

func scan(row pgx.CollectableRow) (t Tenant, err error) {
	err = row.Scan(&t.ID, &t.Name, &t.State, &t.Reason, &t.StateAt, &t.EraseAt, &t.CreatedAt, &t.Numbers, &t.Seats, &t.Messages,
		&t.Use.Numbers, &t.Use.Seats, &t.Use.Messages)
	return t, err
}

// List returns all tenants by name.
func (s *Tenants) List(ctx context.Context) ([]Tenant, error) {
	return persistence.Collect(ctx, s.pool, "list tenants", scan, selectTenant+`ORDER BY t.name, t.id`)
}

// Get reads a tenant, or ErrNotFound.
func (s *Tenants) Get(ctx context.Context, id wa.TenantID) (Tenant, error) {
	list, err := persistence.Collect(ctx, s.pool, "read tenant", scan, selectTenant+`WHERE t.id = $1`, id)
	switch {
	case err != nil:
		return Tenant{}, err
	case len(list) == 0:
		return Tenant{}, fmt.Errorf("read tenant: %w", persistence.ErrNotFound)
	}
	return list[0], nil
}

// firstTeam is the team that a new tenant has, which numbers can be put into.
const firstTeam = "main"

// Create makes a tenant, its first team, and the invitation of its first administrator,
// or nothing. The invitation's Token is set. Errors: staff.ErrEmailTaken.
func (s *Tenants) Create(ctx context.Context, name, adminEmail string, l Limits) (Tenant, staff.Invitation, error) {
	id := wa.TenantID(uuid.Must(uuid.NewV7()).String())
	var invitations []staff.Invitation
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		const insert = `INSERT INTO tenant (id, name, max_numbers, max_seats, monthly_messages) VALUES ($1, $2, $3, $4, $5)`
		if _, err := tx.Exec(ctx, insert, id, name, l.Numbers, l.Seats, l.Messages); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO team (tenant_id, id, name) VALUES ($1, $2, 'Main')`, id, firstTeam); err != nil {
			return err
		}
		after := l.values()
		after["name"] = name
		if err := tell(ctx, tx, audit.TenantCreated, id, name, nil, after); err != nil {
			return err
		}
		var err error
		invitations, err = staff.InviteWithin(ctx, tx, id, []string{adminEmail}, staff.Invitation{Role: staff.RoleAdmin})
		return err
	})
	if err != nil {
		return Tenant{}, staff.Invitation{}, fmt.Errorf("create tenant: %w", staff.Named(err))
	}
	t, err := s.Get(ctx, id)
	return t, invitations[0], err
}

// Rename gives a tenant another name. ErrNotFound: there is no such tenant.
func (s *Tenants) Rename(ctx context.Context, id wa.TenantID, name string) error {
	return s.change(ctx, "rename tenant", id, func(tx pgx.Tx, t Tenant) error {
		if t.Name == name {
			return nil
		}
		if _, err := tx.Exec(ctx, `UPDATE tenant SET name = $2 WHERE id = $1`, id, name); err != nil {
			return err
		}
		return tell(ctx, tx, audit.TenantChanged, id, name, audit.Values{"name": t.Name}, audit.Values{"name": name})
	})
}

// Limit sets what a tenant may have. What it has beyond stays; more it cannot get.
func (s *Tenants) Limit(ctx context.Context, id wa.TenantID, l Limits) error {
	return s.change(ctx, "limit tenant", id, func(tx pgx.Tx, t Tenant) error {
		const update = `UPDATE tenant SET max_numbers = $2, max_seats = $3, monthly_messages = $4 WHERE id = $1`
		if _, err := tx.Exec(ctx, update, id, l.Numbers, l.Seats, l.Messages); err != nil {
			return err
		}
		before, after := audit.Changed(t.values(), l.values())
		if len(after) == 0 {
			return nil
		}
		return tell(ctx, tx, audit.TenantChanged, id, t.Name, before, after)
	})
}

// change does something with a tenant while nobody else changes it. ErrState: it is
// being erased.
func (s *Tenants) change(ctx context.Context, what string, id wa.TenantID, do func(pgx.Tx, Tenant) error) error {
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT FROM tenant WHERE id = $1 FOR UPDATE`, id); err != nil {
			return err
		}
		var erasing bool
		if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM erasure WHERE tenant_id = $1)`, id).Scan(&erasing); err != nil {
			return err
		}
		if erasing {
			return ErrState
		}
		rows, err := tx.Query(ctx, selectTenant+`WHERE t.id = $1`, id)
		if err != nil {
			return err
		}
		t, err := pgx.CollectExactlyOneRow(rows, scan)
		if err != nil {
			return err
		}
		return do(tx, t)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", what, staff.Named(err))
	}
	return nil
}

// values are limits as the audit names them.
func (l Limits) values() audit.Values {
	return audit.Values{"max_numbers": valueOf(l.Numbers), "max_seats": valueOf(l.Seats), "monthly_messages": valueOf(l.Messages)}
}

// valueOf is a limit for comparison; nil stays nil.
func valueOf[N int | int64](n *N) any {
	if n == nil {
		return nil
	}
	return *n
}

func tell(ctx context.Context, tx pgx.Tx, action audit.Action, id wa.TenantID, name string, before, after audit.Values) error {
	return audit.Write(ctx, tx, audit.Entry{
		TenantID: id, Action: action, Object: audit.Object{Kind: "tenant", ID: string(id), Name: name}, Before: before, After: after,
	})
}
