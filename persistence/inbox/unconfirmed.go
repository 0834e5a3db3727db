package inbox

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// Unconfirmed is a send of which nobody knows whether it left, with what is known around
// it: who decides it looks at that.
type Unconfirmed struct {
	Conversation actorpb.Row // says when the person last wrote
	Message      *actorpb.StoredMessage
	Since        time.Time
	HeardAt      time.Time // when Meta last told anything of the number, half a minute late at most; zero: never
}

// Unconfirmed lists the sends of a scope that nobody knows the outcome of and that are
// not under way again, the oldest first, of one team if it is named. More: there are more
// than the limit.
func (b *Inbox) Unconfirmed(ctx context.Context, scope persistence.Scope, team wa.TeamID, limit int) (list []Unconfirmed, more bool, err error) {
	// Any evidence ends it, and that somebody gave it up.
	read := `
SELECT` + RowColumns + `,` + MessageColumns + `, s.ambiguous_at, f.received_at
FROM phone_number n
JOIN message_status s ON s.phone_number_id = n.id AND s.ambiguous_at IS NOT NULL AND s.accepted_at IS NULL AND s.sent_at IS NULL
	AND s.delivered_at IS NULL AND s.read_at IS NULL AND s.played_at IS NULL AND s.failed_at IS NULL AND s.withdrawn_at IS NULL
JOIN conversation c ON c.phone_number_id = s.phone_number_id AND c.contact_id = s.contact_id
JOIN message m ON m.phone_number_id = s.phone_number_id AND m.id = s.message_id
LEFT JOIN standing f ON f.phone_number_id = n.id
WHERE n.tenant_id = @tenant AND` + scope.ShownSQL() + ` AND (@team = '' OR c.team_id = @team)
	AND NOT EXISTS (SELECT FROM effect_send e WHERE e.kind = 1 AND e.scope = s.phone_number_id AND e.id = s.message_id)
ORDER BY s.ambiguous_at, s.message_id LIMIT @limit`
	list, err = persistence.Collect(ctx, b.pool, "list unconfirmed sends", scanUnconfirmed, read,
		scope.Args(pgx.NamedArgs{"team": team, "limit": limit + 1}))
	if more = len(list) > limit; more {
		list = list[:limit]
	}
	return list, more, err
}

func scanUnconfirmed(row pgx.CollectableRow) (u Unconfirmed, err error) {
	var r actorpb.InboxRow
	var m MessageScan
	var lastAt time.Time
	var heard *time.Time
	err = row.Scan(append(append([]any{
		&r.PhoneNumberId, &r.ContactId, &r.Version, &r.TenantId, &r.TeamId, &r.Phase, &lastAt,
		&r.ContactName, &r.ContactAddress, &r.LastPreview, &r.Snapshot,
	}, m.Columns()...), &u.Since, &heard)...)
	r.LastAtMs = lastAt.UnixMilli()
	u.Conversation, u.Message, u.HeardAt = actorpb.RowOf(&r), m.Message(), OrZero(heard)
	return u, err
}
