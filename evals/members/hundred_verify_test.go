package members

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
)

// texts are the words of messages in a list, in order.
func texts(list any, path string) []string {
	rows, _ := list.([]any)
	var all []string
	for _, row := range rows {
		if text, ok := prosatest.Walk(row, path).(string); ok {
			all = append(all, text)
		}
	}
	return all
}

// same says in what two lists differ, whatever their order.
func same(what string, got, want []string) error {
	got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		return fmt.Errorf("%s: %d, want %d:\n%q\n%q", what, len(got), len(want), got, want)
	}
	return nil
}

// all is what was written in a company.
func (c *company) all() []string { return append(slices.Clone(c.said), c.sent...) }

// verify checks that a company is shown what is its own: in every list, in its threads
// and in its audit, and that its customer got what it sent.
func (w *town) verify(ctx context.Context, c *company) error {
	for _, path := range append(slices.Clone(w.paths), "/api/v1/conversations?view=mine", "/api/v1/conversations?view=unclaimed", "/api/v1/audit?limit=200") {
		raw, err := c.read(ctx, path)
		if err != nil {
			return err
		}
		if list := w.strangers(c, raw); len(list) > 0 {
			return fmt.Errorf("%s shows %q", path, list)
		}
	}
	list, err := c.ordered(ctx, http.MethodGet, "/api/v1/conversations?limit=200", nil)
	if err != nil {
		return err
	}
	ids := texts(list.At("conversations"), "id")
	if len(ids) != 3 || !slices.Contains(ids, c.thread) {
		return fmt.Errorf("its list is %q", ids)
	}
	var got []string
	for _, id := range ids {
		thread, err := c.ordered(ctx, http.MethodGet, "/api/v1/conversations/"+id+"/messages?limit=200", nil)
		if err != nil {
			return err
		}
		got = append(got, texts(thread.At("items"), "message.content.text.body")...)
	}
	if err := same("its threads", got, c.all()); err != nil {
		return err
	}
	foreign := w.companies[(c.index+1)%companyCount].thread
	for _, path := range []string{"", "/messages", "/details"} {
		a, err := c.admin.Try(ctx, http.MethodGet, "/api/v1/conversations/"+foreign+path, nil)
		if err != nil || a.Status != http.StatusNotFound {
			return fmt.Errorf("another's conversation: %d, %w", a.Status, err)
		}
	}
	var received []string
	for _, b := range c.app.meta.Messages(c.phone, c.number) {
		if b.FromBusiness {
			received = append(received, b.Text)
		}
	}
	return same("its customer's phone", received, c.sent)
}

// verifyFeed checks what came over the socket of a company while all others wrote.
func (w *town) verifyFeed(t *testing.T, c *company) {
	t.Helper()
	stream := "conversation:" + c.thread
	var want []string
	for _, item := range c.admin.Items(t, "/api/v1/conversations/"+c.thread) {
		if text, ok := prosatest.Walk(item, "message.content.text.body").(string); ok {
			want = append(want, text)
		}
	}
	await.Eventually(t, c.name+" is told all of its thread", func() (any, bool) {
		got := c.feed.Texts(stream)
		return len(got), len(got) >= len(want)
	})
	if err := same("its live thread", c.feed.Texts(stream), want); err != nil {
		t.Errorf("%s: %v", c.name, err)
	}
	list := c.admin.Get(t, "/api/v1/conversations?limit=200")
	rows, _ := list.At("conversations").([]any)
	for _, row := range rows {
		id, version := prosatest.Walk(row, "id"), prosatest.Walk(row, "version")
		c.feed.Wait(t, fmt.Sprint(c.name, "'s newest row of ", id), func(f map[string]any) bool {
			return f["t"] == "row" && prosatest.Walk(f, "row.id") == id && prosatest.Walk(f, "row.version") == version
		})
	}
	foreign := "conversation:" + w.companies[(c.index+1)%companyCount].thread
	c.feed.Send(t, map[string]any{"t": "subscribe", "stream": foreign})
	c.feed.Wait(t, "the refusal of "+foreign, func(f map[string]any) bool { return f["t"] == "error" && f["stream"] == foreign })
	for _, f := range c.feed.Frames() {
		raw, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		if list := w.strangers(c, raw); len(list) > 0 && f["stream"] != foreign {
			t.Errorf("%s is told of %q: %s", c.name, list, raw)
		}
	}
}

// search looks for the company's own word, which finds all that was written in it, and
// for everybody else's, which finds nothing.
func (w *town) search(ctx context.Context, c *company) error {
	var got []string
	for cursor := ""; ; {
		found, err := c.ordered(ctx, http.MethodGet, "/api/v1/search?limit=100&q="+c.word+"&cursor="+url.QueryEscape(cursor), nil)
		if err != nil {
			return err
		}
		got = append(got, texts(found.At("messages"), "message.excerpt")...)
		if cursor = found.Text("next"); cursor == "" {
			break
		}
	}
	if err := same("what it finds", got, c.all()); err != nil {
		return err
	}
	for _, other := range w.companies {
		if other == c {
			continue
		}
		raw, err := c.read(ctx, "/api/v1/search?q="+other.word)
		if err != nil {
			return err
		}
		if list := w.strangers(c, raw); len(list) > 0 || strings.Contains(string(raw), `"id"`) {
			return fmt.Errorf("looking for %s finds %s", other.word, raw)
		}
	}
	return nil
}

// exported checks an archive of all that a company has, and its audit as a table.
func (w *town) exported(ctx context.Context, c *company) error {
	table, err := c.read(ctx, "/api/v1/audit/export")
	if err != nil {
		return err
	}
	if list := w.strangers(c, table); len(list) > 0 || !strings.Contains(string(table), c.word) {
		return fmt.Errorf("its audit as a table names %q", list)
	}
	archive, err := w.archive(ctx, c)
	if err != nil {
		return err
	}
	for entry, rows := range archive {
		if list := w.strangers(c, rows); len(list) > 0 {
			return fmt.Errorf("%s of its export names %q", entry, list)
		}
	}
	for entry, want := range map[string]int{"message": len(c.said) + len(c.sent), "conversation": 3, "phone_number": 1, "staff": 1, "contact": 3} {
		if n := strings.Count(string(archive["tables/"+entry+".ndjson"]), "\n"); n != want {
			return fmt.Errorf("its export has %d rows of %s, want %d", n, entry, want)
		}
	}
	return nil
}
