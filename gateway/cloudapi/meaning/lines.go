package meaning

import (
	"encoding/json"
	"strings"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
)

// calls are the ends of calls: while one rings there is nothing to keep. A call of the
// customer opens the window as a message does; one of ours, made by another program, is
// a line. nil: a call of which nothing can be told.
func calls(raw []byte) []cloudapi.Event {
	var value struct {
		Contacts []person `json:"contacts"`
		Calls    []struct {
			ID         any `json:"id"`
			From       any `json:"from"`
			FromUser   any `json:"from_user_id"`
			FromParent any `json:"from_parent_user_id"`
			To         any `json:"to"`
			ToUser     any `json:"to_user_id"`
			ToParent   any `json:"to_parent_user_id"`
			Event      any `json:"event"`
			Direction  any `json:"direction"`
			Status     any `json:"status"`
			Timestamp  any `json:"timestamp"`
			Start      any `json:"start_time"`
			Duration   any `json:"duration"`
		} `json:"calls"`
	}
	if json.Unmarshal(raw, &value) != nil {
		return nil
	}
	var lines []cloudapi.Event
	for n := range value.Calls {
		c := &value.Calls[n]
		if text(c.Event) != "terminate" {
			continue
		}
		ours := text(c.Direction) == "BUSINESS_INITIATED"
		who := address(c.From, c.FromUser, c.FromParent)
		if ours {
			who = address(c.To, c.ToUser, c.ToParent)
		}
		who, name := known(value.Contacts, who)
		id := text(c.ID)
		if who == (wa.Addresses{}) || id == "" || len(id) > wa.MaxID {
			return nil
		}
		seconds := 0
		if d, ok := c.Duration.(float64); ok && d > 0 && d < 1e7 {
			seconds = int(d)
		}
		missed := seconds == 0 || text(c.Status) != "COMPLETED"
		content := wa.Content{Kind: wa.KindCall, Call: &wa.Call{Missed: missed, Seconds: seconds}}
		if ours {
			content = wa.Content{Kind: wa.KindSystem, System: &wa.System{Type: wa.SystemCallMade}}
		}
		at := c.Start // the window counts from when somebody called
		if second(at).IsZero() {
			at = c.Timestamp
		}
		lines = append(lines, line(id, at, who, name, content))
	}
	return lines
}

// standby is what happens while Meta's own agent answers: messages and statuses as they
// would come otherwise. nil: something else, an echo say.
func standby(raw []byte, number wa.PhoneNumberID) []cloudapi.Event {
	var value struct {
		Standby map[string]json.RawMessage `json:"standby"`
	}
	if json.Unmarshal(raw, &value) != nil {
		return nil
	}
	inner := map[string]any{"metadata": map[string]any{"phone_number_id": number}}
	for key, part := range value.Standby {
		inner[key] = part
	}
	change := map[string]any{"field": "messages", "value": inner}
	body, err := json.Marshal(map[string]any{"entry": []any{map[string]any{"changes": []any{change}}}})
	if err != nil {
		return nil
	}
	delivery, err := cloudapi.Parse(body)
	if err != nil {
		return nil
	}
	for n := range delivery.Events {
		if e := &delivery.Events[n]; e.Kind == cloudapi.KindField {
			e.Field.Name = "standby"
		}
	}
	return delivery.Events
}

// handover is a line of the thread whose customer another program answers from now on, or
// does no more.
func handover(raw []byte) []cloudapi.Event {
	type turn struct {
		Owner any `json:"new_owner_role"`
	}
	var value struct {
		Sender struct {
			Phone  any `json:"phone_number"`
			UserID any `json:"user_id"`
		} `json:"sender"`
		Type      any  `json:"type"`
		Timestamp any  `json:"timestamp"`
		Passed    turn `json:"control_passed"`
		Taken     turn `json:"control_taken"`
	}
	if json.Unmarshal(raw, &value) != nil {
		return nil
	}
	who := address(value.Sender.Phone, value.Sender.UserID, nil)
	owner := strings.ToLower(text(value.Passed.Owner) + text(value.Taken.Owner))
	if who == (wa.Addresses{}) || owner == "" {
		return nil
	}
	kind := wa.SystemHandedToUs
	if owner == "ai_agent" {
		kind = wa.SystemHandedToMeta
	}
	id := derived("handover", who.BSUID, who.Phone, text(value.Type), owner, text(value.Timestamp))
	return []cloudapi.Event{line(id, value.Timestamp, who, "", wa.Content{Kind: wa.KindSystem, System: &wa.System{Type: kind}})}
}
