package fleet

import (
	"net/http"
	"time"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// HistoryView is how a number fared.
type HistoryView struct {
	Hours   []HourView   `json:"hours" doc:"The one under way and the 23 before it, the oldest first"`
	Ratings []RatingView `json:"ratings" doc:"What Meta said of the number within a year, the newest first; no more than 50"`
	Month   TallyView    `json:"month" doc:"of 30 days"`
	Echoes  int          `json:"echoes" doc:"messages written on the phone of a number with coexistence, of 30 days; they are counted, and stored as they came"`
	EchoAt  *time.Time   `json:"echo_at,omitempty" doc:"the hour in which the last of them came"`
}

// HourView is what went through a number in an hour.
type HourView struct {
	At *time.Time `json:"at" doc:"when it began"`
	TallyView
}

// RatingView is what Meta said of a number from a time on.
type RatingView struct {
	At      *time.Time `json:"at"`
	Quality string     `json:"quality,omitempty" doc:"GREEN, YELLOW, RED or UNKNOWN"`
	Tier    string     `json:"tier,omitempty" doc:"TIER_250, …, TIER_UNLIMITED"`
}

// History answers with how a number of the tenant fared.
func (d *Desk) History(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if d.cfg.Fleet == nil {
		return problem.New(code.NotFound, "")
	}
	id := wa.PhoneNumberID(r.PathValue("id"))
	if rest.CheckMetaID("id", string(id)) != nil {
		return problem.New(code.NotFound, "") // no number has such an id
	}
	h, err := d.cfg.Fleet.History(r.Context(), who.Person.TenantID, id)
	if err != nil {
		return err
	}
	v := HistoryView{
		Hours: make([]HourView, len(h.Hours)), Ratings: make([]RatingView, len(h.Ratings)),
		Month: viewTally(h.Month), Echoes: h.Month.Echoes, EchoAt: view.StoredTime(h.EchoAt),
	}
	for i, o := range h.Hours {
		v.Hours[i] = HourView{view.StoredTime(o.At), viewTally(o.Tally)}
	}
	for i, o := range h.Ratings {
		v.Ratings[i] = RatingView{view.StoredTime(o.At), o.Quality, o.Tier}
	}
	return rest.Write(w, http.StatusOK, v)
}
