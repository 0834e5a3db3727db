package admin

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// JobView is something that touches many conversations and is done by and by.
type JobView struct {
	ID        int64         `json:"id"`
	Kind      string        `json:"kind" enum:"hand_over,team_gone,hold"`
	AgentID   string        `json:"agent_id,omitempty" doc:"Whose conversations are handed over"`
	TeamID    wa.TeamID     `json:"team_id,omitempty" doc:"The team that is gone"`
	Into      wa.TeamID     `json:"into,omitempty" doc:"The team that its conversations go to"`
	Numbers   int           `json:"numbers,omitempty" doc:"How many are paused or resumed"`
	Resumed   bool          `json:"resumed,omitempty" doc:"They go on"`
	By        view.Party    `json:"by"`
	Done      int           `json:"done"`
	Failed    int           `json:"failed" doc:"At their last try; they are tried again"`
	Refused   int           `json:"refused" doc:"For good: items name what and why"`
	CreatedAt *time.Time    `json:"created_at"`
	DueAt     *time.Time    `json:"due_at,omitempty" doc:"When pauses end: what does so waits until then"`
	EndedAt   *time.Time    `json:"ended_at,omitempty" doc:"Missing: under way"`
	Left      int           `json:"left" doc:"Not dealt with yet; of jobs under way only"`
	Items     []JobItemView `json:"items,omitempty" doc:"Of one job only"`
	Next      string        `json:"next,omitempty" doc:"More items follow: ask with after"`
}

// JobItemView is what became of one conversation. Result is the agent or team that
// got it, queue, already (nothing was to do), or why it failed.
type JobItemView struct {
	Conversation string `json:"conversation,omitempty"`
	Number       string `json:"number,omitempty" doc:"That was paused or resumed"`
	State        string `json:"state" enum:"begun,done,failed,refused"`
	Result       string `json:"result,omitempty" doc:"The agent or team that got it, queue, already (nothing was to do), paused, resumed, paused_already (the number held back more and was not changed), or why it failed or was refused"`
	Tries        int    `json:"tries"`
}

// jobListView are jobs, the newest first.
type jobListView struct {
	Jobs []JobView `json:"jobs"`
}

func viewJob(j *jobs.Job) JobView {
	v := JobView{
		ID: j.ID, Kind: j.Kind, By: view.Party{Kind: "agent", ID: string(j.By), Name: j.ByName},
		Done: j.Done, Failed: j.Failed, Refused: j.Refused, CreatedAt: view.StoredTime(j.CreatedAt), EndedAt: view.StoredTime(j.EndedAt),
	}
	switch j.Kind {
	case jobs.KindTeamGone:
		v.TeamID, v.Into = wa.TeamID(j.Key), j.HandOver.ToTeam
	case jobs.KindHold:
		v.Numbers, v.Resumed = len(j.Hold.Numbers), j.Hold.Release
		if j.Hold.Release {
			v.DueAt = view.StoredTime(j.Hold.Until)
		}
	default:
		v.AgentID = j.Key
	}
	return v
}

func (a *Jobs) ListJobs(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if a.jobs == nil {
		return problem.New(code.NotFound, "")
	}
	limit, err := rest.Limit(r.URL.Query().Get("limit"), 50, 200)
	if err != nil {
		return err
	}
	jobs, err := a.jobs.List(r.Context(), who.Person.TenantID, limit)
	if err != nil {
		return err
	}
	views := make([]JobView, len(jobs))
	for i := range jobs {
		views[i] = viewJob(&jobs[i])
		if views[i].Left, err = a.left(r.Context(), &jobs[i]); err != nil {
			return err
		}
	}
	return rest.Write(w, http.StatusOK, jobListView{views})
}

// left counts what a job has still to do.
func (a *Jobs) left(ctx context.Context, j *jobs.Job) (int, error) {
	if !j.EndedAt.IsZero() {
		return 0, nil
	}
	return a.jobs.Left(ctx, j)
}

func (a *Jobs) GetJob(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if a.jobs == nil || err != nil {
		return problem.New(code.NotFound, "")
	}
	limit, err := rest.Limit(r.URL.Query().Get("limit"), 100, 1000)
	if err != nil {
		return err
	}
	job, err := a.jobs.Get(r.Context(), who.Person.TenantID, id)
	if err != nil {
		return err
	}
	items, err := a.jobs.Items(r.Context(), id, wa.CleanText(r.URL.Query().Get("after")), limit)
	if err != nil {
		return err
	}
	view := viewJob(&job)
	if view.Left, err = a.left(r.Context(), &job); err != nil {
		return err
	}
	view.Items = make([]JobItemView, len(items))
	for i, item := range items {
		view.Items[i] = JobItemView{Conversation: item.Item, State: string(item.State), Result: item.Result, Tries: item.Tries}
		if job.Kind == jobs.KindHold {
			view.Items[i].Conversation, view.Items[i].Number = "", item.Item
		}
	}
	if len(items) == limit {
		view.Next = items[limit-1].Item
	}
	return rest.Write(w, http.StatusOK, view)
}
