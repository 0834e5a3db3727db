package actors_test

import (
	"errors"
	"testing"

	"github.com/prosa-chat/prosa/actors"
	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/persistence/journal"
)

// The row of a send, the events that caused it, the message and the inbox row carry
// one transaction id.
func TestI06AnEffectIsARowOfTheSameTransaction(t *testing.T) {
	t.Parallel()
	pool := office(t)
	m := newMember(t, pool, nil)
	seen := m.must(t, hello("wamid.1")).Version
	m.must(t, &actorpb.Claim{By: ana})
	m.must(t, reply(ana, "e1", seen))
	if n := count(t, pool, `SELECT count(DISTINCT xid) FROM (
		SELECT xmin::text AS xid FROM effect
		UNION ALL SELECT xmin::text FROM event WHERE type IN ('SendRequested', 'SendQueued')
		UNION ALL SELECT xmin::text FROM message WHERE direction = 1
		UNION ALL SELECT xmin::text FROM conversation) rows`); n != 1 {
		t.Errorf("%d transactions wrote one send", n)
	}
}

// The wish for a file is a row of the append that took its message in, and what
// became of it is recorded once.
func TestI06AWantedFileIsARowOfTheSameTransaction(t *testing.T) {
	t.Parallel()
	pool := office(t)
	m := newMember(t, pool, nil)
	picture := hello("wamid.1")
	picture.Kind, picture.Content = "media", []byte(`{"kind":"media","media":{"type":"image","id":"42","mime":"image/png","sha256":"s","file_name":"f"}}`)
	m.must(t, picture)
	if n := count(t, pool, `SELECT count(*) FROM effect w JOIN message m ON m.id = w.id AND m.xmin = w.xmin, LATERAL (
			SELECT * FROM json_to_record(convert_from(w.body, 'UTF8')::json) AS f(media_id text, mime text, sha256 text, file_name text)) AS f
		WHERE (w.kind, w.scope || ':' || w.grain, w.state) = (2, '`+conversationKey+`', 0) AND (f.media_id, f.mime, f.sha256, f.file_name) = ('42', 'image/png', 's', 'f')`); n != 1 {
		t.Errorf("%d files wanted by the message's transaction; want 1", n)
	}
	record := &actorpb.RecordMedia{MessageId: "wamid.1", Attempt: 2, Kept: true, Size: 7}
	if o := m.must(t, record); !o.Already || o.Version != 2 {
		t.Errorf("an attempt that is not the current one was recorded: %v", o)
	}
	if _, err := pool.Exec(t.Context(), `UPDATE effect SET attempt = 2, state = 2`); err != nil {
		t.Fatal(err)
	}
	if o := m.must(t, record); o.Already || o.Version != 3 {
		t.Errorf("the end of the fetch was not recorded: %v", o)
	}
	if n := count(t, pool, `SELECT count(*) FROM effect`); n != 0 {
		t.Errorf("%d effects are left; want none", n)
	}
	if o := m.must(t, record); !o.Already || o.Version != 3 {
		t.Errorf("recorded twice: %v", o)
	}
	if o := m.must(t, &actorpb.RecordMedia{MessageId: "wamid.none", Attempt: 1}); !o.Already || o.Version != 3 {
		t.Errorf("a file that nobody knows: %v", o)
	}
}

// An append that the database refuses has answered, published and queued nothing,
// and the grain goes on with what is stored.
func TestI06ARefusedAppendHasNoEffect(t *testing.T) {
	t.Parallel()
	pool := office(t)
	j := journal.New(pool, journal.Config{})
	t.Cleanup(j.Close)
	var published, queued int
	grain := actors.Conversations(actors.Config{
		Journal:   j,
		Committed: func(*actorpb.ConversationUpdate) { published++ },
		Queued:    func(ledger.EffectKind, string) { queued++ },
	})(conversationKey)
	ask := func(cmd *actorpb.SendMessage) (*actorpb.Outcome, error) {
		answer, err := grain.Receive(t.Context(), cmd)
		o, _ := answer.(*actorpb.Outcome)
		return o, err
	}
	if _, err := grain.Receive(t.Context(), hello("wamid.1")); err != nil {
		t.Fatal(err)
	}
	poisoned := reply(ana, "e1", 9)
	poisoned.Claim, poisoned.Preview = true, "poison" // nothing that the core accepts is refused by a column
	if _, err := pool.Exec(t.Context(), `ALTER TABLE conversation ADD CHECK (last_preview <> 'poison')`); err != nil {
		t.Fatal(err)
	}
	if _, err := ask(poisoned); !errors.Is(err, &cluster.Error{Code: actors.CodeRefused}) {
		t.Fatalf("poisoned send = %v; want refused", err)
	}
	if published != 1 || queued != 0 {
		t.Errorf("published %d, queued %d after the refusal; want 1 and 0", published, queued)
	}
	if n := count(t, pool, `SELECT (SELECT count(*) FROM effect) + (SELECT count(*) FROM event WHERE version > 2)`); n != 0 {
		t.Errorf("%d rows of the refused append", n)
	}
	clean := reply(ana, "e1", 9)
	clean.Claim = true
	if o, err := ask(clean); err != nil || o.Refusal != "" || o.Already {
		t.Errorf("the same send without the poison = %v, %v", o, err)
	}
	if published != 2 || queued != 1 {
		t.Errorf("published %d, queued %d; want 2 and 1", published, queued)
	}
}
