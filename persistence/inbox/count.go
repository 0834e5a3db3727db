package inbox

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// Tally counts conversations, and of these the ones whose turn it is and those
// with unread messages.
type Tally struct {
	N        int
	Us       int // the contact wrote last
	Customer int // we did
	Unread   int
}

// Count of a view, and of each number in it. More says that somewhere was more
// than was counted, so that each figure is the least.
type Count struct {
	Tally
	More    bool
	Numbers map[wa.PhoneNumberID]Tally
}

// owner is somebody, who is the person where only his cells were counted.
func (c *countCell) owner(me wa.AgentID) string {
	if c.Free {
		return ""
	}
	return cmp.Or(string(me), "somebody")
}

// countDepth is how many conversations of one team and phase are counted, newest
// first: the cost of a badge must not grow with the backlog.
const countDepth = 5_000

// countCell is a group of conversations that every count treats alike.
type countCell struct {
	Team     wa.TeamID
	Phase    int16
	Number   wa.PhoneNumberID
	Free     bool
	Outbound bool
	Unread   bool
	N        int
}

const countedColumns = `phone_number_id, owner_id IS NULL AS free, last_outbound AS outbound, unread > 0 AS unread`

// CountTeams counts the views that are the same for everybody of a scope: all but
// ViewMine. It reads the index of the lists and no rows, of all numbers, of which Of
// takes those of the scope: many who see different numbers can share one count. Of
// somebody who sees his own conversations alone it is CountOwn.
func (b *Inbox) CountTeams(ctx context.Context, scope persistence.Scope) (map[View]Count, error) {
	if scope.OwnOnly {
		return b.CountOwn(ctx, scope)
	}
	const count = visibleSQL + `
SELECT v.id, p.phase, c.phone_number_id, c.free, c.outbound, c.unread, count(*)
FROM visible v, unnest(@phases::smallint[]) AS p (phase), LATERAL (
    SELECT ` + countedColumns + ` FROM conversation c
    WHERE c.tenant_id = @tenant AND c.team_id = v.id AND c.phase = p.phase ORDER BY c.last_at DESC LIMIT @depth) c
GROUP BY 1, 2, 3, 4, 5, 6`
	cells, err := persistence.Collect(ctx, b.pool, "count conversations", pgx.RowToStructByPos[countCell], count, scope.Args(pgx.NamedArgs{
		"team": "", "depth": countDepth, "phases": append(actorpb.ViewAll.Phases(), actorpb.ViewResolved.Phases()...),
	}))
	if err != nil {
		return nil, err
	}
	counts := make(map[View]Count)
	for _, rule := range actorpb.Views() {
		if rule.Owner != actorpb.OwnedByMe {
			counts[rule.View] = tally(cells, &rule, "").Of(scope.Numbers)
		}
	}
	return counts, nil
}

// CountMine counts ViewMine of a person, by the index of owners.
func (b *Inbox) CountMine(ctx context.Context, scope persistence.Scope, agent wa.AgentID) (Count, error) {
	cells, err := b.countOwned(ctx, scope, agent, actorpb.ViewMine.Phases())
	if err != nil {
		return Count{}, err
	}
	mine, _ := actorpb.ViewMine.Rule()
	return tally(cells, &mine, agent), nil
}

// CountOwn counts every view of a person who sees his own conversations alone, by the
// index of owners.
func (b *Inbox) CountOwn(ctx context.Context, scope persistence.Scope) (map[View]Count, error) {
	cells, err := b.countOwned(ctx, scope, scope.Person, append(actorpb.ViewAll.Phases(), actorpb.ViewResolved.Phases()...))
	if err != nil {
		return nil, err
	}
	counts := make(map[View]Count)
	for _, rule := range actorpb.Views() {
		counts[rule.View] = tally(cells, &rule, scope.Person)
	}
	return counts, nil
}

// countOwned counts what a person owns within a scope.
func (b *Inbox) countOwned(ctx context.Context, scope persistence.Scope, agent wa.AgentID, phases []int16) ([]countCell, error) {
	count := visibleSQL + `
SELECT '', p.phase, c.phone_number_id, c.free, c.outbound, c.unread, count(*)
FROM unnest(@phases::smallint[]) AS p (phase), LATERAL (
    SELECT ` + countedColumns + ` FROM conversation c
    WHERE c.owner_id = @agent AND c.phase = p.phase AND c.tenant_id = @tenant AND c.team_id IN (SELECT id FROM visible)` + ofOwnerSQL(scope) + `
    ORDER BY c.last_at DESC LIMIT @depth) c
GROUP BY 1, 2, 3, 4, 5, 6`
	cells, err := persistence.Collect(ctx, b.pool, "count own conversations", pgx.RowToStructByPos[countCell], count, scope.Args(pgx.NamedArgs{
		"team": "", "agent": agent, "depth": countDepth, "phases": phases,
	}))
	if err != nil {
		return nil, fmt.Errorf("of %s: %w", agent, err)
	}
	return cells, nil
}

// Of is what a count is of some numbers alone; of none named it is itself.
func (c Count) Of(numbers []wa.PhoneNumberID) Count {
	if len(numbers) == 0 {
		return c
	}
	of := Count{More: c.More, Numbers: make(map[wa.PhoneNumberID]Tally, len(numbers))}
	for _, number := range numbers {
		if n, counted := c.Numbers[number]; counted {
			of.Numbers[number] = n
			of.N, of.Us, of.Customer, of.Unread = of.N+n.N, of.Us+n.Us, of.Customer+n.Customer, of.Unread+n.Unread
		}
	}
	return of
}

// tally adds up what of the cells belongs to a view. Of one that shows what somebody
// owns, the cells are his alone.
func tally(cells []countCell, rule *actorpb.ViewRule, me wa.AgentID) Count {
	type walk struct {
		team  wa.TeamID
		phase int16
	}
	sum, numbers, walked := Count{}, make(map[wa.PhoneNumberID]Tally), make(map[walk]int)
	for _, c := range cells {
		at := walk{c.Team, c.Phase}
		if !slices.Contains(rule.Phases, actorpb.Phase(c.Phase)) {
			continue
		}
		walked[at] += c.N
		sum.More = sum.More || walked[at] >= countDepth
		if !rule.Holds(actorpb.Phase(c.Phase), c.owner(me), me) {
			continue
		}
		sum.add(&c)
		n := numbers[c.Number]
		n.add(&c)
		numbers[c.Number] = n
	}
	sum.Numbers = numbers
	return sum
}

func (t *Tally) add(c *countCell) {
	t.N += c.N
	if c.Outbound {
		t.Customer += c.N
	} else {
		t.Us += c.N
	}
	if c.Unread {
		t.Unread += c.N
	}
}
