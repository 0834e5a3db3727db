package members

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
)

// A member is killed while Meta has not answered its send, and with a webhook that
// it acknowledged and did not apply. The others do not wait for a time of their
// own: the send is shown as unconfirmed and not repeated, the webhook is applied.
// The aim is three seconds; the test compares the database's stamps with the end of
// the dead member's lease of six, which a machine that is shared keeps, too.
func TestI07WhatADeadMemberHeldDoesNotWait(t *testing.T) {
	if testing.Short() {
		t.Skip("starts two processes")
	}
	s := prosatest.NewSite(t, nil)
	members := map[int]*prosatest.Process{}
	for range 2 {
		p := s.StartProcess(t, nil)
		members[p.Cmd.Process.Pid] = p
	}
	first := anyOf(members)
	s.Furnish(t, first.Url)
	d := s.Staffed(t, first.Url)
	path, _ := d.Say(t, prosatest.Helena, "oi")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	s.Sim.SetWebhook("") // no status says what became of it
	s.Sim.Trigger(chance.NoAnswer)
	message := d.Ana.Write(t, path, "1", "Sem resposta")

	pool, err := pgxpool.New(t.Context(), s.Database)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	prosatest.Grows(t, "the send is claimed", pool, 1, `SELECT count(*) FROM effect_send WHERE state = 1`)
	await.Eventually(t, "Meta has it", func() (any, bool) {
		got := s.FromBusiness(prosatest.Helena)
		return got, len(got) == 1
	})
	dead, pid, source := holder(t, pool)
	victim := members[pid]
	delete(members, pid)
	_, err = pool.Exec(t.Context(), `INSERT INTO intake (day, source, seq, received_at, body)
		SELECT (now() AT TIME ZONE 'UTC')::date, $1, 1 + coalesce(max(seq), 0), now(), $2 FROM intake WHERE source = $1`,
		source, prosatest.TextWebhook(prosatest.Brasil, "wamid.held", strings.TrimPrefix(prosatest.Helena, "+"), `"guardada"`))
	if err != nil {
		t.Fatal(err)
	}
	victim.Kill()

	prosatest.Grows(t, "the send is unconfirmed", pool, 1,
		`SELECT count(ambiguous_at) FROM message_status WHERE message_id = $1`, message)
	prosatest.Grows(t, "the webhook is applied", pool, 1, `SELECT count(*) FROM message WHERE id = 'wamid.held'`)
	const since = `SELECT extract(epoch FROM %s - m.renewed_at) * 1000 FROM member m, %s WHERE m.id = $1`
	send := scalarFloat(t, pool, fmt.Sprintf(since, "x.ambiguous_at", `message_status x`)+` AND x.message_id = $2`, dead, message)
	webhook := scalarFloat(t, pool, fmt.Sprintf(since, "x.at", `event x`)+
		` AND x.type = 'InboundReceived' AND position('wamid.held'::bytea IN x.body) > 0 AND $2 <> ''`, dead, message)
	lease := scalarFloat(t, pool, fmt.Sprintf(since, "m.lease_until", `(SELECT $2 <> '') x`), dead, message)
	t.Logf("after its last renewal: unconfirmed %.0f ms, applied %.0f ms; its lease ended after %.0f ms", send, webhook, lease)
	if send >= lease || webhook >= lease {
		t.Error("they waited for the end of the lease")
	}
	survivor := anyOf(members)
	ana := prosatest.Login(t, survivor.Url, "ana@lume.example", prosatest.TestPassword)
	if state := ana.State(t, path, message); state != "ambiguous" {
		t.Errorf("the thread says %s", state)
	}
	if got := s.FromBusiness(prosatest.Helena); len(got) != 1 {
		t.Errorf("the phone shows %q", got)
	}
}

func anyOf(members map[int]*prosatest.Process) *prosatest.Process {
	for _, p := range members {
		return p
	}
	return nil
}

// holder is who claimed the one send: member, process, and its source.
func holder(t *testing.T, pool *pgxpool.Pool) (member string, pid int, source int64) {
	t.Helper()
	err := pool.QueryRow(t.Context(), `SELECT o.claimed_by, split_part(s.owner, '/', 2)::int, s.source
		FROM effect_send o JOIN intake_source s ON s.member = o.claimed_by`).Scan(&member, &pid, &source)
	if err != nil {
		t.Fatal(err)
	}
	return member, pid, source
}

func scalarFloat(t *testing.T, pool *pgxpool.Pool, sql string, args ...any) (n float64) {
	t.Helper()
	if err := pool.QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}
