package simulator

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
)

// advance moves the clock, which nobody else has.
func (w *world) advance(d time.Duration) {
	if err := w.Advance(d); err != nil {
		panic(err)
	}
}

func TestWindow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	_, err := w.post(words(ana, "too early"))
	refused(t, err, 131047)
	w.mustPost(template(ana))
	id := w.say("hi")
	w.mustPost(words(ana, "inside"))
	w.advance(serviceWindow - time.Second)
	w.mustPost(words(ana, "just inside"))
	if _, err := w.SendContent(ana, numberID, wa.Content{Kind: wa.KindReaction, Reaction: &wa.Reaction{Target: id, Emoji: "x"}}); err != nil {
		t.Fatal(err)
	}
	w.advance(2 * time.Second)
	_, err = w.post(words(ana, "outside"))
	refused(t, err, 131047)
	w.mustPost(template(ana))
	w.idle()
}

func TestWindowByStatus(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.AsyncErrors = true })
	sent := w.mustPost(words(ana, "outside"))
	w.waitStatuses(sent.WAMID, wa.StatusFailed)
	if e := w.events[0].Status.Error; e == nil || e.Code != 131047 {
		t.Errorf("error %+v", e)
	}
	if len(w.Messages(ana, numberID)) != 0 {
		t.Error("a failed message is shown")
	}
}

func TestClockMovesTimestamps(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) {
		c.Clock = func() time.Time { return time.Unix(1_795_000_000, 0) }
	})
	w.advance(time.Hour)
	w.say("later")
	w.wait(func() bool { return len(w.events) == 1 })
	if at := w.events[0].Message.At; at.Unix() != 1_795_003_600 {
		t.Errorf("timestamp %s", at)
	}
}

func TestPairRate(t *testing.T) {
	t.Parallel()
	frozen := time.Unix(1_795_000_000, 0)
	w := newWorld(t, func(c *Config) { c.Clock = func() time.Time { return frozen } })
	for range pairBurst {
		w.mustPost(template(ana))
	}
	_, err := w.post(template(ana))
	refused(t, err, 131056)
	w.mustPost(template(hidden)) // others go on
	w.advance(6 * time.Second)
	w.mustPost(template(ana))
	_, err = w.post(template(ana))
	refused(t, err, 131056)
	w.idle()
}

func TestThroughputCountsBothDirections(t *testing.T) {
	t.Parallel()
	frozen := time.Unix(1_795_000_000, 0)
	w := newWorld(t, func(c *Config) {
		c.Clock = func() time.Time { return frozen }
		c.Numbers[0].MPS = 5
	})
	for range 3 {
		w.say("in")
	}
	w.mustPost(words(ana, "out"))
	w.mustPost(words(ana, "out"))
	_, err := w.post(words(ana, "out"))
	refused(t, err, 130429)
	w.advance(time.Second)
	w.mustPost(words(ana, "out"))
	w.idle()
}

func TestUnknownRecipient(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	sent := w.mustPost(words("4915550000000", "hi"))
	w.waitStatuses(sent.WAMID, wa.StatusFailed)
	s := w.events[0].Status
	if s.Error == nil || s.Error.Code != 131026 || len(s.Recipients) != 1 || s.Recipients[0].Value != "4915550000000" || s.Opaque == "" {
		t.Errorf("status %+v", s)
	}
	test := newWorld(t, func(c *Config) { c.Numbers[0].TestOnly = true })
	_, err := test.post(template("4915550000000"))
	refused(t, err, 131030)
	auto := newWorld(t, func(c *Config) { c.AutoPhones = true })
	sent = auto.mustPost(template("4915550000000"))
	auto.waitStatuses(sent.WAMID, wa.StatusSent, wa.StatusDelivered)
	w.idle()
}

func TestSpellingOfThePhone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	sent := w.mustPost(template("551187654321")) // without the ninth digit
	if sent.WaID != ana || sent.Input != "+551187654321" {
		t.Errorf("sent %+v", sent)
	}
	w.idle()
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) {
		c.Templates = []Template{{Name: "order_ready", Language: "it", Category: "MARKETING", Body: "Ciao {{1}}, ordine {{2}} pronto"}}
	})
	out := template(ana)
	_, err := w.post(out)
	refused(t, err, 132000)
	out.Content.Template.Components = json.RawMessage(`[{"type":"body","parameters":[{"type":"text","text":"Ana"},{"type":"text","text":"7"}]}]`)
	sent := w.mustPost(out)
	w.waitStatuses(sent.WAMID, wa.StatusSent, wa.StatusDelivered)
	if p := w.events[0].Status.Pricing; p.Category != "marketing" || !p.Billable {
		t.Errorf("price %+v", p)
	}
	if b := w.Messages(ana, numberID); len(b) != 1 || b[0].Text != "Ciao Ana, ordine 7 pronto" {
		t.Errorf("bubbles %+v", b)
	}
	out.Content.Template.Name = "unknown"
	_, err = w.post(out)
	refused(t, err, 132001)
}

// call posts a raw body as an API client would.
func (w *world) call(path, bearer, body string) (int, string) {
	w.t.Helper()
	request, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.URL()+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+bearer)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		w.t.Fatal(err)
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	http.DefaultClient.CloseIdleConnections()
	return response.StatusCode, string(text)
}

func TestRefusedRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	const path = "/v25.0/998877665544332/messages"
	tests := map[string]struct {
		path, token, body string
		status, code      int
	}{
		"no token":       {path, "", `{}`, 401, 190},
		"wrong token":    {path, "x", `{}`, 401, 190},
		"wrong proof":    {path + "?appsecret_proof=00", token, `{}`, 400, 100},
		"unknown number": {"/v25.0/1/messages", token, `{}`, 400, 33},
		"unknown path":   {"/v25.0/1/else/where", token, `{}`, 400, 2500},
		"no JSON":        {path, token, `{`, 400, 100},
		"no product":     {path, token, `{"to":"1","type":"text","text":{"body":"x"}}`, 400, 100},
		"no recipient":   {path, token, `{"messaging_product":"whatsapp","type":"text","text":{"body":"x"}}`, 400, 100},
		"no body":        {path, token, `{"messaging_product":"whatsapp","to":"1","type":"text"}`, 400, 100},
		"too long":       {path, token, `{"messaging_product":"whatsapp","to":"1","text":{"body":"` + strings.Repeat("é", 4097) + `"}}`, 400, 100},
		"no such type":   {path, token, `{"messaging_product":"whatsapp","to":"1","type":"hologram"}`, 400, 100},
		"no file":        {path, token, `{"messaging_product":"whatsapp","to":"1","type":"image","image":{}}`, 400, 131008},
		"long data":      {path, token, `{"messaging_product":"whatsapp","to":"1","text":{"body":"x"},"biz_opaque_callback_data":"` + strings.Repeat("x", 513) + `"}`, 400, 131009},
	}
	for name, test := range tests {
		status, body := w.call(test.path, test.token, test.body)
		var answer struct{ Error struct{ Code int } }
		if err := json.Unmarshal([]byte(body), &answer); err != nil || status != test.status || answer.Error.Code != test.code {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
	strict := newWorld(t, func(c *Config) { c.NeedProof = true })
	if status, _ := strict.call(path, token, `{}`); status != 400 {
		t.Errorf("without proof: %d", status)
	}
}

func TestEveryTypeIsAccepted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	first := w.say("hi")
	parts := []string{
		`"type":"image","image":{"link":"https://x/i","caption":"c"}`, `"type":"video","video":{"link":"https://x"}`,
		`"type":"audio","audio":{"link":"https://x/a"}`, `"type":"document","document":{"link":"https://x/d","filename":"f"}`,
		`"type":"sticker","sticker":{"link":"https://x/s"}`, `"type":"location","location":{"latitude":"1","longitude":"2"}`,
		`"type":"contacts","contacts":[{"name":{"formatted_name":"Ana"}}]`,
		`"type":"interactive","interactive":{"type":"location_request_message","body":{"text":"q"},"action":{"name":"send_location"}}`,
		`"type":"reaction","reaction":{"message_id":"` + string(first) + `","emoji":"👍"}`, `"text":{"body":"no type"}`,
	}
	for _, part := range parts {
		status, body := w.call("/v25.0/998877665544332/messages", token, `{"messaging_product":"whatsapp","to":"`+ana+`",`+part+`}`)
		if status != 200 {
			t.Errorf("%s: %d %s", part, status, body)
		}
	}
	if b := w.Messages(ana, numberID); len(b) != len(parts) || b[0].Reaction != "👍" {
		t.Errorf("%d bubbles, first %+v", len(b), b[0])
	}
	w.idle()
}

func TestMedia(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	if _, err := w.SendContent(ana, numberID, wa.Content{Kind: wa.KindMedia, Media: &wa.Media{Type: "image"}}); err != nil {
		t.Fatal(err)
	}
	w.wait(func() bool { return len(w.events) == 1 })
	get := func(url string) (int, []byte) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+token)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		http.DefaultClient.CloseIdleConnections()
		return response.StatusCode, body
	}
	_, described := get(w.URL() + "/v25.0/" + w.events[0].Message.Content.Media.ID)
	var file struct{ URL, MimeType string }
	if err := json.Unmarshal(described, &file); err != nil || file.URL == "" {
		t.Fatalf("%s %v", described, err)
	}
	if status, body := get(file.URL); status != 200 || !strings.HasPrefix(string(body), "\xff\xd8\xff") {
		t.Errorf("download: %d", status)
	}
	if status, _ := get(w.URL() + "/v25.0/123"); status != 400 {
		t.Errorf("unknown file: %d", status)
	}
	if status, body := get(w.URL() + "/v25.0/" + string(numberID) + "?fields=throughput"); status != 200 || !strings.Contains(string(body), `"STANDARD"`) {
		t.Errorf("number: %d %s", status, body)
	}
}

func TestOldMessagesAreForgotten(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.KeepMessages = 3 })
	for _, text := range []string{"a", "b", "c", "d"} {
		w.say(text)
	}
	if b := w.Messages(ana, numberID); len(b) != 3 || b[0].Text != "b" {
		t.Errorf("kept %+v", b)
	}
	w.idle()
}

func TestSameSeedSameIds(t *testing.T) {
	t.Parallel()
	id := func(seed int64) wa.MessageID {
		return newWorld(t, func(c *Config) { c.Seed = seed }).say("x")
	}
	one, again, two, random, other := id(1), id(1), id(2), id(0), id(0)
	if one != again || one == two || random == other {
		t.Error("ids do not follow the seed")
	}
}
