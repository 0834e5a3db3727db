package persistence

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// insert stores the planned aliases and the contacts that won one, in one
// statement, and returns the aliases that somebody else has.
func (lot *directoryLot) insert(ctx context.Context, pool *pgxpool.Pool) (lost []gift, err error) {
	slices.SortFunc(lot.gifts, func(a, b gift) int { return a.key.compare(b.key) })
	n := len(lot.gifts)
	portfolios, kinds, values := make([]string, n), make([]string, n), make([]string, n)
	contacts, variants := make([]string, n), make([]bool, n)
	for i, g := range lot.gifts {
		portfolios[i], kinds[i], values[i] = string(g.key.portfolio), string(g.key.alias.Kind), g.key.alias.Value
		contacts[i], variants[i] = string(g.contact), g.variant
	}
	var ids, scopes, names, usernames []string
	for id, p := range lot.people {
		if !p.known {
			ids, scopes = append(ids, string(id)), append(scopes, string(p.portfolio))
			names, usernames = append(names, p.name), append(usernames, p.username)
		}
	}
	rows, err := pool.Query(ctx, `
		WITH won AS (
			INSERT INTO alias (portfolio_id, kind, value, contact_id, variant)
			SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bool[])
			ON CONFLICT DO NOTHING
			RETURNING portfolio_id, kind, value, contact_id
		), made AS (
			INSERT INTO contact (portfolio_id, id, name, username)
			SELECT * FROM unnest($6::text[], $7::text[], $8::text[], $9::text[]) AS c (portfolio_id, id, name, username)
			WHERE c.id IN (SELECT contact_id FROM won)
		)
		SELECT portfolio_id, kind, value FROM won`,
		portfolios, kinds, values, contacts, variants, scopes, ids, names, usernames)
	if err != nil {
		return nil, err
	}
	won := make(map[aliasKey]struct{}, n)
	var key aliasKey
	_, err = pgx.ForEachRow(rows, []any{&key.portfolio, &key.alias.Kind, &key.alias.Value}, func() error {
		won[key] = struct{}{}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, g := range lot.gifts {
		if _, ok := won[g.key]; !ok {
			lost = append(lost, g)
		}
	}
	return lost, nil
}

// writeRest stores what is rare: suggestions to merge and changed names.
func (lot *directoryLot) writeRest(ctx context.Context, pool *pgxpool.Pool) error {
	if len(lot.suggestions) == 0 && len(lot.renamed) == 0 {
		return nil
	}
	batch := &pgx.Batch{}
	slices.SortFunc(lot.suggestions, func(a, b suggestion) int {
		return cmp.Or(cmp.Compare(a.portfolio, b.portfolio), cmp.Compare(a.winner, b.winner), cmp.Compare(a.other, b.other))
	})
	for _, s := range lot.suggestions {
		batch.Queue(`INSERT INTO merge_suggestion (portfolio_id, winner, other, reason) VALUES ($1, $2, $3, $4)
			ON CONFLICT DO NOTHING`, s.portfolio, s.winner, s.other, s.reason)
	}
	for _, id := range slices.Sorted(maps.Keys(lot.renamed)) {
		p := lot.people[id]
		batch.Queue(`UPDATE contact SET name = $3, username = $4 WHERE portfolio_id = $1 AND id = $2`,
			lot.renamed[id], id, p.name, p.username)
	}
	return pool.SendBatch(ctx, batch).Close()
}
