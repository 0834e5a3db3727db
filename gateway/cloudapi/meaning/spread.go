package meaning

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
)

// Spread puts what stands inside of fields in their place: a field that tells of several
// people becomes a message of each, a line of the thread. The first takes the field's
// index, further ones come after the last of the delivery, so that the same body always
// gives the same indexes. What tells of nobody stays as it is.
func Spread(events []cloudapi.Event) []cloudapi.Event {
	var out []cloudapi.Event // nil while nothing was spread
	next := len(events)
	for n := range events {
		lines := linesOf(&events[n])
		if lines == nil {
			if out != nil {
				out = append(out, events[n])
			}
			continue
		}
		if out == nil {
			out = append(make([]cloudapi.Event, 0, len(events)+len(lines)), events[:n]...)
		}
		for i := range lines {
			line := lines[i]
			line.AccountID, line.PhoneNumberID, line.DisplayNumber = events[n].AccountID, events[n].PhoneNumberID, events[n].DisplayNumber
			if line.Index = events[n].Index; i > 0 {
				line.Index = next
				next++
			}
			out = append(out, line)
		}
	}
	if out == nil {
		return events
	}
	return out
}

// linesOf are the events that a field holds; nil: none of its own.
func linesOf(e *cloudapi.Event) []cloudapi.Event {
	if e.Kind != cloudapi.KindField || e.PhoneNumberID == "" {
		return nil
	}
	switch e.Field.Name {
	case "user_preferences":
		return preferences(e.Field.Raw)
	case "calls":
		return calls(e.Field.Raw)
	case "standby":
		return standby(e.Field.Raw, e.PhoneNumberID)
	case "messaging_handovers":
		return handover(e.Field.Raw)
	}
	return nil
}

// line is a line of a person's thread.
func line(id string, at any, who wa.Addresses, name string, content wa.Content) cloudapi.Event {
	return cloudapi.Event{Kind: cloudapi.KindMessage, Message: &cloudapi.Message{
		ID: wa.MessageID(id), At: second(at), From: who.Aliases(), ProfileName: wa.CleanName(name), Content: content,
	}}
}

// derived names what Meta gives no id, by what it says.
func derived(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return parts[0] + "." + hex.EncodeToString(sum[:16])
}

// text is a value of Meta's as text: some come as numbers.
func text(v any) string {
	switch x := v.(type) {
	case string:
		return wa.CleanText(x)
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return ""
}

// second reads seconds since 1970; zero where they cannot be.
func second(v any) time.Time {
	n, err := strconv.ParseInt(text(v), 10, 64)
	if err != nil || n <= 0 || n > 253402300799 {
		return time.Time{}
	}
	return time.Unix(n, 0).UTC()
}

// address sorts keys of a person; ids past what can be stored are left out.
func address(phone, bsuid, parent any) wa.Addresses {
	short := func(v any) string {
		if s := text(v); len(s) <= wa.MaxID {
			return s
		}
		return ""
	}
	return wa.AddressesOf(short(phone), short(bsuid), short(parent))
}

// person is an entry of contacts[], or whoever an item names by the same keys.
type person struct {
	WaID     any `json:"wa_id"`
	UserID   any `json:"user_id"`
	ParentID any `json:"parent_user_id"`
	Profile  struct {
		Name any `json:"name"`
	} `json:"profile"`
}

func (p *person) address() wa.Addresses { return address(p.WaID, p.UserID, p.ParentID) }

// known adds what contacts tell of a person.
func known(people []person, who wa.Addresses) (wa.Addresses, string) {
	for n := range people {
		if a := people[n].address(); a.Meets(who) {
			return who.Fill(a), text(people[n].Profile.Name)
		}
	}
	return who, ""
}

// preferences are words of people on marketing messages.
func preferences(raw []byte) []cloudapi.Event {
	var value struct {
		Contacts []person `json:"contacts"`
		List     []struct {
			person
			Category  any `json:"category"`
			Value     any `json:"value"`
			Timestamp any `json:"timestamp"`
		} `json:"user_preferences"`
	}
	if json.Unmarshal(raw, &value) != nil {
		return nil
	}
	var lines []cloudapi.Event
	for n := range value.List {
		item := &value.List[n]
		kind := map[string]string{"stop": wa.SystemMarketingStop, "resume": wa.SystemMarketingResume}[strings.ToLower(text(item.Value))]
		who, name := known(value.Contacts, item.address())
		if kind == "" || text(item.Category) != "marketing_messages" || who == (wa.Addresses{}) {
			return nil // something else than is understood: all of it is kept
		}
		id := derived("preference", who.BSUID, who.Parent, who.Phone, kind, text(item.Timestamp))
		lines = append(lines, line(id, item.Timestamp, who, name, wa.Content{Kind: wa.KindSystem, System: &wa.System{Type: kind}}))
	}
	return lines
}
