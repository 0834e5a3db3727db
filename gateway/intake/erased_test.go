package intake

import (
	"fmt"
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/relaytest"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// Meta goes on to tell of a number and an account whose tenant was erased: nothing of it
// is kept, and what others are told in the same body is applied. Once somebody has them
// again they are like any other.
func TestErasedIsDropped(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	for _, id := range []string{"900", "gone-waba"} {
		b.Exec(`INSERT INTO erased_object (object_hash) VALUES (sha256(convert_to($1, 'UTF8')))`, id)
	}
	entry := func(account, change string) string { return fmt.Sprintf(`{"id":%q,"changes":[%s]}`, account, change) }
	message := func(number wa.PhoneNumberID, id string) string {
		return fmt.Sprintf(`{"field":"messages","value":{"messaging_product":"whatsapp","metadata":{"phone_number_id":%q},"messages":[%s]}}`,
			number, relaytest.Text("15550001", id))
	}
	body := func(entries ...string) string {
		return `{"object":"whatsapp_business_account","entry":[` + strings.Join(entries, ",") + `]}`
	}
	kept := func() int { return b.Count(`SELECT count(*) FROM intake WHERE position('erased'::bytea IN body) > 0`) }
	noted := func() int { return b.Count(`SELECT count(*) FROM intake_problem`) }
	field := `{"field":"account_update","value":{"event":"erased"}}`

	b.Post(body(entry(relaytest.Account, message("900", "wamid.erased.1"))))
	b.Post(body(entry("gone-waba", field)))
	mixed := b.Post(body(entry("gone-waba", message("900", "wamid.erased.2")),
		entry(relaytest.Account, message(relaytest.NumberID, "wamid.1")+","+message("900", "wamid.erased.3"))))
	b.AllDone(mixed)
	if kept() != 0 || noted() != 0 {
		t.Errorf("%d bodies and %d problems speak of it", kept(), noted())
	}
	if n := b.Count(`SELECT count(*) FROM intake WHERE source = $1`, mixed.Source); n != 1 {
		t.Errorf("%d bodies are left, want the one with others in it", n)
	}
	if got := b.Grains.IDs(); len(got) != 1 || len(b.Grains.Got()) != 1 {
		t.Errorf("applied %v", got)
	}
	// Nobody's, but no erased one's.
	b.AllDone(b.Post(body(entry("other-waba", message("901", "wamid.2")))))
	if b.Count(`SELECT count(*) FROM intake_problem WHERE state = 'parked'`) != 1 {
		t.Error("what is of an unknown number is not parked")
	}

	again := relaytest.OurRegistration()
	again.ID = "900"
	b.AllDone(b.Post(body(entry(relaytest.Account, message("900", "wamid.erased.4")))))
	if err := b.Numbers.Register(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	b.AllDone(b.Post(body(entry(relaytest.Account, message("900", "wamid.3")))))
	if n := len(b.Grains.Got()); n != 2 || kept() != 0 {
		t.Errorf("%d commands after it has an owner again, want 2; %d bodies of before", n, kept())
	}
}
