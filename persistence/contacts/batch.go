package contacts

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// lookupBatch resolves many lookups with two statements, some more when a race or
// a doubt needs them.
type lookupBatch struct {
	lookups []*Lookup
	known   map[aliasKey]wa.ContactID
	people  map[wa.ContactID]*person

	gifts       []gift // aliases to insert
	suggestions []suggestion
	renamed     map[wa.ContactID]wa.PortfolioID
}

// person is what a batch knows of a contact. Stored: before this batch.
type person struct {
	wa.Holder
	portfolio      wa.PortfolioID
	name, username string
}

func (p *person) has(alias wa.Alias) { p.Addresses = p.With(alias) }

// gift is an alias that becomes a contact's.
type gift struct {
	key     aliasKey
	contact wa.ContactID
	variant bool
}

type suggestion struct {
	portfolio     wa.PortfolioID
	winner, other wa.ContactID
	reason        string
}

func newLookupBatch(lookups []Lookup, open []int) *lookupBatch {
	batch := &lookupBatch{
		known:   make(map[aliasKey]wa.ContactID),
		people:  make(map[wa.ContactID]*person),
		renamed: make(map[wa.ContactID]wa.PortfolioID),
	}
	for _, n := range open {
		batch.lookups = append(batch.lookups, &lookups[n])
	}
	return batch
}

func (batch *lookupBatch) resolve(ctx context.Context, pool *pgxpool.Pool) error {
	keys := make([]aliasKey, 0, 2*len(batch.lookups))
	for _, l := range batch.lookups {
		for _, alias := range l.Aliases {
			keys = append(keys, aliasKey{l.Portfolio, alias})
		}
	}
	if err := batch.read(ctx, pool, keys); err != nil {
		return err
	}
	if err := batch.readPeople(ctx, pool); err != nil {
		return err
	}
	batch.decideAll()
	return batch.write(ctx, pool)
}

func (batch *lookupBatch) decideAll() {
	batch.suggestions = nil
	clear(batch.renamed)
	for _, l := range batch.lookups {
		batch.decide(l)
	}
}

// decide names the contact of one lookup and gives it the aliases nobody has.
// Whom this batch made and the lookup shows to be somebody else as well is that
// one: nobody has seen its id yet.
func (batch *lookupBatch) decide(l *Lookup) {
	id := batch.owner(l)
	p := batch.people[id]
	if p == nil {
		p = &person{Holder: wa.Holder{ID: id}, portfolio: l.Portfolio}
		batch.people[id] = p
	}
	for _, alias := range l.Aliases {
		key := aliasKey{l.Portfolio, alias}
		other, taken := batch.known[key]
		if !taken {
			batch.give(key, id)
		}
		if taken && other != id {
			if id = batch.join(l, id, other); batch.known[key] != id {
				batch.suggest(l, id, other, alias.Kind)
				continue
			}
			p = batch.people[id]
		}
		p.has(alias)
	}
	batch.rename(id, cmp.Or(l.Name, p.name), cmp.Or(l.Username, p.username))
}

func (batch *lookupBatch) rename(id wa.ContactID, name, username string) {
	p := batch.people[id]
	if p.Stored && (name != p.name || username != p.username) {
		batch.renamed[id] = p.portfolio
	}
	p.name, p.username = name, username
}

// join makes one of two contacts of a lookup if wa.One says so, and returns whom the
// lookup names then.
func (batch *lookupBatch) join(l *Lookup, id, other wa.ContactID) wa.ContactID {
	a, b := batch.people[id], batch.people[other]
	if b == nil {
		return id
	}
	stays, goes, ok := wa.One(a.Holder, b.Holder, l.linked)
	if !ok {
		return id
	}
	for n := range batch.gifts {
		if g := &batch.gifts[n]; g.contact == goes.ID {
			g.contact, batch.known[g.key] = stays.ID, stays.ID
		}
	}
	if stays.ID == other {
		a, b = b, a
	}
	batch.rename(stays.ID, cmp.Or(a.name, b.name), cmp.Or(a.username, b.username))
	a.Holder = stays
	delete(batch.people, goes.ID)
	return stays.ID
}

// owner is the contact that wa.Holding names, or a new one.
func (batch *lookupBatch) owner(l *Lookup) wa.ContactID {
	id := wa.Holding(l.Aliases, l.linked, func(alias wa.Alias) (wa.Holder, bool) {
		id, ok := batch.known[aliasKey{l.Portfolio, alias}]
		if p := batch.people[id]; p != nil {
			return p.Holder, ok
		}
		return wa.Holder{ID: id}, ok
	})
	if id == "" {
		return newContactID()
	}
	return id
}

// give plans to insert an alias; a phone brings its other spellings.
func (batch *lookupBatch) give(key aliasKey, id wa.ContactID) {
	batch.known[key] = id
	batch.gifts = append(batch.gifts, gift{key, id, false})
	if key.alias.Kind != wa.AliasPhone {
		return
	}
	for _, variant := range wa.PhoneVariants(key.alias.Value) {
		other := aliasKey{key.portfolio, wa.Alias{Kind: wa.AliasPhone, Value: variant}}
		if _, taken := batch.known[other]; !taken {
			batch.known[other] = id
			batch.gifts = append(batch.gifts, gift{other, id, true})
		}
	}
}

