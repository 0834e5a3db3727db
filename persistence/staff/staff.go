package staff

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
)

// Role of a person who works here.
type Role string

// Roles as stored. All but agents see all teams of their tenant; admins also change
// numbers and people. An auditor reads everything, the audit too, and changes nothing;
// each conversation that he opens is a line of the audit.
const (
	RoleAgent   Role = "agent"
	RoleManager Role = "manager"
	RoleAdmin   Role = "admin"
	RoleAuditor Role = "auditor"
)

// Known says whether there is such a role.
func (r Role) Known() bool {
	return r == RoleAgent || r == RoleManager || r == RoleAdmin || r == RoleAuditor
}

// Errors of Staff beyond those of the package.
var (
	// ErrEmailTaken: another account, of whatever tenant, has this e-mail.
	ErrEmailTaken = errors.New("e-mail is taken")
	// ErrBadLogin: no such account, a wrong password or a disabled account; which
	// of them is not told.
	ErrBadLogin = errors.New("e-mail or password is wrong")
	// ErrWeakPassword: shorter than MinPassword or longer than maxPassword.
	ErrWeakPassword = errors.New("a password has 8 to 200 bytes")
	// ErrGuessablePassword: one of those that everybody tries first.
	ErrGuessablePassword = errors.New("this password is among the first that anybody tries: take some words that do not belong together")
)

// MinPassword and maxPassword bound a password in bytes.
const (
	MinPassword = 8
	maxPassword = 200
)

// Person is an account of somebody who works here.
type Person struct {
	ID       wa.AgentID
	TenantID wa.TenantID
	Email    string
	Name     string
	Role     Role
	Disabled bool
	Teams    []wa.TeamID // sorted; managers and admins see the others too
	Revision int64       // raised by each change of the account
	Limits
	Capacity int // open conversations that he is to have at most; 0: no limit
	Profile
	Key *Key `db:"-"` // the API key that holds the seat; nil: a person does
}

// Scope is what the person may see.
func (p *Person) Scope() persistence.Scope {
	scope := persistence.Scope{TenantID: p.TenantID, AllTeams: p.Role != RoleAgent, Teams: p.Teams, Numbers: p.Numbers, OwnOnly: p.OwnOnly, Person: p.ID}
	if p.Key != nil {
		scope.AllTeams = p.Key.AllTeams
	}
	return scope
}

// Team is a group of people who share an inbox.
type Team struct {
	ID   wa.TeamID
	Name string
	// Revision rises with each change of the name. To PutTeam it is the one that was seen;
	// 0: whatever it is.
	Revision int64
}

// Staff knows who may log in: accounts, teams and sessions.
type Staff struct {
	pool     *pgxpool.Pool
	decoy    string // hash of a password that nobody knows
	sessions *sharedReadings[Session]
}

// New keeps accounts in the database of pool, which the caller closes.
func New(pool *pgxpool.Pool) *Staff {
	s := &Staff{pool: pool, decoy: hashPassword(uuid.NewString())}
	s.sessions = &sharedReadings[Session]{read: s.readSessions, patience: sharePatience}
	return s
}

// Create adds an account and returns it with its id; p.ID is used when set.
// Errors: ErrEmailTaken, ErrWeakPassword, ErrGuessablePassword, ErrRefused for an unknown
// team, those of Limits, a LimitError, a *ProfileError.
func (s *Staff) Create(ctx context.Context, p Person, password string) (Person, error) {
	if err := acceptable(password, &p); err != nil {
		return Person{}, err
	}
	if p.ID == "" {
		p.ID = wa.AgentID(uuid.Must(uuid.NewV7()).String())
	}
	hash := hashPassword(password)
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if err := insertPerson(ctx, tx, &p, hash, audit.PersonCreated); err != nil {
			return err
		}
		return holdSeats(ctx, tx, p.TenantID)
	})
	if err != nil {
		return Person{}, fmt.Errorf("create account: %w", Named(err))
	}
	return p, nil
}

// insertPerson adds an account with its teams and its line in the audit.
func insertPerson(ctx context.Context, tx pgx.Tx, p *Person, passwordHash string, action audit.Action) error {
	const insert = `
INSERT INTO staff (id, tenant_id, email, name, role, password_hash, numbers, own_only, skills, languages, time_zone, interface_language)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`
	if err := p.check(ctx, tx, p.TenantID, p.Role); err != nil {
		return err
	}
	if err := p.checkProfile(); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, insert, p.ID, p.TenantID, p.Email, p.Name, p.Role, passwordHash, p.Numbers, p.OwnOnly,
		p.Skills, p.Languages, p.TimeZone, p.InterfaceLanguage); err != nil {
		return err
	}
	if err := setTeams(ctx, tx, *p); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{TenantID: p.TenantID, Action: action, Object: objectOf(p), After: valuesOf(p)})
}

