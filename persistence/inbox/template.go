package inbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/numbers"
)

// templateLimit bounds one answer; Meta allows an account 6,000 templates.
const templateLimit = 1_000

// TemplateQuery asks for templates of a number. What is "" does not filter.
type TemplateQuery struct {
	Status string // as Meta writes it: APPROVED
	Search string // part of the name or of the text
}

// TemplateList is what a number can send, by name and language. SyncedAt is zero
// when the list was never read; Failure says why the last reading failed.
type TemplateList struct {
	Templates []numbers.Template
	More      bool // there are more than fit
	SyncedAt  time.Time
	Failure   string
}

// accountOfNumber finds the account of a number that the scope sees: one of its
// teams, or one with a conversation that was passed on to its teams; where the scope is
// somebody's own conversations, one with such a conversation.
func accountOfNumber(scope persistence.Scope) string {
	sees := `(@all OR n.team_id = ANY(@teams) OR EXISTS (SELECT FROM conversation c
	WHERE c.phone_number_id = n.id AND c.tenant_id = n.tenant_id AND c.team_id = ANY(@teams)))`
	if scope.OwnOnly {
		sees = `EXISTS (SELECT FROM conversation c WHERE c.phone_number_id = n.id AND` + scope.ShownSQL() + `)`
	}
	return `
SELECT n.account_id, s.synced_at, coalesce(s.error, '')
FROM phone_number n LEFT JOIN template_sync s ON s.account_id = n.account_id
WHERE n.id = @number AND n.tenant_id = @tenant AND ` + sees + scope.NumberSQL("n.id")
}

func (b *Inbox) accountOf(ctx context.Context, scope persistence.Scope, number wa.PhoneNumberID) (id wa.AccountID, list TemplateList, err error) {
	var synced *time.Time
	err = b.pool.QueryRow(ctx, accountOfNumber(scope), scope.Args(pgx.NamedArgs{"number": number})).
		Scan(&id, &synced, &list.Failure)
	if errors.Is(err, pgx.ErrNoRows) {
		err = persistence.ErrNotFound
	}
	if err != nil {
		return "", list, fmt.Errorf("find account of number: %w", err)
	}
	list.SyncedAt = OrZero(synced)
	return id, list, nil
}

const selectTemplate = `
SELECT name, language, meta_id, category, status, quality, reason, components FROM template
WHERE account_id = $1 AND tenant_id = $2 `

// Templates lists the templates of a number. ErrNotFound: there is no such number,
// or it is out of scope.
func (b *Inbox) Templates(ctx context.Context, scope persistence.Scope, number wa.PhoneNumberID, q TemplateQuery) (TemplateList, error) {
	account, list, err := b.accountOf(ctx, scope, number)
	if err != nil {
		return list, err
	}
	list.Templates, err = persistence.Collect(ctx, b.pool, "list templates", pgx.RowToStructByPos[numbers.Template], selectTemplate+`
		AND ($3 = '' OR status = $3) AND ($4 = '%%' OR name ILIKE $4 OR components::text ILIKE $4)
		ORDER BY name, language LIMIT $5`, account, scope.TenantID, q.Status, "%"+likeText(q.Search)+"%", templateLimit+1)
	if len(list.Templates) > templateLimit {
		list.Templates, list.More = list.Templates[:templateLimit], true
	}
	return list, err
}
