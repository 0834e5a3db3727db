package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
)

// graphClient is a program of the Cloud API: it knows a base URL, a token and Meta's
// shapes, and nothing of us.
type graphClient struct {
	t           *testing.T
	base, token string
}

// graphAnswer is what such a program reads of an answer.
type graphAnswer struct {
	status   int
	Messages []struct{ ID, MessageStatus string }
	Contacts []struct {
		Input string
		WaID  string `json:"wa_id"`
	}
	Error *struct {
		Message, Type string
		Code, Subcode int
		Data          struct{ Details string } `json:"error_data"`
		Trace         string                   `json:"fbtrace_id"`
	}
	raw map[string]any
}

func (c *graphClient) do(method, path string, body any) (a graphAnswer) {
	c.t.Helper()
	encoded, err := json.Marshal(body)
	if err != nil {
		c.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.base+"/graph/v25.0/"+path, bytes.NewReader(encoded))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	a.status = res.StatusCode
	if json.Unmarshal(raw, &a) != nil || json.Unmarshal(raw, &a.raw) != nil {
		c.t.Fatalf("%s %s: %d %s", method, path, res.StatusCode, raw)
	}
	return a
}

// send sends a message of Meta's shape to somebody.
func (c *graphClient) send(to string, message map[string]any) graphAnswer {
	c.t.Helper()
	message["messaging_product"], message["to"] = "whatsapp", to
	return c.do("POST", string(prosatest.Brasil)+"/messages", message)
}

// keyed is a client with a key of a policy.
func keyed(t *testing.T, d *prosatest.Desk, policy string) *graphClient {
	t.Helper()
	key := prosatest.Expect(t, d.Admin.Post(t, "/api/v1/keys", map[string]any{
		"name": "loja", "rights": []string{"read", "write"}, "policy": policy, "all_teams": true,
	}), http.StatusOK)
	return &graphClient{t, d.Url, key.Text("secret")}
}

// What a program of the Cloud API sends arrives, whatever it is; what it reads is there;
// and it may name what it sent.
func TestProgramsOfTheCloudAPI(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, chance.Faults{})
	d.Templates(t, 4)
	c := keyed(t, d, "own")
	_, _ = d.Say(t, prosatest.Helena, "oi")
	asked := d.Sim.Messages(prosatest.Helena, prosatest.Brasil)[0].ID

	files, err := filepath.Glob("../../gateway/cloudapi/sendbody/testdata/*.json")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d requests, %v", len(files), err)
	}
	sent := 0
	for _, file := range files {
		name := filepath.Base(file)
		if strings.Contains(name, "_id.") || strings.Contains(name, "group") || strings.Contains(name, "bsuid") || strings.HasPrefix(name, "template") ||
			strings.HasPrefix(name, "audio") || strings.HasPrefix(name, "document") {
			continue // files need an upload, the others another recipient
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var body map[string]any
		if err := json.Unmarshal(raw, &body); err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{"reaction", "context"} {
			if of, ok := body[part].(map[string]any); ok {
				of["message_id"] = asked
			}
		}
		a := c.send(prosatest.Helena, body)
		if a.status != http.StatusOK || len(a.Messages) != 1 || !strings.HasPrefix(a.Messages[0].ID, "wamid.PROSA") || a.Contacts[0].WaID != prosatest.Helena {
			t.Errorf("%s: %d %v", name, a.status, a.raw)
		}
		sent++
	}
	if read := c.do("POST", string(prosatest.Brasil)+"/messages", map[string]any{"messaging_product": "whatsapp", "status": "read", "message_id": asked, "typing_indicator": map[string]any{"type": "text"}}); read.raw["success"] != true {
		t.Errorf("read mark: %d %v", read.status, read.raw)
	}
	if status := d.Sim.Messages(prosatest.Helena, prosatest.Brasil)[0].Status; status != wa.StatusRead {
		t.Errorf("the phone shows the message as %s; want read", status)
	}
	first := c.send(prosatest.Helena, map[string]any{"type": "text", "text": map[string]any{"body": "primeira"}}).Messages[0].ID
	c.send(prosatest.Helena, map[string]any{"type": "text", "text": map[string]any{"body": "segunda"}, "context": map[string]any{"message_id": first}})
	c.send(prosatest.Helena, map[string]any{"type": "reaction", "reaction": map[string]any{"message_id": first, "emoji": "👍"}})
	ready := map[string]any{"name": "pedido_pronto", "language": map[string]any{"code": "pt_BR"}, "components": []any{
		map[string]any{"type": "header", "parameters": []any{map[string]any{"type": "text", "text": "48"}}},
		map[string]any{"type": "body", "parameters": []any{map[string]any{"type": "text", "text": "Helena"}, map[string]any{"type": "text", "text": "sexta"}}},
		map[string]any{"type": "button", "sub_type": "url", "index": "1", "parameters": []any{map[string]any{"type": "text", "text": "48"}}},
	}}
	if a := c.send(prosatest.Helena, map[string]any{"type": "template", "template": ready}); a.status != http.StatusOK {
		t.Errorf("template: %d %v", a.status, a.raw)
	}
	await.Eventually(t, "everything on the phone", func() (any, bool) {
		quoted, marked, template := false, false, false
		bubbles := d.Sim.Messages(prosatest.Helena, prosatest.Brasil)
		for _, b := range bubbles {
			for _, other := range bubbles {
				quoted = quoted || b.Text == "segunda" && other.Text == "primeira" && b.Quoted == other.ID
			}
			marked = marked || b.Text == "primeira" && b.Reaction == "👍"
			template = template || b.Template == "pedido_pronto"
		}
		return fmt.Sprintf("%d bubbles, quoted %t, marked %t, template %t", len(bubbles), quoted, marked, template), quoted && marked && template
	})
	d.AllSent(t)
	if a := c.do("GET", string(prosatest.Brasil), nil); a.status != http.StatusOK || a.raw["id"] != string(prosatest.Brasil) || a.raw["display_phone_number"] == "" {
		t.Errorf("number: %d %v", a.status, a.raw)
	}
	list := c.do("GET", "21/message_templates?limit=1", nil)
	if data, _ := list.raw["data"].([]any); list.status != http.StatusOK || len(data) != 1 || prosatest.Walk(list.raw, "paging.next") == nil {
		t.Errorf("templates: %d %v", list.status, list.raw)
	}
}

