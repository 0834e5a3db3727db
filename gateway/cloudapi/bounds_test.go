package cloudapi

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/prosa-chat/prosa/actors/wa"
)

// Whatever id of a message or status is past the bound: that item alone is broken,
// by a reason that names the field, with all that it holds; its neighbours pass.
func TestIDsAreBounded(t *testing.T) {
	t.Parallel()
	const good = `{"id":"wamid.1","from":"1","timestamp":"1795000000","type":"text","text":{"body":"x"}}`
	message := func(field, rest string) string {
		return fmt.Sprintf(`{"id":"w","from":"1","timestamp":"1795000000","%s":"LONG",%s}`, field, rest)
	}
	const text = `"type":"text","text":{"body":"my order"}`
	tests := map[string]string{
		"id":                  `{"id":"LONG","from":"1","timestamp":"1795000000",` + text + `}`,
		"from":                `{"id":"w","from":"LONG","timestamp":"1795000000",` + text + `}`,
		"from_user_id":        message("from_user_id", text),
		"from_parent_user_id": message("from_parent_user_id", text),
		"group_id":            message("group_id", text),
		"reaction.message_id": `{"id":"w","from":"1","timestamp":"1795000000","type":"reaction","reaction":{"message_id":"LONG","emoji":"+"}}`,
		"revoke.original_message_id": `{"id":"w","from":"1","timestamp":"1795000000","type":"revoke",
			"revoke":{"original_message_id":"LONG"}}`,
		"system.user_id": `{"id":"w","from":"1","timestamp":"1795000000","type":"system",
			"system":{"type":"user_changed_user_id","user_id":"LONG","previous_user_id":"BR.1"}}`,
	}
	for _, length := range []int{wa.MaxID + 1, 3000, 9000, 1 << 20} {
		long := strings.Repeat("7", length)
		for field, item := range tests {
			item = strings.ReplaceAll(item, "LONG", long)
			delivery, err := Parse(value(`"messages":[` + good + `,` + item + `,` + good + `]`))
			if err != nil || len(delivery.Events) != 3 {
				t.Fatalf("%s: %d events, %v", field, len(delivery.Events), err)
			}
			for _, n := range []int{0, 2} {
				if got := outcome(delivery.Events[n]); got != "message text +phone" {
					t.Errorf("%s: the neighbour is %s", field, got)
				}
			}
			e := delivery.Events[1]
			want := fmt.Sprintf("id too long: field %s has %d bytes, at most %d", field, length, wa.MaxID)
			if e.Broken == nil || e.Broken.Kind != ReasonIDTooLong || e.Broken.Reason != want {
				t.Errorf("%s of %d: %s; want %q", field, length, outcome(e), want)
				continue
			}
			if string(e.Broken.Raw) != item {
				t.Errorf("%s: what the customer sent is not kept", field)
			}
		}
		delivery, err := Parse(value(`"statuses":[{"id":"` + long + `","status":"read","timestamp":"1795000000"}]`))
		if err != nil || len(delivery.Events) != 1 || delivery.Events[0].Broken == nil || delivery.Events[0].Broken.Kind != ReasonIDTooLong {
			t.Errorf("status with an id of %d bytes: %+v, %v", length, delivery.Events, err)
		}
		delivery, err = Parse([]byte(`{"entry":[{"id":"` + long + `","changes":[
			{"field":"messages","value":{"metadata":{"phone_number_id":"` + long + `"},"messages":[` + good + `]}},
			{"field":"messages","value":{"metadata":{"phone_number_id":"9"},"messages":[` + good + `]}}]}]}`))
		if err != nil || len(delivery.Events) != 2 {
			t.Fatalf("number with %d bytes: %d events, %v", length, len(delivery.Events), err)
		}
		if e := delivery.Events[0]; e.PhoneNumberID != "" || e.Broken == nil || !strings.Contains(e.Broken.Reason, "metadata.phone_number_id") {
			t.Errorf("number of %d bytes: %s", length, outcome(e))
		}
		if e := delivery.Events[1]; e.PhoneNumberID != "9" || e.Message == nil || e.AccountID != "" {
			t.Errorf("the next number is %q: %s", e.PhoneNumberID, outcome(e))
		}
	}
}

// What only decorates a message is left out or shortened, and costs it nothing.
func TestDecorationsAreBounded(t *testing.T) {
	t.Parallel()
	long, name := strings.Repeat("7", 1<<20), strings.Repeat("é🙂", 1<<18)
	delivery, err := Parse(value(`"contacts":[{"wa_id":"1","user_id":"` + long + `","profile":{"name":"` + name + `","username":"` + name + `"}}],
		"messages":[{"id":"w","from":"1","timestamp":"1795000000","context":{"id":"` + long + `"},"type":"text","text":{"body":"x"}}]`))
	if err != nil || len(delivery.Events) != 1 || delivery.Events[0].Message == nil {
		t.Fatalf("%+v, %v", delivery.Events, err)
	}
	m := delivery.Events[0].Message
	if m.Content.Quoted != "" || outcome(delivery.Events[0]) != "message text +phone" {
		t.Errorf("quotes %d bytes, %s", len(m.Content.Quoted), outcome(delivery.Events[0]))
	}
	for field, got := range map[string]string{"name": m.ProfileName, "username": m.Username} {
		if n := utf8.RuneCountInString(got); n == 0 || n > 256 || !utf8.ValidString(got) || !strings.HasPrefix(name, got) {
			t.Errorf("%s has %d characters", field, n)
		}
	}
}
