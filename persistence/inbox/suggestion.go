package inbox

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// SuggestedContact is one side of a suggestion to merge.
type SuggestedContact struct {
	ID            wa.ContactID
	Name          string
	Conversations []actorpb.Row // of the tenant, the newest first, 20 at most
}

// Suggestion says that two contacts are probably one person: aliases of both
// came together. Nothing merges by itself.
type Suggestion struct {
	Winner, Other SuggestedContact // the conversations of Other would go to Winner
	Reason        string           // for people, in English, without a customer's data
	At            time.Time
}

// Suggestions lists up to limit suggestions to merge contacts of a scope's tenant, the
// newest first. To one that is bounded only those of which it sees both contacts in
// some conversation, for a name is told with each.
func (b *Inbox) Suggestions(ctx context.Context, scope persistence.Scope, limit int) ([]Suggestion, error) {
	seen := ""
	if scope.Bounded() {
		seen = ` AND` + meets(scope, "s.winner") + ` AND` + meets(scope, "s.other")
	}
	list := `
SELECT s.winner, coalesce(w.name, ''), s.other, coalesce(o.name, ''), s.reason, s.created_at
FROM merge_suggestion s
LEFT JOIN contact w ON w.portfolio_id = s.portfolio_id AND w.id = s.winner
LEFT JOIN contact o ON o.portfolio_id = s.portfolio_id AND o.id = s.other
WHERE s.portfolio_id IN (SELECT portfolio_id FROM account WHERE tenant_id = @tenant)` + seen + `
ORDER BY s.created_at DESC, s.winner, s.other LIMIT @limit`
	suggestions, err := persistence.Collect(ctx, b.pool, "list suggestions to merge", scanSuggestion, list,
		scope.Args(pgx.NamedArgs{"limit": limit}))
	if err != nil {
		return nil, err
	}
	var contacts []wa.ContactID
	for _, s := range suggestions {
		contacts = append(contacts, s.Winner.ID, s.Other.ID)
	}
	all, err := b.ofEach(ctx, scope, contacts)
	if err != nil {
		return nil, err
	}
	for n := range suggestions {
		s := &suggestions[n]
		s.Winner.Conversations, s.Other.Conversations = all[s.Winner.ID], all[s.Other.ID]
	}
	return suggestions, nil
}

func scanSuggestion(row pgx.CollectableRow) (s Suggestion, err error) {
	err = row.Scan(&s.Winner.ID, &s.Winner.Name, &s.Other.ID, &s.Other.Name, &s.Reason, &s.At)
	return s, err
}

// Suggested lists conversations of contacts who are probably the same person as
// the one of a conversation, on any number that the scope shows, the newest
// first. The caller has checked that its person may see the conversation.
func (b *Inbox) Suggested(ctx context.Context, scope persistence.Scope, key wa.ConversationKey) ([]actorpb.Row, error) {
	const twins = `
SELECT s.other FROM phone_number n JOIN account a ON a.id = n.account_id
JOIN merge_suggestion s ON s.portfolio_id = a.portfolio_id AND s.winner = $2 WHERE n.id = $1
UNION
SELECT s.winner FROM phone_number n JOIN account a ON a.id = n.account_id
JOIN merge_suggestion s ON s.portfolio_id = a.portfolio_id AND s.other = $2 WHERE n.id = $1
LIMIT $3`
	contacts, err := persistence.Collect(ctx, b.pool, "find suggestions to merge", pgx.RowTo[wa.ContactID], twins,
		key.PhoneNumberID, key.ContactID, otherLimit)
	if err != nil || len(contacts) == 0 {
		return nil, err
	}
	return b.of(ctx, scope, contacts)
}

// of lists the conversations of contacts that a scope shows, the newest first.
func (b *Inbox) of(ctx context.Context, scope persistence.Scope, contacts []wa.ContactID) ([]actorpb.Row, error) {
	list := `
SELECT` + RowColumns + `
FROM phone_number n JOIN conversation c ON c.phone_number_id = n.id AND c.contact_id = ANY(@contacts)
WHERE n.tenant_id = @tenant AND` + scope.ShownSQL() + `
ORDER BY c.last_at DESC, c.phone_number_id, c.contact_id LIMIT @limit`
	return persistence.Collect(ctx, b.pool, "list conversations of contacts", ScanRow, list,
		scope.Args(pgx.NamedArgs{"contacts": contacts, "limit": otherLimit}))
}

// meets says in SQL that the scope sees a conversation of a contact.
func meets(scope persistence.Scope, contact string) string {
	return ` EXISTS (SELECT FROM phone_number n JOIN conversation c ON c.phone_number_id = n.id AND c.contact_id = ` + contact + `
	WHERE n.tenant_id = @tenant AND` + scope.ShownSQL() + `)`
}

// ofEach lists the conversations of each contact that a scope shows, the newest first.
func (b *Inbox) ofEach(ctx context.Context, scope persistence.Scope, contacts []wa.ContactID) (map[wa.ContactID][]actorpb.Row, error) {
	list := `
SELECT` + RowColumns + `
FROM (SELECT DISTINCT unnest(@contacts::text[]) AS id) x CROSS JOIN LATERAL (
	SELECT c.* FROM phone_number n JOIN conversation c ON c.phone_number_id = n.id AND c.contact_id = x.id
	WHERE n.tenant_id = @tenant AND` + scope.ShownSQL() + `
	ORDER BY c.last_at DESC, c.phone_number_id LIMIT @limit) c
ORDER BY c.last_at DESC, c.phone_number_id, c.contact_id`
	rows, err := persistence.Collect(ctx, b.pool, "list conversations of suggested contacts", ScanRow, list,
		scope.Args(pgx.NamedArgs{"contacts": contacts, "limit": otherLimit}))
	if err != nil {
		return nil, err
	}
	of := make(map[wa.ContactID][]actorpb.Row)
	for _, row := range rows {
		of[row.Key.ContactID] = append(of[row.Key.ContactID], row)
	}
	return of, nil
}
