package effects_test

import (
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

// BenchmarkSend takes sends from the queue to their removal, in claims of 64.
//
//	go test -run - -bench Send -benchtime 10000x ./persistence
func BenchmarkSend(b *testing.B) {
	pool := pgtest.Pool(b)
	sends := effects.NewSends(pool, nil)
	pgtest.Member(b, pool, "member-1") // who has no lease gets nothing, for ever
	queueLong(b, pool, b.N)
	must(b, sends.SetRate(b.Context(), storetest.Number, 1_000_000))
	cpu, wal := pgtest.CPU(b, pool), pgtest.WAL(b, pool)
	b.ResetTimer()
	for sent := 0; sent < b.N; {
		claim, err := sends.Claim(b.Context(), storetest.Number, "member-1", 64)
		must(b, err)
		outcomes := make([]effects.Ended, len(claim.Sends))
		for n := range claim.Sends {
			outcomes[n] = effects.Ended{EffectRef: claim.Sends[n].EffectRef, Outcome: []byte("RecordAccepted\x00 and so on")}
		}
		must(b, sends.Finish(b.Context(), "member-1", outcomes))
		for n := range claim.Sends {
			must(b, sends.Forget(b.Context(), claim.Sends[n].EffectRef))
		}
		sent += len(claim.Sends)
	}
	b.StopTimer()
	b.ReportMetric(float64(pgtest.CPU(b, pool)-cpu)*1e4/float64(b.N), "pg-µs/send")
	b.ReportMetric(float64(pgtest.WAL(b, pool)-wal)/float64(b.N), "wal-B/send")
}

// BenchmarkSweep looks for outcomes beside a queue of 100,000.
func BenchmarkSweep(b *testing.B) {
	pool := pgtest.Pool(b)
	sends := effects.NewSends(pool, nil)
	queueLong(b, pool, 100_000)
	b.ResetTimer()
	for range b.N {
		_, _, err := sends.Sweep(b.Context(), nil, effects.SendLease, 500)
		must(b, err)
	}
}

func queueLong(b *testing.B, pool *pgxpool.Pool, n int) {
	b.Helper()
	_, err := pool.Exec(b.Context(), `INSERT INTO effect (kind, scope, id, attempt, grain, class, owner_epoch, turn_epoch, not_before, body)
		SELECT 1, $1, format('01939d8a-7c00-7000-8000-%s', lpad(i::text, 12, '0')), 1, format('c%s', i), 5, 1, 0, now() - interval '1 s', ''
		FROM generate_series(1, $2::int) i`, storetest.Number, n)
	must(b, err)
	_, err = pool.Exec(b.Context(), `VACUUM ANALYZE effect_send`)
	must(b, err)
}

func must(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}
