package e2e

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/cloudapi/meaning"
)

const (
	webhookSamples = "../../gateway/cloudapi/testdata/webhooks"
	sampleNumber   = prosatest.Brasil // all samples are of this number or of no number
)

// Every sample of Meta's webhooks is acknowledged and becomes what the table
// says, event by event. Nothing fails and nothing is missing.
func TestEveryWebhookSampleHasItsOutcome(t *testing.T) {
	t.Parallel()
	table := webhookOutcomes()
	var files []string
	err := filepath.WalkDir(webhookSamples, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			name, _ := filepath.Rel(webhookSamples, path)
			files = append(files, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil || len(files) != len(table) {
		t.Fatalf("%d samples, %d outcomes stated, %v", len(files), len(table), err)
	}
	d := prosatest.OpenDesk(t, nil)
	f := &fixtures{Desk: d}
	f.sendWhatIsReported(t, table)
	for _, row := range table {
		if !slices.Contains(files, row.file) {
			t.Errorf("%s is in the table but is no sample", row.file)
			continue
		}
		f.check(t, row.file, row.outcome)
	}
	if n := prosatest.Scalar(t, d.Db, `SELECT count(*) FROM intake_problem WHERE state <> 'stored'`); n != 0 {
		t.Errorf("%d events failed or were parked", n)
	}
	// What is only stored says why.
	if n := prosatest.Scalar(t, d.Db, `SELECT count(*) FROM intake_problem WHERE state = 'stored' AND reason NOT LIKE 'stored only, because %'`); n != 0 {
		t.Errorf("%d events are stored without a reason of the table", n)
	}
	// Each event of each sample stands in exactly one place.
	messages := prosatest.Scalar(t, d.Db, `SELECT count(*) FROM message WHERE direction = 0`) - 1 // Helena's
	stored := prosatest.Scalar(t, d.Db, `SELECT count(*) FROM intake_problem`)
	if int(messages) != f.messages || int(stored) != f.stored || f.events != f.messages+f.stored+f.statuses+f.applied+f.health {
		t.Errorf("%d events: %d messages of %d, %d stored of %d, %d statuses, %d of the number's health",
			f.events, messages, f.messages, stored, f.stored, f.statuses, f.health)
	}
	t.Logf("%d samples, %d events: %d messages, %d statuses, %d stored", len(files), f.events, f.messages, f.statuses, f.stored)
}

// fixtures counts what the samples contained, by outcome.
type fixtures struct {
	*prosatest.Desk
	events, messages, statuses, stored, applied, health int
	revoked                                             []wa.MessageID // by the samples so far
}

// readSample returns the bodies of a sample, most of which are one, and all
// events, with the body that each came in.
func readSample(t *testing.T, file string) (posts [][]byte, events []sampleEvent) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(webhookSamples, file))
	if err != nil {
		t.Fatal(err)
	}
	var several struct{ Posts []json.RawMessage }
	if err := json.Unmarshal(raw, &several); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	for _, post := range several.Posts {
		posts = append(posts, post)
	}
	if posts == nil {
		posts = [][]byte{raw}
	}
	for _, body := range posts {
		delivery, err := cloudapi.Parse(body)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, e := range meaning.Spread(delivery.Events) {
			events = append(events, sampleEvent{e, body})
		}
	}
	return posts, events
}

type sampleEvent struct {
	cloudapi.Event
	body []byte
}

