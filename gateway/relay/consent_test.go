package relay_test

import (
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/relay"
	"github.com/prosa-chat/prosa/persistence/consent"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// Marketing to a person who stopped it is not handed to Meta, and its thread says why; an
// answer goes all the same, and so does marketing once the person resumed it.
func TestMarketingStopsAtTheClaim(t *testing.T) {
	t.Parallel()
	p := startProcess(t, nil, onePhone(), func(p *process, _ *relay.Config) {
		pgtest.Exec(t, p.pool, `UPDATE template_sync SET due_at = 'infinity', synced_at = now()`) // what stands there is the list
		pgtest.Exec(t, p.pool, `INSERT INTO template (account_id, tenant_id, name, language, meta_id, category, status, components)
			VALUES ('555', 'acme', 'sale', 'pt_BR', '1', 'MARKETING', 'APPROVED', '[{"type":"BODY","text":"Oi"}]')`)
	})
	if _, err := p.meta.Say(person, ours, "hello"); err != nil {
		t.Fatal(err)
	}
	p.eventually(t, "the message is there", func() bool { return p.count(t, `SELECT count(*) FROM message`) == 1 })
	key, err := wa.ParseConversationKey(p.grains.keys()[0])
	if err != nil {
		t.Fatal(err)
	}
	var portfolio wa.PortfolioID
	if err := p.pool.QueryRow(t.Context(), `SELECT portfolio_id FROM account`).Scan(&portfolio); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	say := func(stopped bool, after time.Duration) {
		err := consent.New(p.pool).Say(t.Context(), consent.Word{
			Portfolio: portfolio, Contact: key.ContactID, Stopped: stopped, At: began.Add(after), By: consent.ByCustomer,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	ana := &actorpb.Actor{AgentId: "ana", Name: "Ana", TenantId: "acme", Role: actorpb.Role_ROLE_AGENT, AllTeams: true}
	send := func(send *actorpb.SendMessage) {
		send.By, send.DespiteStale, send.Claim = ana, true, true
		answer, err := p.grains.Ask(t.Context(), wa.ConversationKind, key.String(), send)
		if err != nil || answer.(*actorpb.Outcome).Refusal != "" {
			t.Fatalf("send: %v, %v", answer, err)
		}
	}
	sale := &actorpb.TemplateOrder{Name: "sale", Language: "pt_BR"}
	accepted := func(n int) bool {
		return p.count(t, `SELECT count(*) FROM message_status WHERE accepted_at IS NOT NULL`) == n
	}
	say(true, 0)
	send(&actorpb.SendMessage{EchoId: "e1", Kind: "template", Template: sale})
	send(&actorpb.SendMessage{EchoId: "e2", Kind: "text", Content: []byte(`{"kind":"text","text":{"body":"an answer"}}`)})
	p.eventually(t, "the answer is accepted and marketing is refused", func() bool {
		return accepted(1) && p.count(t, `SELECT count(*) FROM message_status WHERE failed_at IS NOT NULL
			AND error_code = 131050 AND error_text LIKE '%the person stopped marketing%'`) == 1
	})
	say(false, time.Second)
	send(&actorpb.SendMessage{EchoId: "e3", Kind: "template", Template: sale})
	p.eventually(t, "marketing goes again", func() bool { return accepted(2) })
	got := 0
	for _, bubble := range p.meta.Messages(person, ours) {
		if bubble.FromBusiness {
			got++
		}
	}
	if got != 2 {
		t.Errorf("Meta got %d messages", got)
	}
}
