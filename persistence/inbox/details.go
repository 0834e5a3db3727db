package inbox

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// Bounds of what is told beside a thread.
const (
	aliasLimit = 50
	otherLimit = 20
)

// KnownAlias is an address that a contact has or had. A variant is another
// spelling of one, not seen from Meta.
type KnownAlias struct {
	Kind    wa.AliasKind
	Value   string
	Variant bool
}

// ContactDetails is what is known of a person beside the name. Username is as
// Meta told it, without the at sign, or "".
type ContactDetails struct {
	Username string
	Aliases  []KnownAlias // phones first, of each kind the newest first
}

// Contact tells of the person of a conversation. ErrNotFound: it is not in scope.
func (b *Inbox) Contact(ctx context.Context, scope persistence.Scope, key wa.ConversationKey) (ContactDetails, error) {
	read := `
SELECT a.portfolio_id, coalesce(p.username, '')
FROM conversation c
JOIN phone_number n ON n.id = c.phone_number_id
JOIN account a ON a.id = n.account_id
LEFT JOIN contact p ON p.portfolio_id = a.portfolio_id AND p.id = c.contact_id
WHERE c.phone_number_id = @number AND c.contact_id = @contact AND` + scope.ShownSQL()
	const aliases = `
SELECT kind, value, variant FROM alias WHERE portfolio_id = $1 AND contact_id = $2
ORDER BY kind DESC, variant, created_at DESC, value LIMIT $3`
	var d ContactDetails
	var portfolio wa.PortfolioID
	err := b.pool.QueryRow(ctx, read, scope.Args(pgx.NamedArgs{"number": key.PhoneNumberID, "contact": key.ContactID})).
		Scan(&portfolio, &d.Username)
	if errors.Is(err, pgx.ErrNoRows) {
		return d, fmt.Errorf("read contact of %s: %w", key, persistence.ErrNotFound)
	}
	if err != nil {
		return d, fmt.Errorf("read contact of %s: %w", key, err)
	}
	d.Aliases, err = persistence.Collect(ctx, b.pool, "read aliases", pgx.RowToStructByPos[KnownAlias], aliases, portfolio, key.ContactID, aliasLimit)
	return d, err
}

// Others lists the same person's conversations on other numbers that the scope
// shows, the newest first: linked, not merged.
func (b *Inbox) Others(ctx context.Context, scope persistence.Scope, key wa.ConversationKey) ([]actorpb.Row, error) {
	list := `
SELECT` + RowColumns + `
FROM phone_number n JOIN conversation c ON c.phone_number_id = n.id AND c.contact_id = @contact
WHERE n.tenant_id = @tenant AND n.id <> @number AND` + scope.ShownSQL() + `
ORDER BY c.last_at DESC, c.phone_number_id LIMIT @limit`
	return persistence.Collect(ctx, b.pool, "list other conversations", ScanRow, list,
		scope.Args(pgx.NamedArgs{"number": key.PhoneNumberID, "contact": key.ContactID, "limit": otherLimit}))
}

// EventType names events that are told apart from the thread: an index holds them,
// so that the newest are found in a thread of any length.
type EventType string

// What is told apart of a conversation.
const (
	OwnerChanges EventType = "OwnerChanged"
	PhaseChanges EventType = "PhaseChanged"
	Notes        EventType = "NoteAdded"
)

// Newest returns the last events of a type, oldest first. The caller has
// checked that its person may see the conversation.
func (b *Inbox) Newest(ctx context.Context, key wa.ConversationKey, of EventType, limit int) ([]*actorpb.StoredEvent, error) {
	const read = `
SELECT * FROM (
    SELECT version, type, at, body FROM event
    WHERE phone_number_id = $1 AND contact_id = $2 AND type IN ('OwnerChanged', 'PhaseChanged', 'NoteAdded')
      AND type = $3
    ORDER BY version DESC LIMIT $4) e
ORDER BY version`
	return persistence.Collect(ctx, b.pool, fmt.Sprintf("read %s of %s", of, key), ScanEvent,
		read, key.PhoneNumberID, key.ContactID, of, limit)
}
