package cloudapi

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi/walk"
)

// Bounds of reading a list of templates. An account has 6,000 at most (Meta,
// template management); a page of a hundred stays well below maxAnswer.
const (
	templatePage  = "100"
	templatePages = 100
)

// Template is one entry of an account's list. Components are as Meta wrote them,
// made storable; wa.ParseTemplate reads them.
type Template struct {
	ID         string
	Name       string
	Language   string
	Category   string
	Status     string // APPROVED, PENDING, REJECTED, PAUSED, …
	Quality    string // GREEN, YELLOW, RED; "" when unknown
	Reason     string // of a rejection; "" without one
	Components json.RawMessage
}

// templateItem is Meta's entry (management API, message_templates).
type templateItem struct {
	ID       looseString `json:"id"`
	Name     string      `json:"name"`
	Language string      `json:"language"`
	Category string      `json:"category"`
	Status   string      `json:"status"`
	Reason   string      `json:"rejected_reason"`
	Quality  struct {
		Score string `json:"score"`
	} `json:"quality_score"`
	Components json.RawMessage `json:"components"`
}

// Templates reads the whole list of a business account, of every status. Its error
// is always a *SendError; what was read before it is dropped.
func (c *Client) Templates(ctx context.Context, account wa.AccountID, token string) ([]Template, error) {
	query := url.Values{
		"fields": {"id,name,language,category,status,quality_score,rejected_reason,components"}, "limit": {templatePage},
	}
	var list []Template
	for range templatePages {
		var answer struct {
			Data   []templateItem `json:"data"`
			Paging struct {
				Cursors struct {
					After string `json:"after"`
				} `json:"cursors"`
				Next string `json:"next"`
			} `json:"paging"`
		}
		path := "/" + url.PathEscape(string(account)) + "/message_templates"
		if err := c.call(ctx, http.MethodGet, path, token, query, nil, &answer); err != nil {
			return nil, err
		}
		for i := range answer.Data {
			if t := answer.Data[i].template(); t.Name != "" && t.Language != "" {
				list = append(list, t)
			}
		}
		// The address in next is Meta's own; only its cursor is followed.
		after := answer.Paging.Cursors.After
		if answer.Paging.Next == "" || after == "" || after == query.Get("after") {
			return list, nil
		}
		query.Set("after", after)
	}
	return list, nil
}

func (i *templateItem) template() Template {
	t := Template{
		ID: string(i.ID), Name: wa.CleanText(i.Name), Language: wa.CleanText(i.Language), Category: wa.CleanText(i.Category),
		Status: wa.CleanText(i.Status), Quality: known(i.Quality.Score), Reason: known(i.Reason),
		Components: json.RawMessage("[]"),
	}
	if walk.First(i.Components) == '[' {
		t.Components = cleanRaw(i.Components)
	}
	return t
}

// known is "" for the words with which Meta says that there is nothing to say.
func known(s string) string {
	if s == "UNKNOWN" || s == "NONE" {
		return ""
	}
	return wa.CleanText(s)
}

// TemplateNews is what a webhook tells of one template. What is "" was not told.
type TemplateNews struct {
	Name     string
	Language string
	Status   string
	Quality  string
	Category string
	Reason   string
}

// TemplateNews reads a field about templates; false: it is another field. A field
// that names no template, or says what is not known here, has empty news: the list
// has to be read again.
func (f *Field) TemplateNews() (TemplateNews, bool) {
	switch f.Name {
	case "message_template_status_update", "message_template_quality_update", "message_template_components_update",
		"template_category_update":
	default:
		return TemplateNews{}, false
	}
	var value struct {
		Event    string `json:"event"`
		Name     string `json:"message_template_name"`
		Language string `json:"message_template_language"`
		Reason   string `json:"reason"`
		Quality  string `json:"new_quality_score"`
		Category string `json:"new_category"`
		Correct  string `json:"correct_category"` // the change is only announced
	}
	if decode(f.Raw, &value) != nil {
		return TemplateNews{}, true
	}
	n := TemplateNews{
		Name: wa.CleanText(value.Name), Language: wa.CleanText(value.Language),
		Status: statusAfter(value.Event), Quality: known(value.Quality), Reason: known(value.Reason),
	}
	if value.Correct == "" {
		n.Category = wa.CleanText(value.Category)
	}
	return n, true
}

// statusAfter is the status that an event leads to. FLAGGED is a warning, and of
// others that Meta adds only the list tells what they mean.
func statusAfter(event string) string {
	switch event = strings.ToUpper(event); event {
	case wa.TemplateApproved, "PENDING", "REJECTED", "PAUSED", "DISABLED", "IN_APPEAL", "PENDING_DELETION", "DELETED", "ARCHIVED":
		return event
	case "REINSTATED":
		return wa.TemplateApproved
	}
	return ""
}
