package audit

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// MaxLines is the most that List returns at once.
const MaxLines = 200

// Filter says which lines; what is empty does not narrow.
type Filter struct {
	By         string // id of who did it
	Action     Action // or the part before its dot: all of an object's kind
	ObjectKind string
	ObjectID   string
	Text       string // in the names of who and what, or in a value
	From, To   time.Time
	Before     int64 // lines older than this id
	Limit      int   // at most MaxLines
}

// List returns lines of a tenant, the newest first.
func (l *Log) List(ctx context.Context, tenant wa.TenantID, f Filter) ([]Line, error) {
	if f.Limit <= 0 || f.Limit > MaxLines {
		f.Limit = MaxLines
	}
	const list = `
SELECT id, at, tenant_id, by_kind, by_id, by_name, address, client, action, object_kind, object_id, object_name, before, after
FROM audit
WHERE tenant_id = @tenant
    AND (@before::bigint = 0 OR id < @before)
    AND (@by = '' OR by_id = @by)
    AND (@action = '' OR action = @action OR starts_with(action, @action || '.'))
    AND (@kind = '' OR object_kind = @kind)
    AND (@object = '' OR object_id = @object)
    AND (@since::timestamptz IS NULL OR at >= @since)
    AND (@until::timestamptz IS NULL OR at < @until)
    AND (@text = '' OR by_name ILIKE @text OR object_name ILIKE @text OR object_id ILIKE @text
        OR before::text ILIKE @text OR after::text ILIKE @text)
ORDER BY id DESC LIMIT @limit`
	lines, err := persistence.Collect(ctx, l.pool, "list audit lines", scan, list, pgx.NamedArgs{
		"tenant": tenant, "before": f.Before, "by": f.By, "action": string(f.Action), "kind": f.ObjectKind, "object": f.ObjectID,
		"since": orNull(f.From), "until": orNull(f.To), "text": pattern(f.Text), "limit": f.Limit,
	})
	if err != nil {
		return nil, fmt.Errorf("audit of %s: %w", tenant, err)
	}
	return lines, nil
}

// Installation returns the newest lines about the whole installation, those of no
// tenant: at most MaxLines, the newest first.
func (l *Log) Installation(ctx context.Context) ([]Line, error) {
	return persistence.Collect(ctx, l.pool, "list audit lines of the installation", scan, `
SELECT id, at, '', by_kind, by_id, by_name, address, client, action, object_kind, object_id, object_name, before, after
FROM installation_audit ORDER BY id DESC LIMIT $1`, MaxLines)
}

func scan(row pgx.CollectableRow) (l Line, err error) {
	err = row.Scan(&l.ID, &l.At, &l.TenantID, &l.By.Kind, &l.By.ID, &l.By.Name, &l.By.Address, &l.By.Client, &l.Action,
		&l.Object.Kind, &l.Object.ID, &l.Object.Name, &l.Before, &l.After)
	return l, err
}

func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// pattern finds a text as it is written, wherever it stands.
func pattern(text string) string {
	if text == "" {
		return ""
	}
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text) + "%"
}
