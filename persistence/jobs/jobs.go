package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/inbox"
)

// KindHandOver takes from a person, its key, the conversations that he may own no
// more: all when the account is disabled, else those of teams that he has left and of
// numbers that are not his any more.
const KindHandOver = "hand_over"

// State is how far a job or one of its items is.
type State string

// States of items. What failed is tried again; what was refused would be refused again.
const (
	JobBegun   State = "begun"
	JobDone    State = "done"
	JobFailed  State = "failed"
	JobRefused State = "refused"
)

// Job is something that touches many conversations and is done by and by, through
// ordinary commands, by one member at a time.
type Job struct {
	ID        int64
	TenantID  wa.TenantID
	Kind      string
	Key       string
	HandOver  HandOver
	Hold      Hold       // of KindHold
	By        wa.AgentID // who ordered it
	ByName    string
	Done      int
	Failed    int
	Refused   int
	CreatedAt time.Time
	EndedAt   time.Time // zero: under way
}

// HandOver says who gets the conversations; see Order.
type HandOver struct {
	ToAgent     wa.AgentID `json:"to_agent,omitempty"`
	ToAgentName string     `json:"to_agent_name,omitempty"`
	ToTeam      wa.TeamID  `json:"to_team,omitempty"`
	Split       []Share    `json:"split,omitempty"`
}

// Share is how many conversations a person gets of those that are split.
type Share struct {
	Agent wa.AgentID `json:"agent"`
	Most  int        `json:"most"`
}

// Item is what became of one conversation. Result names who got it, or why it
// failed.
type Item struct {
	Item   string
	State  State
	Result string
	Tries  int
}

// Jobs keeps what is done by and by.
type Jobs struct{ pool *pgxpool.Pool }

// New keeps jobs in the database of pool, which the caller closes.
func New(pool *pgxpool.Pool) *Jobs { return &Jobs{pool} }

// OrderHandOver makes the job of a person, or gives the one under way its newest
// order, and has it looked at now. Whoever acts in the context has ordered it.
func OrderHandOver(ctx context.Context, tx pgx.Tx, tenant wa.TenantID, person wa.AgentID, o Order) (id int64, err error) {
	body, by := HandOver{ToAgent: o.ToAgent, ToTeam: o.ToTeam, Split: o.Split}, audit.Actor(ctx)
	if o.ToAgent != "" {
		const name = `SELECT name FROM staff WHERE tenant_id = $1 AND id = $2`
		if err := tx.QueryRow(ctx, name, tenant, o.ToAgent).Scan(&body.ToAgentName); err != nil {
			return 0, err
		}
	}
	encoded, err := json.Marshal(body)
	if err != nil {
		return 0, err
	}
	// Rights that became narrower say of nobody who gets what: an order under way does,
	// and stays.
	names := o.ToAgent != "" || o.ToTeam != "" || len(o.Split) > 0
	const order = `
INSERT INTO job AS j (tenant_id, kind, key, body, by_id, by_name) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (tenant_id, kind, key) WHERE ended_at IS NULL
DO UPDATE SET next_try = now(), body = CASE WHEN $7 THEN excluded.body ELSE j.body END,
    by_id = CASE WHEN $7 THEN excluded.by_id ELSE j.by_id END, by_name = CASE WHEN $7 THEN excluded.by_name ELSE j.by_name END
RETURNING id`
	if err := tx.QueryRow(ctx, order, tenant, KindHandOver, person, encoded, by.ID, by.Name, names).Scan(&id); err != nil {
		return 0, err
	}
	if !names {
		_, err = tx.Exec(ctx, `UPDATE job_item SET next_try = now() WHERE job_id = $1`, id)
		return id, err
	}
	// The new order may help what failed, and its split is another.
	_, err = tx.Exec(ctx, `UPDATE job_item SET next_try = now(), target = CASE WHEN state = 'done' THEN target ELSE '' END WHERE job_id = $1`, id)
	return id, err
}

const jobColumns = ` j.id, j.tenant_id, j.kind, j.key, j.body, j.by_id, j.by_name, j.done, j.failed, j.refused, j.created_at, j.ended_at`

func scanJob(row pgx.CollectableRow) (j Job, err error) {
	var ended *time.Time
	var body []byte
	err = row.Scan(&j.ID, &j.TenantID, &j.Kind, &j.Key, &body, &j.By, &j.ByName, &j.Done, &j.Failed, &j.Refused, &j.CreatedAt, &ended)
	j.EndedAt = inbox.OrZero(ended)
	if err != nil {
		return j, err
	}
	into := any(&j.HandOver)
	if j.Kind == KindHold {
		into = &j.Hold
	}
	return j, json.Unmarshal(body, into)
}