// Ensure makes an account where its tenant has none of p.Email, for seeds. One that
// is there stays as its administrators have made it, and is returned so.
func (s *Staff) Ensure(ctx context.Context, p Person, password string) (Person, error) {
	const find = `SELECT id FROM staff WHERE lower(email) = lower($1) AND tenant_id = $2`
	err := s.pool.QueryRow(ctx, find, p.Email, p.TenantID).Scan(&p.ID)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return s.Create(ctx, p, password)
	case err != nil:
		return Person{}, fmt.Errorf("find account: %w", err)
	}
	return s.Get(ctx, p.TenantID, p.ID)
}

func setTeams(ctx context.Context, tx pgx.Tx, p Person) error {
	const leave = `DELETE FROM staff_team WHERE staff_id = $1`
	if _, err := tx.Exec(ctx, leave, p.ID); err != nil {
		return err
	}
	if err := teamsExist(ctx, tx, p.TenantID, p.Teams); err != nil {
		return err
	}
	const join = `INSERT INTO staff_team (staff_id, tenant_id, team_id) SELECT $1, $2, unnest($3::text[])`
	_, err := tx.Exec(ctx, join, p.ID, p.TenantID, p.Teams)
	return err
}

const personColumns = `
s.id, s.tenant_id, s.email, s.name, s.role, s.disabled_at IS NOT NULL AS disabled,
ARRAY(SELECT team_id FROM staff_team t WHERE t.staff_id = s.id ORDER BY 1) AS teams, s.revision, s.numbers, s.own_only, s.capacity,
s.skills, s.languages, s.time_zone, s.interface_language`

// List returns the accounts of a tenant by name, the disabled ones too.
func (s *Staff) List(ctx context.Context, tenant wa.TenantID) ([]Person, error) {
	return persistence.Collect(ctx, s.pool, "list accounts", pgx.RowToStructByPos[Person],
		`SELECT`+personColumns+` FROM staff s WHERE s.tenant_id = $1 ORDER BY s.name, s.id`, tenant)
}

// Get returns one account of the tenant, or ErrNotFound.
func (s *Staff) Get(ctx context.Context, tenant wa.TenantID, id wa.AgentID) (Person, error) {
	rows, err := s.pool.Query(ctx, `SELECT`+personColumns+` FROM staff s WHERE s.tenant_id = $1 AND s.id = $2`, tenant, id)
	if err != nil {
		return Person{}, fmt.Errorf("read account: %w", err)
	}
	p, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Person])
	if err != nil {
		return Person{}, fmt.Errorf("read account: %w", Named(err))
	}
	return p, nil
}

// Teams returns the teams within the scope by name, none that is gone.
func (s *Staff) Teams(ctx context.Context, scope persistence.Scope) ([]Team, error) {
	const list = `SELECT id, name, revision FROM team WHERE tenant_id = $1 AND removed_at IS NULL AND ($2 OR id = ANY($3)) ORDER BY name, id`
	return persistence.Collect(ctx, s.pool, "list teams", pgx.RowToStructByPos[Team], list, scope.TenantID, scope.AllTeams, scope.Teams)
}

// proven returns the account that e-mail and password open, with the hash that the
// password was verified with, else ErrBadLogin. It takes as long for an e-mail that
// nobody has: a hash is computed in every case.
func (s *Staff) proven(ctx context.Context, email, password string) (p Person, hash string, err error) {
	if len(password) > maxPassword {
		return Person{}, "", ErrBadLogin
	}
	const find = `SELECT id, tenant_id, password_hash FROM staff WHERE lower(email) = lower($1) AND disabled_at IS NULL`
	var id wa.AgentID
	var tenant wa.TenantID
	hash = s.decoy
	err = s.pool.QueryRow(ctx, find, strings.TrimSpace(email)).Scan(&id, &tenant, &hash)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return Person{}, "", fmt.Errorf("find account: %w", err)
	}
	match, err := verifyPassword(hash, password)
	if err != nil {
		return Person{}, "", fmt.Errorf("verify password of %s: %w", id, err)
	}
	if !match || id == "" {
		return Person{}, "", ErrBadLogin
	}
	p, err = s.Get(ctx, tenant, id)
	return p, hash, err
}

// Named gives the errors of the database the names that callers decide on.
func Named(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return persistence.ErrNotFound
	}
	var refused *pgconn.PgError
	if !errors.As(err, &refused) {
		return err
	}
	switch {
	case refused.ConstraintName == "staff_email":
		return ErrEmailTaken
	case strings.HasPrefix(refused.Code, "22"), strings.HasPrefix(refused.Code, "23"):
		return fmt.Errorf("%w: %s", persistence.ErrRefused, refused.Message)
	}
	return err
}
