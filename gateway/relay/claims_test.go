package relay

import (
	"context"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/gateway/relaytest"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// queueFrom has a text to contact c1 wait to be sent from another number than ours.
func (b *bench) queueFrom(number, id string) {
	b.T.Helper()
	b.Exec(`INSERT INTO pace (phone_number_id) VALUES ($1) ON CONFLICT DO NOTHING`, number)
	b.Exec(`INSERT INTO effect (kind, scope, id, attempt, grain, class, owner_epoch, turn_epoch, not_before, window_closes_at, body)
		VALUES (1, $1, $2, 2, 'c1', 2, 1, 0, now(), now() + interval '1 h', '')`, number, id)
}

// A number whose budget somebody holds, and for as long as he likes, waits alone: what
// others send leaves meanwhile.
func TestANumberThatIsHeldHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	b.remembers()
	b.queueFrom("held", "m0")
	tx, err := b.Pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.Background()) }()
	if _, err := tx.Exec(t.Context(), `SELECT FROM pace WHERE phone_number_id = 'held' FOR UPDATE`); err != nil {
		t.Fatal(err)
	}
	b.relay.Wake("held")
	b.Eventually("the number waits for its budget", func() bool {
		return b.Count(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`) == 1
	})
	for _, id := range []string{"m1", "m2"} {
		b.queue(id, byPhone, time.Hour)
		b.Eventually("the other number's is recorded", func() bool {
			return b.Count(`SELECT count(*) FROM effect WHERE scope = $1`, relaytest.NumberID) == 0 && b.Grains.Quiet()
		})
	}
	if n := b.Count(`SELECT count(*) FROM effect WHERE scope = 'held' AND state = 0`); n != 1 {
		t.Error("the send of the held number is not in its queue")
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.Eventually("it is sent when the budget is free", b.allRecorded)
}

// A number of which the database takes no claim fails alone.
func TestANumberThatCannotClaimFailsAlone(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]string{"of the data": "22000", "of the statement": "42501"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, pgtest.Pool(t), benchOptions{})
			b.remembers()
			b.Exec(`CREATE FUNCTION no_claim() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
				IF NEW.scope = 'poison' THEN RAISE EXCEPTION 'no' USING ERRCODE = '` + code + `'; END IF; RETURN NEW; END $$`)
			b.Exec(`CREATE TRIGGER no_claim BEFORE UPDATE ON effect_send FOR EACH ROW EXECUTE FUNCTION no_claim()`)
			b.queueFrom("poison", "m0")
			for _, id := range []string{"m1", "m2", "m3"} {
				for range 10 {
					b.relay.Wake("poison")
				}
				b.queue(id, byPhone, time.Hour)
				b.Eventually("the other number's is recorded", func() bool {
					return b.Count(`SELECT count(*) FROM effect WHERE scope = $1`, relaytest.NumberID) == 0 && b.Grains.Quiet()
				})
			}
			b.Exec(`DROP TRIGGER no_claim ON effect_send`)
			b.relay.Wake("poison")
			b.Eventually("what was refused is sent, once nothing refuses it", b.allRecorded)
		})
	}
}
