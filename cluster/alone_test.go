package cluster_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/cluster/clustertest"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// A member that is alone with its database takes the place of all before it, and
// keeps its row, which never expires, for as long as it lives.
func TestMemberThatIsAlone(t *testing.T) {
	t.Parallel()
	server := pgtest.Server(t)
	exec(t, server.URL(), cluster.MemberDDL)
	exec(t, server.URL(), `INSERT INTO member VALUES ('prosa', 'before', 1, '127.0.0.1:1', '{}', false, now(), now(), now() + interval '1 h')`)
	pool, err := pgxpool.New(t.Context(), server.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	m, err := cluster.Start(t.Context(), cluster.Config{
		Pool: pool, Alone: true, Lease: 50 * time.Millisecond, Poll: time.Millisecond,
		OnFenced: func(reason string) { t.Errorf("fenced: %s", reason) },
	}, kind("K", echo))
	if err != nil {
		t.Fatal(err)
	}
	rows := func() (n int) {
		if err := pool.QueryRow(t.Context(), `SELECT count(*) FROM member WHERE lease_until = 'infinity' AND id = $1`, m.ID()).Scan(&n); err != nil {
			return -1
		}
		return n
	}
	var others int
	if err := pool.QueryRow(t.Context(), `SELECT count(*) FROM member WHERE id <> $1`, m.ID()).Scan(&others); err != nil || others != 0 || rows() != 1 {
		t.Fatalf("%d others, %d rows of its own, %v", others, rows(), err)
	}
	exec(t, server.URL(), `DELETE FROM member`)
	clustertest.Until(t, "the row is there again", func() bool { return rows() == 1 })

	server.Kill()
	pauseFor(t, 500*time.Millisecond) // ten leases
	if !m.Ready() || !m.LeaseValid() || m.Deaf() || len(m.Lost()) != 0 || m.Address() != "" {
		t.Error("without its database it is no member any more")
	}
	if _, err := cluster.Ask[*wrapperspb.StringValue](t.Context(), m, "K", "a", wrapperspb.String("oi")); err != nil {
		t.Errorf("asked without a database: %v", err)
	}
	server.Start()
	clustertest.Until(t, "the database has it", func() bool { return rows() == 1 })
	if err := m.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// Whoever joins over the network shows that nobody is alone with these data any more.
func TestJoiningTakesTheRowOfOneThatWasAlone(t *testing.T) {
	t.Parallel()
	url := database(t)
	exec(t, url, `INSERT INTO member VALUES ('prosa', 'alone', 1, '', '{}', false, now(), now(), 'infinity')`)
	m := clustertest.Start(t, cluster.Config{DatabaseURL: url, Secret: testSecret}, kind("K", echo))
	clustertest.WaitMembers(t, m)
	conn := connect(t, url)
	defer conn.Close(t.Context())
	var left int
	if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM member WHERE id = 'alone'`).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d rows left, %v", left, err)
	}
}
