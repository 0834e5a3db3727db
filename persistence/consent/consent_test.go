package consent_test

import (
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/consent"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

// Whatever the order and repetition, the last word counts, and of one second that which
// stops.
func TestTheLastWordCounts(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	storetest.Registered(t, pool)
	c := consent.New(pool)
	var portfolio wa.PortfolioID
	if err := pool.QueryRow(t.Context(), `SELECT portfolio_id FROM account`).Scan(&portfolio); err != nil {
		t.Fatal(err)
	}
	at := time.Unix(1_790_000_000, 0)
	word := func(contact wa.ContactID, stopped bool, after time.Duration) consent.Word {
		return consent.Word{Portfolio: portfolio, Contact: contact, Stopped: stopped, At: at.Add(after), By: consent.ByCustomer}
	}
	for _, test := range []struct {
		name    wa.ContactID
		said    []bool // a second apart
		order   []int
		stopped bool
	}{
		{"stopped", []bool{true}, []int{0, 0}, true},
		{"resumed", []bool{true, false}, []int{0, 1}, false},
		{"overtaken", []bool{true, false}, []int{1, 0, 1, 0}, false},
		{"again", []bool{true, false, true}, []int{2, 0, 1}, true},
	} {
		for _, n := range test.order {
			if err := c.Say(t.Context(), word(test.name, test.said[n], time.Duration(n)*time.Second)); err != nil {
				t.Fatal(err)
			}
		}
		marketing, blocked, err := c.Of(t.Context(), wa.ConversationKey{PhoneNumberID: storetest.Number, ContactID: test.name})
		if err != nil || marketing.Stopped != test.stopped || blocked.Stopped {
			t.Errorf("%s: %+v, %+v, %v", test.name, marketing, blocked, err)
		}
	}
	for range 2 {
		if err := c.Say(t.Context(), word("tie", false, 0), word("tie", true, 0), word("tie", false, 0)); err != nil {
			t.Fatal(err)
		}
	}
	key := wa.ConversationKey{PhoneNumberID: storetest.Number, ContactID: "tie"}
	if marketing, _, err := c.Of(t.Context(), key); err != nil || !marketing.Stopped {
		t.Errorf("of one second: %+v, %v", marketing, err)
	}
	// A block is of one number, and leaves marketing as it was.
	blocked := word("tie", true, time.Minute)
	blocked.Number = storetest.Number
	if err := c.Say(t.Context(), blocked); err != nil {
		t.Fatal(err)
	}
	if _, number, err := c.Of(t.Context(), key); err != nil || !number.Stopped {
		t.Errorf("blocked: %+v, %v", number, err)
	}
	key.PhoneNumberID = "another"
	if m, number, err := c.Of(t.Context(), key); err != nil || number.Stopped || m.Stopped {
		t.Errorf("of a number that nobody has: %+v, %+v, %v", m, number, err)
	}
}
