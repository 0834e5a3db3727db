package persistence

import (
	"cmp"
	"context"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
)

// directoryLot resolves many lookups with two statements, four when a race or a
// doubt needs more.
type directoryLot struct {
	lookups []*Lookup
	known   map[aliasKey]wa.ContactID
	people  map[wa.ContactID]*person

	gifts       []gift // aliases to insert
	suggestions []suggestion
	renamed     map[wa.ContactID]wa.PortfolioID
}

// person is what a lot knows of a contact.
type person struct {
	portfolio            wa.PortfolioID
	name, username       string
	phone, bsuid, parent string // as given or as stored
	known                bool   // stored before this lot
}

func (p *person) address() string {
	switch {
	case p.phone != "":
		return p.phone
	case p.username != "":
		return p.username
	case p.bsuid != "":
		return p.bsuid
	}
	return p.parent
}

func (p *person) has(alias wa.Alias) {
	switch alias.Kind {
	case wa.AliasPhone:
		p.phone = alias.Value
	case wa.AliasBSUID:
		p.bsuid = alias.Value
	case wa.AliasParentBSUID:
		p.parent = alias.Value
	}
}

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

func newDirectoryLot(lookups []Lookup, open []int) *directoryLot {
	lot := &directoryLot{
		known:   make(map[aliasKey]wa.ContactID),
		people:  make(map[wa.ContactID]*person),
		renamed: make(map[wa.ContactID]wa.PortfolioID),
	}
	for _, n := range open {
		lot.lookups = append(lot.lookups, &lookups[n])
	}
	return lot
}

func (lot *directoryLot) resolve(ctx context.Context, pool *pgxpool.Pool) error {
	keys := make([]aliasKey, 0, 2*len(lot.lookups))
	for _, l := range lot.lookups {
		for _, alias := range l.Aliases {
			keys = append(keys, aliasKey{l.Portfolio, alias})
		}
	}
	if err := lot.read(ctx, pool, keys); err != nil {
		return err
	}
	if err := lot.readPeople(ctx, pool); err != nil {
		return err
	}
	for _, l := range lot.lookups {
		lot.decide(l)
	}
	return lot.write(ctx, pool)
}

// decide names the contact of one lookup and gives it the aliases nobody has.
func (lot *directoryLot) decide(l *Lookup) {
	id := lot.owner(l)
	p := lot.people[id]
	if p == nil {
		p = &person{portfolio: l.Portfolio}
		lot.people[id] = p
	}
	name, username := cmp.Or(l.Name, p.name), cmp.Or(l.Username, p.username)
	if p.known && (name != p.name || username != p.username) {
		lot.renamed[id] = l.Portfolio
	}
	p.name, p.username = name, username
	for _, alias := range l.Aliases {
		key := aliasKey{l.Portfolio, alias}
		other, taken := lot.known[key]
		switch {
		case !taken:
			lot.give(key, id)
			p.has(alias)
		case other != id:
			lot.suggest(l.Portfolio, id, other, "one message named both: "+string(alias.Kind))
		default:
			p.has(alias)
		}
	}
}

// owner is the contact of the first alias that is known, or a new one. An
// unknown BSUID is not joined to a contact that has another by a phone alone.
func (lot *directoryLot) owner(l *Lookup) wa.ContactID {
	bsuid := ""
	for _, alias := range l.Aliases {
		id, ok := lot.known[aliasKey{l.Portfolio, alias}]
		if ok && alias.Kind == wa.AliasPhone && bsuid != "" && lot.people[id] != nil &&
			lot.people[id].bsuid != "" && lot.people[id].bsuid != bsuid {
			break
		}
		if ok {
			return id
		}
		if alias.Kind == wa.AliasBSUID {
			bsuid = alias.Value
		}
	}
	return newContactID()
}

// give plans to insert an alias; a phone brings its other spellings.
func (lot *directoryLot) give(key aliasKey, id wa.ContactID) {
	lot.known[key] = id
	lot.gifts = append(lot.gifts, gift{key, id, false})
	if key.alias.Kind != wa.AliasPhone {
		return
	}
	for _, variant := range wa.PhoneVariants(key.alias.Value) {
		other := aliasKey{key.portfolio, wa.Alias{Kind: wa.AliasPhone, Value: variant}}
		if _, taken := lot.known[other]; !taken {
			lot.known[other] = id
			lot.gifts = append(lot.gifts, gift{other, id, true})
		}
	}
}

func (lot *directoryLot) suggest(portfolio wa.PortfolioID, winner, other wa.ContactID, reason string) {
	lot.suggestions = append(lot.suggestions, suggestion{portfolio, winner, other, reason})
}

