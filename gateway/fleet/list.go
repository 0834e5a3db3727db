package fleet

import (
	"context"
	"net/http"
	"time"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/api"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/fleet"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// Config wires a Desk. What it lacks a part for is not found: without Jobs no number can be
// paused.
type Config struct {
	Fleet   *fleet.Fleet
	Numbers *numbers.Numbers
	Jobs    *jobs.Jobs
	Grains  *api.Numbers // ask the numbers themselves
	Audit   *audit.Log
}

// Desk serves what administrators do with their numbers.
type Desk struct{ cfg Config }

// New makes a Desk.
func New(cfg Config) *Desk { return &Desk{cfg} }

// NumberView is a number with all that is known of how it fares.
type NumberView struct {
	Number          api.NumberView `json:"number"`
	AccountID       wa.AccountID   `json:"account_id"`
	Language        string         `json:"language,omitempty" doc:"that it speaks by default, such as pt-BR"`
	Revision        int64          `json:"revision" doc:"of what administrators set; see the change of a number"`
	Troubles        []string       `json:"troubles" enum:"token_dead,token_missing,blocked,offline,restricted,silent,quality_low,token_expires,name_refused,unread" doc:"The worst first; none: all is well"`
	TroubleSince    *time.Time     `json:"trouble_since,omitempty"`
	Quality         string         `json:"quality,omitempty" doc:"GREEN, YELLOW, RED or UNKNOWN, as Meta says"`
	Tier            string         `json:"tier,omitempty" doc:"how many people may be written to in a day, as Meta says: TIER_250, …, TIER_UNLIMITED"`
	Throughput      string         `json:"throughput,omitempty" doc:"STANDARD, HIGH or NOT_APPLICABLE, as Meta says"`
	Status          string         `json:"status,omitempty" doc:"CONNECTED, FLAGGED, BANNED, …, as Meta says"`
	CanSend         string         `json:"can_send,omitempty" doc:"AVAILABLE, LIMITED or BLOCKED, as Meta says"`
	NameStatus      string         `json:"name_status,omitempty" doc:"of the name that customers see: APPROVED, DECLINED, …, as Meta says"`
	Restriction     string         `json:"restriction,omitempty" doc:"what Meta does not let the account do, in its words"`
	RestrictedUntil *time.Time     `json:"restricted_until,omitempty"`
	Token           string         `json:"token,omitempty" enum:"good,dead,missing" doc:"missing from the answer: nobody has asked yet"`
	TokenSince      *time.Time     `json:"token_since,omitempty"`
	TokenExpiresAt  *time.Time     `json:"token_expires_at,omitempty" doc:"missing: never, or Meta does not say"`
	ReadAt          *time.Time     `json:"read_at,omitempty" doc:"when Meta last told how the number fares"`
	Failure         string         `json:"failure,omitempty" doc:"why Meta could not be asked last"`
	ReceivedAt      *time.Time     `json:"received_at,omitempty" doc:"of the last webhook about it; may be half a minute late"`
	SentAt          *time.Time     `json:"sent_at,omitempty" doc:"of the last message that Meta took; may be half a minute late"`
	Waiting         int            `json:"waiting" doc:"messages that wait to be sent; no more than 1000 are counted"`
	PerSecond       float64        `json:"per_second" doc:"messages in and out a second, over a minute that ended some 10 s ago; the number's rate is what it may"`
	Day             TallyView      `json:"day" doc:"of the hour under way and the 23 before it; some seconds late"`
}

// TallyView counts messages.
type TallyView struct {
	Received int `json:"received" doc:"of customers"`
	Sent     int `json:"sent" doc:"that Meta took"`
	Failed   int `json:"failed" doc:"that Meta refused for good, or reported as failed"`
}

func viewTally(t fleet.Tally) TallyView { return TallyView{t.Received, t.Sent, t.Failed} }

// listView are the numbers of a tenant, by name.
type listView struct {
	Numbers []NumberView `json:"numbers"`
}

// List answers with all numbers of the tenant.
func (d *Desk) List(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if d.cfg.Fleet == nil {
		return problem.New(code.NotFound, "")
	}
	list, err := d.cfg.Fleet.List(r.Context(), who.Person.TenantID)
	if err != nil {
		return err
	}
	return rest.Write(w, http.StatusOK, listView{d.views(r.Context(), list)})
}

// views asks the numbers themselves, and judges anew: trouble comes with time.
func (d *Desk) views(ctx context.Context, list []fleet.Listed) []NumberView {
	views, shown, now := make([]NumberView, len(list)), make([]api.Shown, len(list)), time.Now()
	for i, l := range list {
		shown[i] = api.Shown{ID: l.Number, Team: l.Team, Display: l.Display, Name: l.Name}
	}
	for i, number := range d.cfg.Grains.Views(ctx, shown) {
		l := &list[i]
		v := NumberView{
			Number: number, AccountID: l.Account, Language: l.Language, Revision: l.Revision, Troubles: []string{},
			Quality: l.Quality, Tier: l.Tier, Throughput: l.Throughput, Status: l.Status, CanSend: l.CanSend, NameStatus: l.NameStatus,
			Token: string(l.Token), TokenSince: view.StoredTime(l.TokenSince), TokenExpiresAt: view.StoredTime(l.TokenExpiresAt),
			ReadAt: view.StoredTime(l.ReadAt), Failure: l.Failure,
			ReceivedAt: view.StoredTime(l.ReceivedAt), SentAt: view.StoredTime(l.SentAt), Waiting: l.Waiting,
			PerSecond: float64(l.Brief.Received+l.Brief.Sent) / time.Minute.Seconds(), Day: viewTally(l.Day),
			TroubleSince: view.StoredTime(l.TroubleSince),
		}
		for _, t := range fleet.Judge(&l.Standing, now) {
			v.Troubles = append(v.Troubles, string(t))
			if t == fleet.Restricted {
				v.Restriction, v.RestrictedUntil = l.Restriction, view.StoredTime(l.RestrictedUntil)
			}
		}
		views[i] = v
	}
	return views
}

// one answers with one number of the tenant.
func (d *Desk) one(w http.ResponseWriter, r *http.Request, tenant wa.TenantID, id wa.PhoneNumberID) error {
	list, err := d.cfg.Fleet.List(r.Context(), tenant)
	if err != nil {
		return err
	}
	for i := range list {
		if list[i].Number == id {
			return rest.Write(w, http.StatusOK, d.views(r.Context(), list[i:i+1])[0])
		}
	}
	return problem.New(code.NotFound, "")
}
