package cloudapi

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/prosa-chat/prosa/actors/wa"
)

// sample parses a sample of one event.
func sample(t *testing.T, name string) Event {
	t.Helper()
	delivery, err := Parse(bodies(t, "testdata/webhooks/"+name)[0])
	if err != nil || len(delivery.Events) == 0 {
		t.Fatalf("parse %s: %d events, %v", name, len(delivery.Events), err)
	}
	return delivery.Events[0]
}

func TestMessageFields(t *testing.T) {
	t.Parallel()
	e := sample(t, "messages/text_bsuid_parent.json")
	want := Event{
		Kind: KindMessage, AccountID: "210987654321001", PhoneNumberID: "998877665544332", DisplayNumber: "4915550100200",
		Message: &Message{
			ID: "wamid.HBgMzs6KnOz7bH5+5PM0bV4lRBOL+24zvsYEKhczAA==",
			At: time.Unix(1795000000, 0).UTC(),
			From: []wa.Alias{
				{Kind: wa.AliasBSUID, Value: "IT.70412296615003388127"},
				{Kind: wa.AliasParentBSUID, Value: "IT.ENT.41880073319926650142"},
			},
			ProfileName: "Giulia Bianchi", Username: "giulia.b_91",
			Content: wa.Content{Kind: wa.KindText, Text: &wa.Text{Body: "parent enrolled"}},
		},
	}
	if diff := cmp.Diff(want, e); diff != "" {
		t.Error(diff)
	}
}

