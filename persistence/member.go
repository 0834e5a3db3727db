package persistence

// memberQuiet is how long a member may say nothing before others may count it dead
// although its lease runs: its session is gone, as the cluster's view has shown.
// The cluster keeps the same time.
const memberQuiet = "interval '1500 ms'"

// MemberLives is true in SQL for the id of a member that may still act: its lease
// runs, and it is not among the lost (a text[] parameter) or was heard since.
func MemberLives(id, lost string) string {
	return `EXISTS (SELECT FROM member m WHERE m.id = ` + id + ` AND m.lease_until > now()
		AND (m.id <> ALL (coalesce(` + lost + `::text[], '{}')) OR m.renewed_at > now() - ` + memberQuiet + `))`
}
