package cloudapi

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
)

// DeliveryEvent is one step of a message in Meta's own records.
type DeliveryEvent struct {
	Status       wa.Status // sent, delivered, read, failed, deleted, accepted
	WebhookState string    // PENDING, DELIVERED, FAILED, RETRYING: did our webhook take it
	At           time.Time
	Detail       string
}

// historyFields asks for what DeliveryEvent holds (Message History API, v23).
const historyFields = "id,message_id,events{delivery_status,webhook_update_state,timestamp,error_description}"

// MessageHistory asks Meta what became of one message, in Meta's order. It is
// evidence for sends without a status and after an outage. An empty list means
// that Meta knows nothing, which proves nothing. Its error is a *SendError.
func (c *Client) MessageHistory(ctx context.Context, number wa.PhoneNumberID, token string, wamid wa.MessageID) ([]DeliveryEvent, error) {
	query := url.Values{"message_id": {string(wamid)}, "fields": {historyFields}, "limit": {"100"}}
	var answer struct {
		Data []struct {
			Events struct {
				Data []struct {
					Status    string      `json:"delivery_status"`
					Webhook   string      `json:"webhook_update_state"`
					Timestamp looseString `json:"timestamp"`
					Detail    string      `json:"error_description"`
				} `json:"data"`
			} `json:"events"`
		} `json:"data"`
	}
	if err := c.call(ctx, http.MethodGet, numberPath(number, "message_history"), token, query, nil, &answer); err != nil {
		return nil, err
	}
	var events []DeliveryEvent
	for _, message := range answer.Data {
		for _, e := range message.Events.Data {
			at, err := unixTime(e.Timestamp)
			if err != nil {
				continue // a step without a time is no evidence
			}
			events = append(events, DeliveryEvent{
				Status: wa.Status(strings.ToLower(e.Status)), WebhookState: e.Webhook, At: at, Detail: wa.CleanText(e.Detail),
			})
		}
	}
	return events, nil
}
