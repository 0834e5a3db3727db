package journal

import "time"

// alarmsSQL sets when the one alarm of a grain rings, for grains of every kind. The
// row says which version wants it so: what a grain answered before does not move it.
// It is locked in the order of the names, as whoever rings does.
const alarmsSQL = `, armed AS (
	INSERT INTO alarm (grain, version, due_at, next_try)
	SELECT t.grain, t.version, t.due_at, t.due_at
	FROM unnest(%1::int[], %2::text[], %3::bigint[], %4::timestamptz[]) AS t(i, grain, version, due_at) JOIN ok ON ok.i = t.i
	ORDER BY t.grain
	ON CONFLICT (grain) DO UPDATE SET version = excluded.version, due_at = excluded.due_at, next_try = excluded.next_try
)`

// alarmColumns are the alarms that appends move, with the version that the grain has
// after the append. Whoever rings moves none of a later version: an answer that an append
// overtook does not silence what that append armed.
type alarmColumns struct {
	i       []int32
	grain   []string
	version []int64
	dueAt   []time.Time
}

func (c *alarmColumns) reset() {
	c.i = c.i[:0]
	c.grain = c.grain[:0]
	c.version = c.version[:0]
	c.dueAt = c.dueAt[:0]
}

func (c *alarmColumns) add(i int32, grain string, version uint64, dueAt time.Time) {
	c.i = append(c.i, i)
	c.grain = append(c.grain, grain)
	c.version = append(c.version, int64(version))
	c.dueAt = append(c.dueAt, dueAt)
}

func (c *alarmColumns) args() []any { return []any{c.i, c.grain, c.version, c.dueAt} }
