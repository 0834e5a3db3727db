package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
)

// What came in these bodies is shown, in lists, threads and search.
func TestFieldSamplesAreShown(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, nil)
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
		d.PostField(t, row.file)
		path := d.Ana.Find(t, row.contact)
		await.Eventually(t, row.file+": in the thread", func() (any, bool) {
			all := strings.Join(d.Ana.Said(t, path), "\n")
			for _, part := range row.holds {
				if !strings.Contains(all, part) {
					return all, false
				}
			}
			return all, true
		})
		if row.preview != "" {
			await.Eventually(t, row.file+": in the list", d.Ana.Preview(t, path, row.preview))
		}
		if row.search != "" {
			await.Eventually(t, row.file+": found", func() (any, bool) {
				found := d.Ana.Get(t, "/api/v1/search?q="+strings.ReplaceAll(row.search, " ", "+"))
				messages, _ := found.At("messages").([]any)
				return found.Body, len(messages) > 0
			})
		}
	}
	if n := prosatest.Scalar(t, d.Db, `SELECT count(*) FROM intake_problem`); n != 0 {
		t.Errorf("%d events are shown nowhere", n)
	}
}

// A message that Meta cannot show yet has its place, and comes there if it comes.
func TestPlaceholderIsReplaced(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, nil)
	d.PostField(t, "S01-unavailable-131060")
	path := d.Ana.Find(t, "Nina Prado")
	await.Eventually(t, "the placeholder", func() (any, bool) {
		said := d.Ana.Said(t, path)
		return said, len(said) == 1 && strings.Contains(said[0], `"code":131060`)
	})
	inbox := d.Ana.Connect(t)
	id := strings.TrimPrefix(path, "/api/v1/conversations/")
	inbox.Send(t, map[string]any{"t": "subscribe", "stream": "conversation:" + id, "ref": "1", "position": map[string]any{"offset": d.Ana.Get(t, path).At("version")}})
	inbox.Wait(t, "the subscription", func(f map[string]any) bool { return f["t"] == "subscribed" || f["ref"] == "1" })
	real := strings.Replace(string(prosatest.FieldSample(t, "S01-unavailable-131060")), `"unsupported"`, `"text", "text": {"body": "quero o vestido do anuncio"}`, 1)
	real = real[:strings.Index(real, `"errors"`)] + `"x": 0` + real[strings.Index(real, "]\n       }\n      ]")+1:]
	for range 2 {
		if code := prosatest.PostWebhook(t, d.Url, prosatest.TestSecret, []byte(real)); code != http.StatusOK {
			t.Fatalf("the message itself: %d", code)
		}
	}
	await.Eventually(t, "the message in the list", d.Ana.Preview(t, path, "quero o vestido do anuncio"))
	said := d.Ana.Said(t, path)
	if len(said) != 1 || !strings.Contains(said[0], "quero o vestido do anuncio") || strings.Contains(said[0], "131060") {
		t.Errorf("the thread says %v", said)
	}
	inbox.Wait(t, "news of it", func(f map[string]any) bool {
		items, _ := f["items"].([]any)
		for _, item := range items {
			if prosatest.Walk(item, "type") == "replaced" && prosatest.Walk(item, "message.content.text.body") == "quero o vestido do anuncio" {
				return true
			}
		}
		return false
	})
	await.Eventually(t, "found", func() (any, bool) {
		messages, _ := d.Ana.Get(t, "/api/v1/search?q=anuncio").At("messages").([]any)
		return messages, len(messages) == 1
	})
	if n := prosatest.Scalar(t, d.Db, `SELECT count(*) FROM message`); n != 1 {
		t.Errorf("%d messages", n)
	}
}

// What nobody has to answer is shown, and waits for nobody; what changes a message
// that nobody knows is no conversation.
func TestQuietLinesAreNoWork(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, nil)
	d.PostField(t, "S37-lone-reaction", "S23-request-welcome", "S30-identity")
	for _, name := range []string{"Gabi", "Sol"} {
		path := d.Ana.FindIn(t, "resolved", name)
		row := d.Ana.Get(t, path)
		if row.Number("unread") != 0 || row.At("window_closes_at") != nil || row.Text("phase") != "resolved" {
			t.Errorf("%s: %v", name, row.Body)
		}
		if said := d.Ana.Said(t, path); len(said) != 1 || !strings.Contains(said[0], `"kind":"system"`) {
			t.Errorf("%s: %v", name, said)
		}
	}
	if n := prosatest.Scalar(t, d.Db, `SELECT count(*) FROM conversation WHERE phase = 1`); n != 0 {
		t.Errorf("%d conversations are open", n)
	}
	if n := prosatest.Scalar(t, d.Db, `SELECT count(*) FROM intake_problem`); n != 0 {
		t.Errorf("%d events are shown nowhere", n)
	}
	prosatest.Grows(t, "the reaction is kept", d.Db, 1, `SELECT count(*) FROM message WHERE kind = 'reaction'`)
	for _, view := range []string{"all", "resolved", "unclaimed"} {
		all, _ := d.Ana.Get(t, "/api/v1/conversations?view="+view).At("conversations").([]any)
		for _, row := range all {
			if prosatest.Walk(row, "contact.name") == "Lia Só" {
				t.Errorf("a reaction to nothing made %v", row)
			}
		}
	}
}

// A quote and a reaction by the other id of a message are of that message: see
// the page's own tests for how they are drawn.
func TestTwoIDsOfOneMessage(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, nil)
	d.PostField(t, "S02a-first", "S02b-quotes-first", "S02c-reaction")
	path := d.Ana.Find(t, "Rui Sá")
	await.Eventually(t, "all three", func() (any, bool) {
		said := d.Ana.Said(t, path)
		return said, len(said) == 3
	})
	row := d.Ana.Get(t, path)
	if row.Number("unread") != 2 {
		t.Errorf("unread %v", row.Body)
	}
	// The person takes it back by the other id.
	revoke := strings.Replace(string(prosatest.FieldSample(t, "S02c-reaction")), `"type": "reaction"`, `"type": "revoke"`, 1)
	revoke = strings.NewReplacer(`"reaction": {`, `"revoke": {`, `"message_id"`, `"original_message_id"`, "wamid.H11795897358328", "wamid.revoke").Replace(revoke)
	if code := prosatest.PostWebhook(t, d.Url, prosatest.TestSecret, []byte(revoke)); code != http.StatusOK {
		t.Fatal(code)
	}
	await.Eventually(t, "it is unread no more", func() (any, bool) {
		row := d.Ana.Get(t, path)
		return row.Body, row.Number("unread") == 1
	})
	await.Eventually(t, "it is not found", func() (any, bool) {
		messages, _ := d.Ana.Get(t, "/api/v1/search?q=azul").At("messages").([]any)
		others, _ := d.Ana.Get(t, "/api/v1/search?q=tamanho").At("messages").([]any)
		return messages, len(messages) == 0 && len(others) == 1
	})
}
