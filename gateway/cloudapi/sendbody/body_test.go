package sendbody_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/cloudapi/sendbody"
)

// What a program of the Cloud API sends is read, found sendable, and written again as
// it was: nothing that Meta would have shown is lost on the way.
func TestRequestsOfMetaAreWrittenAsTheyWere(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d requests, %v", len(files), err)
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var body sendbody.Body
		if err := json.Unmarshal(raw, &body); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		content := body.Content(func(raw json.RawMessage) []wa.Card { return cloudapi.Cards(raw) })
		if err := content.Sendable(); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		again := sendbody.Of(address(&body), &content, body.Opaque)
		if diff := cmp.Diff(plain(t, raw), plain(t, encode(t, again))); diff != "" {
			t.Errorf("%s (-read +written):\n%s", name, diff)
		}
	}
}

func address(b *sendbody.Body) wa.Alias {
	if b.Recipient != "" {
		return wa.Alias{Kind: wa.AliasBSUID, Value: b.Recipient}
	}
	if b.RecipientType == "group" {
		return wa.Alias{Kind: wa.AliasGroup, Value: b.To}
	}
	return wa.Alias{Kind: wa.AliasPhone, Value: b.To}
}

// plain is JSON without what is said otherwise by default.
func plain(t *testing.T, raw []byte) map[string]any {
	t.Helper()
	var of map[string]any
	if err := json.Unmarshal(raw, &of); err != nil {
		t.Fatal(err)
	}
	if text, ok := of["text"].(map[string]any); ok && text["preview_url"] == false {
		delete(text, "preview_url")
	}
	if of["recipient_type"] == nil {
		of["recipient_type"] = "individual"
	}
	if template, ok := of["template"].(map[string]any); ok {
		if language, ok := template["language"].(map[string]any); ok {
			delete(language, "policy") // there is but one
		}
	}
	return of
}

func encode(t *testing.T, of any) []byte {
	t.Helper()
	encoded, err := json.Marshal(of)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

func TestCardsAreWrittenForMeta(t *testing.T) {
	t.Parallel()
	content := wa.Content{Kind: wa.KindContacts, Contacts: []wa.Card{{
		Name: "Paulo Souza", Organisation: "Marola", Phones: []wa.CardEntry{{Value: "+55 11 98888-7777", Type: "CELL"}, {Value: "8888-7777"}},
		Emails: []wa.CardEntry{{Value: "paulo@marola.test"}},
	}}}
	got := plain(t, encode(t, sendbody.Of(wa.Alias{Kind: wa.AliasPhone, Value: "5511"}, &content, "")))["contacts"]
	want := []any{map[string]any{
		"name": map[string]any{"formatted_name": "Paulo Souza", "first_name": "Paulo"}, "org": map[string]any{"company": "Marola"},
		"phones": []any{
			map[string]any{"phone": "+55 11 98888-7777", "type": "CELL", "wa_id": "5511988887777"}, map[string]any{"phone": "8888-7777"},
		},
		"emails": []any{map[string]any{"email": "paulo@marola.test"}},
	}}
	if diff := cmp.Diff(any(want), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Products and catalogues have no sample of Meta's: they are read as they are written.
func TestPromptsAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	file := &wa.Media{Type: "document", ID: "m1", FileName: "tabela.pdf"}
	for _, want := range []wa.Prompt{
		{Type: wa.PromptProduct, Body: "Veja", Catalog: "c", Product: "p1"},
		{
			Type: wa.PromptProducts, Header: &wa.PromptHeader{Text: "Calças"}, Body: "Veja", Catalog: "c",
			Sections: []wa.Section{{Title: "Jeans", Products: []string{"p1", "p2"}}},
		},
		{Type: wa.PromptCatalog, Body: "Tudo", Product: "p1"},
		{Type: wa.PromptButtons, Media: file, Body: "Serve?", Buttons: []wa.Choice{{ID: "1", Title: "Sim"}}},
		{Type: wa.PromptFlow, Body: "Agende", Label: "Abrir", Flow: &wa.Flow{
			Name: "visita", Token: "t", Mode: "draft", Action: "navigate", Payload: json.RawMessage(`{"screen":"A"}`),
		}},
	} {
		content := wa.Content{Kind: wa.KindInteractive, Prompt: &want}
		if err := content.Sendable(); err != nil {
			t.Errorf("%s: %v", want.Type, err)
		}
		var body sendbody.Body
		if err := json.Unmarshal(encode(t, sendbody.Of(wa.Alias{Kind: wa.AliasPhone, Value: "1"}, &content, "")), &body); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(&want, body.Content(nil).Prompt); diff != "" {
			t.Errorf("%s (-want +got):\n%s", want.Type, diff)
		}
	}
}
