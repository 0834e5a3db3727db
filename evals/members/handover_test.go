package members

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
)

// office is an installation of three members with people who own conversations, and
// customers who write on and on.
type office struct {
	*prosatest.Desk
	members map[int]*prosatest.Process
	driver  *driver
	stop    func() // the customers, and waits until their last message is acknowledged
}

// openOffice has some customers write to the number, whose conversations begin in team.
func openOffice(t *testing.T, customers int64, team string) *office {
	t.Helper()
	s := prosatest.NewSite(t, nil)
	o := &office{members: map[int]*prosatest.Process{}, driver: newDriver()}
	for range 3 {
		p := s.StartProcess(t, nil)
		o.members[p.Cmd.Process.Pid] = p
		o.driver.add(p.Url)
	}
	first := anyOf(o.members)
	s.Furnish(t, first.Url)
	o.Desk = s.Staffed(t, first.Url)
	if team != "main" {
		prosatest.Expect(t, o.Admin.Post(t, "/api/v1/teams", map[string]any{"id": team, "name": "Apoio"}), http.StatusOK)
		prosatest.Expect(t, o.Admin.Post(t, "/api/v1/teams/"+team+"/members", map[string]any{"add": []string{o.Ana.Id}}), http.StatusOK)
		prosatest.Expect(t, o.Admin.Post(t, "/api/v1/teams/"+team+"/numbers", map[string]any{"numbers": []any{prosatest.Brasil}}), http.StatusNoContent)
	}
	o.driver.people = customers
	ctx, cancel := context.WithCancel(t.Context())
	callers := o.driver.run(ctx, 8)
	o.stop = func() { cancel(); callers.Wait() }
	t.Cleanup(o.stop)
	prosatest.Grows(t, "all customers have written", o.Db, customers, `SELECT count(*) FROM conversation WHERE team_id = $1`, team)
	return o
}

// claims has a person own so many of the conversations.
func (o *office) claims(t *testing.T, who *prosatest.Person, n int64) {
	t.Helper()
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := int64(w); i < n; i += 8 {
				key := o.text(t, `SELECT phone_number_id || ':' || contact_id FROM conversation ORDER BY 1 OFFSET $1 LIMIT 1`, i)
				if a := who.Post(t, "/api/v1/conversations/"+key+"/claim", map[string]any{}); a.Status != http.StatusOK {
					t.Errorf("claim %s: %d %v", key, a.Status, a.Body)
				}
			}
		})
	}
	wg.Wait()
	prosatest.Grows(t, "they are owned", o.Db, n, `SELECT count(*) FROM conversation WHERE owner_id = $1`, who.Id)
}

func (o *office) text(t *testing.T, sql string, args ...any) (s string) {
	t.Helper()
	if err := o.Db.QueryRow(t.Context(), sql, args...).Scan(&s); err != nil {
		t.Error(err)
	}
	return s
}

// killed orders a job and kills the member that runs it, once that has come to the item
// after so many, which is not let through before. The customer of that one is silent
// meanwhile: what others write is decided beside it.
func (o *office) killed(t *testing.T, after int64, order func() prosatest.Answer) (job int64) {
	t.Helper()
	item := o.text(t, `SELECT phone_number_id || ':' || contact_id AS item FROM conversation ORDER BY item OFFSET $1 LIMIT 1`, after)
	number, contact, _ := strings.Cut(item, ":")
	address := o.text(t, `SELECT contact_address FROM conversation WHERE phone_number_id = $1 AND contact_id = $2`, number, contact)
	who, err := strconv.ParseInt(address[len(address)-8:], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	o.driver.silent.Store(who + 1)
	defer o.driver.silent.Store(0)
	held, err := o.Db.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = held.Rollback(context.WithoutCancel(t.Context())) }()
	if _, err := held.Exec(t.Context(), `SELECT FROM conversation WHERE phone_number_id = $1 AND contact_id = $2 FOR UPDATE`, number, contact); err != nil {
		t.Fatal(err)
	}
	answer := prosatest.Expect(t, order(), http.StatusOK)
	job = int64(answer.Number("job"))
	await.Eventually(t, "the job has come to "+item, prosatest.Counts(t, o.Db, 1, `SELECT count(*) FROM job_item WHERE job_id = $1 AND item = $2 AND state = 'begun'`, job, item))
	var pid int
	const runs = `SELECT split_part(s.owner, '/', 2)::int FROM job j JOIN intake_source s ON s.member = j.claimed_by WHERE j.id = $1`
	if err := o.Db.QueryRow(t.Context(), runs, job).Scan(&pid); err != nil {
		t.Fatal(err)
	}
	victim := o.members[pid]
	delete(o.members, pid)
	o.driver.remove(victim.Url)
	victim.Kill()
	t.Logf("killed with %d of the conversations done", prosatest.Scalar(t, o.Db, `SELECT count(*) FROM job_item WHERE job_id = $1 AND state = 'done'`, job))
	return job
}

