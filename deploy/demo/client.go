package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/deploy/engine"
	"github.com/prosa-chat/prosa/persistence/staff"
)

const conversationsPath = "/api/v1/conversations"

// demoClient calls the API as one of the staff.
type demoClient struct {
	base, token, csrf string
	id                wa.AgentID
}

// demoRow is what the demo reads of a conversation.
type demoRow struct {
	ID      string           `json:"id"`
	Number  wa.PhoneNumberID `json:"phone_number_id"`
	Contact struct {
		Name    string `json:"name"`
		Address string `json:"address"`
	} `json:"contact"`
}

// demoMessage is what it reads of a message.
type demoMessage struct {
	ID        wa.MessageID `json:"id"`
	Direction string       `json:"direction"`
	SentAt    time.Time    `json:"sent_at"`
	Content   wa.Content   `json:"content"`
	Status    struct {
		WAMID wa.MessageID `json:"wamid"`
		State string       `json:"state"`
	} `json:"status"`
	Media struct {
		State string `json:"state"`
	} `json:"media"`
}

// enter makes a client with a session of its own.
func enter(ctx context.Context, e *engine.Engine, p staff.Person) (*demoClient, error) {
	session, err := e.Staff.OpenSession(ctx, p)
	if err != nil {
		return nil, fmt.Errorf("enter as %s: %w", p.Name, err)
	}
	return &demoClient{e.Gateway.URL(), session.Token, session.CSRFToken, p.ID}, nil
}

func (d *demoClient) leave(ctx context.Context) error {
	return d.do(ctx, http.MethodPost, "/api/v1/logout", nil, nil)
}

// conversations are those that the person may see, the newest 200 of what is to be
// dealt with and the newest 200 of what is resolved.
func (d *demoClient) conversations(ctx context.Context) (rows []demoRow, err error) {
	for _, view := range []string{"all", "resolved"} {
		var page struct {
			Conversations []demoRow `json:"conversations"`
		}
		if err := d.do(ctx, http.MethodGet, conversationsPath+"?limit=200&view="+view, nil, &page); err != nil {
			return nil, err
		}
		rows = append(rows, page.Conversations...)
	}
	return rows, nil
}

// thread is the newest messages of a conversation, oldest first.
func (d *demoClient) thread(ctx context.Context, path string) ([]demoMessage, error) {
	var page struct {
		Items []struct {
			Message *demoMessage `json:"message"`
		} `json:"items"`
	}
	if err := d.do(ctx, http.MethodGet, path+"/messages?limit=200", nil, &page); err != nil {
		return nil, err
	}
	var thread []demoMessage
	for _, item := range page.Items {
		if item.Message != nil {
			thread = append(thread, *item.Message)
		}
	}
	return thread, nil
}

// file is what a customer sent, nil when the engine does not have it.
func (d *demoClient) file(ctx context.Context, path string, id wa.MessageID) ([]byte, error) {
	content, status, err := d.call(ctx, http.MethodGet, path+"/media/"+url.PathEscape(string(id)), nil)
	if err != nil || status != http.StatusOK {
		return nil, err
	}
	return content, nil
}

// do calls and decodes the answer; anything but a success is an error.
func (d *demoClient) do(ctx context.Context, method, path string, body, into any) error {
	answer, status, err := d.call(ctx, method, path, body)
	switch {
	case err != nil:
		return err
	case status >= http.StatusMultipleChoices:
		return fmt.Errorf("call %s: %d: %s", path, status, answer)
	case into == nil:
		return nil
	}
	if err := json.Unmarshal(answer, into); err != nil {
		return fmt.Errorf("decode answer of %s: %w", path, err)
	}
	return nil
}

func (d *demoClient) call(ctx context.Context, method, path string, body any) (answer []byte, status int, err error) {
	var sent io.Reader = http.NoBody
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return nil, 0, fmt.Errorf("encode %s: %w", path, err)
		}
		sent = bytes.NewReader(encoded)
	}
	req, err := http.NewRequestWithContext(ctx, method, d.base+path, sent)
	if err != nil {
		return nil, 0, fmt.Errorf("call %s: %w", path, err)
	}
	req.Header.Set("Cookie", "prosa_session="+d.token)
	req.Header.Set("X-CSRF-Token", d.csrf)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, 0, fmt.Errorf("call %s: %w", path, err)
	}
	defer res.Body.Close()
	if answer, err = io.ReadAll(res.Body); err != nil {
		return nil, 0, fmt.Errorf("read answer of %s: %w", path, err)
	}
	return answer, res.StatusCode, nil
}
