package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fieldSample is a body that failed in the field; the right values stand in the
// tests. Its people and ids are invented.
func fieldSample(t *testing.T, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("gateway/cloudapi/testdata/field", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func (d *desk) postField(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if code := postWebhook(t, d.url, testSecret, fieldSample(t, name)); code != http.StatusOK {
			t.Fatalf("%s: answered %d", name, code)
		}
	}
}

// said are the contents of a thread's messages, as JSON.
func (p *person) said(t *testing.T, path string) []string {
	t.Helper()
	var said []string
	for _, item := range p.items(t, path) {
		if content := walk(item, "message.content"); content != nil {
			raw, err := json.Marshal(content)
			if err != nil {
				t.Fatal(err)
			}
			said = append(said, string(raw))
		}
	}
	return said
}

// What came in these bodies is shown, in lists, threads and search.
func TestFieldSamplesAreShown(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	for _, row := range []struct {
		file, contact, preview string
		holds                  []string // in the thread
		search                 string
	}{
		{"S11-contacts", "Edu", "Oficina do Zé, Ivo Melo, Só Empresa", []string{"+55 21 3333-4444", "+55 21 98888-7777", "Ivo Melo", "+55 21 97777-6666", "Só Empresa"}, "oficina"},
		{"S12-order", "Rosa", "entregar de manhã · 2 × VEST-AZ-M · 1 × BLUSA-09", []string{`"product":"VEST-AZ-M"`, `"price":89.9`, `"total":224.8`, `"currency":"BRL"`}, "BLUSA"},
		{"S13-flow", "Lúcia", "Excelente · Ótimo atendimento \ufffd fim · sku: A, qtd: 2", []string{`"name":"nota","value":"Excelente"`, "Ótimo atendimento"}, "otimo atendimento"},
		{"S33-ad-referral", "Isa", "e este?", []string{`"headline":"Vestidos de verão"`, `"body":"Só hoje"`, `"url":"https://fb.example/ad"`, `"product":{"catalog":"445566","id":"VEST-AZ-M"}`}, "vestidos de verao"},
		{"S45-sender-only-in-contacts", "Cora Belo", "só o contato diz quem sou", []string{"só o contato diz quem sou"}, "contato diz"},
		{"S31-body", "Tipos", "12345", []string{`"body":"12345"`}, "12345"},
		{"S31-loc", "Tipos", "", []string{`"latitude":-22.9`, `"longitude":-43.17`, "Loja"}, "loja"},
		{"S31-voice", "Tipos", "", []string{`"voice":true`}, ""},
		{"S31-errcode", "Tipos", "", []string{`"code":131051`}, ""},
	} {
		d.postField(t, row.file)
		path := d.ana.find(t, row.contact)
		eventually(t, row.file+": in the thread", func() (any, bool) {
			all := strings.Join(d.ana.said(t, path), "\n")
			for _, part := range row.holds {
				if !strings.Contains(all, part) {
					return all, false
				}
			}
			return all, true
		})
		if row.preview != "" {
			eventually(t, row.file+": in the list", d.ana.preview(t, path, row.preview))
		}
		if row.search != "" {
			eventually(t, row.file+": found", func() (any, bool) {
				found := d.ana.get(t, "/api/v1/search?q="+strings.ReplaceAll(row.search, " ", "+"))
				messages, _ := found.at("messages").([]any)
				return found.Body, len(messages) > 0
			})
		}
	}
	if n := scalar(t, d.db, `SELECT count(*) FROM intake_problem`); n != 0 {
		t.Errorf("%d events are shown nowhere", n)
	}
}

// A message that Meta cannot show yet has its place, and comes there if it comes.
func TestPlaceholderIsReplaced(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	d.postField(t, "S01-unavailable-131060")
	path := d.ana.find(t, "Nina Prado")
	eventually(t, "the placeholder", func() (any, bool) {
		said := d.ana.said(t, path)
		return said, len(said) == 1 && strings.Contains(said[0], `"code":131060`)
	})
	inbox := d.ana.connect(t)
	id := strings.TrimPrefix(path, "/api/v1/conversations/")
	inbox.send(t, map[string]any{"t": "subscribe", "stream": "conversation:" + id, "ref": "1", "position": map[string]any{"offset": d.ana.get(t, path).at("version")}})
	inbox.wait(t, "the subscription", func(f map[string]any) bool { return f["t"] == "subscribed" || f["ref"] == "1" })
	real := strings.Replace(string(fieldSample(t, "S01-unavailable-131060")), `"unsupported"`, `"text", "text": {"body": "quero o vestido do anuncio"}`, 1)
	real = real[:strings.Index(real, `"errors"`)] + `"x": 0` + real[strings.Index(real, "]\n       }\n      ]")+1:]
	for range 2 {
		if code := postWebhook(t, d.url, testSecret, []byte(real)); code != http.StatusOK {
			t.Fatalf("the message itself: %d", code)
		}
	}
	eventually(t, "the message in the list", d.ana.preview(t, path, "quero o vestido do anuncio"))
	said := d.ana.said(t, path)
	if len(said) != 1 || !strings.Contains(said[0], "quero o vestido do anuncio") || strings.Contains(said[0], "131060") {
		t.Errorf("the thread says %v", said)
	}
	inbox.wait(t, "news of it", func(f map[string]any) bool {
		items, _ := f["items"].([]any)
		for _, item := range items {
			if walk(item, "type") == "replaced" && walk(item, "message.content.text.body") == "quero o vestido do anuncio" {
				return true
			}
		}
		return false
	})
	eventually(t, "found", func() (any, bool) {
		messages, _ := d.ana.get(t, "/api/v1/search?q=anuncio").at("messages").([]any)
		return messages, len(messages) == 1
	})
	if n := scalar(t, d.db, `SELECT count(*) FROM message`); n != 1 {
		t.Errorf("%d messages", n)
	}
}

// What nobody has to answer is shown, and waits for nobody; what changes a message
// that nobody knows is no conversation.
func TestQuietLinesAreNoWork(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	d.postField(t, "S37-lone-reaction", "S23-request-welcome", "S30-identity")
	for _, name := range []string{"Gabi", "Sol"} {
		path := d.ana.findIn(t, "resolved", name)
		row := d.ana.get(t, path)
		if row.number("unread") != 0 || row.at("window_closes_at") != nil || row.text("phase") != "resolved" {
			t.Errorf("%s: %v", name, row.Body)
		}
		if said := d.ana.said(t, path); len(said) != 1 || !strings.Contains(said[0], `"kind":"system"`) {
			t.Errorf("%s: %v", name, said)
		}
	}
	if n := scalar(t, d.db, `SELECT count(*) FROM conversation WHERE phase = 1`); n != 0 {
		t.Errorf("%d conversations are open", n)
	}
	if n := scalar(t, d.db, `SELECT count(*) FROM intake_problem`); n != 0 {
		t.Errorf("%d events are shown nowhere", n)
	}
	grows(t, "the reaction is kept", d.db, 1, `SELECT count(*) FROM message WHERE kind = 'reaction'`)
	for _, view := range []string{"all", "resolved", "unclaimed"} {
		all, _ := d.ana.get(t, "/api/v1/conversations?view="+view).at("conversations").([]any)
		for _, row := range all {
			if walk(row, "contact.name") == "Lia Só" {
				t.Errorf("a reaction to nothing made %v", row)
			}
		}
	}
}

// A quote and a reaction by the other id of a message are of that message: see
// the page's own tests for how they are drawn.
func TestTwoIDsOfOneMessage(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	d.postField(t, "S02a-first", "S02b-quotes-first", "S02c-reaction")
	path := d.ana.find(t, "Rui Sá")
	eventually(t, "all three", func() (any, bool) {
		said := d.ana.said(t, path)
		return said, len(said) == 3
	})
	row := d.ana.get(t, path)
	if row.number("unread") != 2 {
		t.Errorf("unread %v", row.Body)
	}
	// The person takes it back by the other id.
	revoke := strings.Replace(string(fieldSample(t, "S02c-reaction")), `"type": "reaction"`, `"type": "revoke"`, 1)
	revoke = strings.NewReplacer(`"reaction": {`, `"revoke": {`, `"message_id"`, `"original_message_id"`, "wamid.H11795897358328", "wamid.revoke").Replace(revoke)
	if code := postWebhook(t, d.url, testSecret, []byte(revoke)); code != http.StatusOK {
		t.Fatal(code)
	}
	eventually(t, "it is unread no more", func() (any, bool) {
		row := d.ana.get(t, path)
		return row.Body, row.number("unread") == 1
	})
	eventually(t, "it is not found", func() (any, bool) {
		messages, _ := d.ana.get(t, "/api/v1/search?q=azul").at("messages").([]any)
		others, _ := d.ana.get(t, "/api/v1/search?q=tamanho").at("messages").([]any)
		return messages, len(messages) == 0 && len(others) == 1
	})
}