func (lot *directoryLot) answer(l *Lookup) Contact {
	id := lot.known[aliasKey{l.Portfolio, l.Aliases[0]}]
	p := lot.people[id]
	if p == nil {
		return Contact{ID: id}
	}
	return Contact{ID: id, Name: p.name, Address: p.address()}
}

// read finds the contacts of aliases.
func (lot *directoryLot) read(ctx context.Context, pool *pgxpool.Pool, keys []aliasKey) error {
	portfolios, kinds, values := make([]string, len(keys)), make([]string, len(keys)), make([]string, len(keys))
	for n, key := range keys {
		portfolios[n], kinds[n], values[n] = string(key.portfolio), string(key.alias.Kind), key.alias.Value
	}
	rows, err := pool.Query(ctx, `
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
		lot.known[key] = id
		if lot.people[id] == nil {
			lot.people[id] = &person{portfolio: key.portfolio, name: name, username: username, known: true}
		}
		return nil
	})
	return err
}

// readPeople reads phone and BSUID of contacts where the lookups leave a doubt:
// a BSUID that is new to a known contact, or a person who shows no phone now.
func (lot *directoryLot) readPeople(ctx context.Context, pool *pgxpool.Pool) error {
	var portfolios, ids []string
	for _, l := range lot.lookups {
		phone, fresh := false, false
		var contacts []wa.ContactID
		for _, alias := range l.Aliases {
			phone = phone || alias.Kind == wa.AliasPhone
			id, ok := lot.known[aliasKey{l.Portfolio, alias}]
			fresh = fresh || !ok && alias.Kind == wa.AliasBSUID
			if ok && !slices.Contains(contacts, id) {
				contacts = append(contacts, id)
			}
		}
		if phone && !fresh {
			continue
		}
		for _, id := range contacts {
			portfolios, ids = append(portfolios, string(l.Portfolio)), append(ids, string(id))
		}
	}
	if len(ids) == 0 {
		return nil
	}
	rows, err := pool.Query(ctx, `
		SELECT a.contact_id, a.kind, a.value FROM unnest($1::text[], $2::text[]) AS k (portfolio_id, id)
		JOIN LATERAL (SELECT * FROM alias WHERE portfolio_id = k.portfolio_id AND contact_id = k.id AND NOT variant OFFSET 0) AS a ON true
		ORDER BY a.created_at`, portfolios, ids)
	if err != nil {
		return err
	}
	var id wa.ContactID
	var alias wa.Alias
	_, err = pgx.ForEachRow(rows, []any{&id, &alias.Kind, &alias.Value}, func() error {
		lot.people[id].has(alias)
		return nil
	})
	return err
}

// write inserts what the decisions need. Aliases go in sorted: two lots that
// want the same ones wait for each other in one order. Who loses an alias reads
// again whose it is; contacts are made only for ids that won one.
func (lot *directoryLot) write(ctx context.Context, pool *pgxpool.Pool) error {
	if len(lot.gifts) > 0 {
		lost, err := lot.insert(ctx, pool)
		if err != nil {
			return err
		}
		if len(lost) > 0 {
			if err := lot.settle(ctx, pool, lost); err != nil {
				return err
			}
		}
	}
	return lot.writeRest(ctx, pool)
}

// settle reads the contacts that aliases went to in a race. Where a lookup's
// aliases now belong to two, the first one decides, as ever.
func (lot *directoryLot) settle(ctx context.Context, pool *pgxpool.Pool, lost []gift) error {
	keys := make([]aliasKey, 0, len(lost))
	for _, g := range lost {
		keys = append(keys, g.key)
		delete(lot.known, g.key)
	}
	if err := lot.read(ctx, pool, keys); err != nil {
		return err
	}
	for _, g := range lost {
		if winner := lot.known[g.key]; winner != "" && !g.variant && lot.keeps(g.contact) {
			lot.suggest(g.key.portfolio, g.contact, winner, "both were new at once: "+string(g.key.alias.Kind))
		}
	}
	for _, l := range lot.lookups {
		for _, alias := range l.Aliases {
			if p := lot.people[lot.known[aliasKey{l.Portfolio, alias}]]; p != nil {
				p.has(alias)
			}
		}
	}
	return nil
}

// keeps says whether a contact still has any alias of its own in this lot.
func (lot *directoryLot) keeps(id wa.ContactID) bool {
	if p := lot.people[id]; p != nil && p.known {
		return true
	}
	for _, g := range lot.gifts {
		if g.contact == id && !g.variant && lot.known[g.key] == id {
			return true
		}
	}
	return false
}
