package notify

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/outward"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence/notice"
	"github.com/prosa-chat/prosa/persistence/staff"
)

const (
	listMost  = 100 // notices are shown
	testsMost = 10  // letters on their way, and no test joins them
)

// ObjectView is what a notice is about.
type ObjectView struct {
	Kind string `json:"kind" enum:"number,team"`
	ID   string `json:"id"`
	Name string `json:"name,omitempty" doc:"What people called it then"`
}

// noticeView is one notice.
type noticeView struct {
	ID      int64         `json:"id"`
	Kind    notice.Kind   `json:"kind" enum:"token_died,token_expires,number_restricted,webhooks_silent,queue_aged"`
	Object  ObjectView    `json:"object"`
	Detail  notice.Detail `json:"detail"`
	BeganAt *time.Time    `json:"began_at"`
	EndedAt *time.Time    `json:"ended_at,omitempty" doc:"It is over; missing while it is so"`
}

// failureView is a letter that has not arrived.
type failureView struct {
	Channel notice.Channel `json:"channel" enum:"mail,webhook"`
	Address string         `json:"address"`
	At      *time.Time     `json:"at"`
	GivenUp bool           `json:"given_up" doc:"It is not tried again"`
	Error   string         `json:"error"`
}

// noticeList is all that a page of notices shows.
type noticeList struct {
	Notices    []noticeView  `json:"notices" doc:"Those that are so, the newest first, then those that are over; at most 100"`
	Open       int           `json:"open" doc:"How many of them are so"`
	SendsMail  bool          `json:"sends_mail" doc:"Whether the installation can send mail"`
	WebhookURL string        `json:"webhook_url,omitempty"`
	Failures   []failureView `json:"failures" doc:"What of the last day has not arrived"`
}

// List shows notices, and how they fare on their way.
func (n *Notifier) List(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if n == nil {
		return problem.New(code.NotFound, "")
	}
	ctx, tenant := r.Context(), who.Person.TenantID
	list, err := n.cfg.Store.List(ctx, tenant, listMost)
	if err != nil {
		return err
	}
	failures, err := n.cfg.Store.Failures(ctx, tenant)
	if err != nil {
		return err
	}
	v := noticeList{Notices: make([]noticeView, len(list)), Failures: make([]failureView, len(failures)), SendsMail: n.cfg.Mail != nil}
	if v.WebhookURL, err = n.cfg.Store.WebhookURL(ctx, tenant); err != nil {
		return err
	}
	for i := range list {
		of := &list[i]
		v.Notices[i] = noticeView{
			of.ID, of.Kind, ObjectView{of.Object.Kind, of.Object.ID, of.Object.Name}, of.Detail, view.StoredTime(of.BeganAt), nil,
		}
		if of.EndedAt == nil {
			v.Open++
		} else {
			v.Notices[i].EndedAt = view.StoredTime(*of.EndedAt)
		}
	}
	for i, f := range failures {
		v.Failures[i] = failureView{f.Channel, f.Address, view.StoredTime(f.At), f.GivenUp, f.Error}
	}
	return rest.Write(w, http.StatusOK, v)
}

// webhookBody says where notices are sent.
type webhookBody struct {
	URL string `json:"url" doc:"An https address of the open internet; empty takes the webhook away" maxLength:"2000"`
}

// webhookView is the webhook that was set.
type webhookView struct {
	URL    string `json:"url"`
	Secret string `json:"secret,omitempty" doc:"Signs each body (HMAC-SHA256, header X-Prosa-Signature-256: sha256=<hex>); shown only here"`
}

const maxURL = 2000

// SetWebhook sets or takes away the address that notices are sent to.
func (n *Notifier) SetWebhook(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if n == nil {
		return problem.New(code.NotFound, "")
	}
	var in webhookBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	if err := n.checkURL(r.Context(), in.URL); err != nil {
		return err
	}
	secret, err := n.cfg.Store.SetWebhook(r.Context(), who.Person.TenantID, in.URL)
	if err != nil {
		return err
	}
	return rest.Write(w, http.StatusOK, webhookView{in.URL, secret})
}

func (n *Notifier) checkURL(ctx context.Context, text string) error {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || len(text) > maxURL || !rest.Storable(text):
		return problem.Field("url", "want an address such as https://hooks.example.com/prosa")
	case u.Scheme != "https" && !(n.cfg.Private && u.Scheme == "http"):
		return problem.Field("url", "want https: what is told there is nobody else's")
	case u.User != nil:
		return problem.Field("url", "want no name and password in it: each body is signed")
	case n.cfg.Private:
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	if err := outward.Check(ctx, u.Hostname()); err != nil {
		return problem.Field("url", "the address is of a private network, and webhooks go to the open internet: name a public one, or ask whoever runs this installation to set PROSA_PRIVATE_ADDRESSES")
	}
	return nil
}

// testBody asks for a letter.
type testBody struct {
	Channel notice.Channel `json:"channel" enum:"mail,webhook"`
}

// Test sends a letter to whoever asks, or to the webhook.
func (n *Notifier) Test(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if n == nil {
		return problem.New(code.NotFound, "")
	}
	var in testBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	ctx, tenant := r.Context(), who.Person.TenantID
	waiting, err := n.cfg.Store.Waiting(ctx, tenant)
	if err != nil {
		return err
	}
	if waiting >= testsMost {
		return problem.Field("channel", "earlier letters have not arrived yet: wait until they have, or mend what keeps them")
	}
	var letter notice.Letter
	switch in.Channel {
	case notice.Mail:
		if n.cfg.Mail == nil {
			return problem.Field("channel", "the installation sends no mail: whoever runs it sets PROSA_SMTP_URL")
		}
		holds, err := n.cfg.Settings(tenant)
		if err != nil {
			return err
		}
		w := wordsOf(holds.Language)
		letter = notice.Letter{Channel: notice.Mail, Address: who.Person.Email, Subject: w.test[0], Text: w.test[1] + "\n"}
	case notice.Webhook:
		to, err := n.cfg.Store.WebhookURL(ctx, tenant)
		if err != nil {
			return err
		}
		if to == "" {
			return problem.Field("channel", "there is no webhook: set one first")
		}
		letter = webhookLetter(to, Event{Type: "test", TenantID: string(tenant)})
	default:
		return problem.Field("channel", "want mail or webhook")
	}
	if err := n.cfg.Store.Post(ctx, tenant, letter); err != nil {
		return err
	}
	w.WriteHeader(http.StatusAccepted)
	return nil
}

// Invite sends the link of an invitation to whom it is for, and says whether it is on
// its way: where no mail is sent, whoever invites passes the link on.
func (n *Notifier) Invite(ctx context.Context, tenant wa.TenantID, company, by, to, link string) (bool, error) {
	if n == nil || n.cfg.Mail == nil {
		return false, nil
	}
	holds, err := n.cfg.Settings(tenant)
	if err != nil {
		return false, err
	}
	w := wordsOf(holds.Language)
	return true, n.cfg.Store.Post(ctx, tenant, notice.Letter{
		Channel: notice.Mail, Address: to, Subject: oneLine(fmt.Sprintf(w.invite[0], by)), Text: fmt.Sprintf(w.invite[1], oneLine(company)) + "\n\n" + link + "\n",
	})
}
