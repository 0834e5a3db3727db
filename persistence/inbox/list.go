package inbox

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// Cursor is a place in a list: behind a row, or with a key of zero behind
// everything of its time. The zero value is the start.
type Cursor struct {
	LastAt time.Time
	Key    wa.ConversationKey
}

// ListQuery asks for one page of a view.
type ListQuery struct {
	View    View
	AgentID wa.AgentID // whose "mine"
	Team    wa.TeamID  // "" is every team of the scope
	Search  string     // part of the contact's name, or the start of its address
	Query   string     // with Search: a tsquery, which finds contacts of all ages in the search index
	Filter  Filter
	Oldest  bool // the longest silent first; else the newest
	After   Cursor
	Limit   int // 1 to 200; 0 is 50

	Frequent bool // Query finds so many that the index is no help
}

// Filter narrows a view. The zero value lets everything through.
type Filter struct {
	Numbers []wa.PhoneNumberID // any of these
	Unread  bool
	Turn    actorpb.Turn
	Nobody  bool       // without an owner
	Owner   wa.AgentID // with this owner
	Window  wa.Window
	Now     time.Time // by which Window is told
}

// ListPage is one page of a list. More says that there may be more behind Next:
// a page of a filter ends early where few rows fit, so that none costs much.
type ListPage struct {
	Conversations []actorpb.Row
	Next          Cursor
	More          bool
}

// Bounds of reads that could touch much: how many rows of one team and phase a
// search looks at, newest first, and how many a page of a filter does.
const (
	searchDepth = 2_000
	filterDepth = 10_000
)

// searchFrequent is how many contacts a search may find by the index. Beyond it
// reading them all costs more than a walk, which soon meets enough of them.
const searchFrequent = 10_000

// List returns one page in order. Pages follow each other without gap or
// repetition, whatever changes meanwhile; a row that moves over the cursor is
// missed or seen twice, as its place says.
func (b *Inbox) List(ctx context.Context, scope persistence.Scope, q ListQuery) (ListPage, error) {
	if !q.View.Known() {
		return ListPage{}, fmt.Errorf("list view %q: %w", q.View, persistence.ErrNotFound)
	}
	if q.Limit <= 0 {
		q.Limit = 50
	}
	q.Limit = min(q.Limit, 200)
	if q.Search != "" && q.Query != "" {
		var err error
		if q.Frequent, err = Frequent(ctx, b.pool, q.Query); err != nil {
			return ListPage{}, err
		}
	}
	return b.Page(ctx, scope, q)
}

// Frequent says whether a query finds more contacts than are worth reading.
func Frequent(ctx context.Context, pool *pgxpool.Pool, query string) (more bool, err error) {
	const count = `
SELECT count(*) > $2 FROM (SELECT FROM conversation_search WHERE words @@ $1::text::tsquery LIMIT $2 + 1) s`
	if err := pool.QueryRow(ctx, count, query, int64(searchFrequent)).Scan(&more); err != nil {
		return false, fmt.Errorf("weigh search: %w", err)
	}
	return more, nil
}

func (b *Inbox) Page(ctx context.Context, scope persistence.Scope, q ListQuery) (ListPage, error) {
	args := listArgs(scope, &q)
	if q.Frequent {
		args["filter_depth"] = searchDepth
	}
	edge, err := b.edge(ctx, scope, &q, args)
	if err != nil {
		return ListPage{}, err
	}
	args["edge"] = edge
	rows, err := persistence.Collect(ctx, b.pool, "list conversations", scanStored, listSQL(scope, &q, edge != nil), args)
	if err != nil {
		return ListPage{}, err
	}
	page := ListPage{Conversations: make([]actorpb.Row, len(rows))}
	for i, row := range rows {
		page.Conversations[i] = actorpb.RowOf(row)
	}
	switch {
	case len(rows) == q.Limit:
		// By the column that the list is sorted by, whatever the snapshot says.
		last := len(rows) - 1
		page.Next, page.More = Cursor{LastAt: time.UnixMilli(rows[last].LastAtMs), Key: page.Conversations[last].Key}, true
	case edge != nil:
		page.Next, page.More = Cursor{LastAt: *edge}, true
	}
	return page, nil
}

