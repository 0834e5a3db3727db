package relay

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/relaytest"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// remembers makes the grains do what a conversation does with an outcome: store
// it and remove the row, once.
func (b *bench) remembers() {
	b.Grains.Answers(func(ctx context.Context, _ string, message proto.Message) (proto.Message, error) {
		id, wamid := "", ""
		switch m := message.(type) {
		case *actorpb.RecordAccepted:
			id, wamid = m.MessageId, m.Wamid
		case *actorpb.RecordRejected:
			id = m.MessageId
		case *actorpb.RecordAmbiguous:
			id = m.MessageId
		case *actorpb.RecordWithdrawn:
			id = m.MessageId
		default:
			return &actorpb.Outcome{}, nil
		}
		tag, err := b.Pool.Exec(ctx, `DELETE FROM effect WHERE kind = 1 AND id = $1`, id)
		if err != nil {
			return nil, err
		}
		if wamid != "" {
			_, err = b.Pool.Exec(ctx, `INSERT INTO message_status (phone_number_id, message_id, contact_id, wamid)
				SELECT phone_number_id, id, contact_id, $2 FROM message WHERE id = $1 ON CONFLICT DO NOTHING`, id, wamid)
		}
		return &actorpb.Outcome{Already: tag.RowsAffected() == 0}, err
	})
}

// queue has a text to contact c1 wait to be sent.
func (b *bench) queue(id string, alias wa.Alias, closesIn time.Duration) {
	b.T.Helper()
	b.SentMessage(id, "")
	b.Exec(`INSERT INTO alias (portfolio_id, kind, value, contact_id) VALUES ('p', $1, $2, 'c1') ON CONFLICT DO NOTHING`, alias.Kind, alias.Value)
	b.Exec(`INSERT INTO effect (kind, scope, id, attempt, grain, class, owner_epoch, turn_epoch, not_before, window_closes_at, body)
		VALUES (1, $1, $2, 2, 'c1', 2, 1, 0, now(), now() + $3::interval, '')`, relaytest.NumberID, id, closesIn)
	b.relay.Wake(relaytest.NumberID)
}

var byPhone = wa.Alias{Kind: wa.AliasPhone, Value: "5511987654321"}

// allRecorded says that every outcome of a send was recorded, by grains that have answered.
func (b *bench) allRecorded() bool {
	return b.Count(`SELECT count(*) FROM effect WHERE kind = 1`) == 0 && b.Grains.Quiet()
}

func TestSendIsAccepted(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	b.remembers()
	b.queue("m1", byPhone, time.Hour)
	b.Eventually("the send is recorded", b.allRecorded)
	if got := relaytest.Of[*actorpb.RecordAccepted](b.Grains); len(got) != 1 ||
		!proto.Equal(got[0], &actorpb.RecordAccepted{MessageId: "m1", Wamid: "wamid.1"}) {
		t.Errorf("recorded %v", got)
	}
	calls := b.Meta.Got()
	if len(calls) != 1 || calls[0]["to"] != "+5511987654321" || calls[0]["biz_opaque_callback_data"] != "1:c1:m1:2" {
		t.Errorf("Meta got %v", calls)
	}
}

func TestSendToBSUID(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	b.remembers()
	b.queue("m1", wa.Alias{Kind: wa.AliasBSUID, Value: "BR.xY1"}, time.Hour)
	b.Eventually("the send is recorded", b.allRecorded)
	if calls := b.Meta.Got(); len(calls) != 1 || calls[0]["recipient"] != "BR.xY1" || calls[0]["to"] != nil {
		t.Errorf("Meta got %v", calls)
	}
}

func TestStatusBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	b.remembers()
	b.AllDone(b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Status("wamid.1", "delivered", ""))))
	if n := b.Count(`SELECT count(*) FROM unmatched`); n != 1 {
		t.Fatalf("%d unmatched", n)
	}
	b.queue("m1", byPhone, time.Hour)
	b.Eventually("the status is delivered", func() bool { return b.Count(`SELECT count(*) FROM unmatched`) == 0 && b.Grains.Quiet() })
	got := relaytest.Of[*actorpb.RecordStatus](b.Grains)
	if len(got) != 1 || got[0].MessageId != "m1" || got[0].Status != "delivered" || got[0].AtMs != 1_790_000_001_000 {
		t.Errorf("recorded %v", got)
	}
}

func TestI07AmbiguousIsNeverSentAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	b.Meta.Answers(func(_ int, w http.ResponseWriter) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_ = conn.Close() // read, and not answered
		}
	})
	var unheard atomic.Int32
	b.Grains.Answers(func(_ context.Context, _ string, msg proto.Message) (proto.Message, error) {
		if _, ok := msg.(*actorpb.RecordAmbiguous); ok {
			unheard.Add(1)
		}
		return nil, context.DeadlineExceeded // the conversation does not hear it either
	})
	b.queue("m1", byPhone, time.Hour)
	b.Eventually("the outcome is on the row, and the sender has told it in vain", func() bool {
		return b.Count(`SELECT count(*) FROM effect WHERE state = 2 AND outcome LIKE 'RecordAmbiguous%'`) == 1 && unheard.Load() > 0 && b.Grains.Quiet()
	})
	b.remembers()
	b.Exec(`UPDATE effect SET changed_at = now() - interval '3 s'`)
	b.Eventually("the sweeper tells it", b.allRecorded)
	if got := relaytest.Of[*actorpb.RecordAmbiguous](b.Grains); len(got) != 1 || got[0].MessageId != "m1" || got[0].Attempt != 2 {
		t.Errorf("recorded %v", got)
	}
	if n := len(b.Meta.Got()); n != 1 {
		t.Errorf("sent %d times", n)
	}
}

func TestI07DeadSendersBecomeAmbiguous(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	b.remembers()
	b.SentMessage("m1", "")
	b.Exec(`INSERT INTO effect (kind, scope, id, attempt, grain, state, class, owner_epoch, turn_epoch, not_before, claimed_by, body)
		VALUES (1, $1, 'm1', 1, 'c1', 1, 2, 1, 0, now(), 'dead', '')`, relaytest.NumberID)
	b.Eventually("the sweeper tells it", b.allRecorded)
	sent := slices.ContainsFunc(b.Meta.Got(), func(call map[string]any) bool { return call != nil }) // a file's has no body
	if got := relaytest.Of[*actorpb.RecordAmbiguous](b.Grains); len(got) != 1 || sent {
		t.Errorf("recorded %v, sent again: %t", got, sent)
	}
}

// Without a valid lease nothing is handed to Meta, not even what was claimed before:
// others may have judged it. With it, what was given back leaves.
func TestI07NothingLeavesWithoutALease(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	var valid atomic.Bool
	b := newBench(t, pgtest.Pool(t), benchOptions{leaseValid: func() bool {
		return valid.Load() || asked.Add(1) == 1 // the claim passes, the lease ends, the call does not
	}})
	b.remembers()
	b.queue("m1", byPhone, time.Hour)
	b.Eventually("the send is given back", func() bool {
		return asked.Load() > 2 && b.Count(`SELECT count(*) FROM effect WHERE state = 0 AND claimed_by IS NULL`) == 1
	})
	if n := len(b.Meta.Got()); n != 0 {
		t.Fatalf("%d calls without a lease", n)
	}
	valid.Store(true)
	b.Eventually("it leaves with one", b.allRecorded)
	if n := len(b.Meta.Got()); n != 1 {
		t.Errorf("sent %d times", n)
	}
}

