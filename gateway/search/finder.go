package search

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/searchindex"
)

// Request is one page of a search. Now is the newest time that a message can
// have; After is the cursor of the page before.
type Request struct {
	Text  string
	Limit int
	Now   time.Time
	After searchindex.Cursor
}

// Hit is a message that was found, with the row of its conversation.
type Hit struct {
	Row     actorpb.Row
	Message searchindex.Found
	Excerpt string
	Marks   []Mark
}

// Found is one page. Next, unless zero, leads to the one after it; a page may
// have fewer hits than asked for, or none, and still go on: time was up.
type Found struct {
	Contacts []actorpb.Row
	Hits     []Hit
	Next     searchindex.Cursor
}

// Finder answers searches. Safe for concurrent use.
type Finder struct{ store *searchindex.Index }

// NewFinder searches a store.
func NewFinder(store *searchindex.Index) *Finder { return &Finder{store} }

// Find searches within the scope until ctx ends: contacts on the first page,
// messages on every one. What was found in time is an answer; only a search that
// found out nothing in time is an error.
func (f *Finder) Find(ctx context.Context, scope persistence.Scope, r Request) (Found, error) {
	var found Found
	first := r.After.At.IsZero()
	if query := ContactQuery(scope.TenantID, r.Text); first && query != "" {
		contacts, err := f.store.Conversations(ctx, scope, query, r.Limit)
		if err != nil {
			return Found{}, err
		}
		found.Contacts = contacts
	}
	messages, next, err := f.messages(ctx, scope, r)
	if err != nil {
		return Found{}, err
	}
	if first && looksLikeID(r.Text) {
		named, err := f.store.MessagesByID(ctx, scope, wa.MessageID(strings.TrimSpace(r.Text)))
		if err != nil {
			return Found{}, err
		}
		messages = append(named, messages...)
	}
	found.Next = next
	found.Hits, err = f.hits(ctx, scope, messages, asked(r.Text))
	return found, err
}

// messages walks back in time until the page is full.
func (f *Finder) messages(ctx context.Context, scope persistence.Scope, r Request) ([]searchindex.Found, searchindex.Cursor, error) {
	end := searchindex.Cursor{}
	query := messageQuery(asked(r.Text))
	if query == "" {
		return nil, end, nil
	}
	query += " & " + lexeme(tenantLexeme(scope.TenantID), false) + " & "
	newest := r.After.At
	if newest.IsZero() {
		newest = r.Now.AddDate(0, 0, 1) // clocks differ
	}
	var found []searchindex.Found
	for _, s := range spans(newest) {
		more, err := f.store.Messages(ctx, scope, query+s.query(), r.After, r.Limit-len(found))
		if errors.Is(err, context.DeadlineExceeded) && !end.At.IsZero() {
			return found, end, nil
		}
		if err != nil {
			return nil, end, err
		}
		if found = append(found, more...); len(found) == r.Limit {
			last := &found[len(found)-1]
			return found, searchindex.Cursor{At: last.At, Number: last.Key.PhoneNumberID, Message: last.Message.MessageID()}, nil
		}
		end = searchindex.Cursor{At: s.from} // everything before the span
	}
	return found, searchindex.Cursor{}, nil
}

// hits joins messages with the rows of their conversations. One that left the
// scope since it was found has none.
func (f *Finder) hits(ctx context.Context, scope persistence.Scope, messages []searchindex.Found, asked []string) ([]Hit, error) {
	if len(messages) == 0 {
		return nil, nil
	}
	keys := make([]wa.ConversationKey, 0, len(messages))
	for i := range messages {
		keys = append(keys, messages[i].Key)
	}
	slices.SortFunc(keys, wa.ConversationKey.Compare)
	rows, err := f.store.Rows(ctx, scope, slices.Compact(keys))
	if err != nil {
		return nil, err
	}
	hits := make([]Hit, 0, len(messages))
	for _, m := range messages {
		row, ok := rows[m.Key]
		if !ok {
			continue
		}
		hit := Hit{Row: row, Message: m}
		hit.Excerpt, hit.Marks = excerpt(textOf(m.Text), asked)
		hits = append(hits, hit)
	}
	return hits, nil
}

// looksLikeID says whether somebody pasted the name of a message: Meta's begin
// with "wamid.", ours are long and have digits and no spaces.
func looksLikeID(text string) bool {
	text = strings.TrimSpace(text)
	return len(text) >= 16 && !strings.ContainsAny(text, " \t\n") && strings.ContainsAny(text, "0123456789")
}