// edge is the time down to which a page of a filter looks; nil is to the end.
func (b *Inbox) edge(ctx context.Context, scope persistence.Scope, q *ListQuery, args pgx.NamedArgs) (*time.Time, error) {
	if q.Search != "" && !q.Frequent || !q.narrows(scope) {
		return nil, nil //nolint:nilnil // no edge is an answer
	}
	var edge *time.Time
	if err := b.pool.QueryRow(ctx, edgeSQL(scope, q), args).Scan(&edge); err != nil {
		return nil, fmt.Errorf("list conversations: %w", err)
	}
	return edge, nil
}

// mine says whether the view shows what the person owns, which an index finds.
func (q *ListQuery) mine() bool {
	rule, _ := q.View.Rule()
	return rule.Owner == actorpb.OwnedByMe
}

// ofNobody says whether the view shows what nobody owns.
func (q *ListQuery) ofNobody() bool {
	rule, _ := q.View.Rule()
	return rule.Owner == actorpb.OwnedByNobody
}

// narrows says whether rows are passed over on the walk through an index.
func (q *ListQuery) narrows(scope persistence.Scope) bool {
	return q.Frequent || q.ofNobody() || filterSQL(&q.Filter) != "" || len(scope.Numbers) > 0
}

func listArgs(scope persistence.Scope, q *ListQuery) pgx.NamedArgs {
	f := &q.Filter
	number := ""
	if len(f.Numbers) > 0 {
		number = string(f.Numbers[0])
	}
	return scope.Args(pgx.NamedArgs{
		"team": q.Team, "phases": q.View.Phases(), "agent": q.AgentID, "owner": f.Owner, "limit": q.Limit,
		"at": q.After.LastAt, "number": q.After.Key.PhoneNumberID, "contact": q.After.Key.ContactID,
		"the_number": number, "numbers": f.Numbers, "open": f.Now.Add(wa.DecideMargin), "closing": f.Now.Add(wa.ClosingWithin),
		"query": q.Query, "named": q.Search != "", "depth": searchDepth, "filter_depth": filterDepth,
		"within": "%" + likeText(q.Search) + "%", "prefix": addressPrefix(q.Search),
	})
}

const visibleSQL = `
WITH visible AS (
    SELECT id FROM team WHERE tenant_id = @tenant AND (@all OR id = ANY(@teams)) AND (@team = '' OR id = @team)
)`

// walks names the ordered walks that a list merges: one through the index
// (tenant, team, phase, last_at) for each team and phase, or one through the
// index of the owner for each phase. Whoever sees his own alone never walks through a
// team's.
func (q *ListQuery) walks(scope persistence.Scope) (from, where string) {
	switch {
	case scope.OwnOnly:
		where = "c.owner_id = @only_owner"
	case q.mine():
		where = "c.owner_id = @agent"
	case q.Filter.Owner != "":
		where = "c.owner_id = @owner"
	default:
		return `visible v, unnest(@phases::smallint[]) AS p (phase)`,
			`c.tenant_id = @tenant AND c.team_id = v.id AND c.phase = p.phase`
	}
	return `unnest(@phases::smallint[]) AS p (phase)`,
		where + ` AND c.phase = p.phase AND c.tenant_id = @tenant AND c.team_id IN (SELECT id FROM visible)`
}

// listSQL merges the heads of the walks. A search looks at the first searchDepth
// rows of each only, for parts of names, and beside them into the search index;
// one that finds very many is a filter of the walks.
func listSQL(scope persistence.Scope, q *ListQuery, edged bool) string {
	from, where := q.walks(scope)
	where += q.afterSQL()
	narrow := filterSQL(&q.Filter)
	if scope.OwnOnly || q.mine() {
		narrow += ofOwnerSQL(scope)
	} else {
		narrow += scope.BoundSQL()
	}
	switch {
	case q.ofNobody():
		narrow += ` AND c.owner_id IS NULL`
	case q.mine():
		narrow += ` AND c.owner_id = @agent`
	}
	if q.Frequent {
		narrow += frequentSQL
	}
	if edged {
		narrow += ` AND c.last_at ` + q.beyond(">=", "<=") + ` @edge`
	}
	order := ` ORDER BY ` + q.orderSQL()
	walk := `SELECT` + RowColumns + ` FROM conversation c WHERE ` + where + narrow + order + ` LIMIT @limit`
	if q.Search != "" && !q.Frequent {
		walk = `SELECT` + RowColumns + ` FROM (SELECT * FROM conversation c WHERE ` + where + order + ` LIMIT @depth) c
    WHERE (c.contact_name ILIKE @within OR c.contact_address LIKE @prefix)` + narrow + order + ` LIMIT @limit`
	}
	list := `SELECT c.* FROM ` + from + `, LATERAL (` + walk + `) c`
	if q.Search != "" && q.Query != "" && !q.Frequent {
		list = `SELECT c.* FROM (` + list + ` UNION ` + q.indexedSQL(narrow) + `) c`
	}
	return visibleSQL + ` ` + list + order + ` LIMIT @limit`
}

