package gateway

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// jobView is something that touches many conversations and is done by and by.
type jobView struct {
	ID        int64         `json:"id"`
	Kind      string        `json:"kind"`
	AgentID   string        `json:"agent_id"` // whose conversations are handed over
	By        partyView     `json:"by"`
	Done      int           `json:"done"`
	Failed    int           `json:"failed"` // at their last try; they are tried again
	CreatedAt *time.Time    `json:"created_at"`
	EndedAt   *time.Time    `json:"ended_at,omitempty"` // missing: under way
	Items     []jobItemView `json:"items,omitempty"`    // of one job only
	Next      string        `json:"next,omitempty"`     // more items follow: ask with after
}

// jobItemView is what became of one conversation. Result is the agent or team that
// got it, queue, already (nothing was to do), or why it failed.
type jobItemView struct {
	Conversation string `json:"conversation"`
	State        string `json:"state"` // begun, done, failed
	Result       string `json:"result,omitempty"`
	Tries        int    `json:"tries"`
}

func viewJob(j *jobs.Job) jobView {
	return jobView{
		ID: j.ID, Kind: j.Kind, AgentID: j.Key, By: partyView{Kind: "agent", ID: string(j.By), Name: j.ByName},
		Done: j.Done, Failed: j.Failed, CreatedAt: viewStoredTime(j.CreatedAt), EndedAt: viewStoredTime(j.EndedAt),
	}
}

func (s *Server) listJobs(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if s.cfg.Jobs == nil {
		return problem("not_found", "")
	}
	limit, err := limitOf(r.URL.Query().Get("limit"), 50, 200)
	if err != nil {
		return err
	}
	jobs, err := s.cfg.Jobs.List(r.Context(), who.Person.TenantID, limit)
	if err != nil {
		return err
	}
	views := make([]jobView, len(jobs))
	for i := range jobs {
		views[i] = viewJob(&jobs[i])
	}
	return writeJSON(w, http.StatusOK, struct {
		Jobs []jobView `json:"jobs"`
	}{views})
}

func (s *Server) getJob(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if s.cfg.Jobs == nil || err != nil {
		return problem("not_found", "")
	}
	limit, err := limitOf(r.URL.Query().Get("limit"), 100, 1000)
	if err != nil {
		return err
	}
	job, err := s.cfg.Jobs.Get(r.Context(), who.Person.TenantID, id)
	if err != nil {
		return err
	}
	items, err := s.cfg.Jobs.Items(r.Context(), id, wa.CleanText(r.URL.Query().Get("after")), limit)
	if err != nil {
		return err
	}
	view := viewJob(&job)
	view.Items = make([]jobItemView, len(items))
	for i, item := range items {
		view.Items[i] = jobItemView{item.Item, string(item.State), item.Result, item.Tries}
	}
	if len(items) == limit {
		view.Next = items[limit-1].Item
	}
	return writeJSON(w, http.StatusOK, view)
}
