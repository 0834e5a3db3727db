package fleet

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
)

// Tally counts messages.
type Tally struct {
	Received int // of customers
	Sent     int // that Meta took
	Failed   int // that Meta refused for good, or reported as failed
	Echoes   int // written on the phone of a number with coexistence
}

func (t *Tally) add(more Tally) {
	t.Received += more.Received
	t.Sent += more.Sent
	t.Failed += more.Failed
	t.Echoes += more.Echoes
}

// pulse remembers when numbers last received and sent, and how much, between two flushes.
type pulse struct {
	mu      sync.Mutex
	beats   map[wa.PhoneNumberID]beat
	tallies map[span]Tally
}

type beat struct{ received, sent time.Time }

// span is one for which the messages of a number are counted.
type span struct {
	number  wa.PhoneNumberID
	seconds int
	at      time.Time
}

// Spans for which messages are counted, in seconds.
const (
	briefSpan = 10
	hourSpan  = 3600
)

func (p *pulse) note(number wa.PhoneNumberID, b beat) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.beats == nil {
		p.beats = make(map[wa.PhoneNumberID]beat)
	}
	known := p.beats[number]
	if b.received.After(known.received) {
		known.received = b.received
	}
	if b.sent.After(known.sent) {
		known.sent = b.sent
	}
	p.beats[number] = known
}

// Received remembers that a webhook about a number came. It never blocks on the store.
func (f *Fleet) Received(number wa.PhoneNumberID, at time.Time) {
	f.pulse.note(number, beat{received: at})
}

// Sent remembers that Meta took a message of a number, and counts it.
func (f *Fleet) Sent(number wa.PhoneNumberID, at time.Time) {
	f.pulse.note(number, beat{sent: at})
	f.Count(number, at, Tally{Sent: 1})
}

// Count adds to what went through a number at a time. It never blocks on the store.
func (f *Fleet) Count(number wa.PhoneNumberID, at time.Time, t Tally) {
	f.pulse.mu.Lock()
	defer f.pulse.mu.Unlock()
	if f.pulse.tallies == nil {
		f.pulse.tallies = make(map[span]Tally)
	}
	for _, seconds := range []int{briefSpan, hourSpan} {
		of := span{number, seconds, at.UTC().Truncate(time.Duration(seconds) * time.Second)}
		known := f.pulse.tallies[of]
		known.add(t)
		f.pulse.tallies[of] = known
	}
}

// Flush stores what was remembered and counted, in two statements. When a crash or the
// store loses it, the next message tells when a number was last heard of, and the counts
// lack some seconds.
func (f *Fleet) Flush(ctx context.Context) error {
	f.pulse.mu.Lock()
	beats, tallies := f.pulse.beats, f.pulse.tallies
	f.pulse.beats, f.pulse.tallies = nil, nil
	f.pulse.mu.Unlock()
	if err := f.storeBeats(ctx, beats); err != nil {
		return fmt.Errorf("store when numbers were heard of: %w", err)
	}
	if err := f.storeTallies(ctx, tallies); err != nil {
		return fmt.Errorf("store what went through numbers: %w", err)
	}
	return nil
}

func (f *Fleet) storeBeats(ctx context.Context, beats map[wa.PhoneNumberID]beat) error {
	if len(beats) == 0 {
		return nil
	}
	ids, received, sent := make([]string, 0, len(beats)), make([]*time.Time, 0, len(beats)), make([]*time.Time, 0, len(beats))
	for id, b := range beats {
		ids, received, sent = append(ids, string(id)), append(received, orNull(b.received)), append(sent, orNull(b.sent))
	}
	_, err := f.pool.Exec(ctx, `
		INSERT INTO standing AS s (phone_number_id, received_at, sent_at)
		SELECT b.id, b.received, b.sent FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) AS b (id, received, sent)
		JOIN phone_number n ON n.id = b.id ORDER BY b.id
		ON CONFLICT (phone_number_id) DO UPDATE SET
			received_at = greatest(s.received_at, excluded.received_at), sent_at = greatest(s.sent_at, excluded.sent_at)`,
		ids, received, sent)
	return err
}

func (f *Fleet) storeTallies(ctx context.Context, tallies map[span]Tally) error {
	if len(tallies) == 0 {
		return nil
	}
	var ids []string
	var ats []time.Time
	var spans, received, sent, failed, echoes []int
	for of, t := range tallies {
		ids, spans, ats = append(ids, string(of.number)), append(spans, of.seconds), append(ats, of.at)
		received, sent = append(received, t.Received), append(sent, t.Sent)
		failed, echoes = append(failed, t.Failed), append(echoes, t.Echoes)
	}
	_, err := f.pool.Exec(ctx, `
		INSERT INTO traffic AS t (phone_number_id, span, at, received, sent, failed, echoes)
		SELECT c.* FROM unnest($1::text[], $2::int[], $3::timestamptz[], $4::int[], $5::int[], $6::int[], $7::int[])
			AS c (id, span, at, received, sent, failed, echoes)
		JOIN phone_number n ON n.id = c.id ORDER BY c.id, c.span, c.at
		ON CONFLICT (phone_number_id, span, at) DO UPDATE SET received = t.received + excluded.received,
			sent = t.sent + excluded.sent, failed = t.failed + excluded.failed, echoes = t.echoes + excluded.echoes`,
		ids, spans, ats, received, sent, failed, echoes)
	return err
}
