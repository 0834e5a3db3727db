package config

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/setting"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
)

// Lead is how long after its publication a version holds.
const Lead = 3 * time.Second

// maxBody bounds a document in bytes.
const maxBody = 64 << 10

// Documents are the published documents of all tenants.
type Documents struct {
	pool  *pgxpool.Pool
	kinds setting.Kinds
}

// New reads and writes documents of these kinds.
func New(pool *pgxpool.Pool, kinds setting.Kinds) *Documents { return &Documents{pool, kinds} }

// Kinds are the kinds that may be published.
func (d *Documents) Kinds() setting.Kinds { return d.kinds }

// Document is one version of a tenant's document.
type Document struct {
	Version       int64 // from 1
	Body          []byte
	EffectiveFrom time.Time // machine time of the database
	Author        wa.AgentID
	AuthorName    string // as it is now
	Note          string
	CreatedAt     time.Time
}

// Publication is a version that somebody wants to publish.
type Publication struct {
	TenantID wa.TenantID
	Kind     string
	Body     []byte
	Seen     int64 // the newest version when the author began to write; 0: there was none
	Author   wa.AgentID
	Note     string
}

// ConflictError says that a version was published which the author had not seen. It is
// persistence.ErrConflict too.
type ConflictError struct {
	Newest Document // the zero value: there is none, and the author has seen one
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("version %d was published meanwhile", e.Newest.Version)
}

func (e *ConflictError) Unwrap() error { return persistence.ErrConflict }

// Publish adds a version that holds from Lead after, by the database's clock. Whoever
// publishes the same again, not knowing whether it was done, is answered with what was
// done. Errors: *setting.FieldError, *ConflictError, ErrNotFound for an unknown kind,
// ErrRefused for an unknown tenant.
func (d *Documents) Publish(ctx context.Context, p Publication) (doc Document, err error) {
	body, err := d.check(p.Kind, p.Body)
	if err != nil {
		return Document{}, err
	}
	err = pgx.BeginFunc(ctx, d.pool, func(tx pgx.Tx) error {
		if doc, err = publish(ctx, tx, p, body); err != nil {
			return err
		}
		return d.tell(ctx, tx, &p, doc.Version)
	})
	if err == nil || !errors.Is(err, persistence.ErrConflict) {
		return doc, failed("publish "+p.Kind, err)
	}
	newest, err := d.History(ctx, p.TenantID, p.Kind, 0, 1)
	if err != nil {
		return Document{}, err
	}
	if len(newest) == 0 {
		return Document{}, &ConflictError{}
	}
	if n := &newest[0]; n.Version == p.Seen+1 && n.Author == p.Author && n.Note == p.Note && string(n.Body) == string(body) {
		return *n, nil
	}
	return Document{}, &ConflictError{newest[0]}
}

// tell writes what a publication changes into the audit, field by field. Before the
// first publication there are no values.
func (d *Documents) tell(ctx context.Context, tx pgx.Tx, p *Publication, version int64) error {
	var after, before audit.Values
	const body = `SELECT body FROM config WHERE tenant_id = $1 AND kind = $2 AND version = $3`
	if err := tx.QueryRow(ctx, body, p.TenantID, p.Kind, version).Scan(&after); err != nil {
		return err
	}
	switch err := tx.QueryRow(ctx, body, p.TenantID, p.Kind, version-1).Scan(&before); {
	case errors.Is(err, pgx.ErrNoRows):
		before = nil
	case err != nil:
		return err
	}
	from, to := audit.Changed(before, after)
	return audit.Write(ctx, tx, audit.Entry{
		TenantID: p.TenantID, Action: audit.SettingsChanged, Object: audit.Object{Kind: "settings", ID: p.Kind, Name: p.Kind},
		Before: from, After: to,
	})
}

// check reads a document as every member will, and writes it whole: a default that
// changes with a release does not change what was published.
func (d *Documents) check(kind string, document []byte) ([]byte, error) {
	k := d.reader(kind)
	if k == nil {
		return nil, fmt.Errorf("settings of kind %q: %w", kind, persistence.ErrNotFound)
	}
	body, err := k.Read(document)
	if err != nil {
		return nil, err
	}
	whole, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("encode settings: %w", err)
	}
	if len(whole) > maxBody {
		return nil, &setting.FieldError{Detail: "want at most 64 KB"}
	}
	return whole, nil
}

func (d *Documents) reader(kind string) setting.Reader {
	for _, k := range d.kinds.All() {
		if k.Name() == kind {
			return k
		}
	}
	return nil
}

// publish raises the revision first: the row of the head is what publications of a
// tenant queue for, and the statement after it sees all of those before. The time is
// taken behind that queue too, so that Lead is of the commit, not of the asking; in
// whole milliseconds, as the API shows it.
func publish(ctx context.Context, tx pgx.Tx, p Publication, body []byte) (doc Document, err error) {
	if _, err := tx.Exec(ctx, `INSERT INTO config_head AS h (tenant_id, rev) VALUES ($1, 1)
		ON CONFLICT (tenant_id) DO UPDATE SET rev = h.rev + 1`, p.TenantID); err != nil {
		return doc, err
	}
	rows, err := tx.Query(ctx, `
		WITH added AS (
			INSERT INTO config (tenant_id, kind, version, body, effective_from, author, note, created_at)
			SELECT $1, $2, $3 + 1, $4, clock.now + $7::interval, $5, $6, clock.now
			FROM (SELECT date_trunc('milliseconds', clock_timestamp()) AS now OFFSET 0) AS clock
			WHERE $3::bigint = coalesce((SELECT max(version) FROM config WHERE tenant_id = $1 AND kind = $2), 0)
			RETURNING *
		)
		SELECT `+documentColumns+` FROM added c LEFT JOIN staff s ON s.id = c.author AND s.tenant_id = c.tenant_id`,
		p.TenantID, p.Kind, p.Seen, body, p.Author, p.Note, Lead)
	if err != nil {
		return doc, err
	}
	doc, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Document])
	if errors.Is(err, pgx.ErrNoRows) {
		err = persistence.ErrConflict
	}
	return doc, err
}

const documentColumns = `c.version, c.body::text, c.effective_from, c.author, coalesce(s.name, ''), c.note, c.created_at`

const selectDocument = `SELECT ` + documentColumns + ` FROM config c LEFT JOIN staff s ON s.id = c.author AND s.tenant_id = c.tenant_id
	WHERE c.tenant_id = $1 AND c.kind = $2 AND `

// History lists up to limit versions of a document, the newest first: all, or those
// before a version. The newest may not hold yet.
func (d *Documents) History(ctx context.Context, tenant wa.TenantID, kind string, before int64, limit int) ([]Document, error) {
	return persistence.Collect(ctx, d.pool, "read settings", pgx.RowToStructByPos[Document],
		selectDocument+`($3::bigint = 0 OR c.version < $3) ORDER BY c.version DESC LIMIT $4`, tenant, kind, before, limit)
}

// At is the version that held at a time, or is to hold then; ErrNotFound: none.
func (d *Documents) At(ctx context.Context, tenant wa.TenantID, kind string, at time.Time) (Document, error) {
	list, err := persistence.Collect(ctx, d.pool, "read settings", pgx.RowToStructByPos[Document],
		selectDocument+`c.effective_from <= $3 ORDER BY c.version DESC LIMIT 1`, tenant, kind, at)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("%s at %s: %w", kind, at, persistence.ErrNotFound)
	}
	if err != nil {
		return Document{}, err
	}
	return list[0], nil
}

func failed(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, persistence.Classed(err))
}
