package cluster

import (
	"context"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/prosa-chat/prosa/cluster/token"
	"github.com/prosa-chat/prosa/cluster/wirepb"
)

// MemberDDL is the table of the membership, as the migrations make it, for databases
// of this package's tests.
const MemberDDL = `CREATE TABLE IF NOT EXISTS member ( -- processes of the cluster; a row is a lease
    cluster     text NOT NULL,
    id          text NOT NULL, -- new at each start
    slot        int NOT NULL, -- second half of the session's advisory lock
    address     text NOT NULL,
    kinds       text[] NOT NULL,
    draining    boolean NOT NULL DEFAULT false,
    joined_at   timestamptz NOT NULL,
    renewed_at  timestamptz NOT NULL,
    lease_until timestamptz NOT NULL,
    PRIMARY KEY (cluster, id)
) WITH (fillfactor = 50)`

// Crash ends the member as kill -9 would: its session and its connections break,
// its row stays.
func Crash(m *Member) {
	m.stopOnce.Do(func() {
		m.lease.lost.Store(true)
		m.cancel()
		m.background.Wait()
		m.membership.disconnect()
		m.net.close()
		m.system.Shutdown()
		m.workers.stop()
	})
}

// AskWithBody asks the owner of a grain, another member, with a body that this
// release could not have packed.
func AskWithBody(ctx context.Context, m *Member, kind, key, typ string, data []byte) (res error) {
	id := grainID{kind, key}
	p := m.view.Load().owner(id, id.hash())
	deadline, _ := ctx.Deadline()
	return m.net.ask(ctx, p, &ask{id: id, hash: id.hash(), body: packed{typ, data}, deadline: deadline}).err
}

// MemberToken is what a stream between members must show.
func MemberToken(secret, name string) (string, error) { return token.Of(secret, name) }

// TokenHeader is where it is shown.
const TokenHeader = token.Header

// StopRouter ends the actor that takes the messages of other members, as a fault
// of the actor library would.
func StopRouter(m *Member) { m.system.Root.Stop(actor.NewPID(m.net.address, routerName)) }

// BlockRouter keeps it busy until free is called: it waits for a shard of the
// table.
func BlockRouter(m *Member) (free func()) {
	id := grainID{"K", "blocked"}
	ended, locked := make(chan struct{}), make(chan struct{})
	go func() {
		s := m.table.shard(id.hash())
		s.mu.Lock()
		defer s.mu.Unlock()
		close(locked)
		<-ended
	}()
	<-locked
	m.system.Root.Send(actor.NewPID(m.net.address, routerName), &wirepb.Wire{
		Purpose: wirepb.Wire_PURPOSE_TELL, To: m.id, Kind: id.kind, Key: id.key, TimeoutUs: time.Minute.Microseconds(),
	})
	return func() { close(ended) }
}
