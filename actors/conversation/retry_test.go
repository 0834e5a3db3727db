package conversation

import (
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
)

func TestRetryPolicy(t *testing.T) {
	t.Parallel()
	const (
		never    = time.Duration(-1)
		aDayMore = 24*time.Hour + time.Millisecond // than a send is tried at all
	)
	for name, test := range map[string]struct {
		failure actorpb.SendFailure
		attempt int32
		asked   time.Duration
		retry   bool // an earlier release's
		from    time.Duration
		to      time.Duration
	}{
		"permanent":                   {failure: actorpb.SendFailure_SEND_FAILURE_PERMANENT, retry: true, asked: time.Second, from: never},
		"passing":                     {failure: actorpb.SendFailure_SEND_FAILURE_PASSING, attempt: 1, from: time.Second, to: 1500 * time.Millisecond},
		"passing grows":               {failure: actorpb.SendFailure_SEND_FAILURE_PASSING, attempt: 5, from: 16 * time.Second, to: 24 * time.Second},
		"passing grows to minutes":    {failure: actorpb.SendFailure_SEND_FAILURE_PASSING, attempt: 400, from: 5 * time.Minute, to: 450 * time.Second},
		"passing asks for nothing":    {failure: actorpb.SendFailure_SEND_FAILURE_PASSING, attempt: 1, asked: time.Hour, from: time.Second, to: 1500 * time.Millisecond},
		"throughput":                  {failure: actorpb.SendFailure_SEND_FAILURE_THROUGHPUT, attempt: 9, from: time.Second, to: time.Second},
		"throughput, as Meta asks":    {failure: actorpb.SendFailure_SEND_FAILURE_THROUGHPUT, asked: 90 * time.Second, from: 90 * time.Second, to: 90 * time.Second},
		"maintenance":                 {failure: actorpb.SendFailure_SEND_FAILURE_MAINTENANCE, from: time.Minute, to: time.Minute},
		"maintenance, as Meta asks":   {failure: actorpb.SendFailure_SEND_FAILURE_MAINTENANCE, asked: 2 * time.Minute, from: 2 * time.Minute, to: 2 * time.Minute},
		"number":                      {failure: actorpb.SendFailure_SEND_FAILURE_NUMBER, attempt: 30, asked: time.Second, from: 30 * time.Second, to: 30 * time.Second},
		"pair rate":                   {failure: actorpb.SendFailure_SEND_FAILURE_PAIR_RATE, attempt: 2, from: 16 * time.Second, to: 16 * time.Second},
		"pair rate, the first":        {failure: actorpb.SendFailure_SEND_FAILURE_PAIR_RATE, attempt: 1, from: 4 * time.Second, to: 4 * time.Second},
		"pair rate has an end":        {failure: actorpb.SendFailure_SEND_FAILURE_PAIR_RATE, attempt: 99, from: time.Hour, to: time.Hour},
		"later":                       {failure: actorpb.SendFailure_SEND_FAILURE_LATER, from: time.Hour, to: time.Hour},
		"later, as Meta asks":         {failure: actorpb.SendFailure_SEND_FAILURE_LATER, asked: 7 * time.Minute, from: 7 * time.Minute, to: 7 * time.Minute},
		"later than it makes sense":   {failure: actorpb.SendFailure_SEND_FAILURE_LATER, asked: 999 * time.Hour, from: aDayMore, to: aDayMore},
		"a failure of a later binary": {failure: 99, retry: true, from: never},
		"an earlier release":          {retry: true, asked: 3 * time.Second, from: 3 * time.Second, to: 3 * time.Second},
		"an earlier release, ours":    {retry: true, attempt: 1, from: time.Second, to: 1500 * time.Millisecond},
		"an earlier release, final":   {from: never},
		"a time that is nonsense":     {failure: actorpb.SendFailure_SEND_FAILURE_LATER, asked: -time.Hour, from: time.Hour, to: time.Hour},
	} {
		got, again := retryOf(&actorpb.RecordRejected{
			MessageId: "m1", Attempt: test.attempt, Failure: test.failure, Retry: test.retry, RetryAfterMs: test.asked.Milliseconds(),
		})
		if again != (test.from != never) || again && (got < test.from || got > test.to) {
			t.Errorf("%s: again %t after %s, want %s to %s", name, again, got, test.from, test.to)
		}
	}
}

// A row of the table of codes may allow one message fewer tries than its failure does.
func TestTriesOfOneMessageEnd(t *testing.T) {
	t.Parallel()
	for attempt, final := range map[int32]bool{1: false, 2: false, 3: true} {
		s := &State{}
		s.Phase = actorpb.Phase_PHASE_OPEN
		s.WindowClosesAtMs = ms(retryNow.Add(time.Hour))
		s.Sends = []*actorpb.OpenSend{{
			MessageId: "m", State: actorpb.OpenSend_STATE_QUEUED, Attempt: attempt, Class: actorpb.MessageClass_MESSAGE_CLASS_AGENT,
			Kind: "text", SinceMs: ms(retryNow),
		}}
		d, err := s.recordRejected(&actorpb.RecordRejected{
			MessageId: "m", Attempt: attempt, Code: 1, Failure: actorpb.SendFailure_SEND_FAILURE_PASSING, Retries: 2,
		}, retryNow)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Events[0].(*actorpb.SendRejected).Final; got != final {
			t.Errorf("attempt %d is final: %t", attempt, got)
		}
	}
}

var retryNow = time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)

func TestCampaignsAreTriedForDays(t *testing.T) {
	t.Parallel()
	if timeOf(actorpb.MessageClass_MESSAGE_CLASS_AGENT) != 24*time.Hour || timeOf(actorpb.MessageClass_MESSAGE_CLASS_MARKETING) <= 25*time.Hour {
		t.Error("once more after a day is not possible, or a person's words are tried for longer")
	}
}
