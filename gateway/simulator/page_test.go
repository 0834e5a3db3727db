package simulator

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/prosa-chat/prosa/gateway/web"
)

// fetch makes a request to the page's server.
// fetched is an answer, read to its end.
type fetched struct {
	status int
	header http.Header
	body   string
}

func (w *world) fetch(method, path, body, origin string) fetched {
	w.t.Helper()
	request, err := http.NewRequestWithContext(w.t.Context(), method, w.URL()+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	if origin != "" {
		request.Header.Set("Origin", origin)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		w.t.Fatal(err)
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	http.DefaultClient.CloseIdleConnections()
	return fetched{response.StatusCode, response.Header, string(text)}
}

func TestPageIsServed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	page := w.fetch(http.MethodGet, "/", "", "")
	if page.status != 200 || !strings.Contains(page.header.Get("Content-Security-Policy"), "default-src 'self'") {
		t.Errorf("page: %d %v", page.status, page.header)
	}
	if strings.Contains(page.body, "style=") || strings.Contains(page.body, "onclick") || strings.Contains(page.body, "<style") {
		t.Error("the page holds what its policy forbids")
	}
	tokens := w.fetch(http.MethodGet, "/tokens.css", "", "")
	if tokens.body != string(web.Tokens()) || !strings.HasPrefix(tokens.header.Get("Content-Type"), "text/css") {
		t.Errorf("the page has not the tokens of the inbox: %v, %d bytes", tokens.header, len(tokens.body))
	}
	for _, name := range []string{"tokens.css", "base.css", "phones.css", "phones.js", "bench.js", "bubble.js", "dom.js", "files.js", "link.js", "people.js", "words.js", "icons.svg", "favicon.svg", "picture.jpg"} {
		got := w.fetch(http.MethodGet, "/"+name, "", "")
		if got.status != 200 {
			t.Errorf("%s: %d", name, got.status)
		}
		if strings.HasSuffix(name, ".js") && (strings.Contains(got.body, "innerHTML") || strings.Contains(got.body, "insertAdjacentHTML")) {
			t.Errorf("%s writes markup", name)
		}
	}
}

func TestCallsOfThePage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	tests := []struct {
		path, body, origin string
		status             int
	}{
		{"/sim/say", `{"phone":"` + ana + `","number":"998877665544332","text":"hi"}`, "", 204},
		{"/sim/say", `{"phone":"` + ana + `","number":"998877665544332","kind":"image"}`, "", 204},
		{"/sim/say", `{"phone":"` + ana + `","number":"998877665544332","text":""}`, "", 400},
		{"/sim/say", `{"phone":"1","number":"998877665544332","text":"hi"}`, "", 404},
		{"/sim/say", `{"phone":"` + ana + `","number":"998877665544332","text":"hi"}`, "https://evil.example", 403},
		{"/sim/say", `[`, "", 400},
		{"/sim/open", `{"phone":"` + ana + `","number":"998877665544332"}`, "", 204},
		{"/sim/clock", `{"seconds":3600}`, "", 204},
		{"/sim/clock", `{"seconds":1e300}`, "", 400},
		{"/sim/faults", `{"fault":"slow","probability":1}`, "", 204},
		{"/sim/faults", `{"fault":"rain","probability":1}`, "", 400},
		{"/sim/trigger", `{"fault":"190"}`, "", 204},
		{"/sim/trigger", `{"fault":"rain"}`, "", 400},
		{"/sim/phones", `{"wa_id":"4917012345678","name":"Neu"}`, "", 204},
		{"/sim/phones", `{"wa_id":"4917012345678","name":"Neu"}`, "", 400},
		{"/sim/phones", `{}`, "", 400},
	}
	for _, test := range tests {
		if got := w.fetch(http.MethodPost, test.path, test.body, test.origin); got.status != test.status {
			t.Errorf("%s %s: %d %s", test.path, test.body, got.status, got.body)
		}
	}
	if len(w.Messages(ana, numberID)) != 2 || len(w.Phones()) != 3 || time.Until(w.Now()) < 50*time.Minute {
		t.Errorf("%d bubbles, %d phones, clock %s", len(w.Messages(ana, numberID)), len(w.Phones()), w.Now())
	}
	state := w.fetch(http.MethodGet, "/sim/state", "", "").body
	chat := w.fetch(http.MethodGet, "/sim/chat?number=998877665544332&phone="+ana, "", "").body
	if !strings.Contains(state, `"slow":1`) || !strings.Contains(chat, `"window_closes_at"`) {
		t.Errorf("state %s, chat %s", state, chat)
	}
	w.idle()
}

