package contacts_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/contacts"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

// newcomer is a person who writes for the first time, as Meta may show them.
type newcomer struct{ bsuid, phone wa.Alias }

func (n newcomer) both() contacts.Lookup {
	return contacts.Lookup{Portfolio: "p", Aliases: []wa.Alias{n.bsuid, n.phone}, Name: "Ana"}
}

func (n newcomer) alone(alias wa.Alias) contacts.Lookup {
	return contacts.Lookup{Portfolio: "p", Aliases: []wa.Alias{alias}, Name: "Ana"}
}

func newcomers(round int) []newcomer {
	people := make([]newcomer, 150)
	for n := range people {
		people[n] = newcomer{storetest.BSUID(fmt.Sprintf("BR.r%dn%d", round, n)), storetest.Phone(fmt.Sprintf("55119%02d%06d", 60+round, n))}
	}
	return people
}

// atOnce has each door resolve its own lookups in batches of its own size, all from
// one moment on.
func atOnce(t *testing.T, doors map[*contacts.Directory][]contacts.Lookup) {
	t.Helper()
	group, ctx := errgroup.WithContext(t.Context())
	start, size := make(chan struct{}), 1
	for door, lookups := range doors {
		size += 6 // batches of different lengths meet in ever other places
		batch := size
		group.Go(func() error {
			<-start
			return inBatches(ctx, door, lookups, batch)
		})
	}
	close(start)
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
}

func inBatches(ctx context.Context, door *contacts.Directory, lookups []contacts.Lookup, size int) error {
	for len(lookups) > 0 {
		batch := lookups[:min(size, len(lookups))]
		lookups = lookups[len(batch):]
		contacts, err := door.Resolve(ctx, batch)
		if err != nil {
			return err
		}
		for n, contact := range contacts {
			if contact.ID == "" || contact.Name != "Ana" {
				return fmt.Errorf("%v is %+v", batch[n].Aliases, contact)
			}
		}
	}
	return nil
}

// contactsOf asks every door, whatever it remembers, and the database for the
// contacts of a person.
func contactsOf(t *testing.T, pool *pgxpool.Pool, doors map[*contacts.Directory][]contacts.Lookup, n newcomer) map[wa.ContactID]bool {
	t.Helper()
	ids := make(map[wa.ContactID]bool)
	all := []*contacts.Directory{contacts.New(pool)}
	for door := range doors {
		all = append(all, door)
	}
	for _, door := range all {
		for _, alias := range []wa.Alias{n.bsuid, n.phone} {
			ids[resolveWith(t, door, n.alone(alias)).ID] = true
		}
	}
	return ids
}

// One person writes to two members at the same moment, to one with the phone and
// to the other without: I2, one person.
func TestFirstContactIsOnePerson(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	const rounds = 8
	for round := range rounds {
		people := newcomers(round)
		one, two, three := contacts.New(pool), contacts.New(pool), contacts.New(pool)
		doors := map[*contacts.Directory][]contacts.Lookup{one: nil, two: nil, three: nil}
		for n, person := range people {
			other := person.bsuid
			if (n+round)%2 == 0 {
				other = person.phone
			}
			doors[one] = append(doors[one], person.both())
			doors[two] = append(doors[two], person.alone(other))
			doors[three] = append(doors[three], person.both())
		}
		atOnce(t, doors)
		for n, person := range people {
			if ids := contactsOf(t, pool, doors, person); len(ids) != 1 {
				t.Fatalf("round %d: person %d is %d contacts: %v", round, n, len(ids), ids)
			}
		}
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM contact`); n != 150*rounds {
		t.Errorf("%d contacts of %d people", n, 150*rounds)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM merge_suggestion`); n != 0 {
		t.Errorf("%d suggestions to merge", n)
	}
	nobodyIsLeft(t, pool)
}

