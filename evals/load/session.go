package load

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

const (
	apiPath       = "/api/v1"
	sessionCookie = "prosa_session"
	answerLimit   = 1 << 20
)

// session is somebody who is logged in at a site.
type session struct {
	client *http.Client
	url    string
	cookie string
	csrf   string
}

// newClient keeps as many connections as are used at once.
func newClient(connections int) *http.Client {
	return &http.Client{
		Timeout:   wireTime,
		Transport: &http.Transport{MaxIdleConns: connections, MaxIdleConnsPerHost: connections},
	}
}

// login opens a session.
func login(ctx context.Context, client *http.Client, url string, who Login) (*session, error) {
	s := &session{client: client, url: url}
	var me struct {
		CSRF string `json:"csrf_token"`
	}
	cookies, err := s.post(ctx, "/login", map[string]string{"email": who.Email, "password": who.Password}, &me)
	if err != nil {
		return nil, fmt.Errorf("log in: %w", err)
	}
	for _, c := range cookies {
		if c.Name == sessionCookie {
			s.cookie = c.Name + "=" + c.Value
		}
	}
	if s.cookie == "" || me.CSRF == "" {
		return nil, errors.New("log in: the answer has no session")
	}
	s.csrf = me.CSRF
	return s, nil
}

// logins opens a session for each.
func (s *site) logins(ctx context.Context, client *http.Client) ([]*session, error) {
	if len(s.Logins) == 0 {
		return nil, errors.New("the engine has no logins")
	}
	var list []*session
	for _, who := range s.Logins {
		one, err := login(ctx, client, s.URL, who)
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

// post sends JSON to the API, reads the answer into what is given and returns its
// cookies. An answer outside 2xx is an error with the problem's code.
func (s *session) post(ctx context.Context, path string, body, into any) ([]*http.Cookie, error) {
	encoded, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("encode request: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+apiPath+path, bytes.NewReader(encoded))
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	if s.cookie != "" {
		request.Header.Set("Cookie", s.cookie)
		request.Header.Set("X-CSRF-Token", s.csrf)
	}
	answer, err := s.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("call the API: %w", err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, answerLimit))
	if err != nil {
		return nil, fmt.Errorf("read answer: %w", err)
	}
	if answer.StatusCode/100 != 2 {
		var problem struct {
			Code string `json:"code"`
		}
		_ = json.Unmarshal(text, &problem) // the status says enough
		return nil, fmt.Errorf("call the API: status %d %s", answer.StatusCode, problem.Code)
	}
	if into != nil {
		if err := json.Unmarshal(text, into); err != nil {
			return nil, fmt.Errorf("read answer: %w", err)
		}
	}
	return answer.Cookies(), nil
}

// frame is what a socket says, as far as it matters here.
type frame struct {
	T     string `json:"t"`
	Error *struct {
		Name string `json:"name"`
	} `json:"error"`
}

const socketTime = 15 * time.Second

// socket opens a socket that watches the inbox: hello, identify, ready,
// subscribe, subscribed. The caller closes it.
func (s *session) socket(ctx context.Context) (*websocket.Conn, error) {
	dialer := websocket.Dialer{HandshakeTimeout: socketTime}
	address := "ws" + strings.TrimPrefix(s.url, "http") + apiPath + "/ws"
	conn, answer, err := dialer.DialContext(ctx, address, http.Header{"Cookie": {s.cookie}})
	if err != nil {
		return nil, fmt.Errorf("open socket: %w", err)
	}
	_ = answer.Body.Close() // empty after an upgrade
	_ = conn.SetReadDeadline(time.Now().Add(socketTime))
	for _, step := range []struct {
		say  any
		want string
	}{
		{nil, "hello"},
		{map[string]string{"t": "identify", "csrf": s.csrf, "client": "load"}, "ready"},
		{map[string]string{"t": "subscribe", "stream": "inbox"}, "subscribed"},
	} {
		if err := exchange(conn, step.say, step.want); err != nil {
			_ = conn.Close()
			return nil, fmt.Errorf("wait for %s: %w", step.want, err)
		}
	}
	_ = conn.SetReadDeadline(time.Time{})
	return conn, nil
}

// exchange says something and reads on until a frame of the wanted kind.
func exchange(conn *websocket.Conn, say any, want string) error {
	if say != nil {
		if err := conn.WriteJSON(say); err != nil {
			return err
		}
	}
	for {
		var f frame
		if err := conn.ReadJSON(&f); err != nil {
			return err
		}
		if f.Error != nil {
			return fmt.Errorf("refused: %s", f.Error.Name)
		}
		if f.T == want {
			return nil
		}
	}
}
