package numbers

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/audit"
)

// numberValues is what the audit tells of a number of the tenant, as it is stored;
// nil where it is new. The row stays locked.
func numberValues(ctx context.Context, tx pgx.Tx, r *Registration) (audit.Values, error) {
	const find = `
SELECT account_id, team_id, display, name, language, coalesce(app_id, '') FROM phone_number WHERE id = $1 AND tenant_id = $2 FOR UPDATE`
	var account wa.AccountID
	var team wa.TeamID
	var display, name, language, app string
	err := tx.QueryRow(ctx, find, r.ID, r.TenantID).Scan(&account, &team, &display, &name, &language, &app)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, err
	}
	values := audit.Values{"account": account, "team": team, "display": display, "name": name, "app": app}
	if language != "" {
		values["language"] = language
	}
	return values, nil
}

// tellRegistered writes what a registration has made of a number. Of the token it
// says only that there is a new one.
func tellRegistered(ctx context.Context, tx pgx.Tx, r *Registration, before audit.Values) error {
	after, err := numberValues(ctx, tx, r)
	if err != nil {
		return err
	}
	line := audit.Entry{
		TenantID: r.TenantID, Action: audit.NumberRegistered, Object: audit.Object{Kind: "number", ID: string(r.ID), Name: r.Display},
		After: after,
	}
	if before != nil {
		line.Action = audit.NumberChanged
		line.Before, line.After = audit.Changed(before, after)
	}
	if r.Token != "" {
		line.After["token"] = audit.Hidden
	}
	if len(line.After) == 0 {
		return nil
	}
	return audit.Write(ctx, tx, line)
}