func TestContentOfSamples(t *testing.T) {
	t.Parallel()
	business := wa.MessageID("wamid.HBgMYotJ2W3N6XpDDdT1l3BYmeCalo95NJHktwTKAA==")
	tests := map[string]wa.Content{
		"messages/document.json": {Kind: wa.KindMedia, Media: &wa.Media{
			Type: "document", ID: "1003383421387500", MIME: "application/pdf", FileName: "contratto.pdf", Caption: "Contratto firmato",
			SHA256: "hKk3JkQ2c0m3v9b1n5t7y9u1i3o5p7a9s1d3f5g7h9I=",
		}},
		"messages/location_place.json": {Kind: wa.KindLocation, Location: &wa.Location{
			Latitude: 45.464203, Longitude: 9.189982, Name: "Duomo di Milano", Address: "Piazza del Duomo 1, Milano", URL: "https://www.duomomilano.it/",
		}},
		"messages/reaction_removed.json": {Kind: wa.KindReaction, Reaction: &wa.Reaction{Target: "wamid.HBgMZ3YSgofvLLjq15go5bdvbu+9VTeMMqb4pZR4AA=="}},
		"messages/edit_text.json": {Kind: wa.KindEdit, Edit: &wa.Edit{
			Target: business, Text: "Buongiorno, avete ancora il tavolo per domenica?",
		}},
		"messages/edit_image_caption.json": {Kind: wa.KindEdit, Edit: &wa.Edit{
			Target: "wamid.HBgMTNm3Zy1/vuj7UfseBJ9pA0IDX1Q6jv5zS3tfAA==", Text: "La ricevuta giusta",
		}},
		"messages/revoke.json":             {Kind: wa.KindRevoke, Revoke: &wa.Revoke{Target: business}},
		"messages/text_forwarded.json":     {Kind: wa.KindText, Text: &wa.Text{Body: "forwarded once"}, Forwarded: true},
		"messages/text_reply_context.json": {Kind: wa.KindText, Text: &wa.Text{Body: "Yes, that one"}, Quoted: "wamid.HBgMZ3YSgofvLLjq15go5bdvbu+9VTeMMqb4pZR4AA=="},
		"messages/interactive_list_reply.json": {
			Kind: wa.KindInteractive, Quoted: "wamid.HBgM0FW14sQiW6BlbzMccKVMS9pLNOa4OMU7Q+O9AA==",
			Interactive: &wa.Interactive{Type: "list_reply", ID: "slot_1830", Title: "18:30", Description: "Tavolo interno"},
		},
		"messages/interactive_nfm_reply_flow.json": {
			Kind: wa.KindInteractive, Quoted: "wamid.HBgM2L8Ei/UfQjJ77mD3fAwU/cCv1LbSjuJIlZxAAA==",
			Interactive: &wa.Interactive{
				Type: "nfm_reply", ID: "flow", Title: "Sent",
				Response: json.RawMessage(`{"flow_token":"ft_9f3c","guests":"4","notes":"niente glutine"}`),
				Fields:   []wa.FormField{{Name: "guests", Value: "4"}, {Name: "notes", Value: "niente glutine"}},
			},
		},
		"messages/button_template_quick_reply.json": {
			Kind: wa.KindInteractive, Quoted: "wamid.HBgM0b50Z/mK792ekdkxuChpwyrxOcjgp1PmYRzAAA==",
			Interactive: &wa.Interactive{Type: "button", ID: "STOP_PROMOS", Title: "Non inviare più"},
		},
	}
	for name, want := range tests {
		if diff := cmp.Diff(want, sample(t, name).Message.Content); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestRawIsKept(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"messages/order.json":                 `"catalog_id"`,
		"messages/contacts.json":              `"Officina Verdi"`,
		"messages/unknown_future_type.json":   `"holo_note"`,
		"messages/unsupported_131051.json":    `"poll_creation"`,
		"messages/text_ctwa_referral.json":    `"ctwa_clid"`,
		"messages/text_referred_product.json": `"SKU-4471"`,
	}
	for name, want := range tests {
		m := sample(t, name).Message
		if !json.Valid(m.Content.Raw) || !strings.Contains(string(m.Content.Raw), want) {
			t.Errorf("%s: raw %s lacks %s", name, m.Content.Raw, want)
		}
	}
	if !strings.Contains(string(sample(t, "messages/text_ctwa_referral.json").Message.Referral), "ctwa_clid") {
		t.Error("referral is lost")
	}
}

func TestIdentityChanges(t *testing.T) {
	t.Parallel()
	tests := map[string]IdentityChange{
		"messages/system_user_changed_number.json": {
			Type: "user_changed_number", OldPhone: "393331234567", NewPhone: "393339998877",
			PreviousUserID: "IT.70412296615003388127", NewUserID: "IT.55120987733410026614",
		},
		"messages/system_user_changed_number_legacy.json": {
			Type: "user_changed_number", OldPhone: "393331234567", NewPhone: "393339998877",
		},
		"messages/system_user_changed_user_id.json": {
			Type:           "user_changed_user_id",
			PreviousUserID: "IT.70412296615003388127", NewUserID: "IT.55120987733410026614",
			PreviousParentUserID: "IT.ENT.41880073319926650142", NewParentUserID: "IT.ENT.90011223344556677889",
		},
	}
	for name, want := range tests {
		m := sample(t, name).Message
		if m.Identity == nil {
			t.Errorf("%s: no identity change", name)
			continue
		}
		if diff := cmp.Diff(want, *m.Identity); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		for _, alias := range m.From {
			if alias.Value == want.NewUserID || alias.Value == want.NewPhone {
				t.Errorf("%s: the new address %s is among the senders", name, alias.Value)
			}
		}
	}
	if sample(t, "messages/system_customer_identity_changed.json").Message.Identity != nil {
		t.Error("a new security code is no change of address")
	}
}

func TestStatusFields(t *testing.T) {
	t.Parallel()
	s := sample(t, "statuses/biz_opaque_callback_data.json").Status
	if s.Opaque != "turn=9f3c;attempt=1" || s.Pricing == nil || s.Pricing.Category != "utility" || !s.Pricing.Billable {
		t.Errorf("status %+v, pricing %+v", s, s.Pricing)
	}
	failed := sample(t, "statuses/failed_131047.json").Status
	if failed.Error == nil || failed.Error.Code != 131047 || failed.Error.Title != "Re-engagement message" || failed.Error.Detail == "" {
		t.Errorf("failed status %+v", failed.Error)
	}
	group := sample(t, "statuses/group_delivered_aggregated.json").Status
	if group.GroupID == "" || len(group.Recipients) != 2 {
		t.Errorf("group status %+v", group)
	}
}

// value wraps the parts of a messages value into a body.
func value(parts string) []byte {
	return []byte(`{"entry":[{"id":7,"changes":[{"value":{"metadata":{"phone_number_id":99},` + parts + `},"field":"messages"}]}]}`)
}

func TestBrokenItemsStayAlone(t *testing.T) {
	t.Parallel()
	const good = `{"id":"wamid.1","from":"1","timestamp":1795000000,"type":"text","text":{"body":"x"}}`
	tests := map[string]struct{ parts, want string }{
		"message of a wrong type": {`"messages":[` + good + `,5,` + good + `]`, "message text +phone; broken: read message: not an object; message text +phone"},
		"null":                    {`"messages":[null,` + good + `]`, "broken: read message: not an object; message text +phone"},
		"wrong type inside":       {`"messages":[{"id":"w","from":"1","timestamp":"1795000000","type":"text","text":{"body":42}},` + good + `]`, "message text +phone; message text +phone"},
		"no id":                   {`"messages":[{"from":"1","timestamp":"1795000000","type":"text"}]`, "broken: message without an id"},
		"two who may be it":       {`"contacts":[{"wa_id":"1"},{"wa_id":"2"}],"messages":[{"id":"w","timestamp":"1795000000","type":"text","text":{"body":"x"}}]`, "broken: message without a sender"},
		"the only one it may be":  {`"contacts":[{"wa_id":"1"},{"wa_id":"1","user_id":"BR.1"}],"messages":[{"id":"w","timestamp":"1795000000","type":"text","text":{"body":"x"}}]`, "message text +bsuid +phone"},
		"a status without a time": {`"statuses":[{"id":"w","status":"sent","timestamp":{},"errors":[{"code":"131026"}],"pricing":[1]}]`, "status sent 131026"},
		"a time of another type":  {`"messages":[{"id":"w","from":"1","timestamp":[],"type":"text","text":{"body":"x"}}]`, "message text +phone"},
		"voice as a type":         {`"messages":[{"id":"w","from":"1","timestamp":"1795000000","type":"voice","voice":{"id":"5"}}]`, "message media audio +phone"},
		"no type":                 {`"messages":[{"id":"w","from":"1","timestamp":"1795000000","location":{"latitude":1,"longitude":"2.5"}}]`, "message location +phone"},
		"no place":                {`"messages":[{"id":"w","from":"1","timestamp":"1795000000","type":"location","location":{"latitude":"north","longitude":2}}]`, "message unsupported +phone"},
		"an edit to nothing":      {`"messages":[{"id":"w","from":"1","timestamp":"1795000000","type":"edit","edit":{"original_message_id":"o","message":{"text":{"body":{}}}}}]`, "message unsupported +phone"},
		"no sender":               {`"messages":[{"id":"w","timestamp":"1795000000","type":"text","text":{"body":"x"}}]`, "broken: message without a sender"},
		"no time":                 {`"messages":[{"id":"w","from":"1","type":"text","text":{"body":"x"}}]`, "message text +phone"},
		"time as words":           {`"messages":[{"id":"w","from":"1","timestamp":"now","type":"text"}]`, "message unsupported +phone"},
		"list is no list":         {`"messages":{},"statuses":[{"id":"w","status":"sent","timestamp":"1795000000"}]`, "broken: messages is not a list; status sent"},
		"body missing":            {`"messages":[{"id":"w","from":"1","timestamp":"1795000000","type":"image"}]`, "message unsupported +phone"},
		"future status":           {`"statuses":[{"id":"w","status":"warped","timestamp":"1795000000"}]`, "status warped"},
		"broken contact":          {`"contacts":[7,{"wa_id":{}}],"messages":[` + good + `]`, "message text +phone"},
		"nothing":                 {`"messaging_product":"whatsapp"`, "field messages"},
	}
	for name, test := range tests {
		delivery, err := Parse(value(test.parts))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var got []string
		for _, e := range delivery.Events {
			got = append(got, outcome(e))
			if e.PhoneNumberID != "99" || e.AccountID != "7" {
				t.Errorf("%s: number %q, account %q", name, e.PhoneNumberID, e.AccountID)
			}
		}
		if diff := cmp.Diff(test.want, strings.Join(got, "; ")); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestBrokenEnvelope(t *testing.T) {
	t.Parallel()
	const change = `{"value":{"metadata":{"phone_number_id":"9"},"messages":[{"id":"w","from":"1","timestamp":"1795000000","type":"text","text":{"body":"x"}}]},"field":"messages"}`
	tests := map[string]string{
		`{"entry":{}}`: "broken: entry is not a list",
		`{"entry":[1,{"id":"7","changes":[` + change + `]}]}`:                     "broken: entry is not an object; message text +phone",
		`{"entry":[{"id":"7"},{"id":"7","changes":[` + change + `]}]}`:            "broken: entry without a list of changes; message text +phone",
		`{"entry":[{"changes":[null,{"field":"x"},{"value":1},` + change + `]}]}`: "broken: change is not an object; broken: change without a value; broken: value is not an object; message text +phone",
		`{"entry":[]}`: "",
		`{}`:           "",
	}
	for body, want := range tests {
		delivery, err := Parse([]byte(body))
		if err != nil {
			t.Errorf("%s: %v", body, err)
		}
		var got []string
		for _, e := range delivery.Events {
			got = append(got, outcome(e))
		}
		if diff := cmp.Diff(want, strings.Join(got, "; ")); diff != "" {
			t.Errorf("%s: %s", body, diff)
		}
	}
	for _, body := range []string{"", "null", "[]", `"x"`, `{"entry":`, "\x00"} {
		if _, err := Parse([]byte(body)); !errors.Is(err, ErrNotJSON) {
			t.Errorf("%q: %v", body, err)
		}
	}
}

func TestContactsAreMatchedById(t *testing.T) {
	t.Parallel()
	delivery, err := Parse(value(`"messages":[
		{"id":"a","from_user_id":"IT.2","timestamp":"1795000000","type":"text","text":{"body":"x"}},
		{"id":"b","from":"1","timestamp":"1795000000","type":"text","text":{"body":"x"}},
		{"id":"c","from":"3","timestamp":"1795000000","type":"text","text":{"body":"x"}}],
		"contacts":[{"profile":{"name":"nobody"}},{"profile":{"name":"One"},"wa_id":"1","user_id":"IT.1"},{"profile":{"name":"Two"},"user_id":"IT.2"}]`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range delivery.Events {
		got = append(got, e.Message.ProfileName+outcome(e))
	}
	want := []string{"Twomessage text +bsuid", "Onemessage text +bsuid +phone", "message text +phone"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTextsAreStorable(t *testing.T) {
	t.Parallel()
	delivery, err := Parse(value(`"messages":[
		{"id":"a","from":"1","timestamp":"1795000000","type":"text","text":{"body":"a\u0000b\ud800c"}},
		{"id":"c","from":"1","timestamp":"1795000000","type":"text","text":{"body":"` + "\xff\xfe" + `"}},
		{"id":"b","from":"1","timestamp":"1795000000","type":"order","order":{"text":"a\u0000\\u0000\ud83d\ude42\udc00` + "\xff" + `"}}]`))
	if err != nil {
		t.Fatal(err)
	}
	if got := delivery.Events[0].Message.Content.Text.Body; got != "a\uFFFDb\uFFFDc" {
		t.Errorf("text %q", got)
	}
	if got := delivery.Events[1].Message.Content.Text.Body; got != "\uFFFD\uFFFD" { // a sign for each byte, escapes or not
		t.Errorf("bytes %q", got)
	}
	if got := string(delivery.Events[2].Message.Content.Raw); got != `{"text":"a\ufffd\\u0000\ud83d\ude42\ufffd`+"\uFFFD"+`"}` {
		t.Errorf("raw %s", got)
	}
}

func BenchmarkParseText(b *testing.B) {
	body, err := os.ReadFile("testdata/webhooks/messages/text.json")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(body); err != nil {
			b.Fatal(err)
		}
	}
}