func (batch *lookupBatch) suggest(l *Lookup, winner, other wa.ContactID, kind wa.AliasKind) {
	batch.suggestions = append(batch.suggestions, suggestion{l.Portfolio, winner, other, wa.MergeReason(kind, l.linked)})
}

func (batch *lookupBatch) answer(l *Lookup) Contact {
	id := batch.known[aliasKey{l.Portfolio, l.Aliases[0]}]
	p := batch.people[id]
	if p == nil {
		return Contact{ID: id}
	}
	return Contact{ID: id, Name: p.name, Address: p.Shown(p.username)}
}

// read finds the contacts of aliases.
func (batch *lookupBatch) read(ctx context.Context, db persistence.Querier, keys []aliasKey) error {
	portfolios, kinds, values := make([]string, len(keys)), make([]string, len(keys)), make([]string, len(keys))
	for n, key := range keys {
		portfolios[n], kinds[n], values[n] = string(key.portfolio), string(key.alias.Kind), key.alias.Value
	}
	rows, err := db.Query(ctx, `
		SELECT a.portfolio_id, a.kind, a.value, a.contact_id, coalesce(c.name, ''), coalesce(c.username, '')
		FROM unnest($1::text[], $2::text[], $3::text[]) AS k (portfolio_id, kind, value)
		JOIN LATERAL (SELECT * FROM alias WHERE portfolio_id = k.portfolio_id AND kind = k.kind AND value = k.value OFFSET 0) AS a ON true
		LEFT JOIN LATERAL (SELECT name, username FROM contact WHERE portfolio_id = a.portfolio_id AND id = a.contact_id OFFSET 0) AS c ON true`,
		portfolios, kinds, values)
	if err != nil {
		return err
	}
	var key aliasKey
	var id wa.ContactID
	var name, username string
	_, err = pgx.ForEachRow(rows, []any{&key.portfolio, &key.alias.Kind, &key.alias.Value, &id, &name, &username}, func() error {
		batch.known[key] = id
		if batch.people[id] == nil {
			batch.people[id] = &person{Holder: wa.Holder{ID: id, Stored: true}, portfolio: key.portfolio, name: name, username: username}
		}
		return nil
	})
	return err
}

// readPeople reads phone and BSUID of stored contacts where the lookups leave a
// doubt: a BSUID that is new to a known contact, a person who shows no phone now,
// or one who may be somebody whom this batch made.
func (batch *lookupBatch) readPeople(ctx context.Context, db persistence.Querier) error {
	var portfolios, ids []string
	for _, l := range batch.lookups {
		phone, doubt := false, false
		var contacts []wa.ContactID
		for _, alias := range l.Aliases {
			phone = phone || alias.Kind == wa.AliasPhone
			id, ok := batch.known[aliasKey{l.Portfolio, alias}]
			switch {
			case !ok:
				doubt = doubt || alias.Kind == wa.AliasBSUID
			case !batch.people[id].Stored:
				doubt = true
			case !slices.Contains(contacts, id):
				contacts = append(contacts, id)
			}
		}
		if phone && !doubt {
			continue
		}
		for _, id := range contacts {
			portfolios, ids = append(portfolios, string(l.Portfolio)), append(ids, string(id))
		}
	}
	if len(ids) == 0 {
		return nil
	}
	rows, err := db.Query(ctx, `
		SELECT a.contact_id, a.kind, a.value FROM unnest($1::text[], $2::text[]) AS k (portfolio_id, id)
		JOIN LATERAL (SELECT * FROM alias WHERE portfolio_id = k.portfolio_id AND contact_id = k.id AND NOT variant OFFSET 0) AS a ON true
		ORDER BY a.created_at`, portfolios, ids)
	if err != nil {
		return err
	}
	var id wa.ContactID
	var alias wa.Alias
	_, err = pgx.ForEachRow(rows, []any{&id, &alias.Kind, &alias.Value}, func() error {
		batch.people[id].has(alias)
		return nil
	})
	return err
}

// Canary says whether contacts can be resolved.
func (d *Directory) Canary(ctx context.Context) error {
	lookup := []Lookup{{Portfolio: persistence.CanaryName, Aliases: []wa.Alias{{Kind: wa.AliasBSUID, Value: persistence.CanaryID()}}}}
	batch := newLookupBatch(lookup, []int{0})
	err := persistence.Rehearse(ctx, d.pool, func(tx pgx.Tx) error {
		if err := batch.read(ctx, tx, []aliasKey{{persistence.CanaryName, lookup[0].Aliases[0]}}); err != nil {
			return err
		}
		if err := batch.readPeople(ctx, tx); err != nil {
			return err
		}
		batch.decideAll()
		if _, err := batch.insert(ctx, tx); err != nil {
			return err
		}
		id := batch.answer(&lookup[0]).ID
		batch.suggestions = []suggestion{{persistence.CanaryName, id, id, persistence.CanaryName}}
		batch.renamed[id] = persistence.CanaryName
		return batch.writeRest(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("resolve nobody: %w", persistence.Classed(err))
	}
	return nil
}