// ofOwnerSQL bounds a walk through the index of an owner. Numbers are hidden from the
// index of keys, which would read all of a number to save a look at few rows.
func ofOwnerSQL(scope persistence.Scope) string {
	return scope.NumberSQL(`(c.phone_number_id || '')`) + scope.OwnerSQL()
}

// frequentSQL asks the search index for one row after the other. OFFSET keeps it
// from being asked for all of them at once.
const frequentSQL = ` AND (@named AND (c.contact_name ILIKE @within OR c.contact_address LIKE @prefix) OR EXISTS (
    SELECT FROM conversation_search s WHERE s.phone_number_id = c.phone_number_id AND s.contact_id = c.contact_id
        AND s.words @@ @query::text::tsquery OFFSET 0))`

// indexedSQL finds by the search index, which knows the old rows too but not yet
// what came within the last second.
func (q *ListQuery) indexedSQL(narrow string) string {
	return `SELECT` + RowColumns + ` FROM conversation_search s
    JOIN conversation c ON c.phone_number_id = s.phone_number_id AND c.contact_id = s.contact_id
    WHERE s.words @@ @query::text::tsquery AND c.tenant_id = @tenant AND c.team_id IN (SELECT id FROM visible)
        AND c.phase = ANY(@phases)` + q.afterSQL() + narrow
}

// edgeSQL finds the nearest place at which one of the walks has passed
// filterDepth rows. Nothing beyond it is shown before all walks get there.
func edgeSQL(scope persistence.Scope, q *ListQuery) string {
	from, where := q.walks(scope)
	return visibleSQL + ` SELECT ` + q.beyond("max", "min") + `(c.last_at) FROM ` + from + `, LATERAL (
    SELECT c.last_at FROM conversation c WHERE ` + where + q.afterSQL() + `
    ORDER BY c.last_at ` + q.beyond("DESC", "ASC") + ` OFFSET @filter_depth LIMIT 1) c`
}

// beyond chooses by the order of the list.
func (q *ListQuery) beyond(newest, oldest string) string {
	if q.Oldest {
		return oldest
	}
	return newest
}

func (q *ListQuery) orderSQL() string {
	direction := q.beyond(" DESC", " ASC")
	return "c.last_at" + direction + ", c.phone_number_id" + direction + ", c.contact_id" + direction
}

func (q *ListQuery) afterSQL() string {
	switch beyond := q.beyond(" < ", " > "); {
	case q.After.LastAt.IsZero():
		return ""
	case q.After.Key == wa.ConversationKey{}:
		return ` AND c.last_at` + beyond + `@at`
	default:
		return ` AND (c.last_at, c.phone_number_id, c.contact_id)` + beyond + `(@at, @number, @contact)`
	}
}

// filterSQL is what a filter demands of a row, "" for none. A single number is
// an equation, which the index answers without a look at the row.
func filterSQL(f *Filter) string {
	var sql strings.Builder
	switch len(f.Numbers) {
	case 0:
	case 1:
		sql.WriteString(` AND c.phone_number_id = @the_number`)
	default:
		sql.WriteString(` AND c.phone_number_id = ANY(@numbers)`)
	}
	if f.Unread {
		sql.WriteString(` AND c.unread > 0`)
	}
	switch f.Turn { // the column holds what ledger.Row calls Answered
	case actorpb.TurnUs:
		sql.WriteString(` AND NOT c.last_outbound`)
	case actorpb.TurnCustomer:
		sql.WriteString(` AND c.last_outbound`)
	}
	if f.Nobody {
		sql.WriteString(` AND c.owner_id IS NULL`)
	}
	if f.Owner != "" {
		sql.WriteString(` AND c.owner_id = @owner`)
	}
	switch f.Window {
	case wa.WindowOpen:
		sql.WriteString(` AND c.window_closes_at > @open`)
	case wa.WindowClosing:
		sql.WriteString(` AND c.window_closes_at > @open AND c.window_closes_at < @closing`)
	case wa.WindowClosed:
		sql.WriteString(` AND (c.window_closes_at IS NULL OR c.window_closes_at <= @open)`)
	}
	return sql.String()
}