// List returns the newest jobs of a tenant.
func (s *Jobs) List(ctx context.Context, tenant wa.TenantID, limit int) ([]Job, error) {
	return persistence.Collect(ctx, s.pool, "list jobs", scanJob,
		`SELECT`+jobColumns+` FROM job j WHERE j.tenant_id = $1 ORDER BY j.id DESC LIMIT $2`, tenant, limit)
}

// Get returns one job of a tenant, or ErrNotFound.
func (s *Jobs) Get(ctx context.Context, tenant wa.TenantID, id int64) (Job, error) {
	list, err := persistence.Collect(ctx, s.pool, "read job", scanJob,
		`SELECT`+jobColumns+` FROM job j WHERE j.tenant_id = $1 AND j.id = $2`, tenant, id)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("read job %d: %w", id, persistence.ErrNotFound)
	}
	if err != nil {
		return Job{}, err
	}
	return list[0], nil
}

// Items returns what became of a job's conversations, in their order after one.
func (s *Jobs) Items(ctx context.Context, job int64, after string, limit int) ([]Item, error) {
	return persistence.Collect(ctx, s.pool, "list items of job", pgx.RowToStructByPos[Item],
		`SELECT item, state, result, tries FROM job_item WHERE job_id = $1 AND item > $2 ORDER BY item LIMIT $3`, job, after, limit)
}

// kept is how long a job that ended is listed.
const kept = 30 * 24 * time.Hour

// Prune removes jobs that ended more than 30 days ago, with their items, and says
// how many.
func (s *Jobs) Prune(ctx context.Context) (int64, error) {
	tag, err := s.pool.Exec(ctx, `
DELETE FROM job WHERE id IN (SELECT id FROM job WHERE ended_at < now() - $1::interval FOR UPDATE SKIP LOCKED)`, kept)
	if err != nil {
		return 0, fmt.Errorf("prune jobs: %w", err)
	}
	return tag.RowsAffected(), nil
}

// Lane parts the jobs that a member does beside each other, one of each lane at a time:
// whoever pauses numbers does not wait for the minutes that a merge of teams takes.
type Lane int

// Lanes.
const (
	LaneLong  Lane = iota // what touches conversations
	LaneShort             // what touches numbers: KindHold
)

// Claim takes a job of a lane that is due for a member: one that nobody has, or somebody
// whose lease has ended. ErrNotFound: there is none.
func (s *Jobs) Claim(ctx context.Context, member string, lane Lane) (Job, error) {
	const claim = `
UPDATE job j SET claimed_by = $1 WHERE j.id = (
    SELECT id FROM job WHERE ended_at IS NULL AND next_try <= now() AND (kind = $2) = $3
        AND (claimed_by IS NULL OR claimed_by = $1
            OR NOT EXISTS (SELECT FROM member m WHERE m.id = claimed_by AND m.lease_until > now()))
    ORDER BY next_try LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING` + jobColumns
	list, err := persistence.Collect(ctx, s.pool, "claim job", scanJob, claim, member, KindHold, lane == LaneShort)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("claim job: %w", persistence.ErrNotFound)
	}
	if err != nil {
		return Job{}, err
	}
	return list[0], nil
}

// jobBackoff bounds the pause after an item failed.
const (
	jobBackoffFirst = 2 * time.Second
	jobBackoffMost  = 5 * time.Minute
)

// ErrLost says that another member has the job, or it has ended.
var ErrLost = errors.New("the job is another member's")

// hold locks a job that the member has claimed.
func hold(ctx context.Context, tx pgx.Tx, job int64, member string) error {
	const lock = `SELECT FROM job WHERE id = $1 AND claimed_by = $2 AND ended_at IS NULL FOR UPDATE`
	tag, err := tx.Exec(ctx, lock, job, member)
	if err == nil && tag.RowsAffected() == 0 {
		return ErrLost
	}
	return err
}

func argsOf(j *Job) pgx.NamedArgs {
	return pgx.NamedArgs{
		"key": j.Key, "tenant": j.TenantID, "job": j.ID,
		"phases": actorpb.ViewAll.Phases(),
	}
}

// Task is one conversation of a lot. To is whom the split of the job gives it to; "":
// it goes where the job says.
type Task struct {
	Item string
	To   wa.AgentID
}