// Refusals come in Meta's shape, with words that say what to do; a repeated request under
// one key is one message; nobody's conversation is written into.
func TestRefusalsInMetasShape(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, chance.Faults{})
	d.Templates(t, 4)
	own, through := keyed(t, d, "own"), keyed(t, d, "through")
	path, _ := d.Say(t, prosatest.Helena, "oi")
	text := func(body string) map[string]any {
		return map[string]any{"type": "text", "text": map[string]any{"body": body}}
	}
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", nil), http.StatusOK)
	type want struct {
		Status, Code int
		Details      string
	}
	got := func(a graphAnswer) want {
		if a.Error == nil || a.Error.Type == "" || a.Error.Trace == "" {
			t.Fatalf("not in Meta's shape: %d %v", a.status, a.raw)
		}
		return want{a.status, a.Error.Code, a.Error.Data.Details}
	}
	stranger := *own
	stranger.token = "prosa_nobody"
	four := []any{}
	for n := range 4 {
		four = append(four, map[string]any{"type": "reply", "reply": map[string]any{"id": fmt.Sprint(n), "title": fmt.Sprint(n)}})
	}
	for name, test := range map[string]struct {
		answer graphAnswer
		want   want
	}{
		"Ana's":         {own.send(prosatest.Helena, text("oi")), want{409, 131005, "Ana owns"}},
		"no key":        {stranger.send(prosatest.Helena, text("oi")), want{401, 190, ""}},
		"no window":     {own.send("5511944440077", text("oi")), want{400, 131047, "template"}},
		"empty":         {own.send(prosatest.Helena, text(" ")), want{400, 100, "empty"}},
		"long":          {own.send(prosatest.Helena, text(strings.Repeat("a", 4097))), want{400, 100, "4096"}},
		"no such phone": {own.send("123", text("oi")), want{400, 100, "to:"}},
		"four buttons": {own.send(prosatest.Helena, map[string]any{"type": "interactive", "interactive": map[string]any{
			"type": "button", "body": map[string]any{"text": "b"}, "action": map[string]any{"buttons": four},
		}}), want{400, 131009, "at most 3"}},
		"no template": {own.send(prosatest.Helena, map[string]any{"type": "template", "template": map[string]any{"name": "x", "language": map[string]any{"code": "pt_BR"}}}), want{404, 132001, "no template x"}},
		"a value missing": {through.send("5511944440078", map[string]any{"type": "template", "template": map[string]any{
			"name": "pedido_pronto", "language": map[string]any{"code": "pt_BR"},
		}}), want{400, 132000, ""}},
		"another's number": {own.do("POST", "1/messages", map[string]any{"messaging_product": "whatsapp", "to": prosatest.Helena, "text": map[string]any{"body": "x"}}), want{400, 100, "number"}},
		"unknown path":     {own.do("GET", "1/nothing/at/all", nil), want{400, 100, "serves"}},
		"not JSON":         {own.do("POST", string(prosatest.Brasil)+"/messages", []int{1}), want{400, 100, "JSON"}},
	} {
		answer := got(test.answer)
		if !strings.Contains(answer.Details, test.want.Details) {
			t.Errorf("%s: says %q, want %q", name, answer.Details, test.want.Details)
		}
		answer.Details = test.want.Details
		if diff := cmp.Diff(test.want, answer); diff != "" {
			t.Errorf("%s (-want +got):\n%s%v", name, diff, test.answer.raw)
		}
	}
}
