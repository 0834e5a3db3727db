package onboarding

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
)

// Permissions that matter to a number.
const (
	Messaging  = "whatsapp_business_messaging"
	Management = "whatsapp_business_management"
	Business   = "business_management" // only where the owner of an account is not told otherwise
)

// Client asks Graph. It is safe for concurrent use and keeps no tokens.
type Client struct{ graph *cloudapi.Client }

// New asks through a client, which the caller closes.
func New(graph *cloudapi.Client) *Client { return &Client{graph} }

// Token is what Meta says of an access token.
type Token struct {
	AppID     string
	AppName   string
	Kind      string     // SYSTEM_USER, USER, …; "" when not told
	ExpiresAt *time.Time // nil: never
	Scopes    []string
	// Accounts are those that the token was given; none where it was not told which.
	Accounts []wa.AccountID
	// Closed says that Meta keeps all of this to itself: what the token may do shows
	// only where it is used.
	Closed bool
}

// Has says whether the token has a permission; of one that Meta says nothing of, yes.
func (t *Token) Has(scope string) bool { return t.Closed || slices.Contains(t.Scopes, scope) }

// debugged is the answer of debug_token.
type debugged struct {
	Data struct {
		AppID       string   `json:"app_id"`
		Application string   `json:"application"`
		Type        string   `json:"type"`
		Valid       bool     `json:"is_valid"`
		Expires     int64    `json:"expires_at"` // Unix seconds; 0: never
		Access      int64    `json:"data_access_expires_at"`
		Scopes      []string `json:"scopes"`
		Granular    []struct {
			Scope   string         `json:"scope"`
			Targets []wa.AccountID `json:"target_ids"`
		} `json:"granular_scopes"`
		Error struct {
			Code    int    `json:"code"`
			Subcode int    `json:"subcode"`
			Message string `json:"message"`
		} `json:"error"`
	} `json:"data"`
}

// Inspect asks what a token is, with the token itself. It is a *Refusal where the token
// is not good, now being what the clock says.
func (c *Client) Inspect(ctx context.Context, token string, now time.Time) (Token, error) {
	var answer debugged
	query := url.Values{"input_token": {token}}
	err := judge(c.graph.Call(ctx, http.MethodGet, "/debug_token", token, query, nil, &answer), nil)
	if refused := refusal(err); refused != nil && refused.Reason != TokenInvalid && refused.Reason != TokenExpired {
		return Token{Closed: true}, nil // some tokens may not look at themselves
	}
	if err != nil {
		return Token{}, err
	}
	d := &answer.Data
	t := Token{AppID: wa.CleanText(d.AppID), AppName: wa.CleanText(d.Application), Kind: wa.CleanText(d.Type), Scopes: d.Scopes}
	if d.Expires > 0 {
		at := time.Unix(d.Expires, 0).UTC()
		t.ExpiresAt = &at
	}
	switch {
	case d.Error.Subcode == subcodeExpired, t.ExpiresAt != nil && !t.ExpiresAt.After(now):
		return t, &Refusal{Reason: TokenExpired, Code: d.Error.Code, Detail: wa.Preview(d.Error.Message)}
	case !d.Valid:
		return t, &Refusal{Reason: TokenInvalid, Code: d.Error.Code, Detail: wa.Preview(d.Error.Message)}
	}
	for _, g := range d.Granular {
		if g.Scope != Management && g.Scope != Messaging {
			continue
		}
		for _, id := range g.Targets {
			if !slices.Contains(t.Accounts, id) {
				t.Accounts = append(t.Accounts, id)
			}
		}
	}
	return t, nil
}
