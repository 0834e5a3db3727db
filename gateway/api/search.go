package api

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/search"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence/searchindex"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// foundView is one page of a search. Next, when there is more, goes into
// ?cursor=; a page may be short and go on, when time was up.
type foundView struct {
	Contacts []*view.Row `json:"contacts" doc:"On the first page: conversations by their contact, the newest first"`
	Messages []hitView   `json:"messages" doc:"The newest first"`
	Next     string      `json:"next,omitempty" doc:"For cursor; missing on the last page. A page may be short, or empty, and go on"`
}

// hitView is a message that was found, with the row of its conversation.
type hitView struct {
	Row     *view.Row        `json:"row"`
	Message FoundMessageView `json:"message"`
}

// FoundMessageView tells where a message stands and what of it was asked for.
// Marks are pairs of offsets into the excerpt, in UTF-16 units.
type FoundMessageView struct {
	ID        string        `json:"id"`
	Version   uint64        `json:"version" doc:"Of its item in the thread: read the thread around it"`
	At        *time.Time    `json:"at"`
	Direction string        `json:"direction" enum:"in,out,note"`
	Author    view.Party    `json:"author"`
	Kind      string        `json:"kind"`
	Excerpt   string        `json:"excerpt" doc:"Plain text around the first hit; empty when the message has no words"`
	Marks     []search.Mark `json:"marks" doc:"The hits, as pairs of offsets into the excerpt in UTF-16 units"`
}

func (a *conversations) Search(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	in := r.URL.Query()
	q := search.Request{Text: strings.TrimSpace(wa.CleanText(in.Get("q"))), Now: a.now()}
	if n := utf8.RuneCountInString(q.Text); n == 0 || n > 200 {
		return problem.Field("q", "want 1 to 200 characters")
	}
	var err error
	if q.Limit, err = rest.Limit(in.Get("limit"), 20, 100); err != nil {
		return err
	}
	if q.After, err = parseFoundCursor(in.Get("cursor")); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), listTimeout)
	defer cancel()
	found, err := a.finder.Find(ctx, who.Person.Scope(), q)
	if errors.Is(err, context.DeadlineExceeded) {
		return problem.New(code.Unavailable, "the search took too long; give more or longer words")
	}
	if err != nil {
		return err
	}
	return rest.Write(w, http.StatusOK, viewFound(&found))
}

func viewFound(found *search.Found) foundView {
	v := foundView{Contacts: make([]*view.Row, len(found.Contacts)), Messages: make([]hitView, len(found.Hits))}
	for i := range found.Contacts {
		v.Contacts[i] = view.OfRow(found.Contacts[i])
	}
	for i := range found.Hits {
		v.Messages[i] = viewHit(&found.Hits[i])
	}
	if !found.Next.At.IsZero() {
		v.Next = formatFoundCursor(found.Next)
	}
	return v
}

func viewHit(h *search.Hit) hitView {
	m := view.OfMessage(h.Message.Message)
	marks := h.Marks
	if marks == nil {
		marks = []search.Mark{}
	}
	return hitView{view.OfRow(h.Row), FoundMessageView{
		ID: m.ID, Version: h.Message.Version, At: view.StoredTime(h.Message.At), Direction: m.Direction,
		Author: m.Author, Kind: m.Kind, Excerpt: h.Excerpt, Marks: marks,
	}}
}

// A cursor is opaque to clients: the time in microseconds, the number and the id.
func formatFoundCursor(c searchindex.Cursor) string {
	text := strings.Join([]string{strconv.FormatInt(c.At.UnixMicro(), 10), string(c.Number), string(c.Message)}, " ")
	return base64.RawURLEncoding.EncodeToString([]byte(text))
}

func parseFoundCursor(text string) (searchindex.Cursor, error) {
	if text == "" {
		return searchindex.Cursor{}, nil
	}
	bad := problem.Field("cursor", "not a cursor of a search")
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return searchindex.Cursor{}, bad
	}
	parts := strings.SplitN(wa.CleanText(string(raw)), " ", 3)
	at, err := cursorTime(parts[0], 2000)
	if err != nil || len(parts) != 3 {
		return searchindex.Cursor{}, bad
	}
	return searchindex.Cursor{At: at, Number: wa.PhoneNumberID(parts[1]), Message: wa.MessageID(parts[2])}, nil
}
