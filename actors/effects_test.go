package actors_test

import (
	"errors"
	"testing"

	"github.com/prosa-chat/prosa/actors"
	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// The outbox row, the events that caused it, the message and the inbox row carry
// one transaction id.
func TestI06AnEffectIsARowOfTheSameTransaction(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	m := newMember(t, pool, nil)
	seen := m.must(t, hello("wamid.1")).Version
	m.must(t, &actorpb.Claim{By: ana})
	m.must(t, reply(ana, "e1", seen))
	if n := count(t, pool, `SELECT count(DISTINCT xid) FROM (
		SELECT xmin::text AS xid FROM outbox
		UNION ALL SELECT xmin::text FROM event WHERE type IN ('SendRequested', 'SendQueued')
		UNION ALL SELECT xmin::text FROM message WHERE direction = 1
		UNION ALL SELECT xmin::text FROM conversation) rows`); n != 1 {
		t.Errorf("%d transactions wrote one send", n)
	}
}

// An append that the database refuses has answered, published and queued nothing,
// and the grain goes on with what is stored.
func TestI06ARefusedAppendHasNoEffect(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	j := persistence.NewJournal(pool, persistence.JournalConfig{})
	t.Cleanup(j.Close)
	var published, queued int
	grain := actors.Conversations(actors.Config{
		Journal:   j,
		Committed: func(*actorpb.ConversationUpdate) { published++ },
		Queued:    func(wa.PhoneNumberID) { queued++ },
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
	poisoned.Claim, poisoned.Preview = true, "a NUL \x00 that no column takes"
	if _, err := ask(poisoned); !errors.Is(err, &cluster.Error{Code: actors.CodeRefused}) {
		t.Fatalf("poisoned send = %v; want refused", err)
	}
	if published != 1 || queued != 0 {
		t.Errorf("published %d, queued %d after the refusal; want 1 and 0", published, queued)
	}
	if n := count(t, pool, `SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM event WHERE version > 2)`); n != 0 {
		t.Errorf("%d rows of the refused append", n)
	}
	clean := reply(ana, "e1", 9)
	clean.Claim = true
	if o, err := ask(clean); err != nil || o.Refusal != "" || o.Already {
		t.Errorf("the same send without the NUL = %v, %v", o, err)
	}
	if published != 2 || queued != 1 {
		t.Errorf("published %d, queued %d; want 2 and 1", published, queued)
	}
}
