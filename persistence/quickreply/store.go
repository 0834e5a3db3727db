package quickreply

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
)

// Why something is refused, beside a *wa.LimitError for a field.
var (
	ErrForbidden = errors.New("the reply is not his to change")
	ErrChanged   = errors.New("somebody has changed the reply meanwhile")
	ErrTooMany   = errors.New("the company has as many quick replies as it may have")
	ErrTooManyOf = errors.New("the person has as many quick replies of his own as he may have")
)

// Replies are the quick replies of all tenants.
type Replies struct{ pool *pgxpool.Pool }

// New works on the database of pool, which the caller closes.
func New(pool *pgxpool.Pool) *Replies { return &Replies{pool} }

// A team that is gone has its replies where its conversations went.
const columns = ` q.id, q.tenant_id, q.visibility, q.person_id, coalesce(t.into_id, q.team_id), q.shortcut, q.title, q.text, q.upload_id,
q.revision, q.used, q.used_at, q.changed_at, q.changed_by
FROM quick_reply q LEFT JOIN team t ON t.tenant_id = q.tenant_id AND t.id = q.team_id`

// shown is what SQL demands of a reply that a viewer sees.
const shown = ` q.tenant_id = @tenant AND (q.visibility = 'company' OR q.visibility = 'own' AND @own AND q.person_id = @only_owner
    OR q.visibility = 'team' AND (@all OR coalesce(t.into_id, q.team_id) = ANY(@teams)))`

func (v *Viewer) args(args pgx.NamedArgs) pgx.NamedArgs {
	args["own"] = v.Own
	return v.Args(args)
}

// List returns what the viewer sees, by shortcut.
func (s *Replies) List(ctx context.Context, v *Viewer) ([]Reply, error) {
	return persistence.Collect(ctx, s.pool, "list quick replies", pgx.RowToStructByPos[Reply],
		`SELECT`+columns+` WHERE`+shown+` ORDER BY q.shortcut, q.id`, v.args(pgx.NamedArgs{}))
}

// Make adds a reply, and returns it as it is then. Errors: a *wa.LimitError, ErrForbidden,
// ErrTooMany, ErrTooManyOf.
func (s *Replies) Make(ctx context.Context, v *Viewer, r Reply) (Reply, error) {
	r.TenantID, r.PersonID = v.TenantID, v.Person
	r.clean()
	if err := r.check(); err != nil {
		return Reply{}, err
	}
	if !v.Changes(&r) {
		return Reply{}, ErrForbidden
	}
	// 80 bits, in the alphabet of RFC 4648.
	r.ID = strings.ToLower(rand.Text()[:16])
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		var all, own int
		// One at a time, so that nobody passes the limit beside another. What is counted
		// is counted by a statement of its own: one that waits for the lock sees what
		// stood there before it waited.
		if _, err := tx.Exec(ctx, `SELECT FROM tenant WHERE id = $1 FOR NO KEY UPDATE`, r.TenantID); err != nil {
			return err
		}
		const count = `SELECT count(*), count(*) FILTER (WHERE visibility = 'own' AND person_id = $2) FROM quick_reply WHERE tenant_id = $1`
		if err := tx.QueryRow(ctx, count, r.TenantID, v.Person).Scan(&all, &own); err != nil {
			return err
		}
		switch {
		case all >= MaxReplies:
			return ErrTooMany
		case r.Visibility == Own && own >= MaxOwn:
			return ErrTooManyOf
		}
		if err := r.holdTeam(ctx, tx); err != nil {
			return err
		}
		const insert = `
INSERT INTO quick_reply (tenant_id, id, visibility, person_id, team_id, shortcut, title, text, changed_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING revision, changed_at, changed_by`
		if err := tx.QueryRow(ctx, insert, r.TenantID, r.ID, r.Visibility, r.PersonID, r.TeamID, r.Shortcut, r.Title, r.Text, audit.Actor(ctx).Name).
			Scan(&r.Revision, &r.ChangedAt, &r.ChangedBy); err != nil {
			return err
		}
		return r.tell(ctx, tx, audit.QuickReplyMade, nil, r.values())
	})
	if err != nil {
		return Reply{}, fmt.Errorf("make quick reply: %w", named(err))
	}
	return r, nil
}

// Change is what is to become of a reply; nil leaves as it is. Revision is that of the
// reply which whoever changes it has seen; 0: whatever it is.
type Change struct {
	Revision              int64
	Visibility            *Visibility
	TeamID                *wa.TeamID
	Shortcut, Title, Text *string
}

