package cloudapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prosa-chat/prosa/actors/wa"
)

// others are values of every JSON type.
func others() []any {
	return []any{"text", "", 7.5, -1.0, true, false, nil, map[string]any{}, []any{}, []any{7.0}, map[string]any{"body": map[string]any{}}}
}

// No side field ever costs a message: whatever stands in one, the message comes
// out with its id, its sender and a kind, and a part that it is not made of does
// not even change its kind.
func TestNoSideFieldCostsAMessage(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*/*.json")
	more, err2 := filepath.Glob("testdata/webhooks/messages/*.json")
	if files = append(files, more...); err != nil || err2 != nil || len(more) == 0 {
		t.Fatal(files, err, err2)
	}
	tried := 0
	for _, file := range files {
		if strings.Contains(file, "field") || strings.Contains(file, "messages") {
			tried += tryEverySideField(t, file)
		}
	}
	if tried < 10_000 {
		t.Errorf("only %d bodies tried", tried)
	}
}

func tryEverySideField(t *testing.T, file string) (tried int) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var root any
	if err := json.Unmarshal(raw, &root); err != nil {
		t.Fatal(err)
	}
	entries, _ := root.(map[string]any)["entry"].([]any)
	for _, entry := range entries {
		for _, change := range entry.(map[string]any)["changes"].([]any) {
			value, _ := change.(map[string]any)["value"].(map[string]any)
			messages, _ := value["messages"].([]any)
			for n, m := range messages {
				s := sideFields{t: t, file: file, root: root, id: m.(map[string]any)["id"].(string)}
				s.value(value, n)
				tried += s.tried
			}
		}
	}
	return tried
}

// sideFields tries the fields around one message.
type sideFields struct {
	t     *testing.T
	file  string
	root  any
	id    string
	tried int
	was   *Message
}

func (s *sideFields) value(value map[string]any, n int) {
	s.was = s.read("as it is")
	if s.was == nil {
		return
	}
	message := value["messages"].([]any)[n].(map[string]any)
	own, _ := message["type"].(string)
	for _, key := range slices.Sorted(maps.Keys(message)) {
		if key == "id" {
			continue
		}
		s.within(message, key, key != own && key != "type")
	}
	for _, key := range append(partNames(), "errors", "context", "referral", "group_id", "timestamp", "holo_note") {
		if _, there := message[key]; !there && own != "voice" {
			s.put(message, key, true)
			delete(message, key)
		}
	}
	if people, there := value["contacts"]; there {
		s.within(value, "contacts", true)
		value["contacts"] = people
	}
}

// within replaces a field, and then each of what is in it.
func (s *sideFields) within(object map[string]any, key string, aside bool) {
	was := object[key]
	s.put(object, key, aside)
	object[key] = was
	switch x := was.(type) {
	case map[string]any:
		for _, inner := range slices.Sorted(maps.Keys(x)) {
			s.within(x, inner, aside)
		}
	case []any:
		for _, element := range x {
			if inner, ok := element.(map[string]any); ok {
				for _, name := range slices.Sorted(maps.Keys(inner)) {
					s.within(inner, name, aside)
				}
			}
		}
	}
}

func (s *sideFields) put(object map[string]any, key string, aside bool) {
	for _, other := range others() {
		object[key] = other
		s.tried++
		got := s.read(fmt.Sprintf("%s is %v", key, other))
		if got == nil {
			continue
		}
		if aside && got.Content.Kind != s.was.Content.Kind {
			s.t.Errorf("%s: %s is %v: kind %s; want %s", s.file, key, other, got.Content.Kind, s.was.Content.Kind)
		}
		if _, err := json.Marshal(got.Content); err != nil {
			s.t.Errorf("%s: %s is %v: %v", s.file, key, other, err)
		}
		if got.Content.Kind == wa.KindUnsupported && (got.Content.Unsupported == "" || len(got.Content.Raw) == 0) {
			s.t.Errorf("%s: %s is %v: it does not say what it is", s.file, key, other)
		}
	}
}

// read finds the message in the body as it is now.
func (s *sideFields) read(what string) *Message {
	body, err := json.Marshal(s.root)
	if err != nil {
		s.t.Fatal(err)
	}
	delivery, err := Parse(body)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range delivery.Events {
		if e.Message == nil || string(e.Message.ID) != s.id {
			continue
		}
		if len(e.Message.From) == 0 || e.Message.Content.Kind == "" {
			s.t.Errorf("%s: %s: message %+v", s.file, what, e.Message)
		}
		return e.Message
	}
	if !hasAddress(s.root) || s.severalPeople() {
		return nil
	}
	s.t.Errorf("%s: %s: the message is lost: %s", s.file, what, body)
	return nil
}

// severalPeople says whether the body has messages of several people, so that one
// that does not name its own could be of any.
func (s *sideFields) severalPeople() bool {
	return strings.HasSuffix(s.file, "batch_mixed.json")
}

func hasAddress(v any) bool {
	switch x := v.(type) {
	case map[string]any:
		for key, value := range x {
			switch key {
			case "metadata", "context":
				continue
			case "from", "from_user_id", "from_parent_user_id", "wa_id", "user_id", "parent_user_id", "previous_user_id", "new_wa_id", "previous_parent_user_id":
				if text, ok := value.(string); ok && len(text) > 4 {
					return true
				}
			}
			if hasAddress(value) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(x, hasAddress)
	}
	return false
}

// field parses one of the bodies that failed in the field.
func field(t *testing.T, name string) []*Message {
	t.Helper()
	delivery, err := Parse(bodies(t, "testdata/field/"+name)[0])
	if err != nil {
		t.Fatal(err)
	}
	var messages []*Message
	for _, e := range delivery.Events {
		if e.Message == nil {
			t.Fatalf("%s: %+v", name, e)
		}
		messages = append(messages, e.Message)
	}
	return messages
}

func TestFieldSamples(t *testing.T) {
	t.Parallel()
	raw := func(c wa.Content) wa.Content { // compared apart
		c.Raw = nil
		return c
	}
	tests := map[string][]wa.Content{
		"S01-unavailable-131060.json": {{
			Kind: wa.KindUnsupported, Code: 131060, Unsupported: "This message is currently unavailable. Please ask the recipient to check it.",
		}},
		"S11-contacts.json": {{Kind: wa.KindContacts, Contacts: []wa.Card{
			{
				Name:   "Oficina do Zé",
				Phones: []wa.CardEntry{{Value: "+55 21 3333-4444", Type: "WORK"}, {Value: "+55 21 98888-7777", Type: "CELL"}},
				Emails: []wa.CardEntry{{Value: "ze@oficina.example", Type: "WORK"}},
			},
			{Name: "Ivo Melo", Phones: []wa.CardEntry{{Value: "+55 21 97777-6666"}}},
			{Name: "Só Empresa"},
		}}},
		"S12-order.json": {{Kind: wa.KindOrder, Order: &wa.Order{
			Catalog: "445566", Text: "entregar de manhã", Total: 224.8, Currency: "BRL",
			Items: []wa.OrderItem{
				{Product: "VEST-AZ-M", Quantity: 2, Price: 89.9, Currency: "BRL"}, {Product: "BLUSA-09", Quantity: 1, Price: 45, Currency: "BRL"},
			},
		}}},
		"S13-flow.json": {{Kind: wa.KindInteractive, Quoted: "wamid.FLOWOUT", Interactive: &wa.Interactive{
			Type: "nfm_reply", ID: "flow", Title: "Sent",
			Response: json.RawMessage(`{"flow_token": "tk-1", "nota": "Excelente", "comentario": "\u00d3timo atendimento \ufffd fim", "itens": [{"sku": "A", "qtd": 2}]}`),
			Fields: []wa.FormField{
				{Name: "nota", Value: "Excelente"}, {Name: "comentario", Value: "Ótimo atendimento \ufffd fim"}, {Name: "itens", Value: "sku: A, qtd: 2"},
			},
		}}},
		"S23-request-welcome.json": {{Kind: wa.KindSystem, System: &wa.System{Type: "request_welcome"}}},
		"S30-identity.json":        {{Kind: wa.KindSystem, System: &wa.System{Type: "customer_identity_changed", Body: "Ana changed security code"}}},
		"S31-body.json":            {{Kind: wa.KindText, Text: &wa.Text{Body: "12345"}}},
		"S31-errcode.json":         {{Kind: wa.KindUnsupported, Code: 131051, Unsupported: "x"}},
		"S31-loc.json":             {{Kind: wa.KindLocation, Location: &wa.Location{Latitude: -22.9, Longitude: -43.17, Name: "Loja"}}},
		"S31-voice.json":           {{Kind: wa.KindMedia, Media: &wa.Media{Type: "audio", ID: "1", MIME: "audio/ogg", Voice: true}}},
		"S33-ad-referral.json": {
			{Kind: wa.KindText, Text: &wa.Text{Body: "quero saber mais"}, Referral: &wa.Referral{
				Type: "ad", ID: "120", URL: "https://fb.example/ad", Headline: "Vestidos de verão", Body: "Só hoje", Media: "image",
			}},
			{Kind: wa.KindText, Text: &wa.Text{Body: "e este?"}, Quoted: "wamid.CAT", Product: &wa.Product{Catalog: "445566", ID: "VEST-AZ-M"}},
		},
		"S45-sender-only-in-contacts.json": {{Kind: wa.KindText, Text: &wa.Text{Body: "só o contato diz quem sou"}}},
	}
	for name, want := range tests {
		var got []wa.Content
		for _, m := range field(t, name) {
			got = append(got, raw(m.Content))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	cora := field(t, "S45-sender-only-in-contacts.json")[0]
	if diff := cmp.Diff([]wa.Alias{{Kind: wa.AliasBSUID, Value: "BR.4455667788990011"}}, cora.From); diff != "" || cora.ProfileName != "Cora Belo" {
		t.Errorf("%s: %s", cora.ProfileName, diff)
	}
}

// What people are shown of cards, whatever they are made of.
func TestCards(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		raw  string
		want []wa.Card
	}{
		"a name of its parts": {`[{"name":{"prefix":"Dr.","first_name":" Ana ","middle_name":7,"last_name":"Sá"}}]`, []wa.Card{{Name: "Dr. Ana 7 Sá"}}},
		"where one works":     {`[{"name":{"formatted_name":"Ana"},"org":{"company":"Oficina","department":"Peças"}}]`, []wa.Card{{Name: "Ana", Organisation: "Oficina, Peças"}}},
		"a phone alone":       {`[{"phones":[{"wa_id":5521,"type":[]}]}]`, []wa.Card{{Name: "+5521", Phones: []wa.CardEntry{{Value: "+5521"}}}}},
		"a mail alone":        {`[{"emails":[{"email":"a@b.example"}]}]`, []wa.Card{{Name: "a@b.example", Emails: []wa.CardEntry{{Value: "a@b.example"}}}}},
		"one bad, one good":   {`[7,{"name":"x","phones":{}},{"name":{"formatted_name":"Ana"}}]`, []wa.Card{{Name: "Ana"}}},
		"a vCard": {
			`[{"vcard":"BEGIN:VCARD\r\nitem1.TEL;waid=39333;TYPE=CELL:+39 333\r\nN:Verdi;Marco;;Dr.;\r\nORG:Officina\\, srl;Moto\r\nEMAIL;INTERNET:m@v.exa\r\n mple\r\nEND:VCARD"}]`,
			[]wa.Card{{
				Name: "Dr. Marco Verdi", Organisation: "Officina, srl, Moto",
				Phones: []wa.CardEntry{{Value: "+39 333", Type: "CELL"}}, Emails: []wa.CardEntry{{Value: "m@v.example", Type: "INTERNET"}},
			}},
		},
	}
	for name, test := range tests {
		if diff := cmp.Diff(test.want, Cards([]byte(test.raw))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// A sum is only shown where it is certain.
func TestOrderSums(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		total    float64
		currency string
	}{
		`[{"quantity":"3","item_price":"0.1","currency":"BRL"}]`:                                                               {0.3, "BRL"},
		`[{"quantity":1,"item_price":0,"currency":"BRL"}]`:                                                                     {0, "BRL"},
		`[{"quantity":1,"item_price":5,"currency":"BRL"},{"quantity":1,"item_price":5,"currency":"EUR"}]`:                      {},
		`[{"quantity":1,"item_price":5,"currency":"BRL"},{"quantity":1,"currency":"BRL"}]`:                                     {},
		`[{"quantity":{},"item_price":5,"currency":"BRL"}]`:                                                                    {},
		`[{"quantity":1,"item_price":5}]`:                                                                                      {},
		`[{"quantity":1e308,"item_price":1e308,"currency":"BRL"}]`:                                                             {},
		`[{"quantity":2,"item_price":1.2345,"currency":"CLF"},{"quantity":1,"item_price":1e3,"currency":"CLF","x":"ignored"}]`: {1002.469, "CLF"},
	}
	for items, want := range tests {
		content, ok := order([]byte(`{"product_items":` + items + `}`))
		if !ok || content.Order.Total != want.total || content.Order.Currency != want.currency {
			t.Errorf("%s = %+v; want %+v", items, content.Order, want)
		}
	}
}

func TestNumericAnswersAreKept(t *testing.T) {
	t.Parallel()
	delivery, err := Parse(value(`"messages":[{"id":"w","from":"1","timestamp":"1795000000","type":"interactive",` +
		`"interactive":{"type":"button_reply","button_reply":{"id":7,"title":2026}}}]`))
	if err != nil {
		t.Fatal(err)
	}
	want := &wa.Interactive{Type: "button_reply", ID: "7", Title: "2026"}
	if diff := cmp.Diff(want, delivery.Events[0].Message.Content.Interactive); diff != "" {
		t.Error(diff)
	}
}