// frame is what the socket pushes.
type frame struct {
	Type    string
	Phones  []Phone
	Bubbles []Bubble
	Entries []entry
}

func dial(t *testing.T, w *world) *websocket.Conn {
	t.Helper()
	conn, response, err := websocket.DefaultDialer.DialContext(t.Context(), "ws"+strings.TrimPrefix(w.URL(), "http")+"/sim/ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	t.Cleanup(func() { conn.Close() })
	return conn
}

// until reads frames until one fits.
func until(t *testing.T, conn *websocket.Conn, fits func(frame) bool) frame {
	t.Helper()
	if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	for {
		var f frame
		if err := conn.ReadJSON(&f); err != nil {
			t.Fatal(err)
		}
		if fits(f) {
			return f
		}
	}
}

func TestSocketShowsTheChatLive(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	conn := dial(t, w)
	if f := until(t, conn, func(f frame) bool { return f.Type == "state" }); len(f.Phones) != 2 {
		t.Errorf("phones %+v", f.Phones)
	}
	if err := conn.WriteJSON(chatName{ana, numberID}); err != nil {
		t.Fatal(err)
	}
	until(t, conn, func(f frame) bool { return f.Type == "chat" && len(f.Bubbles) == 0 })
	w.say("hi")
	until(t, conn, func(f frame) bool {
		return f.Type == "chat" && len(f.Bubbles) == 1 && f.Bubbles[0].Status == "delivered"
	})
	w.mustPost(words(ana, "hello"))
	until(t, conn, func(f frame) bool {
		return f.Type == "chat" && len(f.Bubbles) == 2 && f.Bubbles[1].Status == "delivered"
	})
	if err := w.AddPhone(Phone{BSUID: "BR.7"}); err != nil {
		t.Fatal(err)
	}
	until(t, conn, func(f frame) bool { return f.Type == "state" && len(f.Phones) == 3 })
	log := w.fetch(http.MethodGet, "/sim/state", "", "").body
	if strings.Contains(log, "hello") {
		t.Error("the state holds message text")
	}
}

func TestLogHoldsNoText(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	conn := dial(t, w)
	w.say("my secret words")
	f := until(t, conn, func(f frame) bool { return f.Type == "log" })
	raw, err := json.Marshal(f.Entries)
	if err != nil || len(f.Entries) == 0 || strings.Contains(string(raw), "secret") {
		t.Errorf("log %s %v", raw, err)
	}
}

func TestCloseEndsSockets(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	conn := dial(t, w)
	until(t, conn, func(f frame) bool { return f.Type == "state" })
	if err := w.Simulator.Close(); err != nil {
		t.Fatal(err)
	}
	for {
		if _, _, err := conn.ReadMessage(); err != nil {
			return
		}
	}
}

// A clock that is others' too moves only where they let it.
func TestPageMovesOthersClockFirst(t *testing.T) {
	t.Parallel()
	var moves []time.Duration
	w := newWorld(t, func(c *Config) {
		c.Ahead = time.Hour
		c.Move = func(ahead time.Duration) error {
			if ahead < time.Hour {
				return errors.New("time does not go back\nremedy: begin anew")
			}
			moves = append(moves, ahead)
			return nil
		}
	})
	back, on := w.fetch(http.MethodPost, "/sim/clock", `{"seconds":-60}`, ""), w.fetch(http.MethodPost, "/sim/clock", `{"seconds":60}`, "")
	if back.status != 400 || !strings.Contains(back.body, "remedy: begin anew") {
		t.Errorf("back: %d %s", back.status, back.body)
	}
	if want := time.Hour + time.Minute; on.status != 204 || w.Ahead() != want || len(moves) != 1 || moves[0] != want {
		t.Errorf("on: %d, %s ahead, others were moved to %v", on.status, w.Ahead(), moves)
	}
}
