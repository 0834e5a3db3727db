package cloudapi

import (
	"context"
	"net/http"
	"net/url"

	"github.com/prosa-chat/prosa/actors/wa"
)

// What a number may do, as Meta's health status says it.
const (
	canSendBlocked = "BLOCKED" // others: AVAILABLE, LIMITED
	connected      = "CONNECTED"
)

// NumberInfo is a business number as Meta knows it.
type NumberInfo struct {
	ID      wa.PhoneNumberID
	Display string // as people write it
	Name    string // verified name
	Status  string // CONNECTED, BANNED, …; "" when not told
	CanSend string // AVAILABLE, LIMITED, BLOCKED; "" when not told
}

// Fit says that nothing keeps the number from sending, as far as Meta tells.
func (n *NumberInfo) Fit() bool {
	return n.CanSend != canSendBlocked && (n.CanSend != "" || n.Status == "" || n.Status == connected)
}

// Number asks how a number fares. Its error is always a *SendError; of class
// ClassAuthStop the token is refused.
func (c *Client) Number(ctx context.Context, number wa.PhoneNumberID, token string) (NumberInfo, error) {
	var answer struct {
		ID      wa.PhoneNumberID `json:"id"`
		Display string           `json:"display_phone_number"`
		Name    string           `json:"verified_name"`
		Status  string           `json:"status"`
		Health  struct {
			CanSend string `json:"can_send_message"`
		} `json:"health_status"`
	}
	query := url.Values{"fields": {"id,display_phone_number,verified_name,status,health_status"}}
	if err := c.call(ctx, http.MethodGet, "/"+url.PathEscape(string(number)), token, query, nil, &answer); err != nil {
		return NumberInfo{}, err
	}
	return NumberInfo{
		ID: answer.ID, Display: wa.CleanText(answer.Display), Name: wa.CleanText(answer.Name),
		Status: answer.Status, CanSend: answer.Health.CanSend,
	}, nil
}