// sendWhatIsReported sends one real message for each wamid that statuses of the
// table are about, and gives it that wamid: only Meta chooses them.
func (f *fixtures) sendWhatIsReported(t *testing.T, table []struct{ file, outcome string }) {
	t.Helper()
	var wamids []string
	for _, row := range table {
		_, events := readSample(t, row.file)
		for n, outcome := range strings.Split(row.outcome, "; ") {
			if strings.HasPrefix(outcome, "status ") {
				wamids = append(wamids, string(events[n].Status.MessageID))
			}
		}
	}
	slices.Sort(wamids)
	wamids = slices.Compact(wamids)
	path, _ := f.Say(t, prosatest.Helena, "oi")
	f.Sim.SetWebhook("") // its own statuses would raise what the samples are to raise
	prosatest.Expect(t, f.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	for n, wamid := range wamids {
		id := f.Ana.Write(t, path, fmt.Sprint(n), fmt.Sprint("mensagem ", n))
		f.Ana.WaitState(t, path, id, "accepted")
		tag, err := f.Db.Exec(t.Context(), `UPDATE message_status SET wamid = $2 WHERE message_id = $1`, id, wamid)
		if err != nil || tag.RowsAffected() != 1 {
			t.Fatalf("give %s its wamid: %v %v", id, tag, err)
		}
	}
}

// check posts one sample and waits for the outcome of each of its events.
func (f *fixtures) check(t *testing.T, file, outcome string) {
	t.Helper()
	posts, events := readSample(t, file)
	outcomes := strings.Split(outcome, "; ")
	if len(events) != len(outcomes) {
		t.Errorf("%s: %d events, %d outcomes stated", file, len(events), len(outcomes))
		return
	}
	health := prosatest.Scalar(t, f.Db, `SELECT count(*) FROM stream_event`)
	stored := map[string]int64{}
	for _, o := range outcomes {
		if kind, ok := strings.CutPrefix(o, "stored "); ok {
			stored[kind] = f.storedOf(t, kind)
		}
	}
	for _, body := range posts {
		if code := prosatest.PostWebhook(t, f.Url, prosatest.TestSecret, body); code != http.StatusOK {
			t.Errorf("%s: answered %d", file, code)
			return
		}
	}
	f.events += len(events)
	want := map[string]int64{}
	for n, o := range outcomes {
		what, kind, _ := strings.Cut(o, " ")
		switch what {
		case "message":
			f.messages++
			f.checkMessage(t, file, kind, events[n])
		case "status":
			f.statuses++
			f.checkStatus(t, file, kind, events[n].Status)
		case "unmatched":
			f.statuses++
			await.Eventually(t, file+": a status that waits",
				prosatest.Counts(t, f.Db, 1, `SELECT count(*) FROM unmatched WHERE wamid = $1 AND status = $2`, events[n].Status.MessageID, kind))
		case "stored":
			f.stored++
			want[kind]++
		case "applied": // told beside: the marks of the intake say that it is done with
			f.applied++
		case "health":
			f.health++
			await.Eventually(t, file+": the number's health", func() (any, bool) {
				now := prosatest.Scalar(t, f.Db, `SELECT count(*) FROM stream_event`)
				return now, now > health
			})
		default:
			t.Errorf("%s: no such outcome: %s", file, o)
		}
	}
	for kind, n := range want {
		await.Eventually(t, file+": stored "+kind, await.Is(stored[kind]+n, func() int64 { return f.storedOf(t, kind) }))
	}
}

func (f *fixtures) storedOf(t *testing.T, kind string) int64 {
	t.Helper()
	return prosatest.Scalar(t, f.Db, `SELECT count(*) FROM intake_problem WHERE state = 'stored' AND kind = $1`, kind)
}

// checkStatus waits for the status. Several samples report the
// same of one message at other times; the first counts.
func (f *fixtures) checkStatus(t *testing.T, file, status string, s *cloudapi.Status) {
	t.Helper()
	await.Eventually(t, file+": the status",
		prosatest.Counts(t, f.Db, 1, `SELECT count(*) FROM message_status WHERE wamid = $1 AND `+status+`_at IS NOT NULL`, s.MessageID))
	if s.Error != nil && prosatest.Scalar(t, f.Db, `SELECT error_code FROM message_status WHERE wamid = $1`, s.MessageID) != int64(s.Error.Code) {
		t.Errorf("%s: the error code is not kept", file)
	}
}

// checkMessage waits for the message in the conversation of its sender, and
// looks whether everything that was said is kept.
func (f *fixtures) checkMessage(t *testing.T, file, kind string, event sampleEvent) {
	t.Helper()
	m := event.Message
	var stored, contact string
	var content []byte
	await.Eventually(t, file+": the message", func() (any, bool) {
		err := f.Db.QueryRow(t.Context(), `SELECT m.kind, m.content, m.contact_id FROM message m
			JOIN conversation c USING (phone_number_id, contact_id) WHERE m.phone_number_id = $1 AND m.id = $2`,
			sampleNumber, m.ID).Scan(&stored, &content, &contact)
		return err, err == nil
	})
	if stored != kind {
		t.Errorf("%s: kind %s; want %s", file, stored, kind)
	}
	if kind == string(wa.KindUnsupported) && !strings.Contains(string(content), `"unsupported":"`) {
		t.Errorf("%s: it does not say why it cannot be shown: %s", file, content)
	}
	for _, alias := range m.From {
		var owner string
		err := f.Db.QueryRow(t.Context(), `SELECT contact_id FROM alias WHERE kind = $1 AND value = $2`, alias.Kind, alias.Value).Scan(&owner)
		if err != nil || owner != contact {
			t.Errorf("%s: %s %s leads to contact %q, the message to %q: %v", file, alias.Kind, alias.Value, owner, contact, err)
		}
	}
	if m.Content.Revoke != nil {
		f.revoked = append(f.revoked, m.Content.Revoke.Target)
	}
	if m.Content.Call != nil || m.Content.System != nil && !strings.HasPrefix(string(m.ID), "wamid.") {
		return // a line: its words are ours
	}
	kept, gone := leaves(decoded(t, content), nil), slices.Contains(f.revoked, m.ID)
	for _, text := range saidIn(t, event.body, string(m.ID)) {
		if gone && slices.Contains(kept, text) {
			t.Errorf("%s: %q was taken back before it came, and is kept in %s", file, text, content)
		}
		if !gone && !slices.Contains(kept, text) {
			t.Errorf("%s: %q is not kept in %s", file, text, content)
		}
	}
}

func decoded(t *testing.T, raw []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// saidIn lists all texts, ids and numbers of a message's own part in a webhook,
// but for three: links to media live for minutes and are fetched by id, the ids
// in a system message become aliases, and an edit changes words only.
func saidIn(t *testing.T, body []byte, id string) []string {
	t.Helper()
	entries, _ := prosatest.Walk(decoded(t, body), "entry").([]any)
	for _, entry := range entries {
		changes, _ := prosatest.Walk(entry, "changes").([]any)
		for _, change := range changes {
			messages, _ := prosatest.Walk(change, "value.messages").([]any)
			if messages == nil {
				messages, _ = prosatest.Walk(change, "value.standby.messages").([]any)
			}
			for _, m := range messages {
				if prosatest.Walk(m, "id") == id {
					kind, _ := prosatest.Walk(m, "type").(string)
					without := []string{
						"url", "wa_id", "new_wa_id", "user_id", "previous_user_id", "parent_user_id", "previous_parent_user_id",
					}
					if kind == "edit" {
						without = append(without, "context", "type", "id", "mime_type", "sha256")
					}
					return leaves(prosatest.Walk(m, kind), without)
				}
			}
		}
	}
	t.Fatalf("no message %s in the sample", id)
	return nil
}

// leaves lists what stands at the ends of a JSON tree and is not empty, without
// some keys.
func leaves(v any, without []string) (list []string) {
	switch x := v.(type) {
	case map[string]any:
		for key, value := range x {
			if !slices.Contains(without, key) {
				list = append(list, leaves(value, without)...)
			}
		}
	case []any:
		for _, value := range x {
			list = append(list, leaves(value, without)...)
		}
	case string:
		var inside map[string]any // the answer of a flow is JSON in a string
		switch {
		case json.Unmarshal([]byte(x), &inside) == nil:
			return leaves(inside, without)
		case x != "":
			return []string{x}
		}
	case float64:
		return []string{fmt.Sprint(x)}
	case bool:
		if x {
			return []string{"true"}
		}
	}
	return list
}
