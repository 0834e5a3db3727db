package contacts

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// write inserts what the decisions need. Aliases go in sorted: two batches that
// want the same ones wait for each other in one order. Contacts are made only for
// ids that won an alias.
//
// Of the aliases of a new contact some may be lost to another batch and some be won.
// Who commits what he won makes two contacts of one person; so such a batch runs in
// a transaction, and what was won goes to the winner before anybody can see it.
// All its waiting is in the insert, which keeps to the one order: no deadlock.
func (batch *lookupBatch) write(ctx context.Context, pool *pgxpool.Pool) error {
	store := func(db persistence.Querier) error {
		lost, err := batch.insert(ctx, db)
		if err != nil || len(lost) == 0 {
			return err
		}
		return batch.decideAgain(ctx, db, lost)
	}
	var err error
	switch {
	case len(batch.gifts) == 0:
	case batch.binds():
		err = pgx.BeginTxFunc(ctx, pool, pgx.TxOptions{IsoLevel: pgx.ReadCommitted}, func(tx pgx.Tx) error { return store(tx) })
	default:
		err = store(pool)
	}
	if err != nil {
		return err
	}
	return batch.writeRest(ctx, pool)
}

// binds says whether the batch gives some new contact two aliases or more. Other
// spellings do not count: they go with their phone.
func (batch *lookupBatch) binds() bool {
	given := make(map[wa.ContactID]struct{})
	for _, g := range batch.gifts {
		if g.variant || batch.people[g.contact].Stored {
			continue
		}
		if _, twice := given[g.contact]; twice {
			return true
		}
		given[g.contact] = struct{}{}
	}
	return false
}

// decideAgain reads the contacts that aliases went to in a race, decides all again and
// stores whom it made one.
func (batch *lookupBatch) decideAgain(ctx context.Context, db persistence.Querier, lost []gift) error {
	keys := make([]aliasKey, 0, len(lost))
	for _, g := range lost {
		keys = append(keys, g.key)
		delete(batch.known, g.key)
	}
	if err := batch.read(ctx, db, keys); err != nil {
		return err
	}
	for _, g := range lost {
		if _, found := batch.known[g.key]; !found && !g.variant {
			return fmt.Errorf("an alias was removed meanwhile: %w", persistence.ErrConflict)
		}
	}
	batch.gifts = slices.DeleteFunc(batch.gifts, func(g gift) bool { return batch.known[g.key] != g.contact })
	won := slices.Clone(batch.gifts)
	if err := batch.readPeople(ctx, db); err != nil {
		return err
	}
	batch.decideAll()
	return batch.repoint(ctx, db, won)
}

// repoint stores what the second decision changed: aliases that were won for a
// contact that is another now, and contacts that are nobody.
func (batch *lookupBatch) repoint(ctx context.Context, db persistence.Querier, won []gift) error {
	var scopes, kinds, values, from, to []string
	for n, g := range batch.gifts {
		if before := won[n].contact; g.contact != before {
			scopes, kinds, values = append(scopes, string(g.key.portfolio)), append(kinds, string(g.key.alias.Kind)), append(values, g.key.alias.Value)
			from, to = append(from, string(before)), append(to, string(g.contact))
		}
	}
	if len(scopes) == 0 {
		return nil
	}
	_, err := db.Exec(ctx, `
		WITH moved AS (
			SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) AS m (portfolio_id, kind, value, was, now)
		), nobody AS (
			DELETE FROM contact c USING moved m WHERE c.portfolio_id = m.portfolio_id AND c.id = m.was
		)
		UPDATE alias a SET contact_id = m.now FROM moved m
		WHERE a.portfolio_id = m.portfolio_id AND a.kind = m.kind AND a.value = m.value AND a.contact_id = m.was`,
		scopes, kinds, values, from, to)
	if err != nil {
		return fmt.Errorf("re-point aliases: %w", err)
	}
	return nil
}

// insert stores the planned aliases and the contacts that won one, in one
// statement, and returns the aliases that somebody else has.
func (batch *lookupBatch) insert(ctx context.Context, db persistence.Querier) (lost []gift, err error) {
	slices.SortFunc(batch.gifts, func(a, b gift) int { return a.key.compare(b.key) })
	n := len(batch.gifts)
	portfolios, kinds, values := make([]string, n), make([]string, n), make([]string, n)
	contacts, variants := make([]string, n), make([]bool, n)
	for i, g := range batch.gifts {
		portfolios[i], kinds[i], values[i] = string(g.key.portfolio), string(g.key.alias.Kind), g.key.alias.Value
		contacts[i], variants[i] = string(g.contact), g.variant
	}
	var ids, scopes, names, usernames []string
	for id, p := range batch.people {
		if !p.Stored {
			ids, scopes = append(ids, string(id)), append(scopes, string(p.portfolio))
			names, usernames = append(names, p.name), append(usernames, p.username)
		}
	}
	rows, err := db.Query(ctx, `
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
	for _, g := range batch.gifts {
		if _, ok := won[g.key]; !ok {
			lost = append(lost, g)
		}
	}
	return lost, nil
}

// writeRest stores what is rare: suggestions to merge and changed names.
func (batch *lookupBatch) writeRest(ctx context.Context, db persistence.Querier) error {
	if len(batch.suggestions) == 0 && len(batch.renamed) == 0 {
		return nil
	}
	queries := &pgx.Batch{}
	slices.SortFunc(batch.suggestions, func(a, b suggestion) int {
		return cmp.Or(cmp.Compare(a.portfolio, b.portfolio), cmp.Compare(a.winner, b.winner), cmp.Compare(a.other, b.other))
	})
	for _, s := range batch.suggestions {
		queries.Queue(`INSERT INTO merge_suggestion (portfolio_id, winner, other, reason) VALUES ($1, $2, $3, $4)
			ON CONFLICT DO NOTHING`, s.portfolio, s.winner, s.other, s.reason)
	}
	for _, id := range slices.Sorted(maps.Keys(batch.renamed)) {
		p := batch.people[id]
		queries.Queue(`UPDATE contact SET name = $3, username = $4 WHERE portfolio_id = $1 AND id = $2`,
			batch.renamed[id], id, p.name, p.username)
	}
	return db.SendBatch(ctx, queries).Close()
}
