package fleet

import (
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/staff"
)

const (
	mostNumbers   = 1000 // of one order
	longestReason = 200  // letters; the number's own limit
	longestHold   = 366 * 24 * time.Hour
)

// PauseBody has numbers hold back what they send.
type PauseBody struct {
	Numbers []wa.PhoneNumberID `json:"numbers"`
	All     bool               `json:"all" required:"false" doc:"What people write waits, too; else only what the assistant and broadcasts send"`
	Rate    int32              `json:"rate" required:"false" doc:"Nothing waits, but they send and receive no more messages a second than this, 1 to 1000; 0: they are paused"`
	Reason  string             `json:"reason" doc:"Shown to everybody who works with the number"`
	Until   *time.Time         `json:"until" required:"false" doc:"They go on by themselves then, unless somebody orders otherwise meanwhile; missing: when they are resumed"`
}

// ResumeBody has numbers go on.
type ResumeBody struct {
	Numbers []wa.PhoneNumberID `json:"numbers"`
}

// OrderedView is the job that carries an order out.
type OrderedView struct {
	Job int64 `json:"job" doc:"see /api/v1/jobs/{id}: one item for each number"`
}

// TouchedView is what a pause would touch now.
type TouchedView struct {
	Conversations int `json:"conversations" doc:"that are open"`
	People        int `json:"people" doc:"who own some of them"`
	Unanswered    int `json:"unanswered" doc:"whose customer wrote last"`
	Waiting       int `json:"waiting" doc:"messages that wait to be sent; no more than 1000 of a number are counted"`
}

func checkNumbers(list []wa.PhoneNumberID) error {
	if len(list) == 0 || len(list) > mostNumbers {
		return problem.Field("numbers", "want 1 to 1000 numbers")
	}
	for _, id := range list {
		if err := rest.CheckMetaID("numbers", string(id)); err != nil {
			return err
		}
	}
	return nil
}

// Pause begins to have numbers hold back what they send, or send slower.
func (d *Desk) Pause(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	var in PauseBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	if err := checkNumbers(in.Numbers); err != nil {
		return err
	}
	in.Reason = strings.TrimSpace(wa.CleanText(in.Reason))
	if !wa.Visible(in.Reason) {
		return problem.Field("reason", "missing: say why, for those who work with the number")
	}
	if utf8.RuneCountInString(in.Reason) > longestReason {
		return problem.Field("reason", "too long: at most 200 characters")
	}
	if in.Rate < 0 || in.Rate > highestRate || in.Rate > 0 && in.All {
		return problem.Field("rate", "want 1 to 1000 messages a second and not all, or 0 for a pause")
	}
	hold := jobs.Hold{Rate: in.Rate, Numbers: in.Numbers, All: in.All, Reason: in.Reason}
	if in.Until != nil {
		if hold.Until = in.Until.UTC().Truncate(time.Second); time.Until(hold.Until) <= 0 || time.Until(hold.Until) > longestHold {
			return problem.Field("until", "want a time to come, within a year")
		}
	}
	return d.order(w, r, who.Person.TenantID, hold)
}

// Resume begins to have numbers go on.
func (d *Desk) Resume(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	var in ResumeBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	if err := checkNumbers(in.Numbers); err != nil {
		return err
	}
	return d.order(w, r, who.Person.TenantID, jobs.Hold{Numbers: in.Numbers, Release: true})
}

func (d *Desk) order(w http.ResponseWriter, r *http.Request, tenant wa.TenantID, h jobs.Hold) error {
	if d.cfg.Jobs == nil {
		return problem.New(code.NotFound, "")
	}
	id, err := d.cfg.Jobs.OrderHold(r.Context(), tenant, h)
	if errors.Is(err, persistence.ErrNotFound) {
		return problem.Field("numbers", "want ids of numbers that are connected; see /api/v1/numbers")
	}
	if err != nil {
		return err
	}
	return rest.Write(w, http.StatusAccepted, OrderedView{id})
}

// Touched says what a pause would touch.
func (d *Desk) Touched(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	var list []wa.PhoneNumberID
	for id := range strings.SplitSeq(r.URL.Query().Get("numbers"), ",") {
		list = append(list, wa.PhoneNumberID(id))
	}
	if err := checkNumbers(list); err != nil {
		return err
	}
	if d.cfg.Fleet == nil {
		return problem.New(code.NotFound, "")
	}
	t, err := d.cfg.Fleet.Touched(r.Context(), who.Person.TenantID, list)
	if err != nil {
		return err
	}
	return rest.Write(w, http.StatusOK, TouchedView(t))
}
