package standing

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
)

// Reading is what Graph tells of a number, in Meta's words; "": it was not told.
type Reading struct {
	Quality, Tier, Throughput, Status, CanSend, NameStatus string
}

const fields = "id,quality_rating,whatsapp_business_manager_messaging_limit,throughput,status,name_status,health_status"

// Read asks how a number fares. Its error is always a *cloudapi.SendError.
func Read(ctx context.Context, c *cloudapi.Client, number wa.PhoneNumberID, token string) (Reading, error) {
	var answer struct {
		Quality    string `json:"quality_rating"`
		Tier       string `json:"whatsapp_business_manager_messaging_limit"`
		Status     string `json:"status"`
		NameStatus string `json:"name_status"`
		Throughput struct {
			Level string `json:"level"`
		} `json:"throughput"`
		Health struct {
			CanSend string `json:"can_send_message"`
		} `json:"health_status"`
	}
	query := url.Values{"fields": {fields}}
	if err := c.Call(ctx, http.MethodGet, "/"+url.PathEscape(string(number)), token, query, nil, &answer); err != nil {
		return Reading{}, err
	}
	return Reading{
		Quality: word(answer.Quality), Tier: word(answer.Tier), Throughput: word(answer.Throughput.Level),
		Status: word(answer.Status), CanSend: word(answer.Health.CanSend), NameStatus: word(answer.NameStatus),
	}, nil
}

// word is one of Meta's, however it writes it.
func word(text string) string {
	text = strings.ToUpper(wa.CleanText(text))
	if len(text) > 64 {
		return ""
	}
	return text
}

// News is what a webhook tells. "" says nothing of it.
type News struct {
	Display         string // of the number; "": of all numbers of the account
	Quality         string
	Tier            string
	NameStatus      string
	CanSend         string
	Restriction     string
	RestrictedUntil time.Time // zero: not told
	Freed           bool      // no restriction holds any more
}

// value has the fields of all webhooks that tell of a number's standing.
type value struct {
	Display      string `json:"display_phone_number"`
	Event        string `json:"event"`
	Limit        string `json:"current_limit"`
	Daily        any    `json:"max_daily_conversations_per_business"`
	PerPhone     any    `json:"max_daily_conversation_per_phone"`
	Decision     string `json:"decision"`
	Restrictions []struct {
		Kind       string `json:"restriction_type"`
		Expiration any    `json:"expiration"`
	} `json:"restriction_info"`
	Ban struct {
		State string `json:"waba_ban_state"`
	} `json:"ban_info"`
	Violation struct {
		Kind string `json:"violation_type"`
	} `json:"violation_info"`
}

// NewsOf reads a field of a webhook; false: it tells nothing of how a number fares.
// What it does not tell is asked of Graph.
func NewsOf(f *cloudapi.Field) (News, bool) {
	var v value
	if f.Name != "phone_number_quality_update" && f.Name != "phone_number_name_update" && f.Name != "account_update" &&
		f.Name != "business_capability_update" || json.Unmarshal(f.Raw, &v) != nil {
		return News{}, false
	}
	n := News{Display: wa.CleanText(v.Display)}
	switch f.Name {
	case "phone_number_quality_update":
		n.Tier = tier(v.Limit, v.Daily)
		switch word(v.Event) {
		case "FLAGGED":
			n.Quality = "RED"
		case "UNFLAGGED":
			n.Quality = "YELLOW"
		}
	case "phone_number_name_update":
		n.NameStatus = word(v.Decision)
	case "business_capability_update":
		n.Tier = tier("", v.Daily)
		if n.Tier == "" {
			n.Tier = tier("", v.PerPhone)
		}
	case "account_update":
		v.account(&n)
	}
	return n, true
}

// account reads what Meta does to a whole account.
func (v *value) account(n *News) {
	switch word(v.Event) {
	case "ACCOUNT_RESTRICTION":
		for _, r := range v.Restrictions {
			n.Restriction = strings.Trim(n.Restriction+" "+word(r.Kind), " ")
			if seconds, ok := r.Expiration.(float64); ok && seconds > 0 {
				if until := time.Unix(int64(seconds), 0).UTC(); until.After(n.RestrictedUntil) {
					n.RestrictedUntil = until
				}
			}
		}
		n.Freed = n.Restriction == ""
	case "DISABLED_UPDATE":
		switch state := word(v.Ban.State); state {
		case "REINSTATE":
			n.Freed = true
		default:
			n.Restriction = state
		}
	case "ACCOUNT_VIOLATION":
		n.Restriction = word(v.Violation.Kind)
	case "ACCOUNT_DELETED", "ACCOUNT_OFFBOARDED", "PARTNER_REMOVED":
		n.Restriction = word(v.Event)
	case "ACCOUNT_RECONNECTED":
		n.Freed = true
	}
}

// tiers are limits that some webhooks tell as a figure.
func tiers() map[float64]string {
	return map[float64]string{
		50: "TIER_50", 250: "TIER_250", 1000: "TIER_1K", 2000: "TIER_2K", 10_000: "TIER_10K", 100_000: "TIER_100K", -1: "TIER_UNLIMITED",
	}
}

func tier(text string, other any) string {
	switch o := other.(type) {
	case string:
		if text == "" {
			text = o
		}
	case float64:
		if text == "" {
			text = tiers()[o]
		}
	}
	return word(text)
}
