package relay

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/gateway/relaytest"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// news is a webhook about a template.
func news(event string) string {
	return fmt.Sprintf(`{"object":"whatsapp_business_account","entry":[{"id":%q,"changes":[{"field":"message_template_status_update",
		"value":{"event":%q,"message_template_id":9007199254740993,"message_template_name":"hello","message_template_language":"it","reason":null}}]}]}`,
		relaytest.Account, event)
}

// The list of the account is read at the start; a webhook changes the template at
// once, is kept as it came, and has the list read again; a failure keeps the list.
func TestTemplatesAreRead(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{unregistered: true})
	var status atomic.Value
	status.Store("PENDING")
	b.Meta.Lists(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v25.0/"+relaytest.Account+"/message_templates" || r.Header.Get("Authorization") != "Bearer token" {
			t.Errorf("asked for %s with %q", r.URL.Path, r.Header.Get("Authorization"))
		}
		if status.Load() == "" {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"error":{"code":80007,"message":"rate"}}`)
			return
		}
		fmt.Fprintf(w, `{"data":[{"id":"1","name":"hello","language":"it","category":"UTILITY","status":%q,
			"components":[{"type":"BODY","text":"Ciao \u0000{{1}}"}]}]}`, status.Load())
	})
	b.Register()
	is := func(want string) func() bool {
		return func() bool {
			return b.Count(`SELECT count(*) FROM template WHERE name = 'hello' AND status = $1`, want) == 1
		}
	}
	b.Eventually("the first list", is("PENDING"))

	// Within 15 s of the last reading only the webhook itself can tell.
	b.AllDone(b.Post(news("APPROVED")))
	b.Eventually("the news of the webhook", is("APPROVED"))
	if n := b.Count(`SELECT count(*) FROM intake_problem WHERE state = 'stored' AND kind = 'message_template_status_update'`); n != 0 {
		t.Errorf("the webhook was kept %d times", n)
	}
	b.Eventually("the list is due early", func() bool {
		return b.Count(`SELECT count(*) FROM template_sync WHERE due_at < now() + interval '20 s'`) == 1
	})

	status.Store("PAUSED")
	b.Exec(`UPDATE template_sync SET due_at = now()`)
	b.Eventually("the list, read again", is("PAUSED"))

	status.Store("")
	b.Exec(`UPDATE template_sync SET due_at = now()`)
	b.Eventually("the failure", func() bool {
		return b.Count(`SELECT count(*) FROM template_sync WHERE failures = 1 AND error <> '' AND due_at > now() + interval '50 s'`) == 1
	})
	if !is("PAUSED")() {
		t.Error("a failure lost the list")
	}
}

// Two members do not read one list twice; an account without a token says so.
func TestTemplatesAreReadByOne(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	one := newBench(t, pool, benchOptions{unregistered: true})
	two := newBench(t, pool, benchOptions{unregistered: true, member: "member-2"})
	one.Exec(`INSERT INTO tenant (id, name) VALUES ('t', 'T')`)
	one.Exec(`INSERT INTO account (id, tenant_id, portfolio_id) VALUES ('bare', 't', 'p')`)
	one.Exec(`INSERT INTO template_sync (account_id) VALUES ('bare')`)
	one.Register()
	one.Eventually("both were dealt with", func() bool {
		return one.Count(`SELECT count(*) FROM template_sync WHERE synced_at IS NOT NULL OR error = $1`, errNoToken.Error()) == 2
	})
	if n := one.Meta.TimesListed() + two.Meta.TimesListed(); n != 1 {
		t.Errorf("read %d times", n)
	}
	if got := templatePause(errNoToken); got != time.Minute {
		t.Errorf("pause after no answer: %v", got)
	}
}