// When phone and BSUID came apart to two members before anything showed that they
// are one person's, both stay and the merge is suggested.
func TestFirstContactInThreeParts(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	people := newcomers(0)
	doors := make(map[*contacts.Directory][]contacts.Lookup)
	for _, lookup := range []func(newcomer) contacts.Lookup{
		newcomer.both,
		func(n newcomer) contacts.Lookup { return n.alone(n.bsuid) },
		func(n newcomer) contacts.Lookup { return n.alone(n.phone) },
	} {
		var lookups []contacts.Lookup
		for _, person := range people {
			lookups = append(lookups, lookup(person))
		}
		doors[contacts.New(pool)] = lookups
	}
	atOnce(t, doors)
	var two int64
	for n, person := range people {
		ids := contactsOf(t, pool, doors, person)
		a, b := storetest.Resolve(t, pool, person.bsuid).ID, storetest.Resolve(t, pool, person.phone).ID
		switch suggested := pgtest.Count(t, pool, `SELECT count(*) FROM merge_suggestion WHERE winner = $1 AND other = $2`, a, b); {
		case a == b && len(ids) == 1 && suggested == 0:
		case a != b && len(ids) == 2 && suggested == 1:
			two++
		default:
			t.Errorf("person %d is %v, with %d suggestions", n, ids, suggested)
		}
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM contact`); n != 150+two {
		t.Errorf("%d contacts, want %d", n, 150+two)
	}
	nobodyIsLeft(t, pool)
}

// A phone that is handed on makes nobody one person, even if both write at once.
func TestFirstContactsOfOnePhone(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	people := newcomers(0)
	doors := make(map[*contacts.Directory][]contacts.Lookup)
	for _, sign := range []string{"x", "y"} {
		var lookups []contacts.Lookup
		for _, person := range people {
			person.bsuid.Value += sign
			lookups = append(lookups, person.both())
		}
		doors[contacts.New(pool)] = lookups
	}
	atOnce(t, doors)
	for n, person := range people {
		x, y := storetest.Resolve(t, pool, storetest.BSUID(person.bsuid.Value+"x")).ID, storetest.Resolve(t, pool, storetest.BSUID(person.bsuid.Value+"y")).ID
		if p := storetest.Resolve(t, pool, person.phone).ID; x == y || p != x && p != y {
			t.Errorf("person %d: contacts %s and %s, of the phone %s", n, x, y, p)
		}
	}
	nobodyIsLeft(t, pool)
}

// In one batch nobody has seen anything yet: all three are one.
func TestOneLotJoinsWhatItMade(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	door := contacts.New(pool)
	person := newcomer{storetest.BSUID("BR.j"), storetest.Phone("5511987654321")}
	list, err := door.Resolve(t.Context(), []contacts.Lookup{person.alone(person.bsuid), person.alone(person.phone), person.both()})
	if err != nil || list[0].ID != list[1].ID || list[1].ID != list[2].ID {
		t.Errorf("contacts %+v, %v", list, err)
	}
	// Whom the database knows stays; whom the batch made is that one.
	known := storetest.Resolve(t, pool, storetest.Phone("15550001"))
	stored := newcomer{storetest.BSUID("US.j"), storetest.Phone("15550001")}
	list, err = door.Resolve(t.Context(), []contacts.Lookup{stored.alone(stored.bsuid), stored.both()})
	if err != nil || list[0].ID != known.ID || list[1].ID != known.ID || list[0].Name != "Ana" {
		t.Errorf("contacts %+v, %v; want %s", list, err, known.ID)
	}
	if again := storetest.Resolve(t, pool, stored.bsuid); again.ID != known.ID || again.Name != "Ana" {
		t.Errorf("stored as %+v", again)
	}
	// A phone that was handed on joins nobody.
	first, next := newcomer{storetest.BSUID("US.k"), storetest.Phone("15550002")}, newcomer{storetest.BSUID("US.l"), storetest.Phone("15550002")}
	list, err = door.Resolve(t.Context(), []contacts.Lookup{first.both(), next.both()})
	if err != nil || list[0].ID == list[1].ID {
		t.Errorf("contacts %+v, %v", list, err)
	}
	nobodyIsLeft(t, pool)
}

// nobodyIsLeft looks for contacts without an alias and aliases without a contact.
func nobodyIsLeft(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM contact c FULL JOIN (SELECT DISTINCT portfolio_id, contact_id FROM alias) a
ON a.portfolio_id = c.portfolio_id AND a.contact_id = c.id WHERE c.id IS NULL OR a.contact_id IS NULL`); n != 0 {
		t.Errorf("%d contacts or aliases stand alone", n)
	}
}