// What a dead member held is taken over at the news of its death, not at the next
// look.
func TestDeathIsHeardAtOnce(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	pgtest.Member(t, pool, "dead")
	dead, err := intake.Open(t.Context(), pool, intake.Config{Owner: "dead", Member: "dead"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = dead.Close(context.Background()) })
	var lost atomic.Pointer[[]string]
	b := newBench(t, pool, benchOptions{
		member: "successor",
		pauses: Pauses{Retry: time.Millisecond, Poll: 20 * time.Millisecond, Sweep: time.Hour, TakeOver: time.Hour},
		lost: func() []string {
			if l := lost.Load(); l != nil {
				return *l
			}
			return nil
		},
	})
	b.remembers()
	b.SentMessage("m1", "")
	b.Exec(`INSERT INTO effect (kind, scope, id, attempt, grain, state, class, owner_epoch, turn_epoch, not_before, claimed_by, body)
		VALUES (1, $1, 'm1', 1, 'c1', 1, 2, 1, 0, now(), 'dead', '')`, relaytest.NumberID)
	b.Exec(`INSERT INTO effect (kind, scope, id, attempt, grain, state, class, owner_epoch, turn_epoch, not_before, claimed_by, body)
		VALUES (2, $1, 'wamid.file', 1, 'c1', 1, 0, 0, 0, now(), 'dead', $2)`,
		relaytest.NumberID, (&ledger.File{MediaID: "m", WantedAt: time.Now()}).Body())
	if _, err := dead.Append(t.Context(), []byte(relaytest.Envelope(relaytest.NumberID, relaytest.Messages(relaytest.Text("15550001", "wamid.held"))))); err != nil {
		t.Fatal(err)
	}
	b.Exec(`UPDATE member SET renewed_at = now() - interval '2 s' WHERE id = 'dead'`) // its lease runs on
	lost.Store(&[]string{"dead"})
	b.relay.MembersChanged()
	b.Eventually("the send is unconfirmed", b.allRecorded)
	b.Eventually("the webhook is applied", func() bool { return len(relaytest.Of[*actorpb.ReceiveInbound](b.Grains)) == 1 })
	b.Eventually("the file is fetched anew", func() bool { return b.Count(`SELECT count(*) FROM effect WHERE kind = 2 AND attempt > 1`) == 1 })
	sent := slices.ContainsFunc(b.Meta.Got(), func(call map[string]any) bool { return call != nil }) // a file's has no body
	if got := relaytest.Of[*actorpb.RecordAmbiguous](b.Grains); len(got) != 1 || sent {
		t.Errorf("recorded %v, sent again: %t", got, sent)
	}
}

func TestI05WindowClosesBeforeTheClaim(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	b.remembers()
	b.queue("m1", byPhone, 50*time.Second)
	b.Eventually("the send is withdrawn", b.allRecorded)
	got := relaytest.Of[*actorpb.RecordWithdrawn](b.Grains)
	if len(got) != 1 || got[0].Reason != "window_closed" || len(b.Meta.Got()) != 0 {
		t.Errorf("recorded %v, %d calls", got, len(b.Meta.Got()))
	}
}

func TestErrorsBecomeOutcomes(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		code, http int
		failure    actorpb.SendFailure
		after      time.Duration // that Meta asks for
		cause      actorpb.RecordNumberHealth_Cause
		check      string // on the row of pace
	}{
		"throughput": {130429, 429, actorpb.SendFailure_SEND_FAILURE_THROUGHPUT, time.Second, actorpb.RecordNumberHealth_CAUSE_THROUGHPUT, `factor = 0.5 AND slow_until IS NOT NULL`},
		"token":      {190, 401, actorpb.SendFailure_SEND_FAILURE_NUMBER, 0, actorpb.RecordNumberHealth_CAUSE_TOKEN, `paused_until > now() + interval '5 s'`},
		"account":    {131031, 403, actorpb.SendFailure_SEND_FAILURE_NUMBER, 0, actorpb.RecordNumberHealth_CAUSE_STOPPED, `paused_until > now() + interval '5 s'`},
		"code 0":     {0, 401, actorpb.SendFailure_SEND_FAILURE_NUMBER, 0, 0, `paused_until IS NULL AND factor = 1`},
		"upkeep":     {131057, 503, actorpb.SendFailure_SEND_FAILURE_MAINTENANCE, 2 * time.Minute, actorpb.RecordNumberHealth_CAUSE_MAINTENANCE, `paused_until > now() + interval '4 min'`},
		"pair rate":  {131056, 400, actorpb.SendFailure_SEND_FAILURE_PAIR_RATE, 6 * time.Second, 0, `paused_until IS NULL AND factor = 1`},
		"passing":    {131016, 500, actorpb.SendFailure_SEND_FAILURE_PASSING, time.Second, 0, `paused_until IS NULL AND factor = 1`},
		"later":      {131049, 400, actorpb.SendFailure_SEND_FAILURE_LATER, 24 * time.Hour, 0, `paused_until IS NULL AND factor = 1`},
		"permanent":  {131026, 400, actorpb.SendFailure_SEND_FAILURE_PERMANENT, 0, 0, `paused_until IS NULL AND factor = 1`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, pgtest.Pool(t), benchOptions{})
			b.remembers()
			b.Meta.Answers(func(_ int, w http.ResponseWriter) {
				w.WriteHeader(c.http)
				fmt.Fprintf(w, `{"error":{"code":%d,"message":"(#%d) no","error_data":{"details":"why"}}}`, c.code, c.code)
			})
			b.queue("m1", byPhone, time.Hour)
			b.Eventually("the send is recorded", b.allRecorded)
			want := &actorpb.RecordRejected{
				MessageId: "m1", Attempt: 2, Code: int32(c.code), Text: "why", Failure: c.failure, RetryAfterMs: c.after.Milliseconds(),
			}
			if c.code == 131049 {
				want.Retries = 1
			}
			if got := relaytest.Of[*actorpb.RecordRejected](b.Grains); len(got) != 1 || !proto.Equal(got[0], want) {
				t.Errorf("recorded %v\nwant %v", got, want)
			}
			if n := b.Count(`SELECT count(*) FROM pace WHERE ` + c.check); n != 1 {
				t.Errorf("pace: not %s", c.check)
			}
			if c.cause == 0 {
				return
			}
			b.Eventually("the number is told", func() bool {
				health := relaytest.Of[*actorpb.RecordNumberHealth](b.Grains)
				return len(health) == 1 && health[0].Cause == c.cause && health[0].Code == int32(c.code)
			})
		})
	}
}

func TestRecoveryIsToldOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	b.remembers()
	b.Meta.Answers(func(call int, w http.ResponseWriter) {
		if call == 1 {
			w.WriteHeader(http.StatusTooManyRequests)
			fmt.Fprint(w, `{"error":{"code":130429,"message":"slow"}}`)
			return
		}
		fmt.Fprintf(w, `{"messages":[{"id":"wamid.%d"}]}`, call)
	})
	for n := range 3 {
		b.queue(fmt.Sprint("m", n), byPhone, time.Hour)
		b.Eventually("the send is recorded", b.allRecorded)
	}
	b.Eventually("trouble and recovery", func() bool {
		var causes []actorpb.RecordNumberHealth_Cause
		for _, h := range relaytest.Of[*actorpb.RecordNumberHealth](b.Grains) {
			causes = append(causes, h.Cause)
		}
		return slices.Equal(causes, []actorpb.RecordNumberHealth_Cause{
			actorpb.RecordNumberHealth_CAUSE_THROUGHPUT, actorpb.RecordNumberHealth_CAUSE_RECOVERED,
		})
	})
}

func TestUnsentIsGivenBack(t *testing.T) {
	t.Parallel()
	// Nobody answers the dial: the request never leaves.
	dialled := make(chan struct{}, 10)
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		dialled <- struct{}{}
		<-ctx.Done()
		return nil, ctx.Err()
	}}
	b := newBench(t, pgtest.Pool(t), benchOptions{http: &http.Client{Transport: transport}})
	b.queue("m1", byPhone, time.Hour)
	<-dialled
	b.Eventually("it is claimed again after it was given back", func() bool { return len(dialled) > 0 })
	if n := b.Count(`SELECT count(*) FROM effect WHERE attempt = 2 AND state IN (0, 1)`); n != 1 {
		t.Error("the send is not in the queue any more")
	}
	if n := len(b.Grains.Got()); n != 0 {
		t.Errorf("%d commands for a send that never left", n)
	}
}

func TestTwoRelaysSendOnce(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	first, second := newBench(t, pool, benchOptions{}), newBench(t, pool, benchOptions{member: "member-2"})
	first.remembers()
	second.remembers()
	const sends = 60
	for n := range sends {
		first.queue(fmt.Sprint("m", n), byPhone, time.Hour)
		second.relay.Wake(relaytest.NumberID)
	}
	first.Eventually("all are recorded", first.allRecorded)
	opaque := map[any]int{}
	for _, call := range slices.Concat(first.Meta.Got(), second.Meta.Got()) {
		opaque[call["biz_opaque_callback_data"]]++
	}
	for what, n := range opaque {
		if n != 1 {
			t.Errorf("%v was sent %d times", what, n)
		}
	}
	if len(opaque) != sends {
		t.Errorf("%d of %d were sent", len(opaque), sends)
	}
}

func TestOutcomeSurvivesTheRelay(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	b.Grains.Answers(func(ctx context.Context, _ string, _ proto.Message) (proto.Message, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})
	b.queue("m1", byPhone, time.Hour)
	b.Eventually("the outcome is on the row", func() bool {
		return b.Count(`SELECT count(*) FROM effect WHERE state = 2 AND outcome LIKE 'RecordAccepted%wamid.1'`) == 1
	})
	b.kill()
	if n := b.Count(`SELECT count(*) FROM effect WHERE state = 2`); n != 1 {
		t.Error("the outcome is lost")
	}
}