// ended waits for the end of a job, and for what the customers have written, and
// returns its items, each of which says what became of a conversation.
func (o *office) ended(t *testing.T, job, want int64) map[string]string {
	t.Helper()
	prosatest.Grows(t, "the items are done", o.Db, want, `SELECT count(*) FROM job_item WHERE job_id = $1 AND state = 'done'`, job)
	await.Eventually(t, "the job has ended", prosatest.Counts(t, o.Db, 1, `SELECT count(*) FROM job WHERE id = $1 AND ended_at IS NOT NULL`, job))
	written := prosatest.Scalar(t, o.Db, `SELECT count(*) FROM message`)
	steady(t, o.Db, written+50) // the customers are heard as before
	o.stop()
	o.driver.verify(t, o.Db)
	admin := prosatest.Login(t, anyOf(o.members).Url, "admin@lume.example", prosatest.TestPassword)
	view := prosatest.Expect(t, admin.Get(t, fmt.Sprintf("/api/v1/jobs/%d?limit=1000", job)), http.StatusOK)
	if view.Number("done") != float64(want) || view.Number("failed") != 0 || view.Number("left") != 0 || view.Text("ended_at") == "" {
		t.Errorf("the job says %v done, %v failed, %v left", view.At("done"), view.At("failed"), view.At("left"))
	}
	results := map[string]string{}
	items, _ := view.At("items").([]any)
	for _, item := range items {
		of, _ := prosatest.Walk(item, "conversation").(string)
		results[of], _ = prosatest.Walk(item, "result").(string)
		if state := prosatest.Walk(item, "state"); state != "done" {
			t.Errorf("%s is %v, %s", of, state, results[of])
		}
	}
	if int64(len(results)) != want {
		t.Errorf("%d items, want %d", len(results), want)
	}
	return results
}

// owners are who owns each conversation: an agent's id, or "queue" for one that nobody
// owns. That it stands in it is judged at every version when the journals are replayed.
func (o *office) owners(t *testing.T) map[string]string {
	t.Helper()
	rows, err := o.Db.Query(t.Context(), `SELECT phone_number_id || ':' || contact_id, coalesce(owner_id, CASE WHEN phase = ANY ($1) THEN 'queue' ELSE '' END)
		FROM conversation`, actorpb.ViewUnclaimed.Phases())
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	owners := map[string]string{}
	for rows.Next() {
		var key, owner string
		if err := rows.Scan(&key, &owner); err != nil {
			t.Fatal(err)
		}
		owners[key] = owner
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return owners
}

// agree checks that what a job says of each conversation is so, and counts by owner.
// What was done and not recorded before the kill is said to be done already.
func agree(t *testing.T, owners, results map[string]string) map[string]int {
	t.Helper()
	by, already := map[string]int{}, 0
	for key, owner := range owners {
		by[owner]++
		switch results[key] {
		case owner:
		case "already":
			already++
		default:
			t.Errorf("%s is with %q, and the job says %q", key, owner, results[key])
		}
	}
	t.Logf("%v; %d were done before the kill and not recorded", by, already)
	return by
}

// Somebody with 500 conversations is shut out; two have room for some of them, the rest
// goes to the queue. The member that hands them over is killed in the middle, while the
// customers write: another goes on, and nobody gets more than his share.
func TestI12DeactivationSurvivesAKill(t *testing.T) {
	if testing.Short() {
		t.Skip("starts three processes")
	}
	const all = 500
	o := openOffice(t, all, "main")
	carla := o.Hire(t, "Carla", "agent", "main")
	for who, most := range map[string]int{o.Bruno.Id: 200, carla.Id: 150} {
		prosatest.Expect(t, o.Admin.Patch(t, "/api/v1/agents/"+who, map[string]any{"capacity": most}), http.StatusOK)
	}
	o.claims(t, o.Ana, all)
	leaves := "/api/v1/agents/" + o.Ana.Id
	if held := o.Admin.Get(t, leaves+"/handover"); held.Number("conversations") != all {
		t.Errorf("she would leave %v", held.Body)
	}
	share := func(who string, most int) map[string]any { return map[string]any{"agent_id": who, "most": most} }
	full := o.Admin.Post(t, leaves+"/disable", map[string]any{"split": []any{share(o.Bruno.Id, 201)}})
	if full.Status != http.StatusBadRequest || full.Text("field") != "split" {
		t.Errorf("more than there is room for: %d %v", full.Status, full.Body)
	}
	job := o.killed(t, all/2, func() prosatest.Answer {
		return o.Admin.Post(t, leaves+"/disable", map[string]any{"split": []any{share(o.Bruno.Id, 200), share(carla.Id, 150)}})
	})
	results := o.ended(t, job, all)
	by := agree(t, o.owners(t), results)
	if by[o.Bruno.Id] != 200 || by[carla.Id] != 150 || by["queue"] != 150 {
		t.Errorf("Bruno has %d, Carla %d, %d are in the queue", by[o.Bruno.Id], by[carla.Id], by["queue"])
	}
	if n := prosatest.Scalar(t, o.Db, `SELECT count(*) FROM event WHERE type = 'OwnerChanged'`); n != 2*all {
		t.Errorf("%d changes of owner; want a claim and one hand over of each", n)
	}
}

// A team with 100 conversations, of which somebody owns half, is merged into another.
// The member that carries them over is killed in the middle, while the customers write.
func TestI12MergeSurvivesAKill(t *testing.T) {
	if testing.Short() {
		t.Skip("starts three processes")
	}
	const all = 100
	o := openOffice(t, all, "apoio")
	o.claims(t, o.Ana, all/2)
	job := o.killed(t, all/2, func() prosatest.Answer {
		return o.Admin.Post(t, "/api/v1/teams/apoio/merge", map[string]any{"into": "main"})
	})
	results := o.ended(t, job, all)
	by := agree(t, o.owners(t), results)
	if by[o.Ana.Id] != all/2 || by["queue"] != all/2 {
		t.Errorf("Ana has %d, %d are in the queue", by[o.Ana.Id], by["queue"])
	}
	if n := prosatest.Scalar(t, o.Db, `SELECT count(*) FROM conversation WHERE team_id <> 'main'`); n != 0 {
		t.Errorf("%d are left in a team that is gone", n)
	}
}
