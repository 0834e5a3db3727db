package cloudapi

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi/signature"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// newServer answers with one handler and hands out a client for it.
func newServer(t *testing.T, handler http.HandlerFunc) (*Client, *httptest.Server) {
	t.Helper()
	server := httptest.NewServer(handler)
	client := NewClient(Config{BaseURL: server.URL, Version: "v25.0", AppSecret: "secret", Timeout: 5 * time.Second})
	t.Cleanup(func() {
		client.Close()
		server.Close()
	})
	return client, server
}

func text(body string) Outgoing {
	return Outgoing{
		To:      wa.Alias{Kind: wa.AliasPhone, Value: "393331234567"},
		Content: wa.Content{Kind: wa.KindText, Text: &wa.Text{Body: body}},
	}
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestSendBodies(t *testing.T) {
	t.Parallel()
	phone := wa.Alias{Kind: wa.AliasPhone, Value: "393331234567"}
	template := func(name, components string) wa.Content {
		return wa.Content{Kind: wa.KindTemplate, Template: &wa.Template{Name: name, Language: "it", Components: json.RawMessage(components), Rendered: "never sent"}}
	}
	components := func(file string) string {
		var body struct {
			Template struct{ Components json.RawMessage }
		}
		if err := json.Unmarshal(readFile(t, "send/"+file), &body); err != nil {
			t.Fatal(err)
		}
		return string(body.Template.Components)
	}
	words := func(s string) wa.Content { return wa.Content{Kind: wa.KindText, Text: &wa.Text{Body: s}} }
	quote := words("Sì")
	quote.Quoted = "wamid.HBgMYotJ2W3N6XpDDdT1l3BYmeCalo95NJHktwTKAA=="
	tests := map[string]Outgoing{
		"text.json":                     {To: phone, Content: words("Ciao Giulia, confermato per sabato alle 20.")},
		"text_to_bsuid.json":            {To: wa.Alias{Kind: wa.AliasBSUID, Value: "IT.70412296615003388127"}, Content: words("Ciao!")},
		"text_reply_with_tracking.json": {To: phone, Content: quote, Opaque: "turn=9f3c;attempt=1"},
		"text_group.json":               {To: wa.Alias{Kind: wa.AliasGroup, Value: "Y2FwaV9ncm91cDo0OTE1NTUwMTAwMjAwOjEyMDM2MzAwMDAwMDAwMDAwMQZD"}, Content: words("Ciao a tutti")},
		"template_positional.json":      {To: phone, Content: template("order_ready", components("template_positional.json"))},
		"template_named.json":           {To: phone, Content: template("reservation_confirmation", components("template_named.json"))},
		"template_auth_otp.json":        {To: phone, Content: template("otp_login", components("template_auth_otp.json"))},
		"template_flow_button.json":     {To: phone, Content: template("book_flow", components("template_flow_button.json"))},
	}
	for name, out := range tests {
		body, err := newSendBody(out)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		raw, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(generic(t, readFile(t, "send/"+name)), generic(t, raw)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// generic decodes a request; a preview_url of false is the same as none.
func generic(t *testing.T, raw []byte) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	if text, ok := m["text"].(map[string]any); ok && text["preview_url"] == false {
		delete(text, "preview_url")
	}
	return m
}

func TestSendAccepted(t *testing.T) {
	t.Parallel()
	tests := map[string]Sent{
		"send_ok_phone.json":         {WAMID: "wamid.HBgMZ3YSgofvLLjq15go5bdvbu+9VTeMMqb4pZR4AA==", Input: "+393331234567", WaID: "393331234567"},
		"send_ok_bsuid.json":         {WAMID: "wamid.HBgMQFOGv2PbR1fR0ZhzcocIpCBYmMUj24qZSc6pAA==", Input: "IT.70412296615003388127", UserID: "IT.70412296615003388127"},
		"send_ok_template_held.json": {WAMID: "wamid.HBgMXjyIhQjRue5U/SOYqXHNZ6BNuQnAS0LdxBvZAA==", Input: "+393331234567", WaID: "393331234567", HeldForQuality: true},
		"send_ok_wa_id_differs.json": {WAMID: "wamid.HBgM1/iQxPcqPUm2mHCy3ChQxpjnuEHrLdfNIeTeAA==", Input: "+5215512345678", WaID: "525512345678"},
	}
	for name, want := range tests {
		client, _ := newServer(t, func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			switch {
			case r.Method != http.MethodPost, r.URL.Path != "/v25.0/998877665544332/messages":
				t.Errorf("%s %s", r.Method, r.URL.Path)
			case r.Header.Get("Authorization") != "Bearer token", r.Header.Get("User-Agent") != userAgent:
				t.Errorf("header %v", r.Header)
			case !signature.Proves(r.URL.Query().Get("appsecret_proof"), "secret", "token"):
				t.Error("no proof")
			case !bytes.Contains(body, []byte(`"to":"+393331234567"`)):
				t.Error("no recipient")
			}
			w.Write(readFile(t, "responses/"+name))
		})
		got, err := client.Send(t.Context(), "998877665544332", "token", text("x"))
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestSendRefusedBeforeTheNetwork(t *testing.T) {
	t.Parallel()
	client, _ := newServer(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was made") })
	long := text("x")
	long.Opaque = strings.Repeat("x", maxOpaque+1)
	broken := Outgoing{To: text("x").To, Content: wa.Content{Kind: wa.KindTemplate, Template: &wa.Template{
		Name: "a", Language: "it", Components: json.RawMessage(`{`),
	}}}
	media := Outgoing{To: text("x").To, Content: wa.Content{Kind: wa.KindMedia}}
	for name, out := range map[string]Outgoing{"empty": text(""), "opaque": long, "components": broken, "kind": media} {
		_, err := client.Send(t.Context(), "1", "token", out)
		if e, ok := errors.AsType[*SendError](err); !ok || e.Outcome != Rejected {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// hijack takes the connection away from the server.
func hijack(t *testing.T, w http.ResponseWriter) net.Conn {
	t.Helper()
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		t.Error(err)
	}
	return conn
}

func TestSendAmbiguous(t *testing.T) {
	t.Parallel()
	tests := map[string]http.HandlerFunc{
		"closed after the request": func(w http.ResponseWriter, _ *http.Request) { hijack(t, w).Close() },
		"half an answer": func(w http.ResponseWriter, _ *http.Request) {
			conn := hijack(t, w)
			io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"messages\":[")
			conn.Close()
		},
		"answer without an id": func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"messages":[]}`) },
		"answer of a proxy":    func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<html>") },
		"502 of a proxy":       func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
		"redirect":             func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/else", http.StatusFound) },
		"no answer in time": func(_ http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		},
	}
	for name, handler := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, _ := newServer(t, handler)
			client.timeout = 300 * time.Millisecond
			_, err := client.Send(t.Context(), "1", "token", text("x"))
			e, ok := errors.AsType[*SendError](err)
			if !ok || e.Outcome != Ambiguous {
				t.Fatalf("%v", err)
			}
			if strings.Contains(err.Error(), "proof") || strings.Contains(err.Error(), "token") {
				t.Errorf("the error tells too much: %v", err)
			}
		})
	}
}

func TestSendSurelyNotSent(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + listener.Addr().String()
	listener.Close()
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = nil
	secure.StartTLS()
	defer secure.Close()
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	tests := map[string]struct {
		base string
		ctx  context.Context
	}{
		"dial":              {closed, t.Context()},
		"dns":               {"http://no-such-host.invalid", t.Context()},
		"tls to plain port": {strings.Replace(plain.URL, "http:", "https:", 1), t.Context()},
		"unknown authority": {secure.URL, t.Context()},
		"cancelled before":  {plain.URL, cancelled},
	}
	for name, test := range tests {
		transport := &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}}
		client := NewClient(Config{BaseURL: test.base, Timeout: 5 * time.Second, HTTP: &http.Client{Transport: transport}})
		_, err := client.Send(test.ctx, "1", "token", text("x"))
		if e, ok := errors.AsType[*SendError](err); !ok || e.Outcome != Retry || e.Class != ClassRetry || e.Err == nil {
			t.Errorf("%s: %v", name, err)
		}
		client.Close()
	}
}

func TestSendErrorAnswers(t *testing.T) {
	t.Parallel()
	client, _ := newServer(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		w.Write(readFile(t, "responses/error_131056.json"))
	})
	_, err := client.Send(t.Context(), "1", "token", text("x"))
	e, ok := errors.AsType[*SendError](err)
	if !ok || e.Outcome != Retry || e.Class != ClassRetryUser || e.Code != 131056 || e.HTTPStatus != 400 || e.RetryAfter != 6*time.Second {
		t.Errorf("%+v", e)
	}
}

func TestAnswerIsBounded(t *testing.T) {
	t.Parallel()
	client, _ := newServer(t, func(w http.ResponseWriter, _ *http.Request) {
		io.Copy(w, io.LimitReader(endless{}, 8*maxAnswer)) // fails when the client hangs up
	})
	_, err := client.Send(t.Context(), "1", "token", text("x"))
	if e, ok := errors.AsType[*SendError](err); !ok || e.Outcome != Ambiguous {
		t.Errorf("%v", err)
	}
}

// endless is a body without an end.
type endless struct{}

func (endless) Read(b []byte) (int, error) { return copy(b, bytes.Repeat([]byte(" "), len(b))), nil }

func TestMarkReadAndTyping(t *testing.T) {
	t.Parallel()
	for name, typing := range map[string]bool{"mark_read.json": false, "typing_indicator.json": true} {
		client, _ := newServer(t, func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if diff := cmp.Diff(generic(t, readFile(t, "send/"+name)), generic(t, body)); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
			w.Write(readFile(t, "responses/mark_read_ok.json"))
		})
		if err := client.MarkRead(t.Context(), "1", "token", "wamid.HBgMYotJ2W3N6XpDDdT1l3BYmeCalo95NJHktwTKAA==", typing); err != nil {
			t.Error(err)
		}
	}
}

func TestMessageHistory(t *testing.T) {
	t.Parallel()
	client, _ := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v25.0/1/message_history" || r.URL.Query().Get("message_id") != "wamid.x" {
			t.Errorf("asked %s", r.URL)
		}
		w.Write(readFile(t, "message_history.json"))
	})
	got, err := client.MessageHistory(t.Context(), "1", "token", "wamid.x")
	want := []DeliveryEvent{{Status: wa.StatusDelivered, WebhookState: "DELIVERED", At: time.Unix(1795000000, 0).UTC()}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%s %v", diff, err)
	}
}
