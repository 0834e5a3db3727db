package intake

import (
	"fmt"
	"testing"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/gateway/relaytest"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// preferences is a POST in which people speak of marketing.
func preferences(list string) string {
	return fmt.Sprintf(`{"entry":[{"id":"555","changes":[{"field":"user_preferences","value":{"metadata":{"phone_number_id":"%s"},
		"contacts":[{"profile":{"name":"Ana"},"wa_id":"15550001","user_id":"BR.x1"}],"user_preferences":[%s]}}]}]}`, relaytest.NumberID, list)
}

func preference(user, value string, at int) string {
	return fmt.Sprintf(`{"user_id":"%s","category":"marketing_messages","value":"%s","timestamp":%d}`, user, value, at)
}

// A person's word on marketing is a line of the thread and is kept, whatever the order in
// which words come and however often; all in one POST count.
func TestPreferencesAreKept(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	b.Post(preferences(preference("BR.x1", "resume", 1_790_000_100) + "," + preference("BR.x2", "stop", 1_790_000_000)))
	b.Post(preferences(preference("BR.x1", "stop", 1_790_000_000)))
	b.AllDone(b.Post(preferences(preference("BR.x2", "stop", 1_790_000_000))))
	stopped := func(user string) bool {
		return b.Count(`SELECT count(*) FROM consent c JOIN alias a USING (portfolio_id, contact_id)
			WHERE a.value = $1 AND c.scope = '' AND c.stopped AND c.by_kind = 'customer'`, user) == 1
	}
	if stopped("BR.x1") || stopped("15550001") || !stopped("BR.x2") {
		t.Errorf("stopped: %v, %v", stopped("BR.x1"), stopped("BR.x2"))
	}
	ids := map[string]string{}
	for _, got := range b.Grains.Got() {
		m := got.Message.(*actorpb.ReceiveInbound)
		if m.Kind != "system" {
			t.Errorf("a line of kind %s", m.Kind)
		}
		ids[m.MessageId] = got.Key
	}
	if len(ids) != 3 { // what comes twice has the same id
		t.Errorf("lines %v, want three", ids)
	}
	if n := b.Count(`SELECT count(*) FROM intake_problem`); n != 0 {
		t.Errorf("%d problems", n)
	}
}

// What is not understood of them is kept whole.
func TestStrangePreferencesAreStored(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	b.Post(preferences(preference("BR.x1", "stop", 1_790_000_000) + "," + preference("BR.x2", "ponder", 1_790_000_000)))
	b.AllDone(b.Post(preferences(preference("", "stop", 1_790_000_000))))
	if n := b.Count(`SELECT count(*) FROM intake_problem WHERE state = 'stored' AND kind = 'user_preferences'`); n != 2 || len(b.Grains.Got()) != 0 {
		t.Errorf("%d stored, %d commands", n, len(b.Grains.Got()))
	}
}
