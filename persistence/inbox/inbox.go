package inbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// View names a list of conversations; actorpb.Views says what stands in each.
type View = actorpb.View

// Inbox answers what lists and threads ask. It reads rows and never wakes a grain.
type Inbox struct{ pool *pgxpool.Pool }

// New reads from the database of pool, which the caller closes.
func New(pool *pgxpool.Pool) *Inbox { return &Inbox{pool} }

// RowColumns are what ScanRow reads of a conversation c: its snapshot, the words
// beside it, and what says where it stands.
const RowColumns = `
c.phone_number_id, c.contact_id, c.version, c.tenant_id, c.team_id, c.phase, c.last_at,
c.contact_name, c.contact_address, c.last_preview, c.snapshot`

// Get returns one conversation, or ErrNotFound, also when it is out of scope.
func (b *Inbox) Get(ctx context.Context, scope persistence.Scope, key wa.ConversationKey) (actorpb.Row, error) {
	get := `SELECT` + RowColumns + ` FROM conversation c
WHERE c.phone_number_id = @number AND c.contact_id = @contact AND` + scope.ShownSQL()
	rows, err := b.pool.Query(ctx, get, scope.Args(pgx.NamedArgs{"number": key.PhoneNumberID, "contact": key.ContactID}))
	if err != nil {
		return actorpb.Row{}, fmt.Errorf("read conversation: %w", err)
	}
	row, err := pgx.CollectExactlyOneRow(rows, ScanRow)
	if errors.Is(err, pgx.ErrNoRows) {
		return actorpb.Row{}, fmt.Errorf("read conversation: %w", persistence.ErrNotFound)
	}
	if err != nil {
		return actorpb.Row{}, fmt.Errorf("read conversation: %w", err)
	}
	return row, nil
}

// ScanRow reads RowColumns.
func ScanRow(row pgx.CollectableRow) (actorpb.Row, error) {
	stored, err := scanStored(row)
	return actorpb.RowOf(stored), err
}

func scanStored(row pgx.CollectableRow) (*actorpb.InboxRow, error) {
	var r actorpb.InboxRow
	var lastAt time.Time
	err := row.Scan(&r.PhoneNumberId, &r.ContactId, &r.Version, &r.TenantId, &r.TeamId, &r.Phase, &lastAt,
		&r.ContactName, &r.ContactAddress, &r.LastPreview, &r.Snapshot)
	r.LastAtMs = lastAt.UnixMilli()
	return &r, err
}

// OrZero is the time, zero for NULL.
func OrZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// likeText makes a text match itself in LIKE.
func likeText(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// addressPrefix is the pattern of addresses that begin with what was typed; nil,
// which nothing is like, when that names no address: every address begins with "".
func addressPrefix(typed string) *string {
	text := addressText(typed)
	if text == "" {
		return nil
	}
	text = likeText(text) + "%"
	return &text
}

// addressText strips what people type around a phone; addresses are stored as
// Meta writes them, digits alone.
func addressText(s string) string {
	return strings.NewReplacer("+", "", " ", "", "-", "", "(", "", ")", "").Replace(s)
}
