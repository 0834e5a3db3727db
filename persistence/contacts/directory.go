package contacts

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// Lookup asks who a person is. Aliases stand in order of precedence: BSUID,
// parent BSUID, phone. Name and Username are what Meta says now, or "".
type Lookup struct {
	Portfolio wa.PortfolioID
	Aliases   []wa.Alias
	Name      string
	Username  string

	linked bool // Meta's word that all the aliases are one person's
}

// Contact is a person as lists show them. Address is the phone, else the
// username, else the BSUID: for people, not for sending.
type Contact struct {
	ID      wa.ContactID
	Name    string
	Address string
}

// Directory turns addresses into contacts, once, at the door. It remembers
// aliases: they are re-pointed by merges only, and whoever merges tells it with
// Invalidate. Safe for concurrent use.
type Directory struct {
	pool  *pgxpool.Pool
	cache *aliasCache
}

// New reads and writes through the pool and remembers some 200,000 aliases.
func New(pool *pgxpool.Pool) *Directory {
	return &Directory{pool: pool, cache: newAliasCache(100_000)}
}

// aliasKey is an alias with its scope.
type aliasKey struct {
	portfolio wa.PortfolioID
	alias     wa.Alias
}

func (k aliasKey) compare(o aliasKey) int {
	return cmp.Or(
		cmp.Compare(k.portfolio, o.portfolio), cmp.Compare(k.alias.Kind, o.alias.Kind), cmp.Compare(k.alias.Value, o.alias.Value),
	)
}

// Resolve names the contact of each lookup and makes those that are new. One
// answer for each lookup, in order; without an alias it is empty. Two lookups of
// one call that share an alias are one person, and so are the aliases of a lookup
// whose contacts nobody could see before, whatever other processes make of them at
// the same moment. If the aliases of a lookup know two contacts, the first alias
// decides and a suggestion to merge is recorded; nothing merges by itself. A phone
// that is known for somebody with another BSUID does not make the two one person:
// phones are handed on. ErrRefused: some lookup holds what cannot be stored.
func (d *Directory) Resolve(ctx context.Context, lookups []Lookup) ([]Contact, error) {
	answers := make([]Contact, len(lookups))
	var open []int
	for n := range lookups {
		known, ok := d.cached(&lookups[n])
		if !ok && len(lookups[n].Aliases) > 0 {
			open = append(open, n)
		}
		answers[n] = known
	}
	if len(open) == 0 {
		return answers, nil
	}
	batch := newLookupBatch(lookups, open)
	if err := batch.resolve(ctx, d.pool); err != nil {
		return nil, fmt.Errorf("resolve contacts: %w", persistence.Classed(err))
	}
	for _, n := range open {
		if answers[n] = batch.answer(&lookups[n]); answers[n].ID == "" {
			return nil, fmt.Errorf("resolve contacts: an alias was removed meanwhile: %w", persistence.ErrConflict)
		}
	}
	d.remember(batch)
	return answers, nil
}

// cached answers from memory if every alias is known there for one contact and
// nothing about the person has changed.
func (d *Directory) cached(l *Lookup) (Contact, bool) {
	var found *cachedContact
	for _, alias := range l.Aliases {
		c := d.cache.get(aliasKey{l.Portfolio, alias})
		if c == nil || found != nil && found.ID != c.ID {
			return Contact{}, false
		}
		found = c
	}
	if found == nil || l.Name != "" && l.Name != found.Name || l.Username != "" && l.Username != found.username {
		return Contact{}, false
	}
	return found.Contact, true
}

func (d *Directory) remember(batch *lookupBatch) {
	shared := make(map[wa.ContactID]*cachedContact)
	for key, id := range batch.known {
		p := batch.people[id]
		if p == nil {
			continue
		}
		if shared[id] == nil {
			shared[id] = &cachedContact{Contact{id, p.name, p.Shown(p.username)}, p.username}
		}
		d.cache.put(key, shared[id])
	}
}

// Invalidate forgets what is remembered of these aliases.
func (d *Directory) Invalidate(portfolio wa.PortfolioID, aliases ...wa.Alias) {
	for _, alias := range aliases {
		d.cache.drop(aliasKey{portfolio, alias})
	}
}

// LinkAliases says, on Meta's word, that the person of the old aliases now has
// the new ones too (user_changed_number, user_changed_user_id). Old ones stay,
// for late statuses and quotes. If nobody has an old alias, whoever has a new one
// is the person. A new alias that somebody else has already stays theirs and a
// merge is suggested: the events came in the other order. It returns the person.
func (d *Directory) LinkAliases(ctx context.Context, portfolio wa.PortfolioID, old, now []wa.Alias) (wa.ContactID, error) {
	link := []Lookup{{Portfolio: portfolio, Aliases: slices.Concat(old, now), linked: true}}
	if len(link[0].Aliases) == 0 {
		return "", nil
	}
	batch := newLookupBatch(link, []int{0})
	if err := batch.resolve(ctx, d.pool); err != nil {
		return "", fmt.Errorf("link aliases: %w", persistence.Classed(err))
	}
	id := batch.answer(&link[0]).ID
	d.Invalidate(portfolio, old...)
	return id, nil
}