// Lot takes the next conversations of a job of the member and notes that they are
// begun: whoever goes on after a crash finds them, and to whom they go. An empty lot of
// an ended job says that nothing is left; of one that goes on, that what failed has to
// wait. Errors: ErrLost.
func (s *Jobs) Lot(ctx context.Context, j *Job, member string, limit int) (tasks []Task, ended bool, err error) {
	args, of := argsOf(j), queriesOf(j.Kind)
	args["limit"] = limit
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if err := hold(ctx, tx, j.ID, member); err != nil {
			return err
		}
		// What a crash left begun and is the job's no more was done, or needs it no more.
		already := `UPDATE job_item i SET state = 'done', result = 'already'
WHERE i.job_id = @job AND i.state IN ('begun', 'failed') AND NOT EXISTS (` + of.still + `)`
		if _, err := tx.Exec(ctx, already, args); err != nil {
			return err
		}
		take := `
INSERT INTO job_item (job_id, item, state)
SELECT @job, h.item, 'begun' FROM (` + of.left + `) h LEFT JOIN job_item i ON i.job_id = @job AND i.item = h.item
WHERE i.item IS NULL OR i.next_try <= now() ORDER BY h.item LIMIT @limit
ON CONFLICT (job_id, item) DO UPDATE SET state = 'begun', tries = job_item.tries + 1
RETURNING item, target`
		rows, err := tx.Query(ctx, take, args)
		if err != nil {
			return err
		}
		if tasks, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Task]); err != nil {
			return err
		}
		if len(tasks) > 0 {
			return share(ctx, tx, j, tasks)
		}
		const end = `
UPDATE job j SET done = n.done, failed = n.failed, refused = n.refused, claimed_by = NULL, next_try = coalesce(n.next_try, j.next_try),
    ended_at = CASE WHEN n.next_try IS NULL THEN now() END
FROM (SELECT count(*) FILTER (WHERE state = 'done') AS done, count(*) FILTER (WHERE state IN ('begun', 'failed')) AS failed,
    count(*) FILTER (WHERE state = 'refused') AS refused, min(next_try) FILTER (WHERE state IN ('begun', 'failed')) AS next_try FROM job_item WHERE job_id = @job) n
WHERE j.id = @job RETURNING j.ended_at IS NOT NULL`
		return tx.QueryRow(ctx, end, args).Scan(&ended)
	})
	if err != nil {
		return nil, false, fmt.Errorf("take lot of job %d: %w", j.ID, err)
	}
	return tasks, ended, nil
}

// Record stores what became of a lot. Errors: ErrJobLost.
func (s *Jobs) Record(ctx context.Context, j *Job, member string, items []Item) error {
	names, states, results := make([]string, len(items)), make([]string, len(items)), make([]string, len(items))
	for n, item := range items {
		names[n], states[n], results[n] = item.Item, string(item.State), item.Result
	}
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if err := hold(ctx, tx, j.ID, member); err != nil {
			return err
		}
		const record = `
UPDATE job_item i SET state = r.state, result = r.result,
    next_try = now() + CASE WHEN r.state IN ('done', 'refused') THEN interval '0' ELSE least($5::interval * 2 ^ least(i.tries - 1, 10), $6::interval) END
FROM unnest($2::text[], $3::text[], $4::text[]) AS r(item, state, result)
WHERE i.job_id = $1 AND i.item = r.item`
		if _, err := tx.Exec(ctx, record, j.ID, names, states, results, jobBackoffFirst, jobBackoffMost); err != nil {
			return err
		}
		const count = `
UPDATE job SET done = n.done, failed = n.failed, refused = n.refused
FROM (SELECT count(*) FILTER (WHERE state = 'done') AS done, count(*) FILTER (WHERE state = 'failed') AS failed,
    count(*) FILTER (WHERE state = 'refused') AS refused
    FROM job_item WHERE job_id = $1) n
WHERE id = $1`
		_, err := tx.Exec(ctx, count, j.ID)
		return err
	})
	if err != nil {
		return fmt.Errorf("record lot of job %d: %w", j.ID, err)
	}
	return nil
}

// Order says who gets the conversations that the person of a changed account may own
// no more: an agent, several of them, each his share of those of his teams, or a team's
// queue; by default, and where nobody named may own it, each goes to the queue of its
// own team.
type Order struct {
	ToAgent wa.AgentID
	ToTeam  wa.TeamID
	Split   []Share
}
