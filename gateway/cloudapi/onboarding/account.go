package onboarding

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/prosa-chat/prosa/actors/wa"
)

// numberPages bounds how many pages of an account's numbers are read: 500.
const numberPages = 5

// Account is a WhatsApp Business Account.
type Account struct {
	ID            wa.AccountID
	Name          string
	Portfolio     wa.PortfolioID // that owns it; "" when not told
	PortfolioName string
}

// Number is one as Meta has it.
type Number struct {
	ID       wa.PhoneNumberID
	Display  string // as people write it
	Name     string // verified name
	Verified bool   // the business has shown that the number is its own
	Live     bool   // registered: it sends and receives by the API
	OnPhone  bool   // the WhatsApp Business app is used beside the API
	Quality  string
}

// Subscriber is an app that gets the webhooks of an account.
type Subscriber struct {
	ID       string
	Name     string
	Override string // where they go instead of the app's own callback; "" none
}

func path(id, edge string) string {
	if edge != "" {
		edge = "/" + edge
	}
	return "/" + url.PathEscape(id) + edge
}

func refusal(err error) *Refusal {
	r, _ := errors.AsType[*Refusal](err)
	return r
}

// Account asks for an account and who owns it.
func (c *Client) Account(ctx context.Context, id wa.AccountID, token string) (Account, error) {
	var answer struct {
		ID    wa.AccountID `json:"id"`
		Name  string       `json:"name"`
		Owner struct {
			ID   wa.PortfolioID `json:"id"`
			Name string         `json:"name"`
		} `json:"owner_business_info"`
	}
	query := url.Values{"fields": {"id,name,owner_business_info"}}
	if err := c.graph.Call(ctx, http.MethodGet, path(string(id), ""), token, query, nil, &answer); err != nil {
		return Account{}, judge(err, nil)
	}
	return Account{
		ID: id, Name: wa.CleanText(answer.Name), Portfolio: answer.Owner.ID, PortfolioName: wa.CleanText(answer.Owner.Name),
	}, nil
}

// number is how Graph writes one.
type number struct {
	ID       wa.PhoneNumberID `json:"id"`
	Display  string           `json:"display_phone_number"`
	Name     string           `json:"verified_name"`
	Verified string           `json:"code_verification_status"`
	Status   string           `json:"status"`
	Platform string           `json:"platform_type"`
	OnPhone  bool             `json:"is_on_biz_app"`
	Quality  string           `json:"quality_rating"`
}

const numberFields = "id,display_phone_number,verified_name,code_verification_status,status,platform_type,is_on_biz_app,quality_rating"

// Where a number is and how it fares, in Meta's words. A number that is live stays so
// when its verification has expired.
const (
	verified  = "VERIFIED"
	connected = "CONNECTED"
	byAPI     = "CLOUD_API"
)

func (n *number) read() Number {
	return Number{
		ID: n.ID, Display: wa.CleanText(n.Display), Name: wa.CleanText(n.Name), Verified: n.Verified == verified,
		Live: n.Status == connected && n.Platform == byAPI, OnPhone: n.OnPhone, Quality: wa.CleanText(n.Quality),
	}
}

// Numbers lists the numbers of an account, the first 500.
func (c *Client) Numbers(ctx context.Context, account wa.AccountID, token string) (list []Number, err error) {
	after := ""
	for range numberPages {
		var answer struct {
			Data   []number `json:"data"`
			Paging struct {
				Cursors struct {
					After string `json:"after"`
				} `json:"cursors"`
				Next string `json:"next"`
			} `json:"paging"`
		}
		query := url.Values{"fields": {numberFields}, "limit": {"100"}}
		if after != "" {
			query.Set("after", after)
		}
		if err := c.graph.Call(ctx, http.MethodGet, path(string(account), "phone_numbers"), token, query, nil, &answer); err != nil {
			return nil, judge(err, nil)
		}
		for i := range answer.Data {
			list = append(list, answer.Data[i].read())
		}
		if after = answer.Paging.Cursors.After; after == "" || answer.Paging.Next == "" {
			break
		}
	}
	return list, nil
}

// Number asks for one number.
func (c *Client) Number(ctx context.Context, id wa.PhoneNumberID, token string) (Number, error) {
	var answer number
	query := url.Values{"fields": {numberFields}}
	if err := c.graph.Call(ctx, http.MethodGet, path(string(id), ""), token, query, nil, &answer); err != nil {
		return Number{}, judge(err, nil)
	}
	return answer.read(), nil
}

// do asks for something to be done, whose answer says only that it was.
func (c *Client) do(ctx context.Context, path, token string, query url.Values, body any, of map[int]Reason) error {
	var answer struct {
		Success bool `json:"success"`
	}
	err := c.graph.Call(ctx, http.MethodPost, path, token, query, body, &answer)
	if err == nil && !answer.Success {
		return &Refusal{Reason: Refused, Detail: "Meta answers that it was not done"}
	}
	return judge(err, of)
}

// Subscribe has the webhooks of an account go to the token's app. Doing it again
// changes nothing.
func (c *Client) Subscribe(ctx context.Context, account wa.AccountID, token string) error {
	return c.do(ctx, path(string(account), "subscribed_apps"), token, nil, nil, nil)
}

// Subscribers lists the apps that get the webhooks of an account.
func (c *Client) Subscribers(ctx context.Context, account wa.AccountID, token string) ([]Subscriber, error) {
	var answer struct {
		Data []struct {
			App struct {
				ID   string `json:"id"`
				Name string `json:"name"`
			} `json:"whatsapp_business_api_data"`
			Override string `json:"override_callback_uri"`
		} `json:"data"`
	}
	if err := c.graph.Call(ctx, http.MethodGet, path(string(account), "subscribed_apps"), token, nil, nil, &answer); err != nil {
		return nil, judge(err, nil)
	}
	var list []Subscriber
	for _, s := range answer.Data {
		list = append(list, Subscriber{wa.CleanText(s.App.ID), wa.CleanText(s.App.Name), wa.CleanText(s.Override)})
	}
	return list, nil
}