// Change changes a reply, and returns it as it is then. Errors: ErrNotFound, ErrForbidden,
// ErrChanged, ErrTooManyOf, a *wa.LimitError.
func (s *Replies) Change(ctx context.Context, v *Viewer, id string, c Change) (Reply, error) {
	var r Reply
	err := s.locked(ctx, v, id, c.Revision, func(tx pgx.Tx, before *Reply) error {
		r = *before
		if c.Visibility != nil {
			r.Visibility = *c.Visibility
		}
		if r.Visibility == Own {
			r.PersonID = v.Person
		}
		set(&r.TeamID, c.TeamID)
		set(&r.Shortcut, c.Shortcut)
		set(&r.Title, c.Title)
		set(&r.Text, c.Text)
		r.clean()
		if err := r.check(); err != nil {
			return err
		}
		if !v.Changes(&r) {
			return ErrForbidden
		}
		from, to := audit.Changed(before.values(), r.values())
		if before.Text != r.Text {
			from["text"], to["text"] = audit.Hidden, audit.Hidden
		}
		if len(to) == 0 {
			return nil
		}
		if err := r.holdTeam(ctx, tx); err != nil {
			return err
		}
		if r.Visibility == Own && before.Visibility != Own {
			var own int
			if err := tx.QueryRow(ctx, `SELECT count(*) FROM quick_reply WHERE tenant_id = $1 AND visibility = 'own' AND person_id = $2`,
				r.TenantID, r.PersonID).Scan(&own); err != nil {
				return err
			}
			if own >= MaxOwn {
				return ErrTooManyOf
			}
		}
		const update = `
UPDATE quick_reply SET visibility = $3, person_id = $4, team_id = $5, shortcut = $6, title = $7, text = $8, changed_by = $9,
    changed_at = now(), revision = revision + 1 WHERE tenant_id = $1 AND id = $2 RETURNING revision, changed_at, changed_by`
		if err := tx.QueryRow(ctx, update, r.TenantID, r.ID, r.Visibility, r.PersonID, r.TeamID, r.Shortcut, r.Title, r.Text, audit.Actor(ctx).Name).
			Scan(&r.Revision, &r.ChangedAt, &r.ChangedBy); err != nil {
			return err
		}
		return r.tell(ctx, tx, audit.QuickReplyChanged, from, to)
	})
	if err != nil {
		return Reply{}, fmt.Errorf("change quick reply: %w", named(err))
	}
	return r, nil
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

// Remove ends a reply; revision as in Change. Errors: ErrNotFound, ErrForbidden, ErrChanged.
func (s *Replies) Remove(ctx context.Context, v *Viewer, id string, revision int64) error {
	err := s.locked(ctx, v, id, revision, func(tx pgx.Tx, r *Reply) error {
		if _, err := tx.Exec(ctx, `DELETE FROM quick_reply WHERE tenant_id = $1 AND id = $2`, r.TenantID, r.ID); err != nil {
			return err
		}
		return r.tell(ctx, tx, audit.QuickReplyRemoved, r.values(), nil)
	})
	if err != nil {
		return fmt.Errorf("remove quick reply: %w", named(err))
	}
	return nil
}

// Use counts that somebody has inserted a reply. Error: ErrNotFound.
func (s *Replies) Use(ctx context.Context, v *Viewer, id string) error {
	const use = `UPDATE quick_reply SET used = used + 1, used_at = now() WHERE tenant_id = @tenant AND id = (SELECT q.id
FROM quick_reply q LEFT JOIN team t ON t.tenant_id = q.tenant_id AND t.id = q.team_id WHERE q.id = @id AND` + shown + `)`
	tag, err := s.pool.Exec(ctx, use, v.args(pgx.NamedArgs{"id": wa.CleanText(id)}))
	if err == nil && tag.RowsAffected() == 0 {
		err = persistence.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("count use of quick reply: %w", persistence.Classed(err))
	}
	return nil
}

// locked does something with a reply that the viewer may change and nobody else changes
// meanwhile.
func (s *Replies) locked(ctx context.Context, v *Viewer, id string, revision int64, do func(pgx.Tx, *Reply) error) error {
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `SELECT`+columns+` WHERE q.id = @id AND`+shown+` FOR UPDATE OF q`, v.args(pgx.NamedArgs{"id": wa.CleanText(id)}))
		if err != nil {
			return err
		}
		r, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Reply])
		switch {
		case err != nil:
			return err
		case !v.Changes(&r):
			return ErrForbidden
		case revision != 0 && revision != r.Revision:
			return ErrChanged
		}
		return do(tx, &r)
	})
}

// holdTeam keeps the team of a reply from going until the transaction ends, and refuses
// one that is not there.
func (r *Reply) holdTeam(ctx context.Context, tx pgx.Tx) error {
	if r.Visibility != Team {
		return nil
	}
	var there bool
	const hold = `SELECT true FROM team WHERE tenant_id = $1 AND id = $2 AND removed_at IS NULL FOR SHARE`
	err := tx.QueryRow(ctx, hold, r.TenantID, r.TeamID).Scan(&there)
	if errors.Is(err, pgx.ErrNoRows) {
		return wrong(wa.RuleBadValue, "team_id", "there is no such team", 0)
	}
	return err
}

// values are what the audit tells of a reply: not the words that are sent.
func (r *Reply) values() audit.Values {
	values := audit.Values{"shortcut": r.Shortcut, "title": r.Title, "visibility": string(r.Visibility)}
	if r.TeamID != "" {
		values["team"] = string(r.TeamID)
	}
	return values
}

func (r *Reply) tell(ctx context.Context, tx pgx.Tx, action audit.Action, before, after audit.Values) error {
	return audit.Write(ctx, tx, audit.Entry{
		TenantID: r.TenantID, Action: action, Object: audit.Object{Kind: "quick_reply", ID: r.ID, Name: "/" + r.Shortcut}, Before: before, After: after,
	})
}

// named gives what the database refuses the errors of this package.
func named(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return persistence.ErrNotFound
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.ConstraintName == "quick_reply_shortcut" {
		return wrong(wa.RuleTwice, "shortcut", "another reply there has this shortcut: choose a different one", 0)
	}
	return persistence.Classed(err)
}
